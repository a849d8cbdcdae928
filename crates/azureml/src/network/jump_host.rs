//! A machine without a public address, from which people work in a network.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azurerm::Subnet;
use terrace_core::{IsResource as _, MAIN, Resource, Scope};
use terrace_ir::{Any, Id, Object, Origin, Sourced};

use super::made::Made;
use crate::naming;
use crate::variable::{self, Kept};

/// A machine without a public address, from which people work in the network.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    rename = "os",
    rename_all = "lowercase",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
#[schemars(rename = "JumpHost", tag = "os")]
pub enum JumpHostSettings {
    /// A machine with Linux that is opened by a key.
    Linux {
        /// The public key of who logs in: `ssh-ed25519 …`. A change replaces the machine.
        #[schemars(
            regex(pattern = "^ssh-(rsa|ed25519) "),
            extend("patternErrorMessage" = "a public key, \"ssh-ed25519 …\" or \"ssh-rsa …\"")
        )]
        ssh_public_key: Sourced<String>,

        /// The name of the user. A change replaces the machine.
        #[serde(default = "user")]
        user: Sourced<String>,

        /// The size of the machine.
        #[serde(default = "size")]
        vm_size: Sourced<String>,

        /// What is on its disk. Left out, Ubuntu 24.04. A change replaces the machine.
        #[serde(default)]
        image: Option<ImageSettings>,
    },
    /// A machine with Windows that is opened by a password, which Terraform keeps in its state.
    Windows {
        /// The variable of Terraform that holds the password: `TF_VAR_NAME` gives it when Terraform
        /// runs. A new password replaces the machine.
        #[schemars(regex(pattern = "^[a-z][a-z0-9_]*$"), extend("patternErrorMessage" = "a lower-case letter and then lower-case letters, digits and `_`"))]
        password_variable: Sourced<String>,

        /// The name of the user. A change replaces the machine.
        #[serde(default = "user")]
        user: Sourced<String>,

        /// The size of the machine.
        #[serde(default = "size")]
        vm_size: Sourced<String>,

        /// What is on its disk. Left out, Windows Server 2025. A change replaces the machine.
        #[serde(default)]
        image: Option<ImageSettings>,
    },
}

/// An image of Azure's marketplace, as `az vm image list` writes it. The machine starts with Secure Boot
/// and a virtual TPM, so it must be one of generation 2 with Trusted Launch: `az vm image show` says
/// `"hyperVGeneration": "V2"`, and `TrustedLaunch…` among its features.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ImageSettings {
    /// Who offers it: `MicrosoftWindowsServer`.
    pub publisher: Sourced<String>,

    /// What is offered: `WindowsServer`.
    pub offer: Sourced<String>,

    /// Which kind of it: `2022-datacenter-g2`.
    pub sku: Sourced<String>,

    /// Which version.
    #[serde(default = "latest")]
    pub version: Sourced<String>,
}

fn user() -> Sourced<String> {
    "azureuser".into()
}

fn size() -> Sourced<String> {
    "Standard_B2s".into()
}

fn latest() -> Sourced<String> {
    "latest".into()
}

impl ImageSettings {
    fn new(publisher: &str, offer: &str, sku: &str) -> Self {
        Self {
            publisher: publisher.into(),
            offer: offer.into(),
            sku: sku.into(),
            version: latest(),
        }
    }

    fn block(&self) -> Object {
        Object::new()
            .with("publisher", &self.publisher)
            .with("offer", &self.offer)
            .with("sku", &self.sku)
            .with("version", &self.version)
    }
}

impl JumpHostSettings {
    /// A machine with Ubuntu for who has the key to `ssh_public_key`.
    #[must_use]
    pub fn linux(ssh_public_key: impl Into<Sourced<String>>) -> Self {
        Self::Linux {
            ssh_public_key: ssh_public_key.into(),
            user: user(),
            vm_size: size(),
            image: None,
        }
    }

    /// A machine with Windows, whose password is in a variable of that name.
    #[must_use]
    pub fn windows(password_variable: impl Into<Sourced<String>>) -> Self {
        Self::Windows {
            password_variable: password_variable.into(),
            user: user(),
            vm_size: size(),
            image: None,
        }
    }

    /// Where it was said that there is one.
    pub(super) fn origin(&self) -> Origin {
        match self {
            Self::Linux { ssh_public_key, .. } => ssh_public_key.origin(),
            Self::Windows {
                password_variable, ..
            } => password_variable.origin(),
        }
    }

    /// The machine, in a subnet that is made here, once that has its way out.
    #[track_caller]
    pub(super) fn make(&self, made: &Made, scope: &Scope, subnet: Id<Subnet>, after: &[Resource]) {
        let interface = Resource::untyped(scope, "azurerm_network_interface", MAIN);
        common(&interface, made, scope, "azurerm_network_interface");
        interface.set(
            "ip_configuration",
            Object::new()
                .with("name", "machine")
                .with("subnet_id", subnet.to_expr())
                .with("private_ip_address_allocation", "Dynamic"),
        );
        let (kind, user, vm_size) = match self {
            Self::Linux { user, vm_size, .. } => ("azurerm_linux_virtual_machine", user, vm_size),
            Self::Windows { user, vm_size, .. } => {
                ("azurerm_windows_virtual_machine", user, vm_size)
            }
        };
        let machine = Resource::untyped(scope, kind, MAIN);
        common(&machine, made, scope, kind);
        machine
            .set("size", vm_size)
            .set("admin_username", user)
            .set("secure_boot_enabled", true)
            .set("vtpm_enabled", true)
            .set("allow_extension_operations", false)
            .set(
                "network_interface_ids",
                vec![Any::from(interface.id::<()>().to_expr())],
            )
            .set(
                "os_disk",
                Object::new()
                    .with("caching", "ReadWrite")
                    .with("storage_account_type", "StandardSSD_LRS"),
            );
        self.open(scope, &machine);
        for before in after {
            machine.depends_on(before);
        }
    }

    /// Says what is on the machine, and who may log in.
    #[track_caller]
    fn open(&self, scope: &Scope, machine: &Resource) {
        let (image, usual) = match self {
            Self::Linux {
                ssh_public_key,
                user,
                image,
                ..
            } => {
                machine.set("disable_password_authentication", true).set(
                    "admin_ssh_key",
                    Object::new()
                        .with("username", user)
                        .with("public_key", ssh_public_key),
                );
                let ubuntu = ("Canonical", "ubuntu-24_04-lts", "server");
                (image, ubuntu)
            }
            Self::Windows {
                password_variable,
                image,
                ..
            } => {
                let password = variable::secret(scope, password_variable, Kept::InState);
                machine
                    .set("admin_password", password)
                    // Windows takes 15 characters, the name in Azure has more.
                    .set("computer_name", "jump-host");
                let windows = (
                    "MicrosoftWindowsServer",
                    "WindowsServer",
                    "2025-datacenter-azure-edition",
                );
                (image, windows)
            }
        };
        let block = match image {
            Some(image) => image.block(),
            None => ImageSettings::new(usual.0, usual.1, usual.2).block(),
        };
        machine.set("source_image_reference", block);
    }
}

fn common(resource: &Resource, made: &Made, scope: &Scope, kind: &str) {
    resource
        .set("name", naming::made(scope, kind))
        .set("resource_group_name", made.group.name())
        .set("location", made.group.location());
}
