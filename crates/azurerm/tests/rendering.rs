//! What the bindings write: every form of argument as Terraform reads it.

use pretty_assertions::assert_eq;
use terrace_azurerm::key_vault::{
    AccessPolicy, AccessPolicyArgs, AccessPolicySecretPermission, SkuName,
};
use terrace_azurerm::monitor_diagnostic_setting::{EnabledLog, EnabledMetric, EnabledMetricArgs};
use terrace_azurerm::storage_account::AccountTier;
use terrace_azurerm::{
    Choice, KeyVault, KeyVaultArgs, KeyVaultSecret, KeyVaultSecretArgs, MachineLearningWorkspace,
    MonitorDiagnosticSetting, MonitorDiagnosticSettingArgs, Timeouts, data, ephemeral,
};
use terrace_core::ir::{Id, Origin, Place, SourceMap, Sourced, Value, expr, render};
use terrace_core::{App, Binding as _, IsResource, Resource, Stack, Stage};

/// The body of the resource that `declare` makes last.
fn body(declare: impl FnOnce(&Stack)) -> String {
    let app = App::new();
    declare(&app.stack("dev", Stage::Dev));
    let frozen = app.freeze();
    assert!(frozen.diagnostics.is_empty());
    frozen.modules[0]
        .blocks
        .last()
        .map(render::body)
        .unwrap_or_default()
}

fn vault(stack: &Stack) -> KeyVault {
    KeyVault::new(
        stack,
        "main",
        KeyVaultArgs {
            name: "kv".into(),
            location: "westeurope".into(),
            resource_group_name: "rg".into(),
            rbac_authorization_enabled: true.into(),
            tenant_id: data::ClientConfig::new(stack, "current").tenant_id().into(),
            sku_name: SkuName::Standard.into(),
        },
    )
}

fn diagnostics(stack: &Stack, target: &KeyVault) -> MonitorDiagnosticSetting {
    let args = MonitorDiagnosticSettingArgs {
        name: "logs".into(),
        target_resource_id: target.id().into(),
    };
    MonitorDiagnosticSetting::new(stack, "logs", args)
}

#[test]
fn required_arguments_are_literals_choices_and_references() {
    let written = body(|stack| {
        vault(stack);
    });
    assert_eq!(
        written,
        r#"{
  "location": "westeurope",
  "name": "kv",
  "rbac_authorization_enabled": true,
  "resource_group_name": "rg",
  "sku_name": "standard",
  "tenant_id": "${data.azurerm_client_config.current.tenant_id}"
}
"#
    );
}

#[test]
fn blocks_that_can_be_repeated_are_added_one_by_one() {
    let written = body(|stack| {
        let vault = vault(stack);
        diagnostics(stack, &vault)
            .add_enabled_log(EnabledLog::new().category_group("audit"))
            .add_enabled_log(EnabledLog::new().category("AuditEvent"))
            .add_enabled_metric(EnabledMetric::new(EnabledMetricArgs {
                category: "AllMetrics".into(),
            }))
            .set_timeouts(Timeouts::new().create("90m"));
    });
    assert_eq!(
        written,
        r#"{
  "enabled_log": [
    {
      "category_group": "audit"
    },
    {
      "category": "AuditEvent"
    }
  ],
  "enabled_metric": [
    {
      "category": "AllMetrics"
    }
  ],
  "name": "logs",
  "target_resource_id": "${azurerm_key_vault.main.id}",
  "timeouts": {
    "create": "90m"
  }
}
"#
    );
}

#[test]
fn a_block_that_is_written_as_an_attribute_has_every_member() {
    let app = App::new();
    let vault = vault(&app.stack("dev", Stage::Dev));
    let admin = AccessPolicyArgs {
        tenant_id: "t".into(),
        object_id: "o".into(),
    };
    vault.add_access_policy(
        AccessPolicy::new(admin).secret_permissions([AccessPolicySecretPermission::Get]),
    );
    let policies = vault.resource().get("access_policy");
    assert_eq!(
        policies
            .map(|policies| render::argument(&policies))
            .unwrap_or_default(),
        r#"[
  {
    "application_id": null,
    "certificate_permissions": null,
    "key_permissions": null,
    "object_id": "o",
    "secret_permissions": [
      "Get"
    ],
    "storage_permissions": null,
    "tenant_id": "t"
  }
]"#
    );
}

#[test]
fn a_secret_is_a_reference() {
    let written = body(|stack| {
        let vault = vault(stack);
        let password = ephemeral::KeyVaultSecret::new(
            stack,
            "password",
            ephemeral::KeyVaultSecretArgs {
                name: "password".into(),
                key_vault_id: vault.id(),
            },
        );
        let copy = KeyVaultSecretArgs {
            name: "copy".into(),
            key_vault_id: vault.id(),
        };
        KeyVaultSecret::new(stack, "copy", copy)
            .set_value_wo(password.value())
            .set_value_wo_version(1);
    });
    assert_eq!(
        written,
        r#"{
  "key_vault_id": "${azurerm_key_vault.main.id}",
  "name": "copy",
  "value_wo": "${ephemeral.azurerm_key_vault_secret.password.value}",
  "value_wo_version": 1
}
"#
    );
}

#[test]
fn what_a_block_computes_is_reached_through_its_index() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    let resource = Resource::typed(&stack, MachineLearningWorkspace::TYPE, "ml");
    assert_eq!(resource.kind().has_tags, Some(true));
    let args = terrace_azurerm::UserAssignedIdentityArgs {
        name: "id".into(),
        location: "westeurope".into(),
        resource_group_name: "rg".into(),
    };
    let identity = terrace_azurerm::UserAssignedIdentity::new(&stack, "jobs", args);
    let address = render::expression(identity.principal_id().node());
    assert_eq!(address, "azurerm_user_assigned_identity.jobs.principal_id");
}

#[test]
fn choices_are_read_from_text_and_keep_the_place_of_a_setting() {
    assert!(
        AccountTier::ALL
            .iter()
            .all(|tier| AccountTier::parse(tier.as_str()) == Some(*tier))
    );
    assert_eq!(AccountTier::parse("standard"), None);
    let setting = Sourced::new(AccountTier::Premium, Origin::File { start: 3, end: 9 });
    let value: Value<AccountTier> = (&setting).into();
    assert!(matches!(
        value.as_any().origin,
        Origin::File { start: 3, end: 9 }
    ));
    let cast: Value<AccountTier> = expr::var::<String>("tier").cast().into();
    assert_eq!(render::argument(cast.as_any()), r#""${var.tier}""#);
}

#[test]
fn an_argument_of_a_block_is_blamed_at_its_own_line() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    let vault = vault(&stack);
    let logs = EnabledLog::new().category("AuditEvent"); // here
    let line = line!() - 1;
    diagnostics(&stack, &vault).add_enabled_log(logs);
    let frozen = app.freeze();
    let logs = frozen.modules[0]
        .blocks
        .last()
        .and_then(|block| block.body.get("enabled_log"));
    let category = logs
        .and_then(|logs| logs.bodies().next())
        .and_then(|log| log.get("category"));
    let origin = category.map_or(Origin::Default, |category| category.origin);
    let place = SourceMap::new().place(origin);
    assert_eq!(place.map(|place: Place| place.line), Some(line));
}

#[test]
fn an_id_of_another_repository_is_parsed_from_text() {
    let written = body(|stack| {
        let id =
            Id::parse("/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v");
        let args = KeyVaultSecretArgs {
            name: "a".into(),
            key_vault_id: id,
        };
        KeyVaultSecret::new(stack, "a", args);
    });
    assert!(
        written.contains("Microsoft.KeyVault/vaults/v\""),
        "{written}"
    );
}
