//! What is in a part of the tree, for constructs that look after whatever is there: diagnostics,
//! alerts, locks.

use std::collections::BTreeSet;

use terrace_core::{Resource, Scope};
use terrace_ir::Mode;

/// A resource that Terraform makes.
pub(crate) struct Item {
    /// The resource.
    pub(crate) resource: Resource,
    /// The azurerm type, or the ARM type without its version for what azapi makes.
    pub(crate) kind: String,
    /// A name for what belongs to it: `key_vault_vault`. No two items of a place share one.
    pub(crate) label: String,
}

/// The resources in a scope and below it that Terraform makes, one each: those with `count` or
/// `for_each` are left out, since there is no one id to refer to.
pub(crate) fn of(scope: &Scope) -> Vec<Item> {
    let place = scope.path().replace('/', "_");
    // Of two with one address, which is reported, one is left.
    let mut seen = BTreeSet::new();
    scope
        .resources()
        .into_iter()
        .filter(|resource| resource.address().mode == Mode::Managed)
        .filter(|resource| seen.insert(resource.address().to_string()))
        .filter(|resource| resource.get("count").is_none() && resource.get("for_each").is_none())
        .filter_map(|resource| item(resource, &place))
        .collect()
}

fn item(resource: Resource, place: &str) -> Option<Item> {
    let address = resource.address();
    let name = address.name.strip_prefix(place).unwrap_or(&address.name);
    let name = name.trim_start_matches('_');
    let (kind, short) = if &*address.type_name == "azapi_resource" {
        let said = resource.get("type")?;
        let kind = said.as_text()?.split('@').next()?.to_owned();
        let short = snake_case(kind.rsplit('/').next().unwrap_or_default());
        (kind, short)
    } else {
        let kind = address.type_name.to_string();
        let short = kind.strip_prefix("azurerm_").unwrap_or(&kind).to_owned();
        (kind, short)
    };
    let label = match name {
        "" => short,
        _ => format!("{short}_{name}"),
    };
    Some(Item {
        resource,
        kind,
        label,
    })
}

/// `onlineEndpoints` as `online_endpoints`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}
