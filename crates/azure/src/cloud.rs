//! Azure's clouds: the public one and the two sovereign ones, with the host names that differ between them.
//!
//! Source: the `environment` argument of azurerm 5.2.0 and the metadata that Azure Resource Manager publishes per cloud
//! (`/metadata/endpoints`), August 2026.

/// One of the clouds that Azure runs separately: its own sign-in, regions, host names and private DNS zones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cloud {
    /// The cloud that nearly everybody means by Azure.
    #[default]
    Public,
    /// Azure Government, for agencies of the United States and their partners.
    UsGovernment,
    /// Azure in China, run by 21Vianet.
    China,
}

impl Cloud {
    /// All clouds, the public one first.
    pub const ALL: [Cloud; 3] = [Cloud::Public, Cloud::UsGovernment, Cloud::China];

    /// The cloud of that name: `public`, `usgovernment` or `china`, as [`Cloud::as_str`] spells them.
    pub fn parse(name: &str) -> Option<Cloud> {
        Cloud::ALL.into_iter().find(|cloud| cloud.as_str() == name)
    }

    /// The name as the providers' `environment` argument takes it (azurerm and azapi alike).
    pub const fn as_str(self) -> &'static str {
        match self {
            Cloud::Public => "public",
            Cloud::UsGovernment => "usgovernment",
            Cloud::China => "china",
        }
    }

    /// Where Azure Resource Manager answers, without a slash at the end.
    pub const fn resource_manager_endpoint(self) -> &'static str {
        match self {
            Cloud::Public => "https://management.azure.com",
            Cloud::UsGovernment => "https://management.usgovcloudapi.net",
            Cloud::China => "https://management.chinacloudapi.cn",
        }
    }

    /// Where Microsoft Entra ID signs in, without a slash at the end.
    pub const fn login_endpoint(self) -> &'static str {
        match self {
            Cloud::Public => "https://login.microsoftonline.com",
            Cloud::UsGovernment => "https://login.microsoftonline.us",
            Cloud::China => "https://login.chinacloudapi.cn",
        }
    }

    /// What follows `ACCOUNT.blob.` in a storage account's host name.
    pub const fn storage_suffix(self) -> &'static str {
        match self {
            Cloud::Public => "core.windows.net",
            Cloud::UsGovernment => "core.usgovcloudapi.net",
            Cloud::China => "core.chinacloudapi.cn",
        }
    }

    /// What follows `VAULT.` in a key vault's host name.
    pub const fn key_vault_suffix(self) -> &'static str {
        match self {
            Cloud::Public => "vault.azure.net",
            Cloud::UsGovernment => "vault.usgovcloudapi.net",
            Cloud::China => "vault.azure.cn",
        }
    }

    /// What follows `REGISTRY.` in a container registry's host name.
    pub const fn container_registry_suffix(self) -> &'static str {
        match self {
            Cloud::Public => "azurecr.io",
            Cloud::UsGovernment => "azurecr.us",
            Cloud::China => "azurecr.cn",
        }
    }

    /// The address of the Azure Machine Learning studio.
    pub const fn studio_endpoint(self) -> &'static str {
        match self {
            Cloud::Public => "https://ml.azure.com",
            Cloud::UsGovernment => "https://ml.azure.us",
            Cloud::China => "https://studio.ml.azure.cn",
        }
    }

    /// Whom a token must be meant for, that Entra is to exchange for its own.
    /// Source: "Workload identity federation", audiences of the national clouds.
    pub const fn token_exchange_audience(self) -> &'static str {
        match self {
            Cloud::Public => "api://AzureADTokenExchange",
            Cloud::UsGovernment => "api://AzureADTokenExchangeUSGov",
            Cloud::China => "api://AzureADTokenExchangeChina",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Cloud;
    use pretty_assertions::assert_eq;

    #[test]
    fn every_cloud_is_found_by_the_name_it_gives() {
        for cloud in Cloud::ALL {
            assert_eq!(Cloud::parse(cloud.as_str()), Some(cloud));
        }
        assert_eq!(Cloud::parse("Public"), None);
        assert_eq!(Cloud::parse("german"), None);
    }

    #[test]
    fn no_two_clouds_share_a_host_name() {
        let facts = [
            Cloud::resource_manager_endpoint,
            Cloud::login_endpoint,
            Cloud::storage_suffix,
            Cloud::key_vault_suffix,
            Cloud::container_registry_suffix,
            Cloud::studio_endpoint,
            Cloud::token_exchange_audience,
        ];
        for fact in facts {
            let mut values = Cloud::ALL.map(fact).to_vec();
            values.sort_unstable();
            values.dedup();
            assert_eq!(values.len(), Cloud::ALL.len(), "{values:?}");
        }
    }
}
