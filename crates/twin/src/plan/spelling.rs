//! Differences of spelling that the provider takes for none.

use serde_json::Value as Json;
use terrace_schema::eval::Val;
use terrace_schema::model::Attribute;

/// Whether two texts differ in spelling only, of an argument where the provider ignores that.
pub(super) fn is_same(attribute: &Attribute, old: Option<&Val>, new: Option<&Val>) -> bool {
    if !attribute.ignores_spelling && !attribute.normalized {
        return false;
    }
    let (Some(old), Some(new)) = (old.and_then(Val::as_text), new.and_then(Val::as_text)) else {
        return false;
    };
    squeezed(old) == squeezed(new) || is_same_json(old, new)
}

/// The value as the provider keeps it: a location without blanks and in small letters.
pub(super) fn normalized(attribute: &Attribute, value: &Val) -> Val {
    match value.as_text() {
        Some(text) if attribute.normalized && attribute.name.ends_with("location") => {
            Val::text(squeezed(text))
        }
        _ => value.clone(),
    }
}

/// Without blanks, in small letters.
pub(super) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<String>().to_lowercase()
}

fn is_same_json(old: &str, new: &str) -> bool {
    let read = |text| {
        serde_json::from_str::<Json>(text)
            .ok()
            .filter(|json| !json.is_null())
    };
    matches!((read(old), read(new)), (Some(old), Some(new)) if old == new)
}
