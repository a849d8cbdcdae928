//! The findings about keys and values, in the words that the check and the reader share.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value as Json;
use terrace_ir::{ArgumentPath, Code, Diagnostic, NoDate, Step};

use crate::codes::{
    MISSING_KEY, NOT_IN_SET, OUT_OF_RANGE, REFUSED, UNKNOWN_KEY, WRONG_FORM, WRONG_LENGTH,
    WRONG_TYPE,
};
use crate::nearest::{did_you_mean, either, nearest};
use crate::schema::{Schema, branches};
use crate::tree::{self, Data, Node, Span, quoted};

/// What the last step of a path is called in a summary; the whole path is the finding's argument.
pub(crate) fn name(path: &ArgumentPath) -> String {
    match path.steps() {
        [] => "the file".to_owned(),
        [.., key @ Step::Name(_), index @ Step::Index(_)] => {
            let mut short = ArgumentPath::root();
            short.push(key.clone());
            short.push(index.clone());
            format!("`{}`", tree::short(&short.to_string()))
        }
        [.., Step::Name(name)] => format!("`{}`", tree::short(name)),
        _ => format!("`{}`", tree::short(&path.to_string())),
    }
}

/// A finding about the value at a path: `` `retention_days` is 400, … ``.
pub(crate) fn value(
    code: &'static Code,
    path: &ArgumentPath,
    node: &Node,
    problem: &str,
) -> Diagnostic {
    let shown = node.shown();
    Diagnostic::error(code, format!("{} is {shown}, {problem}", name(path)))
        .argument(path.to_string())
        .value(shown)
        .at(node.span.into())
}

/// A finding about how much is in the value at a path: `` `name` has 30 characters, … ``.
fn amount(code: &'static Code, path: &ArgumentPath, node: &Node, problem: &str) -> Diagnostic {
    Diagnostic::error(code, format!("{} has {problem}", name(path)))
        .argument(path.to_string())
        .value(node.shown())
        .at(node.span.into())
}

/// The key at the end of a path is none that the settings have.
pub(crate) fn unknown_key<'a>(
    path: &ArgumentPath,
    key: &str,
    span: Span,
    known: impl Iterator<Item = &'a str> + Clone,
) -> Diagnostic {
    let finding = Diagnostic::error(
        &UNKNOWN_KEY,
        format!("there is no key `{}` here", tree::short(key)),
    )
    .argument(path.to_string())
    .at(span.into());
    match nearest(key, known.clone()) {
        Some(near) => finding.hint(did_you_mean(near)),
        None => match either(known) {
            none if none.is_empty() => finding.detail("nothing can be set here"),
            known => finding.hint(format!("use {known}")),
        },
    }
}

/// The key at the end of a path must be said in a table, and is not.
pub(crate) fn missing_key(path: &ArgumentPath, key: &str, table: Span) -> Diagnostic {
    Diagnostic::error(&MISSING_KEY, format!("the key `{key}` is required"))
        .argument(path.to_string())
        .at(table.into())
}

/// What a value must be, behind what it is.
pub(crate) fn must_be(wanted: impl std::fmt::Display) -> String {
    format!("but must be {wanted}")
}

/// The value at a path is none of a closed set.
pub(crate) fn not_in_set(path: &ArgumentPath, node: &Node, set: &[Json]) -> Diagnostic {
    let finding = value(&NOT_IN_SET, path, node, &must_be(any(set)));
    let texts = set.iter().filter_map(Json::as_str);
    match node.as_text().and_then(|text| nearest(text, texts)) {
        Some(near) => finding.hint(format!("did you mean {}?", quoted(near))),
        None => finding,
    }
}

/// The finding about a value by itself; `None` for what is rare.
pub(crate) fn of_value(kind: &Kind, path: &ArgumentPath, node: &Node) -> Option<Diagnostic> {
    let of_value = |code: &'static Code, problem: String| value(code, path, node, &problem);
    let of_amount = |problem: String| amount(&WRONG_LENGTH, path, node, &problem);
    Some(match kind {
        Kind::Type { kind } => {
            let words: Vec<&str> = match kind {
                TypeKind::Single(one) => vec![words(*one)],
                TypeKind::Multiple(many) => many.iter().map(words).collect(),
            };
            of_value(&WRONG_TYPE, must_be(words.join(" or ")))
        }
        Kind::Enum { options } => not_in_set(path, node, options.as_array()?),
        Kind::Constant { expected_value } => {
            not_in_set(path, node, std::slice::from_ref(expected_value))
        }
        Kind::Maximum { limit } => of_value(&OUT_OF_RANGE, must_be(format!("at most {limit}"))),
        Kind::Minimum { limit } => of_value(&OUT_OF_RANGE, must_be(format!("at least {limit}"))),
        Kind::ExclusiveMaximum { limit } => {
            of_value(&OUT_OF_RANGE, must_be(format!("less than {limit}")))
        }
        Kind::ExclusiveMinimum { limit } => {
            of_value(&OUT_OF_RANGE, must_be(format!("more than {limit}")))
        }
        Kind::MultipleOf { multiple_of } => of_value(
            &OUT_OF_RANGE,
            must_be(format!("a multiple of {multiple_of}")),
        ),
        Kind::MaxLength { limit } | Kind::MaxItems { limit } | Kind::MaxProperties { limit } => {
            of_amount(format!("{}, but must have at most {limit}", length(node)))
        }
        Kind::MinLength { limit } | Kind::MinItems { limit } | Kind::MinProperties { limit } => {
            of_amount(format!("{}, but must have at least {limit}", length(node)))
        }
        Kind::Custom {
            keyword,
            message: demand,
        } if keyword == "pattern" => of_value(&WRONG_FORM, format!("but must {demand}")),
        Kind::Format { format } => of_value(&WRONG_FORM, no_format(format)),
        _ => return None,
    })
}

/// What a text is not, by the name of a format of JSON Schema.
fn no_format(format: &str) -> String {
    match format {
        "date" => format!("which is {NoDate}"),
        "email" => "which is no e-mail address".to_owned(),
        "uuid" => "which is no id of the form 00000000-0000-0000-0000-000000000000".to_owned(),
        other => format!("which is no `{other}`"),
    }
}

/// What the rarer keywords refuse, in jsonschema's words.
pub(crate) fn refused(error: &ValidationError<'_>, path: &ArgumentPath, node: &Node) -> Diagnostic {
    let why = error.masked().to_string();
    value(&REFUSED, path, node, &format!("which is refused: {why}"))
}

/// How much is in a value: `3 characters`, `1 entry`.
fn length(node: &Node) -> String {
    let (count, one, many) = match &node.data {
        Data::Text(text) | Data::Date(text) => (text.chars().count(), "character", "characters"),
        Data::Array(items) => (items.len(), "entry", "entries"),
        Data::Table(table) => (table.len(), "entry", "entries"),
        _ => (0, "entry", "entries"),
    };
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A type in the words of TOML.
fn words(ty: JsonType) -> &'static str {
    match ty {
        JsonType::Boolean => "`true` or `false`",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "text",
        JsonType::Array => "a list",
        JsonType::Object => "a table",
        JsonType::Null => "nothing",
    }
}

/// A form of a value in words.
pub(crate) fn form(schema: &Schema, of: &Json) -> String {
    let form_schema = schema.resolve(of);
    let keyword = |keyword: &str| form_schema.get(keyword);
    if let Some(text) = keyword("const") {
        return any(std::slice::from_ref(text));
    }
    if let Some(Json::Array(texts)) = keyword("enum") {
        return any(texts);
    }
    if let Some(Json::Array(keys)) = keyword("required") {
        let keys: Vec<String> = keys
            .iter()
            .filter_map(|key| Some(format!("`{}`", key.as_str()?)))
            .collect();
        return format!("a table with {}", keys.join(", "));
    }
    let forms: Vec<String> = match keyword("type") {
        Some(Json::Array(types)) => types.iter().filter_map(type_in_words).collect(),
        Some(one) => type_in_words(one).into_iter().collect(),
        None => branches(form_schema, "anyOf")
            .or_else(|| branches(form_schema, "oneOf"))
            .unwrap_or_default()
            .iter()
            .map(|it| form(schema, it))
            .collect(),
    };
    match forms.as_slice() {
        [] => "another form".to_owned(),
        forms => forms.join(" or "),
    }
}

fn type_in_words(ty: &Json) -> Option<String> {
    Some(words(ty.as_str()?.parse().ok()?).to_owned())
}

/// Values in prose: `"LRS", "ZRS" or "GRS"`.
pub(crate) fn any(values: &[Json]) -> String {
    let shown: Vec<String> = values.iter().map(literal).collect();
    match shown.as_slice() {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

fn literal(value: &Json) -> String {
    match value {
        Json::String(text) => quoted(text),
        other => other.to_string(),
    }
}
