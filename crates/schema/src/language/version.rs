//! Version constraints: `>= 1.11, < 2.0`.
//!
//! Source: the grammar and the comparisons of the library that Terraform 1.11.4 reads them with, and what it demands
//! beyond them of providers' versions.

use std::sync::LazyLock;

use regex_lite::Regex;

/// A version: three numbers at least, and whether it is a pre-release.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The numbers, padded with 0 to three.
    pub numbers: Vec<u64>,
    /// The text behind `-`, where there is one.
    pub pre_release: Option<String>,
}

/// One condition: an operator and a version.
#[derive(Clone, Debug)]
struct Condition {
    operator: Operator,
    version: Version,
    /// How many numbers were written: `~> 1.11` leaves the second open, `~> 1.11.0` the third.
    written: usize,
    /// Whether a `v` stood before the numbers.
    has_v: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    Pessimistic,
}

/// Conditions that must all hold.
#[derive(Clone, Debug)]
pub struct Constraint(Vec<Condition>);

static CONDITION: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"^\s*(|=|!=|>|<|>=|<=|~>)\s*(v?)([0-9]+(?:\.[0-9]+)*)(?:-([0-9]+[0-9A-Za-z\-~]*(?:\.[0-9A-Za-z\-~]+)*)|(-?[A-Za-z\-~]+[0-9A-Za-z\-~]*(?:\.[0-9A-Za-z\-~]+)*))?(?:\+[0-9A-Za-z\-~]+(?:\.[0-9A-Za-z\-~]+)*)?\s*$",
    )
    .ok()
});

impl Constraint {
    /// Reads a constraint. `None` when it is malformed.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.split(',')
            .map(condition)
            .collect::<Option<_>>()
            .map(Self)
    }

    /// Whether a version meets all conditions.
    #[must_use]
    pub fn allows(&self, version: &Version) -> bool {
        self.0.iter().all(|condition| condition.allows(version))
    }

    /// Whether a condition names a pre-release.
    #[must_use]
    pub fn has_pre_release(&self) -> bool {
        let mut versions = self.0.iter().map(|condition| &condition.version);
        versions.any(|version| version.pre_release.is_some())
    }

    /// Why Terraform refuses the constraint for a provider though it reads: a `v` before the version, or more than three
    /// numbers.
    #[must_use]
    pub fn refused_for_providers(&self) -> Option<&'static str> {
        self.0.iter().find_map(|condition| match condition {
            condition if condition.has_v => Some("write the version without `v`"),
            condition if condition.written > 3 => Some("write three numbers at most"),
            _ => None,
        })
    }

    /// Whether some version from `least` on meets all conditions.
    #[must_use]
    pub fn allows_from(&self, least: &Version) -> bool {
        self.allows_some(least, |version| version.numbers >= least.numbers)
    }

    /// Whether some version with this first number meets all conditions.
    #[must_use]
    pub fn allows_major(&self, major: u64) -> bool {
        let least = Version::new([major, 0, 0]);
        self.allows_some(&least, |version| version.numbers.first() == Some(&major))
    }

    /// Whether some version of a kind meets all conditions. Only `least`, the bounds and what lies next to them need to
    /// be tried.
    fn allows_some(&self, least: &Version, is_wanted: impl Fn(&Version) -> bool) -> bool {
        let far = |major| Version::new([major, u64::from(u32::MAX), 0]);
        let major = least.numbers.first().copied().unwrap_or_default();
        let near = self.0.iter().flat_map(|condition| {
            let numbers = &condition.version.numbers;
            let bumped = (0..3).map(|at| {
                let mut next: Vec<u64> = numbers.iter().take(3).copied().collect();
                next[at] = next[at].saturating_add(1);
                Version {
                    numbers: next,
                    pre_release: None,
                }
            });
            bumped.chain([condition.version.clone()])
        });
        near.chain([least.clone(), far(major), far(u64::from(u32::MAX))])
            .any(|version| is_wanted(&version) && self.allows(&version))
    }
}

impl Version {
    /// A version of three numbers.
    #[must_use]
    pub fn new(numbers: [u64; 3]) -> Self {
        Self {
            numbers: numbers.to_vec(),
            pre_release: None,
        }
    }
}

impl Condition {
    fn allows(&self, version: &Version) -> bool {
        let (ours, theirs) = (&self.version.numbers, &version.numbers);
        match self.operator {
            Operator::Equal => theirs == ours,
            Operator::NotEqual => theirs != ours,
            Operator::Greater => theirs > ours,
            Operator::GreaterOrEqual => theirs >= ours,
            Operator::Less => theirs < ours,
            Operator::LessOrEqual => theirs <= ours,
            Operator::Pessimistic => {
                let fixed = self.written.saturating_sub(1);
                theirs >= ours && theirs.get(..fixed) == ours.get(..fixed)
            }
        }
    }
}

fn condition(text: &str) -> Option<Condition> {
    let parts = CONDITION.as_ref()?.captures(text)?;
    let operator = match parts.get(1)?.as_str() {
        "!=" => Operator::NotEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        "<" => Operator::Less,
        "<=" => Operator::LessOrEqual,
        "~>" => Operator::Pessimistic,
        _ => Operator::Equal,
    };
    let mut numbers = Vec::with_capacity(3);
    for number in parts.get(3)?.as_str().split('.') {
        numbers.push(number.parse::<i64>().ok()?.unsigned_abs());
    }
    let written = numbers.len();
    numbers.resize(written.max(3), 0);
    let pre_release = parts.get(4).or_else(|| parts.get(5));
    Some(Condition {
        operator,
        version: Version {
            numbers,
            pre_release: pre_release.map(|text| text.as_str().to_owned()),
        },
        written,
        has_v: !parts.get(2)?.as_str().is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    const OURS: [u64; 3] = [1, 11, 4];

    fn allows(constraint: &str) -> Option<bool> {
        Constraint::parse(constraint).map(|constraint| constraint.allows(&Version::new(OURS)))
    }

    #[test]
    fn a_constraint_is_read_as_terraform_reads_it() {
        for good in [
            ">= 1.0", "1", "  1 ", ">1.0 ,<2", "=1", "!=1", "01.2", "1.0-beta", "1.0+meta", "v1",
            "1.0-",
        ] {
            assert!(Constraint::parse(good).is_some(), "{good}");
        }
        for bad in [
            "",
            "x",
            "=> 1.0",
            ">=1.0 <2",
            "1.x",
            ">= 1.0,",
            "^1",
            "==1",
            "*",
            "1.",
            "1..0",
            ".1",
            "1.0+",
            "99999999999999999999",
            "${x}",
        ] {
            assert!(Constraint::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn the_pessimistic_operator_leaves_the_last_number_open() {
        assert_eq!(allows("~> 1.11.0"), Some(true));
        assert_eq!(allows("~> 1.11.5"), Some(false));
        assert_eq!(allows("~> 1.5"), Some(true));
        assert_eq!(allows("~> 1.5.0"), Some(false));
        assert_eq!(allows("~> 1"), Some(true));
        assert_eq!(allows("~> 2"), Some(false));
    }

    #[test]
    fn conditions_must_all_hold() {
        assert_eq!(allows(">= 1.0, < 1.11"), Some(false));
        assert_eq!(allows(">= 1.0, != 1.11.4"), Some(false));
        assert_eq!(allows("1.11.4"), Some(true));
    }

    #[test]
    fn a_constraint_may_be_met_later_or_never() {
        let from_ours = |text: &str| {
            Constraint::parse(text)
                .is_some_and(|constraint| constraint.allows_from(&Version::new(OURS)))
        };
        assert!(from_ours(">= 1.12"));
        assert!(from_ours("~> 1.12.3"));
        assert!(from_ours("> 1.11.4, < 1.11.6"));
        assert!(!from_ours("~> 1.5.0"));
        assert!(!from_ours("< 1.6"));
        assert!(!from_ours(">= 2, < 1"));
    }

    #[test]
    fn a_constraint_may_leave_out_a_whole_major_version() {
        let allows_5 = |text: &str| {
            Constraint::parse(text).is_some_and(|constraint| constraint.allows_major(5))
        };
        for text in [
            ">= 3.0",
            "~> 5.3",
            "5.1.0",
            "~> 5",
            "!= 5.0.0",
            "> 4.99",
            ">= 4, < 5.0.1",
        ] {
            assert!(allows_5(text), "{text}");
        }
        for text in ["~> 4.0", "< 5", "= 3.1", ">= 6"] {
            assert!(!allows_5(text), "{text}");
        }
    }

    #[test]
    fn providers_take_no_v_and_three_numbers() {
        let refused = |text: &str| {
            Constraint::parse(text).and_then(|constraint| constraint.refused_for_providers())
        };
        assert!(refused("> v1.0").is_some());
        assert!(refused("1.2.3.4").is_some());
        assert_eq!(refused("~> 4.0"), None);
    }
}
