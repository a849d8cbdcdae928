//! Terraform's plugin protocol, version 6.9, as messages of Protocol Buffers, and go-plugin's own few.
//!
//! Field numbers, names and types are those of Terraform's published `tfplugin6.9.proto`. Fields that neither side
//! needs here are left out: Protocol Buffers skip what they do not know.

pub mod message;
pub mod schema;

pub use message::*;

use prost::Message;

/// The major version of the protocol that is spoken. azapi's nested attributes need 6; Terraform treats azurerm, which
/// itself speaks 5, alike in both.
pub const VERSION: u32 = 6;

/// The name of the gRPC service, as it stands in a request's path.
pub const SERVICE: &str = "tfplugin6.Provider";

/// go-plugin's standard error and output, of which nothing is ever sent.
#[derive(Clone, PartialEq, Message)]
pub struct Empty {}

/// The answer of gRPC's health service.
#[derive(Clone, PartialEq, Message)]
pub struct HealthCheckResponse {
    /// 1 is `SERVING`.
    #[prost(int32, tag = "1")]
    pub status: i32,
}
