//! Schemas and signatures in the protocol's words, made of what the catalog knows.

use std::collections::BTreeMap;

use bytes::Bytes;
use prost::Message;
use serde_json::{Value as Json, json};
use terrace_ir::Type;
use terrace_schema::model::{self, Kind, MembersForm, Nesting, Presence, Provider};
use terrace_schema::{BlockType, catalog};

use super::{GetProviderSchemaResponse, ServerCapabilities};

/// A resource type, data source, ephemeral resource or provider block.
#[derive(Clone, PartialEq, Message)]
pub struct Schema {
    /// The version that states are written with.
    #[prost(int64, tag = "1")]
    pub version: i64,
    /// What may stand in it.
    #[prost(message, optional, tag = "2")]
    pub block: Option<Block>,
}

/// Attributes and nested blocks.
#[derive(Clone, PartialEq, Message)]
pub struct Block {
    /// Attributes.
    #[prost(message, repeated, tag = "2")]
    pub attributes: Vec<Attribute>,
    /// Nested blocks.
    #[prost(message, repeated, tag = "3")]
    pub block_types: Vec<NestedBlock>,
    /// It should not be used any more.
    #[prost(bool, tag = "6")]
    pub deprecated: bool,
}

/// An attribute.
#[derive(Clone, PartialEq, Message)]
pub struct Attribute {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Its type in JSON, unless `nested_type` is there.
    #[prost(bytes = "bytes", tag = "2")]
    pub ty: Bytes,
    /// The configuration must give it.
    #[prost(bool, tag = "4")]
    pub required: bool,
    /// The configuration may give it.
    #[prost(bool, tag = "5")]
    pub optional: bool,
    /// The provider gives it.
    #[prost(bool, tag = "6")]
    pub computed: bool,
    /// It is not shown.
    #[prost(bool, tag = "7")]
    pub sensitive: bool,
    /// It should not be used any more.
    #[prost(bool, tag = "9")]
    pub deprecated: bool,
    /// The attributes that it is made of.
    #[prost(message, optional, tag = "10")]
    pub nested_type: Option<Object>,
    /// It never reaches the state.
    #[prost(bool, tag = "11")]
    pub write_only: bool,
}

/// A nested block.
#[derive(Clone, PartialEq, Message)]
pub struct NestedBlock {
    /// Its name.
    #[prost(string, tag = "1")]
    pub type_name: String,
    /// What may stand in it.
    #[prost(message, optional, tag = "2")]
    pub block: Option<Block>,
    /// 1 single, 2 list, 3 set, 4 map.
    #[prost(int32, tag = "3")]
    pub nesting: i32,
    /// Fewest.
    #[prost(int64, tag = "4")]
    pub min_items: i64,
    /// Most; 0 is no limit.
    #[prost(int64, tag = "5")]
    pub max_items: i64,
}

/// The attributes of an attribute.
#[derive(Clone, PartialEq, Message)]
pub struct Object {
    /// The attributes.
    #[prost(message, repeated, tag = "1")]
    pub attributes: Vec<Attribute>,
    /// 1 single, 2 list, 3 set, 4 map.
    #[prost(int32, tag = "3")]
    pub nesting: i32,
}

/// The signature of a function.
#[derive(Clone, PartialEq, Message)]
pub struct Function {
    /// Parameters in order.
    #[prost(message, repeated, tag = "1")]
    pub parameters: Vec<Parameter>,
    /// The parameter that takes all further arguments.
    #[prost(message, optional, tag = "2")]
    pub variadic_parameter: Option<Parameter>,
    /// The result.
    #[prost(message, optional, tag = "3")]
    pub returns: Option<Return>,
}

/// A parameter.
#[derive(Clone, PartialEq, Message)]
pub struct Parameter {
    /// Its name.
    #[prost(string, tag = "1")]
    pub name: String,
    /// Its type in JSON.
    #[prost(bytes = "bytes", tag = "2")]
    pub ty: Bytes,
    /// It takes `null`.
    #[prost(bool, tag = "3")]
    pub allow_null_value: bool,
}

/// The type of a result.
#[derive(Clone, PartialEq, Message)]
pub struct Return {
    /// In JSON.
    #[prost(bytes = "bytes", tag = "1")]
    pub ty: Bytes,
}

/// What a provider can do. azapi takes over what azurerm has made.
pub(crate) fn capabilities(provider: &Provider) -> ServerCapabilities {
    ServerCapabilities {
        plan_destroy: true,
        get_provider_schema_optional: true,
        move_resource_state: provider.name() == "azapi",
    }
}

/// Everything that a provider serves.
#[must_use]
pub fn of_provider(provider: &'static Provider) -> GetProviderSchemaResponse {
    let of_kind = |kind| -> BTreeMap<String, Schema> {
        names(provider, kind)
            .filter_map(|name| Some((name.to_owned(), schema(catalog().find(kind, name)?))))
            .collect()
    };
    let mut configuration = schema(&provider.configuration);
    // The provider demands its one block of `features` in code, and the catalog says so; its schema does not.
    let blocks = configuration
        .block
        .iter_mut()
        .flat_map(|block| &mut block.block_types);
    for features in blocks.filter(|block| block.type_name == "features") {
        (features.min_items, features.max_items) = (0, 0);
    }
    GetProviderSchemaResponse {
        provider: Some(configuration),
        resource_schemas: of_kind(Kind::Resource),
        data_source_schemas: of_kind(Kind::DataSource),
        server_capabilities: Some(capabilities(provider)),
        functions: functions(provider),
        ephemeral_resource_schemas: of_kind(Kind::Ephemeral),
    }
}

/// The names of a provider's types of a kind.
pub(crate) fn names(provider: &'static Provider, kind: Kind) -> impl Iterator<Item = &'static str> {
    let name = provider.name();
    catalog().names(kind).filter(move |type_name| {
        let rest = type_name.strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with('_'))
    })
}

/// The signatures of a provider's functions.
pub(crate) fn functions(provider: &Provider) -> BTreeMap<String, Function> {
    let signature = |function: &model::Function| Function {
        parameters: function.parameters.iter().map(parameter).collect(),
        variadic_parameter: function.variadic.as_ref().map(parameter),
        returns: Some(Return {
            ty: type_json(&function.returns),
        }),
    };
    let functions = provider.functions.iter();
    functions
        .map(|function| (function.name.clone(), signature(function)))
        .collect()
}

fn parameter(parameter: &model::Parameter) -> Parameter {
    Parameter {
        name: parameter.name.clone(),
        ty: type_json(&parameter.ty),
        allow_null_value: parameter.nullable,
    }
}

fn schema(schema: &model::Schema) -> Schema {
    Schema {
        version: i64::try_from(schema.version).unwrap_or(i64::MAX),
        block: Some(block(&schema.body)),
    }
}

fn block(body: &BlockType) -> Block {
    Block {
        attributes: body.attributes.iter().map(attribute).collect(),
        block_types: body
            .blocks
            .iter()
            .map(|nested| NestedBlock {
                type_name: nested.name.clone(),
                block: Some(block(&nested.body)),
                nesting: nesting(nested.nesting),
                min_items: nested.items.min.into(),
                max_items: nested.items.max.unwrap_or(0).into(),
            })
            .collect(),
        deprecated: body.deprecated,
    }
}

fn attribute(attribute: &model::Attribute) -> Attribute {
    let nested = match &attribute.members {
        Some(members) => match members.form {
            MembersForm::Nested(how) => Some(Object {
                attributes: members.attributes.iter().map(self::attribute).collect(),
                nesting: nesting(how),
            }),
            MembersForm::BlockAsAttribute => None,
        },
        None => None,
    };
    Attribute {
        name: attribute.name.clone(),
        ty: match nested {
            Some(_) => Bytes::new(),
            None => type_json(&attribute.ty),
        },
        required: attribute.presence == Presence::Required,
        optional: matches!(
            attribute.presence,
            Presence::Optional | Presence::OptionalComputed
        ),
        computed: matches!(
            attribute.presence,
            Presence::Computed | Presence::OptionalComputed
        ),
        sensitive: attribute.sensitive,
        deprecated: attribute.deprecated,
        nested_type: nested,
        write_only: attribute.write_only,
    }
}

fn nesting(nesting: Nesting) -> i32 {
    match nesting {
        Nesting::Single => 1,
        Nesting::List => 2,
        Nesting::Set => 3,
        Nesting::Map => 4,
    }
}

fn type_json(ty: &Type) -> Bytes {
    to_json(ty).to_string().into()
}

/// A type in the JSON notation of schemas: `["list","string"]`.
#[must_use]
pub fn to_json(ty: &Type) -> Json {
    match ty {
        Type::Dynamic => json!("dynamic"),
        Type::String => json!("string"),
        Type::Number => json!("number"),
        Type::Bool => json!("bool"),
        Type::List(element) => json!(["list", to_json(element)]),
        Type::Set(element) => json!(["set", to_json(element)]),
        Type::Map(element) => json!(["map", to_json(element)]),
        Type::Tuple(types) => {
            let types: Vec<Json> = types.iter().map(to_json).collect();
            json!(["tuple", types])
        }
        Type::Object(fields) => {
            let types: serde_json::Map<String, Json> = fields
                .iter()
                .map(|field| (field.name.clone(), to_json(&field.ty)))
                .collect();
            let optional = fields.iter().filter(|field| field.optional);
            let optional: Vec<&str> = optional.map(|field| field.name.as_str()).collect();
            match optional.as_slice() {
                [] => json!(["object", types]),
                _ => json!(["object", types, optional]),
            }
        }
    }
}

/// The type of the object that a block is.
#[must_use]
pub fn object_type(body: &BlockType) -> Type {
    let attributes = body
        .attributes
        .iter()
        .map(|attribute| (attribute.name.clone(), attribute.ty.clone()));
    let blocks = body
        .blocks
        .iter()
        .map(|nested| (nested.name.clone(), blocks_type(nested)));
    Type::object(attributes.chain(blocks))
}

/// The type of all nested blocks of one name.
#[must_use]
pub fn blocks_type(nested: &model::NestedBlock) -> Type {
    let one = object_type(&nested.body);
    match nested.nesting {
        Nesting::Single => one,
        Nesting::List => Type::list(one),
        Nesting::Set => Type::set(one),
        Nesting::Map => Type::map(one),
    }
}
