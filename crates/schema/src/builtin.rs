//! Terraform's own provider: `terraform_data`, and the outputs of another state.
//!
//! Source: `terraform providers schema -json` of Terraform 1.11.4. It needs no `required_providers` and no `provider` block.

use std::sync::LazyLock;

use terrace_ir::Type;

use crate::model::{Attribute, BlockType, Kind, Presence, Provider, Schema};

/// What types of it are called by: `terraform` of `terraform_data`.
pub(crate) const NAME: &str = "terraform";

static PROVIDER: LazyLock<Provider> = LazyLock::new(|| Provider {
    source: "terraform.io/builtin/terraform".to_owned(),
    version: "1.11.4".to_owned(),
    configuration: schema(Kind::Provider, NAME, Vec::new()),
    functions: Vec::new(),
    undescribed: Vec::new(),
});

static TYPES: LazyLock<[Schema; 2]> = LazyLock::new(|| {
    let any = |name: &str, presence| Attribute::new(name, Type::Dynamic, presence);
    let text = |name: &str, presence| Attribute::new(name, Type::String, presence);
    [
        schema(
            Kind::Resource,
            "terraform_data",
            vec![
                text("id", Presence::Computed),
                any("input", Presence::Optional),
                any("output", Presence::Computed),
                any("triggers_replace", Presence::Optional),
            ],
        ),
        schema(
            Kind::DataSource,
            "terraform_remote_state",
            vec![
                text("backend", Presence::Required),
                any("config", Presence::Optional),
                any("defaults", Presence::Optional),
                any("outputs", Presence::Computed),
                text("workspace", Presence::Optional),
            ],
        ),
    ]
});

/// The provider itself.
pub(crate) fn provider() -> &'static Provider {
    &PROVIDER
}

/// The schema of one of its types.
pub(crate) fn find(kind: Kind, name: &str) -> Option<&'static Schema> {
    TYPES
        .iter()
        .find(|schema| schema.kind == kind && schema.name == name)
}

/// The names of its types of a kind.
pub(crate) fn names(kind: Kind) -> impl Iterator<Item = &'static str> {
    let of_kind = TYPES.iter().filter(move |schema| schema.kind == kind);
    of_kind.map(|schema| schema.name.as_str())
}

/// A type with some attributes, which stand in the order of their names.
fn schema(kind: Kind, name: &str, attributes: Vec<Attribute>) -> Schema {
    let body = BlockType {
        attributes,
        ..BlockType::default()
    };
    Schema {
        kind,
        name: name.to_owned(),
        version: 0,
        body,
        behaviour: None,
    }
}
