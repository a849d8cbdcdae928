//! What answers requests with models.
//!
//! A deployment needs a model, and a model comes from a job, long after the platform: an endpoint without
//! deployments is a name, an identity and its rights, and costs nothing.
//!
//! | module | what |
//! |---|---|
//! | [`online`] | [`OnlineEndpoint`]: answers at once, and which deployment gets how much of the traffic |
//! | [`deployment`] | what runs behind an online endpoint |
//! | [`autoscale`] | how many machines it runs on |
//! | [`hours`] | hours in which that is otherwise |
//! | [`batch`] | [`BatchEndpoint`]: works through files, on a cluster of the workspace |
//! | [`serverless`] | [`ServerlessEndpoint`]: a model of Azure's catalog, without machines |
//! | `asset` | models, environments and code, by their ids |

mod asset;
pub mod autoscale;
pub mod batch;
pub mod deployment;
pub mod hours;
pub mod online;
pub mod serverless;

pub use autoscale::AutoscaleSettings;
pub use batch::{BatchDeploymentSettings, BatchEndpoint, BatchEndpointSettings};
pub use deployment::DeploymentSettings;
pub use hours::HoursSettings;
pub use online::{EndpointSettings, OnlineEndpoint};
pub use serverless::{ServerlessEndpoint, ServerlessEndpointSettings};

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use schemars::{JsonSchema, Schema, json_schema};
use serde::Deserialize;
use terrace_azapi::AzapiResource;
use terrace_core::Scope;
use terrace_ir::{Any, Sourced};

use crate::duration::duration;

/// What an endpoint acts as: with it, its deployments pull their images and read their models.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum EndpointIdentity {
    /// An identity that comes and goes with the endpoint, to which the service grants what it needs.
    System,
    /// An identity made beside it, which gets exactly what it needs: to pull images, and to read the
    /// workspace's blobs.
    User,
}

/// Where the endpoints of a workspace are in the tree.
#[derive(Clone)]
pub(crate) struct Serving {
    online: Scope,
    batch: Scope,
    serverless: Scope,
    marketplace: Scope,
    /// Whether what batch jobs use of the workspace's storage is reached.
    pub(crate) serves_batches: Rc<Cell<bool>>,
    /// What the workspace subscribes to, by the model's id.
    subscriptions: Rc<RefCell<BTreeMap<String, AzapiResource>>>,
}

impl Serving {
    /// None yet, of the workspace in `scope`.
    #[track_caller]
    pub(crate) fn new(scope: &Scope) -> Self {
        Self {
            online: Scope::new(scope, "endpoints"),
            batch: Scope::new(scope, "batch_endpoints"),
            serverless: Scope::new(scope, "serverless_endpoints"),
            marketplace: Scope::new(scope, "marketplace"),
            serves_batches: Rc::default(),
            subscriptions: Rc::default(),
        }
    }
}

/// What the names of deployments are, as a schema of the names in a map of settings: Azure takes them as
/// they are.
#[must_use]
pub fn deployment_names() -> Schema {
    json_schema!({
        "type": "string",
        "description": "A deployment's name begins with a letter, goes on with letters, digits and single `-`, and has 3 to 32 characters.",
        "minLength": 3,
        "maxLength": 32,
        "pattern": "^[a-zA-Z][a-zA-Z0-9]*(-[a-zA-Z0-9]+)*$",
        "patternErrorMessage": "3 to 32 letters, digits and single `-`, the first a letter",
    })
}

/// What the names of endpoints are in an environment file.
#[must_use]
pub fn endpoint_names() -> Schema {
    json_schema!({
        "type": "string",
        "description": "An endpoint's name begins with a letter and goes on with letters, digits and `-`.",
        "pattern": "^[a-zA-Z][a-zA-Z0-9-]*$",
    })
}

/// A number as the body of a request has it.
fn count(count: &Sourced<u32>) -> Any {
    (&count.map(|&count| i64::from(count))).into()
}

fn enabled(on: bool) -> &'static str {
    match on {
        true => "Enabled",
        false => "Disabled",
    }
}
