//! What a workspace and its computes know of each other.

use std::cell::RefCell;
use std::collections::BTreeMap;

use terrace_azurerm::MachineLearningComputeCluster;
use terrace_core::{Resource, Scope, Stage};
use terrace_ir::{Any, AnyId, Diagnostic, Origin, Sourced};

use super::cluster::{ClusterSettings, Priority};
use super::instance::InstanceDefaults;
use super::machine;
use crate::codes;
use crate::grant::{Principal, StorageRole};
use crate::storage::Storage;

/// The cluster that builds the images of a workspace whose registry nobody reaches, where no other is
/// named.
pub(crate) const IMAGE_BUILDER: &str = "image_builder";

const CLUSTER: &str = "azurerm_machine_learning_compute_cluster";

/// The computes of a workspace.
pub(crate) struct Computes {
    /// Where each kind is in the tree: apart from what the workspace itself is made of, so that a
    /// cluster may be called `identity`.
    pub(super) clusters: Scope,
    pub(super) instances: Scope,
    pub(super) kubernetes: Scope,
    pub(super) defaults: RefCell<InstanceDefaults>,
    image_builder: Option<Sourced<String>>,
    /// Those that were made so far.
    known: RefCell<Vec<Known>>,
    /// What clusters act as that no batch job runs on yet, by their names.
    workers: RefCell<BTreeMap<String, Principal>>,
}

/// A compute.
pub(super) struct Known {
    pub(super) name: Sourced<String>,
    pub(super) in_azure: String,
    /// Where something is said of it, for findings about a name that code has given.
    pub(super) said_at: Origin,
    pub(super) builder: Builder,
    /// The quota that it uses, and how many cores of it at the most.
    pub(super) cores: Option<(String, i64)>,
}

/// Whether a compute can build images.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Builder {
    Able,
    HasGpus,
    MayLoseMachines,
    NoCluster,
}

impl Builder {
    pub(super) fn of(cluster: &ClusterSettings) -> Self {
        if machine::has_gpus(&cluster.vm_size) {
            Self::HasGpus
        } else if *cluster.priority == Priority::Low {
            Self::MayLoseMachines
        } else {
            Self::Able
        }
    }
}

impl Computes {
    /// None yet, of the workspace in `scope`. `image_builder` is the cluster that builds images.
    #[track_caller]
    pub(crate) fn new(scope: &Scope, image_builder: Option<Sourced<String>>) -> Self {
        Self {
            clusters: Scope::new(scope, "clusters"),
            instances: Scope::new(scope, "instances"),
            kubernetes: Scope::new(scope, "kubernetes"),
            defaults: RefCell::default(),
            image_builder,
            known: RefCell::default(),
            workers: RefCell::default(),
        }
    }

    /// What holds from now on for instances that do not say otherwise.
    pub(crate) fn set_defaults(&self, defaults: &InstanceDefaults) {
        self.defaults.replace(defaults.clone());
    }

    /// Whether the cluster of that name builds the workspace's images.
    pub(super) fn builds_images(&self, name: &str) -> bool {
        self.image_builder
            .as_ref()
            .is_some_and(|builder| **builder == *name)
    }

    /// Adds a compute. Reported is another one that is called the same in Azure.
    pub(super) fn add(&self, scope: &Scope, one: Known) {
        let mut known = self.known.borrow_mut();
        if let Some(other) = known
            .iter()
            .find(|other| other.in_azure.eq_ignore_ascii_case(&one.in_azure))
        {
            scope.report(
                Diagnostic::error(
                    &codes::NAME,
                    format!(
                        "`{}` and `{}` are both called \"{}\" in Azure",
                        *other.name, *one.name, one.in_azure
                    ),
                )
                .detail("names become lower case, `_` becomes `-`, and a number at the end loses the hyphen before it")
                .hint("rename one of the two")
                .at(one.name.origin().or(one.said_at)),
            );
        }
        known.push(one);
    }

    /// Notes what a cluster acts as.
    pub(super) fn add_worker(&self, cluster: &str, acts_as: Principal) {
        self.workers
            .borrow_mut()
            .insert(cluster.to_owned(), acts_as);
    }

    /// Lets the cluster of that name, if it acts as itself, work through batches. The pieces of a job are
    /// in a queue of the storage and noted in a table, which without keys it opens as itself.
    #[track_caller]
    pub(crate) fn serve_batches(&self, cluster: &str, storage: &Storage) {
        let Some(worker) = self.workers.borrow_mut().remove(cluster) else {
            return;
        };
        if !**storage.shared_keys() {
            storage.grant(&worker, StorageRole::QueueDataContributor);
            storage.grant(&worker, StorageRole::TableDataContributor);
        }
    }

    /// The id of the cluster of that name, if it was made.
    pub(crate) fn cluster_id(&self, name: &str) -> Option<AnyId> {
        let clusters = self.clusters.resources();
        let cluster = clusters.iter().find(|resource| {
            let path = resource.scope().path();
            &*resource.address().type_name == CLUSTER && path.rsplit('/').next() == Some(name)
        })?;
        Some(cluster.id::<MachineLearningComputeCluster>().into())
    }

    /// How many cores of each quota all of them use at the most.
    pub(crate) fn cores(&self) -> BTreeMap<String, i64> {
        let mut sum = BTreeMap::new();
        for (quota, cores) in self.known.borrow().iter().flat_map(|one| &one.cores) {
            *sum.entry(quota.clone()).or_default() += cores;
        }
        sum
    }

    /// Lets its cluster build the images of a workspace, once all clusters are known. Reported are one
    /// that is not there, and one that cannot.
    pub(crate) fn build_images(&self, workspace: &Resource) {
        let Some(builder) = &self.image_builder else {
            return;
        };
        let known = self.known.borrow();
        let cluster = known
            .iter()
            .find(|one| one.builder != Builder::NoCluster && *one.name == **builder);
        // Azure builds there too, as long as nobody takes the machines away.
        let production = workspace.scope().stage() == Stage::Prod;
        let risks = cluster.is_some_and(|it| it.builder == Builder::MayLoseMachines) && !production;
        let builds = cluster.filter(|it| risks || it.builder == Builder::Able);
        if let Some(cluster) = builds {
            let name = Any::new(cluster.in_azure.clone().into(), builder.origin());
            workspace.set("image_build_compute_name", name);
        }
        let (problem, detail) = match cluster.map(|cluster| cluster.builder) {
            Some(Builder::Able) => return,
            Some(Builder::HasGpus) => ("whose machines have GPUs", "Azure builds no images there"),
            Some(Builder::MayLoseMachines) => (
                "whose machines Azure may take away",
                "an image that is half built is lost, and the job that waits for it fails",
            ),
            Some(Builder::NoCluster) | None => (
                "which is no cluster",
                "it is to build the workspace's images",
            ),
        };
        let able = known.iter().filter(|one| one.builder == Builder::Able);
        let able: Vec<String> = able.map(|one| format!("\"{}\"", *one.name)).collect();
        let hint = match able.is_empty() {
            true => "leave it out: a private registry gets a cluster for its images".to_owned(),
            false => format!("name one that can, {}, or leave it out", able.join(" or ")),
        };
        let summary = format!("`image_build_cluster` is \"{}\", {problem}", **builder);
        let finding = match risks {
            true => Diagnostic::warning(&codes::INTERRUPTIBLE, summary),
            false => Diagnostic::error(&codes::CONTRADICTION, summary),
        };
        workspace.scope().report(
            finding
                .argument("image_build_cluster")
                .value(builder.as_str())
                .detail(detail)
                .hint(hint)
                .at(builder.origin()),
        );
    }
}
