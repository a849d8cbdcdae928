//! What an environment inherits and what it says itself, merged.

use serde_json::Value as Json;
use terrace_ir::{ArgumentPath, Diagnostic, Step};

use crate::codes::NOTHING_TO_REMOVE;
use crate::nearest::{did_you_mean, nearest};
use crate::schema::{Key, Schema, accepts_bool};
use crate::tree::{Data, Entry, Node, Span, Table, short};

/// The paths of keys that each environment says for itself.
pub(crate) struct NeverInherited<'a>(Vec<Vec<&'a str>>);

impl<'a> NeverInherited<'a> {
    /// Paths of keys joined by dots. `*` is any one key, `**` any number of keys.
    pub(crate) fn new(paths: &[&'a str]) -> Self {
        Self(paths.iter().map(|path| path.split('.').collect()).collect())
    }

    pub(crate) fn contains(&self, path: &ArgumentPath) -> bool {
        self.0.iter().any(|pattern| fits(pattern, path.steps()))
    }

    /// Takes the keys that are never inherited out of an inherited table.
    fn strip(&self, table: &mut Table, path: &mut ArgumentPath) {
        table.retain(|key, entry| {
            path.push(Step::Name(key.clone().into()));
            let kept = !self.contains(path);
            if let Data::Table(table) = &mut entry.node.data
                && kept
            {
                self.strip(table, path);
            }
            path.pop();
            kept
        });
    }
}

fn fits(pattern: &[&str], path: &[Step]) -> bool {
    match (pattern, path) {
        ([], []) => true,
        (["**", rest @ ..], _) => {
            fits(rest, path) || matches!(path, [_, path @ ..] if fits(pattern, path))
        }
        ([key, rest @ ..], [Step::Name(name), path @ ..]) => {
            (*key == "*" || key == name) && fits(rest, path)
        }
        _ => false,
    }
}

/// Marks, in a schema, a table that is said whole: what names one thing in one of several ways.
const WHOLE: &str = "x-whole";

/// Merges the roots of a chain of files, the most distant ancestor first.
///
/// Tables merge key by key, all else replaces. What needs the schema: `false` for an entry of a map
/// removes the inherited one; a table whose tag changes replaces the inherited one, since the keys of
/// one variant mean nothing in another; and so does one that is said whole.
pub(crate) fn merge(
    schema: &Schema,
    never: &NeverInherited<'_>,
    chain: impl IntoIterator<Item = Node>,
) -> (Option<Node>, Vec<Diagnostic>) {
    let mut merger = Merger {
        schema,
        path: ArgumentPath::root(),
        findings: Vec::new(),
    };
    let mut merged: Option<Node> = None;
    for own in chain {
        let mut inherited = match merged.take().map(|node| node.data) {
            Some(Data::Table(table)) => table,
            _ => Table::new(),
        };
        never.strip(&mut inherited, &mut ArgumentPath::root());
        merged = Some(merger.node(schema.root(), Some(inherited), own));
    }
    (merged, merger.findings)
}

struct Merger<'s> {
    schema: &'s Schema,
    path: ArgumentPath,
    findings: Vec<Diagnostic>,
}

impl<'s> Merger<'s> {
    fn node(&mut self, schema: &'s Json, inherited: Option<Table>, own: Node) -> Node {
        match own.data {
            Data::Table(table) => Node {
                data: Data::Table(self.table(schema, inherited.unwrap_or_default(), table)),
                span: own.span,
            },
            _ => own,
        }
    }

    fn table(&mut self, schema: &'s Json, mut merged: Table, own: Table) -> Table {
        let mut schema = self.schema.table_form(schema);
        if let Some(tag) = self.schema.tag(schema) {
            let value = |table: &Table| Some(table.get(tag.name)?.node.as_text()?.to_owned());
            let (before, now) = (value(&merged), value(&own));
            if now.is_some() && now != before {
                merged.clear();
            }
            if let Some((_, variant)) = now.or(before).and_then(|it| tag.variant(&it)) {
                schema = variant;
            }
        }
        if schema.get(WHOLE).is_some() {
            merged.clear();
        }
        for (name, entry) in own {
            self.path.push(Step::Name(name.clone().into()));
            self.entry(schema, &mut merged, name, entry);
            self.path.pop();
        }
        merged
    }

    fn entry(&mut self, schema: &'s Json, merged: &mut Table, name: String, own: Entry) {
        let inherited = merged.remove(&name);
        let schema = match self.schema.key(schema, &name) {
            Some(Key::Entry(schema)) => {
                if matches!(own.node.data, Data::Bool(false)) && !accepts_bool(schema) {
                    if inherited.is_none() {
                        self.nothing_to_remove(&name, merged, own.key);
                    }
                    return;
                }
                schema
            }
            Some(Key::Field(schema)) => schema,
            None => &Json::Null,
        };
        let inherited = inherited.and_then(|entry| match entry.node.data {
            Data::Table(table) => Some(table),
            _ => None,
        });
        let node = self.node(schema, inherited, own.node);
        merged.insert(name, Entry { key: own.key, node });
    }

    fn nothing_to_remove(&mut self, name: &str, inherited: &Table, key: Span) {
        let shown = short(name);
        let mut finding = Diagnostic::error(
            &NOTHING_TO_REMOVE,
            format!("`{shown} = false` removes nothing: no `{shown}` is inherited"),
        )
        .argument(self.path.to_string())
        .at(key.into());
        if let Some(near) = nearest(name, inherited.keys().map(String::as_str)) {
            finding = finding.hint(did_you_mean(near));
        }
        self.findings.push(finding);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn path(keys: &[&str]) -> ArgumentPath {
        let mut path = ArgumentPath::root();
        for key in keys {
            path.push(Step::Name((*key).to_owned().into()));
        }
        path
    }

    #[test]
    fn a_path_names_one_key_a_star_any_key_and_two_stars_any_depth() {
        let never = NeverInherited::new(&["budget", "clusters.*.name", "**.owner"]);
        for (keys, expected) in [
            (&["budget"][..], true),
            (&["budget", "amount"], false),
            (&["clusters", "gpu", "name"], true),
            (&["clusters", "name"], false),
            (&["owner"], true),
            (&["a", "b", "owner"], true),
        ] {
            assert_eq!(never.contains(&path(keys)), expected, "{keys:?}");
        }
    }
}
