//! The answer of `terraform providers schema -json`, as far as it is used.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// The whole answer.
#[derive(Debug, Deserialize)]
pub(crate) struct Answer {
    pub(crate) provider_schemas: BTreeMap<String, ProviderJson>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ProviderJson {
    pub(crate) provider: SchemaJson,
    #[serde(default)]
    pub(crate) resource_schemas: BTreeMap<String, SchemaJson>,
    #[serde(default)]
    pub(crate) data_source_schemas: BTreeMap<String, SchemaJson>,
    #[serde(default)]
    pub(crate) ephemeral_resource_schemas: BTreeMap<String, SchemaJson>,
    #[serde(default)]
    pub(crate) functions: BTreeMap<String, FunctionJson>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct SchemaJson {
    #[serde(default)]
    pub(crate) version: u64,
    pub(crate) block: BlockJson,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct BlockJson {
    #[serde(default)]
    pub(crate) attributes: BTreeMap<String, AttributeJson>,
    #[serde(default)]
    pub(crate) block_types: BTreeMap<String, NestedBlockJson>,
    #[serde(default)]
    pub(crate) deprecated: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct AttributeJson {
    #[serde(rename = "type")]
    pub(crate) ty: Option<Value>,
    pub(crate) nested_type: Option<NestedTypeJson>,
    #[serde(default)]
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) optional: bool,
    #[serde(default)]
    pub(crate) computed: bool,
    #[serde(default)]
    pub(crate) sensitive: bool,
    #[serde(default)]
    pub(crate) write_only: bool,
    #[serde(default)]
    pub(crate) deprecated: bool,
}

#[derive(Debug, Deserialize)]
pub(crate) struct NestedTypeJson {
    pub(crate) attributes: BTreeMap<String, AttributeJson>,
    pub(crate) nesting_mode: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct NestedBlockJson {
    pub(crate) nesting_mode: String,
    #[serde(default)]
    pub(crate) block: BlockJson,
    #[serde(default)]
    pub(crate) min_items: u32,
    pub(crate) max_items: Option<u32>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct FunctionJson {
    pub(crate) return_type: Value,
    #[serde(default)]
    pub(crate) parameters: Vec<ParameterJson>,
    pub(crate) variadic_parameter: Option<ParameterJson>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ParameterJson {
    pub(crate) name: String,
    #[serde(rename = "type")]
    pub(crate) ty: Value,
    #[serde(default)]
    pub(crate) is_nullable: bool,
}
