//! A stand-in for the azurerm, azapi and time providers, for Terraform to plan and apply against without Azure.
//!
//! The binary is a Terraform plugin: it serves the provider by whose name it is called
//! (`terraform-provider-azurerm_v5.2.0`), with the schemas, checks and behaviour that `terrace-schema` knows. Nothing here
//! is linked by the other crates; those that need the twin start it.
//!
//! | module | what it does |
//! |---|---|
//! | [`protocol`] | the messages of Terraform's plugin protocol |
//! | [`value`] | values in MessagePack and JSON |
//! | [`serve`] | go-plugin's handshake, and gRPC over a socket |
//! | [`provider`] | what each call does |
//! | [`validate`] | findings of the schema's check, as diagnostics |
//! | [`plan`] | what would change, and what replaces |
//! | [`apply`] | the values that Azure would give |
//! | [`azure`] | what Azure refuses, and what has been applied so far |
//! | [`functions`] | azapi's functions |

pub mod apply;
pub mod azure;
pub mod functions;
pub mod plan;
pub mod protocol;
pub mod provider;
pub mod serve;
pub mod validate;
pub mod value;
