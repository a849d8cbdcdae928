//! The providers' facts: what every resource type takes, and what Terraform itself does not check until much later.
//!
//! [`catalog`](mod@catalog) holds azurerm, azapi and time as they are at the versions that this project pins. Their types are
//! embedded in packed form, of which only what is asked for is decoded.
//!
//! | module | what it holds |
//! |---|---|
//! | [`model`] | what is known about a provider: types, arguments, blocks, and what is demanded of values |
//! | [`catalog`](mod@catalog) | look-up by name, and the nearest name |
//! | [`check`](mod@check) | the check of modules |
//! | [`language`] | the check of Terraform's language, which knows no provider |
//! | [`eval`] | the value of an expression, as far as it is known before apply |
//! | [`describe`] | what is known about a type, for a person and for machines, and the search for a word |
//! | [`rule`] | what a validator demands, and the verdict on a value |
//! | [`rules`] | what the provider's own code refuses, replaces and ignores, by resource type |
//! | `secrets` | where secrets stand, so that nobody shows them |
//! | [`value`] | the verdict on a value by all that is known about an argument, and what is allowed, in words |
//! | [`format`](mod@format) | well-known formats: UUIDs, durations, addresses |
//! | [`nearest`](mod@nearest) | what somebody probably meant |
//! | [`archive`] | the packed form |
//! | [`azapi`] | the request bodies of azapi's resources, and their check |

pub mod archive;
mod arm_id;
pub mod azapi;
mod builtin;
pub mod catalog;
pub mod check;
mod codes;
pub mod describe;
pub mod eval;
mod finding;
pub mod format;
pub mod language;
pub mod model;
mod pattern;
pub mod rule;
pub mod rules;
mod secrets;
pub mod value;

pub use terrace_ir::nearest;

pub use catalog::{Catalog, Lookup, catalog};
pub use check::check;
pub use codes::CODES;
pub use model::{Attribute, BlockType, Kind, Member, NestedBlock, Provider, Schema};
pub use rule::{Rule, Subject, Verdict};
pub use secrets::secrets;
