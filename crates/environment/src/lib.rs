//! Environment files: finds, merges (`inherits`) and checks them, keeping the span of every value.
//!
//! The folder `stacks` holds `terrace.toml`, which all environments share, and one TOML file per
//! environment. What may stand in them is said by two structs of the stack's author, which derive
//! serde's `Deserialize` and schemars' `JsonSchema`; leaves are [`Sourced`](terrace_ir::Sourced) and
//! know where they were said, also through `inherits`.
//!
//! ```
//! use std::collections::BTreeMap;
//! use schemars::JsonSchema;
//! use serde::Deserialize;
//! use terrace_environment::{Derived, Folder, load};
//! use terrace_ir::{SourceMap, Sourced};
//!
//! #[derive(Deserialize, JsonSchema)]
//! struct Shared {
//!     organization: Sourced<String>,
//! }
//!
//! #[derive(Deserialize, JsonSchema)]
//! struct Settings {
//!     location: Sourced<String>,
//!     #[serde(default)]
//!     clusters: BTreeMap<String, Cluster>,
//!     network: Network,
//! }
//!
//! #[derive(Deserialize, JsonSchema)]
//! struct Cluster {
//!     #[schemars(range(max = 100))]
//!     max_nodes: Sourced<u32>,
//! }
//!
//! /// One choice and what follows from it. serde reads the tag by the enum's name, so that what
//! /// stands inside keeps its place; schemars is told that it is a tag.
//! #[derive(Deserialize, JsonSchema)]
//! #[serde(rename = "isolation", rename_all = "kebab-case")]
//! #[schemars(rename = "Network", tag = "isolation")]
//! enum Network {
//!     Managed,
//!     OwnVnet { address_space: Vec<Sourced<String>> },
//! }
//!
//! # let scratch = tempfile::tempdir()?;
//! # let path = scratch.path();
//! std::fs::write(path.join("terrace.toml"), "organization = 'contoso'")?;
//! std::fs::write(path.join("dev.toml"), "
//! location = 'westeurope'
//! network.isolation = 'managed'
//! clusters.cpu.max_nodes = 4
//! ")?;
//! std::fs::write(path.join("prod.toml"), "
//! inherits = 'dev'
//! clusters.cpu.max_nodes = 400
//! ")?;
//!
//! let mut sources = SourceMap::new();
//! let settings = Derived::<Shared, Settings>::new();
//! let loaded = load(&settings, &Folder::new(path), &[], &[], &mut sources);
//! assert_eq!(loaded.environments.len(), 1);
//! assert_eq!(*loaded.environments[0].settings.location, "westeurope");
//!
//! let finding = &loaded.diagnostics[0];
//! assert_eq!(finding.summary, "`max_nodes` is 400, but must be at most 100");
//! let place = sources.place(finding.origin).expect("it stands in a file");
//! assert_eq!((place.line, place.column), (3, 26));
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! | module | what it does |
//! |---|---|
//! | `folder` | finds the folder, lists the environments |
//! | `parse` | TOML into a tree whose positions point into the source map |
//! | `merge` | `inherits` |
//! | `schema` | the schema for editors and the strict one |
//! | `check` | what the strict schema refuses, as findings |
//! | `read` | the tree into the author's struct |
//! | `load` | all of it, in order |
//!
//! Where environments are of several kinds, the struct holds what all have in common, and one field more:
//! an enum whose serde name is that of the field. It is tagged by this key, and each kind has its keys
//! beside it, at the top of the file:
//!
//! ```
//! # use schemars::JsonSchema;
//! # use serde::Deserialize;
//! # use terrace_ir::Sourced;
//! #[derive(Deserialize, JsonSchema)]
//! struct Settings {
//!     location: Sourced<String>,
//!     #[schemars(flatten)]
//!     stack: Kind,
//! }
//!
//! #[derive(Deserialize, JsonSchema)]
//! #[serde(rename = "stack", rename_all = "lowercase")]
//! #[schemars(rename = "Kind", tag = "stack", extend("default" = "platform"))]
//! enum Kind {
//!     Platform { clusters: Vec<Sourced<String>> },
//!     Shared { retention_days: Sourced<u32> },
//! }
//! ```
//!
//! A struct that names one thing in one of several ways is inherited whole or not at all:
//! `#[schemars(extend("x-whole" = true))]`.
//!
//! serde's own `flatten`, `tag` and `untagged` buffer what they read and forget where it stood: a
//! `Sourced` value inside them is an error that says so.

mod check;
mod codes;
mod files;
mod finding;
mod folder;
mod load;
mod merge;
mod nearest;
mod parse;
mod read;
mod schema;
mod tree;

pub use codes::CODES;
pub use files::heirs;
pub use folder::{Folder, find};
pub use load::{Environment, Failed, Files, Loaded, load};
pub use schema::{Derived, is_uuid, prepare};
