//! What a provider's validator demands of a value, and whether a value meets it.
//!
//! A verdict has three outcomes. Where a validator is not described in full, or where its library would have to be
//! imitated to the last corner, the outcome is [`Verdict::Undecided`]: the real provider decides at plan.

use serde::{Deserialize, Serialize};

use crate::format::{self, Format};
use crate::model::Scalar;
use crate::{arm_id, pattern};

pub use crate::arm_id::arm_type;

/// What is demanded of a value, as a tree. Lengths are bytes. Patterns are Go's RE2 syntax.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Rule {
    /// Every one holds.
    All(Vec<Rule>),
    /// At least one holds.
    Any(Vec<Rule>),
    /// The pattern matches somewhere.
    Match(String),
    /// The pattern matches nowhere.
    NotMatch(String),
    /// One of these values.
    OneOf(Vec<Scalar>),
    /// One of these values, in any case.
    OneOfIgnoreCase(Vec<Scalar>),
    /// None of these values.
    NotOneOf(Vec<Scalar>),
    /// At least so many bytes.
    MinLen(u32),
    /// At most so many bytes.
    MaxLen(u32),
    /// Starts with one of these.
    StartsWith(Vec<String>),
    /// Starts with none of these.
    NotStartsWith(Vec<String>),
    /// Ends with one of these.
    EndsWith(Vec<String>),
    /// Ends with none of these.
    NotEndsWith(Vec<String>),
    /// Contains one of these.
    Contains(Vec<String>),
    /// Contains none of these.
    NotContains(Vec<String>),
    /// Contains none of these characters.
    ExcludesChars(String),
    /// A URL with a host and one of these schemes.
    Url(Vec<String>),
    /// A resource id of the same form as this sample.
    Id(String),
    /// The id of a resource of one of these types of Azure's, `Microsoft.Network/virtualNetworks/subnets`.
    IdOf(Vec<String>),
    /// The URL of something in a key vault.
    KeyVaultItem {
        /// Whether it names a version.
        version: ItemVersion,
        /// `keys`, `secrets`, `certificates`, `storage` or `any`.
        kind: String,
    },
    /// An ISO 8601 duration between two, inclusive.
    DurationBetween(String, String),
    /// A number between two, inclusive.
    Between(f64, f64),
    /// A number, at least this.
    AtLeast(f64),
    /// A number, at most this.
    AtMost(f64),
    /// A multiple of this.
    MultipleOf(f64),
    /// A map with limits.
    Tags {
        /// Most entries.
        count: u32,
        /// Most characters of a key.
        key: u32,
        /// Most characters of a value.
        value: u32,
    },
    /// Every key of a map matches.
    Keys(String),
    /// A well-known format.
    Format(Format),
    /// A part that is not described.
    Other,
}

/// Which versions a key vault item's URL may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ItemVersion {
    /// One or none.
    Any,
    /// One.
    Versioned,
    /// None.
    Versionless,
}

/// Whether a value is allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The provider accepts it.
    Accepted,
    /// What is known does not decide.
    Undecided,
    /// The provider refuses it.
    Refused,
}

impl Verdict {
    fn of(outcome: Option<bool>) -> Self {
        match outcome {
            Some(true) => Self::Accepted,
            Some(false) => Self::Refused,
            None => Self::Undecided,
        }
    }

    /// Both must hold.
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Refused, _) | (_, Self::Refused) => Self::Refused,
            (Self::Undecided, _) | (_, Self::Undecided) => Self::Undecided,
            _ => Self::Accepted,
        }
    }

    /// One must hold.
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Accepted, _) | (_, Self::Accepted) => Self::Accepted,
            (Self::Undecided, _) | (_, Self::Undecided) => Self::Undecided,
            _ => Self::Refused,
        }
    }
}

/// A value that a rule looks at, after Terraform's conversion to the argument's type.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Subject<'a> {
    /// Text, or one key of a map.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
}

impl Subject<'_> {
    pub(crate) fn is(self, scalar: &Scalar) -> bool {
        match (self, scalar) {
            (Self::Text(text), Scalar::Text(other)) => text == other,
            (Self::Number(number), Scalar::Int(other)) => number == *other as f64,
            (Self::Number(number), Scalar::Float(other)) => number == *other,
            (Self::Bool(value), Scalar::Bool(other)) => value == *other,
            _ => false,
        }
    }

    pub(crate) fn is_in_any_case(self, scalar: &Scalar) -> bool {
        match (self, scalar) {
            (Self::Text(text), Scalar::Text(other)) => text.to_lowercase() == other.to_lowercase(),
            _ => self.is(scalar),
        }
    }
}

impl Rule {
    /// Whether a value meets the rule. Rules of a kind that does not go with the value (a length of a number) decide
    /// nothing.
    pub fn judge(&self, subject: Subject<'_>) -> Verdict {
        match self {
            Self::All(rules) => rules
                .iter()
                .map(|rule| rule.judge(subject))
                .fold(Verdict::Accepted, Verdict::and),
            Self::Any(rules) => rules
                .iter()
                .map(|rule| rule.judge(subject))
                .fold(Verdict::Refused, Verdict::or),
            Self::OneOf(values) => Verdict::of(Some(values.iter().any(|value| subject.is(value)))),
            Self::OneOfIgnoreCase(values) => Verdict::of(Some(
                values.iter().any(|value| subject.is_in_any_case(value)),
            )),
            Self::NotOneOf(values) => {
                Verdict::of(Some(!values.iter().any(|value| subject.is(value))))
            }
            _ => match subject {
                Subject::Text(text) => Verdict::of(self.holds_for_text(text)),
                Subject::Number(number) => Verdict::of(self.holds_for_number(number)),
                Subject::Bool(_) => Verdict::Undecided,
            },
        }
    }

    /// Whether a map meets the rule. A value that is not known yet is `None`.
    pub fn judge_map<'a>(
        &self,
        entries: impl Iterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Verdict {
        let mut size = 0;
        let mut verdict = Verdict::Accepted;
        for (key, value) in entries {
            size += 1;
            let entry = match self {
                Self::Keys(keys) => Verdict::of(pattern::matches(keys, key)),
                Self::Tags {
                    key: longest_key,
                    value: longest_value,
                    ..
                } => {
                    let key_fits = key.len() <= *longest_key as usize;
                    let value_fits = value.map(|value| value.len() <= *longest_value as usize);
                    Verdict::of(Some(key_fits)).and(Verdict::of(value_fits))
                }
                _ => Verdict::Undecided,
            };
            verdict = verdict.and(entry);
        }
        match self {
            Self::Tags { count, .. } if size > *count as usize => Verdict::Refused,
            _ => verdict,
        }
    }

    fn holds_for_text(&self, text: &str) -> Option<bool> {
        let any = |affixes: &[String], test: fn(&str, &str) -> bool| {
            affixes.iter().any(|affix| test(text, affix))
        };
        let starts: fn(&str, &str) -> bool = |text, affix| text.starts_with(affix);
        let ends: fn(&str, &str) -> bool = |text, affix| text.ends_with(affix);
        let contains: fn(&str, &str) -> bool = |text, affix| text.contains(affix);
        match self {
            Self::Match(pattern) => pattern::matches(pattern, text),
            Self::NotMatch(pattern) => pattern::matches(pattern, text).map(|matches| !matches),
            Self::MinLen(length) => Some(text.len() >= *length as usize),
            Self::MaxLen(length) => Some(text.len() <= *length as usize),
            Self::StartsWith(affixes) => Some(any(affixes, starts)),
            Self::NotStartsWith(affixes) => Some(!any(affixes, starts)),
            Self::EndsWith(affixes) => Some(any(affixes, ends)),
            Self::NotEndsWith(affixes) => Some(!any(affixes, ends)),
            Self::Contains(affixes) => Some(any(affixes, contains)),
            Self::NotContains(affixes) => Some(!any(affixes, contains)),
            Self::ExcludesChars(chars) => Some(!text.contains(|char| chars.contains(char))),
            Self::Url(schemes) => format::is_url(text, schemes),
            Self::Id(sample) => arm_id::has_form_of(text, sample),
            Self::IdOf(types) => arm_id::is_of_one_type(text, types),
            Self::KeyVaultItem { version, kind } => format::is_key_vault_item(text, *version, kind),
            Self::DurationBetween(least, most) => format::is_duration_between(text, least, most),
            Self::Format(format) => format.holds(text),
            _ => None,
        }
    }

    fn holds_for_number(&self, number: f64) -> Option<bool> {
        match self {
            Self::Between(least, most) => Some((*least..=*most).contains(&number)),
            Self::AtLeast(least) => Some(number >= *least),
            Self::AtMost(most) => Some(number <= *most),
            Self::MultipleOf(divisor) => Some(number % divisor == 0.0),
            _ => None,
        }
    }

    /// Whether the rule is about lengths and characters alone, which a shape says better than patterns.
    pub(crate) fn is_about_shape(&self) -> bool {
        match self {
            Self::All(rules) => rules.iter().all(Self::is_about_shape),
            Self::Match(_) | Self::MinLen(_) | Self::MaxLen(_) => true,
            Self::NotMatch(_) | Self::ExcludesChars(_) | Self::NotContains(_) => true,
            Self::NotStartsWith(_) | Self::NotEndsWith(_) | Self::Format(Format::NotBlank) => true,
            _ => false,
        }
    }

    /// What is demanded, in words that follow "must be": `at most 90 characters`.
    pub fn words(&self) -> String {
        let list = or_quoted;
        match self {
            Self::All(rules) => join(rules.iter().map(Self::words), " and "),
            Self::Any(rules) => or(rules.iter().map(Self::words)),
            Self::Match(pattern) | Self::Keys(pattern) => match in_words(pattern) {
                Some(words) => words.to_owned(),
                None => format!("text that matches {pattern}"),
            },
            Self::NotMatch(pattern) => match in_words(pattern) {
                Some(words) => format!("not {words}"),
                None => format!("text that does not match {pattern}"),
            },
            Self::OneOf(values) => format!("one of {}", values_in_words(values)),
            Self::OneOfIgnoreCase(values) => {
                format!("one of {} in any case", values_in_words(values))
            }
            Self::NotOneOf(values) => format!("none of {}", values_in_words(values)),
            Self::MinLen(1) => "not empty".to_owned(),
            Self::MinLen(length) => format!("at least {length} characters"),
            Self::MaxLen(0) => "empty".to_owned(),
            Self::MaxLen(length) => format!("at most {length} characters"),
            Self::StartsWith(affixes) => format!("text that starts with {}", list(affixes)),
            Self::NotStartsWith(affixes) => {
                format!("text that does not start with {}", list(affixes))
            }
            Self::EndsWith(affixes) => format!("text that ends with {}", list(affixes)),
            Self::NotEndsWith(affixes) => format!("text that does not end with {}", list(affixes)),
            Self::Contains(affixes) => format!("text that contains {}", list(affixes)),
            Self::NotContains(affixes) => format!("text without {}", list(affixes)),
            Self::ExcludesChars(chars) => {
                format!(
                    "text without any of {}",
                    join(chars.chars().map(String::from), " ")
                )
            }
            Self::Url(schemes) => format!(
                "a URL that starts with {}",
                or(schemes.iter().map(|scheme| format!("{scheme}://")))
            ),
            Self::IdOf(types) => format!("the id of a {}", or(types.iter().cloned())),
            Self::Id(sample) => format!("an id of the form {}", arm_id::form(sample)),
            Self::KeyVaultItem { version, kind } => {
                let kind = if kind == "any" { "KIND" } else { kind };
                let version = match version {
                    ItemVersion::Any => "[/VERSION]",
                    ItemVersion::Versioned => "/VERSION",
                    ItemVersion::Versionless => "",
                };
                format!("a URL of the form https://VAULT.vault.azure.net/{kind}/NAME{version}")
            }
            Self::DurationBetween(least, most) => {
                format!("an ISO 8601 duration from {least} to {most}")
            }
            Self::Between(least, most) => format!("{least} to {most}"),
            Self::AtLeast(least) => format!("{least} or more"),
            Self::AtMost(most) => format!("{most} or less"),
            Self::MultipleOf(divisor) => format!("a multiple of {divisor}"),
            Self::Tags { count, key, value } => {
                format!(
                    "at most {count} entries with keys up to {key} and values up to {value} characters"
                )
            }
            Self::Format(format) => format.words().to_owned(),
            Self::Other => "what the provider's own check allows".to_owned(),
        }
    }
}

/// What a pattern of the provider's stands for, where its author could have said so.
fn in_words(pattern: &str) -> Option<&'static str> {
    const KNOWN: [(&str, &str); 3] = [
        (
            r"^([0-9]{1,3}\.){3}[0-9]{1,3}(/([0-9]|[1-2][0-9]|3[0-2]))?$",
            "an IPv4 address or range",
        ),
        (
            r"^([0-9]{1,3}\.){3}[0-9]{1,3}(/([0-9]|[1-2][0-9]|30))?$",
            "an IPv4 address, or a range up to /30",
        ),
        (
            r"^(10|172\.(1[6-9]|2[0-9]|3[01])|192\.168)\.",
            "a private address",
        ),
    ];
    let known = KNOWN.iter().find(|(known, _)| *known == pattern)?;
    Some(known.1)
}

/// Values as a list for a person, quoted, and cut where it becomes too long to read.
pub(crate) fn values_in_words(values: &[Scalar]) -> String {
    const SHOWN: usize = 40;
    let shown = join(values.iter().take(SHOWN).map(Scalar::to_string), ", ");
    match values.len() {
        0..=SHOWN => shown,
        all => format!("{shown}, … ({all} in all)"),
    }
}

pub(crate) fn join(words: impl Iterator<Item = String>, between: &str) -> String {
    words.collect::<Vec<_>>().join(between)
}

/// Texts in quotes, of which one is meant.
pub(crate) fn or_quoted(texts: &[String]) -> String {
    or(texts.iter().map(|text| format!("{text:?}")))
}

fn or(words: impl Iterator<Item = String>) -> String {
    join(words, " or ")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn text(rule: &Rule, value: &str) -> Verdict {
        rule.judge(Subject::Text(value))
    }

    #[test]
    fn an_undescribed_part_leaves_open_what_the_others_do_not_settle() {
        let all = Rule::All(vec![Rule::MinLen(1), Rule::Other]);
        assert_eq!(text(&all, ""), Verdict::Refused);
        assert_eq!(text(&all, "a"), Verdict::Undecided);

        let any = Rule::Any(vec![
            Rule::OneOf(vec![Scalar::Text("*".into())]),
            Rule::Other,
        ]);
        assert_eq!(text(&any, "*"), Verdict::Accepted);
        assert_eq!(text(&any, "x"), Verdict::Undecided);
    }

    #[test]
    fn numbers_are_compared_as_numbers() {
        let port = Rule::All(vec![
            Rule::Between(1.0, 65535.0),
            Rule::NotOneOf(vec![Scalar::Int(29876)]),
        ]);
        let judge = |number| port.judge(Subject::Number(number));
        assert_eq!(judge(443.0), Verdict::Accepted);
        assert_eq!(judge(29876.0), Verdict::Refused);
        assert_eq!(judge(65536.0), Verdict::Refused);
    }

    #[test]
    fn tags_are_judged_by_number_and_length_even_where_a_value_is_unknown() {
        let tags = Rule::Tags {
            count: 1,
            key: 3,
            value: 2,
        };
        let judge = |entries: &[(&'static str, Option<&'static str>)]| {
            tags.judge_map(entries.iter().copied())
        };
        assert_eq!(judge(&[("env", Some("qa"))]), Verdict::Accepted);
        assert_eq!(judge(&[("env", None)]), Verdict::Undecided);
        assert_eq!(judge(&[("stage", None)]), Verdict::Refused);
        assert_eq!(judge(&[("env", Some("dev"))]), Verdict::Refused);
        assert_eq!(judge(&[("a", Some("")), ("b", Some(""))]), Verdict::Refused);
    }

    #[test]
    fn a_length_counts_bytes_as_go_does() {
        assert_eq!(text(&Rule::MaxLen(3), "abé"), Verdict::Refused);
    }

    #[test]
    fn words_say_what_is_allowed() {
        let rule = Rule::Any(vec![
            Rule::Format(Format::Uuid),
            Rule::OneOf(vec![Scalar::Text("$superuser".into())]),
        ]);
        assert_eq!(rule.words(), "a UUID or one of \"$superuser\"");
        assert_eq!(Rule::MinLen(1).words(), "not empty");
        let catalog = crate::catalog();
        let account = catalog.find(crate::model::Kind::Resource, "azurerm_storage_account");
        let page = crate::describe::describe_member(account.unwrap(), &["network_rules"]).unwrap();
        assert!(
            page.contains("each an IPv4 address, or a range up to /30 and not a private address"),
            "{page}"
        );
    }
}
