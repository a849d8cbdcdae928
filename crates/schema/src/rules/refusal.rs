//! What the provider refuses, though `terraform validate` accepts it.

use terrace_ir::{ArgumentPath, Diagnostic, Severity, Step};

use super::change::{Case, Change, Old};
use super::codes::{APPLY_REFUSED, CHANGES_AGAIN, PLAN_REFUSED};
use super::condition::Condition;
use super::step_in;
use super::truth::Truth;

/// A combination of arguments that the provider's code refuses.
pub struct Refusal {
    /// A name that stays: `registry-feature-needs-premium`.
    pub name: &'static str,
    /// When the provider looks.
    pub moment: Moment,
    demand: Demand,
    /// The blocks that are looked at one by one; none for the resource as a whole.
    each: Option<&'static str>,
    /// An update is looked at only when one of these changes; when there are none, always.
    checked_when_changed: &'static [&'static str],
}

/// When the provider refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// In the plan, of what is made and of what is changed.
    Plan,
    /// In the apply, of what is made and of what is changed, though the plan was accepted.
    Apply,
    /// In the apply of what is made.
    Create,
    /// In the apply of what is changed.
    Update,
    /// Never. But what is applied is read back otherwise, so that every plan has the change again.
    Again,
}

/// What is refused.
pub enum Demand {
    /// The first without the second.
    Needs(Condition, Condition),
    /// The first beside the second.
    Excludes(Condition, Condition),
    /// An argument, as this sentence says, while a condition holds.
    Never(&'static str, &'static str, Condition),
}

/// The provider looks in the plan.
pub(super) const PLAN: Moment = Moment::Plan;
/// The provider looks in the apply.
pub(super) const APPLY: Moment = Moment::Apply;
/// The provider looks when it makes the resource.
pub(super) const CREATE: Moment = Moment::Create;
/// The provider looks when it updates the resource.
pub(super) const UPDATE: Moment = Moment::Update;
/// The provider reads it back otherwise.
pub(super) const AGAIN: Moment = Moment::Again;

/// A refusal of a name.
pub(super) const fn refusal(name: &'static str, moment: Moment, demand: Demand) -> Refusal {
    Refusal {
        name,
        moment,
        demand,
        each: None,
        checked_when_changed: &[],
    }
}

impl Refusal {
    /// Looks at each block at a path by itself. Paths of the conditions start there.
    pub(super) const fn each(mut self, blocks: &'static str) -> Self {
        self.each = Some(blocks);
        self
    }

    /// Looks at an update only when one of these arguments changes: a change of another one passes unchecked.
    pub(super) const fn when_changed(mut self, paths: &'static [&'static str]) -> Self {
        self.checked_when_changed = paths;
        self
    }

    /// What is refused, in a sentence: `` `data_endpoint_enabled` true needs `sku` Premium ``.
    #[must_use]
    pub fn sentence(&self) -> String {
        match &self.demand {
            Demand::Needs(one @ Condition::All(_), other) => {
                format!("{} need {}", one.words(), other.words())
            }
            Demand::Needs(one, other) => format!("{} needs {}", one.words(), other.words()),
            Demand::Excludes(one, other) => {
                format!("{} is refused with {}", one.words(), other.words())
            }
            Demand::Never(argument, sentence, _) => format!("`{argument}` {sentence}"),
        }
    }

    /// What it certainly refuses. Where it is not known what was, that is what it refuses of anything, and what it refuses of a
    /// new resource.
    pub(super) fn refuses(&'static self, change: &Change<'_>) -> Vec<Refused> {
        let is_open = matches!(change.case.old, Old::Unknown);
        let places = match is_open {
            true => self.places(&change.anew()),
            false => self.places(change),
        };
        // What is refused of anything is refused of what is new.
        let certain = match is_open && !places.is_empty() {
            true => self.places(change),
            false => places.clone(),
        };
        // What a creation refuses cannot stand already, and what is read back otherwise changes again whenever it was made.
        let is_open = is_open && !matches!(self.moment, Moment::Create | Moment::Again);
        let refused = places.into_iter().map(|path| Refused {
            rule: self,
            is_only_if_new: is_open && !certain.contains(&path),
            path,
            type_name: change.type_name().to_owned(),
        });
        refused.collect()
    }

    /// The places where it is certainly refused.
    fn places(&self, change: &Change<'_>) -> Vec<ArgumentPath> {
        let looks = match (self.moment, change.case.old) {
            (Moment::Create, Old::Was(_)) | (Moment::Update, Old::Nothing | Old::Unknown) => {
                Truth::No
            }
            (_, Old::Was(_)) if !self.checked_when_changed.is_empty() => {
                let changed = |path: &&'static str| Condition::Changed(path).holds(&change.case);
                let changed = self.checked_when_changed.iter().map(changed);
                changed.fold(Truth::No, |any, one| any | one)
            }
            _ => Truth::Yes,
        };
        if !looks.may_be() {
            return Vec::new();
        }
        let itself = self
            .each
            .is_none()
            .then(|| (change.case, ArgumentPath::root()));
        let inside = self.each.map(|blocks| each(&change.case, blocks));
        let cases = itself.into_iter().chain(inside.into_iter().flatten());
        let refused = cases.filter(|(case, _)| (looks & self.demand.is_refused(case)).is_yes());
        let argument = refused.map(|(_, mut path)| {
            step_in(&mut path, self.argument());
            path
        });
        argument.collect()
    }

    fn argument(&self) -> &'static str {
        match &self.demand {
            Demand::Needs(one, _) | Demand::Excludes(one, _) => one.argument(),
            Demand::Never(argument, _, _) => argument,
        }
    }

    /// Calls `see` with all paths that it asks for, except inside functions.
    #[cfg(test)]
    pub(super) fn paths(&self, see: &mut impl FnMut(String)) {
        let prefix = self.each.map_or(String::new(), |each| format!("{each}."));
        let mut inner = |path: &'static str| see(format!("{prefix}{path}"));
        match &self.demand {
            Demand::Needs(one, other) | Demand::Excludes(one, other) => {
                one.paths(&mut inner);
                other.paths(&mut inner);
            }
            Demand::Never(argument, _, condition) => {
                inner(argument);
                condition.paths(&mut inner);
            }
        }
        self.checked_when_changed
            .iter()
            .for_each(|path| see((*path).to_owned()));
    }
}

impl Demand {
    fn is_refused(&self, case: &Case<'_>) -> Truth {
        match self {
            Self::Needs(one, other) => one.holds(case).and(|| !other.holds(case)),
            Self::Excludes(one, other) => one.holds(case).and(|| other.holds(case)),
            Self::Never(_, _, condition) => condition.holds(case),
        }
    }
}

/// Something that the provider refuses.
pub struct Refused {
    /// The rule.
    pub rule: &'static Refusal,
    /// The argument that the rule is about.
    pub path: ArgumentPath,
    /// What stands already is not refused: only a new resource is.
    pub is_only_if_new: bool,
    /// The type that the rule belongs to.
    type_name: String,
}

impl Refused {
    /// The finding, with the argument, without address and place. What is refused only to a new
    /// resource, or not refused at all, is never worse than a warning.
    #[must_use]
    pub fn to_diagnostic(&self, severity: Severity) -> Diagnostic {
        let moment = self.rule.moment;
        let (code, what, meaning) = match moment {
            Moment::Plan => (
                &PLAN_REFUSED,
                "the plan is refused",
                "`terraform plan` fails",
            ),
            Moment::Again => (
                &CHANGES_AGAIN,
                "every plan has a change",
                "what is applied is read back otherwise, so that no plan is empty",
            ),
            Moment::Apply | Moment::Create | Moment::Update => (
                &APPLY_REFUSED,
                "the apply is refused",
                "`terraform plan` accepts it, and the apply fails",
            ),
        };
        let meaning = match self.is_only_if_new {
            true => "what stands already may stay as it is, a new one cannot be made",
            false => meaning,
        };
        let is_warning = self.is_only_if_new || moment == Moment::Again;
        let summary = format!("{what}: {}", self.rule.sentence());
        let mut finding = Diagnostic::error(code, summary);
        finding.severity = match is_warning {
            true => severity.max(Severity::Warning),
            false => severity,
        };
        finding
            .detail(format!(
                "{meaning}; it is the rule `{}` of `{}`",
                self.rule.name, self.type_name
            ))
            .argument(self.path.to_string())
    }
}

/// The blocks at a path, in blocks of blocks too.
fn each<'a>(case: &Case<'a>, blocks: &'static str) -> Vec<(Case<'a>, ArgumentPath)> {
    let mut cases = vec![(*case, ArgumentPath::root())];
    for name in blocks.split('.') {
        let mut inner = Vec::new();
        for (case, path) in cases {
            let written = case.written.blocks(name);
            for (index, new) in case.new.blocks(name).into_iter().enumerate() {
                let mut path = path.clone();
                path.push(Step::Name(name.into()));
                path.push(Step::Index(index));
                let one = Case {
                    new,
                    old: Old::Unknown,
                    written: written.get(index).copied().unwrap_or(new),
                    whole: case.whole,
                };
                inner.push((one, path));
            }
        }
        cases = inner;
    }
    cases
}
