//! The same for machines.

use serde_json::{Map, Value, json};

use super::notes::readable;
use crate::model::{
    Attribute, BlockType, Items, Member, Members, NestedBlock, Nesting, Presence, Relations,
    Scalar, Schema, ValueFacts,
};

/// What is known about a type, or about one argument or block in it. `None` if there is none at that path.
///
/// Keys whose value would be `false`, empty or unknown are left out.
pub fn to_json(schema: &Schema, path: &[&str]) -> Option<Value> {
    if path.is_empty() {
        return Some(type_json(schema));
    }
    Some(match schema.member(path)? {
        Member::Attribute(attribute) => attribute_json(attribute),
        Member::Block(block) => block_json(block),
    })
}

fn type_json(schema: &Schema) -> Value {
    let mut json = body_json(&schema.body);
    json.insert("type".into(), schema.name.as_str().into());
    json.insert("kind".into(), schema.kind.words().into());
    json.insert("schema_version".into(), schema.version.into());
    json.insert("described".into(), schema.is_described().into());
    if let Some(behaviour) = &schema.behaviour {
        json.insert("updatable".into(), behaviour.updatable.into());
        json.insert("importable".into(), behaviour.importable.into());
        put(
            &mut json,
            "import_id_example",
            behaviour.import_id_example.clone(),
        );
        let timeouts = behaviour
            .timeouts
            .iter()
            .map(|(operation, time)| (operation.clone(), time.as_str().into()));
        json.insert("timeouts".into(), Value::Object(timeouts.collect()));
    }
    Value::Object(json)
}

fn body_json(body: &BlockType) -> Map<String, Value> {
    let mut json = Map::new();
    flag(&mut json, "deprecated", body.deprecated);
    json.insert(
        "attributes".into(),
        body.attributes.iter().map(attribute_json).collect(),
    );
    json.insert(
        "blocks".into(),
        body.blocks.iter().map(block_json).collect(),
    );
    json
}

fn attribute_json(attribute: &Attribute) -> Value {
    let mut json = Map::new();
    json.insert("name".into(), attribute.name.as_str().into());
    json.insert("type".into(), attribute.ty.to_json());
    flag(
        &mut json,
        "required",
        attribute.presence == Presence::Required,
    );
    flag(
        &mut json,
        "optional",
        attribute.presence != Presence::Required && attribute.is_settable(),
    );
    flag(
        &mut json,
        "computed",
        matches!(
            attribute.presence,
            Presence::OptionalComputed | Presence::Computed
        ),
    );
    flag(&mut json, "sensitive", attribute.sensitive);
    flag(&mut json, "write_only", attribute.write_only);
    flag(&mut json, "deprecated", attribute.deprecated);
    flag(&mut json, "forces_replacement", attribute.force_new);
    put(
        &mut json,
        "default",
        attribute.default.as_ref().map(scalar_json),
    );
    items_json(&mut json, attribute.items);
    json.extend(facts_json(&attribute.value));
    if let Some(element) = &attribute.element {
        json.insert("element".into(), Value::Object(facts_json(element)));
    }
    relations_json(&mut json, &attribute.relations);
    if let Some(Members { attributes, .. }) = &attribute.members {
        json.insert(
            "members".into(),
            attributes.iter().map(attribute_json).collect(),
        );
    }
    Value::Object(json)
}

fn block_json(block: &NestedBlock) -> Value {
    let mut json = Map::new();
    json.insert("name".into(), block.name.as_str().into());
    let nesting = match block.nesting {
        Nesting::Single => "single",
        Nesting::List => "list",
        Nesting::Set => "set",
        Nesting::Map => "map",
    };
    json.insert("nesting".into(), nesting.into());
    items_json(&mut json, block.items);
    flag(&mut json, "computed", block.computed);
    flag(&mut json, "forces_replacement", block.force_new);
    relations_json(&mut json, &block.relations);
    json.extend(body_json(&block.body));
    Value::Object(json)
}

fn facts_json(facts: &ValueFacts) -> Map<String, Value> {
    let mut json = Map::new();
    if let Some(choices) = &facts.choices {
        let key = if choices.closed {
            "allowed_values"
        } else {
            "known_values"
        };
        json.insert(key.into(), choices.values.iter().map(scalar_json).collect());
        flag(&mut json, "any_case", choices.ignore_case);
    }
    if let Some(range) = &facts.range {
        json.insert("range".into(), json!([range.min, range.max]));
    }
    put(&mut json, "allowed", facts.allowed());
    if !facts.accepts_ids_of.is_empty() {
        json.insert("accepts_ids_of".into(), facts.accepts_ids_of.clone().into());
    }
    flag(&mut json, "whole", facts.whole);
    json
}

fn items_json(json: &mut Map<String, Value>, items: Items) {
    put(json, "min_items", Some(items.min).filter(|min| *min > 0));
    put(json, "max_items", items.max);
}

fn relations_json(json: &mut Map<String, Value>, relations: &Relations) {
    for (key, paths) in [
        ("conflicts_with", &relations.conflicts_with),
        ("exactly_one_of", &relations.exactly_one_of),
        ("at_least_one_of", &relations.at_least_one_of),
        ("required_with", &relations.required_with),
    ] {
        let paths: Vec<_> = paths.iter().map(|path| readable(path)).collect();
        put(json, key, Some(paths).filter(|paths| !paths.is_empty()));
    }
}

fn scalar_json(scalar: &Scalar) -> Value {
    match scalar {
        Scalar::Bool(value) => (*value).into(),
        Scalar::Int(value) => (*value).into(),
        Scalar::Float(value) => (*value).into(),
        Scalar::Text(value) => value.as_str().into(),
    }
}

fn flag(json: &mut Map<String, Value>, key: &str, holds: bool) {
    if holds {
        json.insert(key.to_owned(), true.into());
    }
}

fn put(json: &mut Map<String, Value>, key: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        json.insert(key.to_owned(), value.into());
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::{Kind, catalog};

    #[test]
    fn an_argument_says_what_is_allowed() {
        let schema = catalog()
            .find(Kind::Resource, "azurerm_storage_account")
            .unwrap();
        assert_eq!(
            to_json(schema, &["account_tier"]).unwrap(),
            json!({
                "name": "account_tier",
                "type": "string",
                "required": true,
                "forces_replacement": true,
                "allowed_values": ["Premium", "Standard"],
                "allowed": "one of \"Premium\", \"Standard\"",
            })
        );
        assert_eq!(to_json(schema, &["gone"]), None);
    }

    #[test]
    fn a_type_holds_its_blocks() {
        let schema = catalog()
            .find(Kind::Resource, "azurerm_machine_learning_workspace")
            .unwrap();
        let json = to_json(schema, &[]).unwrap();
        let identity = json["blocks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|block| block["name"] == "identity")
            .unwrap();
        assert_eq!(
            (&identity["min_items"], &identity["max_items"]),
            (&json!(1), &json!(1))
        );
        assert_eq!(json["timeouts"]["create"], "30m0s");
    }
}
