//! Changes of azapi's resources, and what is planned for each.

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_ir::{Step, Type};
use terrace_schema::catalog;
use terrace_schema::eval::Val;
use terrace_schema::model::Kind;
use terrace_twin::apply::computed;
use terrace_twin::azure::SUBSCRIPTION;
use terrace_twin::plan::{Asked, Planned, framework};
use terrace_twin::protocol::schema::object_type;
use terrace_twin::value::json::from_json;

const PARENT: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g";

/// What is planned for a resource that was applied with some arguments when others change, and what stood.
fn planned(type_name: &str, applied: &Json, changes: &Json) -> (Planned, Val) {
    let schema = catalog().find(Kind::Resource, type_name).unwrap();
    let ty = object_type(&schema.body);
    let read = |object: &Json| {
        let mut object = object.clone();
        for block in ["identity"] {
            if schema.body.block(block).is_some() && object.get(block).is_none() {
                object[block] = json!([]);
            }
        }
        from_json(&object, &ty)
    };
    let mut changed = applied.clone();
    for (name, value) in changes.as_object().unwrap() {
        changed[name] = value.clone();
    }
    let (applied, config) = (read(applied), read(&changed));
    let plan = |prior, config| {
        framework::plan(Asked {
            schema,
            prior,
            proposed: config,
            config,
        })
    };
    let prior = computed::fill(schema, &plan(None, &applied).value, &applied, SUBSCRIPTION);
    (plan(Some(&prior), &config), prior)
}

/// Nothing, `update`, or the arguments that replace it.
fn word(type_name: &str, applied: &Json, changes: &Json) -> String {
    let (planned, prior) = planned(type_name, applied, changes);
    let names = planned.replace.iter().map(|path| match &path[..] {
        [Step::Name(name)] => name.to_string(),
        _ => "?".to_owned(),
    });
    match planned.replace.is_empty() {
        _ if planned.value == prior => String::new(),
        true => "update".to_owned(),
        false => names.collect::<Vec<_>>().join(" "),
    }
}

fn workspace() -> Json {
    json!({
        "type": "Microsoft.MachineLearningServices/workspaces@2025-12-01", "name": "w", "parent_id": PARENT,
        "location": "westeurope", "identity": [{"type": "SystemAssigned"}],
        "body": {"properties": {"friendlyName": "f", "description": "d"}},
        "replace_triggers_refs": ["properties.friendlyName"],
        "replace_triggers_external_values": ["a"],
        "ignore_body_changes": ["properties.description"],
    })
}

#[test]
fn a_resource_is_changed_or_replaced() {
    let body = |name: &str, text: &str| json!({"body": {"properties": {"friendlyName": name, "description": text}}});
    let cases = [
        (json!({}), ""),
        (json!({"location": "West Europe"}), ""),
        (json!({"location": "northeurope"}), "location"),
        (json!({"name": "v"}), "name"),
        (json!({"parent_id": format!("{PARENT}2")}), "parent_id"),
        (
            json!({"type": "Microsoft.MachineLearningServices/workspaces@2026-05-01"}),
            "update",
        ),
        (body("f", "ignored"), ""),
        (body("other", "d"), "body"),
        (
            json!({"body": {"properties": {"friendlyName": "f", "description": "d", "more": true}}}),
            "update",
        ),
        (
            json!({"replace_triggers_external_values": ["b"]}),
            "replace_triggers_external_values",
        ),
        (json!({"replace_triggers_external_values": null}), "update"),
        (
            json!({"sensitive_body_version": {"properties.a": "2"}}),
            "update",
        ),
        (json!({"tags": {"a": "b"}}), "update"),
        (
            json!({"response_export_values": ["properties.workspaceId"]}),
            "update",
        ),
        (json!({"ignore_casing": true}), "update"),
        (
            json!({"ignore_casing": false, "ignore_missing_property": true}),
            "",
        ),
        (json!({"locks": ["l"]}), "update"),
        (json!({"retry": {"error_message_regex": ["a"]}}), "update"),
    ];
    for (changes, expected) in cases {
        assert_eq!(
            word("azapi_resource", &workspace(), &changes),
            expected,
            "{changes}"
        );
    }
}

#[test]
fn what_is_sent_has_a_new_answer() {
    let is_open = |changes: Json, name: &str| {
        let (planned, _) = planned("azapi_resource", &workspace(), &changes);
        !planned.value.get(name).unwrap().is_wholly_known()
    };
    assert!(is_open(json!({"tags": {"a": "b"}}), "output"));
    assert!(!is_open(json!({"locks": ["l"]}), "output"));
    let identity = json!({"identity": [{"type": "SystemAssigned, UserAssigned"}]});
    assert!(is_open(identity, "identity"));
    assert!(!is_open(json!({"tags": {"a": "b"}}), "identity"));
}

#[test]
fn a_body_that_is_not_known_replaces_nothing() {
    let schema = catalog().find(Kind::Resource, "azapi_resource").unwrap();
    let ty = object_type(&schema.body);
    let applied = from_json(&workspace(), &ty);
    let config = terrace_twin::value::with(&applied, "body", Val::unknown(Type::Dynamic));
    let plan = framework::plan(Asked {
        schema,
        prior: Some(&applied),
        proposed: &config,
        config: &config,
    });
    assert_eq!(plan.replace, Vec::<Vec<Step>>::new());
}

#[test]
fn updates_and_actions_follow_their_own_marks() {
    let update = json!({
        "type": "Microsoft.KeyVault/vaults@2024-11-01", "resource_id": format!("{PARENT}/providers/Microsoft.KeyVault/vaults/v"),
        "body": {"properties": {"a": 1}},
    });
    let other = json!({"resource_id": format!("{PARENT}/providers/Microsoft.KeyVault/vaults/w")});
    assert_eq!(
        word(
            "azapi_update_resource",
            &update,
            &json!({"body": {"properties": {"a": 2}}})
        ),
        "update"
    );
    assert_eq!(
        word("azapi_update_resource", &update, &other),
        "resource_id"
    );
    let mut action = update.clone();
    action["action"] = json!("purge");
    assert_eq!(
        word(
            "azapi_resource_action",
            &action,
            &json!({"body": {"properties": {"a": 2}}})
        ),
        "update"
    );
    assert_eq!(
        word(
            "azapi_resource_action",
            &action,
            &json!({"action": "other"})
        ),
        "action"
    );
    assert_eq!(
        word(
            "azapi_resource_action",
            &action,
            &json!({"type": "Microsoft.KeyVault/vaults@2025-05-01"})
        ),
        "type"
    );
    action["when"] = json!("destroy");
    let (_, prior) = planned("azapi_resource_action", &action, &json!({}));
    assert!(prior.get("output").unwrap().is_null());
}
