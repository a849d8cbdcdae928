//! Kinds of environments: an enum at the top of the settings.
#![allow(dead_code)]

mod common;

use common::{Run, Scratch};
use pretty_assertions::assert_eq;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use terrace_environment::Derived;
use terrace_ir::Sourced;

#[derive(Debug, Deserialize, JsonSchema)]
struct Environment {
    /// The region.
    location: Sourced<String>,
    #[schemars(flatten)]
    stack: Kind,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename = "stack", rename_all = "lowercase")]
#[schemars(rename = "Kind", tag = "stack", extend("default" = "platform"))]
enum Kind {
    /// Everything.
    Platform(Platform),
    /// What others share.
    Shared(Shared),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Platform {
    size: Option<Sourced<String>>,
    registry: Option<Sourced<bool>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Shared {
    #[schemars(range(max = 90))]
    days: Sourced<u32>,
    registry: Option<Sourced<String>>,
    even: Option<Sourced<Even>>,
}

/// A number that serde alone checks.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(try_from = "u32")]
struct Even(u32);

impl TryFrom<u32> for Even {
    type Error = String;
    fn try_from(value: u32) -> Result<Self, String> {
        match value % 2 {
            0 => Ok(Self(value)),
            _ => Err("it is odd".to_owned()),
        }
    }
}

fn load(files: &[(&str, &str)]) -> Run<Environment> {
    Scratch::new(files).load_as(&[])
}

const SHARED: (&str, &str) = (
    "shared.toml",
    "stack = 'shared'\nlocation = 'westeurope'\ndays = 30\nregistry = 'images'\n",
);

#[test]
fn a_kind_has_its_own_keys_beside_the_common_ones_and_all_know_their_place() {
    let run = load(&[SHARED]);
    let shared = run.environment("shared");
    assert_eq!(shared.kind, "shared");
    let Kind::Shared(own) = &shared.settings.stack else {
        panic!("another kind");
    };
    assert_eq!(*own.days, 30);
    assert_eq!(run.place(&own.days), "stacks/shared.toml:3:8");
    let location = run.place(&shared.settings.location);
    assert_eq!(location, "stacks/shared.toml:2:12");
}

#[test]
fn a_file_without_a_kind_is_of_the_default_one() {
    let run = load(&[("dev.toml", "location = 'westeurope'\nsize = 'small'\n")]);
    let dev = run.environment("dev");
    assert_eq!(dev.kind, "platform");
    assert!(matches!(&dev.settings.stack, Kind::Platform(own) if own.size.is_some()));
}

#[test]
fn an_unknown_kind_lists_those_that_there_are() {
    let run = load(&[("dev.toml", "stack = 'share'\nlocation = 'westeurope'\n")]);
    assert_eq!(
        run.findings(),
        [
            "[dev] stacks/dev.toml:1:9 stack T0511: `stack` is \"share\", but must be \"platform\" or \"shared\" | did you mean \"shared\"?"
        ]
    );
}

#[test]
fn a_key_of_another_kind_says_whose_it_is() {
    let run = load(&[("dev.toml", "location = 'westeurope'\ndays = 3\n")]);
    assert_eq!(
        run.findings(),
        [
            "[dev] stacks/dev.toml:2:1 days T0508: there is no key `days` here | `days` belongs to `stack = \"shared\"`"
        ]
    );
}

#[test]
fn findings_are_those_of_the_kind_alone() {
    let run = load(&[(
        "shared.toml",
        "stack = 'shared'\nlocation = 'westeurope'\nday = 100\ndays = 100\neven = 3\n",
    )]);
    assert_eq!(
        run.findings(),
        [
            "[shared] stacks/shared.toml:3:1 day T0508: there is no key `day` here | did you mean `days`?",
            "[shared] stacks/shared.toml:4:8 days T0512: `days` is 100, but must be at most 90"
        ]
    );
}

#[test]
fn what_serde_refuses_has_the_path_that_the_file_has() {
    let run = load(&[(
        "shared.toml",
        "stack = 'shared'\nlocation = 'westeurope'\ndays = 1\neven = 3\n",
    )]);
    assert_eq!(
        run.findings(),
        ["[shared] stacks/shared.toml:4:8 even T0516: `even` is 3: it is odd"]
    );
}

#[test]
fn an_environment_inherits_from_its_own_kind_alone() {
    let heir = ("vision.toml", "inherits = 'shared'\ndays = 3\n");
    let run = load(&[SHARED, heir]);
    assert_eq!(run.names(), ["shared"]);
    assert_eq!(
        run.findings(),
        [
            "[vision] stacks/vision.toml:1:12 inherits T0520: `inherits` is \"shared\", which is of another kind | inherit from an environment with `stack = \"platform\"`, or write `stack = \"shared\"` here too | `stack` is \"shared\" there and \"platform\" here"
        ]
    );
    let heir = ("vision.toml", "inherits = 'shared'\nstack = 'shared'\n");
    let run = load(&[SHARED, heir]);
    let Kind::Shared(own) = &run.environment("vision").settings.stack else {
        panic!("another kind");
    };
    assert_eq!(*own.days, 30);
}

#[test]
fn editors_learn_the_keys_of_each_kind() {
    let text = Derived::<(), Environment>::new().editor_schema();
    let schema: Json = serde_json::from_str(&text).expect("the schema is JSON");
    let fits = |instance: Json| jsonschema::is_valid(&schema, &instance);
    assert!(fits(json!({ "size": "small", "registry": true })));
    assert!(fits(json!({ "stack": "shared", "registry": "images" })));
    assert!(fits(json!({ "stack": "platform", "inherits": "dev" })));
    assert!(!fits(json!({ "days": 3 })));
    assert!(!fits(json!({ "stack": "shared", "size": "small" })));
    assert!(!fits(json!({ "stack": "shared", "registry": true })));
    assert!(!fits(json!({ "stack": "other" })));
    assert!(!fits(json!({ "stack": "shared", "days": 100 })));
    // What can be said is found under the key itself, whatever the kind.
    assert_eq!(
        schema["properties"]["location"]["description"],
        "The region."
    );
}
