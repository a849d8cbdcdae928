//! Cron expressions as Azure takes them in schedules: five fields, in minutes.
//!
//! Source: the documentation of schedules of Azure Machine Learning (`reference-yaml-schedule`, `how-to-schedule-pipeline-job`),
//! August 2026.

use std::fmt;
use std::ops::RangeInclusive;

/// One field of an expression.
struct Field {
    name: &'static str,
    range: RangeInclusive<u8>,
    /// Names for the numbers, from the first one on.
    names: &'static [&'static str],
}

static FIELDS: [Field; 5] = [
    field("minutes", 0..=59, &[]),
    field("hours", 0..=23, &[]),
    field("days of the month", 1..=31, &[]),
    field(
        "months",
        1..=12,
        &[
            "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
        ],
    ),
    field(
        "days of the week",
        0..=6,
        &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    ),
];

const fn field(
    name: &'static str,
    range: RangeInclusive<u8>,
    names: &'static [&'static str],
) -> Field {
    Field { name, range, names }
}

/// Why a text is no cron expression. It reads behind the text: `"0 19 * *", which …`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CronError {
    /// Not five fields.
    Fields(usize),
    /// A part of a field that says nothing.
    Part {
        /// The part as it stands.
        part: String,
        /// Which field it is in.
        field: &'static str,
        /// What the numbers of the field may be.
        range: RangeInclusive<u8>,
    },
}

impl fmt::Display for CronError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fields(count) => write!(
                f,
                "which has {count} fields, but must have 5: minutes, hours, days of the month, months, days of the week"
            ),
            Self::Part { part, field, range } => write!(
                f,
                "which has \"{part}\" among the {field}; they go from {} to {}",
                range.start(),
                range.end()
            ),
        }
    }
}

impl std::error::Error for CronError {}

/// Looks whether a text is a cron expression that Azure takes.
///
/// # Errors
/// The number of fields, or the first part that says nothing.
pub fn check(text: &str) -> Result<(), CronError> {
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    if fields.len() != FIELDS.len() {
        return Err(CronError::Fields(fields.len()));
    }
    for (text, field) in fields.into_iter().zip(&FIELDS) {
        if let Some(part) = text.split(',').find(|part| !field.takes(part)) {
            return Err(CronError::Part {
                part: part.to_owned(),
                field: field.name,
                range: field.range.clone(),
            });
        }
    }
    Ok(())
}

impl Field {
    /// `*`, `3`, `1-5`, `MON-FRI`, and each of them every so often: `*/15`.
    fn takes(&self, part: &str) -> bool {
        let (span, step) = match part.split_once('/') {
            Some((span, step)) => (span, Some(step)),
            None => (part, None),
        };
        let steps = step.is_none_or(|step| matches!(number(step), Some(1..)));
        let spans = match span.split_once('-') {
            _ if span == "*" => true,
            Some((from, to)) => match (self.value(from), self.value(to)) {
                (Some(from), Some(to)) => from <= to,
                _ => false,
            },
            None => self.value(span).is_some(),
        };
        steps && spans
    }

    fn value(&self, text: &str) -> Option<u8> {
        let named = self
            .names
            .iter()
            .position(|name| name.eq_ignore_ascii_case(text));
        let value = match named {
            Some(at) => self.range.start() + u8::try_from(at).ok()?,
            None => number(text)?,
        };
        self.range.contains(&value).then_some(value)
    }
}

/// Digits and nothing else: no sign, no blank.
fn number(text: &str) -> Option<u8> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn five_fields_of_numbers_ranges_lists_and_steps_are_taken() {
        for text in [
            "0 19 * * *",
            "*/15 8-18 * * 1-5",
            "0,30 6 1,15 JAN-mar MON,wed",
            "0 0 31 12 6",
        ] {
            assert_eq!(check(text), Ok(()), "{text}");
        }
    }

    #[test]
    fn what_no_schedule_understands_is_named() {
        let problem = |text: &str| check(text).expect_err(text).to_string();
        assert_eq!(
            problem("0 19 * *"),
            "which has 4 fields, but must have 5: minutes, hours, days of the month, months, days of the week"
        );
        for (text, part) in [
            ("60 19 * * *", "60"),
            ("0 24 * * *", "24"),
            ("0 19 0 * *", "0"),
            ("0 19 * 13 *", "13"),
            ("0 19 * * 7", "7"),
            ("0 19 * * FRI-MON", "FRI-MON"),
            ("*/0 19 * * *", "*/0"),
            ("0 1, * * *", ""),
            ("0 +1 * * *", "+1"),
            ("0 19 ? * *", "?"),
        ] {
            let named = format!("which has \"{part}\" among");
            assert!(problem(text).starts_with(&named), "{}", problem(text));
        }
    }
}
