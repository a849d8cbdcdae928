//! What is in a part of the tree, for constructs that look after whatever is there: diagnostics,
//! alerts, locks.

use std::collections::BTreeSet;
use std::rc::Rc;

use terrace_core::{Resource, Scope};
use terrace_ir::{Mode, Text};

/// A resource that Terraform makes.
pub(crate) struct Item {
    /// The resource.
    pub(crate) resource: Resource,
    /// The azurerm type, or the ARM type without its version for what azapi makes.
    pub(crate) kind: Text,
    /// The path of the part of the tree, as it begins the names of resources.
    place: Rc<str>,
}

impl Item {
    /// A name for what belongs to it: `key_vault_vault`. No two items of a place share one.
    pub(crate) fn label(&self) -> String {
        let address = self.resource.address();
        let name = address
            .name
            .strip_prefix(&*self.place)
            .unwrap_or(&address.name);
        let name = name.trim_start_matches('_');
        let short = match self.kind.rsplit_once('/') {
            Some((_, kind)) => snake_case(kind),
            None => {
                let kind = self.kind.strip_prefix("azurerm_");
                kind.unwrap_or(&self.kind).to_owned()
            }
        };
        match name {
            "" => short,
            _ => format!("{short}_{name}"),
        }
    }
}

/// The resources in a scope and below it that Terraform makes, one each: those with `count` or
/// `for_each` are left out, since there is no one id to refer to.
pub(crate) fn of(scope: &Scope) -> Vec<Item> {
    let place: Rc<str> = scope.path().replace('/', "_").into();
    // Of two with one address, which is reported, one is left.
    let mut seen = BTreeSet::new();
    scope
        .resources()
        .into_iter()
        .filter(|resource| resource.address().mode == Mode::Managed)
        .filter(|resource| seen.insert(resource.address()))
        .filter(|resource| resource.get("count").is_none() && resource.get("for_each").is_none())
        .filter_map(|resource| {
            Some(Item {
                kind: kind(&resource)?,
                place: place.clone(),
                resource,
            })
        })
        .collect()
}

fn kind(resource: &Resource) -> Option<Text> {
    let address = resource.address();
    if &*address.type_name != "azapi_resource" {
        return Some(address.type_name.clone());
    }
    let said = resource.get("type")?;
    Some(said.as_text()?.split('@').next()?.to_owned().into())
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
