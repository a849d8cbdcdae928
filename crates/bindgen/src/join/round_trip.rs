//! The model holds the whole of a schema: what was read can be written again.

use std::io::Read;
use std::path::Path;

use flate2::read::GzDecoder;
use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};
use terrace_schema::model::{
    Attribute, BlockType, Function, Items, Kind, MembersForm, NestedBlock, Nesting, Parameter,
    Presence, Schema,
};

use crate::snapshot::SNAPSHOTS;

#[test]
fn every_schema_can_be_written_as_it_was_read() {
    for snapshot in &SNAPSHOTS {
        let file = format!(
            "snapshot/{}-schema-{}.json.gz",
            snapshot.name, snapshot.version
        );
        let bytes = std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
        let mut text = String::new();
        GzDecoder::new(bytes.as_slice())
            .read_to_string(&mut text)
            .unwrap();
        let answer: Value = serde_json::from_str(&text).unwrap();
        let (provider, schemas) = snapshot.load().unwrap();
        let read = &answer["provider_schemas"][&provider.source];

        assert_eq!(schema_json(&provider.configuration), read["provider"]);
        let mut count = 0;
        for schema in &schemas {
            let kind = match schema.kind {
                Kind::Resource => "resource_schemas",
                Kind::DataSource => "data_source_schemas",
                Kind::Ephemeral => "ephemeral_resource_schemas",
                Kind::Provider => unreachable!("the provider block is no type"),
            };
            assert_eq!(
                schema_json(schema),
                read[kind][&schema.name],
                "{}",
                schema.name
            );
            count += 1;
        }
        let kinds = [
            "resource_schemas",
            "data_source_schemas",
            "ephemeral_resource_schemas",
        ];
        let all = kinds
            .iter()
            .filter_map(|kind| read[kind].as_object())
            .map(Map::len)
            .sum::<usize>();
        assert_eq!(count, all);
        for function in &provider.functions {
            assert_eq!(function_json(function), read["functions"][&function.name]);
        }
    }
}

fn schema_json(schema: &Schema) -> Value {
    json!({ "version": schema.version, "block": block_json(&schema.body) })
}

fn block_json(body: &BlockType) -> Value {
    let mut json = Map::new();
    let attributes = body
        .attributes
        .iter()
        .map(|attribute| (attribute.name.clone(), attribute_json(attribute)));
    insert_some(&mut json, "attributes", attributes.collect());
    let blocks = body
        .blocks
        .iter()
        .map(|block| (block.name.clone(), nested_json(block)));
    insert_some(&mut json, "block_types", blocks.collect());
    insert_flag(&mut json, "deprecated", body.deprecated);
    Value::Object(json)
}

fn attribute_json(attribute: &Attribute) -> Value {
    let mut json = Map::new();
    match attribute
        .members
        .as_ref()
        .map(|members| (&members.form, &members.attributes))
    {
        Some((MembersForm::Nested(nesting), members)) => {
            let members: Map<_, _> = members
                .iter()
                .map(|member| (member.name.clone(), attribute_json(member)))
                .collect();
            json.insert(
                "nested_type".into(),
                json!({ "attributes": members, "nesting_mode": mode(*nesting) }),
            );
        }
        _ => {
            json.insert("type".into(), attribute.ty.to_json());
        }
    }
    let presence = attribute.presence;
    insert_flag(&mut json, "required", presence == Presence::Required);
    insert_flag(
        &mut json,
        "optional",
        matches!(presence, Presence::Optional | Presence::OptionalComputed),
    );
    insert_flag(
        &mut json,
        "computed",
        matches!(presence, Presence::Computed | Presence::OptionalComputed),
    );
    insert_flag(&mut json, "sensitive", attribute.sensitive);
    insert_flag(&mut json, "write_only", attribute.write_only);
    insert_flag(&mut json, "deprecated", attribute.deprecated);
    Value::Object(json)
}

fn nested_json(block: &NestedBlock) -> Value {
    let Items { min, max } = block.items;
    let mut json = Map::new();
    json.insert("nesting_mode".into(), mode(block.nesting).into());
    json.insert("block".into(), block_json(&block.body));
    if min > 0 {
        json.insert("min_items".into(), min.into());
    }
    if let Some(max) = max {
        json.insert("max_items".into(), max.into());
    }
    Value::Object(json)
}

fn function_json(function: &Function) -> Value {
    let parameter = |parameter: &Parameter| {
        let mut json = Map::new();
        json.insert("name".into(), parameter.name.clone().into());
        json.insert("type".into(), parameter.ty.to_json());
        insert_flag(&mut json, "is_nullable", parameter.nullable);
        Value::Object(json)
    };
    let mut json = Map::new();
    json.insert("return_type".into(), function.returns.to_json());
    if !function.parameters.is_empty() {
        json.insert(
            "parameters".into(),
            function.parameters.iter().map(parameter).collect(),
        );
    }
    if let Some(variadic) = &function.variadic {
        json.insert("variadic_parameter".into(), parameter(variadic));
    }
    Value::Object(json)
}

fn mode(nesting: Nesting) -> &'static str {
    match nesting {
        Nesting::Single => "single",
        Nesting::List => "list",
        Nesting::Set => "set",
        Nesting::Map => "map",
    }
}

fn insert_flag(json: &mut Map<String, Value>, key: &str, holds: bool) {
    if holds {
        json.insert(key.into(), true.into());
    }
}

fn insert_some(json: &mut Map<String, Value>, key: &str, value: Map<String, Value>) {
    if !value.is_empty() {
        json.insert(key.into(), value.into());
    }
}
