//! Single values of a body, and how messages speak of them.

use terrace_ir::{Diagnostic, Type};

use super::body::Walk;
use super::body_type::{BodyType, Text};
use super::codes::{UNKNOWN_LITERAL, VALUE_OUT_OF_LIMITS, WRONG_TYPE};
use crate::eval::number::Parsed;
use crate::eval::{Kind, Number, Val};
use crate::finding::Place;
use crate::nearest::nearest;
use crate::pattern;

/// How many values a message lists.
const LISTED: usize = 16;

/// Text of which nothing more is demanded.
pub(super) static TEXT: BodyType = BodyType::Text(Text {
    min_length: None,
    max_length: None,
    pattern: None,
    sensitive: false,
});

impl Walk<'_> {
    pub(super) fn choice(&mut self, literals: &[String], found: &str, value: &Val) {
        let known = literals.iter().map(String::as_str);
        // A list of flags in one text may have blanks behind its commas.
        if known
            .clone()
            .any(|known| known == found || known == found.replace(", ", ","))
        {
            return;
        }
        let summary = format!(
            "{} is {}, which is not allowed",
            self.here(),
            self.shown(value)
        );
        let mut finding =
            Diagnostic::error(&UNKNOWN_LITERAL, summary).detail(one_of(known.clone()));
        finding.hint = nearest(found, known).map(|it| format!("did you mean \"{it}\"?"));
        self.find_value(finding, value);
    }

    pub(super) fn text(&mut self, text: &Text, found: &str, value: &Val) {
        let Some(allowed) = unmet(text, found) else {
            return;
        };
        let summary = format!(
            "{} is {}, but must {allowed}",
            self.here(),
            self.shown(value)
        );
        let finding = self.refused(&VALUE_OUT_OF_LIMITS, summary);
        self.find_value(finding, value);
    }

    pub(super) fn number(
        &mut self,
        min: Option<i64>,
        max: Option<i64>,
        found: Number,
        value: &Val,
    ) {
        let allowed = match (min, max) {
            (Some(min), _) if found < Number::whole(min) => format!("at least {min}"),
            (_, Some(max)) if found > Number::whole(max) => format!("at most {max}"),
            _ => return,
        };
        let summary = format!(
            "{} is {}, but must be {allowed}",
            self.here(),
            self.shown(value)
        );
        self.find_value(Diagnostic::warning(&VALUE_OUT_OF_LIMITS, summary), value);
    }

    pub(super) fn wrong_type(&mut self, ty: &BodyType, value: &Val) {
        let summary = format!(
            "{} must be {}, not {}",
            self.here(),
            words(ty),
            self.described(value)
        );
        // azapi looks at no boolean, and the service does.
        let mut finding = match ty {
            BodyType::Boolean => Diagnostic::warning(&WRONG_TYPE, summary),
            _ => self.refused(&WRONG_TYPE, summary),
        };
        finding.hint = match (ty, value.as_text()) {
            (BodyType::Boolean, Some("true" | "false")) => {
                Some("write it without quotes".to_owned())
            }
            (BodyType::Number { .. }, Some(text)) if Number::parse(text) != Parsed::Not => {
                Some("write it without quotes".to_owned())
            }
            (BodyType::Text(_), None) if value.as_number().is_some() => {
                Some("write it in quotes".to_owned())
            }
            _ => None,
        };
        self.find_value(finding, value);
    }

    pub(super) fn find_value(&mut self, mut finding: Diagnostic, value: &Val) {
        if self.is_secret(value) {
            // What resembles a secret tells of it.
            finding.hint = None;
        } else {
            finding.value = scalar(value);
        }
        self.find(finding, Place::Value);
    }

    fn is_secret(&self, value: &Val) -> bool {
        self.sensitive || value.deep_marks().sensitive
    }

    /// What a value is called: `the text "5"`, `a list`.
    pub(super) fn described(&self, value: &Val) -> String {
        let kind = match value.ty() {
            Type::String => "text",
            Type::Number => "number",
            Type::Bool => "boolean",
            Type::List(_) | Type::Set(_) | Type::Tuple(_) => return "a list".to_owned(),
            Type::Map(_) | Type::Object(_) => return "an object".to_owned(),
            Type::Dynamic => return "that".to_owned(),
        };
        match scalar(value) {
            Some(_) if !self.is_secret(value) => format!("the {kind} {}", self.shown(value)),
            _ if kind == "text" => kind.to_owned(),
            _ => format!("a {kind}"),
        }
    }

    /// A value in a message.
    pub(super) fn shown(&self, value: &Val) -> String {
        match scalar(value) {
            _ if self.is_secret(value) => "a sensitive value".to_owned(),
            Some(text) if value.as_text().is_some() => match text.char_indices().nth(60) {
                Some((at, _)) => format!("\"{}…\"", &text[..at]),
                None => format!("\"{text}\""),
            },
            Some(text) => text,
            None => "that".to_owned(),
        }
    }
}

/// What a text must do and does not: `have at most 32 characters`.
pub(super) fn unmet(text: &Text, found: &str) -> Option<String> {
    let length = u32::try_from(found.len()).unwrap_or(u32::MAX);
    if let Some(min) = text.min_length.filter(|min| length < *min) {
        return Some(format!("have at least {min} characters"));
    }
    if let Some(max) = text.max_length.filter(|max| length > *max) {
        return Some(format!("have at most {max} characters"));
    }
    let pattern = text.pattern.as_ref()?;
    let matches = pattern::matches(pattern, found);
    (matches == Some(false)).then(|| format!("match `{pattern}`"))
}

/// Whether a value of which only the type is known may turn out to fit.
pub(super) fn could_be(known: &Type, ty: &BodyType) -> bool {
    match (ty, known) {
        (BodyType::Any, _) | (_, Type::Dynamic) => true,
        (BodyType::Boolean, known) => *known == Type::Bool,
        (BodyType::Number { .. }, known) => *known == Type::Number,
        (BodyType::Text(_) | BodyType::Choice { .. }, known) => *known == Type::String,
        (BodyType::List(_), known) => {
            matches!(known, Type::List(_) | Type::Set(_) | Type::Tuple(_))
        }
        (BodyType::Object(_) | BodyType::Variants(_), known) => {
            matches!(known, Type::Map(_) | Type::Object(_))
        }
    }
}

/// What a value of the type is called.
fn words(ty: &BodyType) -> &'static str {
    match ty {
        BodyType::Any => "any value",
        BodyType::Boolean => "`true` or `false`",
        BodyType::Number { .. } => "a number",
        BodyType::Text(_) | BodyType::Choice { .. } => "text",
        BodyType::List(_) => "a list",
        BodyType::Object(_) | BodyType::Variants(_) => "an object",
    }
}

/// A text, number or boolean as it would be written.
fn scalar(value: &Val) -> Option<String> {
    match value.kind() {
        Kind::Text(text) => Some(text.to_string()),
        Kind::Number(number) => number.to_text(),
        Kind::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// The values that there are, in words.
pub(super) fn one_of<'v>(values: impl Iterator<Item = &'v str> + Clone) -> String {
    let listed: Vec<_> = values
        .clone()
        .take(LISTED)
        .map(|value| format!("\"{value}\""))
        .collect();
    match values.count() - listed.len() {
        0 => format!("must be one of {}", listed.join(", ")),
        more => format!("must be one of {}, and {more} more", listed.join(", ")),
    }
}
