//! Loading: the shared file and the environments, from files to settings and findings.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use terrace_ir::{Diagnostic, Origin, SourceMap, Stage};

use crate::check::check;
use crate::codes::{BROKEN_SCHEMA, NO_ENVIRONMENT, OTHER_KIND, UNKNOWN_ENVIRONMENT};
use crate::files::{File, INHERITS, Reader, read_file, suggest};
use crate::folder::{Folder, SHARED};
use crate::merge::{NeverInherited, merge};
use crate::read::read;
use crate::schema::kinds::Kinds;
use crate::schema::{Derived, Schema};
use crate::tree::Node;

/// What was loaded, and what is wrong.
pub struct Loaded<S, E> {
    /// What all environments share (`terrace.toml`), unless it is wrong.
    pub shared: Option<S>,
    /// The environments without an error, in the order in which they were asked for.
    pub environments: Vec<Environment<E>>,
    /// Those that were not asked for and have no error: a stack may read what they give. What is wrong
    /// with the rest of them is not asked for either.
    pub others: Vec<Environment<E>>,
    /// The environments that were asked for, exist, and have an error.
    pub failed: Vec<Failed>,
    /// All findings, in the order in which they are shown.
    ///
    /// One that several environments share through `inherits` is there once, and its detail names
    /// them.
    pub diagnostics: Vec<Diagnostic>,
}

/// An environment with an error.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// Its name.
    pub name: Arc<str>,
    /// What its files say under `stage`, as far as they can be read; the first stage where they do not.
    /// It tells where the environment stands in a list, and nothing else.
    pub stage: Stage,
}

/// An environment that is in order.
#[derive(Clone, Debug)]
pub struct Environment<E> {
    /// Its name: that of its file, without `.toml`.
    pub name: Arc<str>,
    /// What its file and those that it inherits say.
    pub settings: E,
    /// The files that it was built from, its own first, as findings call them.
    pub files: Vec<String>,
    /// The kind of environment that it is; empty where the settings know no kinds.
    pub kind: String,
    /// The start of its own file, for findings about the environment as a whole.
    pub origin: Origin,
}

/// Loads `terrace.toml` as `S` and environments as `E`, given what is derived of the two.
///
/// `which` names the environments; empty, it means all, in order of name. `never_inherited` lists the
/// keys that each environment says for itself, as paths: `budget`, `storage.name`, `clusters.*.name`
/// (`*` is any one key), `**.name` (at any depth). The files go into `sources`, where the origins of
/// all [`Sourced`](terrace_ir::Sourced) values and findings point.
///
/// An error in one environment keeps only that one, and those that inherit the error, from being
/// there.
pub fn load<S, E>(
    derived: &Derived<S, E>,
    folder: &Folder,
    which: &[String],
    never_inherited: &[&str],
    sources: &mut SourceMap,
) -> Loaded<S, E>
where
    S: DeserializeOwned,
    E: DeserializeOwned,
{
    let files = Files::read(folder, which, sources);
    files.load(derived, never_inherited, sources, || files.shared(derived))
}

/// What stands in the files of a folder, read and not checked: [`load`] in steps, which may be taken on
/// several threads.
pub struct Files {
    folder: Folder,
    project: Result<Node, Vec<Diagnostic>>,
    chains: Result<Chains, Box<Diagnostic>>,
}

impl Files {
    /// Reads `terrace.toml` and the environments called `which`, or all.
    #[must_use]
    pub fn read(folder: &Folder, which: &[String], sources: &mut SourceMap) -> Self {
        Self {
            folder: folder.clone(),
            project: read_file(folder, SHARED, sources),
            chains: Chains::read(folder, which, sources),
        }
    }

    /// What `terrace.toml` says, or what is wrong with it.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn shared<S: DeserializeOwned, E>(
        &self,
        derived: &Derived<S, E>,
    ) -> Result<S, Vec<Diagnostic>> {
        let root = self.project.as_ref().map_err(Clone::clone)?;
        let schema = derived.shared().map_err(|error| vec![*error])?;
        settings(&schema, &NeverInherited::new(&[]), root)
    }

    /// Loads the environments. `shared` gives [`Files::shared`] at the end.
    pub fn load<S, E: DeserializeOwned>(
        &self,
        derived: &Derived<S, E>,
        never_inherited: &[&str],
        sources: &SourceMap,
        shared: impl FnOnce() -> Result<S, Vec<Diagnostic>>,
    ) -> Loaded<S, E> {
        let mut loaded = Loaded {
            shared: None,
            environments: Vec::new(),
            others: Vec::new(),
            failed: Vec::new(),
            diagnostics: Vec::new(),
        };
        match &self.chains {
            Ok(chains) => self.environments(chains, derived, never_inherited, sources, &mut loaded),
            Err(error) => loaded.diagnostics.push((**error).clone()),
        }
        match shared() {
            Ok(shared) => loaded.shared = Some(shared),
            Err(errors) => loaded.diagnostics.extend(errors),
        }
        loaded.diagnostics.sort_by(Diagnostic::order);
        loaded
    }

    fn environments<S, E: DeserializeOwned>(
        &self,
        chains: &Chains,
        derived: &Derived<S, E>,
        never_inherited: &[&str],
        sources: &SourceMap,
        loaded: &mut Loaded<S, E>,
    ) {
        let Chains {
            asked,
            rest,
            unknown,
        } = chains;
        let mut findings = Findings::default();
        let never = NeverInherited::new(never_inherited);
        let readable = asked
            .iter()
            .chain(rest)
            .filter_map(|(_, chain)| chain.as_ref().ok());
        let mut said = BTreeSet::new();
        readable
            .flatten()
            .for_each(|file| file.root.keys(&mut said));
        let kinds = derived.kinds(said);
        let read = |name: &Arc<str>, chain: &Chain| {
            let chain = chain.as_deref().map_err(Clone::clone)?;
            environment(&kinds, &never, name, chain)
        };
        for (name, chain) in asked {
            match read(name, chain) {
                Ok(environment) => loaded.environments.push(environment),
                Err(errors) => {
                    findings.add(errors, name);
                    loaded.failed.push(Failed {
                        name: name.clone(),
                        stage: chain.as_deref().map_or_else(|_| Stage::default(), stage),
                    });
                }
            }
        }
        let in_order = rest
            .iter()
            .filter_map(|(name, chain)| read(name, chain).ok());
        loaded.others.extend(in_order);
        loaded.diagnostics.extend(unknown.iter().cloned());
        loaded
            .diagnostics
            .extend(findings.finish(&self.folder, sources));
    }
}

/// An environment's file and those that it inherits, the nearest first, or why they cannot be read.
type Chain = Result<Vec<Arc<File>>, Vec<Diagnostic>>;

/// The files of the environments.
struct Chains {
    asked: Vec<(Arc<str>, Chain)>,
    /// Of those that were not asked for.
    rest: Vec<(Arc<str>, Chain)>,
    /// What was asked for and is not there.
    unknown: Vec<Diagnostic>,
}

impl Chains {
    fn read(
        folder: &Folder,
        which: &[String],
        sources: &mut SourceMap,
    ) -> Result<Self, Box<Diagnostic>> {
        let names = folder.environments()?;
        if names.is_empty() && which.is_empty() {
            let summary = format!("the folder `{}` holds no environment", folder.name());
            let hint = format!("write one: `{}`", folder.file_name("dev"));
            return Err(Box::new(
                Diagnostic::error(&NO_ENVIRONMENT, summary).hint(hint),
            ));
        }
        let mut unknown = Vec::new();
        let asked = select(&names, which, folder, &mut unknown);
        let rest = names.iter().filter(|name| !asked.contains(name));
        let rest: Vec<Arc<str>> = rest.cloned().collect();
        let mut files = Reader::new(folder, &names, sources);
        let mut chain = |name: Arc<str>| {
            let chain = match folder.check_name(&name) {
                Some(error) => Err(vec![error]),
                None => files.chain(&name),
            };
            (name, chain)
        };
        Ok(Self {
            asked: asked.into_iter().map(&mut chain).collect(),
            rest: rest.into_iter().map(&mut chain).collect(),
            unknown,
        })
    }
}

/// What the nearest of the files says under `stage`.
fn stage(chain: &[Arc<File>]) -> Stage {
    let said = |file: &Arc<File>| {
        let text = file.root.as_table()?.get("stage")?.node.as_text()?;
        [Stage::Dev, Stage::Staging, Stage::Prod]
            .into_iter()
            .find(|stage| stage.as_str() == text)
    };
    chain.iter().find_map(said).unwrap_or_default()
}

/// Merges, checks and reads an environment.
fn environment<E: DeserializeOwned>(
    kinds: &Kinds<'_>,
    never: &NeverInherited<'_>,
    name: &Arc<str>,
    chain: &[Arc<File>],
) -> Result<Environment<E>, Vec<Diagnostic>> {
    let one = |error: Box<Diagnostic>| vec![*error];
    let Some(own) = chain.first() else {
        return Err(Vec::new());
    };
    let kind = kinds.of_file(&own.root).map_err(one)?;
    for (heir, ancestor) in chain.iter().zip(chain.iter().skip(1)) {
        let other = kinds.of_file(&ancestor.root).map_err(one)?;
        if other.name != kind.name {
            return Err(vec![of_another_kind(kinds, &kind.name, heir, &other.name)]);
        }
    }
    let schema = kinds.schema(kind).map_err(one)?;
    let roots = chain.iter().rev().map(|file| file.root.clone());
    let (root, mut findings) = merge(schema, never, roots);
    let Some(mut root) = root else {
        return Err(findings);
    };
    kinds.complete(&mut root);
    let settings = settings(schema, never, &root).map_err(|errors| findings.extend(errors));
    match settings {
        Ok(settings) if findings.is_empty() => Ok(Environment {
            name: name.clone(),
            settings,
            files: chain.iter().map(|file| file.shown.clone()).collect(),
            kind: kind.name.clone(),
            origin: own.root.span.into(),
        }),
        _ => Err(findings),
    }
}

/// An environment inherits one that means something else by its keys.
fn of_another_kind(kinds: &Kinds<'_>, kind: &str, heir: &File, other: &str) -> Diagnostic {
    let tag = kinds.tag().unwrap_or_default();
    let parent = heir.inherits.as_ref();
    let shown = parent.map(Node::shown).unwrap_or_default();
    Diagnostic::error(
        &OTHER_KIND,
        format!("`{INHERITS}` is {shown}, which is of another kind"),
    )
    .detail(format!("`{tag}` is \"{other}\" there and \"{kind}\" here"))
    .argument(INHERITS)
    .value(shown)
    .hint(format!(
        "inherit from an environment with `{tag} = \"{kind}\"`, or write `{tag} = \"{other}\"` here too"
    ))
    .at(parent.map(|node| node.span.into()).unwrap_or_default())
}

fn settings<T: DeserializeOwned>(
    schema: &Schema,
    never: &NeverInherited<'_>,
    root: &Node,
) -> Result<T, Vec<Diagnostic>> {
    let findings = check(schema, never, root);
    if findings.is_empty() {
        read(root).map_err(|error| vec![*error])
    } else {
        Err(findings)
    }
}

/// The environments that were asked for, each once.
fn select(
    names: &[Arc<str>],
    which: &[String],
    folder: &Folder,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Arc<str>> {
    if which.is_empty() {
        return names.to_vec();
    }
    let mut asked: Vec<Arc<str>> = Vec::new();
    for name in which {
        match names.iter().find(|known| ***known == **name) {
            Some(known) if asked.contains(known) => {}
            Some(known) => asked.push(known.clone()),
            None => {
                let summary = format!("there is no environment `{name}`");
                let finding = Diagnostic::error(&UNKNOWN_ENVIRONMENT, summary).value(name);
                diagnostics.push(suggest(finding, name, names, folder));
            }
        }
    }
    asked
}

/// Findings about environments, each once, with the environments that it concerns.
#[derive(Default)]
struct Findings(Vec<(Diagnostic, Vec<Arc<str>>)>);

impl Findings {
    fn add(&mut self, errors: Vec<Diagnostic>, environment: &Arc<str>) {
        for error in errors {
            let same = |(known, _): &&mut (Diagnostic, Vec<Arc<str>>)| {
                known.code == error.code
                    && known.summary == error.summary
                    && start(known.origin) == start(error.origin)
            };
            match self.0.iter_mut().find(same) {
                Some((_, environments)) if environments.last() == Some(environment) => {}
                Some((_, environments)) => environments.push(environment.clone()),
                None => self.0.push((error, vec![environment.clone()])),
            }
        }
    }

    /// Gives each finding to the environment in whose file it stands, or the first that it concerns.
    fn finish(self, folder: &Folder, sources: &SourceMap) -> Vec<Diagnostic> {
        let finish = |(mut finding, mut environments): (Diagnostic, Vec<Arc<str>>)| {
            if finding.code == &BROKEN_SCHEMA {
                // The error of who wrote the settings, and no environment's.
                return finding;
            }
            let file = sources.place(finding.origin).map(|place| place.file);
            let owner = environments
                .iter()
                .position(|name| file.as_ref() == Some(&folder.file_name(name)));
            let owner = environments.remove(owner.unwrap_or(0));
            if !environments.is_empty() {
                if !finding.detail.is_empty() {
                    finding.detail.push('\n');
                }
                let others: Vec<String> = environments.iter().map(|n| format!("`{n}`")).collect();
                finding.detail += &format!("inherited by {}", others.join(", "));
            }
            finding.in_module(&owner)
        };
        self.0.into_iter().map(finish).collect()
    }
}

fn start(origin: Origin) -> Option<u32> {
    match origin {
        Origin::File { start, .. } => Some(start),
        _ => None,
    }
}
