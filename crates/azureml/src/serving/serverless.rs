//! A model of Azure's catalog that answers without machines of one's own: it is paid by the token.
//!
//! A model that is not Microsoft's own is sold in Azure Marketplace: the workspace subscribes to it, once
//! for all endpoints.
//!
//! Source: how-to-deploy-models-serverless.

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azapi::{AzapiResource, AzapiResourceArgs};
use terrace_core::{InScope, IsResource as _, MAIN, Scope, Stage};
use terrace_ir::{Diagnostic, Expr, Id, Object, Sourced};

use super::enabled;
use crate::grant::identifier;
use crate::workspace::MlWorkspace;
use crate::{ML_API, codes, naming};

/// Settings of a serverless endpoint: `[serverless_endpoints.NAME]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ServerlessEndpointSettings {
    /// The endpoint's name in Azure, where it is not to be made by the naming template: 3 to 32 letters,
    /// digits and single `-`, which nobody else in the region has, since it is part of the address. A
    /// change replaces the endpoint.
    #[serde(default)]
    #[schemars(transform = naming::Named(TYPE))]
    pub name: Option<Sourced<String>>,

    /// The model, by its id in the catalog without a version, since the newest one answers:
    /// `azureml://registries/azureml/models/Phi-4`. It must be offered in the region. A change replaces the
    /// endpoint.
    pub model: Sourced<String>,

    /// How those who call it say who they are.
    #[serde(default = "aad")]
    pub auth: Sourced<ServerlessAuth>,

    /// Whether Azure keeps hateful, violent and sexual content, and what harms oneself, out of requests and
    /// answers.
    #[serde(default = "crate::yes")]
    pub content_safety: Sourced<bool>,

    /// Whether the workspace subscribes to the model's offer in Azure Marketplace, which accepts its terms and
    /// prices. Left out, it does for all but Microsoft's own models, those of the registry `azureml`.
    #[serde(default)]
    pub subscribe: Option<Sourced<bool>>,
}

/// How those who call a serverless endpoint say who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ServerlessAuth {
    /// By a login of Entra, and a role on the workspace.
    Aad,
    /// By a key, which does not end and opens the endpoint to whoever has it.
    Key,
    /// By either.
    AadAndKey,
}

impl ServerlessEndpointSettings {
    /// A model, opened by logins alone.
    #[must_use]
    pub fn new(model: impl Into<Sourced<String>>) -> Self {
        Self {
            name: None,
            model: model.into(),
            auth: aad(),
            content_safety: crate::yes(),
            subscribe: None,
        }
    }
}

fn aad() -> Sourced<ServerlessAuth> {
    ServerlessAuth::Aad.into()
}

const TYPE: &str = "Microsoft.MachineLearningServices/workspaces/serverlessEndpoints";
const SUBSCRIPTION: &str = "Microsoft.MachineLearningServices/workspaces/marketplaceSubscriptions";

/// A serverless endpoint.
#[derive(Clone)]
pub struct ServerlessEndpoint {
    scope: Scope,
    endpoint: AzapiResource,
}

impl ServerlessEndpoint {
    /// An endpoint of a workspace, and its subscription to the model where it needs one and has none yet.
    ///
    /// Reported are a model that is none of the catalog, and in production keys and content that is not
    /// looked at.
    #[track_caller]
    pub fn new(
        workspace: &MlWorkspace,
        name: impl Into<Sourced<String>>,
        settings: &ServerlessEndpointSettings,
    ) -> Self {
        let scope = Scope::named(&workspace.serving().serverless, &name.into());
        settings.check(&scope);
        let said = settings.name.as_ref();
        let endpoint = workspace.part(&scope, TYPE, naming::name(&scope, TYPE, said));
        endpoint
            .set_body(settings.body())
            .set_replace_triggers_refs(["properties.modelSettings.modelId"]);
        if settings.subscribes() {
            endpoint.depends_on(&subscription(workspace, &settings.model));
        }
        Self { scope, endpoint }
    }

    /// The resource itself.
    #[must_use]
    pub fn endpoint(&self) -> &AzapiResource {
        &self.endpoint
    }

    /// The endpoint's id.
    #[must_use]
    pub fn id(&self) -> Id<AzapiResource> {
        self.endpoint.id()
    }

    /// The endpoint's name in Azure.
    #[must_use]
    pub fn name(&self) -> Expr<String> {
        self.endpoint.name()
    }
}

impl InScope for ServerlessEndpoint {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl MlWorkspace {
    /// A model of the catalog that answers without machines.
    #[track_caller]
    pub fn serverless_endpoint(
        &self,
        name: impl Into<Sourced<String>>,
        settings: &ServerlessEndpointSettings,
    ) -> ServerlessEndpoint {
        ServerlessEndpoint::new(self, name, settings)
    }
}

/// The workspace's subscription to a model, one for all endpoints of that model.
#[track_caller]
fn subscription(workspace: &MlWorkspace, model: &Sourced<String>) -> AzapiResource {
    let serving = workspace.serving();
    let mut known = serving.subscriptions.borrow_mut();
    if let Some(subscription) = known.get(model.as_str()) {
        return subscription.clone();
    }
    let (registry, name) = parse(model).unwrap_or_default();
    // Another registry may have a model of that name: only then the registry is part of the place.
    let mut names = known.keys().filter_map(|model| parse(model));
    let place = match names.any(|(_, other)| level(other) == level(name)) {
        true => format!("{}-{}", level(registry), level(name)),
        false => level(name),
    };
    let scope = Scope::new(&serving.marketplace, &place);
    let subscription = AzapiResource::new(
        &scope,
        MAIN,
        AzapiResourceArgs {
            type_: format!("{SUBSCRIPTION}@{ML_API}").into(),
        },
    );
    let properties = Object::new().with("modelId", model);
    subscription
        .set_name(naming::name(&scope, SUBSCRIPTION, None))
        .set_parent_id(workspace.id())
        .set_ignore_casing(true)
        .set_body(Object::new().with("properties", properties))
        .set_replace_triggers_refs(["properties.modelId"]);
    known.insert(model.to_string(), subscription.clone());
    subscription
}

/// The name of a registry or a model as a level of the tree.
fn level(name: &str) -> String {
    identifier(name).replace('_', "-")
}

/// The registry and the name of a model of the catalog.
fn parse(model: &str) -> Option<(&str, &str)> {
    let path = model.strip_prefix("azureml://registries/")?;
    let (registry, name) = path.split_once("/models/")?;
    let is_name = |text: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        !text.is_empty() && text.chars().all(allowed)
    };
    (is_name(registry) && is_name(name)).then_some((registry, name))
}

impl ServerlessEndpointSettings {
    fn subscribes(&self) -> bool {
        match (&self.subscribe, parse(&self.model)) {
            // It is reported already.
            (_, None) => false,
            (Some(said), Some(_)) => **said,
            (None, Some((registry, _))) => registry != "azureml",
        }
    }

    fn body(&self) -> Object {
        let auth = self.auth.map(|auth| {
            match auth {
                ServerlessAuth::Aad => "AAD",
                ServerlessAuth::Key => "Key",
                ServerlessAuth::AadAndKey => "KeyAndAAD",
            }
            .to_owned()
        });
        let safety = self.content_safety.map(|&on| enabled(on).to_owned());
        let properties = Object::new()
            .with("authMode", &auth)
            .with(
                "contentSafety",
                Object::new().with("contentSafetyStatus", &safety),
            )
            .with("modelSettings", Object::new().with("modelId", &self.model));
        Object::new()
            .with("properties", properties)
            .with("sku", Object::new().with("name", "Consumption"))
    }

    fn check(&self, scope: &Scope) {
        let model = &self.model;
        if parse(model).is_none() {
            let hint = match model.split_once("/versions/") {
                Some((all, _)) => format!("leave out the version: \"{all}\""),
                None => "write \"azureml://registries/REGISTRY/models/NAME\", which the model's page in the catalog shows".to_owned(),
            };
            scope.report(
                Diagnostic::error(
                    &codes::CATALOG_MODEL,
                    format!(
                        "`model` is \"{}\", which is no model of the catalog",
                        **model
                    ),
                )
                .argument("model")
                .value(model.as_str())
                .hint(hint)
                .at(model.origin()),
            );
        }
        if scope.stage() != Stage::Prod {
            return;
        }
        if *self.auth != ServerlessAuth::Aad {
            scope.report(
                Diagnostic::warning(
                    &codes::ENDPOINT_KEY,
                    "an endpoint in production is opened by a key",
                )
                .argument("auth")
                .hint("write `auth = \"aad\"`, and give those who call it a role")
                .at(self.auth.origin()),
            );
        }
        if !*self.content_safety {
            scope.report(
                Diagnostic::warning(
                    &codes::UNSAFE_CONTENT,
                    "nobody looks at the content of a model in production",
                )
                .argument("content_safety")
                .value("false")
                .hint("take it out, unless the application looks at it itself")
                .at(self.content_safety.origin()),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn models_of_the_catalog_have_a_registry_a_name_and_no_version() {
        for model in [
            "azureml://registries/azureml/models/Phi-4",
            "azureml://registries/azureml-meta/models/Meta-Llama-3.1-8B-Instruct",
        ] {
            assert!(parse(model).is_some(), "{model}");
        }
        for model in [
            "Phi-4",
            "azureml:fraud:3",
            "azureml://registries/azureml/models/Phi-4/versions/3",
            "azureml://registries/azureml/models/",
            "azureml://registries/azureml/environments/Phi-4",
        ] {
            assert!(parse(model).is_none(), "{model}");
        }
    }
}
