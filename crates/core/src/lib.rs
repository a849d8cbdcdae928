//! The construct tree: what a stack is made of until it is frozen into a module.
//!
//! ```
//! use terrace_core::{App, Resource, Stage};
//! let app = App::new();
//! let dev = app.stack("dev", Stage::Dev);
//! let group = Resource::untyped(&dev, "azurerm_resource_group", "platform");
//! group.set("name", "rg-platform-dev").set("location", "westeurope");
//! dev.output("group_id", group.id::<()>());
//!
//! let frozen = app.freeze();
//! assert!(frozen.diagnostics.is_empty());
//! assert_eq!(frozen.modules[0].blocks[1].address(), "azurerm_resource_group.platform");
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`app`] | [`App`] and [`Stack`]: the roots |
//! | [`scope`] | [`Scope`]: a place in the tree, and what holds for all below it |
//! | [`resource`] | [`Resource`]: a handle to a resource, data source or ephemeral resource |
//! | [`blocks`] | variables, outputs, locals, providers, and any other block |
//! | [`lifecycle`] | the meta-argument `lifecycle` |
//! | [`outputs`](mod@outputs) | outputs with types, and the state of another stack |
//! | [`overrides`] | the last word on any argument |
//! | [`freeze`] | from the tree to modules |
//! | [`codes`] | the codes of its findings |
//! | [`bindings`] | what the generated bindings are made of |
//!
//! The tree is an arena behind one `Rc<RefCell<…>>`; handles are indices. No code of a stack author
//! runs while it is borrowed, so no handle can be used wrongly.

pub mod app;
pub mod bindings;
pub mod blocks;
pub mod codes;
pub mod freeze;
pub mod lifecycle;
pub mod outputs;
pub mod overrides;
pub mod resource;
pub mod scope;
mod tree;

pub use app::{App, Stack};
pub use blocks::{Output, ProviderAlias, Variable};
pub use freeze::Frozen;
pub use lifecycle::Lifecycle;
pub use outputs::{Outputs, RemoteState};
pub use overrides::Override;
pub use resource::{Binding, IsResource, MAIN, Resource, ResourceType};
pub use scope::{InScope, Scope};
pub use terrace_ir as ir;
pub use terrace_ir::Stage;
