//! What Azure refuses though the provider's plan accepts it. Each can be switched off.

use terrace_schema::eval::Val;

use super::store::{Applied, Store};
use crate::apply::id::resource_type;
use crate::value::text;

/// The variable that names what is looked at: words of [`Behaviour`] with commas between, or `none`. Unset, all is.
pub const VARIABLE: &str = "TERRACE_TWIN_AZURE";

/// The variable that names globally unique names that somebody else has, with commas between.
pub const TAKEN: &str = "TERRACE_TWIN_TAKEN";

/// Something that Azure does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// A name can be there once: in its parent, or in all of Azure.
    Names,
    /// Deleted vaults and workspaces keep their names.
    SoftDelete,
    /// What another still uses is not deleted.
    InUse,
    /// A managed network's isolation never goes back to none.
    Isolation,
    /// Some services need a subnet of a certain size.
    SubnetSize,
}

impl Behaviour {
    /// All that can be switched.
    pub const ALL: [Self; 5] = [
        Self::Names,
        Self::SoftDelete,
        Self::InUse,
        Self::Isolation,
        Self::SubnetSize,
    ];

    /// The word that switches it on.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::SoftDelete => "soft-delete",
            Self::InUse => "in-use",
            Self::Isolation => "isolation",
            Self::SubnetSize => "subnet-size",
        }
    }
}

/// Types whose names are addresses on the internet, and so can be there once.
const GLOBAL: [&str; 6] = [
    "azurerm_cognitive_account",
    "azurerm_container_registry",
    "azurerm_key_vault",
    "azurerm_search_service",
    "azurerm_storage_account",
    "azurerm_app_configuration",
];

/// Which argument of a type uses what it names, so that Azure does not delete that.
const USES: [(&str, &str); 7] = [
    ("azurerm_private_endpoint", "subnet_id"),
    (
        "azurerm_subnet_network_security_group_association",
        "network_security_group_id",
    ),
    ("azurerm_subnet_route_table_association", "route_table_id"),
    ("azurerm_subnet_nat_gateway_association", "nat_gateway_id"),
    (
        "azurerm_nat_gateway_public_ip_association",
        "public_ip_address_id",
    ),
    ("azurerm_cognitive_deployment", "cognitive_account_id"),
    (
        "azurerm_machine_learning_compute_cluster",
        "subnet_resource_id",
    ),
];

/// Subnets by name, and the longest prefix that the service in them takes. Source: Azure's documentation of each.
const SUBNETS: [(&str, u32); 4] = [
    ("AzureBastionSubnet", 26),
    ("AzureFirewallSubnet", 26),
    ("AzureFirewallManagementSubnet", 26),
    ("GatewaySubnet", 27),
];

/// What is looked at, and what stands.
#[derive(Debug, Clone)]
pub struct Azure {
    /// What stands.
    pub store: Store,
    on: Vec<Behaviour>,
    taken: Vec<String>,
}

/// What the provider block's `features` say about deletion.
#[derive(Debug, Clone, Copy)]
pub struct Features {
    /// A vault is purged when it is destroyed.
    pub purge_vaults: bool,
    /// A soft-deleted vault of the same name is recovered.
    pub recover_vaults: bool,
    /// A machine learning workspace is purged when it is destroyed.
    pub purge_workspaces: bool,
    /// A resource group that holds anything is not destroyed.
    pub keep_full_groups: bool,
}

impl Features {
    /// Reads the configuration of the provider, with azurerm's defaults.
    #[must_use]
    pub fn of(config: Option<&Val>) -> Self {
        let flag = |block: &str, name: &str, default: bool| {
            let first = |value: &Val| value.as_items().and_then(<[Val]>::first).cloned();
            let features = config.and_then(|config| first(config.get("features")?));
            let block = features.and_then(|features| first(features.get(block)?));
            block
                .and_then(|block| block.get(name)?.as_bool())
                .unwrap_or(default)
        };
        Self {
            purge_vaults: flag("key_vault", "purge_soft_delete_on_destroy", true),
            recover_vaults: flag("key_vault", "recover_soft_deleted_key_vaults", true),
            purge_workspaces: flag(
                "machine_learning",
                "purge_soft_deleted_workspace_on_destroy",
                false,
            ),
            keep_full_groups: flag(
                "resource_group",
                "prevent_deletion_if_contains_resources",
                true,
            ),
        }
    }
}

impl Azure {
    /// As the environment says.
    #[must_use]
    pub fn from_environment() -> Self {
        let list = |name: &str| std::env::var(name).ok();
        let words = list(VARIABLE);
        let is_on = |behaviour: &Behaviour| match &words {
            None => true,
            Some(words) => words.split(',').any(|word| word.trim() == behaviour.word()),
        };
        let taken = list(TAKEN).unwrap_or_default();
        Self {
            store: Store::from_environment(),
            on: Behaviour::ALL.into_iter().filter(is_on).collect(),
            taken: taken
                .split(',')
                .map(|name| name.trim().to_owned())
                .collect(),
        }
    }

    fn is_on(&self, behaviour: Behaviour) -> bool {
        self.on.contains(&behaviour)
    }

    /// Why a resource cannot be made.
    #[must_use]
    pub fn refuses_creation(
        &self,
        type_name: &str,
        new: &Val,
        features: Features,
    ) -> Option<String> {
        let id = text(new, "id").unwrap_or_default();
        let name = text(new, "name").unwrap_or_default();
        if self.is_on(Behaviour::SubnetSize)
            && let Some(why) = too_small(type_name, name, new)
        {
            return Some(why);
        }
        let is_global = GLOBAL.contains(&type_name);
        if self.is_on(Behaviour::Names) && is_global && self.taken.iter().any(|taken| taken == name)
        {
            return Some(format!(
                "the name `{name}` is taken by somebody else: choose another"
            ));
        }
        let mut others = self
            .store
            .all()
            .into_iter()
            .filter(|other| other.type_name == type_name);
        let other = others.find(|other| {
            let has_id = other.id.eq_ignore_ascii_case(id);
            has_id
                || is_global
                    && other
                        .text("name")
                        .is_some_and(|own| own.eq_ignore_ascii_case(name))
        })?;
        match other.is_soft_deleted {
            true => self.refuses_recovery(&other, id, new, features),
            false => {
                self.is_on(Behaviour::Names)
                    .then(|| match other.id.eq_ignore_ascii_case(id) {
                        true => format!("{id} exists already: import it"),
                        false => format!("the name `{name}` is taken by {}", other.id),
                    })
            }
        }
    }

    fn refuses_recovery(
        &self,
        other: &Applied,
        id: &str,
        new: &Val,
        features: Features,
    ) -> Option<String> {
        if !self.is_on(Behaviour::SoftDelete) {
            return None;
        }
        let is_same_place =
            other.id.eq_ignore_ascii_case(id) && other.text("location") == text(new, "location");
        match other.type_name.as_str() {
            "azurerm_key_vault" if is_same_place && features.recover_vaults => None,
            "azurerm_key_vault" => Some(format!(
                "a vault of this name is soft-deleted ({}): purge it, or recover it where it was",
                other.id
            )),
            _ => Some(format!(
                "{} is soft-deleted and keeps its name: purge it, or choose another name",
                other.id
            )),
        }
    }

    /// Why a change is refused.
    #[must_use]
    pub fn refuses_update(&self, type_name: &str, old: &Val, new: &Val) -> Option<String> {
        if !self.is_on(Behaviour::Isolation) || type_name != "azurerm_machine_learning_workspace" {
            return None;
        }
        let mode = |workspace: &Val| {
            let network = workspace
                .get("managed_network")?
                .as_items()?
                .first()?
                .clone();
            text(&network, "isolation_mode").map(ToOwned::to_owned)
        };
        let was = mode(old).filter(|mode| mode != "Disabled")?;
        let is = mode(new).unwrap_or_else(|| "Disabled".to_owned());
        (is == "Disabled").then(|| {
            format!("the managed network's isolation mode cannot go back from {was} to Disabled")
        })
    }

    /// Why a resource cannot be deleted.
    #[must_use]
    pub fn refuses_deletion(
        &self,
        type_name: &str,
        old: &Val,
        features: Features,
    ) -> Option<String> {
        let id = text(old, "id").unwrap_or_default();
        if !self.is_on(Behaviour::InUse) {
            return None;
        }
        let others = self.store.all();
        let mut others = others.iter().filter(|other| !other.is_soft_deleted);
        if type_name == "azurerm_resource_group" {
            let inside = format!("{}/", id.to_lowercase());
            let held = others.find(|other| {
                features.keep_full_groups
                    && is_real(other)
                    && other.id.to_lowercase().starts_with(&inside)
            })?;
            return Some(format!("the resource group still holds {}", held.id));
        }
        if type_name == "azurerm_private_dns_zone" {
            let inside = format!("{}/virtualnetworklinks/", id.to_lowercase());
            let linked = others.find(|other| other.id.to_lowercase().starts_with(&inside))?;
            return Some(format!("the zone is still linked by {}", linked.id));
        }
        let user = others.find(|other| {
            let uses = USES.iter().filter(|(user, _)| *user == other.type_name);
            uses.into_iter().any(|(_, argument)| {
                let used = other.text(argument).unwrap_or_default();
                used.eq_ignore_ascii_case(id) && !other.id.eq_ignore_ascii_case(id)
            }) && !is_association(type_name)
        })?;
        Some(format!(
            "it is still in use by {} ({})",
            user.id, user.type_name
        ))
    }

    /// Takes a deletion down. What is soft-deleted keeps its name.
    ///
    /// # Errors
    /// The store cannot be written.
    pub fn delete(&self, type_name: &str, old: &Val, features: Features) -> Result<(), String> {
        let id = text(old, "id").unwrap_or_default();
        let is_protected = old.get("purge_protection_enabled").and_then(Val::as_bool) == Some(true);
        let stays = match type_name {
            "azurerm_key_vault" => is_protected || !features.purge_vaults,
            "azurerm_machine_learning_workspace" => !features.purge_workspaces,
            _ => false,
        };
        if stays && let Some(mut applied) = self.store.get(type_name, id) {
            applied.is_soft_deleted = true;
            return self.store.put(&applied);
        }
        self.store.remove(type_name, id);
        Ok(())
    }
}

fn is_association(type_name: &str) -> bool {
    type_name.ends_with("_association")
}

/// Whether Azure lists it among what a group holds: what has a namespace, and is no extension of another.
fn is_real(applied: &Applied) -> bool {
    !applied.id.contains('|')
        && resource_type(&applied.id).matches('/').count() == 1
        && !resource_type(&applied.id).starts_with("Microsoft.Resources/")
        && !resource_type(&applied.id).starts_with("Microsoft.Authorization/")
        && !resource_type(&applied.id).starts_with("Microsoft.Consumption/")
}

fn too_small(type_name: &str, name: &str, new: &Val) -> Option<String> {
    if type_name != "azurerm_subnet" {
        return None;
    }
    let longest = SUBNETS.iter().find(|(subnet, _)| *subnet == name);
    let longest = longest.map_or(29, |(_, longest)| *longest);
    let mut prefixes = new
        .get("address_prefixes")?
        .as_items()?
        .iter()
        .filter_map(Val::as_text);
    prefixes.find_map(|prefix| {
        let (address, length) = prefix.split_once('/')?;
        let is_too_small = !address.contains(':') && length.parse::<u32>().ok()? > longest;
        is_too_small.then(|| {
            format!("the subnet `{name}` is too small: {prefix}, at least a /{longest} is needed")
        })
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::*;

    const GROUP: &str = "/subscriptions/0/resourceGroups/g";

    fn azure(folder: &tempfile::TempDir) -> Azure {
        Azure {
            store: Store::at(folder.path()),
            on: Behaviour::ALL.to_vec(),
            taken: vec!["kv-taken".to_owned()],
        }
    }

    fn vault(name: &str, location: &str) -> Val {
        let id = format!("{GROUP}/providers/Microsoft.KeyVault/vaults/{name}");
        Val::object([
            ("id", Val::text(id)),
            ("name", Val::text(name)),
            ("location", Val::text(location)),
            ("purge_protection_enabled", Val::bool(true)),
        ])
    }

    fn put(azure: &Azure, type_name: &str, object: &Val) {
        let applied = Applied {
            type_name: type_name.to_owned(),
            id: text(object, "id").unwrap().to_owned(),
            attributes: crate::value::json::plain(object),
            is_soft_deleted: false,
        };
        azure.store.put(&applied).unwrap();
    }

    #[test]
    fn a_name_that_somebody_has_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let refused = azure(&folder).refuses_creation(
            "azurerm_key_vault",
            &vault("kv-taken", "westeurope"),
            Features::of(None),
        );
        assert!(refused.is_some_and(|why| why.contains("kv-taken")));
    }

    #[test]
    fn a_soft_deleted_vault_comes_back_only_where_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let azure = azure(&folder);
        let features = Features::of(None);
        let old = vault("kv", "westeurope");
        put(&azure, "azurerm_key_vault", &old);
        azure.delete("azurerm_key_vault", &old, features).unwrap();
        let refused = |new: &Val| azure.refuses_creation("azurerm_key_vault", new, features);
        assert_eq!(refused(&old), None);
        assert!(refused(&vault("kv", "northeurope")).is_some());
    }

    #[test]
    fn a_group_that_holds_something_stays() {
        let folder = tempfile::tempdir().unwrap();
        let azure = azure(&folder);
        put(&azure, "azurerm_key_vault", &vault("kv", "westeurope"));
        let group = Val::object([("id", Val::text(GROUP))]);
        let refused = azure.refuses_deletion("azurerm_resource_group", &group, Features::of(None));
        assert_eq!(
            refused,
            Some(format!(
                "the resource group still holds {GROUP}/providers/Microsoft.KeyVault/vaults/kv"
            ))
        );
    }

    #[test]
    fn isolation_does_not_go_back() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = |mode: &str| {
            crate::value::json::untyped(&json!({"managed_network": [{"isolation_mode": mode}]}))
        };
        let refused = |old: &str, new: &str| {
            let (old, new) = (workspace(old), workspace(new));
            azure(&folder).refuses_update("azurerm_machine_learning_workspace", &old, &new)
        };
        assert!(refused("AllowInternetOutbound", "Disabled").is_some());
        assert_eq!(refused("Disabled", "AllowInternetOutbound"), None);
    }
}
