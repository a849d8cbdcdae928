//! What replaces a resource, or does not, beside what is marked `force_new`.

use terrace_ir::ArgumentPath;

use super::change::{Change, Old};
use super::condition::{Condition, differs};
use super::step_in;
use super::truth::Truth;
use super::view::View;

/// When a change of one argument replaces the resource.
pub struct Replacement {
    /// A name that stays: `account-kind-only-upgrades`.
    pub name: &'static str,
    /// The argument, as a dotted path.
    pub argument: &'static str,
    /// What replaces, or what does not, in words.
    pub sentence: &'static str,
    shift: Shift,
}

/// How the argument has to change.
pub enum Shift {
    /// Down, in this order of values.
    Down(&'static [&'static str]),
    /// In any way but upwards in this order of values.
    NotUp(&'static [&'static str]),
    /// Away from one of these values to any other.
    From(&'static [&'static str]),
    /// In any way but from the first of a pair to the second.
    NotBy(&'static [(&'static str, &'static str)]),
    /// From one of these groups of values to what is not in it, in any case of letters.
    OutOf(&'static [&'static [&'static str]]),
    /// From something to anything else: the first setting is in place.
    FromGiven,
    /// From something to nothing: setting and changing are in place.
    ToNothing,
    /// From true to false.
    ToFalse,
    /// So that this holds, besides being a change.
    If(Condition),
}

/// A replacement of a name.
pub(super) const fn replacement(
    name: &'static str,
    argument: &'static str,
    shift: Shift,
    sentence: &'static str,
) -> Replacement {
    Replacement {
        name,
        argument,
        sentence,
        shift,
    }
}

impl Replacement {
    /// Whether the change of the argument replaces the resource. What is made anew is not replaced.
    #[must_use]
    pub fn replaces(&self, change: &Change<'_>) -> Truth {
        match &change.case.old {
            Old::Nothing => Truth::No,
            Old::Unknown => Truth::Perhaps,
            Old::Was(old) => {
                differs(old, &change.case.new, self.argument) & self.is_such(change, old)
            }
        }
    }

    fn is_such(&self, change: &Change<'_>, old: &View<'_>) -> Truth {
        let new = &change.case.new;
        let path = self.argument;
        let texts = || old.text(path).zip(new.text(path));
        match &self.shift {
            Shift::Down(order) => Truth::of(texts(), |(old, new)| {
                place(order, &new) < place(order, &old)
            }),
            Shift::NotUp(order) => Truth::of(texts(), |(old, new)| {
                match (place(order, &old), place(order, &new)) {
                    (Some(old), Some(new)) => new < old,
                    _ => true,
                }
            }),
            Shift::From(values) => Truth::of(old.text(path), |old| values.contains(&&*old)),
            Shift::NotBy(pairs) => Truth::of(texts(), |(old, new)| {
                !pairs.iter().any(|(from, to)| *from == old && *to == new)
            }),
            Shift::OutOf(groups) => Truth::of(texts(), |(old, new)| {
                let group = groups.iter().find(|group| has(group, &old));
                !group.is_some_and(|group| has(group, &new)) && !old.eq_ignore_ascii_case(&new)
            }),
            Shift::FromGiven => old.is_given(path),
            Shift::ToNothing => old.is_given(path) & !new.is_given(path),
            Shift::ToFalse => old.flag(path) & !new.flag(path),
            Shift::If(condition) => condition.holds(&change.case),
        }
    }

    /// The path of the argument. A block's first is meant.
    #[must_use]
    pub fn path(&self) -> ArgumentPath {
        let mut path = ArgumentPath::root();
        step_in(&mut path, self.argument);
        path
    }

    /// Calls `see` with all paths that it asks for, except inside functions.
    #[cfg(test)]
    pub(super) fn paths(&self, see: &mut impl FnMut(String)) {
        see(self.argument.to_owned());
        if let Shift::If(condition) = &self.shift {
            condition.paths(&mut |path| see(path.to_owned()));
        }
    }
}

fn place(order: &[&str], value: &str) -> Option<usize> {
    order.iter().position(|known| *known == value)
}

fn has(group: &[&str], value: &str) -> bool {
    group.iter().any(|known| known.eq_ignore_ascii_case(value))
}
