//! Bodies of blocks from JSON. Text of the form `${NAME}` becomes an expression, a variable of that name.

use std::rc::Rc;

use serde_json::Value;
use terrace_ir::{Any, Data, Diagnostic, Node, Object, Origin, Root};
use terrace_schema::{Kind, catalog, check_body};

/// The findings about a resource of a type with this body.
pub(crate) fn check(type_name: &str, body: &Value) -> Vec<Diagnostic> {
    let schema = catalog()
        .find(Kind::Resource, type_name)
        .expect("the type is described");
    check_body(schema, &object(body), Origin::Default)
}

fn object(json: &Value) -> Object {
    json.as_object()
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), data(value)))
        .collect()
}

fn data(json: &Value) -> Data {
    match json {
        Value::Null => Data::Null,
        Value::Bool(value) => (*value).into(),
        Value::Number(number) => match number.as_i64() {
            Some(number) => number.into(),
            None => Data::Number(number.to_string().into()),
        },
        Value::String(text) => match text
            .strip_prefix("${")
            .and_then(|text| text.strip_suffix('}'))
        {
            Some(name) => Data::Expr(Rc::new(Node::Root(Root::Variable(name.to_owned().into())))),
            None => text.as_str().into(),
        },
        Value::Array(list) => list
            .iter()
            .map(|item| Any::from(data(item)))
            .collect::<Vec<_>>()
            .into(),
        Value::Object(_) => object(json).into(),
    }
}
