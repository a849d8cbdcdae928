//! What a Terraform root module is, in memory.
//!
//! [`Module`] is the seam of the whole program: the construct tree freezes into one, a directory of
//! Terraform JSON is read into one, and checks, review and rendering take one. Bodies stay
//! uninterpreted here: which argument is a block is known to the providers' schema, not to the
//! language.
//!
//! | module | what it holds |
//! |---|---|
//! | [`source`] | the texts that values came from, and where a value came from ([`Origin`], [`Sourced`]) |
//! | [`date`] | a day of the calendar |
//! | [`diagnostic`] | a finding, its code and its place |
//! | [`types`] | Terraform's types and their notation |
//! | [`address`] | addresses of resources and paths of arguments |
//! | [`nearest`] | what somebody probably meant |
//! | [`node`] | the expression tree, untyped |
//! | [`expr`] | expressions with a Rust type: references, functions, operators, templates |
//! | [`any`] | an untyped value: a literal, a list, an object or an expression |
//! | [`value`] | [`Value`] and [`Id`], what typed arguments take |
//! | [`secret`] | [`Secret`], what arguments for passwords and keys take |
//! | [`functions`] | Terraform's functions with their signatures |
//! | [`module`] | [`Module`] and [`Block`] |
//! | [`render`] | a module as Terraform JSON |
//! | [`read`] | Terraform JSON as a module |

pub mod address;
pub mod any;
pub mod date;
pub mod diagnostic;
pub mod expr;
pub mod functions;
pub mod module;
pub mod nearest;
pub mod node;
pub mod read;
pub mod render;
pub mod secret;
pub mod source;
pub mod types;
pub mod value;

pub use address::{ArgumentPath, Mode, ResourceAddress, Step};
pub use any::{Any, Data, Entry, Key, Object};
pub use date::{Date, NoDate};
pub use diagnostic::{Code, Construct, Diagnostic, Severity, reason};
pub use expr::{Expr, Part};
pub use module::{Block, BlockKind, Module, Stage};
pub use node::{Node, Root};
pub use secret::{IntoSecret, Secret};
pub use source::{Origin, Place, SourceMap, Sourced};
pub use types::Type;
pub use value::{AnyId, Choice, Id, IntoId, IntoValue, Literal, Value};

/// Text that is mostly known at compile time: names of arguments, types and attributes.
pub type Text = std::borrow::Cow<'static, str>;
