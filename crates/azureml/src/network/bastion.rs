//! Ways in for people: Azure Bastion, and a machine to work from.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azurerm::bastion_host::{IpConfiguration, IpConfigurationArgs, Sku};
use terrace_azurerm::{BastionHost, BastionHostArgs, Subnet};
use terrace_core::{MAIN, Resource, Scope};
use terrace_ir::{Any, Id, Object, Sourced};

use super::egress::address;
use super::made::Made;
use super::plan::Part;
use crate::naming;

/// Azure Bastion, by which people reach machines in the network from a browser.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct BastionSettings {
    /// What it can do. A step down replaces it.
    pub sku: Sourced<BastionSku>,
}

impl Default for BastionSettings {
    fn default() -> Self {
        Self {
            sku: BastionSku::Basic.into(),
        }
    }
}

/// What Azure Bastion can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BastionSku {
    /// One session at a time, on machines that are shared with others. It needs no subnet.
    Developer,
    /// A host of one's own.
    Basic,
    /// Clients other than the browser too.
    Standard,
    /// Recorded sessions too.
    Premium,
}

impl BastionSettings {
    /// Whether it has a subnet.
    pub(super) fn has_subnet(&self) -> bool {
        *self.sku != BastionSku::Developer
    }

    /// The host, in a network that is made here.
    #[track_caller]
    pub(super) fn make(&self, made: &Made) -> BastionHost {
        let subnet = self.has_subnet().then(|| made.subnet(Part::Bastion));
        let scope = match &subnet {
            Some(subnet) => subnet.scope.clone(),
            None => Scope::new(&made.scope, Part::Bastion.key()),
        };
        let host = BastionHost::new(
            &scope,
            MAIN,
            BastionHostArgs {
                name: naming::made(&scope, "azurerm_bastion_host").into(),
                resource_group_name: made.group.name().into(),
                location: made.group.location(),
            },
        );
        host.set_sku(self.sku.map(|sku| match sku {
            BastionSku::Developer => Sku::Developer,
            BastionSku::Basic => Sku::Basic,
            BastionSku::Standard => Sku::Standard,
            BastionSku::Premium => Sku::Premium,
        }));
        match subnet {
            None => {
                host.set_virtual_network_id(made.network.id());
            }
            Some(subnet) => {
                let address = address(&scope, &made.group, MAIN);
                host.set_ip_configuration(
                    IpConfiguration::new(IpConfigurationArgs {
                        name: "entrance".into(),
                        subnet_id: subnet.subnet.id(),
                    })
                    .public_ip_address_id(address.id()),
                );
            }
        }
        if matches!(*self.sku, BastionSku::Standard | BastionSku::Premium) {
            host.set_tunneling_enabled(true);
        }
        host
    }
}

/// A machine with Linux and without a public address, from which people work in the network.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct JumpHostSettings {
    /// The public key of who logs in: `ssh-ed25519 …`. A change replaces the machine.
    pub ssh_public_key: Sourced<String>,

    /// The name of the user. A change replaces the machine.
    #[serde(default = "user")]
    pub user: Sourced<String>,

    /// The size of the machine.
    #[serde(default = "size")]
    pub vm_size: Sourced<String>,
}

fn user() -> Sourced<String> {
    "azureuser".into()
}

fn size() -> Sourced<String> {
    "Standard_B2s".into()
}

impl JumpHostSettings {
    /// The machine, in a subnet that is made here, once that has its way out.
    #[track_caller]
    pub(super) fn make(&self, made: &Made, scope: &Scope, subnet: Id<Subnet>, after: &[Resource]) {
        let common = |resource: &Resource, type_name: &str| {
            resource
                .set("name", naming::made(scope, type_name))
                .set("resource_group_name", made.group.name())
                .set("location", made.group.location());
        };
        let interface = Resource::untyped(scope, "azurerm_network_interface", MAIN);
        common(&interface, "azurerm_network_interface");
        interface.set(
            "ip_configuration",
            Object::new()
                .with("name", "machine")
                .with("subnet_id", subnet.to_expr())
                .with("private_ip_address_allocation", "Dynamic"),
        );
        let machine = Resource::untyped(scope, "azurerm_linux_virtual_machine", MAIN);
        common(&machine, "azurerm_linux_virtual_machine");
        machine
            .set("size", &self.vm_size)
            .set("admin_username", &self.user)
            .set("disable_password_authentication", true)
            .set("secure_boot_enabled", true)
            .set("vtpm_enabled", true)
            .set("allow_extension_operations", false)
            .set(
                "network_interface_ids",
                vec![Any::from(interface.id::<()>().to_expr())],
            )
            .set(
                "admin_ssh_key",
                Object::new()
                    .with("username", &self.user)
                    .with("public_key", &self.ssh_public_key),
            )
            .set(
                "os_disk",
                Object::new()
                    .with("caching", "ReadWrite")
                    .with("storage_account_type", "StandardSSD_LRS"),
            )
            .set(
                "source_image_reference",
                Object::new()
                    .with("publisher", "Canonical")
                    .with("offer", "ubuntu-24_04-lts")
                    .with("sku", "server")
                    .with("version", "latest"),
            );
        for before in after {
            terrace_core::IsResource::depends_on(&machine, before);
        }
    }
}
