//! What environment files say, as a tree whose every key and value knows where it stands.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;
use terrace_ir::{Origin, Step};

/// A span in the source map: global offsets in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl From<Span> for Origin {
    fn from(Span { start, end }: Span) -> Self {
        Self::File { start, end }
    }
}

/// A value and where it was said. A table stands at its header, its braces or its dotted key.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) data: Data,
    pub(crate) span: Span,
}

#[derive(Clone, Debug)]
pub(crate) enum Data {
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
    /// A date or time, which settings read as text.
    Date(String),
    Array(Vec<Node>),
    Table(Table),
}

pub(crate) type Table = BTreeMap<String, Entry>;

/// A value under a key.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) key: Span,
    pub(crate) node: Node,
}

impl Node {
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn as_table(&self) -> Option<&Table> {
        match &self.data {
            Data::Table(table) => Some(table),
            _ => None,
        }
    }

    /// Adds the keys of the tables in it.
    pub(crate) fn keys<'a>(&'a self, keys: &mut BTreeSet<&'a str>) {
        match &self.data {
            Data::Table(table) => {
                for (key, entry) in table {
                    keys.insert(key);
                    entry.node.keys(keys);
                }
            }
            Data::Array(items) => items.iter().for_each(|item| item.keys(keys)),
            _ => {}
        }
    }

    /// What stands one step further in.
    pub(crate) fn step(&self, step: &Step) -> Option<&Node> {
        match (&self.data, step) {
            (Data::Table(table), Step::Name(name)) => table.get(&**name).map(|entry| &entry.node),
            (Data::Array(items), Step::Index(index)) => items.get(*index),
            _ => None,
        }
    }

    /// The value as JSON, for the check against the schema. What JSON has no number for is `null`.
    pub(crate) fn to_json(&self) -> Json {
        match &self.data {
            Data::Bool(value) => (*value).into(),
            Data::Integer(value) => (*value).into(),
            Data::Float(value) => (*value).into(),
            Data::Text(text) | Data::Date(text) => text.as_str().into(),
            Data::Array(items) => items.iter().map(Node::to_json).collect(),
            Data::Table(table) => Json::Object(
                table
                    .iter()
                    .map(|(key, entry)| (key.clone(), entry.node.to_json()))
                    .collect(),
            ),
        }
    }

    /// The value as a person reads it in a message; long text is cut.
    pub(crate) fn shown(&self) -> String {
        match &self.data {
            Data::Bool(value) => value.to_string(),
            Data::Integer(value) => value.to_string(),
            // `{:?}` keeps the `.0` that tells 3.0 from 3.
            Data::Float(value) => format!("{value:?}"),
            Data::Text(text) => quoted(text),
            Data::Date(text) => text.clone(),
            Data::Array(_) => "a list".to_owned(),
            Data::Table(_) => "a table".to_owned(),
        }
    }
}

/// Text in quotes.
pub(crate) fn quoted(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace('"', "\\\"");
    format!("\"{}\"", short(&text))
}

/// Text on one line, at most 60 characters of it.
pub(crate) fn short(text: &str) -> String {
    const SHOWN: usize = 60;
    let mut shown = String::new();
    for (n, c) in text.chars().enumerate() {
        match c {
            _ if n == SHOWN => {
                shown.push('…');
                break;
            }
            c if c.is_control() => shown.extend(c.escape_default()),
            c => shown.push(c),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::quoted;
    use pretty_assertions::assert_eq;

    #[test]
    fn shown_text_is_one_short_line() {
        assert_eq!(quoted("a \"b\"\n"), r#""a \"b\"\n""#);
        assert_eq!(quoted(&"é".repeat(100)).chars().count(), 63);
    }
}
