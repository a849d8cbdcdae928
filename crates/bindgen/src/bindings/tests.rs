//! What the generator writes for a small provider that has one of each thing it can say.
//!
//! The files are in `golden`. `BINDGEN_GOLDEN=overwrite cargo test -p terrace-bindgen golden` writes them anew.

use std::fs;
use std::path::PathBuf;

use pretty_assertions::assert_eq;
use terrace_ir::Type;
use terrace_schema::model::{
    Attribute, Behaviour, BlockType, Choices, Items, Members, MembersForm, NestedBlock, Nesting,
    Presence, Range, Scalar, Sparse,
};
use terrace_schema::rule::Rule;
use terrace_schema::{Kind, Provider, Schema};

use super::bound::Bound;
use super::{Source, generate};

/// A resource type.
pub(crate) fn resource(name: &str, body: BlockType) -> Schema {
    schema(Kind::Resource, name, body)
}

fn schema(kind: Kind, name: &str, body: BlockType) -> Schema {
    Schema {
        kind,
        name: name.to_owned(),
        version: 0,
        body,
        behaviour: None,
    }
}

/// A body of attributes.
pub(crate) fn with_attributes<const N: usize>(attributes: [Attribute; N]) -> BlockType {
    BlockType {
        attributes: sorted(attributes),
        ..BlockType::default()
    }
}

fn sorted<const N: usize>(attributes: [Attribute; N]) -> Vec<Attribute> {
    let mut attributes = Vec::from(attributes);
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    attributes
}

fn attribute(name: &str, ty: Type, presence: Presence) -> Attribute {
    Attribute::new(name, ty, presence)
}

fn text(name: &str, presence: Presence) -> Attribute {
    attribute(name, Type::String, presence)
}

/// An argument that takes ids of the given types.
fn id(name: &str, ty: Type, presence: Presence, sample: &str, of: &[&str]) -> Attribute {
    let mut attribute = attribute(name, ty, presence);
    let id = Rule::Id(format!("/subscriptions/s/providers/{sample}/x"));
    let of = of.iter().map(|name| (*name).to_owned()).collect();
    match attribute.ty {
        Type::String => (attribute.value.rule, attribute.value.accepts_ids_of) = (Some(id), of),
        _ => {
            let element = attribute.element.get_or_insert_default();
            (element.rule, element.accepts_ids_of) = (Some(id), of);
        }
    }
    attribute
}

fn choices(values: &[&str], closed: bool) -> Option<Choices> {
    let values = values
        .iter()
        .map(|value| Scalar::Text((*value).to_owned()))
        .collect();
    Some(Choices {
        values,
        closed,
        ignore_case: false,
    })
}

fn choice(name: &str, presence: Presence, values: &[&str], closed: bool) -> Attribute {
    let mut attribute = text(name, presence);
    attribute.value.choices = choices(values, closed);
    attribute
}

fn block(name: &str, items: Items, body: BlockType) -> NestedBlock {
    NestedBlock {
        name: name.to_owned(),
        nesting: Nesting::List,
        items,
        body,
        computed: false,
        force_new: false,
        relations: Sparse::default(),
        ignores_spelling: false,
    }
}

fn many(min: u32) -> Items {
    Items { min, max: None }
}

fn one(min: u32) -> Items {
    Items { min, max: Some(1) }
}

fn with_members(
    mut attribute: Attribute,
    form: MembersForm,
    attributes: Vec<Attribute>,
) -> Attribute {
    attribute.members = Some(Members { form, attributes });
    attribute
}

fn objects() -> Type {
    Type::list(Type::object([]))
}

/// A type with one of each kind of argument and attribute.
fn thing() -> Schema {
    use Presence::{Computed, Optional, OptionalComputed, Required};

    let mut days = attribute("days", Type::Number, Optional);
    days.value.whole = true;
    days.value.range = Some(Range {
        min: 1,
        max: 365,
        also: Vec::new(),
    });
    days.default = Some(Scalar::Int(7));
    days.relations.conflicts_with = vec!["rule.0.days".to_owned()];
    let mut password = text("password", Optional);
    password.sensitive = true;
    let mut password_wo = text("password_wo", Required);
    password_wo.write_only = true;
    let mut location = text("location", Required);
    location.force_new = true;
    let mut old = attribute("old", Type::Bool, Optional);
    old.deprecated = true;
    let mut methods = attribute("methods", Type::set(Type::String), Optional);
    methods.element.get_or_insert_default().choices = choices(&["GET", "PUT"], true);
    let mut implicit = text("id", OptionalComputed);
    implicit.implicit = true;

    let mut body = with_attributes([
        id(
            "vault_id",
            Type::String,
            Required,
            "T.Vault/vaults",
            &["t_vault"],
        ),
        id(
            "network_ids",
            Type::set(Type::String),
            Optional,
            "T.Network/networks",
            &["t_network"],
        ),
        id(
            "peer_ids",
            Type::set(Type::String),
            Required,
            "T.Network/networks",
            &["t_network"],
        ),
        id(
            "target_id",
            Type::String,
            Required,
            "T.Shared/targets",
            &["t_a", "t_b"],
        ),
        id(
            "watched_ids",
            Type::list(Type::String),
            Optional,
            "T.Shared/targets",
            &["t_a", "t_b"],
        ),
        choice("tier", Required, &["Standard", "PREMIUM"], true),
        choice("ranges", OptionalComputed, &["PrivateRanges"], false),
        with_members(
            Attribute {
                items: one(0),
                ..attribute("firewall", objects(), Optional)
            },
            MembersForm::BlockAsAttribute,
            sorted([
                choice("action", Required, &["Allow", "Deny"], true),
                attribute("ip_rules", Type::set(Type::String), Optional),
                text("address", Computed),
            ]),
        ),
        with_members(
            attribute("policy", objects(), Optional),
            MembersForm::BlockAsAttribute,
            sorted([text("note", Optional)]),
        ),
        with_members(
            attribute("retry", Type::object([]), Optional),
            MembersForm::Nested(Nesting::Single),
            sorted([attribute("seconds", Type::Number, Optional)]),
        ),
        attribute("tags", Type::map(Type::String), Optional),
        attribute("body", Type::Dynamic, Optional),
        attribute("outputs", objects(), Computed),
        text("type", Optional),
        text("endpoint", Computed),
        implicit,
        days,
        password,
        password_wo,
        location,
        old,
        methods,
    ]);
    let cors = || {
        let mut methods = attribute("methods", Type::list(Type::String), Required);
        methods.element.get_or_insert_default().choices = choices(&["PUT", "GET"], true);
        block(
            "cors_rule",
            Items {
                min: 0,
                max: Some(5),
            },
            with_attributes([methods]),
        )
    };
    let properties = BlockType {
        blocks: vec![cors()],
        ..with_attributes([text("version", Optional)])
    };
    let identity = with_attributes([
        choice(
            "type",
            Required,
            &["SystemAssigned", "SystemAssigned, UserAssigned"],
            true,
        ),
        text("principal_id", Computed),
    ]);
    let timeouts = with_attributes([text("create", Optional), text("read", Optional)]);
    body.blocks = vec![
        block("identity", one(1), identity),
        block("properties", one(0), properties),
        block(
            "rule",
            many(1),
            with_attributes([attribute("days", Type::Number, Optional)]),
        ),
        block("secret", many(0), with_attributes([text("name", Required)])),
        NestedBlock {
            nesting: Nesting::Single,
            ..block("timeouts", many(0), timeouts)
        },
    ];
    let behaviour = Some(Behaviour {
        updatable: false,
        ..Behaviour::default()
    });
    Schema {
        behaviour,
        ..resource("t_thing", body)
    }
}

fn small_provider() -> (Provider, Vec<Schema>) {
    let provider = Provider {
        source: "registry.terraform.io/example/t".to_owned(),
        version: "1.2.3".to_owned(),
        configuration: schema(Kind::Provider, "t", BlockType::default()),
        functions: Vec::new(),
        undescribed: Vec::new(),
    };
    let name = || {
        with_attributes([
            text("name", Presence::Required),
            text("id", Presence::Computed),
        ])
    };
    let schemas = vec![
        resource("t_network", name()),
        thing(),
        resource("t_vault", name()),
        schema(
            Kind::DataSource,
            "t_client",
            with_attributes([text("id", Presence::Computed)]),
        ),
        schema(Kind::DataSource, "t_vault", name()),
        schema(
            Kind::Ephemeral,
            "t_token",
            with_attributes([text("value", Presence::Computed)]),
        ),
    ];
    (provider, schemas)
}

fn bound() -> Vec<Bound> {
    [
        (Kind::Resource, "t_thing"),
        (Kind::Resource, "t_vault"),
        (Kind::DataSource, "t_client"),
        (Kind::DataSource, "t_vault"),
        (Kind::Ephemeral, "t_token"),
    ]
    .map(|(kind, name)| Bound {
        kind,
        type_name: name.to_owned(),
    })
    .to_vec()
}

#[test]
fn golden_files_are_what_is_written_for_a_small_provider() {
    let (provider, schemas) = small_provider();
    let source = Source {
        provider: &provider,
        schemas: schemas.iter().collect(),
        keeps_prefix: false,
        all_must_match: true,
    };
    let files = generate(&source, &bound()).unwrap();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/bindings/golden");
    if std::env::var("BINDGEN_GOLDEN").is_ok_and(|value| value == "overwrite") {
        super::files::write(&files, &folder).unwrap();
    }
    for (name, text) in &files {
        let golden = fs::read_to_string(folder.join(name)).unwrap_or_default();
        assert_eq!(golden, *text, "{name}");
    }
}

#[test]
fn a_type_that_the_provider_does_not_have_is_an_error() {
    let (provider, schemas) = small_provider();
    let source = Source {
        provider: &provider,
        schemas: schemas.iter().collect(),
        keeps_prefix: false,
        all_must_match: true,
    };
    let bound = [Bound {
        kind: Kind::Resource,
        type_name: "t_thong".to_owned(),
    }];
    assert_eq!(
        generate(&source, &bound).unwrap_err(),
        "t 1.2.3 has no resource t_thong"
    );
}
