//! What the generated bindings are made of.
//!
//! Their files import all of this at once, and their functions do no more than call into it, so
//! that a crate of them compiles fast. Stack authors meet [`Timeouts`] here and nothing else.

pub use std::collections::BTreeMap;

pub use terrace_ir::{
    Any, AnyId, Choice, Expr, Id, IntoId, IntoSecret, IntoValue, Object, Secret, Value,
};

use terrace_ir::{Data, Origin};

pub use crate::resource::{Binding, IsResource, Resource, ResourceType};
pub use crate::scope::InScope;

/// How long an operation may take before Terraform gives up, such as `90m`.
///
/// Which operations a type has, the documentation of its `set_timeouts` says.
///
/// ```
/// use terrace_core::bindings::{Any, Timeouts};
/// let timeouts: Any = Timeouts::new().create("90m").delete("90m").into();
/// assert_eq!(timeouts.as_object().map(|object| object.len()), Some(2));
/// ```
#[derive(Clone, Default)]
#[must_use = "timeouts do nothing until they are set"]
pub struct Timeouts(Object);

impl Timeouts {
    /// The provider's own limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long creating may take.
    #[track_caller]
    pub fn create(self, limit: impl IntoValue<String>) -> Self {
        Self(argument(self.0, "create", limit.into_value()))
    }

    /// How long reading may take.
    #[track_caller]
    pub fn read(self, limit: impl IntoValue<String>) -> Self {
        Self(argument(self.0, "read", limit.into_value()))
    }

    /// How long updating in place may take.
    #[track_caller]
    pub fn update(self, limit: impl IntoValue<String>) -> Self {
        Self(argument(self.0, "update", limit.into_value()))
    }

    /// How long destroying may take.
    #[track_caller]
    pub fn delete(self, limit: impl IntoValue<String>) -> Self {
        Self(argument(self.0, "delete", limit.into_value()))
    }
}

impl From<Timeouts> for Any {
    fn from(timeouts: Timeouts) -> Self {
        timeouts.0.into()
    }
}

/// A nested block in the making: the structs of the bindings.
pub trait IsBlock {
    /// The block without its type.
    fn into_object(self) -> Object;
}

/// Sets an argument of a nested block in the making. One without an origin was said by the caller.
#[track_caller]
pub fn argument(mut body: Object, name: &'static str, value: impl Into<Any>) -> Object {
    body.set(name, value.into().or_at(Origin::caller()));
    body
}

/// Adds a nested block to those of its name in a block in the making.
#[track_caller]
pub fn nested(mut body: Object, name: &'static str, block: Object) -> Object {
    append(&mut body, name, Any::from(block).or_at(Origin::caller()));
    body
}

/// Adds an element to the list that an argument is.
pub(crate) fn append(body: &mut Object, name: &'static str, element: Any) {
    match body.get_mut(name) {
        Some(Any {
            data: Data::List(elements),
            ..
        }) => elements.push(element),
        Some(other) if other.data != Data::Null => {
            let first = std::mem::replace(other, Data::Null.into());
            *other = vec![first, element].into();
        }
        _ => {
            let origin = element.origin;
            body.set(name, Any::from(vec![element]).or_at(origin));
        }
    }
}

/// Nested blocks as a list.
pub fn block_list(blocks: impl IntoIterator<Item = impl IsBlock>) -> Any {
    let blocks: Vec<Any> = blocks
        .into_iter()
        .map(|block| block.into_object().into())
        .collect();
    blocks.into()
}

/// Ids of one kind as a list.
pub fn id_list<K>(ids: impl IntoIterator<Item = impl IntoId<K>>) -> Any {
    let ids: Vec<Any> = ids.into_iter().map(|id| id.into_id().into_any()).collect();
    ids.into()
}

/// An id of any kind.
pub fn any_id(id: impl Into<AnyId>) -> Any {
    let id: AnyId = id.into();
    id.into_any()
}

/// Ids of any kind as a list.
pub fn any_id_list(ids: impl IntoIterator<Item = impl Into<AnyId>>) -> Any {
    let ids: Vec<Any> = ids.into_iter().map(any_id).collect();
    ids.into()
}

/// An attribute in a block of which there is one, `identity[0].principal_id`.
#[must_use]
pub fn in_block<T>(resource: &Resource, block: &'static str, name: &'static str) -> Expr<T> {
    let block: Expr<Any> = resource.attribute(block);
    block.index::<Any>(0).attribute(name)
}

/// An object of nothing but nulls: what Terraform wants of a block that is written as an attribute,
/// which must hold every member.
#[must_use]
pub fn nulls(names: &[&'static str]) -> Object {
    names.iter().map(|name| (*name, Data::Null)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn blocks_of_one_name_are_kept_in_order() {
        let rule = |name: &str| Object::new().with("name", name);
        let body = nested(Object::new(), "rule", rule("a"));
        let body = nested(body, "rule", rule("b"));
        let names: Vec<_> = body
            .get("rule")
            .into_iter()
            .flat_map(Any::bodies)
            .filter_map(|rule| rule.get("name")?.as_text())
            .collect();
        assert_eq!(names, ["a", "b"]);
    }

    #[test]
    fn a_member_that_is_null_so_far_takes_a_first_block() {
        let body = nested(nulls(&["ip_rule"]), "ip_rule", Object::new());
        assert_eq!(
            body.get("ip_rule").and_then(Any::as_list).map(<[_]>::len),
            Some(1)
        );
    }

    #[test]
    fn an_argument_of_a_block_is_blamed_at_the_line_that_sets_it() {
        let body = argument(Object::new(), "days", 7);
        let origin = body.get("days").map(|value| value.origin);
        assert!(matches!(origin, Some(Origin::Code(at)) if at.file().ends_with("bindings.rs")));
    }
}
