//! What is refused, each finding at its exact place.

mod common;

use common::{DEV, Scratch, Settings};
use pretty_assertions::assert_eq;
use schemars::JsonSchema;
use serde::Deserialize;
use terrace_environment::Derived;
use terrace_ir::Sourced;

/// The findings about one environment: lines that are in order, then `wrong`.
fn findings(wrong: &str) -> Vec<String> {
    let ok = "location = 'westeurope'\nstage = 'dev'\nowner = 'ada'\n";
    let storage = if wrong.contains("storage") {
        ""
    } else {
        "[storage]\n"
    };
    Scratch::new(&[("dev.toml", &format!("{ok}{wrong}\n{storage}"))])
        .load(&[])
        .findings()
}

#[test]
fn an_environment_in_order_has_no_findings() {
    let run = Scratch::new(&[("dev.toml", DEV)]).load(&[]);
    assert_eq!(run.findings(), [""; 0]);
    let settings = &run.environment("dev").settings;
    assert_eq!(run.place(&settings.location), "stacks/dev.toml:2:12");
    assert_eq!(
        run.place(settings.storage.retention_days.as_ref().unwrap()),
        "stacks/dev.toml:8:18"
    );
    assert_eq!(
        run.place(&settings.clusters["gpu"].size),
        "stacks/dev.toml:19:8"
    );
    let common::Network::Managed { outbound } = &settings.network else {
        panic!("the network is managed");
    };
    assert_eq!(run.place(&outbound[0]), "stacks/dev.toml:12:13");
    assert_eq!(run.place(&settings.storage.versioning), "nowhere");
}

#[test]
fn an_unknown_key_is_blamed_at_the_key() {
    assert_eq!(
        findings(
            "[storage]\nreplicaton = 'ZRS'\ncolour = 'red'\n[clusters.cpu]\nsize = 's'\n\"max nodes\" = 3"
        ),
        [
            "[dev] stacks/dev.toml:5:1 storage.replicaton T0508: there is no key `replicaton` here | did you mean `replication`?",
            "[dev] stacks/dev.toml:6:1 storage.colour T0508: there is no key `colour` here | use `hot_share`, `name`, `replication`, `retention_days` or `versioning`",
            "[dev] stacks/dev.toml:9:1 clusters.cpu[\"max nodes\"] T0508: there is no key `max nodes` here | did you mean `max_nodes`?",
        ]
    );
}

#[test]
fn a_missing_key_is_blamed_at_its_table_or_the_start_of_the_file() {
    let run = Scratch::new(&[(
        "dev.toml",
        "stage = 'dev'\nowner = 'a'\nclusters.cpu.max_nodes = 3\n[budget]\namount = 10\n[storage]\n",
    )])
    .load(&[]);
    assert_eq!(
        run.findings(),
        [
            "[dev] stacks/dev.toml:1:1 location T0509: the key `location` is required | The Azure region of everything.",
            "[dev] stacks/dev.toml:3:10 clusters.cpu.size T0509: the key `size` is required",
            "[dev] stacks/dev.toml:4:1 budget.contacts T0509: the key `contacts` is required",
        ]
    );
}

#[test]
fn a_misspelt_required_key_is_not_missing_too() {
    assert_eq!(
        findings("clusters.cpu = { sise = 'x' }"),
        [
            "[dev] stacks/dev.toml:4:18 clusters.cpu.sise T0508: there is no key `sise` here | did you mean `size`?"
        ]
    );
}

#[test]
fn a_wrong_type_says_what_is_expected() {
    assert_eq!(
        findings(
            "expires = 3\nzones = 1\ntags = 'x'\nstorage = { retention_days = '30', versioning = 1, name = [] }\n\
             [features]\nx = 'yes'\n[[datasets]]\npath = {}\n[clusters]\ncpu = 1979-05-27"
        ),
        [
            "[dev] stacks/dev.toml:4:11 expires T0510: `expires` is 3, but must be text | The day after which a sandbox may go.",
            "[dev] stacks/dev.toml:5:9 zones T0510: `zones` is 1, but must be a list",
            "[dev] stacks/dev.toml:6:8 tags T0510: `tags` is \"x\", but must be a table",
            "[dev] stacks/dev.toml:7:30 storage.retention_days T0510: `retention_days` is \"30\", but must be a whole number",
            "[dev] stacks/dev.toml:7:49 storage.versioning T0510: `versioning` is 1, but must be `true` or `false`",
            "[dev] stacks/dev.toml:7:59 storage.name T0510: `name` is a list, but must be text | An explicit name.",
            "[dev] stacks/dev.toml:9:5 features.x T0510: `x` is \"yes\", but must be `true` or `false`",
            "[dev] stacks/dev.toml:11:8 datasets[0].path T0510: `path` is a table, but must be text",
            "[dev] stacks/dev.toml:13:7 clusters.cpu T0510: `cpu` is 1979-05-27, but must be a table",
        ]
    );
}

#[test]
fn what_is_no_text_is_not_outside_a_set_too() {
    assert_eq!(
        findings("storage.replication = {}"),
        [
            "[dev] stacks/dev.toml:4:23 storage.replication T0510: `replication` is a table, but must be text"
        ]
    );
}

#[test]
fn a_key_of_the_top_in_a_table_is_sent_back() {
    let found = findings("[clusters.cpu]\nsize = 's'\nmax_nodes = 1\ninherits = 'prod'");
    assert_eq!(
        found,
        [
            "[dev] stacks/dev.toml:7:1 clusters.cpu.inherits T0508: there is no key `inherits` here | `inherits` belongs to the top of the file, before the first `[table]`"
        ]
    );
}

#[test]
fn a_value_outside_its_set_gives_the_nearest() {
    assert_eq!(
        findings("storage.replication = 'ZSR'"),
        [
            "[dev] stacks/dev.toml:4:23 storage.replication T0511: `replication` is \"ZSR\", but must be \"LRS\", \"ZRS\" or \"GRS\" | did you mean \"ZRS\"?"
        ]
    );
    assert_eq!(
        findings("storage.replication = 'none of them'"),
        [
            "[dev] stacks/dev.toml:4:23 storage.replication T0511: `replication` is \"none of them\", but must be \"LRS\", \"ZRS\" or \"GRS\""
        ]
    );
}

#[test]
fn limits_are_said() {
    assert_eq!(
        findings(
            "zones = [1, 2, 1]\n[storage]\nretention_days = 400\nhot_share = 0.0\nname = 'ab'\n\
             [budget]\namount = 10\ncontacts = []\n[clusters.cpu]\nsize = 'x'\nmax_nodes = -1"
        ),
        [
            "[dev] stacks/dev.toml:4:16 zones[2] T0513: `zones[2]` is 1, which is in the list already",
            "[dev] stacks/dev.toml:6:18 storage.retention_days T0512: `retention_days` is 400, but must be at most 365",
            "[dev] stacks/dev.toml:7:13 storage.hot_share T0512: `hot_share` is 0.0, but must be more than 0 | A share of the whole.",
            "[dev] stacks/dev.toml:8:8 storage.name T0513: `name` has 2 characters, but must have at least 3 | An explicit name.",
            "[dev] stacks/dev.toml:11:12 budget.contacts T0513: `contacts` has 0 entries, but must have at least 1",
            "[dev] stacks/dev.toml:14:13 clusters.cpu.max_nodes T0512: `max_nodes` is -1, but must be at least 0",
        ]
    );
}

#[test]
fn words_for_the_form_of_a_text_say_its_length_too() {
    assert_eq!(
        findings("storage.name = 'A!'"),
        [
            "[dev] stacks/dev.toml:4:16 storage.name T0514: `name` is \"A!\", but must be 3 to 24 small letters and digits | An explicit name."
        ]
    );
}

#[test]
fn the_length_of_a_key_is_said_of_the_key() {
    assert_eq!(
        findings("features.notebooks = true"),
        [
            "[dev] stacks/dev.toml:4:10 features.notebooks T0513: the key has 9 characters, but must have at most 8"
        ]
    );
}

#[test]
fn a_pattern_is_said_with_what_the_key_is_for() {
    let text = DEV.replace("\"westeurope\"", "\"West Europe\"");
    assert_eq!(
        Scratch::new(&[("dev.toml", &text)]).load(&[]).findings(),
        [
            "[dev] stacks/dev.toml:2:12 location T0514: `location` is \"West Europe\", but must match `^[a-z0-9]+$` | The Azure region of everything."
        ]
    );
}

#[test]
fn findings_inside_a_tagged_table_are_those_of_its_variant() {
    assert_eq!(
        findings("[network]\nisolation = 'own-vnet'\ndns = 3\noutbound = []"),
        [
            "[dev] stacks/dev.toml:4:1 network.address_space T0509: the key `address_space` is required",
            "[dev] stacks/dev.toml:6:7 network.dns T0510: `dns` is 3, but must be text",
            "[dev] stacks/dev.toml:7:1 network.outbound T0508: there is no key `outbound` here | `outbound` belongs to `isolation = \"managed\"`",
        ]
    );
}

#[test]
fn a_wrong_tag_gives_the_nearest_and_a_missing_one_the_set() {
    assert_eq!(
        findings("network.isolation = 'own-vet'"),
        [
            "[dev] stacks/dev.toml:4:21 network.isolation T0511: `isolation` is \"own-vet\", but must be \"public\", \"managed\" or \"own-vnet\" | did you mean \"own-vnet\"?"
        ]
    );
    assert_eq!(
        findings("[network]\noutbound = []"),
        [
            "[dev] stacks/dev.toml:4:1 network.isolation T0509: the key `isolation` is required | must be \"public\", \"managed\" or \"own-vnet\""
        ]
    );
    assert_eq!(
        findings("network = 'public'"),
        ["[dev] stacks/dev.toml:4:11 network T0510: `network` is \"public\", but must be a table"]
    );
}

#[test]
fn of_several_forms_the_one_that_was_meant_is_judged() {
    assert_eq!(
        findings("schedule.daily.hour = 'noon'"),
        [
            "[dev] stacks/dev.toml:4:23 schedule.daily.hour T0510: `hour` is \"noon\", but must be a whole number"
        ]
    );
    assert_eq!(
        findings("schedule = 'dayly'"),
        [
            "[dev] stacks/dev.toml:4:12 schedule T0515: `schedule` is \"dayly\", but must be \"never\" or a table with `daily` or a table with `cron`"
        ]
    );
}

#[test]
fn what_serde_alone_refuses_has_its_place() {
    assert_eq!(
        findings("budget = { amount = 15, contacts = ['a'] }"),
        ["[dev] stacks/dev.toml:4:21 budget.amount T0516: `amount` is 15: budgets are set in tens"]
    );
    assert_eq!(
        findings("clusters.cpu.size = 'x'\nclusters.cpu.max_nodes = 3.0"),
        [
            "[dev] stacks/dev.toml:5:26 clusters.cpu.max_nodes T0516: `max_nodes` is 3.0, but must be a whole number from 0 to 4294967295"
        ]
    );
}

#[test]
fn dates_inline_tables_and_open_sets_are_read() {
    let run = Scratch::new(&[(
        "dev.toml",
        &format!(
            "expires = 2027-01-31\ndatasets = [{{ path = 'a', format = 'csv' }}, {{ path = 'b', format = 'avro' }}]\n\
             schedule = {{ cron = '0 3 * * *' }}\nextra = {{ a = [1, {{ b = 2.5 }}] }}\nfeatures.x = false\n{DEV}"
        ),
    )])
    .load(&[]);
    let settings = &run.environment("dev").settings;
    let expires = settings.expires.as_ref().unwrap();
    assert_eq!(**expires, "2027-01-31");
    assert_eq!(run.place(expires), "stacks/dev.toml:1:11");
    let formats: Vec<_> = settings
        .datasets
        .iter()
        .map(|it| it.format.clone().unwrap().into_inner())
        .collect();
    assert_eq!(
        formats,
        [
            common::Format::Csv,
            common::Format::Other("avro".to_owned())
        ]
    );
    let Some(common::Schedule::Cron(cron)) = &settings.schedule else {
        panic!("the schedule is a cron expression");
    };
    assert_eq!(run.place(cron), "stacks/dev.toml:3:21");
    assert_eq!(settings.extra["a"], serde_json::json!([1, { "b": 2.5 }]));
    assert!(!settings.features["x"]);
}

#[test]
fn a_sourced_value_in_serdes_buffer_is_a_loud_error() {
    #[derive(Debug, Deserialize, JsonSchema)]
    struct Buffered {
        #[allow(dead_code)]
        choice: Choice,
    }
    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(tag = "kind")]
    enum Choice {
        #[allow(dead_code)]
        One { days: Sourced<u32> },
    }
    let scratch = Scratch::new(&[("dev.toml", "[choice]\nkind = 'One'\ndays = 3\n")]);
    assert_eq!(
        scratch.load_as::<Buffered>(&[]).findings(),
        [
            "[dev] stacks/dev.toml:1:1 choice T0516: `choice` is a table, but must be a value with its position"
        ]
    );
}

#[test]
fn the_shared_file_is_checked_alike_and_its_errors_leave_the_environments_be() {
    let scratch = Scratch::new(&[("dev.toml", DEV)]);
    scratch.write(
        "terrace.toml",
        "organisation = 'c'\n[[moves]]\nfrom = 'a'\n",
    );
    let run = scratch.load(&[]);
    assert_eq!(
        run.findings(),
        [
            "stacks/terrace.toml:1:1 organisation T0508: there is no key `organisation` here | did you mean `organization`?",
            "stacks/terrace.toml:2:1 moves[0].to T0509: the key `to` is required",
        ]
    );
    assert!(run.loaded.shared.is_none());
    assert_eq!(run.names(), ["dev"]);
}

#[test]
fn the_settings_schema_for_editors_accepts_what_the_check_accepts() {
    let schema = || Derived::<(), Settings>::new().editor_schema();
    assert_eq!(schema(), schema());
    let schema = schema();
    assert!(schema.starts_with("{\n  \"") && schema.ends_with("}\n"));
    let schema = serde_json::from_str(&schema).expect("the schema is JSON");
    let child = "inherits = 'dev'\nclusters.gpu = false\nnetwork.outbound = []";
    for text in [DEV, child] {
        let file: serde_json::Value = toml::from_str(text).expect("the file is TOML");
        jsonschema::validate(&schema, &file).expect("the schema accepts the file");
    }
}

/// What formats and words beside a pattern are about.
#[derive(Debug, Deserialize, JsonSchema)]
#[allow(dead_code)]
struct Forms {
    #[schemars(email)]
    mail: Option<Sourced<String>>,
    #[schemars(extend("format" = "uuid"))]
    id: Option<Sourced<String>>,
    day: Option<Sourced<terrace_ir::Date>>,
    #[schemars(extend("pattern" = "^[a-z]*$", "patternErrorMessage" = "lower-case letters"))]
    word: Option<Sourced<String>>,
}

#[test]
fn a_text_of_the_wrong_form_is_told_what_it_should_be_in_words() {
    let wrong = "mail = 'ada'\nid = '7'\nday = '2027-02-30'\nword = 'A'";
    let findings = Scratch::new(&[("dev.toml", wrong)])
        .load_as::<Forms>(&[])
        .findings();
    assert_eq!(
        findings,
        [
            "[dev] stacks/dev.toml:1:8 mail T0514: `mail` is \"ada\", which is no e-mail address",
            "[dev] stacks/dev.toml:2:6 id T0514: `id` is \"7\", which is no id of the form 00000000-0000-0000-0000-000000000000",
            "[dev] stacks/dev.toml:3:7 day T0514: `day` is \"2027-02-30\", which is no day of the form 2027-01-31",
            "[dev] stacks/dev.toml:4:8 word T0514: `word` is \"A\", but must be lower-case letters",
        ]
    );
    let right = "mail = 'ada@example.org'\nid = '0123ABCD-0000-0000-0000-000000000000'\nday = 2027-01-31\nword = 'a'";
    let run = Scratch::new(&[("dev.toml", right)]).load_as::<Forms>(&[]);
    let day = run.environment("dev").settings.day.as_ref().unwrap();
    assert_eq!(day.to_string(), "2027-01-31");
}

#[test]
fn settings_whose_schema_is_broken_are_the_authors_error_and_no_environment_is_read() {
    #[derive(Debug, Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Broken {
        #[schemars(regex(pattern = "a(?=b)"))]
        name: Sourced<String>,
    }
    let run = Scratch::new(&[("dev.toml", "name = 'ab'")]).load_as::<Broken>(&[]);
    assert_eq!(
        run.findings(),
        [
            "T0517: the schema of the settings is wrong at `/properties/name/pattern`: `a(?=b)`: look-around is not supported"
        ]
    );
    assert_eq!(run.names(), [""; 0]);
    assert_eq!(run.failed(), ["dev"]);
}
