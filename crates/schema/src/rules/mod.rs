//! The rules that live in the provider's code and that no schema shows, by resource type.
//!
//! | who asks | what |
//! |---|---|
//! | the check of modules, before Terraform runs | [`refused_configuration`]: what the plan or the apply certainly refuses |
//! | who plans like the provider | [`refused_plan`], [`replacements`], [`replacement`], [`ignores`], [`follows`] |
//! | who applies like the provider | [`refused_apply`], [`unsent`] |
//!
//! All take a [`Change`]: a type with what is written, what was and what shall be.
//!
//! A type's rules stand in one file, or in one for each part of a big type, as data. A rule has a name that stays, and is made of [`Condition`]s, from which the
//! sentence in findings is made too. Conditions read arguments as the provider's code does, through a [`View`], and answer with
//! a [`Truth`], since much is known only at apply.
//!
//! | module | what it holds |
//! |---|---|
//! | `change` | [`Change`] |
//! | `view` | [`View`]: arguments as the provider's code reads them |
//! | `truth` | [`Truth`] |
//! | `condition` | [`Condition`]: a question about arguments, and its words |
//! | `refusal` | what is refused |
//! | `replacement` | what replaces, beside what is marked `force_new` |
//! | `difference` | differences that are none, changes that are not sent, attributes that follow |
//! | `azurerm` | the rules, a file a type |
//!
//! Source: azurerm 5.2.0, the version that the catalog describes.

mod azurerm;
mod change;
mod codes;
mod condition;
mod difference;
mod refusal;
mod replacement;
mod truth;
mod view;

use terrace_ir::{ArgumentPath, Step};

pub use self::change::{Case, Change, Old};
pub use self::codes::CODES;
pub use self::condition::Condition;
pub use self::difference::{Follows, Ignored, Same, Unsent};
pub use self::refusal::{Demand, Moment, Refusal, Refused};
pub use self::replacement::{Replacement, Shift};
pub use self::truth::Truth;
pub use self::view::View;
use crate::eval::Val;

/// The rules of one resource type, or a part of them.
pub struct Rules {
    /// The type: `azurerm_storage_account`.
    pub type_name: &'static str,
    /// What is refused.
    pub refusals: &'static [Refusal],
    /// What replaces, beside what is marked `force_new`.
    pub replacements: &'static [Replacement],
    /// Differences that are none.
    pub ignored: &'static [Ignored],
    /// Changes that are planned and not sent.
    pub unsent: &'static [Unsent],
    /// Attributes that are planned as unknown after a change.
    pub follows: &'static [Follows],
}

impl Rules {
    /// A type without rules, to be completed.
    const fn of(type_name: &'static str) -> Self {
        Self {
            type_name,
            refusals: &[],
            replacements: &[],
            ignored: &[],
            unsent: &[],
            follows: &[],
        }
    }
}

/// The rules of a resource type, in parts. Most types have none: asking costs a binary search.
#[must_use]
pub fn of(type_name: &str) -> &'static [&'static Rules] {
    let from = azurerm::ALL.partition_point(|rules| rules.type_name < type_name);
    let parts = &azurerm::ALL[from..];
    let count = parts
        .iter()
        .take_while(|rules| rules.type_name == type_name)
        .count();
    &parts[..count]
}

/// All rules, by type.
pub fn all() -> impl Iterator<Item = &'static Rules> {
    azurerm::ALL.iter().copied()
}

/// What the plan, or the apply that makes the resource, certainly refuses in a configuration, and what every plan changes again.
///
/// For [`Change::configured`]; whatever depends on the state, on Azure or on something unknown is not said.
#[must_use]
pub fn refused_configuration(change: &Change<'_>) -> Vec<Refused> {
    refused(change, |_| true)
}

/// What the plan of a change refuses. The provider looks at a replacement twice: as an update, and as a creation.
#[must_use]
pub fn refused_plan(change: &Change<'_>) -> Vec<Refused> {
    refused(change, |moment| moment == Moment::Plan)
}

/// What the apply of a change refuses, though its plan was accepted.
#[must_use]
pub fn refused_apply(change: &Change<'_>) -> Vec<Refused> {
    refused(change, |moment| {
        !matches!(moment, Moment::Plan | Moment::Again)
    })
}

/// The rules by which a change replaces the resource, where it is certain, beside what is marked `force_new`.
pub fn replacements<'c>(change: &'c Change<'_>) -> impl Iterator<Item = &'static Replacement> + 'c {
    let rules = of(change.type_name()).iter();
    let rules = rules.flat_map(|part| part.replacements);
    rules.filter(|rule| rule.replaces(change).is_yes())
}

/// Whether a change of the argument at a path replaces the resource, and the rule that decides it.
///
/// `None` where no rule is about the argument: then only what is marked `force_new` replaces. Indexes in the path do not count.
#[must_use]
pub fn replacement(change: &Change<'_>, path: &[Step]) -> Option<(Truth, &'static Replacement)> {
    let mut rules = of(change.type_name())
        .iter()
        .flat_map(|part| part.replacements);
    let rule = rules.find(|rule| is_at(path, rule.argument))?;
    Some((rule.replaces(change), rule))
}

/// The rule by which a difference between two values of the argument at a path is none.
///
/// The values are those at the path, `null` where there is none. Differences of spelling that the facts know of (`normalized`)
/// are not judged here.
#[must_use]
pub fn ignores(
    change: &Change<'_>,
    path: &[Step],
    old: &Val,
    new: &Val,
) -> Option<&'static Ignored> {
    let mut rules = of(change.type_name()).iter().flat_map(|part| part.ignored);
    rules.find(|rule| is_at(path, rule.argument) && rule.ignores(change, old, new))
}

/// The changes in an update that are planned in place and never sent: what stands keeps its old value there, and the next plan
/// has the change again.
pub fn unsent<'c>(change: &'c Change<'_>) -> impl Iterator<Item = &'static Unsent> + 'c {
    let rules = of(change.type_name()).iter().flat_map(|part| part.unsent);
    rules.filter(|rule| rule.is_of(change).is_yes())
}

/// The attributes that only the provider sets and that an update plans as unknown. All others keep their value.
pub fn follows<'c>(change: &'c Change<'_>) -> impl Iterator<Item = &'static str> + 'c {
    let changed = |rule: &&Follows| {
        Condition::Changed(rule.argument)
            .holds(&change.case)
            .may_be()
    };
    let rules = of(change.type_name()).iter().flat_map(|part| part.follows);
    rules.filter(changed).map(|rule| rule.attribute)
}

fn refused(change: &Change<'_>, looks: impl Fn(Moment) -> bool) -> Vec<Refused> {
    let rules = of(change.type_name()).iter().flat_map(|part| part.refusals);
    let rules = rules.filter(|rule| looks(rule.moment));
    rules.flat_map(|rule| rule.refuses(change)).collect()
}

/// Whether a path, without its indexes, is that of a rule.
fn is_at(path: &[Step], dotted: &str) -> bool {
    let names = path.iter().filter_map(|step| match step {
        Step::Name(name) => Some(name.as_ref()),
        Step::Index(_) => None,
    });
    names.eq(dotted.split('.'))
}

/// The path of a dotted one, in which a block's first is meant.
fn step_in(path: &mut ArgumentPath, names: &'static str) {
    let names = names.split('.').filter(|name| !name.is_empty());
    for (index, name) in names.enumerate() {
        if index > 0 {
            path.push(Step::Index(0));
        }
        path.push(Step::Name(name.into()));
    }
}
