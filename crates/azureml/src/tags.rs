//! Tags on everything that takes them.

use std::collections::BTreeMap;

use terrace_core::{IsResource as _, Resource, Scope, Stage};
use terrace_ir::{Any, Data, Diagnostic, Mode, Object, Sourced};

use crate::codes;

/// How many tags a resource takes, and how long their names and values are. That a storage account
/// takes names of 128 characters only is left to the check of its own arguments.
/// Source: "Use tags to organize your Azure resources", limitations.
const MOST: usize = 50;
const LONGEST_NAME: usize = 512;
const LONGEST_VALUE: usize = 256;
const REFUSED: [char; 7] = ['<', '>', '%', '&', '\\', '?', '/'];

/// The types of Azure Machine Learning that take tags.
/// Source: azapi 2.12.0, the bodies at 2025-12-01.
const TAGGED: [&str; 8] = [
    "Microsoft.MachineLearningServices/registries",
    "Microsoft.MachineLearningServices/workspaces",
    "Microsoft.MachineLearningServices/workspaces/batchEndpoints",
    "Microsoft.MachineLearningServices/workspaces/batchEndpoints/deployments",
    "Microsoft.MachineLearningServices/workspaces/computes",
    "Microsoft.MachineLearningServices/workspaces/onlineEndpoints",
    "Microsoft.MachineLearningServices/workspaces/onlineEndpoints/deployments",
    "Microsoft.MachineLearningServices/workspaces/serverlessEndpoints",
];

/// Puts tags on every resource here and below whose type takes them. Tags that a resource has
/// already win.
///
/// Untyped resources are left alone, since it is not known here whether their type takes tags. Tags
/// that Azure refuses are reported once, and put on nothing.
pub fn apply(scope: &Scope, tags: &BTreeMap<String, Sourced<String>>) {
    if let Some(refused) = tags.values().nth(MOST) {
        scope.report(
            Diagnostic::error(
                &codes::TAG,
                format!(
                    "`tags` has {} entries, but must have at most {MOST}",
                    tags.len()
                ),
            )
            .hint("take some tags out")
            .at(refused.origin()),
        );
    }
    let mut names = BTreeMap::new();
    for (name, value) in tags {
        if let Some(first) = names.insert(name.to_lowercase(), name) {
            scope.report(
                Diagnostic::error(
                    &codes::TAG,
                    format!("the tags `{first}` and `{name}` differ in upper and lower case alone"),
                )
                .argument("tags")
                .detail("to Azure they are one tag")
                .hint("take one of the two out")
                .at(value.origin()),
            );
        }
    }
    let tags: Vec<(String, Any)> = tags
        .iter()
        .filter(|(key, value)| is_taken(scope, key, value))
        .take(MOST)
        .map(|(key, value)| (key.clone(), value.into()))
        .collect();
    if tags.is_empty() {
        return;
    }
    scope.aspect(move |resource| {
        if resource.kind().has_tags == Some(true) && takes_tags(resource) {
            merge(resource, &tags);
        }
    });
}

/// What is made by Azure's own interface takes tags only where its type does, which the resource's
/// type does not tell.
fn takes_tags(resource: &Resource) -> bool {
    if &*resource.address().type_name != "azapi_resource" {
        return true;
    }
    let ty = resource.get("type");
    let ty = ty.as_ref().and_then(Any::as_text).unwrap_or_default();
    let name = ty.split('@').next().unwrap_or_default();
    TAGGED.contains(&name)
}

/// The tags that say whose something is, and who pays for it.
const REQUIRED: [&str; 2] = ["owner", "cost-center"];

/// Reports, outside of development, that nobody says whose the resources are. Azure looks for a tag
/// in any case.
pub(crate) fn require(scope: &Scope, tags: &BTreeMap<String, Sourced<String>>) {
    if scope.stage() == Stage::Dev {
        return;
    }
    for required in REQUIRED {
        if !tags.keys().any(|tag| tag.eq_ignore_ascii_case(required)) {
            scope.report(
                Diagnostic::warning(
                    &codes::TAG_MISSING,
                    format!("`{}` has no tag `{required}`", scope.stack_name()),
                )
                .argument("tags")
                .hint(format!("add `{required}` to `[tags]`")),
            );
        }
    }
}

/// Leaves tags alone that others set: a policy which adds one would be undone by every apply.
pub(crate) fn ignore(scope: &Scope, names: &[Sourced<String>]) {
    let paths: Vec<String> = names
        .iter()
        .map(|name| format!("tags[\"{}\"]", **name))
        .collect();
    if paths.is_empty() {
        return;
    }
    scope.aspect(move |resource| {
        let takes = resource.kind().has_tags == Some(true) && takes_tags(resource);
        if takes && resource.kind().mode == Mode::Managed {
            resource.change_lifecycle(|lifecycle| {
                lifecycle.ignore_changes.extend(paths.iter().cloned());
            });
        }
    });
}

fn is_taken(scope: &Scope, key: &str, value: &Sourced<String>) -> bool {
    let problem = if key.is_empty() {
        "has no name".to_owned()
    } else if key.chars().count() > LONGEST_NAME {
        format!("has a name of more than {LONGEST_NAME} characters")
    } else if let Some(refused) = key.chars().find(|c| REFUSED.contains(c)) {
        format!("has `{refused}` in its name")
    } else if value.chars().count() > LONGEST_VALUE {
        let count = value.chars().count();
        format!("has a value of {count} characters, but must have at most {LONGEST_VALUE}")
    } else {
        return true;
    };
    scope.report(
        Diagnostic::error(&codes::TAG, format!("the tag `{key}` {problem}"))
            .argument("tags")
            .at(value.origin()),
    );
    false
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
