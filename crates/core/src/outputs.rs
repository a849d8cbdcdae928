//! What stacks give each other: outputs with types, declared on one side and read on the other.
//!
//! ```
//! use terrace_core::outputs::{Outputs as _, RemoteState};
//! use terrace_core::{App, Resource, Stage};
//! use terrace_ir::{Expr, Id, Object};
//!
//! struct Registry;
//!
//! terrace_core::outputs! {
//!     /// What `shared` gives to the others.
//!     struct SharedOutputs {
//!         /// The registry for images.
//!         registry_id: Id<Registry>,
//!         login_server: Expr<String>,
//!     }
//! }
//!
//! let app = App::new();
//! let shared = app.stack("shared", Stage::Prod);
//! let registry = Resource::untyped(&shared, "azurerm_container_registry", "images");
//! SharedOutputs { registry_id: registry.id(), login_server: registry.attribute("login_server") }
//!     .export(&shared);
//!
//! let dev = app.stack("dev", Stage::Dev);
//! let config = Object::new().with("path", "../shared/terraform.tfstate");
//! let from = RemoteState::new(&dev, "shared", "local", config);
//! let registry: Id<Registry> = SharedOutputs::read(&from).registry_id;
//! ```

use terrace_ir::{Any, Expr, Id, Object, Text};

use crate::resource::Resource;
use crate::scope::InScope;

/// The outputs of a stack as a struct, made by [`outputs!`](crate::outputs!).
pub trait Outputs {
    /// Declares them in the stack that gives them.
    #[track_caller]
    fn export(self, stack: &impl InScope);

    /// Reads them from the state of the stack that gives them.
    fn read(from: &RemoteState) -> Self;
}

/// What can be an output with a type: an [`Id`] or an [`Expr`], or an `Option` of one that a stack need not
/// give.
pub trait OutputValue {
    /// As the value of an output; none for one that the stack does not give.
    fn into_any(self) -> Option<Any>;

    /// What a reference to an output stands for.
    fn of(output: Expr<Any>) -> Self;
}

impl<K> OutputValue for Id<K> {
    fn into_any(self) -> Option<Any> {
        Some(self.into_any())
    }

    fn of(output: Expr<Any>) -> Self {
        Self::from_expr(output.cast())
    }
}

impl<T> OutputValue for Expr<T> {
    fn into_any(self) -> Option<Any> {
        Some(self.into())
    }

    fn of(output: Expr<Any>) -> Self {
        output.cast()
    }
}

/// Who reads it gets `Some`, since what the other stack gives is known only when both are held against each
/// other: using one that is not given is found there.
impl<V: OutputValue> OutputValue for Option<V> {
    fn into_any(self) -> Option<Any> {
        self.and_then(V::into_any)
    }

    fn of(output: Expr<Any>) -> Self {
        Some(V::of(output))
    }
}

/// The state of another stack, read when Terraform plans: `data.terraform_remote_state`.
///
/// Who reads it may read all of it, not only its outputs.
#[derive(Clone)]
pub struct RemoteState(Resource);

impl RemoteState {
    /// The state in a backend, called `name` in `scope`. The configuration is that of the backend, as
    /// in the `terraform` block of the stack whose state it is.
    #[track_caller]
    pub fn new(scope: &impl InScope, name: &str, backend: &str, config: Object) -> Self {
        let state = Resource::untyped_data(scope, "terraform_remote_state", name);
        state.set("backend", backend).set("config", config);
        Self(state)
    }

    /// An output by its name. Its type is not known: [`outputs!`](crate::outputs!) says it.
    #[must_use]
    pub fn output<T>(&self, name: impl Into<Text>) -> Expr<T> {
        self.0.attribute::<Any>("outputs").attribute(name)
    }
}

/// Declares a struct of outputs, which one stack exports and others read: see
/// [`outputs`](mod@crate::outputs).
///
/// Each field is an output of its name; its documentation is the output's description, and what is said
/// to who reads one that is not given: let it say which setting gives it.
#[macro_export]
macro_rules! outputs {
    (
        $(#[$attribute:meta])*
        $visibility:vis struct $name:ident {
            $($(#[doc = $doc:literal])* $field_visibility:vis $field:ident: $type:ty),* $(,)?
        }
    ) => {
        $(#[$attribute])*
        $visibility struct $name {
            $($(#[doc = $doc])* $field_visibility $field: $type,)*
        }

        impl $crate::outputs::Outputs for $name {
            #[track_caller]
            fn export(self, stack: &impl $crate::InScope) {
                let scope = $crate::InScope::scope(stack);
                $({
                    let name = stringify!($field);
                    let description: &str = concat!($($doc),*);
                    match ($crate::outputs::OutputValue::into_any(self.$field), description.trim()) {
                        (Some(value), "") => scope.output(name, $crate::Output::new(value)),
                        (Some(value), description) => {
                            scope.output(name, $crate::Output::new(value).description(description));
                        }
                        (None, description) => scope.withhold(name, description),
                    }
                })*
            }

            fn read(from: &$crate::outputs::RemoteState) -> Self {
                Self {
                    $($field: $crate::outputs::OutputValue::of(from.output(stringify!($field))),)*
                }
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use terrace_ir::{BlockKind, Expr, Module, Object, Value};

    use super::{Outputs as _, RemoteState};
    use crate::{App, Stage};

    crate::outputs! {
        struct Shared {
            always: Expr<String>,
            /// What `[perhaps]` makes.
            perhaps: Option<Expr<String>>,
        }
    }

    fn given(perhaps: Option<&str>) -> Module {
        let app = App::new();
        let text = |text: &str| Value::from(text.to_owned()).to_expr();
        let shared = Shared {
            always: text("x"),
            perhaps: perhaps.map(text),
        };
        shared.export(&app.stack("shared", Stage::Dev));
        app.freeze().modules.remove(0)
    }

    fn outputs(module: &Module) -> Vec<String> {
        let outputs = module.of(BlockKind::Output);
        outputs.map(|output| output.address()).collect()
    }

    #[test]
    fn what_a_stack_need_not_give_is_an_output_only_where_it_does() {
        assert_eq!(outputs(&given(None)), ["output.always"]);
        let with = given(Some("y"));
        assert_eq!(outputs(&with), ["output.always", "output.perhaps"]);
        assert!(with.withheld.is_empty());
    }

    #[test]
    fn what_a_stack_does_not_give_is_known_with_what_it_is() {
        let withheld: Vec<_> = given(None).withheld.into_iter().collect();
        let told = "What `[perhaps]` makes.".to_owned();
        assert_eq!(withheld, [("perhaps".into(), told)]);
    }

    #[test]
    fn who_reads_what_need_not_be_given_reads_it() {
        let app = App::new();
        let dev = app.stack("dev", Stage::Dev);
        let from = RemoteState::new(&dev, "shared", "local", Object::new());
        assert!(Shared::read(&from).perhaps.is_some());
    }
}
