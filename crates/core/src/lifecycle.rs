//! The meta-argument `lifecycle`.

use terrace_ir::{Any, ArgumentPath, Data, Expr, IntoValue, Object};

/// What `lifecycle` says. Unset members are left out.
#[derive(Clone, Default)]
pub struct Lifecycle {
    /// Whether a plan that would destroy the resource is refused.
    pub prevent_destroy: Option<bool>,
    /// Whether the successor is made before the predecessor is destroyed.
    pub create_before_destroy: Option<bool>,
    /// Arguments whose changes outside Terraform are left alone, as paths: `tags["owner"]`.
    pub ignore_changes: Vec<String>,
    /// Resources or attributes whose change replaces this resource.
    pub replace_triggered_by: Vec<Expr<()>>,
    /// What must hold before the resource is made or changed.
    pub preconditions: Vec<Condition>,
    /// What must hold afterwards.
    pub postconditions: Vec<Condition>,
}

/// A condition and what is said when it does not hold.
#[derive(Clone)]
pub struct Condition {
    pub(crate) condition: Expr<bool>,
    pub(crate) error_message: Any,
}

impl Condition {
    /// `condition` must hold, or `error_message` is shown.
    #[must_use]
    pub fn new(condition: Expr<bool>, error_message: impl IntoValue<String>) -> Self {
        Self {
            condition,
            error_message: error_message.into_value().into_any(),
        }
    }

    pub(crate) fn into_object(self) -> Object {
        Object::new()
            .with("condition", self.condition.into_node())
            .with("error_message", self.error_message)
    }
}

impl Lifecycle {
    /// `prevent_destroy = true` and nothing else.
    #[must_use]
    pub fn protected() -> Self {
        Self {
            prevent_destroy: Some(true),
            ..Self::default()
        }
    }

    /// What this says, and where it is silent what `outer` says. Lists are joined.
    pub(crate) fn over(&self, outer: &Self) -> Self {
        fn joined<T: Clone>(outer: &[T], inner: &[T]) -> Vec<T> {
            outer.iter().chain(inner).cloned().collect()
        }
        let mut ignore_changes = joined(&outer.ignore_changes, &self.ignore_changes);
        ignore_changes.sort();
        ignore_changes.dedup();
        Self {
            prevent_destroy: self.prevent_destroy.or(outer.prevent_destroy),
            create_before_destroy: self.create_before_destroy.or(outer.create_before_destroy),
            ignore_changes,
            replace_triggered_by: joined(&outer.replace_triggered_by, &self.replace_triggered_by),
            preconditions: joined(&outer.preconditions, &self.preconditions),
            postconditions: joined(&outer.postconditions, &self.postconditions),
        }
    }

    /// What stands in `ignore_changes` and is no path.
    pub(crate) fn unreadable_paths(&self) -> impl Iterator<Item = &str> {
        self.ignore_changes
            .iter()
            .map(String::as_str)
            .filter(|path| *path != "all" && ArgumentPath::parse(path).is_none())
    }

    /// The block, or nothing where nothing is said.
    pub(crate) fn to_object(&self) -> Option<Object> {
        let mut object = Object::new();
        if let Some(value) = self.create_before_destroy {
            object.set("create_before_destroy", value);
        }
        if self.ignore_changes.iter().any(|path| path == "all") {
            object.set("ignore_changes", "all");
        } else if !self.ignore_changes.is_empty() {
            let paths: Vec<Any> = self
                .ignore_changes
                .iter()
                .filter_map(|path| ArgumentPath::parse(path)?.to_node())
                .map(|path| Any::from(Data::Expr(path)))
                .collect();
            object.set("ignore_changes", paths);
        }
        let conditions = |conditions: &[Condition]| -> Vec<Any> {
            conditions
                .iter()
                .map(|condition| condition.clone().into_object().into())
                .collect()
        };
        if !self.postconditions.is_empty() {
            object.set("postcondition", conditions(&self.postconditions));
        }
        if !self.preconditions.is_empty() {
            object.set("precondition", conditions(&self.preconditions));
        }
        if let Some(value) = self.prevent_destroy {
            object.set("prevent_destroy", value);
        }
        if !self.replace_triggered_by.is_empty() {
            let references: Vec<Any> = self
                .replace_triggered_by
                .iter()
                .map(|reference| Any::from(Data::Expr(reference.node().clone())))
                .collect();
            object.set("replace_triggered_by", references);
        }
        (!object.is_empty()).then_some(object)
    }
}
