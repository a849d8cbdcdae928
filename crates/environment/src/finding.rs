//! The findings about keys and values, in the words that the check and the reader share.

use serde_json::Value as Json;
use terrace_ir::{ArgumentPath, Code, Diagnostic, Step};

use crate::codes::{MISSING_KEY, NOT_IN_SET, UNKNOWN_KEY};
use crate::nearest::{did_you_mean, either, nearest};
use crate::tree::{self, Node, Span, quoted};

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
pub(crate) fn amount(
    code: &'static Code,
    path: &ArgumentPath,
    node: &Node,
    problem: &str,
) -> Diagnostic {
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
    let finding = Diagnostic::error(&UNKNOWN_KEY, format!("unknown key `{}`", tree::short(key)))
        .argument(path.to_string())
        .at(span.into());
    match nearest(key, known.clone()) {
        Some(near) => finding.hint(did_you_mean(near)),
        None => match either(known) {
            none if none.is_empty() => finding.detail("no keys are allowed here"),
            known => finding.detail(format!("allowed here: {known}")),
        },
    }
}

/// The key at the end of a path must be said in a table, and is not.
pub(crate) fn missing_key(path: &ArgumentPath, key: &str, table: Span) -> Diagnostic {
    Diagnostic::error(&MISSING_KEY, format!("missing key `{key}`"))
        .argument(path.to_string())
        .at(table.into())
}

/// The value at a path is none of a closed set.
pub(crate) fn not_in_set(path: &ArgumentPath, node: &Node, set: &[Json]) -> Diagnostic {
    let finding = value(
        &NOT_IN_SET,
        path,
        node,
        &format!("{} is expected", any(set)),
    );
    let texts = set.iter().filter_map(Json::as_str);
    match node.as_text().and_then(|text| nearest(text, texts)) {
        Some(near) => finding.hint(format!("did you mean {}?", quoted(near))),
        None => finding,
    }
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
