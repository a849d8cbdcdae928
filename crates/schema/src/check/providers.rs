//! Which provider serves a resource, and whether it is one whose schema is at hand.

use std::collections::BTreeMap;

use foldhash::{HashMap, HashMapExt as _};
use terrace_ir::{Any, BlockKind, Diagnostic, Module, Object, Origin, Root};
use terrace_ir::{Data, Node};

use super::codes::{NOT_CHECKED, UNKNOWN_TYPE};
use crate::builtin;
use crate::catalog::{Lookup, catalog};
use crate::language::nested;
use crate::language::version::Constraint;
use crate::model::{Kind, Provider, Schema};

/// The providers of a module, by their local names.
pub(super) struct Providers<'a> {
    required: HashMap<&'a str, Requirement<'a>>,
    served: HashMap<String, Served>,
    types: HashMap<(Kind, &'a str), Lookup>,
}

#[derive(Default)]
struct Requirement<'a> {
    source: Option<&'a str>,
    version: Option<&'a str>,
    origin: Origin,
}

/// Who serves the resources of a local name.
#[derive(Clone)]
pub(super) enum Served {
    /// A provider whose schema is at hand.
    Known(&'static Provider),
    /// Somebody whose schema is not at hand, with the reason.
    Unchecked(String),
}

impl<'a> Providers<'a> {
    pub(super) fn of(module: &'a Module) -> Self {
        let blocks = module.of(BlockKind::Terraform);
        let values = blocks.filter_map(|block| block.body.get("required_providers"));
        let entries = values
            .flat_map(nested::bodies)
            .flat_map(|(_, object)| object.iter());
        let required = entries.filter_map(|entry| {
            let text = |name| entry.value.as_object()?.get(name)?.as_text();
            let requirement = Requirement {
                source: text("source"),
                version: text("version").or_else(|| entry.value.as_text()),
                origin: entry.key_origin.or(entry.value.origin),
            };
            Some((entry.key.as_text()?, requirement))
        });
        Self {
            required: required.collect(),
            served: HashMap::new(),
            types: HashMap::new(),
        }
    }

    /// The schema of a resource's type, if its provider's schema is at hand and has the type.
    pub(super) fn schema(
        &mut self,
        kind: Kind,
        type_name: &'a str,
        body: &Object,
    ) -> Option<&'static Schema> {
        let Served::Known(provider) = self.serving(type_name, body) else {
            return None;
        };
        match self.look_up(kind, type_name) {
            Lookup::Found(schema) if is_of(type_name, provider) => Some(schema),
            _ => None,
        }
    }

    /// Who serves a resource: the provider that `provider` names, else the one that the type begins with.
    pub(super) fn serving(&mut self, type_name: &str, body: &Object) -> Served {
        let named = body.get("provider").and_then(local_name);
        self.served(named.unwrap_or_else(|| prefix(type_name)))
    }

    /// Who has a local name.
    pub(super) fn served(&mut self, local_name: &str) -> Served {
        if let Some(served) = self.served.get(local_name) {
            return served.clone();
        }
        let served = self.resolve(local_name);
        self.served.insert(local_name.to_owned(), served.clone());
        served
    }

    fn resolve(&self, local_name: &str) -> Served {
        let requirement = self.required.get(local_name);
        let source = requirement.and_then(|requirement| requirement.source);
        let provider = match source {
            Some(source) if source == builtin::provider().source => Some(builtin::provider()),
            Some(source) => catalog().provider(source),
            None if local_name == builtin::NAME => Some(builtin::provider()),
            None => catalog().provider(local_name),
        };
        let Some(provider) = provider else {
            let source = source.map_or_else(|| format!("hashicorp/{local_name}"), str::to_owned);
            return Served::Unchecked(format!("what `{source}` takes is not known here"));
        };
        let version = requirement.and_then(|requirement| requirement.version);
        let constraint = version.and_then(Constraint::parse);
        let major = provider
            .version
            .split('.')
            .next()
            .and_then(|major| major.parse().ok());
        if let (Some(version), Some(constraint), Some(major)) = (version, constraint, major)
            && !constraint.allows_major(major)
        {
            return Served::Unchecked(format!(
                "what `{}` takes is known for version {}, but `required_providers` wants \"{version}\"",
                provider.short_source(),
                provider.version
            ));
        }
        Served::Known(provider)
    }

    fn look_up(&mut self, kind: Kind, type_name: &'a str) -> Lookup {
        let lookup = self.types.entry((kind, type_name));
        lookup
            .or_insert_with(|| catalog().look_up(kind, type_name))
            .clone()
    }

    /// What is to be said of a resource whose type has no schema; `None` where nothing is.
    pub(super) fn without_schema(
        &mut self,
        kind: Kind,
        type_name: &'a str,
        body: &Object,
        notes: &mut Notes,
        origin: Origin,
    ) -> Option<Diagnostic> {
        let provider = match self.serving(type_name, body) {
            Served::Known(provider) => provider,
            Served::Unchecked(why) => {
                let name = body.get("provider").and_then(local_name);
                let name = name.unwrap_or_else(|| prefix(type_name));
                notes.unchecked_provider(name, why, self.place_of(name, origin));
                return None;
            }
        };
        let lookup = self.look_up(kind, type_name);
        if !is_of(type_name, provider) {
            let summary = format!(
                "`{}` has no {} `{type_name}`",
                provider.short_source(),
                kind.words()
            );
            let hint = "name another `provider`, or leave it out";
            return Some(
                Diagnostic::error(&UNKNOWN_TYPE, summary)
                    .value(type_name)
                    .hint(hint),
            );
        }
        match lookup {
            Lookup::Undescribed => {
                notes.undescribed_type(type_name, origin);
                None
            }
            Lookup::Unknown { nearest, exists_as } => {
                let summary = format!("there is no {} `{type_name}`", kind.words());
                let finding = Diagnostic::error(&UNKNOWN_TYPE, summary).value(type_name);
                Some(match (exists_as, nearest) {
                    (Some(other), _) => {
                        finding.hint(format!("use the {} of that name", other.words()))
                    }
                    (None, Some(nearest)) => finding.hint(format!("did you mean `{nearest}`?")),
                    (None, None) => finding.hint("find types with `schema --search WORD`"),
                })
            }
            Lookup::Found(_) | Lookup::OtherProvider { .. } => None,
        }
    }

    /// Where a provider is required, or else where it is used first.
    fn place_of(&self, local_name: &str, used: Origin) -> Origin {
        self.required
            .get(local_name)
            .map_or(used, |requirement| requirement.origin.or(used))
    }

    /// What is to be said of a `provider` block that is not checked.
    pub(super) fn note_block(&self, name: &str, why: String, notes: &mut Notes, origin: Origin) {
        notes.unchecked_provider(name, why, self.place_of(name, origin));
    }

    /// Local names whose provider's implied source does not exist: only HashiCorp's providers need no `source`.
    pub(super) fn lacks_source(&self, local_name: &str) -> bool {
        if local_name == builtin::NAME {
            return false;
        }
        let has_source = |requirement: &Requirement<'_>| requirement.source.is_some();
        let is_hashicorps = catalog()
            .provider(local_name)
            .is_some_and(|provider| provider.short_source().starts_with("hashicorp/"));
        !is_hashicorps && !self.required.get(local_name).is_some_and(has_source)
    }
}

/// Notes on what is not checked, each once.
#[derive(Default)]
pub(super) struct Notes {
    notes: BTreeMap<String, Diagnostic>,
}

impl Notes {
    fn unchecked_provider(&mut self, local_name: &str, why: String, origin: Origin) {
        let summary = format!("resources of the provider `{local_name}` are not checked");
        self.once(summary, why, origin);
    }

    fn undescribed_type(&mut self, type_name: &str, origin: Origin) {
        let summary = format!("resources of the type `{type_name}` are not checked");
        let why = "the provider has such types, but what they take is not known here";
        self.once(summary, why.to_owned(), origin);
    }

    /// Says of the modules that are called what is not known about them.
    pub(super) fn child_module(&mut self, origin: Origin) {
        let summary = "modules that are called are not checked";
        let why = "what a module takes and gives is not read, and what it declares is not held against this module";
        self.once(summary.to_owned(), why.to_owned(), origin);
    }

    /// Says which files beside the module are not read.
    pub(super) fn native_files(&mut self, names: &[String]) {
        let Some(first) = names.first() else { return };
        let more = match names.len() {
            1 => String::new(),
            more => format!(" and {} more", more - 1),
        };
        let summary = format!("`{first}`{more} beside it is not read");
        let why = "native files may declare anything, so nothing is called undeclared here";
        self.once(summary, why.to_owned(), Origin::Default);
    }

    fn once(&mut self, summary: String, why: String, origin: Origin) {
        let note = || {
            Diagnostic::note(&NOT_CHECKED, summary.clone())
                .detail(why)
                .at(origin)
        };
        self.notes.entry(summary.clone()).or_insert_with(note);
    }

    pub(super) fn into_findings(self) -> impl Iterator<Item = Diagnostic> {
        self.notes.into_values()
    }
}

/// The local name in a reference to a provider configuration: `azurerm` of `azurerm.hub`.
pub(super) fn local_name(provider: &Any) -> Option<&str> {
    fn root(node: &Node) -> Option<&str> {
        match node {
            Node::Root(Root::Name(name)) => Some(name),
            Node::Root(Root::Resource { address, .. }) => Some(&address.type_name),
            Node::Attribute(source, _) => root(source),
            _ => None,
        }
    }
    match &provider.data {
        Data::Text(text) => text.split('.').next(),
        Data::Expr(node) => root(node),
        _ => None,
    }
}

/// The provider configuration that a reference names: its local name, and its alias if it has one.
pub(super) fn configuration(provider: &Any) -> Option<(&str, Option<&str>)> {
    let alias = match &provider.data {
        Data::Text(text) => text.split_once('.').map(|(_, alias)| alias),
        Data::Expr(node) => match &**node {
            Node::Root(Root::Resource { address, .. }) => Some(&*address.name),
            Node::Attribute(_, name) => Some(&**name),
            _ => None,
        },
        _ => None,
    };
    Some((local_name(provider)?, alias))
}

/// What a type's name begins with.
pub(super) fn prefix(type_name: &str) -> &str {
    type_name.split('_').next().unwrap_or(type_name)
}

fn is_of(type_name: &str, provider: &Provider) -> bool {
    prefix(type_name) == provider.name()
}
