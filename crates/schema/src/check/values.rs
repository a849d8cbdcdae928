//! Values: what the provider's validators refuse.

use terrace_ir::{Any, Data, Diagnostic, Key, Origin, Step, Type};

use super::Walk;
use super::codes::{VALUE_NOT_ALLOWED, WRONG_TYPE};
use super::convert::number;
use crate::model::{Attribute, ValueFacts};
use crate::rule::{Rule, Subject, Verdict};

impl<'a> Walk<'a> {
    /// Checks the type of a value that is not null, and then the value.
    pub(super) fn value(&mut self, attribute: &'a Attribute, value: &'a Any) {
        if let Some(members) = &attribute.members {
            return self.objects(attribute, members, value);
        }
        if !self.converts(value, &attribute.ty) {
            return;
        }
        match (&value.data, &attribute.ty) {
            (Data::List(list), Type::List(of) | Type::Set(of)) => {
                self.count_elements(attribute, value, list);
                let Some(facts) = attribute.element.as_deref() else {
                    return;
                };
                for (index, item) in list.iter().enumerate() {
                    self.step(Step::Index(index), |walk| {
                        walk.scalar(facts, item, of, attribute)
                    });
                }
            }
            (Data::Object(object), Type::Map(of)) => {
                if let Some(rule @ (Rule::Tags { .. } | Rule::Keys(_))) = &attribute.value.rule {
                    let entries = object
                        .iter()
                        .filter_map(|entry| Some((entry.key.as_text()?, entry.value.as_text())));
                    if rule.judge_map(entries) == Verdict::Refused {
                        self.refuse(&attribute.value, attribute, None, value.origin);
                    }
                }
                let Some(facts) = attribute.element.as_deref() else {
                    return;
                };
                for entry in object {
                    let Key::Text(name) = &entry.key else {
                        continue;
                    };
                    self.step(Step::Name(name.clone()), |walk| {
                        walk.scalar(facts, &entry.value, of, attribute)
                    });
                }
            }
            (_, ty) => self.scalar(&attribute.value, value, ty, attribute),
        }
    }

    /// Checks how many elements a list or set has; equal ones of a set count once.
    pub(super) fn count_elements(&mut self, attribute: &'a Attribute, value: &Any, list: &[Any]) {
        let is_set = matches!(attribute.ty, Type::Set(_));
        let distinct = (0..list.len())
            .filter(|index| !is_set || !list[..*index].contains(&list[*index]))
            .count();
        self.count(
            &attribute.name,
            attribute.items,
            distinct,
            false,
            "element",
            value.origin,
        );
    }

    /// Judges a plain value that converts to the type.
    fn scalar(&mut self, facts: &'a ValueFacts, value: &Any, ty: &Type, attribute: &'a Attribute) {
        let text;
        let subject = match (&value.data, ty) {
            (Data::Text(value), Type::String) => Subject::Text(value),
            (Data::Int(_) | Data::Number(_) | Data::Bool(_), Type::String) => {
                text = plain_text(value);
                Subject::Text(&text)
            }
            (Data::Int(value), Type::Number) => Subject::Number(*value as f64),
            (Data::Number(digits) | Data::Text(digits), Type::Number) => match number(digits) {
                Some(number) => Subject::Number(number),
                None => return,
            },
            (Data::Bool(value), Type::Bool) => Subject::Bool(*value),
            _ => return,
        };
        if let Subject::Number(number) = subject
            && facts.whole
            && number.fract() != 0.0
        {
            let summary = format!("{} must be a whole number, not {number}", attribute.name);
            return self.find(Diagnostic::error(&WRONG_TYPE, summary), value.origin);
        }
        if facts.judge(subject) == Verdict::Refused {
            self.refuse(facts, attribute, Some(plain_text(value)), value.origin);
        }
    }

    /// Reports a value that is refused, without saying it when it is sensitive.
    fn refuse(
        &mut self,
        facts: &ValueFacts,
        attribute: &Attribute,
        value: Option<String>,
        origin: Origin,
    ) {
        let name = &attribute.name;
        let allowed = facts.allowed();
        let shown = value
            .as_deref()
            .filter(|_| !attribute.sensitive && !attribute.write_only);
        let summary = match (shown, &allowed) {
            (Some(value), _) => format!("{name} cannot be {}", quoted(value)),
            (None, _) => format!("the value of {name} is not allowed"),
        };
        let mut finding = Diagnostic::error(&VALUE_NOT_ALLOWED, summary);
        if let Some(allowed) = allowed {
            finding = finding.detail(format!("must be {allowed}"));
        }
        if let Some(value) = shown {
            if let Some(nearest) = facts.nearest(value) {
                finding = finding.hint(format!("did you mean {nearest:?}?"));
            }
            finding = finding.value(value);
        }
        self.find(finding, origin);
    }
}

/// A value in quotes, cut where it is too long to read.
fn quoted(value: &str) -> String {
    const SHOWN: usize = 100;
    match value.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}…", &value[..end]),
        None => format!("{value:?}"),
    }
}

fn plain_text(value: &Any) -> String {
    match &value.data {
        Data::Text(text) => text.to_string(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        Data::Number(digits) => digits.to_string(),
        _ => String::new(),
    }
}
