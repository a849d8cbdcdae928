//! Joins a provider's schema and the facts about it into the model.
//!
//! The schema decides what is an attribute, what a block, and what must be given. A fact about something that the
//! schema does not have is an error: one of the two is of another version.

mod values;

use std::collections::BTreeMap;

use serde_json::Value;
use terrace_ir::Type;
use terrace_schema::model::{
    Attribute, Behaviour, BlockType, Function, Items, Kind, Members, MembersForm, NestedBlock,
    Nesting, Parameter, Presence, Provider, Relations, Schema, ValueFacts,
};

use self::values::value_facts;
use crate::facts_json::{self, AttributeFacts, Facts, TypeFacts};
use crate::schema_json::{
    AttributeJson, BlockJson, FunctionJson, NestedBlockJson, ParameterJson, ProviderJson,
    SchemaJson,
};

type FactsByName = BTreeMap<String, AttributeFacts>;

/// The model of a provider at a version.
///
/// # Errors
/// When the schema or the facts hold something that the model does not know, or do not fit together.
pub(crate) fn join(
    source: &str,
    version: &str,
    json: &ProviderJson,
    facts: &Facts,
) -> Result<(Provider, Vec<Schema>), String> {
    let mut schemas = Vec::new();
    for (kind, jsons, facts) in [
        (Kind::Resource, &json.resource_schemas, &facts.resources),
        (
            Kind::DataSource,
            &json.data_source_schemas,
            &facts.data_sources,
        ),
        (
            Kind::Ephemeral,
            &json.ephemeral_resource_schemas,
            &BTreeMap::new(),
        ),
    ] {
        if let Some(name) = facts.keys().find(|name| !jsons.contains_key(*name)) {
            return Err(format!(
                "there are facts about the {} {name} and no schema",
                kind.words()
            ));
        }
        for (name, json) in jsons {
            schemas.push(schema(kind, name, json, facts.get(name))?);
        }
    }
    let name = source.rsplit('/').next().unwrap_or(source);
    let provider = Provider {
        source: source.to_owned(),
        version: version.to_owned(),
        configuration: configuration(name, &json.provider, &facts.provider)?,
        functions: json
            .functions
            .iter()
            .map(|(name, json)| function(name, json))
            .collect::<Result<_, _>>()?,
        undescribed: Vec::new(),
    };
    Ok((provider, schemas))
}

fn schema(
    kind: Kind,
    name: &str,
    json: &SchemaJson,
    facts: Option<&TypeFacts>,
) -> Result<Schema, String> {
    let in_type = |error| format!("{name}: {error}");
    Ok(Schema {
        kind,
        name: name.to_owned(),
        version: json.version,
        body: block_type(&json.block, facts.map(|facts| &facts.attributes), true)
            .map_err(in_type)?,
        behaviour: facts.map(|facts| Behaviour {
            timeouts: facts.timeouts.clone().into_iter().collect(),
            updatable: facts.updatable,
            importable: facts.importable,
            import_id_example: facts.import_id_example.clone(),
            custom_diff: facts.custom_diff,
        }),
    })
}

fn configuration(name: &str, json: &SchemaJson, facts: &FactsByName) -> Result<Schema, String> {
    let facts = (!facts.is_empty()).then_some(facts);
    let body = block_type(&json.block, facts, false)
        .map_err(|error| format!("provider {name}: {error}"))?;
    Ok(Schema {
        kind: Kind::Provider,
        name: name.to_owned(),
        version: json.version,
        body,
        behaviour: None,
    })
}

fn block_type(
    json: &BlockJson,
    facts: Option<&FactsByName>,
    is_root: bool,
) -> Result<BlockType, String> {
    let facts_of = |name: &str| facts.and_then(|facts| facts.get(name));
    if let Some(facts) = facts {
        let is_known = |name: &&String| {
            json.attributes.contains_key(*name) || json.block_types.contains_key(*name)
        };
        if let Some(name) = facts.keys().find(|name| !is_known(name)) {
            return Err(format!("there are facts about {name} and no such argument"));
        }
    }
    let mut attributes = Vec::new();
    for (name, json) in &json.attributes {
        let mut attribute =
            attribute(name, json, facts_of(name)).map_err(|error| format!("{name}: {error}"))?;
        // The SDK adds `id` to every schema as if it could be set, and refuses it unless the provider declares one.
        attribute.implicit = is_root && name == "id" && facts.is_some() && facts_of(name).is_none();
        attributes.push(attribute);
    }
    let mut blocks = Vec::new();
    for (name, json) in &json.block_types {
        blocks.push(
            nested_block(name, json, facts_of(name)).map_err(|error| format!("{name}: {error}"))?,
        );
    }
    Ok(BlockType {
        attributes,
        blocks,
        deprecated: json.deprecated,
    })
}

fn nested_block(
    name: &str,
    json: &NestedBlockJson,
    facts: Option<&AttributeFacts>,
) -> Result<NestedBlock, String> {
    let members = facts.map(|facts| {
        facts
            .block
            .as_ref()
            .ok_or("is a block in the schema and none in the facts")
    });
    Ok(NestedBlock {
        name: name.to_owned(),
        nesting: nesting(&json.nesting_mode)?,
        items: Items {
            min: json.min_items,
            max: json.max_items,
        },
        body: block_type(&json.block, members.transpose()?, false)?,
        computed: facts.is_some_and(|facts| facts.computed),
        force_new: facts.is_some_and(|facts| facts.force_new),
        relations: facts.map(relations).unwrap_or_default().into(),
        ignores_spelling: facts.is_some_and(|facts| facts.diff_suppressed),
    })
}

fn nesting(mode: &str) -> Result<Nesting, String> {
    match mode {
        "single" => Ok(Nesting::Single),
        "list" => Ok(Nesting::List),
        "set" => Ok(Nesting::Set),
        "map" => Ok(Nesting::Map),
        _ => Err(format!("the nesting mode {mode} is unknown")),
    }
}

fn attribute(
    name: &str,
    json: &AttributeJson,
    facts: Option<&AttributeFacts>,
) -> Result<Attribute, String> {
    let presence = presence(json.required, json.optional, json.computed)?;
    let mut attribute = match (&json.ty, &json.nested_type) {
        (Some(ty), None) => Attribute::new(name, value_type(ty)?, presence),
        (None, Some(nested)) => {
            let nesting = nesting(&nested.nesting_mode)?;
            let mut attributes = Vec::new();
            for (name, json) in &nested.attributes {
                attributes.push(
                    self::attribute(name, json, None)
                        .map_err(|error| format!("{name}: {error}"))?,
                );
            }
            let object = Type::object(
                attributes
                    .iter()
                    .map(|member| (member.name.clone(), member.ty.clone())),
            );
            let ty = match nesting {
                Nesting::Single => object,
                Nesting::List => Type::list(object),
                Nesting::Set => Type::set(object),
                Nesting::Map => Type::map(object),
            };
            let mut attribute = Attribute::new(name, ty, presence);
            attribute.members = Some(Members {
                form: MembersForm::Nested(nesting),
                attributes,
            });
            attribute
        }
        _ => return Err("has neither a type nor a nested type, or both".to_owned()),
    };
    attribute.sensitive = json.sensitive;
    attribute.write_only = json.write_only;
    attribute.deprecated = json.deprecated;
    if let Some(facts) = facts {
        add_facts(&mut attribute, facts)?;
    }
    Ok(attribute)
}

fn presence(required: bool, optional: bool, computed: bool) -> Result<Presence, String> {
    match (required, optional, computed) {
        (true, false, false) => Ok(Presence::Required),
        (false, true, false) => Ok(Presence::Optional),
        (false, true, true) => Ok(Presence::OptionalComputed),
        (false, false, true) => Ok(Presence::Computed),
        _ => Err("is neither required nor optional nor computed, or too much of it".to_owned()),
    }
}

fn value_type(json: &Value) -> Result<Type, String> {
    Type::from_json(json).ok_or_else(|| format!("{json} is no type"))
}

fn add_facts(attribute: &mut Attribute, facts: &AttributeFacts) -> Result<(), String> {
    let fits = matches!(
        (facts.ty.as_str(), &attribute.ty),
        ("string", Type::String)
            | ("bool", Type::Bool)
            | ("int" | "float", Type::Number)
            | ("list", Type::List(_))
            | ("set", Type::Set(_))
            | ("map", Type::Map(_))
    );
    if !fits {
        return Err(format!(
            "is {} in the schema and {} in the facts",
            attribute.ty, facts.ty
        ));
    }
    attribute.members = match &facts.block {
        // What the provider alone fills in needs no more than its type.
        Some(members) if attribute.presence.is_settable() => Some(Members {
            form: MembersForm::BlockAsAttribute,
            attributes: members_of(&attribute.ty, members)?,
        }),
        _ => None,
    };
    attribute.force_new = facts.force_new;
    attribute.default = facts.default.as_ref().map(facts_json::scalar).transpose()?;
    attribute.value = value_facts(facts)?.into();
    attribute.element = match &facts.elem {
        Some(element) => Some(value_facts(element)?)
            .filter(|facts| *facts != ValueFacts::default())
            .map(Box::new),
        None => None,
    };
    attribute.items = Items {
        min: facts.min_items,
        max: facts.max_items,
    };
    attribute.relations = relations(facts).into();
    attribute.ignores_spelling = facts.diff_suppressed;
    attribute.normalized = facts.normalized;
    Ok(())
}

/// The members of an attribute that is a block for the provider. Its type says which there are.
fn members_of(ty: &Type, facts: &FactsByName) -> Result<Vec<Attribute>, String> {
    let Some(Type::Object(fields)) = ty.element() else {
        return Err(format!("has members in the facts and the type {ty}"));
    };
    let mut attributes = Vec::new();
    for field in fields {
        let facts = facts
            .get(&field.name)
            .ok_or_else(|| format!("{}: has no facts", field.name))?;
        let presence = presence(facts.required, facts.optional, facts.computed)?;
        let mut attribute = Attribute::new(&field.name, field.ty.clone(), presence);
        attribute.sensitive = facts.sensitive;
        attribute.write_only = facts.write_only;
        attribute.deprecated = facts.deprecated;
        add_facts(&mut attribute, facts).map_err(|error| format!("{}: {error}", field.name))?;
        attributes.push(attribute);
    }
    Ok(attributes)
}

fn relations(facts: &AttributeFacts) -> Relations {
    Relations {
        conflicts_with: facts.conflicts_with.clone(),
        exactly_one_of: facts.exactly_one_of.clone(),
        at_least_one_of: facts.at_least_one_of.clone(),
        required_with: facts.required_with.clone(),
    }
}

fn function(name: &str, json: &FunctionJson) -> Result<Function, String> {
    let parameter = |json: &ParameterJson| -> Result<Parameter, String> {
        Ok(Parameter {
            name: json.name.clone(),
            ty: value_type(&json.ty)?,
            nullable: json.is_nullable,
        })
    };
    Ok(Function {
        name: name.to_owned(),
        parameters: json
            .parameters
            .iter()
            .map(parameter)
            .collect::<Result<_, _>>()?,
        variadic: json
            .variadic_parameter
            .as_ref()
            .map(parameter)
            .transpose()?,
        returns: value_type(&json.return_type)?,
    })
}

#[cfg(test)]
mod round_trip;

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::*;

    fn joined(schema: Value, facts: Value) -> Result<Schema, String> {
        let schema: SchemaJson =
            serde_json::from_value(json!({ "version": 1, "block": schema })).unwrap();
        let facts: TypeFacts = serde_json::from_value(json!({
            "attributes": facts, "updatable": true, "importable": true, "schema_version": 1
        }))
        .unwrap();
        super::schema(Kind::Resource, "t_x", &schema, Some(&facts))
    }

    #[test]
    fn the_schema_decides_what_is_a_block_and_how_many_there_must_be() {
        let schema = joined(
            json!({ "block_types": { "identity": { "nesting_mode": "list", "min_items": 1, "max_items": 1, "block": {} } } }),
            json!({ "identity": { "type": "list", "required": true, "block": {}, "force_new": true } }),
        );
        let block = schema.unwrap().body.blocks.remove(0);
        assert_eq!(
            (block.items, block.force_new),
            (
                Items {
                    min: 1,
                    max: Some(1)
                },
                true
            )
        );
    }

    #[test]
    fn facts_without_an_argument_are_an_error() {
        let error = joined(
            json!({}),
            json!({ "gone": { "type": "string", "optional": true } }),
        )
        .unwrap_err();
        assert_eq!(
            error,
            "t_x: there are facts about gone and no such argument"
        );
    }
}
