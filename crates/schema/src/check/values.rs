//! Values: whether they convert to the type of an argument, and whether the provider's validators take them.

use terrace_ir::{ArgumentPath, Diagnostic, Origin, Step, Type};

use super::body::Count;
use super::codes::{VALUE_NOT_ALLOWED, WRONG_TYPE};
use super::walk::Walk;
use super::written::Written;
use crate::eval::problem::shortened;
use crate::eval::{Kind, Problem, Val, convert};
use crate::model::{Attribute, ValueFacts};
use crate::rule::{Rule, Subject, Verdict};

impl<'a> Walk<'_, 'a> {
    /// Judges a value that is not null: its type, and then what the validators say of it.
    pub(super) fn plain(&mut self, attribute: &Attribute, value: &Val, written: Written<'a>) {
        let converted = match convert(value, &attribute.ty) {
            Ok(converted) => converted,
            Err(problem) => return self.mismatch(attribute, &problem, written),
        };
        match &attribute.ty {
            Type::List(of) | Type::Set(of) => {
                // The elements as they were written: a set has its own order.
                let Some(items) = value.as_items() else {
                    return;
                };
                self.count_elements(attribute, &converted, written.origin());
                let Some(facts) = attribute.element.as_deref() else {
                    return;
                };
                for (index, item) in items.iter().enumerate() {
                    let Ok(item) = convert(item, of) else {
                        continue;
                    };
                    let written = written.item(index);
                    if let Some(finding) = self.judge(facts, attribute, &item, written) {
                        self.inside(Some(index), |walk| {
                            walk.find_value(finding, written.origin())
                        });
                    }
                }
            }
            Type::Map(_) => self.map(attribute, &converted, written),
            _ => {
                if let Some(finding) = self.judge(&attribute.value, attribute, &converted, written)
                {
                    self.find_value(finding, written.origin());
                }
            }
        }
    }

    /// Reports that a value does not convert.
    pub(super) fn mismatch(
        &mut self,
        attribute: &Attribute,
        problem: &Problem,
        written: Written<'a>,
    ) {
        let dot = match problem.path.steps().first() {
            Some(Step::Name(_)) => ".",
            _ => "",
        };
        let name = format!("{}{dot}{}", attribute.name, problem.path);
        let summary = match attribute.is_secret() {
            true => format!("`{name}` has the wrong type"),
            false => format!("`{name}`: {}", problem.summary),
        };
        let mut finding = self.as_certain(Diagnostic::error(&WRONG_TYPE, summary));
        finding.hint.clone_from(&problem.hint);
        let origin = written.at(problem.path.steps()).origin();
        self.report.push_inside(finding, &problem.path, origin);
    }

    fn map(&mut self, attribute: &Attribute, value: &Val, written: Written<'a>) {
        let Some(entries) = value.as_entries() else {
            return;
        };
        if let Some(rule @ (Rule::Tags { .. } | Rule::Keys(_))) = &attribute.value.rule {
            let entries = entries.iter().map(|(key, value)| (&**key, value.as_text()));
            if rule.judge_map(entries) == Verdict::Refused {
                let finding = refusal(&attribute.value, attribute, None);
                self.find_value(finding, written.origin());
            }
        }
        let Some(facts) = attribute.element.as_deref() else {
            return;
        };
        for (key, value) in entries {
            let written = written.member(key);
            if let Some(finding) = self.judge(facts, attribute, value, written) {
                let mut path = ArgumentPath::root();
                path.push(Step::Name(key.to_string().into()));
                let finding = self.as_certain(finding);
                self.report.push_inside(finding, &path, written.origin());
            }
        }
    }

    /// Checks how many elements a list or set has. Equal ones of a set count once, and unknown ones may be equal.
    pub(super) fn count_elements(&mut self, attribute: &Attribute, value: &Val, origin: Origin) {
        let Some(items) = value.as_items() else {
            return;
        };
        let known = items.iter().filter(|item| item.is_wholly_known()).count();
        let least = match attribute.ty {
            Type::Set(_) => known.max(items.len().min(1)),
            _ => items.len(),
        };
        let count = Count::between(least, items.len());
        self.count(&attribute.name, attribute.items, count, "element", origin);
    }

    /// What is wrong with a plain value of the type that is wanted.
    fn judge(
        &self,
        facts: &ValueFacts,
        attribute: &Attribute,
        value: &Val,
        written: Written<'a>,
    ) -> Option<Diagnostic> {
        let subject = match value.kind() {
            Kind::Text(text) => Subject::Text(text),
            Kind::Bool(value) => Subject::Bool(*value),
            Kind::Number(number) => Subject::Number(number.to_f64()),
            Kind::Unknown(_) => return self.id_of_wrong_kind(facts, attribute, written.node()?),
            _ => return None,
        };
        let is_shown = !attribute.is_secret() && !value.deep_marks().sensitive;
        let shown = is_shown.then_some(subject);
        if let Subject::Number(number) = subject
            && facts.whole
            && number.fract() != 0.0
        {
            let name = &attribute.name;
            let summary = match shown {
                Some(_) => format!("`{name}` is {number}, but must be a whole number"),
                None => format!("`{name}` must be a whole number"),
            };
            return Some(Diagnostic::error(&WRONG_TYPE, summary));
        }
        (facts.judge(subject) == Verdict::Refused).then(|| refusal(facts, attribute, shown))
    }
}

/// Says that a value is not allowed, what is, and what was probably meant.
fn refusal(facts: &ValueFacts, attribute: &Attribute, shown: Option<Subject<'_>>) -> Diagnostic {
    /// What fits on the line beside the value.
    const SHORT: usize = 80;
    let value = shown.map(|subject| match subject {
        Subject::Text(text) => (shortened(text), text.to_owned()),
        Subject::Number(number) => (number.to_string(), number.to_string()),
        Subject::Bool(value) => (value.to_string(), value.to_string()),
    });
    let name = &attribute.name;
    let is = match &value {
        Some((quoted, _)) => format!("`{name}` is {quoted}"),
        None => format!("the value of `{name}` is not allowed"),
    };
    let allowed = facts.allowed();
    let mut finding = match (&value, allowed) {
        (Some(_), Some(allowed)) if allowed.len() <= SHORT => {
            Diagnostic::error(&VALUE_NOT_ALLOWED, format!("{is}, but must be {allowed}"))
        }
        (_, Some(allowed)) => {
            let not = if value.is_some() {
                ", which is not allowed"
            } else {
                ""
            };
            Diagnostic::error(&VALUE_NOT_ALLOWED, format!("{is}{not}"))
                .detail(format!("must be {allowed}"))
        }
        (Some(_), None) => Diagnostic::error(
            &VALUE_NOT_ALLOWED,
            format!("{is}, which the provider refuses"),
        ),
        (None, None) => Diagnostic::error(&VALUE_NOT_ALLOWED, is),
    };
    if let Some((_, plain)) = value {
        if let Some(nearest) = facts.nearest(&plain) {
            finding = finding.hint(format!("did you mean \"{nearest}\"?"));
        }
        finding = finding.value(plain);
    }
    finding
}
