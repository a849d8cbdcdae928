//! `for`.

use std::collections::BTreeMap;

use terrace_ir::node::For;
use terrace_ir::{Node, Text, Type};

use super::convert::convert;
use super::problem::{INVALID_EXPRESSION, Problem, described, shortened};
use super::value::{Kind, Marks, SharedText, Val};
use super::{Evaluator, unknown};

impl Evaluator<'_> {
    /// `[for …]` and `{for …}`.
    pub(super) fn comprehension(&mut self, each: &For) -> Val {
        let source = self.evaluate(&each.source);
        let mut marks = source.marks();
        let elements = self.elements(&source);
        // Terraform tries the condition of an unknown source too, unless not even its type is known.
        if (elements.is_some() || !source.is_known() && !source.is_dynamic())
            && let Some(condition) = &each.condition
            && !self.condition_is_plausible(each, condition)
        {
            return Val::dynamic();
        }
        let Some(elements) = elements else {
            return unknown(Type::Dynamic, marks);
        };
        let mut result = Collected::of(each);
        let mut known = true;
        for (key, value) in elements {
            let names = bindings(each.key_name.as_ref(), &each.value_name, key, value);
            known = self.bound(names, |this| {
                this.element(each, known, &mut marks, &mut result)
            });
        }
        match known {
            true => result.finish().marked(marks),
            false => unknown(Type::Dynamic, marks),
        }
    }

    /// The elements with their keys; `None` when they are not known or there can be none.
    pub(super) fn elements(&mut self, source: &Val) -> Option<Vec<(Val, Val)>> {
        let refusal = match source.kind() {
            Kind::Null(_) => "`null` has no elements to go through".to_owned(),
            Kind::List(_, items) | Kind::Tuple(items) => {
                let keys = (0..).map(Val::whole);
                return Some(keys.zip(items.iter().cloned()).collect());
            }
            Kind::Set(_, items) => {
                return Some(
                    items
                        .iter()
                        .map(|item| (item.clone(), item.clone()))
                        .collect(),
                );
            }
            Kind::Map(_, entries) | Kind::Object(entries) => {
                let entries = entries.iter();
                return Some(
                    entries
                        .map(|(key, item)| (Val::text(key.clone()), item.clone()))
                        .collect(),
                );
            }
            Kind::Unknown(ty) if !ty.is_primitive() => return None,
            _ => format!(
                "`for` goes through lists, sets, maps and objects, but this is {}",
                described(source)
            ),
        };
        self.refuse(Problem::new(&INVALID_EXPRESSION, refusal));
        None
    }

    /// Tries the condition before any element is known, as Terraform does.
    fn condition_is_plausible(&mut self, each: &For, condition: &Node) -> bool {
        let names = bindings(
            each.key_name.as_ref(),
            &each.value_name,
            Val::dynamic(),
            Val::dynamic(),
        );
        let failures = self.failures;
        let value = self.bound(names, |this| this.evaluate(condition));
        if let Err(problem) = as_truth(&value) {
            self.refuse(problem);
        }
        self.failures == failures
    }

    /// Evaluates the body for one element. Gives whether it is known, for this element and those before it (`known`), what
    /// becomes of it. Behind one that is not, Terraform does not complain about conditions and keys.
    fn element(
        &mut self,
        each: &For,
        known: bool,
        marks: &mut Marks,
        result: &mut Collected,
    ) -> bool {
        if let Some(condition) = &each.condition {
            let condition = self.evaluate(condition);
            *marks = marks.and(condition.marks());
            // For a list, Terraform does not look at the type before the value is known.
            if each.key.is_none() && !condition.is_known() {
                return false;
            }
            match as_truth(&condition) {
                Ok(Some(true)) => {}
                Ok(Some(false)) => return known,
                Ok(None) => return false,
                Err(problem) => return self.refuse_if(known, problem),
            }
        }
        let Some(key) = &each.key else {
            let value = self.evaluate(&each.value);
            result.push(value);
            return known;
        };
        let key = self.evaluate(key);
        *marks = marks.and(key.marks());
        let key = match as_key(&key) {
            Ok(Some(key)) => key,
            Ok(None) => return false,
            Err(problem) => return self.refuse_if(known, problem),
        };
        let value = self.evaluate(&each.value);
        if result.insert(key.clone(), value) {
            return known;
        }
        let summary = match marks.sensitive {
            true => "two elements of a `for` have the same key".to_owned(),
            false => format!("two elements of a `for` have the key {}", shortened(&key)),
        };
        self.refuse(
            Problem::new(&INVALID_EXPRESSION, summary)
                .hint("write `...` behind the value to group the values of one key into a list"),
        );
        known
    }

    fn refuse_if(&mut self, known: bool, problem: Problem) -> bool {
        if known {
            self.refuse(problem);
        }
        false
    }
}

/// What an `if` clause says; `None` when it is unknown.
fn as_truth(value: &Val) -> Result<Option<bool>, Problem> {
    if !value.is_null()
        && let Ok(value) = convert(value, &Type::Bool)
    {
        return Ok(value.as_bool());
    }
    let summary = format!(
        "the `if` of a `for` must be `true` or `false`, but this is {}",
        described(value)
    );
    Err(Problem::new(&INVALID_EXPRESSION, summary))
}

/// A key as text; `None` when it is unknown, in which case Terraform does not look at its type either.
fn as_key(value: &Val) -> Result<Option<SharedText>, Problem> {
    if !value.is_known() {
        return Ok(None);
    }
    if !value.is_null()
        && let Ok(key) = convert(value, &Type::String)
    {
        return Ok(match key.kind() {
            Kind::Text(text) => Some(text.clone()),
            _ => None,
        });
    }
    let summary = format!(
        "the key of a `for` must be text, but this is {}",
        described(value)
    );
    Err(Problem::new(&INVALID_EXPRESSION, summary))
}

/// The names that a `for` binds for one element.
pub(super) fn bindings(
    key_name: Option<&Text>,
    value_name: &Text,
    key: Val,
    value: Val,
) -> impl Iterator<Item = (Text, Val)> {
    let key = key_name.map(|name| (name.clone(), key));
    key.into_iter().chain([(value_name.clone(), value)])
}

/// What a `for` collects.
enum Collected {
    Tuple(Vec<Val>),
    Object(BTreeMap<SharedText, Val>),
    Groups(BTreeMap<SharedText, Vec<Val>>),
}

impl Collected {
    fn of(each: &For) -> Self {
        match (&each.key, each.grouped) {
            (None, _) => Self::Tuple(Vec::new()),
            (Some(_), false) => Self::Object(BTreeMap::new()),
            (Some(_), true) => Self::Groups(BTreeMap::new()),
        }
    }

    fn push(&mut self, value: Val) {
        if let Self::Tuple(items) = self {
            items.push(value);
        }
    }

    /// `false` when the key is there already.
    fn insert(&mut self, key: SharedText, value: Val) -> bool {
        match self {
            Self::Tuple(_) => true,
            Self::Object(entries) => entries.insert(key, value).is_none(),
            Self::Groups(groups) => {
                groups.entry(key).or_default().push(value);
                true
            }
        }
    }

    fn finish(self) -> Val {
        match self {
            Self::Tuple(items) => Val::tuple(items),
            Self::Object(entries) => Val::object(entries),
            Self::Groups(groups) => Val::object(
                groups
                    .into_iter()
                    .map(|(key, items)| (key, Val::tuple(items))),
            ),
        }
    }
}
