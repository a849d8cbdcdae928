//! The attributes of a type, and what its nested blocks compute, as getters.

use terrace_ir::Type;
use terrace_schema::Schema;
use terrace_schema::model::{Attribute, Presence};

use super::block_fixups;
use super::build::{Context, rust_type};
use super::id_kinds::IdKind;
use super::model::{Getter, Gives};
use super::names;
use super::walk::{self, Place};

/// The attributes that a reference can name: all but those that Terraform never stores.
pub(crate) fn getters(context: &Context<'_>, schema: &Schema) -> Vec<Getter> {
    let mut getters = Vec::new();
    for attribute in schema
        .body
        .attributes
        .iter()
        .filter(|attribute| !attribute.write_only)
    {
        if attribute.name == "id" {
            continue;
        }
        let path = vec![attribute.name.clone()];
        getters.push(Getter {
            name: names::field(&attribute.name),
            doc: about_attribute(attribute),
            gives: gives(context, schema, attribute, &path),
            path,
        });
        let one = attribute.items.max == Some(1);
        let members = attribute
            .members
            .iter()
            .filter(|_| one)
            .flat_map(|members| &members.attributes);
        getters.extend(members.filter_map(|member| computed(&attribute.name, member)));
    }
    for block in schema
        .body
        .blocks
        .iter()
        .filter(|block| block.items.max == Some(1) || block_fixups::is_one(schema, block))
    {
        getters.extend(
            block
                .body
                .attributes
                .iter()
                .filter_map(|member| computed(&block.name, member)),
        );
    }
    getters.sort_by(|a, b| a.name.cmp(&b.name));
    getters.dedup_by(|b, a| a.name == b.name);
    getters
}

/// What the provider alone fills in inside a block of which there is one.
fn computed(block: &str, member: &Attribute) -> Option<Getter> {
    (member.presence == Presence::Computed).then(|| Getter {
        name: format!("{block}_{}", member.name),
        doc: about_attribute(member),
        gives: Gives::Value(rust_type(&member.ty, walk::facts(member).whole)),
        path: vec![block.to_owned(), member.name.clone()],
    })
}

fn about_attribute(attribute: &Attribute) -> Vec<String> {
    let mut doc = Vec::new();
    if matches!(attribute.ty, Type::Set(_)) {
        doc.push("A set: it has no indexes.".to_owned());
    }
    if attribute.sensitive {
        doc.push("Sensitive.".to_owned());
    }
    if attribute.deprecated {
        doc.push("Deprecated.".to_owned());
    }
    doc
}

fn gives(context: &Context<'_>, schema: &Schema, attribute: &Attribute, path: &[String]) -> Gives {
    let place = Place {
        kind: schema.kind,
        type_name: &schema.name,
        path,
        attribute,
        facts: walk::facts(attribute),
    };
    let kind = context
        .id_kinds
        .of_argument(&place)
        .filter(|_| attribute.ty == Type::String && attribute.is_settable());
    match kind {
        Some(IdKind::Of(kind)) => Gives::Id(context.kind_path(&kind)),
        _ => Gives::Value(rust_type(&attribute.ty, place.facts.whole)),
    }
}
