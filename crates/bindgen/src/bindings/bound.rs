//! The list of what is bound, `bound.txt`: a kind and a type on each line, sorted.

use std::fs;
use std::path::PathBuf;

use terrace_schema::Kind;

/// A line of the list. The order is the order in the file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bound {
    pub(crate) kind: Kind,
    pub(crate) type_name: String,
}

const KINDS: [(&str, Kind); 3] = [
    ("resource", Kind::Resource),
    ("data", Kind::DataSource),
    ("ephemeral", Kind::Ephemeral),
];

/// The lines of a list; what starts with `#` is a comment.
///
/// # Errors
/// When a line is not a kind and a type.
pub(crate) fn parse(text: &str) -> Result<Vec<Bound>, String> {
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let bound = lines.map(|line| {
        let (word, type_name) = line.split_once(' ').unwrap_or_default();
        let kind = KINDS.iter().find(|(name, _)| *name == word);
        let kind = kind.ok_or_else(|| {
            format!("bound.txt: {line:?} is not `resource`, `data` or `ephemeral` and a type")
        })?;
        Ok(Bound {
            kind: kind.1,
            type_name: type_name.trim().to_owned(),
        })
    });
    bound.collect()
}

/// The list as it is checked in.
pub(crate) fn read() -> Result<Vec<Bound>, String> {
    let text = fs::read_to_string(path())
        .map_err(|error| format!("cannot read crates/bindgen/bound.txt: {error}"))?;
    parse(&text)
}

/// The text of a list with one more line, in its place; unchanged where it is there already.
pub(crate) fn with(text: &str, new: &Bound) -> Result<String, String> {
    let mut all = parse(text)?;
    all.push(new.clone());
    all.sort();
    all.dedup();
    let comments: String = text
        .lines()
        .take_while(|line| line.starts_with('#'))
        .map(|line| format!("{line}\n"))
        .collect();
    Ok(all.iter().fold(comments, |text, bound| {
        let word = KINDS
            .iter()
            .find(|(_, kind)| *kind == bound.kind)
            .map_or("", |(word, _)| word);
        format!("{text}{word} {}\n", bound.type_name)
    }))
}

/// Adds a line to the list that is checked in.
pub(crate) fn add(new: &Bound) -> Result<(), String> {
    let text = fs::read_to_string(path())
        .map_err(|error| format!("cannot read crates/bindgen/bound.txt: {error}"))?;
    fs::write(path(), with(&text, new)?)
        .map_err(|error| format!("cannot write crates/bindgen/bound.txt: {error}"))
}

fn path() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("bound.txt")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_line_is_added_in_its_place_and_once() {
        let new = Bound {
            kind: Kind::Resource,
            type_name: "t_b".to_owned(),
        };
        let text = "# Types.\nresource t_a\nresource t_c\ndata t_a\n";
        let longer = "# Types.\nresource t_a\nresource t_b\nresource t_c\ndata t_a\n";
        assert_eq!(with(text, &new).as_deref(), Ok(longer));
        assert_eq!(with(longer, &new).as_deref(), Ok(longer));
    }

    #[test]
    fn a_line_of_no_kind_is_an_error() {
        assert_eq!(
            parse("module t_a").unwrap_err(),
            "bound.txt: \"module t_a\" is not `resource`, `data` or `ephemeral` and a type"
        );
    }

    #[test]
    fn the_list_is_sorted() {
        let bound = read().unwrap();
        assert!(bound.is_sorted());
    }
}
