//! What an environment takes from another, and where it says that it came from.

mod common;

use common::{DEV, Network, Replication, Scratch};
use pretty_assertions::assert_eq;

#[test]
fn tables_merge_and_every_value_keeps_the_file_that_said_it() {
    let run = Scratch::new(&[
        ("dev.toml", DEV),
        (
            "staging.toml",
            "inherits = 'dev'\nstage = 'staging'\nowner = 'bob'\n[storage]\nreplication = 'ZRS'\n[clusters.cpu]\nmax_nodes = 8\n",
        ),
        (
            "prod.toml",
            "inherits = 'staging'\nowner = 'eve'\nstage = 'prod'\nclusters.cpu.size = 'Standard_DS4_v2'\n",
        ),
    ])
    .load(&[]);
    assert_eq!(run.findings(), [""; 0]);
    assert_eq!(run.names(), ["dev", "prod", "staging"]);

    let prod = run.environment("prod");
    let settings = &prod.settings;
    assert_eq!(
        prod.files,
        ["stacks/prod.toml", "stacks/staging.toml", "stacks/dev.toml"]
    );
    assert_eq!(
        run.sources.place(prod.origin).unwrap().to_string(),
        "stacks/prod.toml:1:1"
    );
    assert_eq!(run.place(&settings.location), "stacks/dev.toml:2:12");
    assert_eq!(*settings.storage.replication, Replication::Zrs);
    assert_eq!(
        run.place(&settings.storage.replication),
        "stacks/staging.toml:5:15"
    );
    assert_eq!(
        run.place(settings.storage.retention_days.as_ref().unwrap()),
        "stacks/dev.toml:8:18"
    );
    let cpu = &settings.clusters["cpu"];
    assert_eq!(run.place(&cpu.size), "stacks/prod.toml:4:21");
    assert_eq!(
        run.place(cpu.max_nodes.as_ref().unwrap()),
        "stacks/staging.toml:7:13"
    );
}

#[test]
fn what_names_one_thing_is_replaced_whole() {
    let dev = format!("registry = {{ name = 'company' }}\n{DEV}");
    let run = Scratch::new(&[
        ("dev.toml", &dev),
        (
            "prod.toml",
            "inherits = 'dev'\nowner = 'eve'\nregistry = { id = '/x' }\n",
        ),
        ("test.toml", "inherits = 'dev'\nowner = 'eve'\n"),
    ])
    .load(&[]);
    assert_eq!(run.findings(), [""; 0]);
    let registry = |environment| {
        let registry = run.environment(environment).settings.registry.as_ref();
        let registry = registry.expect("it is inherited");
        (registry.id.is_some(), registry.name.is_some())
    };
    assert_eq!(registry("prod"), (true, false));
    assert_eq!(registry("test"), (false, true));
}

#[test]
fn lists_are_replaced() {
    let run = Scratch::new(&[
        ("dev.toml", DEV),
        (
            "prod.toml",
            "inherits = 'dev'\nowner = 'eve'\nnetwork.outbound = ['b.example.org']\n",
        ),
    ])
    .load(&["prod"]);
    let Network::Managed { outbound } = &run.environment("prod").settings.network else {
        panic!("the network is managed");
    };
    assert_eq!(outbound.len(), 1);
    assert_eq!(run.place(&outbound[0]), "stacks/prod.toml:3:21");
}

#[test]
fn a_wrong_value_is_blamed_where_it_was_said_through_two_levels() {
    let run = Scratch::new(&[
        ("dev.toml", &DEV.replace("= 30", "= 400")),
        ("staging.toml", "inherits = 'dev'\nowner = 'bob'\n[clusters.gpu]\nmax_nodes = 'x'\n"),
        (
            "prod.toml",
            "inherits = 'staging'\nowner = 'eve'\nstorage.retention_days = 30\nclusters.cpu.maxnodes = 3",
        ),
    ])
    .load(&[]);
    assert_eq!(run.names(), [""; 0]);
    assert_eq!(
        run.findings(),
        [
            "[dev] stacks/dev.toml:8:18 storage.retention_days T0512: `retention_days` is 400, but must be at most 365 | inherited by `staging`",
            "[prod] stacks/prod.toml:4:14 clusters.cpu.maxnodes T0508: there is no key `maxnodes` here | did you mean `max_nodes`?",
            "[staging] stacks/staging.toml:4:13 clusters.gpu.max_nodes T0510: `max_nodes` is \"x\", but must be a whole number | inherited by `prod`",
        ]
    );
}

#[test]
fn an_error_keeps_only_those_away_that_have_it() {
    let run = Scratch::new(&[
        ("dev.toml", &DEV.replace("= 30", "= 400")),
        (
            "prod.toml",
            "inherits = 'dev'\nowner = 'eve'\nstorage.retention_days = 90",
        ),
    ])
    .load(&[]);
    assert_eq!(run.names(), ["prod"]);
    assert_eq!(run.failed(), ["dev"]);
}

#[test]
fn false_removes_an_inherited_entry() {
    let run = Scratch::new(&[
        ("dev.toml", &format!("{DEV}[tags]\nteam = 'ml'\n[features]\nx = true\n")),
        (
            "prod.toml",
            "inherits = 'dev'\nowner = 'eve'\nclusters.gpu = false\ntags.team = false\nfeatures.x = false",
        ),
    ])
    .load(&["prod"]);
    let settings = &run.environment("prod").settings;
    assert_eq!(settings.clusters.keys().collect::<Vec<_>>(), ["cpu"]);
    assert!(settings.tags.is_empty());
    assert_eq!(settings.features.get("x"), Some(&false));
}

#[test]
fn false_that_removes_nothing_is_an_error() {
    let run = Scratch::new(&[
        ("dev.toml", DEV),
        (
            "prod.toml",
            "inherits = 'dev'\nowner = 'eve'\nclusters.gpus = false\nstorage = false",
        ),
    ])
    .load(&["prod"]);
    assert_eq!(
        run.findings(),
        [
            "[prod] stacks/prod.toml:3:10 clusters.gpus T0507: `gpus = false` removes nothing: no `gpus` is inherited | did you mean `gpu`?",
            "[prod] stacks/prod.toml:4:11 storage T0510: `storage` is false, but must be a table",
        ]
    );
}

#[test]
fn a_table_whose_tag_changes_replaces_the_inherited_one() {
    let run = Scratch::new(&[
        ("dev.toml", DEV),
        (
            "prod.toml",
            "inherits = 'dev'\nowner = 'eve'\n[network]\nisolation = 'own-vnet'\naddress_space = ['10.0.0.0/8']\n",
        ),
        ("test.toml", "inherits = 'prod'\nowner = 'eve'\n[network]\nisolation = 'own-vnet'\ndns = '10.0.0.4'\n"),
    ])
    .load(&["prod", "test"]);
    assert_eq!(run.findings(), [""; 0]);
    let Network::OwnVnet(network) = &run.environment("test").settings.network else {
        panic!("the network is one's own");
    };
    assert_eq!(
        run.place(&network.address_space[0]),
        "stacks/prod.toml:5:18"
    );
    assert_eq!(
        run.place(network.dns.as_ref().unwrap()),
        "stacks/test.toml:5:7"
    );
}

#[test]
fn what_is_never_inherited_must_be_said_again() {
    let run = Scratch::new(&[("dev.toml", DEV), ("prod.toml", "inherits = 'dev'\n")]).load(&[]);
    assert_eq!(
        run.findings(),
        [
            "[prod] stacks/prod.toml:1:1 owner T0509: the key `owner` is required | set `owner` in this file: it is never inherited | Who answers for it."
        ]
    );
    let run = Scratch::new(&[
        ("dev.toml", DEV),
        ("prod.toml", "inherits = 'dev'\nowner = 'eve'"),
    ])
    .load(&[]);
    assert!(run.environment("prod").settings.storage.name.is_none());
    assert!(run.environment("dev").settings.storage.name.is_some());
}

#[test]
fn an_unknown_parent_gives_the_nearest_and_the_list() {
    let run = Scratch::new(&[
        ("dev.toml", DEV),
        ("prod.toml", "\ninherits = 'dve'\n"),
        ("test.toml", "inherits = ['dev']\n"),
    ])
    .load(&[]);
    assert_eq!(
        run.findings(),
        [
            "[prod] stacks/prod.toml:2:12 inherits T0505: `inherits` is \"dve\", which is no environment | did you mean `dev`? | there is `dev`, `prod` or `test`",
            "[test] stacks/test.toml:1:12 inherits T0505: `inherits` is a list, which is no environment | there is `dev`, `prod` or `test`",
        ]
    );
    assert_eq!(run.names(), ["dev"]);
}

#[test]
fn a_circle_names_its_files_once() {
    let run = Scratch::new(&[
        ("a.toml", "inherits = 'c'"),
        ("b.toml", "inherits = 'a'"),
        ("c.toml", "inherits = 'b'"),
        ("d.toml", "inherits = 'c'"),
        ("e.toml", "inherits = 'e'"),
    ])
    .load(&[]);
    assert_eq!(
        run.findings(),
        [
            "[a] stacks/a.toml:1:12 inherits T0506: environments inherit in a circle: `stacks/a.toml` → `stacks/c.toml` → `stacks/b.toml` → `stacks/a.toml` | inherited by `b`, `c`, `d`",
            "[e] stacks/e.toml:1:12 inherits T0506: environments inherit in a circle: `stacks/e.toml` → `stacks/e.toml`",
        ]
    );
}

#[test]
fn a_parent_that_is_no_toml_is_blamed_once() {
    let run = Scratch::new(&[
        ("dev.toml", "location = westeurope\n"),
        ("prod.toml", "inherits = 'dev'\n"),
    ])
    .load(&["prod"]);
    assert_eq!(
        run.findings(),
        ["[prod] stacks/dev.toml:1:12 T0504: `westeurope` is no value: text stands in quotes"]
    );
}
