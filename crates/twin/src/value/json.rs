//! Values in the JSON of state files and of the twin's own store.

use serde_json::Value as Json;
use terrace_ir::Type;
use terrace_schema::eval::number::{Number, Parsed};
use terrace_schema::eval::{Kind, Val};

use crate::protocol::schema::to_json as type_to_json;

/// A wholly known value as JSON. What is unknown becomes `null`.
///
/// Where the type is dynamic, the JSON is an object of `type` and `value`, as in state files.
#[must_use]
pub fn to_json(value: &Val, ty: &Type) -> Json {
    if *ty == Type::Dynamic && !value.is_null() && value.is_known() {
        let own = value.ty();
        return serde_json::json!({"type": type_to_json(&own), "value": to_json(value, &own)});
    }
    let element = ty.element().unwrap_or(&Type::Dynamic);
    match value.kind() {
        Kind::Unknown(_) | Kind::Null(_) => Json::Null,
        Kind::Bool(value) => Json::Bool(*value),
        Kind::Number(number) => number_to_json(*number),
        Kind::Text(text) => Json::String(text.to_string()),
        Kind::List(_, items) | Kind::Set(_, items) => {
            Json::Array(items.iter().map(|item| to_json(item, element)).collect())
        }
        Kind::Tuple(items) => Json::Array(match ty {
            Type::Tuple(types) => items
                .iter()
                .zip(types)
                .map(|(item, ty)| to_json(item, ty))
                .collect(),
            _ => items.iter().map(|item| to_json(item, &item.ty())).collect(),
        }),
        Kind::Map(_, entries) => Json::Object(
            entries
                .iter()
                .map(|(key, item)| (key.to_string(), to_json(item, element)))
                .collect(),
        ),
        Kind::Object(entries) => Json::Object(
            entries
                .iter()
                .map(|(name, item)| {
                    let json = match ty.field(name) {
                        Some(field) => to_json(item, &field.ty),
                        None => to_json(item, &item.ty()),
                    };
                    (name.to_string(), json)
                })
                .collect(),
        ),
    }
}

fn number_to_json(number: Number) -> Json {
    if let Some(whole) = number.to_whole() {
        return whole.into();
    }
    serde_json::Number::from_f64(number.to_f64()).map_or(Json::Null, Json::Number)
}

/// JSON as a value of a type. Attributes that are not there become `null`, those that the type does not have are
/// dropped: the state of an older schema becomes one of this.
#[must_use]
pub fn from_json(json: &Json, ty: &Type) -> Val {
    let null = || Val::null_of(ty.clone());
    match (json, ty) {
        (Json::Null, _) => null(),
        (Json::Object(object), Type::Dynamic) => {
            let own = object.get("type").and_then(Type::from_json);
            match (own, object.get("value")) {
                (Some(own), Some(value)) => from_json(value, &own),
                _ => untyped(json),
            }
        }
        (_, Type::Dynamic) => untyped(json),
        (Json::Bool(value), Type::Bool) => Val::bool(*value),
        (Json::Number(digits), Type::Number) => match Number::parse(&digits.to_string()) {
            Parsed::Exact(number) => Val::number(number),
            _ => null(),
        },
        (Json::String(text), Type::String) => Val::text(text.as_str()),
        (Json::Number(number), Type::String) => Val::text(number.to_string()),
        (Json::Bool(value), Type::String) => Val::text(value.to_string()),
        (Json::Array(items), Type::List(element)) => {
            let items = items.iter().map(|item| from_json(item, element));
            Val::list((**element).clone(), items.collect())
        }
        (Json::Array(items), Type::Set(element)) => {
            let items = items.iter().map(|item| from_json(item, element));
            Val::set((**element).clone(), items.collect())
        }
        (Json::Array(items), Type::Tuple(types)) if items.len() == types.len() => Val::tuple(
            items
                .iter()
                .zip(types)
                .map(|(item, ty)| from_json(item, ty))
                .collect(),
        ),
        (Json::Object(object), Type::Map(element)) => {
            let entries = object
                .iter()
                .map(|(key, item)| (key.as_str().into(), from_json(item, element)));
            Val::map((**element).clone(), entries.collect())
        }
        (Json::Object(object), Type::Object(fields)) => Val::object(fields.iter().map(|field| {
            let json = object.get(&field.name).unwrap_or(&Json::Null);
            (field.name.as_str(), from_json(json, &field.ty))
        })),
        _ => null(),
    }
}

/// JSON as the value that `jsondecode` gives.
#[must_use]
pub fn untyped(json: &Json) -> Val {
    match json {
        Json::Null => Val::null(),
        Json::Bool(value) => Val::bool(*value),
        Json::Number(_) => from_json(json, &Type::Number),
        Json::String(text) => Val::text(text.as_str()),
        Json::Array(items) => Val::tuple(items.iter().map(untyped).collect()),
        Json::Object(object) => Val::object(
            object
                .iter()
                .map(|(key, item)| (key.as_str(), untyped(item))),
        ),
    }
}

/// A known value as plain JSON, `null` attributes left out, the way in which Azure is sent one.
#[must_use]
pub fn plain(value: &Val) -> Json {
    match value.kind() {
        Kind::Object(entries) | Kind::Map(_, entries) => Json::Object(
            entries
                .iter()
                .filter(|(_, item)| !item.is_null())
                .map(|(key, item)| (key.to_string(), plain(item)))
                .collect(),
        ),
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
            Json::Array(items.iter().map(plain).collect())
        }
        _ => to_json(value, &value.ty()),
    }
}
