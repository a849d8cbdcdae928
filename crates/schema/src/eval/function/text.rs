//! Functions over text.
//!
//! Terraform counts grapheme clusters. Here a text is counted only where every character is one; others are unknown.

use terrace_ir::Type;

use super::{Outcome, known, text, texts, whole};
use crate::eval::value::{MAX_TEXT, Val};

pub(super) fn chomp(values: &[Val]) -> Outcome {
    known(text(values, 0).trim_end_matches(['\r', '\n']))
}

pub(super) fn endswith(values: &[Val]) -> Outcome {
    known(text(values, 0).ends_with(text(values, 1)))
}

pub(super) fn indent(values: &[Val]) -> Outcome {
    let width = usize::try_from(whole(values, 0)?).map_err(|_| "the width must not be negative")?;
    let text = text(values, 1);
    let lines = text.matches('\n').count();
    match lines.saturating_mul(width) <= MAX_TEXT {
        true => known(text.replace('\n', &format!("\n{}", " ".repeat(width)))),
        false => Ok(None),
    }
}

pub(super) fn join(values: &[Val]) -> Outcome {
    if values.len() < 2 {
        return Err("at least one list is needed".to_owned());
    }
    if !values.iter().all(Val::is_wholly_known) {
        return Ok(None);
    }
    let lists: Option<Vec<Vec<&str>>> = values.iter().skip(1).map(texts).collect();
    match lists {
        Some(lists) => {
            let (parts, separator) = (lists.concat(), text(values, 0));
            match parts.len().saturating_mul(separator.len()) <= MAX_TEXT {
                true => known(parts.join(separator)),
                false => Ok(None),
            }
        }
        None => Err("an element is `null`".to_owned()),
    }
}

/// Go changes each character by itself, where Rust lets one become several.
fn changed<I: Iterator<Item = char>>(text: &str, change: impl Fn(char) -> I) -> String {
    text.chars()
        .map(|c| {
            let mut changed = change(c);
            match (changed.next(), changed.next()) {
                (Some(one), None) => one,
                _ => c,
            }
        })
        .collect()
}

pub(super) fn lower(values: &[Val]) -> Outcome {
    known(changed(text(values, 0), char::to_lowercase))
}

pub(super) fn upper(values: &[Val]) -> Outcome {
    known(changed(text(values, 0), char::to_uppercase))
}

pub(super) fn title(values: &[Val]) -> Outcome {
    let mut inside = false;
    let titled: String = text(values, 0)
        .chars()
        .map(|c| {
            let first = !inside;
            inside = c.is_alphanumeric() || c == '_' || !c.is_ascii() && !c.is_whitespace();
            match first {
                true => changed(c.encode_utf8(&mut [0; 4]), char::to_uppercase),
                false => c.to_string(),
            }
        })
        .collect();
    known(titled)
}

pub(super) fn split(values: &[Val]) -> Outcome {
    let (separator, whole) = (text(values, 0), text(values, 1));
    let parts: Vec<Val> = match (separator, whole) {
        ("", whole) => whole.chars().map(|c| Val::text(c.to_string())).collect(),
        (separator, whole) => whole.split(separator).map(Val::text).collect(),
    };
    known(Val::list(Type::String, parts))
}

pub(super) fn startswith(values: &[Val]) -> Outcome {
    known(text(values, 0).starts_with(text(values, 1)))
}

pub(super) fn strcontains(values: &[Val]) -> Outcome {
    known(text(values, 0).contains(text(values, 1)))
}

pub(super) fn strrev(values: &[Val]) -> Outcome {
    let text = text(values, 0);
    match is_simple(text) {
        true => known(text.chars().rev().collect::<String>()),
        false => Ok(None),
    }
}

pub(super) fn substr(values: &[Val]) -> Outcome {
    let text = text(values, 0);
    let (offset, length) = (whole(values, 1)?, whole(values, 2)?);
    if !is_simple(text) {
        return Ok(None);
    }
    let count = i64::try_from(text.chars().count()).unwrap_or(i64::MAX);
    // From the end, a length of 0 means all the rest; so Terraform has it.
    let to_end = length < 0 || length == 0 && offset < 0;
    let from = if offset < 0 {
        offset.saturating_add(count)
    } else {
        offset
    };
    let from = usize::try_from(from.max(0)).unwrap_or(usize::MAX);
    let rest = text.chars().skip(from);
    let part: String = match to_end {
        true => rest.collect(),
        false => rest
            .take(usize::try_from(length).unwrap_or(usize::MAX))
            .collect(),
    };
    known(part)
}

pub(super) fn trim(values: &[Val]) -> Outcome {
    let cut = text(values, 1);
    known(text(values, 0).trim_matches(|c| cut.contains(c)))
}

pub(super) fn trimprefix(values: &[Val]) -> Outcome {
    let text = (text(values, 0), text(values, 1));
    known(text.0.strip_prefix(text.1).unwrap_or(text.0))
}

pub(super) fn trimspace(values: &[Val]) -> Outcome {
    known(text(values, 0).trim())
}

pub(super) fn trimsuffix(values: &[Val]) -> Outcome {
    let text = (text(values, 0), text(values, 1));
    known(text.0.strip_suffix(text.1).unwrap_or(text.0))
}

/// How many characters a text has; `None` when they are not simply those of Rust.
pub(super) fn length(text: &str) -> Option<usize> {
    is_simple(text).then(|| text.chars().count())
}

/// Whether every character is a grapheme cluster for certain: no line ends of two characters, no accents that combine,
/// no scripts in which letters join.
fn is_simple(text: &str) -> bool {
    text.chars().all(|c| {
        matches!(c, '\u{0}'..='\u{c}' | '\u{e}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{48a}'..='\u{52f}'
            | '\u{1e00}'..='\u{1fff}' | '\u{2010}'..='\u{2027}' | '\u{20a0}'..='\u{20bf}'
            | '\u{3040}'..='\u{3096}' | '\u{30a0}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}')
    })
}
