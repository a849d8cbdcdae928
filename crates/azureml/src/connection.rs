//! Connections of a workspace: to repositories, package feeds, registries and services outside.
//!
//! No secret stands in a setting. It is named, and read when Terraform applies: from a variable
//! (`TF_VAR_…`) or from the platform's key vault. Terraform sends it and keeps it nowhere.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azapi::{AzapiResource, AzapiResourceArgs};
use terrace_azurerm::{MachineLearningWorkspace, ephemeral};
use terrace_core::{InScope, IsResource as _, MAIN, Scope};
use terrace_ir::{Any, Diagnostic, Expr, Id, IntoValue, Object, Sourced};

use crate::variable::{self, Kept};
use crate::vault::KeyVault;
use crate::workspace::MlWorkspace;
use crate::{Given, ML_API, codes};

/// Settings of a connection: `[connections.NAME]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    rename = "type",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
#[schemars(rename = "Connection", tag = "type")]
pub enum ConnectionSettings {
    /// A Git repository.
    Git {
        /// Its address: `https://example.org/models.git`.
        target: Given,
        /// The personal access token that opens it. A public one needs none.
        #[serde(default)]
        token: Option<SecretSettings>,
        /// Whether all projects and users of the workspace may use it.
        #[serde(default)]
        shared: Sourced<bool>,
    },
    /// A feed of Python packages.
    PythonFeed {
        /// Its address.
        target: Given,
        /// The personal access token that opens it. A public one needs none.
        #[serde(default)]
        token: Option<SecretSettings>,
        /// Whether all projects and users of the workspace may use it.
        #[serde(default)]
        shared: Sourced<bool>,
    },
    /// A registry of container images outside the platform.
    ContainerRegistry {
        /// Its address: `registry.example.org`.
        target: Given,
        /// Who logs in.
        username: Sourced<String>,
        /// With what.
        password: SecretSettings,
        /// Whether all projects and users of the workspace may use it.
        #[serde(default)]
        shared: Sourced<bool>,
    },
    /// Azure OpenAI.
    AzureOpenai {
        /// Its address: `https://NAME.openai.azure.com/`.
        #[schemars(regex(pattern = "^https://"), extend("patternErrorMessage" = "an address that begins with `https://`"))]
        target: Given,
        /// Its id in Azure.
        #[schemars(regex(pattern = "^/subscriptions/"), extend("patternErrorMessage" = "an id, \"/subscriptions/…\""))]
        resource_id: Given,
        /// Its key. Without one it is opened by the roles of whoever uses the connection.
        #[serde(default)]
        key: Option<SecretSettings>,
        /// Whether all projects and users of the workspace may use it.
        #[serde(default)]
        shared: Sourced<bool>,
    },
    /// Azure AI services.
    AiServices {
        /// Its address: `https://NAME.cognitiveservices.azure.com/`.
        #[schemars(regex(pattern = "^https://"), extend("patternErrorMessage" = "an address that begins with `https://`"))]
        target: Given,
        /// Its id in Azure.
        #[schemars(regex(pattern = "^/subscriptions/"), extend("patternErrorMessage" = "an id, \"/subscriptions/…\""))]
        resource_id: Given,
        /// Its key. Without one it is opened by the roles of whoever uses the connection.
        #[serde(default)]
        key: Option<SecretSettings>,
        /// Whether all projects and users of the workspace may use it.
        #[serde(default)]
        shared: Sourced<bool>,
    },
    /// Azure AI Search.
    AiSearch {
        /// Its address: `https://NAME.search.windows.net`.
        #[schemars(regex(pattern = "^https://"), extend("patternErrorMessage" = "an address that begins with `https://`"))]
        target: Given,
        /// Its id in Azure.
        #[serde(default)]
        #[schemars(regex(pattern = "^/subscriptions/"), extend("patternErrorMessage" = "an id, \"/subscriptions/…\""))]
        resource_id: Option<Given>,
        /// Its key. Without one it is opened by the roles of whoever uses the connection.
        #[serde(default)]
        key: Option<SecretSettings>,
        /// Whether all projects and users of the workspace may use it.
        #[serde(default)]
        shared: Sourced<bool>,
    },
    /// Snowflake.
    Snowflake {
        /// Its address, as JDBC writes it: `jdbc:snowflake://NAME.snowflakecomputing.com/?db=…`.
        target: Given,
        /// Who logs in.
        username: Sourced<String>,
        /// With what.
        password: SecretSettings,
        /// Whether all projects and users of the workspace may use it.
        #[serde(default)]
        shared: Sourced<bool>,
    },
    /// A bucket of Amazon S3.
    S3 {
        /// Its address: `https://NAME.s3.amazonaws.com`.
        #[schemars(regex(pattern = "^https://"), extend("patternErrorMessage" = "an address that begins with `https://`"))]
        target: Given,
        /// The id of the access key.
        access_key_id: Sourced<String>,
        /// The access key.
        secret_access_key: SecretSettings,
        /// Whether all projects and users of the workspace may use it.
        #[serde(default)]
        shared: Sourced<bool>,
    },
    /// Keys for code of your own.
    Custom {
        /// Where they are for.
        target: Given,
        /// The keys, by the names by which the code asks for them.
        keys: BTreeMap<String, SecretSettings>,
        /// What else the code wants to know.
        #[serde(default)]
        metadata: BTreeMap<String, Sourced<String>>,
        /// Whether all projects and users of the workspace may use it.
        #[serde(default)]
        shared: Sourced<bool>,
    },
}

/// Where a secret comes from, one of the two: `{ variable = "git_token" }` or
/// `{ vault_secret = "git-token" }`.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(extend("x-whole" = true, "minProperties" = 1))]
pub struct SecretSettings {
    /// A variable of Terraform, which `TF_VAR_NAME` gives a value when it is applied.
    #[schemars(regex(pattern = "^[a-z][a-z0-9_]*$"), extend("patternErrorMessage" = "a lower-case letter and then lower-case letters, digits and `_`"))]
    pub variable: Option<Sourced<String>>,

    /// A secret of the platform's vault, by its name. Whoever applies must be able to read it.
    #[schemars(regex(pattern = "^[0-9a-zA-Z-]{1,127}$"), extend("patternErrorMessage" = "1 to 127 letters, digits and `-`"))]
    pub vault_secret: Option<Sourced<String>>,

    /// Counts up: a change sends the secret again, since Terraform cannot see that it changed.
    pub version: Sourced<u32>,
}

/// How a connection is opened, in the service's words.
struct Opened<'a> {
    category: &'static str,
    auth_type: &'static str,
    target: &'a Given,
    shared: &'a Sourced<bool>,
    metadata: Object,
    /// What of the credentials is no secret.
    plain: Object,
    /// The secrets, by their names in the credentials.
    secrets: Vec<(&'a str, &'a SecretSettings)>,
}

impl ConnectionSettings {
    /// What the names of connections are, as a schema of the names in a map of settings.
    /// Source: azapi 2.12.0, the bodies at 2025-12-01.
    #[must_use]
    pub fn names() -> Schema {
        json_schema!({
            "type": "string",
            "description": "A connection's name has 3 to 33 letters, digits, `-` and `_`, the first a letter or digit.",
            "pattern": "^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$",
        })
    }

    fn opened(&self) -> Opened<'_> {
        let (category, target, shared) = match self {
            Self::Git { target, shared, .. } => ("Git", target, shared),
            Self::PythonFeed { target, shared, .. } => ("PythonFeed", target, shared),
            Self::ContainerRegistry { target, shared, .. } => ("ContainerRegistry", target, shared),
            Self::AzureOpenai { target, shared, .. } => ("AzureOpenAI", target, shared),
            Self::AiServices { target, shared, .. } => ("AIServices", target, shared),
            Self::AiSearch { target, shared, .. } => ("CognitiveSearch", target, shared),
            Self::Snowflake { target, shared, .. } => ("Snowflake", target, shared),
            Self::S3 { target, shared, .. } => ("S3", target, shared),
            Self::Custom { target, shared, .. } => ("CustomKeys", target, shared),
        };
        let opened = Opened {
            category,
            auth_type: "None",
            target,
            shared,
            metadata: Object::new(),
            plain: Object::new(),
            secrets: Vec::new(),
        };
        match self {
            Self::Git { token, .. } | Self::PythonFeed { token, .. } => match token {
                Some(token) => opened.by("PAT").secret("pat", token),
                None => opened,
            },
            Self::ContainerRegistry {
                username, password, ..
            }
            | Self::Snowflake {
                username, password, ..
            } => Opened {
                plain: Object::new().with("username", username),
                ..opened.by("UsernamePassword")
            }
            .secret("password", password),
            Self::AzureOpenai {
                resource_id, key, ..
            }
            | Self::AiServices {
                resource_id, key, ..
            } => Opened {
                metadata: of_azure(resource_id),
                ..opened
            }
            .by_key(key.as_ref()),
            Self::AiSearch {
                resource_id, key, ..
            } => {
                let metadata = match resource_id {
                    Some(id) => of_azure(id),
                    None => Object::new(),
                };
                Opened { metadata, ..opened }.by_key(key.as_ref())
            }
            Self::S3 {
                access_key_id,
                secret_access_key,
                ..
            } => Opened {
                plain: Object::new().with("accessKeyId", access_key_id),
                ..opened.by("AccessKey")
            }
            .secret("secretAccessKey", secret_access_key),
            Self::Custom { keys, metadata, .. } => {
                let metadata = metadata
                    .iter()
                    .map(|(name, value)| (name.clone(), Any::from(value)))
                    .collect();
                let opened = Opened {
                    metadata,
                    ..opened.by("CustomKeys")
                };
                keys.iter()
                    .fold(opened, |opened, (name, secret)| opened.secret(name, secret))
            }
        }
    }
}

/// What tells a service of Azure from others of its kind.
fn of_azure(resource_id: &Given) -> Object {
    Object::new()
        .with("ApiType", "Azure")
        .with("ResourceId", resource_id)
}

impl<'a> Opened<'a> {
    fn by(self, auth_type: &'static str) -> Self {
        Self { auth_type, ..self }
    }

    /// By its key, or by the roles of whoever asks.
    fn by_key(self, key: Option<&'a SecretSettings>) -> Self {
        match key {
            Some(key) => self.by("ApiKey").secret("key", key),
            None => self.by("AAD"),
        }
    }

    fn secret(mut self, name: &'a str, secret: &'a SecretSettings) -> Self {
        self.secrets.push((name, secret));
        self
    }

    /// All that is no secret.
    fn properties(&self) -> Object {
        let mut properties = Object::new()
            .with("authType", self.auth_type)
            .with("category", self.category)
            .with("isSharedToAll", self.shared)
            .with("metadata", self.metadata.clone())
            .with("target", self.target);
        if !self.plain.is_empty() {
            properties.set("credentials", self.plain.clone());
        }
        properties
    }

    /// Lets the secrets be sent, and kept nowhere.
    #[track_caller]
    fn send(&self, scope: &Scope, connection: &AzapiResource, vault: &KeyVault) {
        if self.secrets.is_empty() {
            return;
        }
        // Keys of one's own stand one level further in.
        let is_custom = self.auth_type == "CustomKeys";
        let (mut secrets, mut versions) = (Object::new(), Object::new());
        for (name, settings) in &self.secrets {
            let place = match is_custom {
                true => format!("properties.credentials.keys.{name}"),
                false => format!("properties.credentials.{name}"),
            };
            versions.set(place, settings.version.to_string());
            secrets.set((*name).to_owned(), settings.read(scope, vault));
        }
        let credentials = match is_custom {
            true => Object::new().with("keys", secrets),
            false => secrets,
        };
        let properties = Object::new().with("credentials", credentials);
        connection.set_sensitive_body(Any::from(Object::new().with("properties", properties)));
        connection
            .resource()
            .set("sensitive_body_version", versions);
    }
}

impl MlWorkspace {
    /// A connection to something outside. Secrets come from variables, or from the vault.
    ///
    /// Reported are secrets that come from nowhere, or from two places.
    #[track_caller]
    pub fn connection(
        &self,
        name: &Sourced<String>,
        vault: &KeyVault,
        settings: &ConnectionSettings,
    ) -> AzapiResource {
        to(self, self.id(), name, vault, settings)
    }
}

/// A connection of any kind of workspace, which `construct` stands for.
#[track_caller]
pub(crate) fn to(
    construct: &impl InScope,
    workspace: Id<MachineLearningWorkspace>,
    name: &Sourced<String>,
    vault: &KeyVault,
    settings: &ConnectionSettings,
) -> AzapiResource {
    let scope = Scope::named(construct, &name.map(|name| format!("connection_{name}")));
    let opened = settings.opened();
    let connection = in_scope(&scope, workspace, name, opened.properties());
    opened.send(&scope, &connection, vault);
    connection
}

/// A connection with these properties, none of them a secret, as the main resource of `scope`.
#[track_caller]
pub(crate) fn in_scope(
    scope: &Scope,
    workspace: Id<MachineLearningWorkspace>,
    name: impl IntoValue<String>,
    properties: Object,
) -> AzapiResource {
    let connection = AzapiResource::new(
        scope,
        MAIN,
        AzapiResourceArgs {
            type_: format!("Microsoft.MachineLearningServices/workspaces/connections@{ML_API}")
                .into(),
        },
    );
    connection
        .set_parent_id(workspace)
        .set_name(name)
        .set_ignore_casing(true)
        .set_body(Object::new().with("properties", properties));
    connection
}

impl SecretSettings {
    /// The secret, as what Terraform reads when it applies.
    #[track_caller]
    fn read(&self, scope: &Scope, vault: &KeyVault) -> Expr<String> {
        let unclear = |summary, at| {
            scope.report(
                Diagnostic::error(&codes::SECRET_SOURCE, summary)
                    .hint("write `{ variable = \"…\" }` or `{ vault_secret = \"…\" }`")
                    .at(at),
            );
        };
        match (&self.variable, &self.vault_secret) {
            (Some(variable), other) => {
                if let Some(other) = other {
                    unclear("a secret has two sources", other.origin());
                }
                variable::secret(scope, variable, Kept::Nowhere)
            }
            (None, Some(secret)) => secret_of(scope, vault, secret),
            (None, None) => {
                unclear("a secret has no source", self.version.origin());
                variable::secret(scope, &"secret".into(), Kept::Nowhere)
            }
        }
    }
}

#[track_caller]
fn secret_of(scope: &Scope, vault: &KeyVault, name: &Sourced<String>) -> Expr<String> {
    let secret = ephemeral::KeyVaultSecret::new(
        scope,
        name,
        ephemeral::KeyVaultSecretArgs {
            name: name.into(),
            key_vault_id: vault.id(),
        },
    );
    secret.value()
}
