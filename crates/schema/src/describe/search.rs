//! Finding types by a word in their name or in the name of something that they take.

use crate::catalog;
use crate::model::{Attribute, BlockType, Kind, Schema};

/// A type in which a word was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The type.
    pub schema: &'static Schema,
    /// Paths of the arguments and blocks whose name has the word, `network_rules.default_action`; empty where the
    /// type's own name has it.
    pub paths: Vec<String>,
}

/// Types whose name, or one of whose arguments', has the word, the former first. Words may be separated by blanks; then
/// all of them must be there. Decodes every type.
pub fn search(words: &str) -> Vec<Hit> {
    let words: Vec<String> = words
        .split([' ', '_'])
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    if words.is_empty() {
        return Vec::new();
    }
    let has_all = |name: &str| words.iter().all(|word| name.contains(word.as_str()));
    let mut hits: Vec<Hit> = Vec::new();
    for schema in catalog()
        .schemas()
        .filter(|schema| schema.kind != Kind::Provider)
    {
        let mut paths = Vec::new();
        if !has_all(&schema.name) {
            find(&schema.body, &mut String::new(), &has_all, &mut paths);
            if paths.is_empty() {
                continue;
            }
        }
        hits.push(Hit { schema, paths });
    }
    hits.sort_by_key(|hit| !hit.paths.is_empty());
    hits
}

fn find(
    body: &BlockType,
    path: &mut String,
    has_all: &impl Fn(&str) -> bool,
    found: &mut Vec<String>,
) {
    for attribute in body
        .attributes
        .iter()
        .filter(|attribute| attribute.is_settable())
    {
        step(path, &attribute.name, has_all, found, |path, found| {
            find_members(attribute, path, has_all, found);
        });
    }
    for block in body.blocks.iter().filter(|block| block.name != "timeouts") {
        step(path, &block.name, has_all, found, |path, found| {
            find(&block.body, path, has_all, found)
        });
    }
}

fn find_members(
    attribute: &Attribute,
    path: &mut String,
    has_all: &impl Fn(&str) -> bool,
    found: &mut Vec<String>,
) {
    for member in attribute
        .members
        .iter()
        .flat_map(|members| &members.attributes)
    {
        step(path, &member.name, has_all, found, |path, found| {
            find_members(member, path, has_all, found)
        });
    }
}

/// Goes one name further in, and notes the path if the name has all words.
fn step(
    path: &mut String,
    name: &str,
    has_all: &impl Fn(&str) -> bool,
    found: &mut Vec<String>,
    inside: impl FnOnce(&mut String, &mut Vec<String>),
) {
    let length = path.len();
    if length > 0 {
        path.push('.');
    }
    path.push_str(name);
    if has_all(name) {
        found.push(path.clone());
    }
    inside(path, found);
    path.truncate(length);
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn types_come_before_arguments() {
        let hits = search("outbound rule");
        let first = &hits[0];
        assert!(
            first.schema.name.contains("outbound_rule"),
            "{}",
            first.schema.name
        );
        let in_arguments: Vec<_> = hits.iter().filter(|hit| !hit.paths.is_empty()).collect();
        assert!(
            in_arguments
                .iter()
                .all(|hit| hit.paths.iter().all(|path| path.contains("outbound")))
        );
    }

    #[test]
    fn an_argument_is_found_inside_blocks() {
        let hits = search("default_action");
        let vault = hits
            .iter()
            .find(|hit| hit.schema.name == "azurerm_key_vault")
            .unwrap();
        assert_eq!(vault.paths, ["network_acls.default_action"]);
    }

    #[test]
    fn nothing_is_found_for_nothing() {
        assert_eq!(search(" "), []);
        assert_eq!(search("no such thing"), []);
    }
}
