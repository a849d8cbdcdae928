//! Azure as far as the twin knows it: what has been applied, and what is refused though the provider's plan accepts it.
//!
//! | module | what it holds |
//! |---|---|
//! | [`store`] | what has been applied so far, in a folder that the processes of one run share |
//! | [`features`] | what the provider block says about deletion |
//! | `names` | names that are taken, and names that deleted resources keep |
//! | `access` | roles that a principal needs at first use |
//! | `address` | the address ranges of networks and subnets |
//! | `deletion` | what is in use, or locked |
//! | `time` | days in the past |

mod access;
mod address;
mod deletion;
pub mod features;
mod names;
pub mod store;
mod time;

use serde_json::Value as Json;
use terrace_schema::eval::Val;

use self::features::Features;
use self::store::{Applied, Store};
use crate::value::{json, text};

/// The subscription of everything. No real one has this id.
pub const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000000";

/// The tenant. No real one has this id.
pub const TENANT: &str = "00000000-0000-0000-0000-000000000001";

/// The application that applies.
pub const CLIENT: &str = "00000000-0000-0000-0000-000000000002";

/// Who applies.
pub const OBJECT: &str = "00000000-0000-0000-0000-000000000003";

/// The variable that names what is looked at: words of [`Behaviour`] with commas between, `all`, or `none`. Unset, all is
/// but what depends on what stands outside of a run: roles and the date.
pub const VARIABLE: &str = "TERRACE_TWIN_AZURE";

/// The variable that names globally unique names that somebody else has, with commas between.
pub const TAKEN: &str = "TERRACE_TWIN_TAKEN";

/// Something that Azure does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    /// A name can be there once: in its parent, or in all of Azure. So can a role of a principal at a scope.
    Names,
    /// Deleted vaults and workspaces keep their names.
    SoftDelete,
    /// What another still uses is not deleted.
    InUse,
    /// What is locked is not deleted.
    Locks,
    /// A managed network's isolation never goes back to none.
    Isolation,
    /// Some services need a subnet of a certain size.
    SubnetSize,
    /// A subnet lies in its network, beside the others; networks that are peered do not overlap; a delegated subnet takes no
    /// private endpoint.
    Addresses,
    /// A principal has its roles before a service first acts as it.
    Roles,
    /// A budget does not begin before this month.
    Dates,
}

impl Behaviour {
    /// All that can be switched.
    pub const ALL: [Self; 9] = [
        Self::Names,
        Self::SoftDelete,
        Self::InUse,
        Self::Locks,
        Self::Isolation,
        Self::SubnetSize,
        Self::Addresses,
        Self::Roles,
        Self::Dates,
    ];

    /// The word that switches it on.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Names => "names",
            Self::SoftDelete => "soft-delete",
            Self::InUse => "in-use",
            Self::Locks => "locks",
            Self::Isolation => "isolation",
            Self::SubnetSize => "subnet-size",
            Self::Addresses => "addresses",
            Self::Roles => "roles",
            Self::Dates => "dates",
        }
    }

    /// Whether words with commas between switch it on.
    fn is_in(self, words: Option<&str>) -> bool {
        let Some(words) = words else {
            return !matches!(self, Self::Roles | Self::Dates);
        };
        let mut words = words.split(',').map(str::trim);
        words.any(|word| word == self.word() || word == "all")
    }
}

/// What is looked at, and what stands.
#[derive(Debug, Clone)]
pub struct Azure {
    /// What stands.
    pub store: Store,
    on: Vec<Behaviour>,
    taken: Vec<String>,
}

impl Azure {
    /// As the environment says.
    #[must_use]
    pub fn from_environment() -> Self {
        let read = |name: &str| std::env::var(name).ok();
        let words = read(VARIABLE);
        let on = Behaviour::ALL.into_iter();
        let taken = read(TAKEN).unwrap_or_default();
        Self {
            store: Store::from_environment(),
            on: on.filter(|one| one.is_in(words.as_deref())).collect(),
            taken: taken
                .split(',')
                .map(|name| name.trim().to_owned())
                .collect(),
        }
    }

    fn is_on(&self, behaviour: Behaviour) -> bool {
        self.on.contains(&behaviour)
    }

    /// What stands, without what was deleted and can be recovered.
    fn standing(&self) -> impl Iterator<Item = Applied> {
        let all = self.store.all().into_iter();
        all.filter(|applied| !applied.is_soft_deleted)
    }

    /// Why a resource cannot be made.
    #[must_use]
    pub fn refuses_creation(
        &self,
        type_name: &str,
        new: &Val,
        features: Features,
    ) -> Option<String> {
        let new = New::of(type_name, new);
        let refused =
            |behaviour, why: &dyn Fn() -> Option<String>| self.is_on(behaviour).then(why).flatten();
        refused(Behaviour::SubnetSize, &|| address::too_small(&new))
            .or_else(|| refused(Behaviour::Addresses, &|| address::misplaced(self, &new)))
            .or_else(|| refused(Behaviour::Dates, &|| time::past(&new)))
            .or_else(|| refused(Behaviour::Names, &|| names::taken(self, &new)))
            .or_else(|| refused(Behaviour::SoftDelete, &|| names::kept(self, &new, features)))
            .or_else(|| refused(Behaviour::Roles, &|| access::lacking(self, &new)))
    }

    /// Why a change is refused.
    #[must_use]
    pub fn refuses_update(&self, type_name: &str, old: &Val, new: &Val) -> Option<String> {
        let (old, new) = (New::of(type_name, old), New::of(type_name, new));
        if self.is_on(Behaviour::Isolation)
            && let Some(why) = isolation_goes_back(&old, &new)
        {
            return Some(why);
        }
        let is_moved = || old.attributes["address_prefixes"] != new.attributes["address_prefixes"];
        if self.is_on(Behaviour::Addresses) && type_name == "azurerm_subnet" && is_moved() {
            return address::misplaced(self, &new);
        }
        None
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
        if self.is_on(Behaviour::Locks)
            && let Some(why) = deletion::locked(self, id)
        {
            return Some(why);
        }
        match self.is_on(Behaviour::InUse) {
            true => deletion::in_use(self, type_name, id, features),
            false => None,
        }
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

/// A resource that is to be made or changed, as the store would have it.
struct New<'a> {
    type_name: &'a str,
    id: &'a str,
    name: &'a str,
    attributes: Json,
}

impl<'a> New<'a> {
    fn of(type_name: &'a str, value: &'a Val) -> Self {
        Self {
            type_name,
            id: text(value, "id").unwrap_or_default(),
            name: text(value, "name").unwrap_or_default(),
            attributes: json::plain(value),
        }
    }

    /// The text of an argument, or of one of the first block of a name: `encryption.key_vault_id`.
    fn text(&self, path: &str) -> Option<&str> {
        let mut value = &self.attributes;
        for name in path.split('.') {
            value = value
                .as_array()
                .map_or(Some(value), |items| items.first())?;
            value = value.get(name)?;
        }
        value.as_str().filter(|text| !text.is_empty())
    }
}

fn isolation_goes_back(old: &New<'_>, new: &New<'_>) -> Option<String> {
    if new.type_name != "azurerm_machine_learning_workspace" {
        return None;
    }
    let was = old
        .text("managed_network.isolation_mode")
        .filter(|mode| *mode != "Disabled")?;
    let is = new
        .text("managed_network.isolation_mode")
        .unwrap_or("Disabled");
    (is == "Disabled").then(|| {
        format!("the managed network's isolation mode cannot go back from {was} to Disabled")
    })
}

#[cfg(test)]
mod testing {
    use serde_json::json;

    use super::*;

    /// An Azure that looks at everything, in a folder.
    pub(super) fn azure(folder: &tempfile::TempDir) -> Azure {
        Azure {
            store: Store::at(folder.path()),
            on: Behaviour::ALL.to_vec(),
            taken: vec!["kv-taken".to_owned()],
        }
    }

    /// The id of something in a group `g`.
    pub(super) fn id(own: &str) -> String {
        format!("/subscriptions/0/resourceGroups/g/providers/{own}")
    }

    /// Puts a resource there.
    pub(super) fn put(azure: &Azure, type_name: &str, id: &str, mut attributes: Json) {
        attributes["id"] = json!(id);
        let applied = Applied {
            type_name: type_name.to_owned(),
            id: id.to_owned(),
            attributes,
            is_soft_deleted: false,
        };
        azure.store.put(&applied).unwrap();
    }

    /// Why a resource cannot be made.
    pub(super) fn refused(azure: &Azure, type_name: &str, new: &Json) -> Option<String> {
        azure.refuses_creation(type_name, &json::untyped(new), Features::of(None))
    }

    /// Why a resource cannot be deleted.
    pub(super) fn stays(azure: &Azure, type_name: &str, id: &str) -> Option<String> {
        let old = json::untyped(&json!({ "id": id }));
        azure.refuses_deletion(type_name, &old, Features::of(None))
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::*;

    #[test]
    fn isolation_does_not_go_back() {
        let folder = tempfile::tempdir().unwrap();
        let workspace =
            |mode: &str| json::untyped(&json!({"managed_network": [{"isolation_mode": mode}]}));
        let refused = |old: &str, new: &str| {
            let (old, new) = (workspace(old), workspace(new));
            testing::azure(&folder).refuses_update("azurerm_machine_learning_workspace", &old, &new)
        };
        assert!(refused("AllowInternetOutbound", "Disabled").is_some());
        assert_eq!(refused("Disabled", "AllowInternetOutbound"), None);
    }

    #[test]
    fn words_switch_behaviour_on() {
        let on = |words: Option<&str>| {
            let all = Behaviour::ALL.into_iter();
            all.filter(|one| one.is_in(words)).collect::<Vec<_>>()
        };
        assert_eq!(on(Some("all")), Behaviour::ALL);
        assert_eq!(on(Some("none")), []);
        assert_eq!(
            on(Some("roles, in-use")),
            [Behaviour::InUse, Behaviour::Roles]
        );
        assert!(!on(None).contains(&Behaviour::Dates));
    }
}
