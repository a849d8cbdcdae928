//! What the check of a body says, finding by finding.

mod support;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use terrace_ir::Diagnostic;

/// A valid body of a type, changed.
fn group(changes: &Value) -> Value {
    changed(
        json!({ "name": "platform", "location": "westeurope" }),
        changes,
    )
}

fn vault(changes: &Value) -> Value {
    let body = json!({
        "name": "platform-vault",
        "location": "westeurope",
        "resource_group_name": "platform",
        "tenant_id": "00000000-0000-0000-0000-000000000000",
        "sku_name": "standard",
        "rbac_authorization_enabled": true,
    });
    changed(body, changes)
}

fn changed(mut body: Value, changes: &Value) -> Value {
    let body_map = body.as_object_mut().unwrap();
    body_map.extend(changes.as_object().unwrap().clone());
    body
}

/// Code, argument and summary of each finding.
fn found(type_name: &str, body: &Value) -> Vec<String> {
    let line = |finding: &Diagnostic| {
        let argument = finding.argument.as_deref().unwrap_or_default();
        format!("{} {argument}: {}", finding.code.id, finding.summary)
    };
    support::check(type_name, body).iter().map(line).collect()
}

fn one(type_name: &str, body: &Value) -> Diagnostic {
    let mut findings = support::check(type_name, body);
    assert_eq!(findings.len(), 1, "{:?}", found(type_name, body));
    findings.remove(0)
}

const GROUP: &str = "azurerm_resource_group";
const VAULT: &str = "azurerm_key_vault";
const NOTHING: [&str; 0] = [];

#[test]
fn a_valid_body_has_no_findings() {
    assert_eq!(found(GROUP, &group(&json!({}))), NOTHING);
    assert_eq!(found(VAULT, &vault(&json!({}))), NOTHING);
}

#[test]
fn an_unknown_argument_is_found_with_the_name_that_was_meant() {
    let finding = one(GROUP, &group(&json!({ "tag": {} })));
    assert_eq!(
        finding.summary,
        "`azurerm_resource_group` has no argument or block `tag`"
    );
    assert_eq!(finding.hint.unwrap(), "did you mean `tags`?");

    let body = vault(
        &json!({ "network_acls": [{ "bypass": "None", "default_action": "Deny", "ip_rule": [] }] }),
    );
    let finding = one(VAULT, &body);
    assert_eq!(
        finding.summary,
        "`network_acls` of `azurerm_key_vault` has no argument or block `ip_rule`"
    );
    assert_eq!(finding.argument.unwrap(), "network_acls[0].ip_rule");
}

#[test]
fn terraforms_own_arguments_and_comments_are_passed_over() {
    let body = json!({ "//": "why", "count": 2, "depends_on": [], "lifecycle": {}, "provider": "azurerm" });
    assert_eq!(found(GROUP, &group(&body)), NOTHING);
}

#[test]
fn a_required_argument_must_be_there_and_not_null() {
    assert_eq!(
        found(GROUP, &json!({ "location": null })),
        [
            "T0203 location: the argument `location` is required",
            "T0203 name: the argument `name` is required"
        ]
    );
}

#[test]
fn a_required_block_must_be_there() {
    let findings = found("azurerm_machine_learning_workspace", &json!({}));
    assert!(
        findings.contains(&"T0203 identity: the block `identity` is required".to_owned()),
        "{findings:?}"
    );
}

#[test]
fn terraform_converts_between_plain_values_and_nothing_else() {
    let valid = json!({ "soft_delete_retention_days": "30", "purge_protection_enabled": "true" });
    assert_eq!(found(VAULT, &vault(&valid)), NOTHING);

    let wrong = json!({ "soft_delete_retention_days": "many", "purge_protection_enabled": 1, "tags": ["a"] });
    assert_eq!(
        found(VAULT, &vault(&wrong)),
        [
            "T0204 purge_protection_enabled: `purge_protection_enabled`: a bool is required, but this is the number 1",
            "T0204 soft_delete_retention_days: `soft_delete_retention_days`: a number is required, but this is the text \"many\"",
            "T0204 tags: `tags`: a map of string is required, but this is a list of 1 element",
        ]
    );
    let half = one(VAULT, &vault(&json!({ "soft_delete_retention_days": 7.5 })));
    assert_eq!(
        half.summary,
        "`soft_delete_retention_days` is 7.5, but must be a whole number"
    );
}

#[test]
fn a_refused_value_says_what_is_allowed() {
    let finding = one(VAULT, &vault(&json!({ "sku_name": "Standard" })));
    assert_eq!(finding.code.id, "T0205");
    let summary = "`sku_name` is \"Standard\", but must be one of \"standard\", \"premium\"";
    assert_eq!(finding.summary, summary);
    assert_eq!(finding.hint.unwrap(), "did you mean \"standard\"?");
    assert_eq!(finding.value.unwrap(), "Standard");
}

#[test]
fn a_sensitive_value_is_never_said() {
    let body = json!({
        "name": "secret", "value": "hunter2", "expiration_date": "tomorrow",
        "key_vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v",
    });
    let finding = one("azurerm_key_vault_secret", &body);
    assert_eq!(finding.value.as_deref(), Some("tomorrow"));

    let body = json!({
        "name": "platform", "resource_group_name": "platform", "location": "westeurope", "sku_name": "standard",
        "administrator_login": "", "administrator_password": "", "size": 1,
    });
    let findings = support::check("azurerm_mysql_flexible_server", &body);
    let password = findings
        .iter()
        .find(|finding| finding.argument.as_deref() == Some("administrator_password"));
    assert!(
        password
            .is_some_and(|finding| finding.value.is_none() && !finding.summary.contains("\"\""))
    );
}

#[test]
fn an_expression_is_not_judged() {
    let body = json!({ "sku_name": "${var.any}", "soft_delete_retention_days": "${var.any}", "tags": "${var.any}" });
    assert_eq!(found(VAULT, &vault(&body)), NOTHING);
    let body = json!({ "network_acls": [{ "bypass": "${var.any}", "default_action": "Deny", "ip_rules": ["${var.any}"] }] });
    assert_eq!(found(VAULT, &vault(&body)), NOTHING);
}

#[test]
fn what_the_provider_sets_cannot_be_set() {
    assert_eq!(
        found(
            VAULT,
            &vault(&json!({ "vault_uri": "https://x", "id": "x" }))
        ),
        [
            "T0206 id: `id` is set by the provider alone",
            "T0206 vault_uri: `vault_uri` is set by the provider alone"
        ]
    );
}

#[test]
fn blocks_are_counted() {
    let acls = json!({ "bypass": "None", "default_action": "Deny" });
    let finding = one(VAULT, &vault(&json!({ "network_acls": [acls, acls] })));
    assert_eq!(
        finding.summary,
        "`network_acls` takes at most 1 block, not 2"
    );
    assert_eq!(
        found(VAULT, &vault(&json!({ "network_acls": acls }))),
        NOTHING
    );
    assert_eq!(
        found(VAULT, &vault(&json!({ "network_acls": null }))),
        NOTHING
    );
    assert_eq!(
        found(VAULT, &vault(&json!({ "network_acls": [] }))),
        NOTHING
    );
    let finding = one(VAULT, &vault(&json!({ "network_acls": "none" })));
    assert_eq!(finding.summary, "`network_acls` is a block, not text");
}

#[test]
fn a_dynamic_block_is_checked_and_counts_as_perhaps() {
    let dynamic =
        |content: Value| json!({ "identity": { "for_each": "${var.any}", "content": content } });
    let body = json!({ "dynamic": dynamic(json!({ "type": "SystemAssigned" })) });
    let findings = found("azurerm_machine_learning_workspace", &body);
    assert!(
        findings.iter().all(|finding| !finding.contains("identity")),
        "{findings:?}"
    );

    let body = json!({ "dynamic": dynamic(json!({ "type": "System" })) });
    let findings = found("azurerm_machine_learning_workspace", &body);
    assert!(
        findings
            .iter()
            .any(|finding| finding.contains("`type` is \"System\"")),
        "{findings:?}"
    );

    let findings = found(
        VAULT,
        &vault(
            &json!({ "dynamic": { "network_acl": { "for_each": "${var.any}", "content": {} } } }),
        ),
    );
    assert_eq!(
        findings,
        ["T0202 network_acl: `azurerm_key_vault` has no block `network_acl`"]
    );
}

#[test]
fn a_block_that_is_an_attribute_needs_every_member() {
    let policy = json!({
        "tenant_id": "00000000-0000-0000-0000-000000000000", "object_id": "00000000-0000-0000-0000-000000000000",
        "application_id": null, "certificate_permissions": null, "key_permissions": null,
        "secret_permissions": ["Get"], "storage_permissions": null,
    });
    assert_eq!(
        found(VAULT, &vault(&json!({ "access_policy": [policy] }))),
        NOTHING
    );

    let finding = one(
        VAULT,
        &vault(&json!({ "access_policy": [changed(policy.clone(), &json!({ "more": 1 }))] })),
    );
    assert_eq!(
        finding.summary,
        "there is no member `more`, so Terraform drops it"
    );
    assert_eq!(finding.severity, terrace_ir::Severity::Warning);

    let finding = one(
        VAULT,
        &vault(&json!({ "access_policy": [changed(policy, &json!({ "object_id": null }))] })),
    );
    assert_eq!(finding.summary, "the argument `object_id` is required");

    let findings = found(VAULT, &vault(&json!({ "access_policy": [{}] })));
    assert_eq!(findings.len(), 7, "{findings:?}");
}

#[test]
fn arguments_that_exclude_each_other_are_found_once() {
    let secret = |changes: Value| {
        let body = json!({
            "name": "secret",
            "key_vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v",
        });
        found("azurerm_key_vault_secret", &changed(body, &changes))
    };
    assert_eq!(secret(json!({ "value": "a" })), NOTHING);
    assert_eq!(
        secret(json!({})),
        ["T0209 value: exactly one of `value`, `value_wo` is needed"]
    );
    let both = secret(json!({ "value": "a", "value_wo": "b", "value_wo_version": 1 }));
    assert_eq!(
        both,
        ["T0208 value: only one of `value`, `value_wo` may be given"]
    );
    assert_eq!(
        secret(json!({ "value": "a", "value_wo": "${var.any}", "value_wo_version": 1 })),
        NOTHING
    );
    assert_eq!(
        secret(json!({ "value": null, "value_wo": "${var.any}", "value_wo_version": 1 })),
        NOTHING
    );
}

#[test]
fn an_argument_that_another_calls_for_is_found() {
    let body = json!({
        "name": "secret", "value_wo": "a",
        "key_vault_id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v",
    });
    assert_eq!(
        found("azurerm_key_vault_secret", &body),
        ["T0209 value_wo: `value_wo` needs `value_wo_version` beside it"]
    );
    assert_eq!(
        found("time_sleep", &json!({})),
        ["T0209 create_duration: at least one of `create_duration`, `destroy_duration` is needed"]
    );
}
