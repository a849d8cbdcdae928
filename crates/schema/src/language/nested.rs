//! Nested blocks as JSON writes them: an object, or a list of objects; behind labels, objects of those.

use terrace_ir::{Any, Data, Key, Object, Origin};

/// One block of a list of blocks.
#[derive(Clone, Copy)]
pub(crate) enum Item<'a> {
    /// A body; `null` in a list is an empty one.
    Body(Option<&'a Object>),
    /// A list in the list, which Terraform merges to one body: nobody writes this, and nothing is said about it.
    Merged,
    /// Anything else.
    Wrong,
}

/// A block, its place in the list that it stands in, and the value that holds it.
pub(crate) struct Nested<'a> {
    pub(crate) index: Option<usize>,
    pub(crate) item: Item<'a>,
    pub(crate) value: &'a Any,
}

/// The blocks that a value holds: none for `null`. Not even that for what is no block at all.
pub(crate) fn blocks(any: &Any) -> Option<Vec<Nested<'_>>> {
    match &any.data {
        Data::Null => Some(Vec::new()),
        Data::Object(object) => Some(vec![Nested {
            index: None,
            item: Item::Body(Some(object)),
            value: any,
        }]),
        Data::List(list) => Some(
            list.iter()
                .enumerate()
                .map(|(index, value)| Nested {
                    index: Some(index),
                    item: item(value),
                    value,
                })
                .collect(),
        ),
        _ => None,
    }
}

fn item(value: &Any) -> Item<'_> {
    match &value.data {
        Data::Null => Item::Body(None),
        Data::Object(object) => Item::Body(Some(object)),
        Data::List(list) => match list.as_slice() {
            [] => Item::Body(None),
            [one] => item(one),
            _ => Item::Merged,
        },
        _ => Item::Wrong,
    }
}

/// The bodies that a value holds, where it is a block, with their places in the list.
pub(crate) fn bodies(any: &Any) -> impl Iterator<Item = (Option<usize>, &Object)> {
    blocks(any)
        .unwrap_or_default()
        .into_iter()
        .filter_map(|nested| match nested.item {
            Item::Body(Some(object)) => Some((nested.index, object)),
            _ => None,
        })
}

/// What stands behind the labels of a value: each label with where it was said. Comments are no labels in Terraform's
/// eyes either, but they are an error there, so they are given as labels.
pub(crate) fn labels(any: &Any) -> impl Iterator<Item = (&str, Origin, &Any)> {
    bodies(any)
        .flat_map(|(_, object)| object.iter())
        .filter_map(|entry| match &entry.key {
            Key::Text(label) => Some((&**label, entry.key_origin, &entry.value)),
            Key::Expr(_) => None,
        })
}
