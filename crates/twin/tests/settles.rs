//! Every resource type settles: what is applied is known throughout, and the same configuration plans nothing more.

use pretty_assertions::assert_eq;
use terrace_ir::Type;
use terrace_schema::eval::Val;
use terrace_schema::model::{Attribute, BlockType, Kind, Nesting, Presence};
use terrace_schema::{Schema, catalog};
use terrace_twin::apply::computed;
use terrace_twin::azure::SUBSCRIPTION;
use terrace_twin::plan::{Asked, Planned, framework, legacy};
use terrace_twin::protocol::schema::{blocks_type, object_type};
use terrace_twin::value::msgpack;

/// How much a configuration sets.
#[derive(Clone, Copy, PartialEq)]
enum Extent {
    /// What is required.
    Least,
    /// Everything that can be set.
    All,
}

fn settles(schema: &Schema, extent: Extent) {
    let plan = match schema.name.starts_with("azurerm_") {
        true => legacy::plan,
        false => framework::plan,
    };
    let name = &schema.name;
    let config = configuration(&schema.body, extent);
    let create = plan(Asked {
        schema,
        prior: None,
        proposed: &config,
        config: &config,
    });
    let applied = computed::fill(schema, &create.value, &config, SUBSCRIPTION);
    assert!(applied.is_wholly_known(), "{name}: {applied:?}");
    let ty = object_type(&schema.body);
    let sent = msgpack::decode(&msgpack::encode(&applied, &ty), &ty);
    assert_eq!(sent.as_ref(), Ok(&applied), "{name}");
    let proposed = proposed(&schema.body, &applied, &config);
    let again = plan(Asked {
        schema,
        prior: Some(&applied),
        proposed: &proposed,
        config: &config,
    });
    let nothing = Planned {
        value: applied,
        replace: Vec::new(),
    };
    assert_eq!(again, nothing, "{name}");
}

#[test]
fn every_type_settles() {
    for name in catalog().names(Kind::Resource) {
        let schema = catalog().find(Kind::Resource, name).unwrap();
        settles(schema, Extent::Least);
        settles(schema, Extent::All);
    }
}

fn configuration(body: &BlockType, extent: Extent) -> Val {
    let attributes = body.attributes.iter().map(|attribute| {
        let is_set = match attribute.presence {
            Presence::Required => true,
            Presence::Optional | Presence::OptionalComputed => {
                extent == Extent::All && attribute.is_settable()
            }
            Presence::Computed => false,
        };
        let value = match is_set {
            true => sample(attribute),
            false => Val::null_of(attribute.ty.clone()),
        };
        (attribute.name.as_str(), value)
    });
    let blocks = body.blocks.iter().map(|block| {
        let is_set = block.items.min > 0 || extent == Extent::All;
        let one = configuration(&block.body, extent);
        let ty = blocks_type(block);
        let value = match block.nesting {
            Nesting::Single if is_set => one,
            Nesting::Single | Nesting::Map => Val::null_of(ty),
            Nesting::List | Nesting::Set if is_set => {
                terrace_twin::value::collection(&ty, vec![one])
            }
            Nesting::List | Nesting::Set => terrace_twin::value::collection(&ty, vec![]),
        };
        (block.name.as_str(), value)
    });
    Val::object(attributes.chain(blocks))
}

fn sample(attribute: &Attribute) -> Val {
    of_type(&attribute.ty, &attribute.name)
}

fn of_type(ty: &Type, name: &str) -> Val {
    match ty {
        Type::String => Val::text(format!("a {name}")),
        Type::Number => Val::whole(7),
        Type::Bool => Val::bool(true),
        Type::List(element) | Type::Set(element) => {
            terrace_twin::value::collection(ty, vec![of_type(element, name)])
        }
        Type::Map(element) => Val::map(
            (**element).clone(),
            vec![("key".into(), of_type(element, name))],
        ),
        Type::Object(fields) => Val::object(
            fields
                .iter()
                .map(|field| (field.name.as_str(), of_type(&field.ty, &field.name))),
        ),
        Type::Tuple(types) => Val::tuple(types.iter().map(|ty| of_type(ty, name)).collect()),
        Type::Dynamic => Val::text("anything"),
    }
}

/// What Terraform proposes: the configuration, and what it leaves out and the provider may give from the state.
fn proposed(body: &BlockType, prior: &Val, config: &Val) -> Val {
    let attributes = body.attributes.iter().map(|attribute| {
        let name = attribute.name.as_str();
        let (was, written) = (prior.get(name).unwrap(), config.get(name).unwrap());
        let is_computed = matches!(
            attribute.presence,
            Presence::Computed | Presence::OptionalComputed
        );
        let value = match written.is_null() && is_computed {
            true => was,
            false => written,
        };
        (name, value.clone())
    });
    let blocks = body.blocks.iter().map(|block| {
        let name = block.name.as_str();
        let (was, written) = (prior.get(name).unwrap(), config.get(name).unwrap());
        let value = match (was.as_items(), written.as_items()) {
            (Some([was]), Some([written])) => {
                let one = proposed(&block.body, was, written);
                terrace_twin::value::collection(&blocks_type(block), vec![one])
            }
            _ => written.clone(),
        };
        (name, value)
    });
    Val::object(attributes.chain(blocks))
}
