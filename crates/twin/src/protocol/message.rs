//! Requests and responses of the provider service.

use std::collections::BTreeMap;

use bytes::Bytes;
use prost::Message;

use super::schema::{Function, Schema};

/// A value in one of two encodings, of which Terraform sends the first.
#[derive(Clone, PartialEq, Message)]
pub struct DynamicValue {
    /// As cty writes it in MessagePack.
    #[prost(bytes = "bytes", tag = "1")]
    pub msgpack: Bytes,
    /// As cty writes it in JSON.
    #[prost(bytes = "bytes", tag = "2")]
    pub json: Bytes,
}

/// A finding that Terraform shows.
#[derive(Clone, PartialEq, Message)]
pub struct Diagnostic {
    /// 1 is an error, 2 a warning.
    #[prost(int32, tag = "1")]
    pub severity: i32,
    /// One line.
    #[prost(string, tag = "2")]
    pub summary: String,
    /// More lines.
    #[prost(string, tag = "3")]
    pub detail: String,
    /// What is blamed.
    #[prost(message, optional, tag = "4")]
    pub attribute: Option<AttributePath>,
}

impl Diagnostic {
    /// An error.
    #[must_use]
    pub fn error(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            severity: 1,
            summary: summary.into(),
            detail: detail.into(),
            attribute: None,
        }
    }

    /// A warning.
    #[must_use]
    pub fn warning(summary: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            severity: 2,
            ..Self::error(summary, detail)
        }
    }

    /// The same, blaming what a path leads to.
    #[must_use]
    pub fn at(mut self, path: AttributePath) -> Self {
        self.attribute = Some(path);
        self
    }
}

/// The way to a part of a value.
#[derive(Clone, PartialEq, Message)]
pub struct AttributePath {
    /// From outside inwards.
    #[prost(message, repeated, tag = "1")]
    pub steps: Vec<AttributePathStep>,
}

/// One step of an [`AttributePath`].
#[derive(Clone, PartialEq, Message)]
pub struct AttributePathStep {
    /// Where it leads.
    #[prost(oneof = "Selector", tags = "1, 2, 3")]
    pub selector: Option<Selector>,
}

/// Where a step leads.
#[derive(Clone, PartialEq, prost::Oneof)]
pub enum Selector {
    /// Into an attribute or block.
    #[prost(string, tag = "1")]
    AttributeName(String),
    /// To the element of a map.
    #[prost(string, tag = "2")]
    ElementKeyString(String),
    /// To the element of a list.
    #[prost(int64, tag = "3")]
    ElementKeyInt(i64),
}

/// What a function refuses.
#[derive(Clone, PartialEq, Message)]
pub struct FunctionError {
    /// Why.
    #[prost(string, tag = "1")]
    pub text: String,
    /// Which argument, from 0.
    #[prost(int64, optional, tag = "2")]
    pub function_argument: Option<i64>,
}

/// A stored state, in the notation of the state file.
#[derive(Clone, PartialEq, Message)]
pub struct RawState {
    /// The object as JSON.
    #[prost(bytes = "bytes", tag = "1")]
    pub json: Bytes,
}

/// What the provider can do beyond the first version of the protocol.
#[derive(Clone, Copy, PartialEq, Message)]
pub struct ServerCapabilities {
    /// It wants to be asked about destruction.
    #[prost(bool, tag = "1")]
    pub plan_destroy: bool,
    /// It answers also when nobody has asked for its schema.
    #[prost(bool, tag = "2")]
    pub get_provider_schema_optional: bool,
    /// It can take over the state of another type.
    #[prost(bool, tag = "3")]
    pub move_resource_state: bool,
}

/// A name of a type or function.
#[derive(Clone, PartialEq, Message)]
pub struct Named {
    /// The name.
    #[prost(string, tag = "1")]
    pub name: String,
}

/// `GetMetadata`
#[derive(Clone, PartialEq, Message)]
pub struct GetMetadataResponse {
    /// What it can do.
    #[prost(message, optional, tag = "1")]
    pub server_capabilities: Option<ServerCapabilities>,
    /// Its data sources.
    #[prost(message, repeated, tag = "3")]
    pub data_sources: Vec<Named>,
    /// Its resource types.
    #[prost(message, repeated, tag = "4")]
    pub resources: Vec<Named>,
    /// Its functions.
    #[prost(message, repeated, tag = "5")]
    pub functions: Vec<Named>,
    /// Its ephemeral resources.
    #[prost(message, repeated, tag = "6")]
    pub ephemeral_resources: Vec<Named>,
}

/// `GetProviderSchema`
#[derive(Clone, PartialEq, Message)]
pub struct GetProviderSchemaResponse {
    /// The provider block.
    #[prost(message, optional, tag = "1")]
    pub provider: Option<Schema>,
    /// Resource types by name.
    #[prost(btree_map = "string, message", tag = "2")]
    pub resource_schemas: BTreeMap<String, Schema>,
    /// Data sources by name.
    #[prost(btree_map = "string, message", tag = "3")]
    pub data_source_schemas: BTreeMap<String, Schema>,
    /// What it can do.
    #[prost(message, optional, tag = "6")]
    pub server_capabilities: Option<ServerCapabilities>,
    /// Functions by name.
    #[prost(btree_map = "string, message", tag = "7")]
    pub functions: BTreeMap<String, Function>,
    /// Ephemeral resources by name.
    #[prost(btree_map = "string, message", tag = "8")]
    pub ephemeral_resource_schemas: BTreeMap<String, Schema>,
}

/// `ValidateProviderConfig`
#[derive(Clone, PartialEq, Message)]
pub struct ValidateProviderConfigRequest {
    /// The provider block.
    #[prost(message, optional, tag = "1")]
    pub config: Option<DynamicValue>,
}

/// `ValidateProviderConfig`
#[derive(Clone, PartialEq, Message)]
pub struct ValidateProviderConfigResponse {
    /// What is wrong.
    #[prost(message, repeated, tag = "2")]
    pub diagnostics: Vec<Diagnostic>,
}

/// A type and a configuration of it: validation, reading of data sources, opening of ephemeral resources.
#[derive(Clone, PartialEq, Message)]
pub struct ConfigRequest {
    /// The type.
    #[prost(string, tag = "1")]
    pub type_name: String,
    /// The configuration.
    #[prost(message, optional, tag = "2")]
    pub config: Option<DynamicValue>,
}

/// An answer that holds findings alone: validation, configuration, closing of ephemeral resources.
#[derive(Clone, PartialEq, Message)]
pub struct DiagnosticsResponse {
    /// What is wrong.
    #[prost(message, repeated, tag = "1")]
    pub diagnostics: Vec<Diagnostic>,
}

/// `ConfigureProvider`
#[derive(Clone, PartialEq, Message)]
pub struct ConfigureProviderRequest {
    /// The version of Terraform.
    #[prost(string, tag = "1")]
    pub terraform_version: String,
    /// The provider block.
    #[prost(message, optional, tag = "2")]
    pub config: Option<DynamicValue>,
}

/// `UpgradeResourceState`
#[derive(Clone, PartialEq, Message)]
pub struct UpgradeResourceStateRequest {
    /// The type.
    #[prost(string, tag = "1")]
    pub type_name: String,
    /// The version of the schema that the state was written with.
    #[prost(int64, tag = "2")]
    pub version: i64,
    /// The state.
    #[prost(message, optional, tag = "3")]
    pub raw_state: Option<RawState>,
}

/// A state and findings: `UpgradeResourceState`, `ReadDataSource`.
#[derive(Clone, PartialEq, Message)]
pub struct StateResponse {
    /// The state.
    #[prost(message, optional, tag = "1")]
    pub state: Option<DynamicValue>,
    /// What is wrong.
    #[prost(message, repeated, tag = "2")]
    pub diagnostics: Vec<Diagnostic>,
}

/// `ReadResource`
#[derive(Clone, PartialEq, Message)]
pub struct ReadResourceRequest {
    /// The type.
    #[prost(string, tag = "1")]
    pub type_name: String,
    /// The state as Terraform knows it.
    #[prost(message, optional, tag = "2")]
    pub current_state: Option<DynamicValue>,
    /// What the provider keeps beside the state.
    #[prost(bytes = "bytes", tag = "3")]
    pub private: Bytes,
}

/// `ReadResource`
#[derive(Clone, PartialEq, Message)]
pub struct ReadResourceResponse {
    /// The state as it is.
    #[prost(message, optional, tag = "1")]
    pub new_state: Option<DynamicValue>,
    /// What is wrong.
    #[prost(message, repeated, tag = "2")]
    pub diagnostics: Vec<Diagnostic>,
    /// What the provider keeps beside the state.
    #[prost(bytes = "bytes", tag = "3")]
    pub private: Bytes,
}

/// `PlanResourceChange`
#[derive(Clone, PartialEq, Message)]
pub struct PlanResourceChangeRequest {
    /// The type.
    #[prost(string, tag = "1")]
    pub type_name: String,
    /// The state.
    #[prost(message, optional, tag = "2")]
    pub prior_state: Option<DynamicValue>,
    /// The configuration, with what it leaves out and the provider may give taken from the state.
    #[prost(message, optional, tag = "3")]
    pub proposed_new_state: Option<DynamicValue>,
    /// The configuration.
    #[prost(message, optional, tag = "4")]
    pub config: Option<DynamicValue>,
    /// What the provider keeps beside the state.
    #[prost(bytes = "bytes", tag = "5")]
    pub prior_private: Bytes,
}

/// `PlanResourceChange`
#[derive(Clone, PartialEq, Message)]
pub struct PlanResourceChangeResponse {
    /// The state after apply, as far as it is known.
    #[prost(message, optional, tag = "1")]
    pub planned_state: Option<DynamicValue>,
    /// Whose change replaces.
    #[prost(message, repeated, tag = "2")]
    pub requires_replace: Vec<AttributePath>,
    /// What the provider keeps beside the state.
    #[prost(bytes = "bytes", tag = "3")]
    pub planned_private: Bytes,
    /// What is wrong.
    #[prost(message, repeated, tag = "4")]
    pub diagnostics: Vec<Diagnostic>,
    /// The provider is built on the SDK whose states Terraform holds less strictly against configuration and plan.
    #[prost(bool, tag = "5")]
    pub legacy_type_system: bool,
}

/// `ApplyResourceChange`
#[derive(Clone, PartialEq, Message)]
pub struct ApplyResourceChangeRequest {
    /// The type.
    #[prost(string, tag = "1")]
    pub type_name: String,
    /// The state.
    #[prost(message, optional, tag = "2")]
    pub prior_state: Option<DynamicValue>,
    /// The plan.
    #[prost(message, optional, tag = "3")]
    pub planned_state: Option<DynamicValue>,
    /// The configuration.
    #[prost(message, optional, tag = "4")]
    pub config: Option<DynamicValue>,
    /// What the provider keeps beside the state.
    #[prost(bytes = "bytes", tag = "5")]
    pub planned_private: Bytes,
}

/// `ApplyResourceChange`
#[derive(Clone, PartialEq, Message)]
pub struct ApplyResourceChangeResponse {
    /// The state.
    #[prost(message, optional, tag = "1")]
    pub new_state: Option<DynamicValue>,
    /// What the provider keeps beside the state.
    #[prost(bytes = "bytes", tag = "2")]
    pub private: Bytes,
    /// What is wrong.
    #[prost(message, repeated, tag = "3")]
    pub diagnostics: Vec<Diagnostic>,
    /// As in [`PlanResourceChangeResponse`].
    #[prost(bool, tag = "4")]
    pub legacy_type_system: bool,
}

/// `ImportResourceState`
#[derive(Clone, PartialEq, Message)]
pub struct ImportResourceStateRequest {
    /// The type.
    #[prost(string, tag = "1")]
    pub type_name: String,
    /// The id that was given.
    #[prost(string, tag = "2")]
    pub id: String,
}

/// `ImportResourceState`
#[derive(Clone, PartialEq, Message)]
pub struct ImportResourceStateResponse {
    /// What was found.
    #[prost(message, repeated, tag = "1")]
    pub imported_resources: Vec<ImportedResource>,
    /// What is wrong.
    #[prost(message, repeated, tag = "2")]
    pub diagnostics: Vec<Diagnostic>,
}

/// A resource that an import found.
#[derive(Clone, PartialEq, Message)]
pub struct ImportedResource {
    /// The type.
    #[prost(string, tag = "1")]
    pub type_name: String,
    /// As much of the state as is needed to read the rest.
    #[prost(message, optional, tag = "2")]
    pub state: Option<DynamicValue>,
    /// What the provider keeps beside the state.
    #[prost(bytes = "bytes", tag = "3")]
    pub private: Bytes,
}

/// `MoveResourceState`
#[derive(Clone, PartialEq, Message)]
pub struct MoveResourceStateRequest {
    /// The provider that the resource comes from.
    #[prost(string, tag = "1")]
    pub source_provider_address: String,
    /// Its type there.
    #[prost(string, tag = "2")]
    pub source_type_name: String,
    /// Its state there.
    #[prost(message, optional, tag = "4")]
    pub source_state: Option<RawState>,
    /// The type that it moves to.
    #[prost(string, tag = "5")]
    pub target_type_name: String,
}

/// `OpenEphemeralResource`
#[derive(Clone, PartialEq, Message)]
pub struct OpenEphemeralResourceResponse {
    /// What is wrong.
    #[prost(message, repeated, tag = "1")]
    pub diagnostics: Vec<Diagnostic>,
    /// The value.
    #[prost(message, optional, tag = "3")]
    pub result: Option<DynamicValue>,
    /// What the provider needs to renew and close it.
    #[prost(bytes = "bytes", optional, tag = "4")]
    pub private: Option<Bytes>,
}

/// `CallFunction`
#[derive(Clone, PartialEq, Message)]
pub struct CallFunctionRequest {
    /// The function.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Its arguments in order.
    #[prost(message, repeated, tag = "2")]
    pub arguments: Vec<DynamicValue>,
}

/// `CallFunction`
#[derive(Clone, PartialEq, Message)]
pub struct CallFunctionResponse {
    /// The result.
    #[prost(message, optional, tag = "1")]
    pub result: Option<DynamicValue>,
    /// Why there is none.
    #[prost(message, optional, tag = "2")]
    pub error: Option<FunctionError>,
}

/// `GetFunctions`
#[derive(Clone, PartialEq, Message)]
pub struct GetFunctionsResponse {
    /// Functions by name.
    #[prost(btree_map = "string, message", tag = "1")]
    pub functions: BTreeMap<String, Function>,
}
