//! Differences that are none, changes that reach nobody, and attributes that follow a change.

use super::change::{Change, Old};
use super::condition::{Condition, differs};
use super::truth::Truth;
use crate::eval::Val;

/// A difference of one argument that the provider does not see as a change.
pub struct Ignored {
    /// A name that stays.
    pub name: &'static str,
    /// The argument, as a dotted path.
    pub argument: &'static str,
    same: Same,
}

/// When two values of an argument are the same.
pub enum Same {
    /// They differ in the case of letters.
    InAnyCase,
    /// They are the same JSON.
    Json,
    /// They are the same JSON, but for these keys of the outermost object.
    JsonWithout(&'static [&'static str]),
    /// Whatever they are, while a condition holds.
    While(Condition),
    /// As a function of both says.
    By(fn(&str, &str) -> bool),
}

/// An ignored difference of a name.
pub(super) const fn ignored(name: &'static str, argument: &'static str, same: Same) -> Ignored {
    Ignored {
        name,
        argument,
        same,
    }
}

impl Ignored {
    /// Whether a difference between two values of the argument is none, for certain.
    #[must_use]
    pub fn ignores(&self, change: &Change<'_>, old: &Val, new: &Val) -> bool {
        let texts = |same: &dyn Fn(&str, &str) -> bool| match (old.as_text(), new.as_text()) {
            (Some(old), Some(new)) => same(old, new),
            _ => false,
        };
        match &self.same {
            Same::InAnyCase => texts(&str::eq_ignore_ascii_case),
            Same::Json => texts(&|old, new| is_same_json(old, new, &[])),
            Same::JsonWithout(keys) => texts(&|old, new| is_same_json(old, new, keys)),
            Same::While(condition) => condition.holds(&change.case).is_yes(),
            Same::By(same) => texts(same),
        }
    }

    /// Calls `see` with all paths that it asks for, except inside functions.
    #[cfg(test)]
    pub(super) fn paths(&self, see: &mut impl FnMut(String)) {
        see(self.argument.to_owned());
        if let Same::While(condition) = &self.same {
            condition.paths(&mut |path| see(path.to_owned()));
        }
    }
}

/// A change that is planned in place and that the provider never sends, so that the next plan has it again.
pub struct Unsent {
    /// A name that stays.
    pub name: &'static str,
    /// The argument, as a dotted path.
    pub argument: &'static str,
    /// What is not sent and what comes of it, in words.
    pub sentence: &'static str,
    when: Condition,
}

/// An unsent change of a name.
pub(super) const fn unsent(
    name: &'static str,
    argument: &'static str,
    when: Condition,
    sentence: &'static str,
) -> Unsent {
    Unsent {
        name,
        argument,
        sentence,
        when,
    }
}

impl Unsent {
    pub(super) fn is_of(&self, change: &Change<'_>) -> Truth {
        match &change.case.old {
            Old::Nothing => Truth::No,
            Old::Unknown => Truth::Perhaps,
            Old::Was(old) => {
                differs(old, &change.case.new, self.argument) & self.when.holds(&change.case)
            }
        }
    }

    /// Calls `see` with all paths that it asks for, except inside functions.
    #[cfg(test)]
    pub(super) fn paths(&self, see: &mut impl FnMut(String)) {
        see(self.argument.to_owned());
        self.when.paths(&mut |path| see(path.to_owned()));
    }
}

/// An attribute that is planned as unknown when an argument changes. All others keep their value.
pub struct Follows {
    /// The attribute that the provider sets.
    pub attribute: &'static str,
    /// The argument whose change changes it.
    pub argument: &'static str,
}

/// Whether two texts are the same JSON, whatever the spelling and the order of keys.
pub(super) fn is_same_json(old: &str, new: &str, without: &[&str]) -> bool {
    let read = |text: &str| {
        let mut value: serde_json::Value = serde_json::from_str(text).ok()?;
        if let Some(object) = value.as_object_mut() {
            object.retain(|key, _| !without.contains(&key.as_str()));
        }
        Some(value)
    };
    match (read(old), read(new)) {
        (Some(old), Some(new)) => old == new,
        _ => old == new,
    }
}

#[cfg(test)]
mod tests {
    use super::is_same_json;

    #[test]
    fn json_is_compared_by_what_it_says() {
        assert!(is_same_json(
            r#"{"a":1,"b":2}"#,
            r#"{ "b": 2, "a": 1 }"#,
            &[]
        ));
        assert!(!is_same_json(r#"{"a":1}"#, r#"{"a":2}"#, &[]));
        assert!(is_same_json(r#"{"a":1,"by":"x"}"#, r#"{"a":1}"#, &["by"]));
        assert!(!is_same_json("{", "", &[]));
    }
}
