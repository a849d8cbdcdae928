//! What a rule asks of arguments, as data: what holds, and how it reads in words.

use crate::eval::{SharedText, Val, equal};

use super::change::{Case, Old};
use super::truth::Truth;
use super::view::View;

/// A question about arguments. Paths are dotted names, of which a block's leads to the first block.
pub enum Condition {
    /// The text at a path is one of these.
    Is(&'static str, &'static [&'static str]),
    /// The text at a path is one of these, in any case.
    IsInAnyCase(&'static str, &'static [&'static str]),
    /// There is text at a path, and it is none of these.
    Other(&'static str, &'static [&'static str]),
    /// The boolean at a path is true.
    True(&'static str),
    /// The boolean at a path is false, also for want of any.
    False(&'static str),
    /// Something other than the zero of its type stands at a path.
    Given(&'static str),
    /// Nothing, or the zero of its type, stands at a path.
    Missing(&'static str),
    /// Something is written at a path, be it the zero of its type or unknown. Read from the configuration alone.
    Written(&'static str),
    /// Something but empty text is written at a path, be it unknown. Read from the configuration alone.
    Filled(&'static str),
    /// The number at a path is greater.
    Above(&'static str, i64),
    /// There are more blocks or elements at a path.
    MoreThan(&'static str, usize),
    /// The resource is made anew.
    Made,
    /// What stands at a path differs from before. Nothing does in what is made anew.
    Changed(&'static str),
    /// Something stood at a path, and nothing does any more.
    Removed(&'static str),
    /// The condition held before. It never did for what is made anew.
    Was(&'static Condition),
    /// The condition does not hold.
    Not(&'static Condition),
    /// All hold.
    All(&'static [Condition]),
    /// One of them holds.
    Any(&'static [Condition]),
    /// Anything else, with how it reads in words.
    Holds(&'static str, fn(&Case<'_>) -> Truth),
}

use Condition::{
    Above, All, Any, Changed, False, Filled, Given, Holds, Is, IsInAnyCase, Made, Missing,
    MoreThan, Not, Other, Removed, True, Was, Written,
};

impl Condition {
    /// What always holds.
    pub(super) const ALWAYS: Self = All(&[]);

    /// Whether it holds.
    pub(super) fn holds(&self, case: &Case<'_>) -> Truth {
        let new = &case.new;
        match self {
            Is(path, values) => Truth::of(new.text(path), |text| values.contains(&&*text)),
            IsInAnyCase(path, values) => Truth::of(new.text(path), |text| {
                values.iter().any(|value| value.eq_ignore_ascii_case(&text))
            }),
            Other(path, values) => Truth::of(new.text(path), |text| {
                !text.is_empty() && !values.contains(&&*text)
            }),
            True(path) => new.flag(path),
            False(path) => !new.flag(path),
            Given(path) => new.is_given(path),
            Missing(path) => !new.is_given(path),
            Written(path) => case.written.is_written(path),
            Filled(path) => {
                let text = case.written.raw(path).and_then(Val::as_text);
                case.written.is_written(path) & (text != Some("")).into()
            }
            Above(path, limit) => Truth::of(new.number(path), |number| number > *limit as f64),
            MoreThan(path, limit) => Truth::of(new.count(path), |count| count > *limit),
            Made => case.before(|_| Truth::No, Truth::Yes),
            Changed(path) => case.before(|old| differs(&old, new, path), Truth::No),
            Removed(path) => case.before(|old| old.is_given(path), Truth::No) & !new.is_given(path),
            Was(condition) => {
                let before = |old| {
                    condition.holds(&Case {
                        new: old,
                        old: Old::Unknown,
                        written: old,
                        whole: old,
                    })
                };
                case.before(before, Truth::No)
            }
            Not(condition) => !condition.holds(case),
            All(conditions) => conditions
                .iter()
                .fold(Truth::Yes, |all, one| all.and(|| one.holds(case))),
            Any(conditions) => conditions
                .iter()
                .fold(Truth::No, |any, one| !(!any).and(|| !one.holds(case))),
            Holds(_, holds) => holds(case),
        }
    }

    /// The argument that it is about first.
    pub(super) fn argument(&self) -> &'static str {
        match self {
            Is(path, _)
            | IsInAnyCase(path, _)
            | Other(path, _)
            | True(path)
            | False(path)
            | Given(path)
            | Missing(path)
            | Written(path)
            | Filled(path)
            | Above(path, _)
            | MoreThan(path, _)
            | Changed(path)
            | Removed(path) => path,
            Made | Holds(..) => "",
            Was(condition) | Not(condition) => condition.argument(),
            All(conditions) | Any(conditions) => conditions.first().map_or("", Condition::argument),
        }
    }

    /// How it reads: `` `sku` Standard or Premium ``.
    pub(super) fn words(&self) -> String {
        let words = |conditions: &[Self]| conditions.iter().map(Self::words).collect::<Vec<_>>();
        match self {
            Is(path, values) | IsInAnyCase(path, values) => {
                format!("`{path}` {}", listed(values, ", ", " or "))
            }
            Other(path, values) | Not(Is(path, values)) => {
                format!("`{path}` other than {}", listed(values, ", ", " or "))
            }
            True(path) => format!("`{path}` true"),
            False(path) => format!("`{path}` false"),
            // -1 stands for no number at all.
            Given(path) | Written(path) | Filled(path) | Above(path, -1) => format!("`{path}`"),
            Missing(path) => format!("no `{path}`"),
            Above(path, limit) => format!("`{path}` above {limit}"),
            MoreThan(path, limit) => format!("more than {limit} of `{path}`"),
            Made => "a new one".to_owned(),
            Changed(path) => format!("a change of `{path}`"),
            Removed(path) => format!("a removal of `{path}`"),
            Was(condition) => format!("{} before", condition.words()),
            Not(condition) => format!("anything but {}", condition.words()),
            All(conditions) => listed(&words(conditions), ", ", " and "),
            Any(conditions) if conditions.iter().any(|one| matches!(one, All(_))) => {
                listed(&words(conditions), ", or ", ", or ")
            }
            Any(conditions) => listed(&words(conditions), ", ", " or "),
            Holds(words, _) => (*words).to_owned(),
        }
    }

    /// Calls `see` with all paths that it asks for, except inside functions.
    #[cfg(test)]
    pub(super) fn paths(&self, see: &mut impl FnMut(&'static str)) {
        match self {
            Was(condition) | Not(condition) => condition.paths(see),
            All(conditions) | Any(conditions) => {
                conditions.iter().for_each(|condition| condition.paths(see));
            }
            Made | Holds(..) => {}
            condition => see(condition.argument()),
        }
    }
}

impl<'a> Case<'a> {
    /// What is said of what was, or, where there was nothing, at once.
    fn before(&self, said: impl FnOnce(View<'a>) -> Truth, of_nothing: Truth) -> Truth {
        match self.old {
            Old::Nothing => of_nothing,
            Old::Unknown => Truth::Perhaps,
            Old::Was(old) => said(old),
        }
    }
}

/// `a, b or c`
fn listed<T: AsRef<str>>(items: &[T], between: &str, last: &str) -> String {
    let mut text = String::new();
    for (index, item) in items.iter().map(T::as_ref).enumerate() {
        text += match index {
            0 => "",
            index if index + 1 == items.len() => last,
            _ => between,
        };
        match item.contains(", ") && !item.contains('`') {
            true => text += &format!("\"{item}\""),
            false => text += item,
        }
    }
    text
}

/// Whether what stands at a path differs between two views. An empty text, list or map is as good as none.
pub(super) fn differs(old: &View<'_>, new: &View<'_>, path: &str) -> Truth {
    let is_known = |view: &View<'_>| view.is_known(path);
    if !is_known(old) || !is_known(new) {
        return Truth::Perhaps;
    }
    if let (Some(old), Some(new)) = (old.text(path), new.text(path)) {
        return (old != new).into();
    }
    let value = |view: &View<'_>| match view.is_given(path) {
        Truth::Yes => view.raw(path).cloned(),
        _ => None,
    };
    match (value(old), value(new)) {
        (None, None) => Truth::No,
        (Some(old), Some(new)) => (!is_same(&old, &new)).into(),
        _ => Truth::Yes,
    }
}

/// Whether two known values are alike, whatever their types are called: a list and a tuple of the same elements are, and what is
/// `null` in an object is as good as left out.
fn is_same(old: &Val, new: &Val) -> bool {
    if let (Some(old), Some(new)) = (old.as_items(), new.as_items()) {
        return old.len() == new.len() && old.iter().zip(new).all(|(old, new)| is_same(old, new));
    }
    if let (Some(old), Some(new)) = (old.as_entries(), new.as_entries()) {
        let set = |entries: &'_ [(SharedText, Val)]| -> Vec<(SharedText, Val)> {
            let set = entries.iter().filter(|(_, value)| !value.is_null());
            set.cloned().collect()
        };
        let (old, new) = (set(old), set(new));
        return old.len() == new.len()
            && old
                .iter()
                .zip(&new)
                .all(|((a, old), (b, new))| a == b && is_same(old, new));
    }
    equal(old, new) == Some(true)
}
