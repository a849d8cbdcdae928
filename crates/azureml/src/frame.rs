//! What every stack needs around its constructs: the versions of Terraform and of the providers,
//! the providers' configuration, and where the state is.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Deserialize;
use terrace_azure::{Cloud, provider_namespace};
use terrace_core::{InScope as _, Resource, Stack, Stage};
use terrace_ir::{Any, BlockKind, Diagnostic, Object, Sourced};

use crate::naming::{Naming, NamingSettings};
use crate::sandbox::SandboxSettings;
use crate::state::{HoldsStates, StateSettings, States};
use crate::{codes, grant, group, protect, tags};

mod imports;

pub use imports::Imports;

/// The oldest Terraform that the output works with: write-only arguments and ephemeral values.
const TERRAFORM: &str = ">= 1.11.0";

/// The providers, each at the version that the output is checked against.
const PINS: [(&str, &str, &str); 3] = [
    ("azapi", terrace_azapi::SOURCE, terrace_azapi::VERSION),
    ("azurerm", terrace_azurerm::SOURCE, terrace_azurerm::VERSION),
    ("time", terrace_time::SOURCE, terrace_time::VERSION),
];

/// The organization that the sample environments come with.
const SAMPLE_ORGANIZATION: &str = "contoso";

/// What to do about a state on one's own disk.
const ADD_STATE: &str = "add to the environment file:
[state]
backend = \"azurerm\"
resource_group = \"rg-terraform\"
storage_account = \"stterraformstate\"
container = \"tfstate\"";
const MOVE_STATE: &str = "after the first apply add to the environment file what `terraform output -raw state` prints, and run \
                          what `terraform output move_this_state` says";

/// What all environments share: `stacks/terrace.toml`.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// A short name for who runs the platform: 2 to 20 lower-case letters, digits and dashes, the
    /// first a letter. Globally unique names are derived from it: a change replaces what has one.
    #[schemars(regex(pattern = "^[a-z][a-z0-9-]{1,19}$"), extend("patternErrorMessage" = "2 to 20 lower-case letters, digits and `-`, the first a letter"))]
    pub organization: Sourced<String>,
    /// How things are named.
    #[serde(default)]
    pub naming: NamingSettings,
}

/// What destroying leaves behind: `[destroy]`. Azure keeps deleted vaults and workspaces for a
/// while, and their names with them.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Destroy {
    /// Whether a destroyed vault is gone for good at once, unless it is protected from that.
    pub purge_vaults: Sourced<bool>,
    /// Whether a destroyed workspace is gone for good at once. Else its name is taken for 14 days.
    pub purge_workspaces: Sourced<bool>,
    /// Whether destroyed logs are gone for good at once. Else their name is taken for 14 days.
    pub purge_logs: Sourced<bool>,
    /// Whether a resource group is destroyed with what others have made in it.
    pub groups_with_contents: Sourced<bool>,
}

/// What a stack says of itself.
pub struct Frame<'a> {
    project: &'a Project,
    location: &'a Sourced<String>,
    tags: BTreeMap<String, Sourced<String>>,
    subscription_id: Option<&'a Sourced<String>>,
    state: Option<&'a StateSettings>,
    states: Option<States>,
    destroy: Destroy,
    sandbox: Option<&'a SandboxSettings>,
    protect: bool,
    lends: bool,
    ignored_tags: Vec<Sourced<String>>,
    imports: Imports,
}

impl<'a> Frame<'a> {
    /// The frame of an environment in a region: no tags but the environment's name, state beside the
    /// output, the subscription of whoever is logged in, and nothing destroyed for good.
    #[must_use]
    pub fn new(project: &'a Project, location: &'a Sourced<String>) -> Self {
        Self {
            project,
            location,
            tags: BTreeMap::new(),
            subscription_id: None,
            state: None,
            states: None,
            destroy: Destroy::default(),
            sandbox: None,
            protect: false,
            lends: false,
            ignored_tags: Vec::new(),
            imports: Imports::new(),
        }
    }

    /// Takes what is there already under management.
    #[must_use]
    pub fn imports(mut self, imports: &Imports) -> Self {
        self.imports = imports.clone();
        self
    }

    /// Keeps what holds data from being destroyed, and what others depend on from being deleted.
    #[must_use]
    pub fn protect(mut self, protect: &Sourced<bool>) -> Self {
        self.protect = **protect;
        self
    }

    /// Lets other stacks have roles on what is here, and give them back: protection makes no locks then,
    /// since Azure would keep every role that somebody has on what is locked.
    #[must_use]
    pub fn lends(mut self, lends: bool) -> Self {
        self.lends = lends;
        self
    }

    /// Leaves tags alone that others set, such as Azure Policy.
    #[must_use]
    pub fn ignore_tags(mut self, names: &[Sourced<String>]) -> Self {
        self.ignored_tags = names.to_vec();
        self
    }

    /// Adds tags on everything that takes them.
    #[must_use]
    pub fn tags(mut self, tags: &BTreeMap<String, Sourced<String>>) -> Self {
        self.tags.extend(tags.clone());
        self
    }

    /// Pins the subscription, so that the environment is never applied to another one.
    #[must_use]
    pub fn subscription_id(mut self, id: Option<&'a Sourced<String>>) -> Self {
        self.subscription_id = id;
        self
    }

    /// Says where the state is.
    #[must_use]
    pub fn state(mut self, state: Option<&'a StateSettings>) -> Self {
        self.state = state;
        self
    }

    /// Where the state is, if it is said.
    #[must_use]
    pub fn own_state(&self) -> Option<&StateSettings> {
        self.state
    }

    /// Says where all environments keep their state, so that the stack can read what others give.
    #[must_use]
    pub fn states(mut self, states: States) -> Self {
        self.states = Some(states);
        self
    }

    /// Says what destroying leaves behind.
    #[must_use]
    pub fn destroy(mut self, destroy: &Destroy) -> Self {
        self.destroy = destroy.clone();
        self
    }

    /// Says whose sandbox it is, if it is one: owner and end become tags.
    #[must_use]
    pub fn sandbox(mut self, sandbox: Option<&'a SandboxSettings>) -> Self {
        self.sandbox = sandbox;
        self
    }
}

impl Frame<'_> {
    /// Prepares a stack: names and tags hold for all that is declared in it afterwards, and
    /// `inside` declares it. Then come the providers that it turned out to use.
    pub fn build(&self, stack: &Stack, inside: impl FnOnce()) {
        if let Some(states) = &self.states {
            stack.provide(states.clone());
        }
        stack.provide(Naming::new(
            stack,
            &self.project.organization,
            &stack.name(),
            self.location,
            &self.project.naming,
        ));
        let mut tags = self.tags.clone();
        tags.entry("environment".to_owned())
            .or_insert_with(|| stack.name().to_string().into());
        if let Some(sandbox) = self.sandbox {
            sandbox.check(stack);
            sandbox.tag(&mut tags);
        }
        tags::require(stack, &tags);
        tags::apply(stack, &tags);
        grant::report_duplicates(stack.scope());
        tags::ignore(stack, &self.ignored_tags);
        inside();
        if self.protect {
            protect::keep(stack);
            if !self.lends {
                protect::lock(stack);
            }
        }
        imports::apply(stack, &self.imports);
        self.terraform(stack);
        self.provider(stack);
        self.check_subscription(stack);
        let organization = &self.project.organization;
        if **organization == *SAMPLE_ORGANIZATION {
            stack.report(
                Diagnostic::warning(
                    &codes::SAMPLE_ORGANIZATION,
                    format!("`organization` is still \"{SAMPLE_ORGANIZATION}\", the sample's"),
                )
                .hint("set it to a short name of your own before the first apply")
                .at(organization.origin()),
            );
        }
        if self.state.is_none() && stack.stage() != Stage::Dev {
            let hint = match stack.provided::<HoldsStates>() {
                Some(_) => MOVE_STATE,
                None => ADD_STATE,
            };
            stack.report(
                Diagnostic::warning(
                    &codes::LOCAL_STATE,
                    format!("the state of `{}` is on your own disk", stack.name()),
                )
                .hint(hint),
            );
        }
    }

    fn terraform(&self, stack: &Stack) {
        let used: BTreeSet<String> = stack
            .resources()
            .iter()
            .map(|resource| provider_of(resource).to_owned())
            .collect();
        let providers: Object = PINS
            .into_iter()
            .filter(|(name, ..)| used.contains(*name))
            .map(|(name, source, version)| {
                let pin = Object::new()
                    .with("source", source)
                    .with("version", version);
                (name, pin)
            })
            .collect();
        let mut body = Object::new()
            .with("required_version", TERRAFORM)
            .with("required_providers", providers);
        if let Some(state) = self.state {
            state.check(stack);
            let (name, place) = state.block(&stack.name());
            body.set(name, place);
        }
        stack.block(BlockKind::Terraform, [], body);
    }

    fn check_subscription(&self, stack: &Stack) {
        if let Some(id) = self.subscription_id
            && !is_uuid(id)
        {
            stack.report(
                Diagnostic::error(
                    &codes::SUBSCRIPTION,
                    format!(
                        "`subscription_id` is \"{}\", which is no id of a subscription",
                        **id
                    ),
                )
                .argument("subscription_id")
                .value(id.as_str())
                .hint("write the id, of the form \"00000000-0000-0000-0000-000000000000\"")
                .at(id.origin()),
            );
        }
    }

    fn provider(&self, stack: &Stack) {
        let resources = stack.resources();
        let addresses: Vec<_> = resources.iter().map(Resource::address).collect();
        let types = addresses.iter().map(|address| &*address.type_name);
        let namespaces: Vec<Any> = provider_namespace::of_types(types)
            .into_iter()
            .map(Any::from)
            .collect();
        let mut body = Object::new().with("features", self.features());
        if let Some(subscription) = self.subscription_id {
            body.set("subscription_id", subscription);
        }
        let cloud = group::cloud_of(self.location);
        if cloud != Cloud::Public {
            let environment = Any::new(cloud.as_str().into(), self.location.origin());
            body.set("environment", environment.clone());
            if resources.iter().any(|it| provider_of(it) == "azapi") {
                stack.provider("azapi", Object::new().with("environment", environment));
            }
        }
        // Exactly those that the stack needs, since version 5 of the provider registers none.
        body.set("resource_provider_registrations", "none");
        body.set("resource_providers_to_register", namespaces);
        // Storage without shared keys is reached as who is logged in.
        body.set("storage_use_azuread", true);
        stack.provider("azurerm", body);
    }

    fn features(&self) -> Object {
        let Destroy {
            purge_vaults,
            purge_workspaces,
            purge_logs,
            groups_with_contents,
        } = &self.destroy;
        let keep_groups = groups_with_contents.map(|with| !with);
        Object::new()
            // `application_insights.disable_generated_rule` stays off: the provider would wait for a
            // rule that Azure makes late or never. What that rule leaves in a group,
            // `groups_with_contents` lets go with it.
            .with(
                "key_vault",
                Object::new()
                    .with("purge_soft_delete_on_destroy", purge_vaults)
                    .with("recover_soft_deleted_key_vaults", true),
            )
            .with(
                "log_analytics_workspace",
                Object::new().with("permanently_delete_on_destroy", purge_logs),
            )
            .with(
                "machine_learning",
                Object::new().with("purge_soft_deleted_workspace_on_destroy", purge_workspaces),
            )
            .with(
                "resource_group",
                Object::new().with("prevent_deletion_if_contains_resources", &keep_groups),
            )
    }
}

/// `00000000-0000-0000-0000-000000000000`
fn is_uuid(text: &str) -> bool {
    let groups: Vec<&str> = text.split('-').collect();
    groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12])
        && groups
            .iter()
            .all(|group| group.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn provider_of(resource: &Resource) -> String {
    let address = resource.address();
    address
        .type_name
        .split('_')
        .next()
        .unwrap_or_default()
        .to_owned()
}
