//! Values on their way between Terraform and the twin.
//!
//! | module | what it does |
//! |---|---|
//! | [`msgpack`] | cty's MessagePack, in which Terraform sends values |
//! | [`json`] | the JSON of state files |

pub mod json;
pub mod msgpack;

use terrace_ir::Type;
use terrace_schema::eval::Val;

/// The object with one attribute set to another value. What is no object stays as it is.
#[must_use]
pub fn with(object: &Val, name: &str, value: Val) -> Val {
    let Some(entries) = object.as_entries() else {
        return object.clone();
    };
    Val::object(entries.iter().map(|(key, old)| {
        let value = match &**key == name {
            true => value.clone(),
            false => old.clone(),
        };
        (key.clone(), value)
    }))
}

/// The known text of an attribute.
#[must_use]
pub fn text<'a>(object: &'a Val, name: &str) -> Option<&'a str> {
    object.get(name)?.as_text()
}

/// A list, set or, for anything else, the first item.
#[must_use]
pub fn collection(ty: &Type, items: Vec<Val>) -> Val {
    match ty {
        Type::Set(element) => Val::set((**element).clone(), items),
        Type::List(element) => Val::list((**element).clone(), items),
        _ => Val::tuple(items),
    }
}
