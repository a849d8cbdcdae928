//! What stands in a workspace: `azurerm_machine_learning_compute_instance`, `…_datastore_blobstorage`,
//! `…_datastore_datalake_gen2`, `…_workspace_network_outbound_rule_private_endpoint`

use super::prelude::*;

pub(super) static COMPUTE_INSTANCE: Rules = Rules {
    refusals: &[
        fixed("ssh.public_key"),
        fixed("assign_to_user.object_id"),
        fixed("assign_to_user.tenant_id"),
    ],
    ..Rules::of("azurerm_machine_learning_compute_instance")
};

pub(super) static BLOB_DATASTORE: Rules = Rules {
    refusals: &[refusal(
        "datastore-needs-key",
        PLAN,
        Needs(
            Is("service_data_auth_identity", &["None"]),
            Any(&[Filled("account_key"), Filled("shared_access_signature")]),
        ),
    )],
    ..Rules::of("azurerm_machine_learning_datastore_blobstorage")
};

pub(super) static LAKE_DATASTORE: Rules = Rules {
    refusals: &[refusal(
        "datastore-authority",
        AGAIN,
        Never("authority_url", "is not read back", Given("authority_url")),
    )],
    ..Rules::of("azurerm_machine_learning_datastore_datalake_gen2")
};

pub(super) static PRIVATE_ENDPOINT_RULE: Rules = Rules {
    refusals: &[refusal(
        "outbound-rule-target",
        CREATE,
        Never(
            "sub_resource_target",
            "does not belong to the kind of resource in `service_resource_id`",
            Holds("", |case| !fits(&case.new)),
        ),
    )],
    ..Rules::of("azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint")
};

/// What is planned in place, while the type has no update.
const fn fixed(argument: &'static str) -> Refusal {
    refusal(
        "compute-instance-is-fixed",
        UPDATE,
        Never(
            argument,
            "cannot be changed; replace the instance by hand",
            Changed(argument),
        ),
    )
}

/// The sub-resources of what a workspace can reach by private endpoints.
const TARGETS: [(&str, &[&str]); 4] = [
    ("Microsoft.KeyVault", &["vault"]),
    ("Microsoft.Cache", &["redisCache"]),
    ("Microsoft.MachineLearningServices", &["amlworkspace"]),
    (
        "Microsoft.Storage",
        &["blob", "table", "queue", "file", "web", "dfs"],
    ),
];

fn fits(rule: &View<'_>) -> Truth {
    let (id, target) = (
        rule.text("service_resource_id"),
        rule.text("sub_resource_target"),
    );
    let Some(id) = id else {
        return Truth::Perhaps;
    };
    let namespace = id
        .split_once("/providers/")
        .and_then(|(_, rest)| rest.split('/').next());
    let targets = TARGETS.iter().find(|(known, _)| Some(*known) == namespace);
    match targets {
        None => Truth::No,
        Some((_, targets)) => Truth::of(target, |target| {
            targets
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&target))
        }),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing;

    #[test]
    fn an_instance_is_never_updated() {
        let key = |key: &str| json!({ "ssh": [{ "public_key": key }] });
        let user = |id: &str| json!({ "assign_to_user": [{ "object_id": id, "tenant_id": id }] });
        let refused = |old, new| {
            testing::refused_update("azurerm_machine_learning_compute_instance", old, new)
        };
        assert_eq!(refused(key("a"), key("b")), ["compute-instance-is-fixed"]);
        assert_eq!(
            refused(user("a"), user("b")),
            ["compute-instance-is-fixed"; 2]
        );
        assert_eq!(refused(key("a"), key("a")), [""; 0]);
    }

    #[test]
    fn a_datastore_without_identity_needs_a_key() {
        let refused =
            |store| testing::refused("azurerm_machine_learning_datastore_blobstorage", store);
        assert_eq!(refused(json!({})), ["datastore-needs-key"]);
        assert_eq!(refused(json!({"account_key": "?"})), [""; 0]);
        assert_eq!(refused(json!({"shared_access_signature": "a"})), [""; 0]);
        let identity = json!({"service_data_auth_identity": "WorkspaceSystemAssignedIdentity"});
        assert_eq!(refused(identity), [""; 0]);
    }

    #[test]
    fn an_authority_is_not_read_back() {
        let refused =
            |store| testing::refused("azurerm_machine_learning_datastore_datalake_gen2", store);
        let authority = json!({"authority_url": "https://login.microsoftonline.com"});
        assert_eq!(refused(authority), ["datastore-authority"]);
        assert_eq!(refused(json!({})), [""; 0]);
    }

    #[test]
    fn a_sub_resource_belongs_to_its_resource() {
        let refused = |resource: &str, target: &str| {
            let start =
                "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers";
            testing::refused(
                "azurerm_machine_learning_workspace_network_outbound_rule_private_endpoint",
                json!({"service_resource_id": format!("{start}/{resource}"), "sub_resource_target": target}),
            )
        };
        let rule = ["outbound-rule-target"];
        assert_eq!(
            refused("Microsoft.Storage/storageAccounts/a", "vault"),
            rule
        );
        assert_eq!(
            refused("Microsoft.Storage/storageAccounts/a", "DFS"),
            [""; 0]
        );
        assert_eq!(refused("Microsoft.Sql/servers/a", "blob"), rule);
    }
}
