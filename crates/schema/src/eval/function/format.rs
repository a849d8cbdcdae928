//! `format` and `formatlist`.

use std::iter::Peekable;
use std::str::Chars;

use terrace_ir::Type;

use super::encoding::write_json;
use super::{Outcome, known, text};
use crate::eval::convert::convert;
use crate::eval::problem::described;
use crate::eval::set::write_quoted;
use crate::eval::value::{Kind, MAX_TEXT, Val};

/// What a width or precision may be at most; more is unknown.
const MAX_WIDTH: usize = 1000;

pub(super) fn format(values: &[Val]) -> Outcome {
    let Some((pattern, arguments)) = split_off(values)? else {
        return Ok(None);
    };
    if !values.iter().all(Val::is_wholly_known) {
        return Ok(None);
    }
    Ok(formatted(pattern, &arguments.iter().collect::<Vec<_>>())?.map(Val::text))
}

/// The pattern and the arguments; `None` when the pattern is unknown.
fn split_off(values: &[Val]) -> Result<Option<(&str, &[Val])>, String> {
    match values.split_first() {
        Some((pattern, _)) if pattern.is_null() => Err("`null` is no pattern".to_owned()),
        Some((pattern, rest)) => Ok(pattern.as_text().map(|pattern| (pattern, rest))),
        None => Ok(None),
    }
}

pub(super) fn formatlist(values: &[Val]) -> Outcome {
    if split_off(values)?.is_none() {
        return Ok(None);
    }
    // Lists go along with each other, anything else is repeated.
    let list = |value: &Val| {
        !value.is_null()
            && matches!(
                value.kind(),
                Kind::List(..) | Kind::Set(..) | Kind::Tuple(_)
            )
    };
    let arguments = &values[1..];
    let mut length: Option<(usize, usize)> = None;
    for (n, value) in arguments
        .iter()
        .enumerate()
        .filter(|(_, value)| list(value))
    {
        let count = value.as_items().unwrap_or_default().len();
        match length {
            Some((first, expected)) if expected != count => {
                return Err(format!(
                    "argument {} has {count} elements, but argument {} has {expected}",
                    n + 2,
                    first + 2
                ));
            }
            _ => length = Some((n, count)),
        }
    }
    if !values.iter().all(Val::is_wholly_known) {
        return Ok(None);
    }
    let mut results = Vec::new();
    let mut length_of_all = 0;
    for row in 0..length.map_or(1, |(_, count)| count) {
        let row: Vec<&Val> = arguments
            .iter()
            .map(|value| match value.as_items() {
                Some(items) => &items[row],
                None => value,
            })
            .collect();
        match formatted(text(values, 0), &row)? {
            Some(text) if length_of_all <= MAX_TEXT => {
                length_of_all += text.len();
                results.push(Val::text(text));
            }
            _ => return Ok(None),
        }
    }
    known(Val::list(Type::String, results))
}

/// One verb of a pattern: `%[2]-08.3f`.
#[derive(Default)]
struct Verb {
    minus: bool,
    plus: bool,
    space: bool,
    zero: bool,
    sharp: bool,
    width: Option<usize>,
    precision: Option<usize>,
    letter: char,
}

/// The text; `None` for a verb that is not computed here.
fn formatted(pattern: &str, arguments: &[&Val]) -> Result<Option<String>, String> {
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    let mut next = 0;
    let mut last_used = 0;
    let mut indexed = false;
    let mut certain = true;
    while let Some(c) = chars.next() {
        if c != '%' {
            out.push(c);
            continue;
        }
        if chars.next_if_eq(&'%').is_some() {
            out.push('%');
            continue;
        }
        let (verb, index) = read_verb(&mut chars)?;
        if let Some(index) = index {
            indexed = true;
            next = index;
        }
        let Some(argument) = arguments.get(next) else {
            return Err(format!(
                "`%{}` needs argument {}, but there are {}",
                verb.letter,
                next + 1,
                arguments.len()
            ));
        };
        next += 1;
        last_used = last_used.max(next);
        match verb.write(argument)? {
            Some(text) if out.len() <= MAX_TEXT => out.push_str(&text),
            _ => certain = false,
        }
    }
    if !indexed && last_used < arguments.len() {
        return Err(format!(
            "there are {} arguments, but the pattern uses {last_used}",
            arguments.len()
        ));
    }
    Ok(certain.then_some(out))
}

/// The verb behind a `%`, and the position of its argument where it says one.
fn read_verb(chars: &mut Peekable<Chars<'_>>) -> Result<(Verb, Option<usize>), String> {
    let mut verb = Verb::default();
    while let Some(flag) = chars.next_if(|c| matches!(c, '-' | '+' | ' ' | '0' | '#')) {
        match flag {
            '-' => verb.minus = true,
            '+' => verb.plus = true,
            ' ' => verb.space = true,
            '0' => verb.zero = true,
            _ => verb.sharp = true,
        }
    }
    verb.width = digits(chars);
    if chars.next_if_eq(&'.').is_some() {
        verb.precision = Some(digits(chars).unwrap_or(0));
    }
    let mut index = None;
    if chars.next_if_eq(&'[').is_some() {
        index = digits(chars).and_then(|n| n.checked_sub(1));
        if index.is_none() || chars.next() != Some(']') {
            return Err(
                "a `%[` must be followed by the position of an argument and `]`".to_owned(),
            );
        }
    }
    verb.letter = chars.next().ok_or("the pattern ends inside a verb")?;
    Ok((verb, index))
}

fn digits(chars: &mut Peekable<Chars<'_>>) -> Option<usize> {
    let mut value = None;
    while let Some(digit) = chars.peek().and_then(|c| c.to_digit(10)) {
        chars.next();
        value = Some(
            value
                .unwrap_or(0_usize)
                .saturating_mul(10)
                .saturating_add(digit as usize),
        );
    }
    value
}

impl Verb {
    fn write(&self, value: &Val) -> Result<Option<String>, String> {
        if self
            .width
            .max(self.precision)
            .is_some_and(|n| n > MAX_WIDTH)
        {
            return Ok(None);
        }
        let as_type = |ty: Type| {
            let fits = if value.is_null() {
                None
            } else {
                convert(value, &ty).ok()
            };
            fits.ok_or_else(|| format!("`%{}` does not take {}", self.letter, described(value)))
        };
        match self.letter {
            'v' => match (value.kind(), self.sharp) {
                (Kind::Null(_), false) => Ok(Some(self.padded("null".to_owned()))),
                (Kind::Text(text), false) => Ok(Some(self.padded(text.to_string()))),
                (Kind::Number(_), false) => Self {
                    letter: 'g',
                    ..*self
                }
                .write(value),
                (Kind::Bool(value), _) => Ok(Some(self.padded(value.to_string()))),
                _ => {
                    let mut json = String::new();
                    Ok(write_json(value, &mut json).map(|()| self.padded(json)))
                }
            },
            't' => Ok(as_type(Type::Bool)?
                .as_bool()
                .map(|value| self.padded(value.to_string()))),
            's' | 'q' => {
                let text = as_type(Type::String)?;
                let Some(text) = text.as_text() else {
                    return Ok(None);
                };
                let text: String = match self.precision {
                    Some(n) => text.chars().take(n).collect(),
                    None => text.to_owned(),
                };
                if self.letter == 's' {
                    return Ok(Some(self.padded(text)));
                }
                let mut quoted = String::new();
                write_quoted(&text, &mut quoted);
                Ok(Some(self.padded(quoted)))
            }
            'd' | 'b' | 'o' | 'x' | 'X' => {
                if matches!(self.letter, 'x' | 'X') && matches!(value.kind(), Kind::Text(_)) {
                    return Ok(None);
                }
                let number = as_type(Type::Number)?;
                let Some(number) = number.as_number() else {
                    return Ok(None);
                };
                let Some(whole) = number.to_whole() else {
                    return Err(format!("`%{}` takes whole numbers only", self.letter));
                };
                if self.precision.is_some() || self.sharp {
                    return Ok(None);
                }
                let magnitude = whole.unsigned_abs();
                let digits = match self.letter {
                    'b' => format!("{magnitude:b}"),
                    'o' => format!("{magnitude:o}"),
                    'x' => format!("{magnitude:x}"),
                    'X' => format!("{magnitude:X}"),
                    _ => magnitude.to_string(),
                };
                Ok(Some(self.signed(whole < 0, digits)))
            }
            'f' | 'g' => {
                let number = as_type(Type::Number)?;
                let Some(number) = number.as_number() else {
                    return Ok(None);
                };
                let negative = number < crate::eval::Number::ZERO;
                let digits = match (self.letter, self.precision, number.to_whole()) {
                    _ if self.sharp => return Ok(None),
                    ('f', precision, Some(whole)) => {
                        let places = precision.unwrap_or(6);
                        let point = if places > 0 { "." } else { "" };
                        format!("{}{point}{}", whole.unsigned_abs(), "0".repeat(places))
                    }
                    ('f', precision, None) => decimals(number, precision.unwrap_or(6)),
                    // Short ones only: from 21 digits on Go writes an exponent.
                    ('g', None, Some(whole)) => whole.unsigned_abs().to_string(),
                    ('g', None, None) if number.to_f64().abs() >= 0.0001 => {
                        match number.to_text() {
                            Some(text) => text.trim_start_matches('-').to_owned(),
                            None => return Ok(None),
                        }
                    }
                    _ => return Ok(None),
                };
                Ok(Some(self.signed(negative, digits)))
            }
            'e' | 'E' | 'G' => as_type(Type::Number).map(|_| None),
            letter => Err(format!("there is no verb `%{letter}`")),
        }
    }

    fn signed(&self, negative: bool, digits: String) -> String {
        let sign = match (negative, self.plus, self.space) {
            (true, ..) => "-",
            (_, true, _) => "+",
            (_, _, true) => " ",
            _ => "",
        };
        if self.zero && !self.minus {
            let width = self.width.unwrap_or(0).saturating_sub(sign.len());
            return format!("{sign}{digits:0>width$}");
        }
        self.padded(format!("{sign}{digits}"))
    }

    fn padded(&self, text: String) -> String {
        let width = self.width.unwrap_or(0);
        match (self.minus, self.zero) {
            (true, _) => format!("{text:<width$}"),
            (false, true) => format!("{text:0>width$}"),
            (false, false) => format!("{text:>width$}"),
        }
    }
}

/// The magnitude of a fraction with `places` decimals, rounded half to even as Go does with exact numbers.
fn decimals(number: crate::eval::Number, places: usize) -> String {
    format!("{:.places$}", number.to_f64().abs())
}
