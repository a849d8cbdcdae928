//! The elements of sets: equality, and the order in which Terraform goes through them.

use std::cmp::Ordering;
use std::fmt::Write;

use terrace_ir::Type;

use super::value::{Kind, Val};

/// Whether Terraform's `==` holds between two values; `None` where that depends on what is unknown.
///
/// Values of two types are never equal (`1 == "1"` is false), but `null` of any type equals any other.
#[must_use]
pub fn equal(a: &Val, b: &Val) -> Option<bool> {
    match (a.kind(), b.kind()) {
        (Kind::Null(_), Kind::Null(_)) => Some(true),
        (Kind::Unknown(_), Kind::Null(_)) | (Kind::Null(_), Kind::Unknown(_)) => None,
        (Kind::Null(_), _) | (_, Kind::Null(_)) => Some(false),
        (Kind::Unknown(_), Kind::Unknown(_)) => None,
        (Kind::Unknown(ty), _) => unknown_equals(ty, b),
        (_, Kind::Unknown(ty)) => unknown_equals(ty, a),
        (Kind::Bool(a), Kind::Bool(b)) => Some(a == b),
        (Kind::Number(a), Kind::Number(b)) => Some(a == b),
        (Kind::Text(a), Kind::Text(b)) => Some(a == b),
        (Kind::List(x, a), Kind::List(y, b)) => same_type(x, y, || all_equal(a, b)),
        (Kind::Set(x, a), Kind::Set(y, b)) => same_type(x, y, || {
            // Unknown elements may turn out to be equal to others, so nothing is certain.
            (a.iter().chain(b.iter()).all(Val::is_wholly_known)).then(|| {
                a.len() == b.len()
                    && a.iter()
                        .zip(b.iter())
                        .all(|(a, b)| equal(a, b) == Some(true))
            })
        }),
        (Kind::Tuple(a), Kind::Tuple(b)) => all_equal(a, b),
        (Kind::Map(x, a), Kind::Map(y, b)) => same_type(x, y, || entries_equal(a, b)),
        (Kind::Object(a), Kind::Object(b)) => entries_equal(a, b),
        _ => Some(false),
    }
}

fn unknown_equals(ty: &Type, known: &Val) -> Option<bool> {
    if has_dynamic(ty) || has_dynamic(&known.ty()) || known.is_of(ty) {
        return None;
    }
    Some(false)
}

fn same_type(a: &Type, b: &Type, equal: impl FnOnce() -> Option<bool>) -> Option<bool> {
    if a == b {
        equal()
    } else if has_dynamic(a) || has_dynamic(b) {
        None
    } else {
        Some(false)
    }
}

fn all_equal(a: &[Val], b: &[Val]) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    all(a.iter().zip(b).map(|(a, b)| equal(a, b)))
}

fn entries_equal<K: PartialEq>(a: &[(K, Val)], b: &[(K, Val)]) -> Option<bool> {
    if a.len() != b.len() || a.iter().zip(b).any(|(a, b)| a.0 != b.0) {
        return Some(false);
    }
    all(a.iter().zip(b).map(|(a, b)| equal(&a.1, &b.1)))
}

/// One that is false decides, else one that is unknown.
fn all(verdicts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for verdict in verdicts {
        match verdict {
            Some(false) => return Some(false),
            Some(true) => {}
            None => result = None,
        }
    }
    result
}

/// Whether any part of a type is unknown.
pub(super) fn has_dynamic(ty: &Type) -> bool {
    match ty {
        Type::Dynamic => true,
        Type::String | Type::Number | Type::Bool => false,
        Type::List(element) | Type::Set(element) | Type::Map(element) => has_dynamic(element),
        Type::Tuple(types) => types.iter().any(has_dynamic),
        Type::Object(fields) => fields.iter().any(|field| has_dynamic(&field.ty)),
    }
}

/// The elements of a set in their order, each once. Unknown elements are all kept: they may differ.
pub(super) fn ordered(mut items: Vec<Val>) -> Vec<Val> {
    if items.iter().all(|item| !composite(item)) {
        items.sort_by(order);
    } else {
        items.sort_by_cached_key(|item| (rank(item), notation(item)));
    }
    items.dedup_by(|a, b| equal(a, b) == Some(true));
    items
}

fn composite(item: &Val) -> bool {
    item.as_items().is_some() || item.as_entries().is_some()
}

/// Known ones first, `null` after them, unknown ones last.
fn rank(item: &Val) -> u8 {
    match item.kind() {
        Kind::Null(_) => 1,
        Kind::Unknown(_) => 2,
        _ => 0,
    }
}

fn order(a: &Val, b: &Val) -> Ordering {
    match (a.kind(), b.kind()) {
        (Kind::Text(a), Kind::Text(b)) => a.cmp(b),
        (Kind::Number(a), Kind::Number(b)) => a.cmp(b),
        (Kind::Bool(a), Kind::Bool(b)) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    }
}

/// The text by which Terraform orders elements that are no texts, numbers or booleans. It promises no such order, but
/// keeps to this one (cty 1.16, `set_internals.go`).
fn notation(value: &Val) -> Vec<u8> {
    let mut out = String::new();
    write_notation(value, &mut out);
    out.into_bytes()
}

fn write_notation(value: &Val, out: &mut String) {
    match value.kind() {
        Kind::Unknown(_) => out.push('?'),
        Kind::Null(_) => out.push('~'),
        Kind::Bool(value) => out.push(if *value { 'T' } else { 'F' }),
        Kind::Number(number) => match number.to_text() {
            Some(text) => out.push_str(&text),
            None => {
                // Writing to a String cannot fail.
                let _ = write!(out, "{}", number.to_f64());
            }
        },
        Kind::Text(text) => write_quoted(text, out),
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
            out.push('[');
            for item in items.iter() {
                write_notation(item, out);
                out.push(';');
            }
            out.push(']');
        }
        Kind::Map(_, entries) => {
            out.push('{');
            for (key, item) in entries.iter() {
                write_quoted(key, out);
                out.push(':');
                write_notation(item, out);
                out.push(';');
            }
            out.push('}');
        }
        Kind::Object(entries) => {
            out.push('<');
            for (_, item) in entries.iter() {
                write_notation(item, out);
                out.push(';');
            }
            out.push('>');
        }
    }
}

/// Text in quotes as Go's `%q` writes it.
pub(super) fn write_quoted(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii_control() => {
                let _ = write!(out, "\\x{:02x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
