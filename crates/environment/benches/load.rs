//! Three environments of some 150 lines each, with the settings of a whole platform.
//!
//! The time of the first load in a process counts most, since a command loads once: it is printed
//! before the benches run.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Instant;

use criterion::{Criterion, criterion_group};
use schemars::JsonSchema;
use serde::Deserialize;
use terrace_environment::{Derived, Folder, find, load};
use terrace_ir::{SourceMap, Sourced};

#[derive(Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Shared {
    organization: Sourced<String>,
}

/// Settings structs that differ in their names alone, as large as those of real constructs.
macro_rules! settings {
    ($($section:ident: $Section:ident, $Choice:ident, $Set:ident;)*) => {
        /// An environment.
        #[derive(Deserialize, JsonSchema)]
        #[allow(dead_code)]
        struct Settings {
            /// The region.
            location: Sourced<String>,
            $(
                /// A construct.
                $section: $Section,
            )*
        }
        $(
            /// The settings of a construct.
            #[derive(Deserialize, JsonSchema)]
            #[serde(deny_unknown_fields)]
            #[allow(dead_code)]
            struct $Section {
                /// An explicit name.
                #[schemars(regex(pattern = concat!("^[a-z][a-z0-9-]{1,22}[a-z0-9]$|^", stringify!($section))))]
                name: Option<Sourced<String>>,
                /// How many days.
                #[schemars(range(min = 1, max = 365))]
                retention_days: Option<Sourced<u32>>,
                /// Whether it is protected.
                #[serde(default)]
                protect: Sourced<bool>,
                /// How it is copied.
                replication: Option<Sourced<$Set>>,
                /// How it is reached.
                access: $Choice,
                /// Named things.
                #[serde(default)]
                entries: BTreeMap<String, Sourced<String>>,
                /// A list of things.
                #[serde(default)]
                allowed: Vec<Sourced<String>>,
            }

            /// A choice.
            #[derive(Deserialize, JsonSchema)]
            #[serde(rename = "kind", rename_all = "kebab-case")]
            #[schemars(rename_all = "kebab-case", tag = "kind")]
            #[allow(dead_code)]
            enum $Choice {
                /// From everywhere.
                Open,
                /// From some addresses.
                Limited { addresses: Vec<Sourced<String>> },
                /// From one network.
                Private { subnet: Sourced<String>, zone: Option<Sourced<String>> },
            }

            /// A set.
            #[derive(Clone, Deserialize, JsonSchema)]
            #[serde(rename_all = "UPPERCASE")]
            #[allow(dead_code)]
            enum $Set {
                /// In one place.
                Lrs,
                /// In three zones.
                Zrs,
                /// In two regions.
                Grs,
            }
        )*
        const SECTIONS: &[&str] = &[$(stringify!($section)),*];
    };
}

settings! {
    storage: Storage, StorageAccess, StorageReplication;
    archive: Archive, ArchiveAccess, ArchiveReplication;
    vault: Vault, VaultAccess, VaultReplication;
    registry: Registry, RegistryAccess, RegistryReplication;
    insights: Insights, InsightsAccess, InsightsReplication;
    workspace: Workspace, WorkspaceAccess, WorkspaceReplication;
    network: Network, NetworkAccess, NetworkReplication;
    hub: Hub, HubAccess, HubReplication;
    clusters: Clusters, ClustersAccess, ClustersReplication;
    endpoints: Endpoints, EndpointsAccess, EndpointsReplication;
    datastores: Datastores, DatastoresAccess, DatastoresReplication;
    search: Search, SearchAccess, SearchReplication;
    budget: Budget, BudgetAccess, BudgetReplication;
    people: People, PeopleAccess, PeopleReplication;
    alerts: Alerts, AlertsAccess, AlertsReplication;
}

/// A file of 152 lines.
fn environment() -> String {
    let mut text = String::from("location = \"westeurope\"\n");
    for (n, section) in SECTIONS.iter().enumerate() {
        let _ = write!(
            text,
            "\n[{section}]\nname = \"contoso-{section}\"\nretention_days = {}\nprotect = true\n\
             replication = \"ZRS\"\nentries = {{ owner = \"ada\", team = \"ml\" }}\n\
             allowed = [\"a.example.org\", \"b.example.org\"]\n\n[{section}.access]\nkind = \"private\"\n\
             subnet = \"/subnets/{section}\"\n",
            n + 1
        );
    }
    text
}

fn all(folder: &Folder) -> usize {
    let mut sources = SourceMap::new();
    let derived = Derived::<Shared, Settings>::new();
    let loaded = load(&derived, folder, &[], &["**.name"], &mut sources);
    assert!(loaded.diagnostics.is_empty());
    loaded.environments.len()
}

fn benches(criterion: &mut Criterion) {
    let scratch = tempfile::tempdir().expect("a scratch folder");
    let stacks = scratch.path().join("stacks");
    std::fs::create_dir(&stacks).expect("the scratch folder is writable");
    let dev = environment();
    for (name, text) in [
        ("terrace", "organization = \"contoso\"\n"),
        ("dev", &dev),
        ("staging", &dev),
        ("prod", &format!("inherits = \"dev\"\n{dev}")),
    ] {
        std::fs::write(stacks.join(format!("{name}.toml")), text)
            .expect("the scratch folder is writable");
    }
    let folder = find(scratch.path(), None).expect("the folder is there");

    let start = Instant::now();
    let count = all(&folder);
    println!(
        "the first load of {count} environments of {} lines: {:?}",
        dev.lines().count(),
        start.elapsed()
    );
    criterion.bench_function("load three environments", |b| b.iter(|| all(&folder)));
    criterion.bench_function("schema for editors", |b| {
        b.iter(|| Derived::<(), Settings>::new().editor_schema())
    });
}

criterion_group!(load_three, benches);
criterion::criterion_main!(load_three);
