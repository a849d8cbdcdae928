//! What a workspace computes on.
//!
//! All of it has names in one collection of the workspace, and each stands in the tree under the table
//! of the environment file that names it: `[clusters.cpu]` is `…/clusters/cpu`.
//!
//! | module | what |
//! |---|---|
//! | [`cluster`] | [`ComputeCluster`]: machines for jobs, none while there are no jobs |
//! | [`instance`] | [`ComputeInstance`]: one person's machine |
//! | [`schedule`] | when instances start and stop |
//! | [`kubernetes`] | [`AttachedKubernetes`]: a cluster of Kubernetes that is there already |
//! | [`identity`] | what a compute acts as, and may do |
//! | `accounts` | further storage accounts that a compute's identity has rights on |
//! | `machine` | sizes of machines, and where they are |
//! | `known` | what a workspace and its computes know of each other |

pub(crate) mod accounts;
pub mod cluster;
pub mod identity;
pub mod instance;
pub(crate) mod known;
pub mod kubernetes;
pub(crate) mod machine;
pub mod schedule;

pub use cluster::{ClusterSettings, ComputeCluster, Priority};
pub use identity::{ComputeIdentity, DataAccess};
pub use instance::{ComputeInstance, InstanceDefaults, InstanceSettings};
pub use kubernetes::{AttachedKubernetes, KubernetesSettings};
pub use schedule::Schedule;

use std::collections::BTreeMap;

use schemars::{Schema, json_schema};
use terrace_ir::Value;

use crate::query;

/// What becomes of the machines behind a compute that is taken out of the workspace: `Delete` or
/// `Detach`. The service takes no deletion that does not say it.
/// Source: the operation "Compute - Delete" of the service's interface.
fn taken_out(machines: &str) -> Value<BTreeMap<String, Vec<String>>> {
    query("underlyingResourceAction", machines)
}

/// What the names of computes are, as a schema of the names in a map of settings:
/// `#[schemars(extend("propertyNames" = compute::names()))]`.
#[must_use]
pub fn names() -> Schema {
    json_schema!({
        "type": "string",
        "description": "A compute's name begins with a letter and goes on with letters, digits, `-` and `_`.",
        "pattern": "^[a-zA-Z][a-zA-Z0-9_-]*$",
    })
}
