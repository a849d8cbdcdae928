//! Tags on everything that takes them.

use std::collections::BTreeMap;

use terrace_core::{Resource, Scope};
use terrace_ir::{Any, Data, Object, Sourced};

/// Puts tags on every resource here and below whose type takes them. Tags that a resource has
/// already win.
///
/// Untyped resources are left alone, since it is not known here whether their type takes tags.
pub fn apply(scope: &Scope, tags: &BTreeMap<String, Sourced<String>>) {
    let tags: Vec<(String, Any)> = tags
        .iter()
        .map(|(key, value)| (key.clone(), value.into()))
        .collect();
    if tags.is_empty() {
        return;
    }
    scope.aspect(move |resource| {
        if resource.kind().has_tags == Some(true) {
            merge(resource, &tags);
        }
    });
}

fn merge(resource: &Resource, tags: &[(String, Any)]) {
    let own = match resource.get("tags").map(|tags| tags.data) {
        None | Some(Data::Null) => Object::new(),
        Some(Data::Object(own)) => own,
        // An expression as a whole: its author has decided.
        Some(_) => return,
    };
    let mut merged = Object::new();
    for (key, value) in tags {
        merged.set(key.clone(), value.clone());
    }
    for entry in own {
        match entry.key.as_text() {
            Some(key) => merged.set(key.to_owned(), entry.value),
            None => merged.push(entry),
        }
    }
    resource.set("tags", merged);
}
