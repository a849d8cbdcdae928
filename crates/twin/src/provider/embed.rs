//! What a parent shows of its children: a virtual network lists its subnets, whoever made them.

use terrace_schema::eval::{Val, equal};

use crate::azure::store::Store;
use crate::value::{collection, json, text, with};

/// A parent's type, the attribute that lists its children, and their type.
const EMBEDDED: [(&str, &str, &str); 3] = [
    (
        "azurerm_network_security_group",
        "security_rule",
        "azurerm_network_security_rule",
    ),
    ("azurerm_route_table", "route", "azurerm_route"),
    ("azurerm_virtual_network", "subnet", "azurerm_subnet"),
];

/// A parent as it is remembered: children that it was not given are not its own.
#[must_use]
pub(super) fn without_children(type_name: &str, parent: &Val, config: &Val) -> Val {
    let mut embedded = EMBEDDED.iter().filter(|(parent, ..)| *parent == type_name);
    let attribute = embedded.next().map(|(_, attribute, _)| *attribute);
    match attribute.and_then(|attribute| Some((attribute, parent.get(attribute)?))) {
        Some((attribute, listed)) if config.get(attribute).is_none_or(Val::is_null) => {
            with(parent, attribute, collection(&listed.ty(), Vec::new()))
        }
        _ => parent.clone(),
    }
}

/// A parent as it is read: with all its children, those that it was given and those that have been applied beside it.
#[must_use]
pub(super) fn with_children(type_name: &str, parent: &Val, store: &Store) -> Val {
    let Some((_, attribute, child)) = EMBEDDED.iter().find(|(parent, ..)| *parent == type_name)
    else {
        return parent.clone();
    };
    let (Some(id), Some(listed)) = (text(parent, "id"), parent.get(attribute)) else {
        return parent.clone();
    };
    let ty = listed.ty();
    let Some(element) = ty.element() else {
        return parent.clone();
    };
    let inside = format!("{}/", id.to_lowercase());
    let mut children = listed.as_items().unwrap_or_default().to_vec();
    for applied in store.all() {
        let is_child =
            applied.type_name == *child && applied.id.to_lowercase().starts_with(&inside);
        let found = json::from_json(&applied.attributes, element);
        let is_listed = |known: &Val| match (known.get("name"), found.get("name")) {
            (Some(known), Some(name)) => equal(known, name) == Some(true),
            _ => false,
        };
        if is_child && !children.iter().any(is_listed) {
            children.push(found);
        }
    }
    with(parent, attribute, collection(&ty, children))
}
