//! Forms of Azure's resource ids, and the type that each is named after.
//!
//! A validator looks at an id's form, which several of the provider's types may share: the id of a storage account and
//! that of its network rules. The kind of an id is therefore its form, under the name of the form's main type.

use std::collections::{BTreeMap, BTreeSet};

use terrace_schema::Schema;
use terrace_schema::rule::Rule;

use super::walk::{self, Place};

/// The main type of each form that several of the provider's types share, or none has.
///
/// A form whose types are equals (Linux, Windows and web function apps) is not here: its arguments take any id.
const MAIN_TYPES: &[(&str, &str)] = &[
    ("Microsoft.ApiManagement/service", "azurerm_api_management"),
    (
        "Microsoft.ApiManagement/service/apis",
        "azurerm_api_management_api",
    ),
    (
        "Microsoft.ApiManagement/service/apis/operations",
        "azurerm_api_management_api_operation",
    ),
    (
        "Microsoft.ApiManagement/service/products",
        "azurerm_api_management_product",
    ),
    (
        "Microsoft.ApiManagement/service/workspaces",
        "azurerm_api_management_workspace",
    ),
    (
        "Microsoft.App/managedEnvironments",
        "azurerm_container_app_environment",
    ),
    ("Microsoft.Cache/redisEnterprise", "azurerm_managed_redis"),
    (
        "Microsoft.CognitiveServices/accounts",
        "azurerm_cognitive_account",
    ),
    ("Microsoft.Compute/disks", "azurerm_managed_disk"),
    (
        "Microsoft.ContainerService/managedClusters",
        "azurerm_kubernetes_cluster",
    ),
    (
        "Microsoft.DataProtection/backupVaults",
        "azurerm_data_protection_backup_vault",
    ),
    (
        "Microsoft.Databricks/workspaces",
        "azurerm_databricks_workspace",
    ),
    (
        "Microsoft.EventHub/namespaces",
        "azurerm_eventhub_namespace",
    ),
    (
        "Microsoft.IoTCentral/iotApps",
        "azurerm_iotcentral_application",
    ),
    ("Microsoft.KeyVault/vaults", "azurerm_key_vault"),
    ("Microsoft.Kusto/clusters", "azurerm_kusto_cluster"),
    (
        "Microsoft.MachineLearningServices/workspaces",
        "azurerm_machine_learning_workspace",
    ),
    ("Microsoft.NetApp/netAppAccounts", "azurerm_netapp_account"),
    ("Microsoft.Network/virtualHubs", "azurerm_virtual_hub"),
    (
        "Microsoft.Network/virtualNetworks/subnets",
        "azurerm_subnet",
    ),
    (
        "Microsoft.OperationalInsights/clusters",
        "azurerm_log_analytics_cluster",
    ),
    (
        "Microsoft.ServiceBus/namespaces",
        "azurerm_servicebus_namespace",
    ),
    (
        "Microsoft.SignalRService/signalR",
        "azurerm_signalr_service",
    ),
    ("Microsoft.SignalRService/webPubSub", "azurerm_web_pubsub"),
    ("Microsoft.Sql/servers/jobAgents/jobs", "azurerm_mssql_job"),
    (
        "Microsoft.Storage/storageAccounts",
        "azurerm_storage_account",
    ),
    (
        "Microsoft.StreamAnalytics/streamingJobs",
        "azurerm_stream_analytics_job",
    ),
    ("resourceGroups", "azurerm_resource_group"),
    ("subscriptions", "azurerm_subscription"),
];

/// The types after which the forms of one provider are named.
pub(crate) struct Forms(BTreeMap<String, String>);

impl Forms {
    /// The forms that a provider's validators know.
    ///
    /// # Errors
    /// When a row of the table matches nothing, or says what needs no saying, and all must match.
    pub(crate) fn of(
        provider: &str,
        schemas: &[&Schema],
        all_must_match: bool,
    ) -> Result<Self, String> {
        let table = if provider == "azurerm" {
            MAIN_TYPES
        } else {
            &[]
        };
        Self::with(table, schemas, all_must_match)
    }

    fn with(
        table: &[(&str, &str)],
        schemas: &[&Schema],
        all_must_match: bool,
    ) -> Result<Self, String> {
        let mut types: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        walk::arguments(schemas, &mut |place: Place<'_>| {
            if let Some(Rule::Id(sample)) = &place.facts.rule {
                let accepted = place.facts.accepts_ids_of.iter().cloned();
                types.entry(form(sample)).or_default().extend(accepted);
            }
        });
        let mut named = BTreeMap::new();
        for (form, accepted) in &types {
            let mut accepted = accepted.iter();
            if let (Some(one), None) = (accepted.next(), accepted.next()) {
                named.insert(form.clone(), one.clone());
            }
        }
        for (form, main) in table {
            let complaint = match (types.get(*form), named.get(*form)) {
                (None, _) => "no argument takes such an id",
                (_, Some(one)) if one == main => "no other type has such an id",
                _ => {
                    named.insert((*form).to_owned(), (*main).to_owned());
                    continue;
                }
            };
            if !all_must_match {
                continue;
            }
            return Err(format!(
                "the form {form:?} need not be named after {main}: {complaint}"
            ));
        }
        Ok(Self(named))
    }

    /// The type after which the form of a sample is named, if it is after one.
    pub(crate) fn main_type(&self, sample: &str) -> Option<&str> {
        self.0.get(&form(sample)).map(String::as_str)
    }
}

/// The form of a sample id, without names and without what is above the last provider:
/// `Microsoft.Network/virtualNetworks/subnets`.
fn form(sample: &str) -> String {
    let mut kinds = Vec::new();
    let mut segments = sample.trim_matches('/').split('/');
    while let Some(kind) = segments.next() {
        let name = segments.next();
        match (kind, name) {
            ("providers", Some(namespace)) => kinds = vec![namespace],
            ("subscriptions" | "resourceGroups", _) => kinds = vec![kind],
            _ => kinds.push(kind),
        }
    }
    kinds.join("/")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use terrace_ir::Type;
    use terrace_schema::model::{Attribute, Presence};

    use super::*;
    use crate::bindings::tests::{resource, with_attributes};

    const VAULT: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v";

    fn takes(sample: &str, accepted: &[&str]) -> Attribute {
        let mut attribute = Attribute::new("x_id", Type::String, Presence::Optional);
        attribute.value.rule = Some(Rule::Id(sample.to_owned()));
        attribute.value.accepts_ids_of = accepted.iter().map(|name| (*name).to_owned()).collect();
        attribute
    }

    #[test]
    fn a_form_is_the_kinds_of_an_id_without_its_names() {
        assert_eq!(form(VAULT), "Microsoft.KeyVault/vaults");
        assert_eq!(form("/subscriptions/s"), "subscriptions");
        assert_eq!(form("/subscriptions/s/resourceGroups/g"), "resourceGroups");
        assert_eq!(
            form(
                "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/n/subnets/x"
            ),
            "Microsoft.Network/virtualNetworks/subnets"
        );
    }

    #[test]
    fn a_form_of_one_type_has_its_name_and_a_shared_one_the_name_in_the_table() {
        let schema = resource("t_x", with_attributes([takes(VAULT, &["t_vault"])]));
        let forms = Forms::with(&[], &[&schema], true).unwrap();
        assert_eq!(forms.main_type(VAULT), Some("t_vault"));

        let schema = resource(
            "t_x",
            with_attributes([takes(VAULT, &["t_setting", "t_vault"])]),
        );
        let forms = Forms::with(&[], &[&schema], true).unwrap();
        assert_eq!(forms.main_type(VAULT), None);
        let forms = Forms::with(
            &[("Microsoft.KeyVault/vaults", "t_vault")],
            &[&schema],
            true,
        )
        .unwrap();
        assert_eq!(forms.main_type(VAULT), Some("t_vault"));
    }

    #[test]
    fn a_row_without_a_reason_is_an_error() {
        let schema = resource("t_x", with_attributes([takes(VAULT, &["t_vault"])]));
        let error = |row| Forms::with(&[row], &[&schema], true).err();
        assert_eq!(
            error(("Microsoft.KeyVault/vaults", "t_vault")).as_deref(),
            Some(
                "the form \"Microsoft.KeyVault/vaults\" need not be named after t_vault: no other type has such an id"
            )
        );
        assert_eq!(
            error(("Microsoft.Gone/things", "t_thing")).as_deref(),
            Some(
                "the form \"Microsoft.Gone/things\" need not be named after t_thing: no argument takes such an id"
            )
        );
    }
}
