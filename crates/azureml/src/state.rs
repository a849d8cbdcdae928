//! Where the state is: `[state]`; and what is read from that of others.
//!
//! The arguments are those of the backends of Terraform 1.11, in the words of the place where the
//! state is kept. No setting is a secret: backends take credentials from the environment of whoever
//! runs Terraform. What tells the state of one environment from that of another is derived from
//! the environment's name, unless it is said.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_core::Scope;
use terrace_ir::{Any, Diagnostic, Object, Origin, Sourced};

use crate::{codes, naming};

mod remote;

pub use remote::{States, remote_state};

/// Where the state is: `[state]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename = "backend", rename_all = "lowercase")]
#[schemars(rename = "StateSettings", tag = "backend")]
pub enum StateSettings {
    /// A blob of an Azure storage account, reached with your login and no keys.
    Azurerm(AzureState),
    /// A workspace of HCP Terraform or Terraform Enterprise.
    Hcp(HcpState),
    /// An object of an S3 bucket, encrypted and locked.
    S3(S3State),
    /// An object of a Google Cloud Storage bucket.
    Gcs(GcsState),
    /// A server that keeps states, such as GitLab.
    Http(HttpState),
    /// A file, beside the output unless another place is named.
    Local(LocalState),
}

/// State in a blob of an Azure storage account.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AzureState {
    /// The resource group of the storage account.
    #[schemars(transform = naming::Named("azurerm_resource_group"))]
    pub resource_group: Sourced<String>,
    /// The storage account.
    #[schemars(transform = naming::Named("azurerm_storage_account"))]
    pub storage_account: Sourced<String>,
    /// The container.
    #[schemars(transform = naming::Named("azurerm_storage_container"))]
    pub container: Sourced<String>,
    /// The blob, where it is not to be the environment's name with `.tfstate`.
    #[serde(default)]
    pub key: Option<Sourced<String>>,
    /// The subscription of the storage account, where it is not the one of the login.
    #[serde(default)]
    pub subscription_id: Option<Sourced<String>>,
}

/// State in a workspace of HCP Terraform or Terraform Enterprise.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HcpState {
    /// The organization.
    pub organization: Sourced<String>,
    /// The workspace, where it is not to be called like the environment.
    #[serde(default)]
    pub workspace: Option<Sourced<String>>,
    /// The host of Terraform Enterprise. `app.terraform.io` when left out.
    #[serde(default)]
    pub hostname: Option<Sourced<String>>,
}

/// State in an object of an S3 bucket.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct S3State {
    /// The bucket.
    pub bucket: Sourced<String>,
    /// The region of the bucket.
    pub region: Sourced<String>,
    /// The object, where it is not to be the environment's name with `.tfstate`.
    #[serde(default)]
    pub key: Option<Sourced<String>>,
    /// The ARN of the key that encrypts it, where it is not to be the bucket's.
    #[serde(default)]
    pub kms_key_id: Option<Sourced<String>>,
}

/// State in an object of a Google Cloud Storage bucket.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GcsState {
    /// The bucket.
    pub bucket: Sourced<String>,
    /// The folder in it, where it is not to be called like the environment.
    #[serde(default)]
    pub key: Option<Sourced<String>>,
    /// The name of the key in Cloud KMS that encrypts it, where it is not to be the bucket's.
    #[serde(default)]
    pub kms_encryption_key: Option<Sourced<String>>,
}

/// State on a server that keeps states.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HttpState {
    /// Where the server keeps states: that of an environment is at `ADDRESS/NAME`.
    #[schemars(regex(pattern = "^https?://"), extend("patternErrorMessage" = "a URL such as \"https://example.org/state\""))]
    pub address: Sourced<String>,
    /// The last part of the address, where it is not to be the environment's name.
    #[serde(default)]
    pub key: Option<Sourced<String>>,
    /// Whether the server locks a state at `ADDRESS/NAME/lock`, with `POST` and `DELETE`, as GitLab
    /// does.
    #[serde(default = "crate::yes")]
    pub lock: Sourced<bool>,
}

/// State in a file.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LocalState {
    /// The file, seen from the environment's output; `terraform.tfstate` there when left out.
    #[serde(default)]
    pub path: Option<Sourced<String>>,
}

/// Said to the frame of a stack that makes the place for states: its own can only move there.
pub(crate) struct HoldsStates;

impl StateSettings {
    /// What a `terraform` block says of it: `backend` or `cloud`, and the body.
    pub(crate) fn block(&self, environment: &str) -> (&'static str, Object) {
        match self {
            Self::Hcp(state) => ("cloud", state.arguments(environment)),
            _ => {
                let (backend, arguments) = self.arguments(environment);
                ("backend", Object::new().with(backend, arguments))
            }
        }
    }

    /// What another stack says to read the state of `environment`: the backend and its configuration.
    ///
    /// A file beside the output is sought where that of `environment` stands: beside the one that
    /// reads.
    #[must_use]
    pub fn remote(&self, environment: &str) -> (&'static str, Object) {
        match self {
            Self::Local(state) => ("local", state.seen_from_a_sibling(environment)),
            _ => self.arguments(environment),
        }
    }

    fn arguments(&self, environment: &str) -> (&'static str, Object) {
        match self {
            Self::Azurerm(state) => ("azurerm", state.arguments(environment)),
            Self::Hcp(state) => ("remote", state.arguments(environment)),
            Self::S3(state) => ("s3", state.arguments(environment)),
            Self::Gcs(state) => ("gcs", state.arguments(environment)),
            Self::Http(state) => ("http", state.arguments(environment)),
            Self::Local(state) => ("local", state.arguments()),
        }
    }

    /// Reports names that Azure would refuse: `terraform init` finds them only when it looks.
    pub(crate) fn check(&self, scope: &Scope) {
        if let Self::Azurerm(state) = self {
            state.check(scope);
        }
    }
}

impl AzureState {
    fn arguments(&self, environment: &str) -> Object {
        let derived = format!("{environment}.tfstate");
        let mut arguments = Object::new()
            .with("resource_group_name", &self.resource_group)
            .with("storage_account_name", &self.storage_account)
            .with("container_name", &self.container)
            .with("key", or(&self.key, derived, self.container.origin()))
            .with("use_azuread_auth", true);
        if let Some(id) = &self.subscription_id {
            arguments.set("subscription_id", id);
        }
        arguments
    }

    fn check(&self, scope: &Scope) {
        for (resource_type, argument, said) in [
            (
                "azurerm_resource_group",
                "resource_group",
                &self.resource_group,
            ),
            (
                "azurerm_storage_account",
                "storage_account",
                &self.storage_account,
            ),
            ("azurerm_storage_container", "container", &self.container),
        ] {
            naming::check(scope, resource_type, argument, said);
        }
        if let Some(key) = &self.key
            && (key.trim().is_empty() || key.starts_with('/'))
        {
            scope.report(
                Diagnostic::error(
                    &codes::NAME,
                    format!("`key` is \"{}\", which is no name of a blob", **key),
                )
                .argument("key")
                .value(key.as_str())
                .hint("leave it out: the blob is called after the environment")
                .at(key.origin()),
            );
        }
    }
}

impl HcpState {
    fn arguments(&self, environment: &str) -> Object {
        let origin = self.organization.origin();
        let name = or(&self.workspace, environment.to_owned(), origin);
        let mut arguments = Object::new().with("organization", &self.organization);
        if let Some(hostname) = &self.hostname {
            arguments.set("hostname", hostname);
        }
        arguments.with("workspaces", Object::new().with("name", name))
    }
}

impl S3State {
    fn arguments(&self, environment: &str) -> Object {
        let derived = format!("{environment}.tfstate");
        let mut arguments = Object::new()
            .with("bucket", &self.bucket)
            .with("region", &self.region)
            .with("key", or(&self.key, derived, self.bucket.origin()))
            .with("encrypt", true)
            .with("use_lockfile", true);
        if let Some(key) = &self.kms_key_id {
            arguments.set("kms_key_id", key);
        }
        arguments
    }
}

impl GcsState {
    fn arguments(&self, environment: &str) -> Object {
        let derived = environment.to_owned();
        let mut arguments = Object::new()
            .with("bucket", &self.bucket)
            .with("prefix", or(&self.key, derived, self.bucket.origin()));
        if let Some(key) = &self.kms_encryption_key {
            arguments.set("kms_encryption_key", key);
        }
        arguments
    }
}

impl HttpState {
    fn arguments(&self, environment: &str) -> Object {
        let name = self.key.as_ref().map_or(environment, |key| key.as_str());
        let address = format!("{}/{name}", self.address.trim_end_matches('/'));
        let lock = format!("{address}/lock");
        let origin = self.key.as_ref().unwrap_or(&self.address).origin();
        let arguments = Object::new().with("address", Any::new(address.into(), origin));
        if !*self.lock {
            return arguments;
        }
        arguments
            .with("lock_address", lock.clone())
            .with("lock_method", "POST")
            .with("unlock_address", lock)
            .with("unlock_method", "DELETE")
    }
}

impl LocalState {
    const FILE: &str = "terraform.tfstate";

    fn arguments(&self) -> Object {
        let path = or(&self.path, Self::FILE.to_owned(), Origin::Default);
        Object::new().with("path", path)
    }

    fn seen_from_a_sibling(&self, environment: &str) -> Object {
        let path = self.path.as_ref().map_or(Self::FILE, |path| path.as_str());
        let origin = self.path.as_ref().map(Sourced::origin).unwrap_or_default();
        if path.starts_with('/') {
            return Object::new().with("path", Any::new(path.to_owned().into(), origin));
        }
        let module: terrace_ir::Expr<String> = terrace_ir::expr::path_module();
        let rest = format!("/../{environment}/{path}");
        Object::new().with("path", terrace_ir::tf!("{}{}", module, rest))
    }
}

/// What a setting says, or else what is derived; the derived value is blamed on `origin`.
fn or(said: &Option<Sourced<String>>, derived: String, origin: Origin) -> Any {
    match said {
        Some(said) => said.into(),
        None => Any::new(derived.into(), origin),
    }
}
