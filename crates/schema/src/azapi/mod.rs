//! azapi's resources: the request body that one sends, held against what the service knows.
//!
//! To Terraform a body is a value of any type. azapi itself checks it when a configuration is validated, but for
//! texts it is lenient: it knows the literals of a choice and lets any other text pass. Here a text that the service
//! does not know is an error too. What azapi lets pass otherwise, and the service refuses, is a warning.
//!
//! ```
//! use terrace_ir::{Block, BlockKind};
//! use terrace_schema::{azapi, eval::Val};
//!
//! let block = Block::new(BlockKind::Resource, ["azapi_resource".into(), "blobs".into()]);
//! let arguments = Val::object([
//!     ("type", Val::text("Microsoft.MachineLearningServices/workspaces/datastores@2025-12-01")),
//!     ("parent_id", Val::unknown(terrace_ir::Type::String)),
//!     ("body", Val::object([("propertis", Val::dynamic())])),
//! ]);
//! let mut report = Vec::new();
//! azapi::check_resource(&block, &arguments, &mut report);
//! assert_eq!(report[0].argument.as_deref(), Some("body.propertis"));
//! assert_eq!(report[0].hint.as_deref(), Some("did you mean `properties`?"));
//! ```
//!
//! | module | what it holds |
//! |---|---|
//! | [`body_type`] | what a body looks like, as data |
//! | [`archive`] | the packed form of all body types, and look-up |
//! | [`resource_type`] | the `type` argument |
//! | [`check`](mod@check) | the check of one resource |
//! | [`describe`](mod@describe) | a body in words and as JSON |
//! | [`codes`] | the codes of the findings |

pub mod archive;
mod body;
pub mod body_type;
pub mod check;
pub mod codes;
pub mod describe;
pub mod resource_type;
mod scalar;

pub use archive::{Bodies, Lookup, bodies};
pub use check::{ARGUMENTS, check_resource};
pub use codes::CODES;
pub use describe::{Description, describe};
pub use resource_type::ResourceType;
