//! From a function that builds a stack to a program.

use std::process::ExitCode;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use terrace_azureml::{Frame, Project, SandboxSettings};
use terrace_cli::{Program, Sandbox};
use terrace_core::{Stack, Stage};
use terrace_environment::{Derived, Environment as Loaded};
use terrace_ir::Module;

/// What an environment file says: the stack author's own struct, made of the constructs' settings.
///
/// Several environments are built at the same time, each on one thread, and each may read the others.
pub trait Environment: DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// What the environment is for.
    fn stage(&self) -> Stage;

    /// What every stack needs around its constructs.
    fn frame<'a>(&'a self, project: &'a Project) -> Frame<'a>;

    /// Whose sandbox it is, if it is one. Left out, there are no sandboxes.
    fn sandbox(&self) -> Option<&SandboxSettings> {
        None
    }

    /// What the file of a new sandbox that is like this environment says beside `[sandbox]`, in TOML:
    /// what it shares with this one, which is built as `module`, and a small budget whose warnings go
    /// to the `owner`'s e-mail address. It stands below the line `inherits`, so keys of the top come
    /// first.
    ///
    /// `None` where a sandbox cannot be like this environment, which is so when left out.
    fn new_sandbox(&self, module: &Module, owner: &str) -> Option<String> {
        let _ = (module, owner);
        None
    }
}

/// What an environment never takes from the one that it inherits from: what is one's own by nature,
/// names that only one thing in Azure can have, and what is there already and holds data or acts for one
/// environment. Clusters, attached Kubernetes and subnets are called within what is one's own; registries,
/// logs, zones, a key with its identity and who is told are there already for several.
const NEVER_INHERITED: &[&str] = &[
    "subscription_id",
    "state.key",
    "state.path",
    "state.workspace",
    "people",
    "instances",
    "budget",
    "imports",
    "**.import_id",
    "group.existing",
    "insights.existing",
    "vault.existing",
    "storage.existing",
    "accounts.*.existing",
    "workspace.existing",
    "ai_hub.existing",
    "feature_store.offline.existing",
    "feature_store.online_store_id",
    "network.vnet.existing",
    "network.vnet.endpoints_subnet_id",
    "network.vnet.training_subnet_id",
    "**.user_identity.existing",
    "sandbox",
    "*.name",
    "accounts.*.name",
    "ai_hub.projects.*.name",
    "batch_endpoints.*.name",
    "endpoints.*.name",
    "serverless_endpoints.*.name",
    "feature_store.offline.name",
    "network.vnet.name",
    "encryption.identity.name",
    "**.user_identity.name",
    "**.friendly_name",
];

/// Runs the commands for the environments in `stacks/`, each built by `platform`.
#[must_use]
pub fn main<E: Environment>(platform: fn(&Stack, &E)) -> ExitCode {
    let program = Program {
        settings: LazyLock::new(Derived::new),
        stage: E::stage,
        sandbox: |environment| {
            let SandboxSettings { owner, expires, .. } = environment.sandbox()?;
            Some(Sandbox { owner, expires })
        },
        build: &|stack: &Stack, project: &Project, environment: &E, all: &[Loaded<E>]| {
            let state = |one: &Loaded<E>| {
                let frame = one.settings.frame(project);
                (one.name.to_string(), frame.own_state().cloned())
            };
            let frame = environment.frame(project);
            let frame = frame.states(all.iter().map(state).collect());
            frame.build(stack, || platform(stack, environment));
        },
        new_sandbox: E::new_sandbox,
        never_inherited: NEVER_INHERITED,
        codes: terrace_azureml::codes::CODES,
    };
    let code = terrace_cli::run(&program, std::env::args_os());
    // The process ends here, and the system takes its memory back at once.
    std::mem::forget(program);
    code
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pretty_assertions::assert_eq;
    use terrace_ir::Code;

    fn codes() -> Vec<&'static Code> {
        terrace_cli::codes::all(terrace_azureml::codes::CODES)
    }

    #[test]
    fn every_code_has_one_meaning() {
        let codes = codes();
        let ids: BTreeSet<&str> = codes.iter().map(|code| code.id).collect();
        let titles: BTreeSet<&str> = codes.iter().map(|code| code.title).collect();
        assert_eq!(ids.len(), codes.len());
        assert_eq!(titles.len(), codes.len());
    }

    #[test]
    fn every_page_says_what_it_means_shows_it_and_says_what_to_do() {
        for code in codes() {
            let pieces: Vec<&str> = code.explanation.split("\n```").collect();
            let [meaning, .., what_to_do] = pieces.as_slice() else {
                panic!("{} shows no example", code.id);
            };
            assert!(
                meaning.trim().len() > 40,
                "{} says not what it means",
                code.id
            );
            // A page may end in the right form of what it shows.
            let is_told = what_to_do.trim().len() > 10 || pieces.len() > 4;
            assert!(is_told, "{} says not what to do", code.id);
            assert!(!code.title.ends_with('.'), "{}", code.title);
            assert!(
                code.title
                    .starts_with(|c: char| c.is_lowercase() || c == '`'),
                "{}",
                code.title
            );
        }
    }
}
