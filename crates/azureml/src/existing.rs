//! What is there already: taken over by reference, or brought under management.
//!
//! A construct stands for one thing in Azure. Where its settings name an [`existing`](ExistingSettings)
//! one, nothing is made, and what uses the construct uses that. Where they give an `import_id`, the
//! thing is made part of the stack: the next apply changes it into what the settings say.

mod adopt;
mod id;

use std::cell::OnceCell;
use std::marker::PhantomData;
use std::rc::Rc;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_core::{Binding, MAIN, Resource, Scope};
use terrace_ir::expr::{Part, call};
use terrace_ir::{AnyId, Diagnostic, Expr, Id, IntoId as _, Origin, Sourced, Value, tf};

use crate::given::Given;
use crate::{ML_API, client, codes, state};

pub(crate) use adopt::adopts;

/// Names a thing that is there already: `existing = { id = "/subscriptions/…" }`, or
/// `existing = { name = "…", resource_group = "…" }`, or `existing = { stack = "shared" }`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-whole" = true, "minProperties" = 1))]
pub struct ExistingSettings {
    /// Its id in Azure. It may be in any subscription that you may read.
    pub id: Option<Given>,

    /// Its name, in the subscription of this environment. It is looked up when Terraform plans.
    pub name: Option<Sourced<String>>,

    /// The resource group that it is in.
    pub resource_group: Option<Sourced<String>>,

    /// The environment that makes it and gives its id as an output.
    pub stack: Option<Sourced<String>>,

    /// The output, where it is not called after the kind of thing: `container_registry_id`.
    pub output: Option<Sourced<String>>,

    /// Whether a private endpoint in the network here leads to it. Left out, one does; not needed
    /// where it is reached through a hub's. Those of a managed network are approved by the workspace,
    /// which gets the right to on it.
    pub private_endpoint: Option<Sourced<bool>>,
}

impl ExistingSettings {
    /// The thing with an id, which may be one that the same stack makes.
    #[must_use]
    pub fn id(id: impl Into<Given>) -> Self {
        Self {
            id: Some(id.into()),
            ..Self::default()
        }
    }

    /// The thing with a name in a resource group.
    #[must_use]
    pub fn lookup(
        name: impl Into<Sourced<String>>,
        resource_group: impl Into<Sourced<String>>,
    ) -> Self {
        Self {
            name: Some(name.into()),
            resource_group: Some(resource_group.into()),
            ..Self::default()
        }
    }

    /// What tells the thing from others, and its name; none where that is known only when Terraform runs.
    pub(crate) fn named(&self) -> Option<(String, String)> {
        let key = match (&self.id, &self.name, &self.resource_group) {
            (Some(id), ..) => id.text()?.to_string(),
            (None, Some(name), Some(group)) => format!("{}/{}", **group, **name),
            _ => return None,
        };
        let name = key.rsplit('/').next().unwrap_or_default().to_owned();
        Some((key.to_lowercase(), name))
    }

    /// Where it was said.
    pub(crate) fn origin(&self) -> Origin {
        let said = [&self.name, &self.resource_group, &self.stack];
        let said = said.into_iter().flatten().map(Sourced::origin);
        let said = self.id.iter().map(Given::origin).chain(said);
        said.into_iter().next().unwrap_or_default()
    }

    /// Whether a private endpoint of one's own is to lead to what the settings of a construct name,
    /// or to what it makes where they name nothing.
    pub(crate) fn is_connected(existing: Option<&Self>) -> bool {
        let said = existing.and_then(|existing| existing.private_endpoint.as_ref());
        said.is_none_or(|said| **said)
    }

    /// The thing that another environment makes and gives as an output called after its kind.
    #[must_use]
    pub fn from_stack(stack: impl Into<Sourced<String>>) -> Self {
        Self {
            stack: Some(stack.into()),
            ..Self::default()
        }
    }
}

/// A thing of the kind `K` that a construct stands for and does not make.
#[derive(Clone)]
pub struct Existing<K> {
    id: Id<K>,
    name: Expr<String>,
    resource_group: Expr<String>,
    /// Where that was said.
    said: Origin,
    /// That of this environment where it is looked up by its name.
    subscription_id: Option<Expr<String>>,
    scope: Scope,
    /// The data source that reads it, made when something of it must be known.
    found: Rc<OnceCell<Resource>>,
    kind: PhantomData<fn() -> K>,
}

/// How things of a kind are called where they are looked for.
#[derive(Clone, Copy)]
struct Kind {
    /// What begins the name of the output that gives an id.
    called: &'static str,
    /// The type by which azapi finds what azurerm does not have.
    arm_type: Option<&'static str>,
}

impl<K: Binding> Existing<K> {
    /// What the settings name, as `scope` knows it. One that is named by name and group is looked
    /// up by a data source there.
    ///
    /// Reported are settings that name it twice or not at all, and an id of something else; what they do
    /// name is used.
    #[track_caller]
    pub fn new(scope: &Scope, settings: &ExistingSettings) -> Self {
        let type_name = K::TYPE.name;
        let called = type_name.strip_prefix("azurerm_").unwrap_or(type_name);
        Self::find(
            scope,
            settings,
            Kind {
                called,
                arm_type: None,
            },
        )
    }

    /// What the settings name, of a type that azurerm does not have. `called` is what begins the name
    /// of the output that gives its id.
    #[track_caller]
    pub(crate) fn of_arm_type(
        scope: &Scope,
        settings: &ExistingSettings,
        called: &'static str,
        arm_type: &'static str,
    ) -> Self {
        let arm_type = Some(arm_type);
        Self::find(scope, settings, Kind { called, arm_type })
    }

    #[track_caller]
    fn find(scope: &Scope, settings: &ExistingSettings, kind: Kind) -> Self {
        let ExistingSettings {
            id,
            name,
            resource_group,
            stack,
            output,
            private_endpoint: _,
        } = settings;
        if let Some(stack) = stack {
            let names = [name, resource_group].into_iter().flatten();
            let others = id
                .iter()
                .map(Given::origin)
                .chain(names.map(Sourced::origin));
            if let Some(other) = others.into_iter().next() {
                scope.report(unclear("`existing` names one thing twice", other));
            }
            return Self::from_stack(scope, stack, output.as_ref(), kind);
        }
        if let Some(output) = output {
            scope.report(unclear(
                "`existing` has an `output` and no `stack`",
                output.origin(),
            ));
        }
        match (id, name, resource_group) {
            (Some(id), None, None) => {
                // What a file says is blamed once there; what code says is where the thing is used.
                if let Some(said) = id.text()
                    && matches!(said.origin(), Origin::File { .. })
                {
                    id::check(scope, said, kind, K::TYPE.name);
                }
                Self::with_id(scope, id)
            }
            (None, Some(name), Some(group)) => Self::looked_up(scope, name, Some(group), kind),
            // A group is in no other.
            (None, Some(name), None) if K::TYPE.name == "azurerm_resource_group" => {
                Self::looked_up(scope, name, None, kind)
            }
            (Some(id), ..) => {
                let other = name.as_ref().or(resource_group.as_ref());
                let other = other.map_or(id.origin(), Sourced::origin);
                scope.report(unclear("`existing` names one thing twice", other));
                Self::with_id(scope, id)
            }
            (None, Some(one), None) => {
                scope.report(unclear("`existing` has no `resource_group`", one.origin()));
                Self::with_id(scope, &one.clone().into())
            }
            (None, None, Some(one)) => {
                scope.report(unclear("`existing` has no `name`", one.origin()));
                Self::with_id(scope, &one.clone().into())
            }
            (None, None, None) => {
                scope.report(unclear("`existing` names nothing", Origin::Default));
                Self::with_id(scope, &"".into())
            }
        }
    }

    fn with_id(scope: &Scope, id: &Given) -> Self {
        let Some(text) = id.text() else {
            return Self::with_expr(scope, id.to_value().to_expr());
        };
        // /subscriptions/ID/resourceGroups/NAME/…
        let segment = |index: usize| {
            let segment = text.split('/').nth(index).unwrap_or_default();
            Value::from(segment.to_owned()).to_expr()
        };
        Self {
            id: AnyId::from(id).into_id(),
            name: segment(text.split('/').count() - 1),
            resource_group: segment(4),
            said: id.origin(),
            subscription_id: Some(segment(2)),
            scope: scope.clone(),
            found: Rc::default(),
            kind: PhantomData,
        }
    }

    /// The thing whose id is known when Terraform runs.
    fn with_expr(scope: &Scope, id: Expr<String>) -> Self {
        let segment = |index: i64| {
            let segments = call::<Vec<String>>("split", [Part::from("/"), Part::from(&id)]);
            segments.index(index)
        };
        Self {
            name: call("basename", [&id]),
            resource_group: segment(4),
            said: Origin::Default,
            subscription_id: Some(segment(2)),
            id: Id::from_expr(id.clone()),
            scope: scope.clone(),
            found: Rc::default(),
            kind: PhantomData,
        }
    }

    #[track_caller]
    fn from_stack(
        scope: &Scope,
        stack: &Sourced<String>,
        output: Option<&Sourced<String>>,
        kind: Kind,
    ) -> Self {
        let (output, said) = match output {
            Some(output) => (output.to_string(), output.origin()),
            None => (format!("{}_id", kind.called), stack.origin()),
        };
        let id: Expr<String> = state::remote_state(scope, stack).output(output);
        Self {
            id: Id::parse(Value::from(id.clone()).or_at(said)),
            said,
            ..Self::with_expr(scope, id)
        }
    }

    #[track_caller]
    fn looked_up(
        scope: &Scope,
        name: &Sourced<String>,
        resource_group: Option<&Sourced<String>>,
        kind: Kind,
    ) -> Self {
        let found = Resource::untyped_data(scope, K::TYPE.name, MAIN);
        found.set("name", name);
        match (kind.arm_type, resource_group) {
            (Some(arm_type), Some(group)) => {
                let subscription = client::current(scope).subscription_id();
                let group = Value::from(group);
                found.set("type", format!("{arm_type}@{ML_API}")).set(
                    "parent_id",
                    tf!("/subscriptions/{}/resourceGroups/{}", subscription, group),
                );
            }
            (None, Some(group)) => {
                found.set("resource_group_name", group);
            }
            (_, None) => {}
        }
        Self {
            id: found.id(),
            name: found.attribute("name"),
            resource_group: match resource_group {
                Some(group) => Value::from(group).to_expr(),
                None => found.attribute("name"),
            },
            said: name.origin(),
            subscription_id: None,
            scope: scope.clone(),
            found: Rc::new(OnceCell::from(found)),
            kind: PhantomData,
        }
    }

    /// What only a data source knows of it. It reads what is in the subscription of this environment.
    #[track_caller]
    pub(crate) fn attribute<T>(&self, name: &'static str) -> Expr<T> {
        if let Some(found) = self.found.get() {
            return found.attribute(name);
        }
        let found = Resource::untyped_data(&self.scope, K::TYPE.name, MAIN);
        for (argument, part) in [
            ("name", &self.name),
            ("resource_group_name", &self.resource_group),
        ] {
            found.set(argument, Value::from(part).or_at(self.said));
        }
        self.found.get_or_init(|| found).attribute(name)
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> Id<K> {
        self.id.clone()
    }

    /// Its name in Azure.
    #[must_use]
    pub fn name(&self) -> Expr<String> {
        self.name.clone()
    }
}

/// What a construct stands for: a thing that it makes, or one that is there already.
#[derive(Clone)]
pub(crate) enum Subject<R> {
    Made(R),
    Existing(Existing<R>),
}

impl<R: Binding> Subject<R> {
    /// What is made here, or taken over where `import_id` is given.
    #[track_caller]
    pub(crate) fn made_here(resource: R, import_id: Option<&Sourced<String>>) -> Self {
        if let Some(id) = import_id {
            resource.import(id);
        }
        Self::Made(resource)
    }

    /// What the settings name. Reported is an `import_id` beside it.
    #[track_caller]
    pub(crate) fn there_already(
        scope: &Scope,
        existing: &ExistingSettings,
        import_id: Option<&Sourced<String>>,
    ) -> Self {
        check_not_imported(scope, import_id);
        Self::Existing(Existing::new(scope, existing))
    }

    pub(crate) fn made(&self) -> Option<&R> {
        match self {
            Self::Made(resource) => Some(resource),
            Self::Existing(_) => None,
        }
    }

    pub(crate) fn id(&self) -> Id<R> {
        match self {
            Self::Made(resource) => resource.resource().id(),
            Self::Existing(existing) => existing.id(),
        }
    }

    /// What only Azure knows of it.
    #[track_caller]
    pub(crate) fn attribute<T>(&self, name: &'static str) -> Expr<T> {
        match self {
            Self::Made(resource) => resource.resource().attribute(name),
            Self::Existing(existing) => existing.attribute(name),
        }
    }

    pub(crate) fn name(&self) -> Expr<String> {
        match self {
            Self::Made(resource) => resource.resource().attribute("name"),
            Self::Existing(existing) => existing.name(),
        }
    }

    /// The resource group that it is in.
    pub(crate) fn resource_group(&self) -> Expr<String> {
        match self {
            Self::Made(resource) => resource.resource().attribute("resource_group_name"),
            Self::Existing(existing) => existing.resource_group.clone(),
        }
    }

    /// The subscription that it is in.
    pub(crate) fn subscription_id(&self, scope: &Scope) -> Expr<String> {
        match self {
            Self::Existing(Existing {
                subscription_id: Some(id),
                ..
            }) => id.clone(),
            _ => client::current(scope).subscription_id(),
        }
    }
}

/// Reports an `import_id` beside `existing`.
pub(crate) fn check_not_imported(scope: &Scope, import_id: Option<&Sourced<String>>) {
    let Some(id) = import_id else {
        return;
    };
    scope.report(
        Diagnostic::error(
            &codes::EXISTING,
            "`existing` says that it is left as it is, and `import_id` that it is managed",
        )
        .argument("import_id")
        .value(id.as_str())
        .hint("keep one of the two")
        .at(id.origin()),
    );
}

fn unclear(summary: &str, at: Origin) -> Diagnostic {
    Diagnostic::error(&codes::EXISTING, summary)
        .argument("existing")
        .hint("write its `id`, or its `name` and `resource_group`, or the `stack` that makes it")
        .at(at)
}
