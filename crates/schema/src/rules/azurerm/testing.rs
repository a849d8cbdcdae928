//! Short ways to ask rules, for their tests.

use serde_json::Value;

use super::super::{self as rules, Change};
use crate::catalog::catalog;
use crate::eval::Val;
use crate::model::{Kind, Schema};

/// The names of the rules that refuse a configuration.
pub(super) fn refused(type_name: &str, written: Value) -> Vec<&'static str> {
    let written = val(&written);
    let refused = rules::refused_configuration(&Change::configured(schema(type_name), &written));
    refused.iter().map(|refused| refused.rule.name).collect()
}

/// The names of the rules that refuse an update from one configuration to another, in the plan or in the apply.
pub(super) fn refused_update(type_name: &str, old: Value, new: Value) -> Vec<&'static str> {
    let (old, new) = (val(&old), val(&new));
    let change = Change::update(schema(type_name), &old, &new, &new);
    let all = rules::refused_plan(&change)
        .into_iter()
        .chain(rules::refused_apply(&change));
    all.map(|refused| refused.rule.name).collect()
}

/// The names of the rules that replace, from one state to another.
pub(super) fn replaces(type_name: &str, old: Value, new: Value) -> Vec<&'static str> {
    let (old, new) = (val(&old), val(&new));
    let change = Change::update(schema(type_name), &old, &new, &new);
    rules::replacements(&change).map(|rule| rule.name).collect()
}

/// The names of the changes that are not sent, from one state to another.
pub(super) fn unsent(type_name: &str, old: Value, new: Value) -> Vec<&'static str> {
    let (old, new) = (val(&old), val(&new));
    let change = Change::update(schema(type_name), &old, &new, &new);
    rules::unsent(&change).map(|rule| rule.name).collect()
}

/// The attributes that an update plans as unknown.
pub(super) fn follows(type_name: &str, old: Value, new: Value) -> Vec<&'static str> {
    let (old, new) = (val(&old), val(&new));
    let change = Change::update(schema(type_name), &old, &new, &new);
    rules::follows(&change).collect()
}

/// Whether the difference of one argument between two states is none.
pub(super) fn ignores(type_name: &str, path: &str, old: Value, new: Value) -> bool {
    let (old, new) = (val(&old), val(&new));
    let change = Change::update(schema(type_name), &old, &new, &new);
    let at = |value: &Val| {
        let mut value = value.clone();
        for name in path.split('.') {
            let object = value.as_items().map_or(Some(&value), <[Val]>::first);
            let inner = object.and_then(|object| object.get(name)).cloned();
            value = inner.unwrap_or_else(Val::null);
        }
        value
    };
    let argument = terrace_ir::ArgumentPath::parse(path).expect("a path");
    rules::ignores(&change, argument.steps(), &at(&old), &at(&new)).is_some()
}

/// A value; the text `?` stands for something unknown.
fn val(json: &Value) -> Val {
    match json {
        Value::Null => Val::null(),
        Value::Bool(value) => Val::bool(*value),
        Value::Number(number) => Val::number(crate::eval::Number::whole(
            number.as_i64().expect("a whole number"),
        )),
        Value::String(text) if text == "?" => Val::dynamic(),
        Value::String(text) => Val::text(text.as_str()),
        Value::Array(items) => Val::tuple(items.iter().map(val).collect()),
        Value::Object(entries) => Val::object(
            entries
                .iter()
                .map(|(key, value)| (key.as_str(), val(value))),
        ),
    }
}

fn schema(type_name: &str) -> &'static Schema {
    catalog().find(Kind::Resource, type_name).expect("a type")
}
