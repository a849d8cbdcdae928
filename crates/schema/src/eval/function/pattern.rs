//! Regular expressions.
//!
//! Go's and `regex-lite`'s syntax agree in what people write. A pattern that `regex-lite` does not take may be one of
//! Go's all the same, so its result is unknown.

use regex_lite::{Captures, Regex};
use terrace_ir::Type;

use super::{Outcome, known, text};
use crate::eval::value::{MAX_TEXT, Val};

fn compiled(pattern: &str) -> Option<Regex> {
    Regex::new(pattern).ok()
}

/// What one match gives: the whole text without groups, a tuple of the groups, or an object of the named ones.
fn shape(regex: &Regex) -> Type {
    let names: Vec<Option<&str>> = regex.capture_names().skip(1).collect();
    let named: Vec<&str> = names.iter().flatten().copied().collect();
    if names.is_empty() {
        Type::String
    } else if named.is_empty() {
        Type::Tuple(vec![Type::String; names.len()])
    } else {
        Type::object(
            named
                .into_iter()
                .map(|name| (name.to_owned(), Type::String)),
        )
    }
}

fn matched(regex: &Regex, captures: &Captures<'_>) -> Val {
    let group = |n: usize| match captures.get(n) {
        Some(found) => Val::text(found.as_str()),
        None => Val::null_of(Type::String),
    };
    match shape(regex) {
        Type::Tuple(types) => Val::tuple((1..=types.len()).map(group).collect()),
        Type::Object(_) => Val::object(
            regex
                .capture_names()
                .enumerate()
                .filter_map(|(n, name)| Some((name?, group(n)))),
        ),
        _ => group(0),
    }
}

pub(super) fn regex(values: &[Val]) -> Outcome {
    let Some(regex) = values.first().and_then(Val::as_text).and_then(compiled) else {
        return Ok(None);
    };
    let Some(text) = values.get(1).and_then(Val::as_text) else {
        return known(Val::unknown(shape(&regex)));
    };
    match regex.captures(text) {
        Some(captures) => known(matched(&regex, &captures)),
        None => Err("the pattern matches no part of the text".to_owned()),
    }
}

pub(super) fn regexall(values: &[Val]) -> Outcome {
    let Some(regex) = values.first().and_then(Val::as_text).and_then(compiled) else {
        return Ok(None);
    };
    let element = shape(&regex);
    let Some(text) = values.get(1).and_then(Val::as_text) else {
        return known(Val::unknown(Type::list(element)));
    };
    let matches: Vec<Val> = regex
        .captures_iter(text)
        .map(|captures| matched(&regex, &captures))
        .collect();
    match matches.iter().all(|one| one.is_of(&element)) {
        true => known(Val::list(element, matches)),
        false => Ok(None),
    }
}

pub(super) fn replace(values: &[Val]) -> Outcome {
    let (whole, from, to) = (text(values, 0), text(values, 1), text(values, 2));
    // Every character may be replaced, and by as many groups as the replacement names.
    let longest = (whole.len() + 1).saturating_mul(to.len());
    let groups = to.matches('$').count().saturating_mul(whole.len());
    if longest.max(groups) > MAX_TEXT {
        return Ok(None);
    }
    let pattern = from
        .strip_prefix('/')
        .and_then(|rest| rest.strip_suffix('/'))
        .filter(|_| from.len() > 1);
    match pattern {
        None => known(whole.replace(from, to)),
        Some(pattern) => {
            Ok(compiled(pattern).map(|regex| Val::text(&*regex.replace_all(whole, to))))
        }
    }
}
