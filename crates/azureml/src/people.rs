//! The people who work with a platform, and what each kind of them may.
//!
//! People come as groups of Entra, never one by one: who joins a group can work the same day, and
//! who leaves it cannot any more, without an apply.

use std::collections::{BTreeMap, BTreeSet};

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azure::Role;
use terrace_core::{InScope as _, Scope};
use terrace_ir::{AnyId, Diagnostic, Sourced};

use crate::grant::{AnyRole, EligibleGrant, Grant, Principal, named};
use crate::group::{InGroup as _, ResourceGroup};
use crate::insights::AppInsights;
use crate::logs::Logs;
use crate::model_registry::{self, ModelRegistry};
use crate::registry::ContainerRegistry;
use crate::storage::Storage;
use crate::workspace::{AiHub, FeatureStore, MlWorkspace};
use crate::{codes, sample};

/// Who works with the platform: `[people]`. Each kind has any number of groups of Entra, by a name
/// of your choice.
///
/// People are never inherited: every environment says for itself who may work in it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PeopleSettings {
    /// Who works in the workspace: runs jobs, uses compute, reads and writes data, trains, registers
    /// and deploys models, reads logs.
    #[schemars(extend("propertyNames" = PeopleGroup::names()))]
    pub data_scientists: BTreeMap<String, PeopleGroup>,

    /// Who keeps it running: starts and stops compute, deploys endpoints, reads logs and alerts, and
    /// sees everything in the group but data.
    #[schemars(extend("propertyNames" = PeopleGroup::names()))]
    pub operators: BTreeMap<String, PeopleGroup>,

    /// Who sees everything in the group but data, and changes nothing.
    #[schemars(extend("propertyNames" = PeopleGroup::names()))]
    pub readers: BTreeMap<String, PeopleGroup>,

    /// Who manages all resources of the group, but neither grants rights nor reads data. Let them be
    /// eligible where the platform matters.
    #[schemars(extend("propertyNames" = PeopleGroup::names()))]
    pub platform_admins: BTreeMap<String, PeopleGroup>,
}

/// A group of people in Entra.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PeopleGroup {
    /// The group's object id in Entra: `az ad group show --group NAME --query id` prints it.
    #[schemars(extend("format" = "uuid"))]
    pub object_id: Sourced<String>,

    /// For how many days members are eligible for the rights (Privileged Identity Management): they
    /// activate them when they need them. Left out, they have them always. Azure allows 365 unless
    /// its settings say otherwise.
    #[serde(default)]
    #[schemars(range(min = 1, max = 3650))]
    pub eligible_days: Option<Sourced<u32>>,

    /// Further roles on the whole resource group: names of `[roles]`, or of roles that Azure has.
    #[serde(default)]
    #[schemars(extend("uniqueItems" = true))]
    pub roles: Vec<Sourced<String>>,
}

impl PeopleGroup {
    /// What groups may be called, as a schema of the names in a map of groups.
    #[must_use]
    pub fn names() -> Schema {
        json_schema!({
            "type": "string",
            "description": "A group's name begins with a letter and goes on with letters, digits, blanks, `.`, `-` and `_`.",
            "pattern": "^[a-zA-Z][a-zA-Z0-9 ._-]*$",
        })
    }
}

/// A kind of people.
#[derive(Clone, Copy)]
enum Kind {
    DataScientists,
    Operators,
    Readers,
    PlatformAdmins,
}

/// What a right is on.
#[derive(Clone, Copy, PartialEq, Eq)]
enum On {
    Group,
    Workspace,
    Storage,
    Registry,
    Models,
    Insights,
    Logs,
    FeatureStore,
    OfflineStore,
    AiHub,
    AiProject,
}

impl Kind {
    /// The least that lets these people work, on the narrowest scope.
    ///
    /// Sources: "Manage access to Azure Machine Learning workspaces", "Data administration" for the
    /// two roles on storage that access by identity takes, and the role definitions themselves. Why
    /// each is there, `docs/guide.md` says.
    const fn rights(self) -> &'static [(On, Role)] {
        match self {
            Self::DataScientists => &[
                (On::Workspace, Role::AZUREML_DATA_SCIENTIST),
                (On::Workspace, Role::AZUREML_COMPUTE_OPERATOR),
                (On::Storage, Role::STORAGE_BLOB_DATA_CONTRIBUTOR),
                (On::Storage, Role::STORAGE_FILE_DATA_PRIVILEGED_CONTRIBUTOR),
                (On::Registry, Role::ACR_PULL),
                (On::Models, Role::READER),
                (On::Insights, Role::MONITORING_READER),
                (On::Logs, Role::LOG_ANALYTICS_READER),
                (On::FeatureStore, Role::AZUREML_DATA_SCIENTIST),
                (On::OfflineStore, Role::STORAGE_BLOB_DATA_READER),
                (On::AiHub, Role::READER),
                (On::AiProject, Role::AZURE_AI_DEVELOPER),
            ],
            Self::Operators => &[
                (On::Workspace, Role::AZUREML_DATA_SCIENTIST),
                (On::Workspace, Role::AZUREML_COMPUTE_OPERATOR),
                (On::Group, Role::MONITORING_READER),
            ],
            Self::Readers => &[(On::Group, Role::READER)],
            Self::PlatformAdmins => &[(On::Group, Role::CONTRIBUTOR)],
        }
    }
}

impl Kind {
    fn roles(self, on: On) -> impl Iterator<Item = Role> {
        let rights = self.rights().iter();
        rights
            .filter(move |right| right.0 == on)
            .map(|right| right.1)
    }
}

impl PeopleSettings {
    fn groups(&self) -> impl Iterator<Item = (Kind, &String, &PeopleGroup)> {
        [
            (Kind::DataScientists, &self.data_scientists),
            (Kind::Operators, &self.operators),
            (Kind::Readers, &self.readers),
            (Kind::PlatformAdmins, &self.platform_admins),
        ]
        .into_iter()
        .flat_map(|(kind, groups)| groups.iter().map(move |(name, group)| (kind, name, group)))
    }
}

/// The `admit` of what people have rights on by itself.
macro_rules! admits {
    ($($construct:ty: $on:ident;)*) => {$(
        impl $construct {
            /// Gives people their rights on this, and on nothing in or around it. A workspace does
            /// that for what it uses.
            #[track_caller]
            pub fn admit(&self, people: &PeopleSettings) {
                admit(self.scope(), On::$on, &self.id().into(), people);
            }
        }
    )*};
}

admits! {
    ResourceGroup: Group;
    Storage: Storage;
    ContainerRegistry: Registry;
    ModelRegistry: Models;
    AppInsights: Insights;
    Logs: Logs;
}

/// The `admit` of kinds of workspaces, which have several places on which people have rights.
macro_rules! admits_in_places {
    ($($construct:ty)*) => {$(
        impl $construct {
            /// Gives people their rights on this and on what belongs to it alone.
            #[track_caller]
            pub fn admit(&self, people: &PeopleSettings) {
                for (scope, on, id) in self.places() {
                    admit(&scope, on, &id, people);
                }
            }

            /// Gives the owner of a sandbox, if it has one, the rights of a data scientist on this.
            #[track_caller]
            pub fn admit_owner(&self, owner: Option<&Principal>) {
                admit_owner(self.places(), owner);
            }
        }
    )*};
}

admits_in_places! { FeatureStore AiHub }

impl FeatureStore {
    fn places(&self) -> Vec<(Scope, On, AnyId)> {
        let offline = self.offline();
        vec![
            (self.scope().clone(), On::FeatureStore, self.id().into()),
            (
                offline.scope().clone(),
                On::OfflineStore,
                offline.id().into(),
            ),
        ]
    }
}

impl AiHub {
    fn places(&self) -> Vec<(Scope, On, AnyId)> {
        let hub = (self.scope().clone(), On::AiHub, self.id().into());
        let projects = self.projects().iter();
        let projects = projects.map(|it| (it.scope().clone(), On::AiProject, it.id().into()));
        [hub].into_iter().chain(projects).collect()
    }
}

impl MlWorkspace {
    /// Gives people their rights on the workspace, on what it uses and on the group. A group of
    /// people may be of several kinds.
    ///
    /// On registries or logs that another stack makes nothing is granted: who makes them does that,
    /// once for all who share them.
    ///
    /// Reported are people of the sample, one group of Entra under two names, and roles that do not
    /// exist.
    #[track_caller]
    pub fn admit(&self, people: &PeopleSettings) {
        for (scope, on, id) in self.places() {
            admit(&scope, on, &id, people);
        }
    }

    /// Gives the owner of a sandbox, if it has one, the rights of a data scientist and an operator, in
    /// this environment alone.
    #[track_caller]
    pub fn admit_owner(&self, owner: Option<&Principal>) {
        admit_owner(self.places(), owner);
    }

    /// Where people have rights, but for what is shared and not this stack's.
    fn places(&self) -> Vec<(Scope, On, AnyId)> {
        let (storage, registry) = (self.storage(), self.registry());
        let (insights, logs) = (self.insights(), self.insights().logs());
        let models = model_registry::of(self).filter(|models| models.registry().is_some());
        let mut places = vec![
            (self.group().scope(), On::Group, self.group().id().into()),
            (self.scope(), On::Workspace, self.id().into()),
            (storage.scope(), On::Storage, storage.id().into()),
            (insights.scope(), On::Insights, insights.id().into()),
        ];
        if registry.registry().is_some() {
            places.push((registry.scope(), On::Registry, registry.id().into()));
        }
        if let Some(models) = &models {
            places.push((models.scope(), On::Models, models.id().into()));
        }
        if logs.workspace().is_some() {
            places.push((logs.scope(), On::Logs, logs.id().into()));
        }
        let places = places.into_iter();
        places
            .map(|(scope, on, id)| (scope.clone(), on, id))
            .collect()
    }
}

#[track_caller]
fn admit_owner(places: Vec<(Scope, On, AnyId)>, owner: Option<&Principal>) {
    let Some(owner) = owner else {
        return;
    };
    for (scope, on, id) in places {
        let mut given = BTreeSet::new();
        for kind in [Kind::DataScientists, Kind::Operators] {
            for role in kind.roles(on).filter(|role| given.insert(role.guid)) {
                Grant::new(&scope, id.clone(), role, owner);
            }
        }
    }
}

#[track_caller]
fn admit(scope: &Scope, on: On, id: &AnyId, people: &PeopleSettings) {
    let on_group = on == On::Group;
    if on_group {
        // Everybody who admits people admits them to a group, and once.
        check(scope, people);
    }
    let mut given = BTreeSet::new();
    for (kind, name, group) in people.groups() {
        let to = Principal::group(name, &group.object_id);
        let own = group.roles.iter().filter(|_| on_group);
        let roles = kind
            .roles(on)
            .map(AnyRole::from)
            .chain(own.filter_map(|said| named::find(scope, "roles", said)));
        for role in roles {
            let days = group.eligible_days.as_ref();
            if given.insert((group.object_id.to_lowercase(), role.key(), days.is_some())) {
                if let Some(days) = days {
                    EligibleGrant::new(scope, id.clone(), role, &to, days);
                } else {
                    Grant::new(scope, id.clone(), role, &to);
                }
            }
        }
    }
}

fn check(scope: &Scope, people: &PeopleSettings) {
    let mut names: BTreeMap<String, &String> = BTreeMap::new();
    for (_, name, group) in people.groups() {
        let id = &group.object_id;
        let first = names.entry(id.to_lowercase()).or_insert(name);
        if *first != name {
            scope.report(
                Diagnostic::error(
                    &codes::CONTRADICTION,
                    format!("`{first}` and `{name}` of `[people]` are one group of Entra"),
                )
                .argument("people")
                .value(id.as_str())
                .hint("call it the same in all kinds, or correct one of the ids")
                .at(id.origin()),
            );
        }
    }
    for (_, _, group) in people.groups() {
        sample::report(scope, "object_id", &group.object_id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What people are told, and what they get, is the same.
    #[test]
    fn the_guide_tells_every_right_of_every_kind() {
        let guide = include_str!("../../../docs/guide.md");
        for (kind, key) in [
            (Kind::DataScientists, "data_scientists"),
            (Kind::Operators, "operators"),
            (Kind::Readers, "readers"),
            (Kind::PlatformAdmins, "platform_admins"),
        ] {
            for (on, role) in kind.rights() {
                let on = match on {
                    On::Group => "resource group",
                    On::Workspace => "workspace",
                    On::Storage => "storage",
                    On::Registry => "registry",
                    On::Models => "registry for models",
                    On::Insights => "Application Insights",
                    On::Logs => "logs",
                    On::FeatureStore => "feature store",
                    On::OfflineStore => "its offline store",
                    On::AiHub => "hub",
                    On::AiProject => "its projects",
                };
                let row = format!("| `{key}` | {on} | {} |", role.name);
                assert!(guide.contains(&row), "the guide has no row {row}");
            }
        }
    }
}
