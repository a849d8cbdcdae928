//! Ids, by the form in which a type's are imported.
//!
//! An ARM id is made of pairs: a fixed name, and what fills it. What fills it comes from the arguments: the id of a parent
//! that has the form's beginning, else names (`virtual_network_name` fills `virtualNetworks`), else what the form itself
//! says (`blobServices/default`).

use terrace_schema::Schema;
use terrace_schema::eval::Val;

use super::computed::{hash, segment, uuid};
use crate::azure::SUBSCRIPTION;
use crate::value::json::plain;
use crate::value::text;

/// The id of a resource that is made, in the provider's subscription unless its arguments say another.
#[must_use]
pub fn make(schema: &Schema, planned: &Val, config: &Val, subscription: &str) -> String {
    if let Some(id) = special(schema, planned, subscription) {
        return id;
    }
    let of = Arguments {
        planned,
        config,
        subscription,
    };
    let form = form(schema)
        .unwrap_or("/subscriptions/0/resourceGroups/0/providers/Terrace.Twin/resources/0");
    let parts = form.split('|').map(|part| of.part(part));
    parts.collect::<Vec<_>>().join("|")
}

/// An id as `terraform import` takes it.
#[must_use]
pub fn form(schema: &Schema) -> Option<&str> {
    schema.behaviour.as_ref()?.import_id_example.as_deref()
}

/// The last name in an id.
#[must_use]
pub fn last_name(id: &str) -> &str {
    id.rsplit(['/', '|']).next().unwrap_or(id)
}

/// Whether an id has the form of a type's: the same fixed names, each filled.
#[must_use]
pub fn is_of(id: &str, form: &str) -> bool {
    let (ids, forms): (Vec<&str>, Vec<&str>) = (id.split('|').collect(), form.split('|').collect());
    let alike = |(id, form): (&&str, &&str)| match form.starts_with('/') && !form.starts_with("/{")
    {
        true => matches_form(id, form) && segments(id).len() == segments(form).len(),
        false => !id.is_empty(),
    };
    // What has a scope before it may have any.
    if let Some((_, own)) = form.rsplit_once("/providers/Microsoft.Authorization/") {
        let kind = own.split('/').next().unwrap_or_default();
        return id.contains(&format!("/providers/Microsoft.Authorization/{kind}/"));
    }
    ids.len() == forms.len() && ids.iter().zip(&forms).all(alike)
}

/// Types whose ids follow no general form.
fn special(schema: &Schema, planned: &Val, subscription: &str) -> Option<String> {
    let get = |name: &str| text(planned, name).filter(|text| !text.is_empty());
    let scope = || get("scope").map(|scope| scope.trim_end_matches('/'));
    let name = || get("name").unwrap_or_default();
    let seeded = |seed: &str| uuid(&format!("{}|{seed}", schema.name));
    Some(match schema.name.as_str() {
        // When the pause began: another time for another pause, the same on every run.
        "time_sleep" => {
            let triggers = planned.get("triggers").map(plain);
            let moment = hash(&triggers.unwrap_or_default().to_string()) % (24 * 60 * 60);
            let (hour, minute, second) = (moment / 3600, moment / 60 % 60, moment % 60);
            format!("2026-01-01T{hour:02}:{minute:02}:{second:02}Z")
        }
        "azapi_resource" | "azapi_data_plane_resource" | "azapi_update_resource" => {
            match get("resource_id") {
                Some(id) => id.to_owned(),
                None => match get("parent_id") {
                    Some(parent) => of_azapi(get("type")?, parent, name()),
                    None => of_azapi(
                        get("type")?,
                        &format!("/subscriptions/{subscription}"),
                        name(),
                    ),
                },
            }
        }
        "azapi_resource_action" => match get("action") {
            Some(action) => format!("{}/{action}", get("resource_id")?),
            None => get("resource_id")?.to_owned(),
        },
        "azurerm_role_assignment" => {
            let seed = || {
                format!(
                    "{}{:?}{:?}",
                    scope().unwrap_or_default(),
                    get("principal_id"),
                    role(planned)
                )
            };
            let name = get("name").map_or_else(|| seeded(&seed()), ToOwned::to_owned);
            let kind = "providers/Microsoft.Authorization/roleAssignments";
            format!("{}/{kind}/{name}", scope()?)
        }
        "azurerm_role_definition" => {
            let own = get("role_definition_id").map_or_else(|| seeded(name()), ToOwned::to_owned);
            let scope = scope()?;
            format!("{scope}/providers/Microsoft.Authorization/roleDefinitions/{own}|{scope}")
        }
        "azurerm_management_lock" => {
            format!(
                "{}/providers/Microsoft.Authorization/locks/{}",
                scope()?,
                name()
            )
        }
        "azurerm_pim_eligible_role_assignment" | "azurerm_pim_active_role_assignment" => {
            format!(
                "{}|{}|{}",
                scope()?,
                get("role_definition_id")?,
                get("principal_id")?
            )
        }
        // Its hub, which has an id of the same form, is beside it and not above.
        "azurerm_ai_foundry_project" => {
            let (workspaces, _) = get("ai_services_hub_id")?.rsplit_once('/')?;
            format!("{workspaces}/{}", name())
        }
        "azurerm_monitor_diagnostic_setting" => {
            format!("{}|{}", get("target_resource_id")?, name())
        }
        "azurerm_key_vault_secret" | "azurerm_key_vault_key" | "azurerm_key_vault_certificate" => {
            let vault = last_name(get("key_vault_id")?).to_lowercase();
            let kind = schema.name.rsplit('_').next().unwrap_or_default();
            let seed = format!("{vault}/{}", name());
            let version = seeded(&seed).replace('-', "");
            format!(
                "https://{vault}.vault.azure.net/{kind}s/{}/{version}",
                name()
            )
        }
        "azurerm_storage_data_lake_gen2_filesystem" => {
            let account = last_name(get("storage_account_id")?);
            format!("https://{account}.dfs.core.windows.net/{}", name())
        }
        "azurerm_storage_blob" => {
            let container = get("storage_container_id")?;
            let account = segment(container, "storageAccounts")?;
            let container = last_name(container);
            format!(
                "https://{account}.blob.core.windows.net/{container}/{}",
                name()
            )
        }
        "azurerm_storage_data_lake_gen2_path" => {
            let account = last_name(get("storage_account_id")?);
            let (system, path) = (get("filesystem_name")?, get("path")?);
            format!("https://{account}.dfs.core.windows.net/{system}/{path}")
        }
        "azurerm_storage_share_directory" | "azurerm_storage_share_file" => {
            let folder = get("path").map_or_else(String::new, |path| format!("/{path}"));
            format!("{}{folder}/{}", get("storage_share_url")?, name())
        }
        "azurerm_storage_table_entity" => {
            let table = get("storage_table_id")?;
            let account = segment(table, "storageAccounts")?;
            let (partition, row) = (get("partition_key")?, get("row_key")?);
            format!(
                "https://{account}.table.core.windows.net/{}(PartitionKey='{partition}',RowKey='{row}')",
                last_name(table)
            )
        }
        "azurerm_app_configuration_key" | "azurerm_app_configuration_feature" => {
            let store = last_name(get("configuration_store_id")?);
            let key = match get("key") {
                Some(key) => key.to_owned(),
                None => format!(".appconfig.featureflag%2F{}", name()),
            };
            let label = get("label").unwrap_or_default();
            format!("https://{store}.azconfig.io/kv/{key}?label={label}")
        }
        "azurerm_resource_provider_registration" => {
            format!("/subscriptions/{subscription}/providers/{}", name())
        }
        _ => match (scope(), form(schema)) {
            (Some(scope), Some(form)) if scope.starts_with('/') => {
                let (_, own) = form.rsplit_once("/providers/")?;
                let (kind, _) = own.rsplit_once('/')?;
                format!("{scope}/providers/{kind}/{}", name())
            }
            _ => return None,
        },
    })
}

fn role(planned: &Val) -> Option<&str> {
    text(planned, "role_definition_name").or_else(|| text(planned, "role_definition_id"))
}

/// The id of an azapi resource: a child stands under a parent of its type's beginning.
#[must_use]
pub fn of_azapi(ty: &str, parent: &str, name: &str) -> String {
    let ty = ty.split('@').next().unwrap_or(ty);
    let parent = parent.trim_end_matches('/');
    if ty.eq_ignore_ascii_case("Microsoft.Resources/resourceGroups") {
        let subscription = match parent {
            "" => format!("/subscriptions/{SUBSCRIPTION}"),
            parent => parent.to_owned(),
        };
        return format!("{subscription}/resourceGroups/{name}");
    }
    if !parent.starts_with('/') {
        return format!("{parent}/{}/{name}", last_name(ty));
    }
    let is_child = ty.rsplit_once('/').is_some_and(|(outer, _)| {
        outer.contains('/') && resource_type(parent).eq_ignore_ascii_case(outer)
    });
    match is_child {
        true => format!("{parent}/{}/{name}", last_name(ty)),
        false => format!("{parent}/providers/{ty}/{name}"),
    }
}

/// The type of an id: `Microsoft.Network/virtualNetworks/subnets`.
#[must_use]
pub fn resource_type(id: &str) -> String {
    let Some((_, own)) = id.rsplit_once("/providers/") else {
        return match id.contains("/resourceGroups/") {
            true => "Microsoft.Resources/resourceGroups".to_owned(),
            false => "Microsoft.Resources/subscriptions".to_owned(),
        };
    };
    let mut segments = own.split('/');
    let namespace = segments.next().unwrap_or_default();
    segments
        .step_by(2)
        .fold(namespace.to_owned(), |ty, segment| {
            format!("{ty}/{segment}")
        })
}

fn segments(id: &str) -> Vec<&str> {
    id.trim_matches('/').split('/').collect()
}

/// Whether an id has the form's beginning, or all of it: the same fixed names in the same places.
fn matches_form(id: &str, form: &str) -> bool {
    let (id, form) = (segments(id), segments(form));
    id.len() <= form.len()
        && id.len() >= 2
        && id
            .iter()
            .zip(&form)
            .enumerate()
            .all(|(index, (own, fixed))| match index % 2 == 0 {
                true => own.eq_ignore_ascii_case(fixed),
                false => {
                    !own.is_empty()
                        && (form[index - 1] != "providers" || own.eq_ignore_ascii_case(fixed))
                }
            })
}

struct Arguments<'a> {
    planned: &'a Val,
    config: &'a Val,
    subscription: &'a str,
}

impl<'a> Arguments<'a> {
    fn get(&self, name: &str) -> Option<&'a str> {
        let of = |object: &'a Val| text(object, name).filter(|text| !text.is_empty());
        of(self.planned).or_else(|| of(self.config))
    }

    /// The texts that are given, by name.
    fn texts(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let entries = self.planned.as_entries().unwrap_or_default().iter();
        let texts = entries.filter_map(|(name, value)| Some((&**name, value.as_text()?)));
        texts.filter(|(_, text)| !text.is_empty())
    }

    fn part(&self, form: &str) -> String {
        if !form.starts_with('/') {
            return self
                .get("name")
                .map_or_else(|| uuid(form), ToOwned::to_owned);
        }
        let forms = segments(form);
        // Names of a group and of what is in it say where it is, when they are there.
        let by_names = self.get("resource_group_name").is_some();
        let parents = self.texts().filter(|(name, id)| {
            *name != "id" && !by_names && id.starts_with('/') && matches_form(id, form)
        });
        let parent = parents
            .map(|(_, id)| id)
            .max_by_key(|id| segments(id).len());
        let mut made: Vec<String> = parent.map_or(Vec::new(), |id| {
            segments(id).into_iter().map(ToOwned::to_owned).collect()
        });
        for index in made.len()..forms.len() {
            let fixed = forms[index];
            made.push(match index {
                _ if index % 2 == 0 || forms[index - 1] == "providers" => fixed.to_owned(),
                _ => self.fills(forms[index - 1], fixed, index + 1 == forms.len()),
            });
        }
        format!("/{}", made.join("/"))
    }

    /// What fills the place after a fixed name.
    fn fills(&self, fixed: &str, sample: &str, is_last: bool) -> String {
        if fixed.eq_ignore_ascii_case("subscriptions") {
            let own = self.get("subscription_id").map(last_name);
            return own.unwrap_or(self.subscription).to_owned();
        }
        if fixed.eq_ignore_ascii_case("resourceGroups")
            && let Some(group) = self.get("resource_group_name")
        {
            return group.to_owned();
        }
        let is_fixed = matches!(sample, "default" | "current" | "Default");
        if is_last && let Some(name) = self.get("name").filter(|_| !is_fixed) {
            return name.to_owned();
        }
        if is_fixed {
            return sample.to_owned();
        }
        let wanted = format!("{}_name", snake(fixed.trim_end_matches('s')));
        let named = self.texts().filter(|(name, _)| {
            name.ends_with("_name") && *name != "resource_group_name" && wanted.ends_with(name)
        });
        if let Some((_, name)) = named.max_by_key(|(name, _)| name.len()) {
            return name.to_owned();
        }
        if is_last {
            let seed: Vec<&str> = self.texts().map(|(_, text)| text).collect();
            return uuid(&seed.join("|"));
        }
        sample.to_owned()
    }
}

/// `virtualNetwork` as `virtual_network`.
pub(super) fn snake(camel: &str) -> String {
    let mut snake = String::new();
    for c in camel.chars() {
        if c.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use terrace_schema::{catalog, model::Kind};

    use super::*;

    fn id(type_name: &str, arguments: &[(&str, &str)]) -> String {
        let schema = catalog().find(Kind::Resource, type_name).unwrap();
        let object = Val::object(
            arguments
                .iter()
                .map(|(name, text)| (*name, Val::text(*text))),
        );
        make(schema, &object, &object, SUBSCRIPTION)
    }

    const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g";

    #[test]
    fn a_child_stands_under_its_parent() {
        let subnet = id(
            "azurerm_subnet",
            &[
                ("resource_group_name", "g"),
                ("virtual_network_name", "v"),
                ("name", "s"),
            ],
        );
        assert_eq!(
            subnet,
            format!("{GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/s")
        );
        let account = format!("{GROUP}/providers/Microsoft.Storage/storageAccounts/a");
        assert_eq!(
            id(
                "azurerm_storage_container",
                &[("storage_account_id", &account), ("name", "c")]
            ),
            format!("{account}/blobServices/default/containers/c")
        );
    }

    #[test]
    fn an_association_has_the_ids_of_what_it_joins() {
        let gateway = format!("{GROUP}/providers/Microsoft.Network/natGateways/n");
        let address = format!("{GROUP}/providers/Microsoft.Network/publicIPAddresses/p");
        let joined = id(
            "azurerm_nat_gateway_public_ip_association",
            &[
                ("nat_gateway_id", &gateway),
                ("public_ip_address_id", &address),
            ],
        );
        assert_eq!(joined, format!("{gateway}|{address}"));
        let subnet = format!("{GROUP}/providers/Microsoft.Network/virtualNetworks/v/subnets/s");
        let attached = id(
            "azurerm_subnet_nat_gateway_association",
            &[("subnet_id", &subnet), ("nat_gateway_id", &gateway)],
        );
        assert_eq!(attached, subnet);
    }

    #[test]
    fn a_peer_is_no_parent() {
        let far = format!("{GROUP}/providers/Microsoft.Network/virtualNetworks/far");
        let peering = id(
            "azurerm_virtual_network_peering",
            &[
                ("resource_group_name", "g"),
                ("virtual_network_name", "near"),
                ("remote_virtual_network_id", &far),
                ("name", "p"),
            ],
        );
        assert_eq!(
            peering,
            format!(
                "{GROUP}/providers/Microsoft.Network/virtualNetworks/near/virtualNetworkPeerings/p"
            )
        );
    }

    #[test]
    fn an_id_of_another_type_is_told_apart() {
        let form = |name| form(catalog().find(Kind::Resource, name).unwrap()).unwrap();
        let vault = format!("{GROUP}/providers/Microsoft.KeyVault/vaults/v");
        assert!(is_of(&vault, form("azurerm_key_vault")));
        assert!(!is_of(&vault, form("azurerm_storage_account")));
        assert!(!is_of(GROUP, form("azurerm_key_vault")));
    }

    #[test]
    fn a_resource_of_azapi_stands_under_its_parent() {
        let workspace = format!("{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/w");
        let endpoint = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints@2025-12-01";
        assert_eq!(
            of_azapi(endpoint, &workspace, "e"),
            format!("{workspace}/onlineEndpoints/e")
        );
        assert_eq!(
            of_azapi(
                "Microsoft.MachineLearningServices/workspaces@2025-12-01",
                GROUP,
                "w"
            ),
            workspace
        );
    }
}
