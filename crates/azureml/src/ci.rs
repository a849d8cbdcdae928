//! Pipelines that deploy: an identity for each, which they act as without any secret.

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azure::Cloud;
use terrace_azure::federation::{self, GitHubTrigger};
use terrace_azurerm::{FederatedIdentityCredential, FederatedIdentityCredentialArgs};
use terrace_core::{InScope, Scope, Stage};
use terrace_ir::{Diagnostic, Expr, Origin, Sourced, Value};

use crate::grant::{GroupRole, ModelRegistryRole, StorageRole, WorkspaceRole, identifier};
use crate::group::InGroup as _;
use crate::identity::{Identity, IdentitySettings};
use crate::workspace::MlWorkspace;
use crate::{codes, model_registry, sample};

/// A pipeline that acts in the environment without a secret: `[ci.NAME]`. Entra exchanges the token
/// that the pipeline's host gives it, if it says exactly what is said here.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(
    rename = "host",
    rename_all = "kebab-case",
    rename_all_fields = "snake_case",
    deny_unknown_fields
)]
#[schemars(rename = "Ci", tag = "host")]
pub enum CiSettings {
    /// GitHub Actions.
    Github {
        /// The repository, as `owner/name`.
        #[schemars(regex(pattern = "^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$"), extend("patternErrorMessage" = "of the form `owner/name`"))]
        repository: Sourced<String>,
        /// Deployment environments whose jobs may act as it: the safest, since an environment can ask
        /// for approval.
        #[serde(default)]
        #[schemars(extend("uniqueItems" = true))]
        environments: Vec<Sourced<String>>,
        /// Branches, a push to which may act as it.
        #[serde(default)]
        #[schemars(extend("uniqueItems" = true))]
        branches: Vec<Sourced<String>>,
        /// Tags that may act as it.
        #[serde(default)]
        #[schemars(extend("uniqueItems" = true))]
        tags: Vec<Sourced<String>>,
        /// Whether every pull request from within the repository may act as it, before anybody has
        /// reviewed it. Right for `deploys = "nothing"`.
        #[serde(default)]
        pull_requests: Sourced<bool>,
        /// What it may do.
        #[serde(default)]
        deploys: Sourced<Deploys>,
        /// Whether it also brings models into the registry of `[models]`, for other environments to
        /// use, and takes them out.
        #[serde(default)]
        promotes: Sourced<bool>,
    },
    /// Azure Pipelines, through a service connection with workload identity federation.
    AzureDevops {
        /// The organization's name.
        organization: Sourced<String>,
        /// The organization's id, which the service connection's page shows in its issuer.
        #[schemars(extend("format" = "uuid"))]
        organization_id: Sourced<String>,
        /// The project.
        project: Sourced<String>,
        /// The service connection.
        service_connection: Sourced<String>,
        /// What it may do.
        #[serde(default)]
        deploys: Sourced<Deploys>,
        /// Whether it also brings models into the registry of `[models]`, for other environments to
        /// use, and takes them out.
        #[serde(default)]
        promotes: Sourced<bool>,
    },
    /// Any other host, and service connections whose page shows another issuer.
    Other {
        /// Who issues the token: the claim `iss`, letter by letter.
        #[schemars(regex(pattern = "^https://[^ ]+$"), extend("patternErrorMessage" = "an address that begins with `https://`"))]
        issuer: Sourced<String>,
        /// Whom it is issued for: the claim `sub`, letter by letter.
        subject: Sourced<String>,
        /// What it may do.
        #[serde(default)]
        deploys: Sourced<Deploys>,
        /// Whether it also brings models into the registry of `[models]`, for other environments to
        /// use, and takes them out.
        #[serde(default)]
        promotes: Sourced<bool>,
    },
}

impl CiSettings {
    /// What pipelines may be called, as a schema of the names in a map of pipelines.
    #[must_use]
    pub fn names() -> Schema {
        json_schema!({
            "type": "string",
            "description": "A pipeline's name begins with a letter and goes on with letters, digits, `-` and `_`.",
            "pattern": "^[a-zA-Z][a-zA-Z0-9_-]*$",
        })
    }
}

/// What a pipeline may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Deploys {
    /// See everything in the group and change nothing: what a pull request's checks need.
    Nothing,
    /// Work in the workspace: run jobs, register models, deploy them to endpoints.
    #[default]
    Models,
    /// Apply this very environment: manage everything in its group, and grant any role but those
    /// that can grant further ones. The first apply, which makes the identity, is a person's.
    Platform,
}

/// Lets a pipeline grant roles, but none that can grant roles in turn.
/// Source: "Examples to delegate Azure role assignment management with conditions".
const NO_ROLE_THAT_GRANTS: &str = "\
((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR \
(@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals \
{8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9, f58310d9-a9f6-439a-9e8d-f62e7b41a168})) AND \
((!(ActionMatches{'Microsoft.Authorization/roleAssignments/delete'})) OR \
(@Resource[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAllValues:GuidNotEquals \
{8e3af657-a8ff-443c-a75c-2fe8c4bcb635, 18d7d88d-d35e-4fb5-a5c3-7773c20a72d9, f58310d9-a9f6-439a-9e8d-f62e7b41a168}))";

/// A pipeline's identity, with what it trusts and what it may do.
#[derive(Clone)]
pub struct CiIdentity {
    identity: Identity,
}

impl CiIdentity {
    /// An identity that a pipeline acts as.
    ///
    /// Reported are one that nobody could act as, and one that every pull request could.
    #[track_caller]
    pub fn new(
        workspace: &MlWorkspace,
        name: impl Into<Sourced<String>>,
        settings: &CiSettings,
    ) -> Self {
        let name = name.into();
        let scope = Scope::named(workspace, &name.map(|name| format!("ci_{name}")));
        let identity = Identity::in_scope(workspace, scope.clone(), &IdentitySettings::default());
        check(&scope, &name, settings);
        let issuer = settings.issuer();
        for (called, subject) in settings.subjects() {
            FederatedIdentityCredential::new(
                &scope,
                &identifier(&called),
                FederatedIdentityCredentialArgs {
                    name: identifier(&called).replace('_', "-").into(),
                    user_assigned_identity_id: identity.id(),
                    audience: [Cloud::Public.token_exchange_audience()].into(),
                    issuer: issuer.clone(),
                    subject,
                },
            );
        }
        grant(workspace, &identity, **settings.deploys());
        promote(&scope, workspace, &identity, settings);
        Self { identity }
    }

    /// The identity.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The client id, which the pipeline logs in with. It is no secret.
    #[must_use]
    pub fn client_id(&self) -> Expr<String> {
        self.identity.client_id()
    }
}

impl InScope for CiIdentity {
    fn scope(&self) -> &Scope {
        self.identity.scope()
    }
}

impl CiSettings {
    fn deploys(&self) -> &Sourced<Deploys> {
        match self {
            Self::Github { deploys, .. }
            | Self::AzureDevops { deploys, .. }
            | Self::Other { deploys, .. } => deploys,
        }
    }

    fn promotes(&self) -> &Sourced<bool> {
        match self {
            Self::Github { promotes, .. }
            | Self::AzureDevops { promotes, .. }
            | Self::Other { promotes, .. } => promotes,
        }
    }

    fn issuer(&self) -> Value<String> {
        match self {
            Self::Github { .. } => federation::GITHUB_ISSUER.into(),
            Self::AzureDevops {
                organization_id, ..
            } => organization_id
                .map(|id| federation::azure_devops_issuer(id))
                .into(),
            Self::Other { issuer, .. } => issuer.into(),
        }
    }

    /// Who may act as the identity, each by a name that stays when others come or go.
    fn subjects(&self) -> Vec<(String, Value<String>)> {
        match self {
            Self::Github {
                repository,
                environments,
                branches,
                tags,
                pull_requests,
                ..
            } => {
                let mut subjects = Vec::new();
                let mut add = |called: String, trigger, origin: Origin| {
                    let subject = federation::github_subject(repository, trigger);
                    subjects.push((called, Sourced::new(subject, origin).into()));
                };
                for it in environments {
                    let trigger = GitHubTrigger::Environment(it);
                    add(format!("environment {}", **it), trigger, it.origin());
                }
                for it in branches {
                    add(
                        format!("branch {}", **it),
                        GitHubTrigger::Branch(it),
                        it.origin(),
                    );
                }
                for it in tags {
                    add(format!("tag {}", **it), GitHubTrigger::Tag(it), it.origin());
                }
                if **pull_requests {
                    let trigger = GitHubTrigger::PullRequest;
                    add("pull requests".to_owned(), trigger, pull_requests.origin());
                }
                subjects
            }
            Self::AzureDevops {
                organization,
                project,
                service_connection,
                ..
            } => {
                let subject = service_connection.map(|connection| {
                    federation::azure_devops_subject(organization, project, connection)
                });
                vec![("service connection".to_owned(), subject.into())]
            }
            Self::Other { subject, .. } => vec![("subject".to_owned(), subject.into())],
        }
    }
}

/// The least that lets a pipeline do its work.
#[track_caller]
fn grant(workspace: &MlWorkspace, identity: &Identity, deploys: Deploys) {
    let (group, pipeline) = (workspace.group(), identity.principal());
    match deploys {
        Deploys::Nothing => {
            group.grant(&pipeline, GroupRole::Reader);
        }
        Deploys::Models => {
            workspace.grant(&pipeline, WorkspaceRole::DataScientist);
            // Code and models are uploaded before they are registered.
            let storage = workspace.storage();
            storage.grant(&pipeline, StorageRole::BlobDataContributor);
        }
        Deploys::Platform => {
            group.grant(&pipeline, GroupRole::Contributor);
            group
                .grant(&pipeline, GroupRole::AccessAdministrator)
                .only_when(NO_ROLE_THAT_GRANTS);
        }
    }
}

/// Lets a pipeline use what is in the registry for models, or bring more in.
#[track_caller]
fn promote(scope: &Scope, workspace: &MlWorkspace, identity: &Identity, settings: &CiSettings) {
    let role = match (**settings.promotes(), **settings.deploys()) {
        (true, _) => ModelRegistryRole::User,
        (false, Deploys::Models) => ModelRegistryRole::Reader,
        (false, Deploys::Nothing | Deploys::Platform) => return,
    };
    match model_registry::of(workspace) {
        Some(models) => {
            models.grant(&identity.principal(), role);
        }
        None if **settings.promotes() => scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "`promotes` is `true`, but there is no registry for models",
            )
            .argument("promotes")
            .value("true")
            .hint("add `[models]`, or take it out")
            .at(settings.promotes().origin()),
        ),
        None => {}
    }
}

fn check(scope: &Scope, name: &str, settings: &CiSettings) {
    let CiSettings::Github {
        repository,
        environments,
        branches,
        tags,
        pull_requests,
        deploys,
        promotes,
    } = settings
    else {
        return;
    };
    sample::report(scope, "repository", repository);
    for (argument, said) in [
        ("environments", environments),
        ("branches", branches),
        ("tags", tags),
    ] {
        for pattern in said.iter().filter(|said| said.contains(['*', '?'])) {
            scope.report(
                Diagnostic::error(
                    &codes::SUBJECT,
                    format!("`{argument}` has \"{}\", a pattern", **pattern),
                )
                .argument(argument)
                .value(pattern.as_str())
                .detail("Entra compares letter by letter: nothing is ever called so")
                .hint("name each one, or use an environment with a rule for its branches and tags")
                .at(pattern.origin()),
            );
        }
    }
    if settings.subjects().is_empty() {
        scope.report(
            Diagnostic::error(
                &codes::SUBJECT,
                format!("nothing of the repository may act as `{name}`"),
            )
            .argument("repository")
            .hint("add `environments`, `branches`, `tags` or `pull_requests`")
            .at(repository.origin()),
        );
    }
    let changes = **deploys != Deploys::Nothing || **promotes;
    if **pull_requests && changes && scope.stage() != Stage::Dev {
        scope.report(
            Diagnostic::warning(
                &codes::UNREVIEWED,
                format!(
                    "every pull request can deploy as `{name}`, before anybody has reviewed it"
                ),
            )
            .argument("pull_requests")
            .hint(
                "give pull requests an entry of their own in `[ci]`, with `deploys = \"nothing\"`",
            )
            .at(pull_requests.origin()),
        );
    }
}
