//! A reference, step by step: what it begins with, and where it goes from there.

use terrace_ir::{Any, Data, Mode, Node, Root};

/// A step of a traversal.
#[derive(Clone, Copy)]
pub(super) enum Segment<'a> {
    /// `.name`, or the name at the beginning.
    Name(&'a str),
    /// `["key"]`
    Key(&'a str),
    /// `[0]`
    Index(i64),
    /// `[1.5]`, `[true]`: a literal that indexes nothing.
    NoKey,
    /// `[each.key]`: an index that only evaluation gives.
    Dynamic(&'a Node),
}

impl<'a> Segment<'a> {
    /// The name, where the step is one.
    pub(super) fn name(self) -> Option<&'a str> {
        match self {
            Self::Name(name) => Some(name),
            _ => None,
        }
    }

    /// An index that stands there literally or is evaluated.
    pub(super) fn of_index(key: &'a Node) -> Self {
        match key {
            Node::Text(key) => Self::Key(key),
            Node::Number(digits) => digits.parse().map_or(Self::NoKey, Self::Index),
            Node::Bool(_) | Node::Null => Self::NoKey,
            key => Self::Dynamic(key),
        }
    }
}

/// The steps of an argument that takes a reference without `${}`. `None` where it is something else.
pub(super) fn segments(any: &Any) -> Option<Vec<Segment<'_>>> {
    match &any.data {
        Data::Expr(node) => of_node(node),
        Data::Text(text) => of_text(text),
        _ => None,
    }
}

/// Whether a file has text here that reads as no reference, which was said when it was read.
pub(super) fn is_unread(any: &Any) -> bool {
    any.origin.is_file() && matches!(any.data, Data::Text(_))
}

/// The steps of an expression that is nothing but a reference.
pub(super) fn of_node(node: &Node) -> Option<Vec<Segment<'_>>> {
    let mut segments = Vec::new();
    let mut node = node;
    loop {
        match node {
            Node::Attribute(source, name) => {
                segments.push(Segment::Name(name));
                node = source;
            }
            Node::Index(source, key) => {
                segments.push(Segment::of_index(key));
                node = source;
            }
            Node::Root(root) => {
                segments.extend(
                    names_of(root)
                        .into_iter()
                        .flatten()
                        .rev()
                        .map(Segment::Name),
                );
                segments.reverse();
                return Some(segments);
            }
            _ => return None,
        }
    }
}

/// The names with which a root is written.
pub(super) fn names_of(root: &Root) -> [Option<&str>; 3] {
    match root {
        Root::Resource { address, .. } => {
            let prefix = match address.mode {
                Mode::Managed => None,
                Mode::Data => Some("data"),
                Mode::Ephemeral => Some("ephemeral"),
            };
            [prefix, Some(&address.type_name), Some(&address.name)]
        }
        Root::Variable(name) => [Some("var"), Some(name), None],
        Root::Local(name) => [Some("local"), Some(name), None],
        Root::Module(name) => [Some("module"), Some(name), None],
        Root::Each => [Some("each"), None, None],
        Root::Count => [Some("count"), None, None],
        Root::Path => [Some("path"), None, None],
        Root::Terraform => [Some("terraform"), None, None],
        Root::SelfObject => [Some("self"), None, None],
        Root::Name(name) => [Some(name), None, None],
    }
}

/// The one word that an argument is, where it takes a keyword.
pub(super) fn keyword(any: &Any) -> Option<&str> {
    match segments(any)?.as_slice() {
        [Segment::Name(word)] => Some(word),
        _ => None,
    }
}

/// The names of a reference that has nothing else.
pub(super) fn names(any: &Any) -> Option<Vec<&str>> {
    segments(any)?.into_iter().map(Segment::name).collect()
}

/// Reads a reference from text: `a.b[0].c["d"]`.
fn of_text(text: &str) -> Option<Vec<Segment<'_>>> {
    let (name, mut rest) = identifier(text.trim())?;
    let mut segments = vec![Segment::Name(name)];
    while !rest.is_empty() {
        let (segment, after) = if let Some(after) = rest.strip_prefix('.') {
            let (name, after) = identifier(after)?;
            (Segment::Name(name), after)
        } else {
            let inner = rest.strip_prefix('[')?.trim_start();
            if let Some(inner) = inner.strip_prefix('"') {
                let (key, after) = inner.split_once('"')?;
                let is_plain = !key.contains(['\\', '$', '%']);
                let after = after.trim_start().strip_prefix(']')?;
                (is_plain.then_some(Segment::Key(key))?, after)
            } else {
                let (index, after) = inner.split_once(']')?;
                let is_number = index.trim().bytes().all(|digit| digit.is_ascii_digit());
                let index = index.trim().parse().ok().filter(|_| is_number)?;
                (Segment::Index(index), after)
            }
        };
        segments.push(segment);
        rest = after;
    }
    Some(segments)
}

fn identifier(text: &str) -> Option<(&str, &str)> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '-';
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    terrace_ir::address::is_identifier(name).then_some((name, rest))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn written(text: &str) -> Option<String> {
        let any = Any::from(text);
        segments(&any).map(|segments| {
            let steps = segments.iter().map(|segment| match segment {
                Segment::Name(name) => format!(".{name}"),
                Segment::Key(key) => format!("[{key:?}]"),
                Segment::Index(index) => format!("[{index}]"),
                Segment::NoKey | Segment::Dynamic(_) => "[?]".to_owned(),
            });
            steps.collect()
        })
    }

    #[test]
    fn text_is_read_as_a_reference_where_it_is_one() {
        let all = "module.m[\"x\"].a_b.c-d[0]";
        assert_eq!(written(all).as_deref(), Some(".module.m[\"x\"].a_b.c-d[0]"));
        for none in ["", "a.", ".a", "a[", "a[b]", "${a}", "a.b c", "a[\"${x}\"]"] {
            assert_eq!(written(none), None, "{none}");
        }
    }

    #[test]
    fn a_data_source_begins_with_its_prefix() {
        let address = terrace_ir::ResourceAddress::new(Mode::Data, "a_b", "c");
        let root = Root::Resource {
            stack: 0,
            address: address.into(),
        };
        let node = Node::attribute(Node::Root(root).into(), "id");
        let names: Option<Vec<&str>> =
            of_node(&node).map(|segments| segments.into_iter().filter_map(Segment::name).collect());
        assert_eq!(names, Some(vec!["data", "a_b", "c", "id"]));
    }
}
