//! The files of the environments and their chains of `inherits`.

use std::collections::BTreeMap;
use std::sync::Arc;

use terrace_ir::{Diagnostic, Origin, SourceMap, reason};

use crate::codes::{CYCLE, UNKNOWN_PARENT, UNREADABLE};
use crate::folder::Folder;
use crate::nearest::{did_you_mean, either, nearest};
use crate::parse::parse;
use crate::tree::{Data, Node};

/// The key by which an environment names another.
pub(crate) const INHERITS: &str = "inherits";

/// Reads a file of the folder into a tree; `name` is without `.toml`.
pub(crate) fn read_file(
    folder: &Folder,
    name: &str,
    sources: &mut SourceMap,
) -> Result<Node, Vec<Diagnostic>> {
    let shown = folder.file_name(name);
    let unreadable =
        |why: &str| Diagnostic::error(&UNREADABLE, format!("cannot read `{shown}`: {why}"));
    let bytes = folder
        .read(name)
        .map_err(|error| vec![unreadable(&reason(&error))])?;
    let invalid = std::str::from_utf8(&bytes).err();
    let start = sources
        .add(shown.clone(), String::from_utf8_lossy(&bytes))
        .ok_or_else(|| vec![unreadable("all files together are larger than 4 GiB")])?;
    if let Some(error) = invalid {
        // Up to there the text in the source map is that of the file.
        let at = start.saturating_add(error.valid_up_to() as u32);
        let origin = Origin::File { start: at, end: at };
        return Err(vec![unreadable("it is not UTF-8").at(origin)]);
    }
    parse(sources.text(start), start)
}

/// The environments that inherit `name` itself, in order of name, and where each says so.
///
/// A file that cannot be read inherits nothing.
#[must_use]
pub fn heirs(folder: &Folder, name: &str, sources: &mut SourceMap) -> Vec<(Arc<str>, Origin)> {
    let names = folder.environments().unwrap_or_default();
    let mut files = Reader::new(folder, &names, sources);
    let heir = |other: &Arc<str>| {
        let file = files.file(other).ok()?;
        let said = file.inherits.as_ref()?;
        (said.as_text() == Some(name)).then(|| (other.clone(), said.span.into()))
    };
    names.iter().filter_map(heir).collect()
}

/// The file of an environment.
pub(crate) struct File {
    name: Arc<str>,
    /// What findings call it.
    pub(crate) shown: String,
    /// What it says, without `inherits`.
    pub(crate) root: Node,
    pub(crate) inherits: Option<Node>,
}

/// The files of the environments, each read once.
pub(crate) struct Reader<'a> {
    folder: &'a Folder,
    names: &'a [Arc<str>],
    sources: &'a mut SourceMap,
    read: BTreeMap<Arc<str>, Result<Arc<File>, Vec<Diagnostic>>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        folder: &'a Folder,
        names: &'a [Arc<str>],
        sources: &'a mut SourceMap,
    ) -> Self {
        Self {
            folder,
            names,
            sources,
            read: BTreeMap::new(),
        }
    }

    /// The file of an environment and those that it inherits, nearest first.
    pub(crate) fn chain(&mut self, name: &Arc<str>) -> Result<Vec<Arc<File>>, Vec<Diagnostic>> {
        let mut chain: Vec<Arc<File>> = Vec::new();
        let mut next = name.clone();
        loop {
            if let Some(from) = chain.iter().position(|file| file.name == next) {
                return Err(vec![cycle(&chain[from..])]);
            }
            let file = self.file(&next)?;
            chain.push(file.clone());
            match &file.inherits {
                Some(said) => next = self.parent(said)?,
                None => return Ok(chain),
            }
        }
    }

    fn file(&mut self, name: &Arc<str>) -> Result<Arc<File>, Vec<Diagnostic>> {
        if let Some(file) = self.read.get(name) {
            return file.clone();
        }
        let file = read_file(self.folder, name, self.sources).map(|mut root| {
            let inherits = match &mut root.data {
                Data::Table(table) => table.remove(INHERITS).map(|entry| entry.node),
                _ => None,
            };
            Arc::new(File {
                name: name.clone(),
                shown: self.folder.file_name(name),
                root,
                inherits,
            })
        });
        self.read.insert(name.clone(), file.clone());
        file
    }

    /// The environment that `inherits` names.
    fn parent(&self, said: &Node) -> Result<Arc<str>, Vec<Diagnostic>> {
        let name = said.as_text().unwrap_or_default();
        if let Some(known) = self.names.iter().find(|known| ***known == *name) {
            return Ok(known.clone());
        }
        let shown = said.shown();
        let summary = format!("`inherits` is {shown}, which is no environment");
        let finding = Diagnostic::error(&UNKNOWN_PARENT, summary)
            .argument("inherits")
            .value(shown)
            .at(said.span.into());
        Err(vec![suggest(finding, name, self.names, self.folder)])
    }
}

/// The finding about a circle of files, the same from wherever it was entered.
fn cycle(circle: &[Arc<File>]) -> Diagnostic {
    let first = (0..circle.len())
        .min_by_key(|n| &circle[*n].name)
        .unwrap_or(0);
    let (before, from) = circle.split_at(first);
    let mut files: Vec<&Arc<File>> = from.iter().chain(before).collect();
    files.extend(files.first().copied());
    let path: Vec<String> = files.iter().map(|it| format!("`{}`", it.shown)).collect();
    let origin = files
        .first()
        .and_then(|file| Some(file.inherits.as_ref()?.span.into()))
        .unwrap_or_default();
    Diagnostic::error(
        &CYCLE,
        format!("environments inherit in a circle: {}", path.join(" → ")),
    )
    .argument("inherits")
    .at(origin)
}

/// Adds which environments there are, and the nearest.
pub(crate) fn suggest(
    finding: Diagnostic,
    name: &str,
    names: &[Arc<str>],
    folder: &Folder,
) -> Diagnostic {
    let known = || names.iter().map(|name| &**name);
    let finding = match names {
        [] => finding.detail(format!("`{}` holds no environments", folder.name())),
        _ => finding.detail(format!("there is {}", either(known()))),
    };
    match nearest(name.strip_suffix(".toml").unwrap_or(name), known()) {
        Some(near) => finding.hint(did_you_mean(near)),
        None => finding,
    }
}
