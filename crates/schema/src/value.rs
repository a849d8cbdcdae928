//! Whether one plain value is allowed, and what is allowed instead, in words.

use crate::model::{Choices, Range, Scalar, Shape, ValueFacts};
use crate::nearest::nearest;
use crate::rule::{Rule, Subject, Verdict, join, or_quoted, values_in_words};

impl ValueFacts {
    /// Whether a value is allowed, after Terraform's conversion to the argument's type.
    ///
    /// Where there is a rule, it alone decides; else the values that are named, the range, and what was found by
    /// trying strings.
    pub fn judge(&self, subject: Subject<'_>) -> Verdict {
        if let Some(rule) = &self.rule {
            return rule.judge(subject);
        }
        let by_choices = self.choices.as_ref().map(|choices| choices.judge(subject));
        let by_range = self.range.as_ref().map(|range| range.judge(subject));
        let by_shape = self.shape.as_ref().map(|shape| shape.judge(subject));
        let by_emptiness =
            (self.nonempty && subject == Subject::Text("")).then_some(Verdict::Refused);
        let rest = if self.validated {
            Verdict::Undecided
        } else {
            Verdict::Accepted
        };
        [by_choices, by_range, by_shape, by_emptiness]
            .into_iter()
            .flatten()
            .fold(rest, Verdict::and)
    }

    /// What is allowed, in words that follow "must be": `3 to 24 characters of a-z 0-9`. `None` where nothing is known.
    pub fn allowed(&self) -> Option<String> {
        if let Some(choices) = self.choices.as_ref().filter(|choices| choices.closed) {
            return Some(choices.words());
        }
        match (&self.rule, &self.shape) {
            (Some(rule), Some(shape)) if rule.is_about_shape() => Some(shape.words_with(rule)),
            (Some(Rule::Other), _) => None,
            (Some(rule), _) => Some(rule.words()),
            (None, shape) => match (&self.range, shape) {
                (Some(range), _) => Some(range.words()),
                (None, Some(shape)) => Some(shape.words()),
                (None, None) => self.nonempty.then(|| "not empty".to_owned()),
            },
        }
    }

    /// The allowed value that was probably meant.
    pub fn nearest(&self, text: &str) -> Option<&str> {
        let values = self.choices.as_ref()?.values.iter();
        nearest(
            text,
            values.filter_map(|value| match value {
                Scalar::Text(text) => Some(text.as_str()),
                _ => None,
            }),
        )
    }
}

impl Choices {
    fn judge(&self, subject: Subject<'_>) -> Verdict {
        let is_named = self.values.iter().any(|value| match self.ignore_case {
            true => subject.is_in_any_case(value),
            false => subject.is(value),
        });
        match (is_named, self.closed) {
            (true, _) => Verdict::Accepted,
            (false, true) => Verdict::Refused,
            (false, false) => Verdict::Undecided,
        }
    }

    fn words(&self) -> String {
        let case = if self.ignore_case { " in any case" } else { "" };
        format!("one of {}{case}", values_in_words(&self.values))
    }
}

impl Range {
    fn judge(&self, subject: Subject<'_>) -> Verdict {
        let Subject::Number(number) = subject else {
            return Verdict::Undecided;
        };
        let inside = (self.min as f64..=self.max as f64).contains(&number);
        if inside || self.also.iter().any(|also| *also as f64 == number) {
            Verdict::Accepted
        } else {
            Verdict::Refused
        }
    }

    fn words(&self) -> String {
        let mut words = match (self.min, self.max) {
            (min, i64::MAX | 2_147_483_647) => format!("{min} or more"),
            (min, max) => format!("{min} to {max}"),
        };
        for also in &self.also {
            words += &format!(" or {also}");
        }
        words
    }
}

impl Shape {
    /// What was found by trying is a reason to refuse and none to accept, and a reason to refuse only where it looks
    /// like the rule for a name: one length that passes is that of an encoding, and a set with many marks, or without
    /// letters, is that of a URL or a version, in which a character counts by its place.
    fn judge(&self, subject: Subject<'_>) -> Verdict {
        let Subject::Text(text) = subject else {
            return Verdict::Undecided;
        };
        let is_encoding = self.min.is_some() && self.min == self.max;
        let length = text.chars().count();
        let too_short = self.min.is_some_and(|min| length < min as usize);
        let too_long = self.max.is_some_and(|max| length > max as usize);
        let wrong_length = !is_encoding && (too_short || too_long);
        if wrong_length || (self.is_of_a_name() && self.is_misplaced_in(text)) {
            Verdict::Refused
        } else {
            Verdict::Undecided
        }
    }

    fn is_of_a_name(&self) -> bool {
        const MOST_MARKS: usize = 6;
        self.chars.as_ref().is_some_and(|chars| {
            let mut words = chars.split(' ');
            words.next() == Some("a-z")
                && words.filter(|word| word.chars().count() == 1).count() <= MOST_MARKS
        })
    }

    /// Whether a character stands where it may not. Only ASCII was tried.
    fn is_misplaced_in(&self, text: &str) -> bool {
        let last = text.chars().count().saturating_sub(1);
        text.chars().enumerate().any(|(index, char)| {
            let place = match index {
                0 => &self.first,
                index if index == last => &self.last,
                _ => &None,
            };
            let set = place.as_ref().or(self.chars.as_ref());
            char.is_ascii() && set.is_some_and(|set| !is_in_set(char, set))
        })
    }

    fn words(&self) -> String {
        let length = match (self.min, self.max) {
            (Some(min), Some(max)) if min == max => format!("{min} characters"),
            (Some(min), Some(max)) => format!("{min} to {max} characters"),
            (Some(min), None) => format!("at least {min} characters"),
            (None, Some(max)) => format!("at most {max} characters"),
            (None, None) => "characters".to_owned(),
        };
        let mut words = vec![match &self.chars {
            Some(chars) => format!("{length} of {chars}"),
            None => length,
        }];
        for (place, set) in [("first", &self.first), ("last", &self.last)] {
            words.extend(set.as_ref().map(|set| format!("the {place} of {set}")));
        }
        words.join(", ")
    }

    /// The shape, and what the rule says beyond lengths and characters.
    fn words_with(&self, rule: &Rule) -> String {
        let parts = match rule {
            Rule::All(rules) => rules.as_slice(),
            rule => std::slice::from_ref(rule),
        };
        let beyond = parts.iter().filter_map(|part| match part {
            Rule::NotContains(affixes) => Some(format!("without {}", or_quoted(affixes))),
            _ => None,
        });
        join(std::iter::once(self.words()).chain(beyond), ", ")
    }
}

/// Whether a character is in a set written as words: `a-z 0-9 - space`.
fn is_in_set(char: char, set: &str) -> bool {
    set.split(' ').any(|word| {
        let mut chars = word.chars();
        match (chars.next(), chars.next(), chars.next()) {
            (Some(first), Some('-'), Some(last)) => (first..=last).contains(&char),
            (Some(only), None, None) => only == char,
            _ => word == "space" && char == ' ',
        }
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{Kind, catalog};

    fn facts(type_name: &str, argument: &str) -> &'static ValueFacts {
        let schema = catalog().find(Kind::Resource, type_name).unwrap();
        &schema.body.attribute(argument).unwrap().value
    }

    #[test]
    fn a_name_is_explained_by_its_length_and_characters() {
        let name = facts("azurerm_storage_account", "name");
        assert_eq!(name.judge(Subject::Text("data24")), Verdict::Accepted);
        assert_eq!(name.judge(Subject::Text("Data24")), Verdict::Refused);
        assert_eq!(name.allowed().unwrap(), "3 to 24 characters of a-z 0-9");

        let name = facts("azurerm_key_vault", "name");
        assert_eq!(
            name.allowed().unwrap(),
            "3 to 24 characters of a-z A-Z 0-9 -, the first of a-z A-Z, the last of a-z A-Z 0-9, without \"--\""
        );
        assert_eq!(name.judge(Subject::Text("a--b")), Verdict::Refused);
    }

    #[test]
    fn a_misspelt_value_finds_its_neighbour() {
        let tier = facts("azurerm_storage_account", "account_tier");
        assert_eq!(tier.judge(Subject::Text("standard")), Verdict::Refused);
        assert_eq!(tier.nearest("standard"), Some("Standard"));
        assert_eq!(tier.allowed().unwrap(), "one of \"Premium\", \"Standard\"");
    }

    #[test]
    fn a_range_is_said_in_numbers() {
        let days = facts("azurerm_key_vault", "soft_delete_retention_days");
        assert_eq!(days.judge(Subject::Number(7.0)), Verdict::Accepted);
        assert_eq!(days.judge(Subject::Number(6.0)), Verdict::Refused);
        assert_eq!(days.allowed().unwrap(), "7 to 90");
    }

    #[test]
    fn characters_outside_ascii_were_not_tried() {
        let shape = Shape {
            chars: Some("a-z 0-9 - space".to_owned()),
            max: Some(4),
            ..Shape::default()
        };
        let judge = |text| shape.judge(Subject::Text(text));
        assert_eq!(judge("a -9"), Verdict::Undecided);
        assert_eq!(judge("aé"), Verdict::Undecided);
        assert_eq!(judge("a_b"), Verdict::Refused);
        assert_eq!(judge("abcde"), Verdict::Refused);
    }

    #[test]
    fn what_does_not_look_like_a_name_is_not_refused_by_what_was_tried() {
        let judge = |shape: Shape, text| shape.judge(Subject::Text(text));
        let base64 = Shape {
            min: Some(4),
            max: Some(4),
            ..Shape::default()
        };
        assert_eq!(judge(base64, "aGVsbG8="), Verdict::Undecided);
        let set = Some("a-z A-Z 0-9 ! # $ & ( ) * + , - . /".to_owned());
        let url = Shape {
            chars: set,
            ..Shape::default()
        };
        assert_eq!(judge(url, "https://example.org"), Verdict::Undecided);
    }
}
