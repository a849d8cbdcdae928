//! Azure's built-in roles and the ids of their definitions.
//!
//! Source: the built-in role definitions that Azure listed in August 2026 (852), kept in `data/roles.tsv`: a name, a tab,
//! a GUID, sorted by name. The file is searched by name where it lies, and sorted by GUID when the first one is looked up.
//!
//! Prefer the GUID to the name in what is handed to Azure: a name is looked up at apply and must match exactly one
//! definition, and Microsoft has renamed roles; a GUID has never changed.

use std::sync::LazyLock;

use crate::nearest::nearest;

/// A built-in role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Role {
    /// The name as Azure spells it: `Storage Blob Data Contributor`.
    pub name: &'static str,
    /// The GUID of the role definition, the same in every tenant.
    pub guid: &'static str,
}

/// Declares the roles that an Azure Machine Learning platform works with.
macro_rules! roles {
    ($($(#[$doc:meta])* $constant:ident = $name:literal, $guid:literal;)*) => {
        impl Role {
            $($(#[$doc])* pub const $constant: Role = Role { name: $name, guid: $guid };)*

            #[cfg(test)]
            const NAMED: &[Role] = &[$(Role::$constant),*];
        }
    };
}

roles! {
    /// Pulls images from a container registry.
    ACR_PULL = "AcrPull", "7f951dda-4ed3-4680-a7ca-43fe172d538d";
    /// Pushes images to a container registry, and pulls.
    ACR_PUSH = "AcrPush", "8311e382-0749-4cb8-b61a-304f252e45ec";
    /// What the service gives to a workspace's own identity on its resource group since November 2024.
    AZURE_AI_ADMINISTRATOR = "Azure AI Administrator", "b78c5d69-af96-48a3-bf8d-a8b4d589de94";
    /// Works in a project of a hub: everything but make hubs and manage who may what in the hub.
    AZURE_AI_DEVELOPER = "Azure AI Developer", "64702f94-c441-49e6-a78b-ef80e0188fee";
    /// Approves the private endpoints that a workspace's managed network makes to its targets.
    AZURE_AI_ENTERPRISE_NETWORK_CONNECTION_APPROVER =
        "Azure AI Enterprise Network Connection Approver", "b556d68e-0be0-4f35-a333-ad7ee1ce17ea";
    /// Makes, starts, stops and deletes a workspace's compute.
    AZUREML_COMPUTE_OPERATOR = "AzureML Compute Operator", "e503ece1-11d0-4e8e-8e2c-7a6c3bf38815";
    /// Does everything in a workspace but make or delete compute and change the workspace itself.
    AZUREML_DATA_SCIENTIST = "AzureML Data Scientist", "f6c7c914-8db3-469d-8ca1-694a8f32e121";
    /// Uses the assets of a machine learning registry, and adds to them.
    AZUREML_REGISTRY_USER = "AzureML Registry User", "1823dd4f-9b8c-4ab6-ab4e-7397a3684615";
    /// Reads repositories of a registry whose permissions are per repository (ABAC), where `AcrPull` has no effect.
    CONTAINER_REGISTRY_REPOSITORY_READER =
        "Container Registry Repository Reader", "b93aa761-3e63-49ed-ac28-beffa264f7ac";
    /// Manages everything but access.
    CONTRIBUTOR = "Contributor", "b24988ac-6180-42a0-ab88-20f7382dd24c";
    /// Does everything with a vault's keys, secrets and certificates.
    KEY_VAULT_ADMINISTRATOR = "Key Vault Administrator", "00482a5a-887f-4fb3-b363-3b7fe8e74483";
    /// Manages keys.
    KEY_VAULT_CRYPTO_OFFICER = "Key Vault Crypto Officer", "14b46e9e-c2b7-41b4-b07b-48a6ebf60603";
    /// Wraps and unwraps with keys: what an identity needs for a customer-managed key.
    KEY_VAULT_CRYPTO_SERVICE_ENCRYPTION_USER =
        "Key Vault Crypto Service Encryption User", "e147488a-f6f5-4113-8e2d-b22465e65bf6";
    /// Reads a vault's metadata, never a secret's value.
    KEY_VAULT_READER = "Key Vault Reader", "21090545-7ca7-4776-b22c-e363652d74d2";
    /// Manages secrets.
    KEY_VAULT_SECRETS_OFFICER = "Key Vault Secrets Officer", "b86a8fe4-44ce-4948-aee5-eccb2c155cd7";
    /// Reads the values of secrets.
    KEY_VAULT_SECRETS_USER = "Key Vault Secrets User", "4633458b-17de-408a-b874-0445c86b69e6";
    /// Reads logs and the settings of monitoring.
    LOG_ANALYTICS_READER = "Log Analytics Reader", "73c42c96-874c-492b-b04d-ab87d138a893";
    /// Assigns a user-assigned identity to resources.
    MANAGED_IDENTITY_OPERATOR = "Managed Identity Operator", "f1a07417-d97a-45cb-824c-7a7467783830";
    /// Publishes metrics and telemetry where keys are switched off.
    MONITORING_METRICS_PUBLISHER = "Monitoring Metrics Publisher", "3913510d-42f4-4e42-8a64-420c390055eb";
    /// Reads all monitoring data and settings.
    MONITORING_READER = "Monitoring Reader", "43d0d8ad-25c7-4714-9337-8ba259a9fe05";
    /// Manages networks, not access to them.
    NETWORK_CONTRIBUTOR = "Network Contributor", "4d97b98b-1d4f-4787-a291-c67834d212e7";
    /// Manages everything, access included.
    OWNER = "Owner", "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
    /// Manages private DNS zones, not the networks that they are linked to.
    PRIVATE_DNS_ZONE_CONTRIBUTOR = "Private DNS Zone Contributor", "b12aa53e-6015-4669-85d0-8515ebb3ae7f";
    /// Sees everything, changes nothing, reads no secret.
    READER = "Reader", "acdd72a7-3385-48ef-bd42-f606fba81ae7";
    /// Assigns roles, within conditions if there are any.
    ROLE_BASED_ACCESS_CONTROL_ADMINISTRATOR =
        "Role Based Access Control Administrator", "f58310d9-a9f6-439a-9e8d-f62e7b41a168";
    /// Manages a storage account; can read its keys, and with them its data.
    STORAGE_ACCOUNT_CONTRIBUTOR = "Storage Account Contributor", "17d1049b-9a84-46fb-8f53-869881c3d3ab";
    /// Reads, writes and deletes blobs.
    STORAGE_BLOB_DATA_CONTRIBUTOR = "Storage Blob Data Contributor", "ba92f5b4-2d11-453d-a403-e96b0029c9fe";
    /// Reads, writes and deletes blobs, and sets their POSIX access control.
    STORAGE_BLOB_DATA_OWNER = "Storage Blob Data Owner", "b7e6dc6d-f1e8-4753-8033-0f276bb0955b";
    /// Reads blobs.
    STORAGE_BLOB_DATA_READER = "Storage Blob Data Reader", "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1";
    /// Reads, writes and deletes files whatever their access control says: what identity-based workspaces need.
    STORAGE_FILE_DATA_PRIVILEGED_CONTRIBUTOR =
        "Storage File Data Privileged Contributor", "69566ab7-960f-475b-8e7c-b3118f30c6bd";
    /// Reads files whatever their access control says.
    STORAGE_FILE_DATA_PRIVILEGED_READER =
        "Storage File Data Privileged Reader", "b8eda974-7b85-4f76-af95-65846b26df6d";
    /// Reads, writes and deletes queue messages.
    STORAGE_QUEUE_DATA_CONTRIBUTOR = "Storage Queue Data Contributor", "974c5e8b-45b9-4653-ba55-5f855dd0fb88";
    /// Reads, writes and deletes table entities.
    STORAGE_TABLE_DATA_CONTRIBUTOR = "Storage Table Data Contributor", "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3";
    /// Assigns any role to anybody.
    USER_ACCESS_ADMINISTRATOR = "User Access Administrator", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";
}

impl Role {
    /// The role of that name, spelt as Azure spells it.
    pub fn find(name: &str) -> Option<Role> {
        let mut rest = ROLES;
        while !rest.is_empty() {
            let middle = line_start(rest, rest.len() / 2);
            let line = rest[middle..].split('\n').next().unwrap_or_default();
            let role = parse(line)?;
            rest = match name.cmp(role.name) {
                std::cmp::Ordering::Equal => return Some(role),
                std::cmp::Ordering::Less => &rest[..middle],
                std::cmp::Ordering::Greater => &rest[middle + line.len() + 1..],
            };
        }
        None
    }

    /// The role whose definition has that GUID, in any case. A whole definition id serves too.
    pub fn by_guid(id: &str) -> Option<Role> {
        static BY_GUID: LazyLock<Vec<Role>> = LazyLock::new(|| {
            let mut roles: Vec<Role> = Role::all().collect();
            roles.sort_unstable_by_key(|role| role.guid);
            roles
        });
        let guid = id
            .rsplit('/')
            .next()
            .unwrap_or_default()
            .to_ascii_lowercase();
        let at = BY_GUID
            .binary_search_by_key(&&*guid, |role| role.guid)
            .ok()?;
        BY_GUID.get(at).copied()
    }

    /// The role that a misspelt name, or one in another case, probably means.
    pub fn nearest(name: &str) -> Option<Role> {
        nearest(name, Role::all().map(|role| role.name)).and_then(Role::find)
    }

    /// All built-in roles, by name.
    pub fn all() -> impl Iterator<Item = Role> {
        ROLES.lines().filter_map(parse)
    }

    /// The id of the definition without a scope, valid in every subscription: what an assignment's
    /// `role_definition_id` takes.
    pub fn definition_id(&self) -> String {
        format!(
            "/providers/Microsoft.Authorization/roleDefinitions/{}",
            self.guid
        )
    }
}

static ROLES: &str = include_str!("../data/roles.tsv");

fn parse(line: &'static str) -> Option<Role> {
    let (name, guid) = line.split_once('\t')?;
    Some(Role { name, guid })
}

/// Where the line begins that the byte at `offset` is in.
fn line_start(text: &str, offset: usize) -> usize {
    let before = text.as_bytes()[..offset]
        .iter()
        .rposition(|&byte| byte == b'\n');
    before.map_or(0, |newline| newline + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn every_role_is_found_by_name_and_by_guid() {
        assert_eq!(Role::all().count(), 852);
        for role in Role::all() {
            assert_eq!(Role::find(role.name), Some(role));
            assert_eq!(Role::by_guid(role.guid), Some(role));
        }
    }

    #[test]
    fn the_data_is_sorted_and_every_guid_has_the_form_of_one() {
        let names: Vec<&str> = Role::all().map(|role| role.name).collect();
        assert!(names.is_sorted_by(|a, b| a < b));
        for role in Role::all() {
            let groups: Vec<usize> = role.guid.split('-').map(str::len).collect();
            assert_eq!(groups, [8, 4, 4, 4, 12], "{}", role.name);
            assert!(
                role.guid
                    .bytes()
                    .all(|byte| matches!(byte, b'-' | b'0'..=b'9' | b'a'..=b'f'))
            );
        }
    }

    #[test]
    fn the_named_roles_are_the_ones_of_the_table() {
        for role in Role::NAMED {
            assert_eq!(Role::find(role.name).as_ref(), Some(role));
        }
    }

    #[test]
    fn an_unknown_role_is_not_found_wherever_it_would_stand() {
        for name in ["", "A", "AcrPull ", "Reades", "zzz", "\t", "\n", "Ω"] {
            assert_eq!(Role::find(name), None, "{name:?}");
        }
        assert_eq!(Role::by_guid("00000000-0000-0000-0000-000000000000"), None);
    }

    #[test]
    fn a_misspelt_role_has_a_suggestion() {
        assert_eq!(
            Role::nearest("Storage Blob Data Contributer"),
            Some(Role::STORAGE_BLOB_DATA_CONTRIBUTOR)
        );
        assert_eq!(Role::nearest("acrpull"), Some(Role::ACR_PULL));
        assert_eq!(Role::nearest("King"), None);
    }

    #[test]
    fn a_definition_id_leads_back_to_its_role() {
        let id = Role::READER.definition_id();
        assert_eq!(
            id,
            "/providers/Microsoft.Authorization/roleDefinitions/acdd72a7-3385-48ef-bd42-f606fba81ae7"
        );
        assert_eq!(Role::by_guid(&id.to_uppercase()), Some(Role::READER));
    }
}
