//! An endpoint that answers at once.
//!
//! Which deployment gets how much of the traffic is a part of the endpoint, but can only be said once the
//! deployments are there. So the endpoint is made without, then its deployments, and then the traffic is
//! set. The endpoint's own body never mentions it: no plan flips it back.
//!
//! Source: how-to-safely-rollout-online-endpoints, concept-endpoints-online-auth,
//! concept-secure-online-endpoint.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azapi::azapi_resource::{Identity as IdentityBlock, IdentityArgs, IdentityType};
use terrace_azapi::{AzapiResource, AzapiUpdateResource, AzapiUpdateResourceArgs};
use terrace_azure::Role;
use terrace_core::{InScope, IsResource as _, Lifecycle, Scope, Stage};
use terrace_ir::nearest::nearest;
use terrace_ir::{Diagnostic, Expr, Id, Object, Sourced};

use super::deployment::{self, DeploymentSettings};
use super::{EndpointIdentity, count, deployment_names, enabled};
use crate::grant::{self, ModelRegistryRole, Principal, RegistryRole, StorageRole};
use crate::identity::{Identity, IdentitySettings};
use crate::workspace::MlWorkspace;
use crate::{ML_API, codes, model_registry, naming, network};

/// Settings of an online endpoint: `[endpoints.NAME]`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EndpointSettings {
    /// The endpoint's name in Azure, where it is not to be made by the naming template: 3 to 32 letters,
    /// digits and single `-`, which nobody else in the region has, since it is part of the address. A
    /// change replaces the endpoint.
    #[schemars(transform = naming::Named(TYPE))]
    pub name: Option<Sourced<String>>,

    /// How those who call it say who they are. A change replaces the endpoint.
    pub auth: Sourced<EndpointAuth>,

    /// Whether it is called from the internet. Left out, it is as the workspace is; `true` opens it
    /// where the workspace is closed.
    pub public_access: Option<Sourced<bool>>,

    /// What it acts as. A change replaces the endpoint.
    pub identity: Sourced<EndpointIdentity>,

    /// What it is for.
    pub description: Option<Sourced<String>>,

    /// What runs behind it, by name: two of them, such as `blue` and `green`, let a new model take over
    /// step by step.
    #[schemars(extend("propertyNames" = deployment_names()))]
    pub deployments: BTreeMap<Sourced<String>, DeploymentSettings>,

    /// How much of the traffic each deployment gets, in percent: together 100, or 0.
    pub traffic: BTreeMap<String, Share>,

    /// How much of the traffic one more deployment gets as a copy, whose answers nobody sees: at most 50
    /// percent.
    pub mirror_traffic: BTreeMap<String, Share>,
}

/// A share of the traffic, in percent.
pub type Share = Sourced<u32>;

/// How those who call an endpoint say who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EndpointAuth {
    /// By a login of Entra, and a role on the endpoint.
    Aad,
    /// By a token of the workspace, which ends after some hours.
    AmlToken,
    /// By a key, which does not end and opens the endpoint to whoever has it.
    Key,
}

impl Default for EndpointSettings {
    fn default() -> Self {
        Self {
            name: None,
            auth: EndpointAuth::Aad.into(),
            public_access: None,
            identity: EndpointIdentity::User.into(),
            description: None,
            deployments: BTreeMap::new(),
            traffic: BTreeMap::new(),
            mirror_traffic: BTreeMap::new(),
        }
    }
}

const TYPE: &str = "Microsoft.MachineLearningServices/workspaces/onlineEndpoints";

/// An online endpoint.
#[derive(Clone)]
pub struct OnlineEndpoint {
    scope: Scope,
    endpoint: AzapiResource,
    principal: Principal,
}

impl OnlineEndpoint {
    /// An endpoint of a workspace, with its deployments and their traffic.
    ///
    /// Reported are traffic that does not add up or goes to what is not there, keys in production, and
    /// what is wrong with a deployment.
    #[track_caller]
    pub fn new(
        workspace: &MlWorkspace,
        name: impl Into<Sourced<String>>,
        settings: &EndpointSettings,
    ) -> Self {
        let scope = Scope::named(&workspace.serving().online, &name.into());
        settings.check(&scope);
        let said = settings.name.as_ref();
        let endpoint = workspace.part(&scope, TYPE, naming::name(&scope, TYPE, said));
        endpoint
            .set_body(settings.body(&scope))
            .set_replace_triggers_refs(["properties.authMode"])
            // Azure does not take another kind of identity later.
            .set_replace_triggers_external_values(Object::new().with(
                "identity",
                &settings.identity.map(|it| kind(*it).to_owned()),
            ));
        let (principal, ready) = act_as(&scope, workspace, &endpoint, &settings.identity);
        let mut made = Vec::new();
        for (name, settings) in &settings.deployments {
            let deployment = deployment::deploy(&scope, workspace, &endpoint, name, settings);
            if let Some(ready) = &ready {
                deployment.depends_on(ready);
            }
            made.push(deployment);
        }
        settings.route(&scope, &endpoint, &made);
        Self {
            scope,
            endpoint,
            principal,
        }
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

    /// What it acts as, as one to which more rights are granted: what a scoring script reads besides its
    /// model.
    #[must_use]
    pub fn principal(&self) -> Principal {
        self.principal.clone()
    }
}

impl InScope for OnlineEndpoint {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl MlWorkspace {
    /// An endpoint that answers at once.
    #[track_caller]
    pub fn endpoint(
        &self,
        name: impl Into<Sourced<String>>,
        settings: &EndpointSettings,
    ) -> OnlineEndpoint {
        OnlineEndpoint::new(self, name, settings)
    }
}

fn kind(identity: EndpointIdentity) -> &'static str {
    match identity {
        EndpointIdentity::System => "SystemAssigned",
        EndpointIdentity::User => "UserAssigned",
    }
}

/// What the endpoint acts as, and what its deployments wait for: that it may pull and read.
#[track_caller]
fn act_as(
    scope: &Scope,
    workspace: &MlWorkspace,
    endpoint: &AzapiResource,
    identity: &Sourced<EndpointIdentity>,
) -> (Principal, Option<terrace_time::Sleep>) {
    let type_ = identity.map(|identity| match identity {
        EndpointIdentity::System => IdentityType::SystemAssigned,
        EndpointIdentity::User => IdentityType::UserAssigned,
    });
    let block = IdentityBlock::new(IdentityArgs {
        type_: (&type_).into(),
    });
    let (storage, registry) = (workspace.storage(), workspace.registry());
    let models = model_registry::of(workspace);
    match **identity {
        EndpointIdentity::System => {
            endpoint.set_identity(block);
            let own = Principal::service(&*scope.path(), endpoint.identity_principal_id());
            grant::made_by_azure(scope, registry.id(), Role::ACR_PULL, &own);
            grant::made_by_azure(scope, storage.id(), Role::STORAGE_BLOB_DATA_READER, &own);
            let ready = models.map(|models| {
                let reads = models.grant(&own, ModelRegistryRole::Reader);
                grant::wait_for_all(&Scope::new(scope, "identity"), &[reads])
            });
            (own, ready)
        }
        EndpointIdentity::User => {
            let identity = Identity::in_scope(
                workspace,
                Scope::new(scope, "identity"),
                &IdentitySettings::default(),
            );
            endpoint.set_identity(block.identity_ids([identity.id()]));
            let to = identity.principal();
            let mut grants = vec![
                registry.grant(&to, RegistryRole::Pull),
                storage.grant(&to, StorageRole::BlobDataReader),
            ];
            grants.extend(models.map(|models| models.grant(&to, ModelRegistryRole::Reader)));
            let ready = grant::wait_for_all(&identity, &grants);
            (to, Some(ready))
        }
    }
}

impl EndpointSettings {
    fn body(&self, scope: &Scope) -> Object {
        let public = match &self.public_access {
            Some(said) => said.clone(),
            None => network::access(scope).public_workspace,
        };
        let auth = self.auth.map(|auth| {
            match auth {
                EndpointAuth::Aad => "AADToken",
                EndpointAuth::AmlToken => "AMLToken",
                EndpointAuth::Key => "Key",
            }
            .to_owned()
        });
        let mut properties = Object::new().with("authMode", &auth).with(
            "publicNetworkAccess",
            &public.map(|&on| enabled(on).to_owned()),
        );
        if let Some(description) = &self.description {
            properties.set("description", description);
        }
        Object::new().with("properties", properties)
    }

    /// Sets the traffic, once the deployments are there.
    #[track_caller]
    fn route(&self, scope: &Scope, endpoint: &AzapiResource, deployments: &[AzapiResource]) {
        if self.traffic.is_empty() && self.mirror_traffic.is_empty() {
            return;
        }
        let shares = |shares: &BTreeMap<String, Share>| -> Object {
            shares
                .iter()
                .map(|(name, share)| (name.clone(), count(share)))
                .collect()
        };
        let mut properties = Object::new().with("traffic", shares(&self.traffic));
        if !self.mirror_traffic.is_empty() {
            properties.set("mirrorTraffic", shares(&self.mirror_traffic));
        }
        let traffic = AzapiUpdateResource::new(
            scope,
            "traffic",
            AzapiUpdateResourceArgs {
                type_: format!("{TYPE}@{ML_API}").into(),
            },
        );
        traffic
            .set_resource_id(endpoint.id())
            .set_body(Object::new().with("properties", properties))
            // Whatever else of the endpoint changes is sent without the traffic, which is then gone.
            .set_lifecycle(Lifecycle {
                replace_triggered_by: vec![endpoint.resource().reference()],
                ..Lifecycle::default()
            });
        for deployment in deployments {
            traffic.depends_on(deployment);
        }
    }

    fn check(&self, scope: &Scope) {
        let finding = |summary: String, at| {
            Diagnostic::error(&codes::TRAFFIC, summary)
                .argument("traffic")
                .at(at)
        };
        let wrong = |summary, at| scope.report(finding(summary, at));
        for (name, share) in self.traffic.iter().chain(&self.mirror_traffic) {
            if !self.deployments.contains_key(name.as_str()) {
                let summary = format!("traffic goes to `{name}`, which is none of `deployments`");
                let unknown = finding(summary, share.origin());
                let known = self.deployments.keys().map(|name| name.as_str());
                scope.report(match nearest(name, known) {
                    Some(near) => unknown.hint(format!("did you mean `{near}`?")),
                    None => unknown,
                });
            }
        }
        let sum: u64 = self.traffic.values().map(|share| u64::from(**share)).sum();
        if sum != 100
            && sum != 0
            && let Some(last) = self.traffic.values().next_back()
        {
            wrong(
                format!("the shares of the traffic add up to {sum}, not to 100"),
                last.origin(),
            );
        }
        for (index, (name, share)) in self.mirror_traffic.iter().enumerate() {
            if **share > 50 {
                wrong(
                    format!(
                        "a copy of {}% of the traffic goes to `{name}`, but 50% is the most",
                        **share
                    ),
                    share.origin(),
                );
            }
            if index > 0 {
                wrong(
                    format!(
                        "a copy of the traffic goes to `{name}` too, but Azure copies it for one deployment only"
                    ),
                    share.origin(),
                );
            }
            if self.traffic.get(name).is_some_and(|live| **live > 0) {
                wrong(
                    format!("`{name}` gets traffic and a copy of it"),
                    share.origin(),
                );
            }
        }
        if *self.auth == EndpointAuth::Key && scope.stage() == Stage::Prod {
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
    }
}
