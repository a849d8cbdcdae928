//! Which Rust types settings may have.

mod common;

use std::collections::BTreeMap;

use common::Scratch;
use pretty_assertions::assert_eq;
use schemars::JsonSchema;
use serde::Deserialize;
use terrace_ir::{Origin, Sourced};

#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default)]
struct Shapes {
    pair: Option<(u8, String)>,
    wrapped: Option<Wrapped>,
    optional: Option<Access>,
    placed: Option<Sourced<Access>>,
    list: Option<Sourced<Vec<u8>>>,
    places: BTreeMap<String, Access>,
    named: BTreeMap<Sourced<String>, Access>,
    accesses: Vec<Access>,
    sizes: BTreeMap<Size, u8>,
    number_or_table: Option<NumberOrTable>,
    inner: Option<Box<Shapes>>,
    unit: Option<Empty>,
    letter: Option<char>,
    ratio: Option<f32>,
    big: Option<u64>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Wrapped(Sourced<i16>);

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Empty {}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename = "kind", rename_all = "lowercase")]
#[schemars(rename = "Access", tag = "kind")]
enum Access {
    Open,
    Limited(Limited),
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Limited {
    from: Sourced<String>,
}

#[derive(Debug, Deserialize, JsonSchema, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "lowercase")]
enum Size {
    Small,
    Large,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
enum NumberOrTable {
    Number(#[allow(dead_code)] u8),
    Table { value: u8 },
}

fn findings(text: &str) -> Vec<String> {
    Scratch::new(&[("dev.toml", text)])
        .load_as::<Shapes>(&[])
        .findings()
}

#[test]
fn every_shape_is_read() {
    let run = Scratch::new(&[(
        "dev.toml",
        "\
pair = [1, 'x']
wrapped = -3
optional = { kind = 'limited', from = 'a' }
placed = { kind = 'open' }
list = [1, 2]
places.home = { kind = 'open' }
named.home = { kind = 'open' }
accesses = [{ kind = 'open' }, { kind = 'limited', from = 'b' }]
sizes = { small = 1, large = 2 }
number_or_table = { value = 3 }
inner = { wrapped = 4, unit = {} }
letter = 'é'
ratio = 0.5
big = 9_223_372_036_854_775_807
",
    )])
    .load_as::<Shapes>(&[]);
    let shapes = &run.environment("dev").settings;
    assert_eq!(shapes.pair, Some((1, "x".to_owned())));
    assert_eq!(
        run.place(&shapes.wrapped.as_ref().unwrap().0),
        "stacks/dev.toml:2:11"
    );
    let Some(Access::Limited(limited)) = &shapes.optional else {
        panic!("the access is limited");
    };
    assert_eq!(run.place(&limited.from), "stacks/dev.toml:3:39");
    assert_eq!(
        run.place(shapes.placed.as_ref().unwrap()),
        "stacks/dev.toml:4:10"
    );
    assert_eq!(
        run.place(shapes.list.as_ref().unwrap()),
        "stacks/dev.toml:5:8"
    );
    assert!(matches!(shapes.places["home"], Access::Open));
    let (name, access) = shapes.named.get_key_value("home").unwrap();
    assert!(matches!(access, Access::Open));
    assert_eq!(run.place(name), "stacks/dev.toml:7:7");
    let Access::Limited(limited) = &shapes.accesses[1] else {
        panic!("the access is limited");
    };
    assert_eq!(run.place(&limited.from), "stacks/dev.toml:8:59");
    assert_eq!(shapes.sizes[&Size::Large], 2);
    assert!(matches!(
        shapes.number_or_table,
        Some(NumberOrTable::Table { value: 3 })
    ));
    let inner = shapes.inner.as_ref().unwrap();
    assert_eq!(
        run.place(&inner.wrapped.as_ref().unwrap().0),
        "stacks/dev.toml:11:21"
    );
    assert!(inner.unit.is_some());
    assert_eq!(shapes.letter, Some('é'));
    assert_eq!(shapes.ratio, Some(0.5));
    assert_eq!(shapes.big, Some(i64::MAX as u64));
}

#[test]
fn the_origin_is_the_whole_span() {
    let run = Scratch::new(&[("dev.toml", "wrapped = -3\n")]).load_as::<Shapes>(&[]);
    let wrapped = &run.environment("dev").settings.wrapped.as_ref().unwrap().0;
    let Origin::File { start, end } = wrapped.origin() else {
        panic!("the value comes from a file");
    };
    assert_eq!(run.sources.span(start, end), "-3");
}

#[test]
fn every_shape_that_is_wrong_has_its_place() {
    assert_eq!(
        findings(
            "\
pair = [1, 'x', 2]
wrapped = 40_000
optional = { kind = 'limited', form = 'a' }
placed = { kind = 'opne' }
list = [1, 256]
places.home = { kind = 'open', from = 'a' }
accesses = [{ kind = 'open' }, { kind = 'limited' }]
sizes = { smal = 1 }
number_or_table = { value = 'x' }
inner.inner.inner.letter = 'ab'
unit = { x = 1 }
ratio = true
"
        ),
        [
            "[dev] stacks/dev.toml:1:8 pair T0513: `pair` has 3 entries, but must have at most 2",
            "[dev] stacks/dev.toml:2:11 wrapped T0512: `wrapped` is 40000, but must be at most 32767",
            "[dev] stacks/dev.toml:3:32 optional.form T0508: there is no key `form` here | did you mean `from`?",
            "[dev] stacks/dev.toml:4:19 placed.kind T0511: `kind` is \"opne\", but must be \"open\" or \"limited\" | did you mean \"open\"?",
            "[dev] stacks/dev.toml:5:12 list[1] T0512: `list[1]` is 256, but must be at most 255",
            "[dev] stacks/dev.toml:6:32 places.home.from T0508: there is no key `from` here | `from` belongs to `kind = \"limited\"`",
            "[dev] stacks/dev.toml:7:32 accesses[1].from T0509: the key `from` is required",
            "[dev] stacks/dev.toml:8:11 sizes.smal T0508: there is no key `smal` here | did you mean `small`?",
            "[dev] stacks/dev.toml:9:29 number_or_table.value T0510: `value` is \"x\", but must be a whole number",
            "[dev] stacks/dev.toml:10:28 inner.inner.inner.letter T0513: `letter` has 2 characters, but must have at most 1",
            "[dev] stacks/dev.toml:11:10 unit.x T0508: there is no key `x` here | nothing can be set here",
            "[dev] stacks/dev.toml:12:9 ratio T0510: `ratio` is true, but must be a number",
        ]
    );
}

/// Types whose schemas say less than their code asks.
#[derive(Debug, Deserialize)]
struct Strict {
    #[allow(dead_code)]
    days: Days,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Days {
    #[serde(default)]
    #[allow(dead_code)]
    sizes: Vec<Size>,
    #[allow(dead_code)]
    first: (u8, i8),
    #[serde(default)]
    #[allow(dead_code)]
    access: Option<Access>,
}

impl JsonSchema for Strict {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Strict".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "object", "properties": { "days": true } })
    }
}

#[test]
fn what_serde_alone_refuses_has_its_place_too() {
    for (text, finding) in [
        ("", "1:1 days T0509: the key `days` is required"),
        (
            "days = 3",
            "1:8 days T0516: `days` is 3, but must be a table",
        ),
        (
            "[days]\nfirst = [1, 2]\nfrist = 1",
            "3:1 days.frist T0508: there is no key `frist` here | did you mean `first`?",
        ),
        (
            "[days]\nsizes = []",
            "1:1 days.first T0509: the key `first` is required",
        ),
        (
            "days.first = [1, 200]",
            "1:18 days.first[1] T0516: `first[1]` is 200, but must be a whole number from -128 to 127",
        ),
        (
            "days.first = [1, 2, 3]",
            "1:14 days.first T0516: `first` is a list: it has 3 entries, 2 are expected",
        ),
        (
            "days.first = 'x'",
            "1:14 days.first T0516: `first` is \"x\", but must be a list of 2 entries",
        ),
        (
            "days.first = [1]",
            "1:14 days.first T0516: `first` is a list: it has 1 entries, but must be a list of 2 entries",
        ),
        (
            "days.first = [1, 2]\ndays.sizes = ['small', 'lagre']",
            "2:24 days.sizes[1] T0511: `sizes[1]` is \"lagre\", but must be \"small\" or \"large\" | did you mean \"large\"?",
        ),
        (
            "days.first = [1, 2]\ndays.access.kind = 'x'",
            "2:20 days.access.kind T0511: `kind` is \"x\", but must be \"open\" or \"limited\"",
        ),
        (
            "days.first = [1, 2]\ndays.access.kind = 1",
            "2:20 days.access.kind T0516: `kind` is 1, but must be text",
        ),
        (
            "days.first = [1, 2]\ndays.access = 'limited'",
            "2:15 days.access T0516: `access` is \"limited\", but must be a table",
        ),
        (
            "days.first = [1, 2]\ndays.access = { from = 1, x = 2 }",
            "2:15 days.access.kind T0509: the key `kind` is required",
        ),
        (
            "days.first = [1, 2]\ndays.access.limited.from = 1",
            "2:28 days.access.limited.from T0516: `from` is 1, but must be text",
        ),
        (
            "days.first = [1, 2]\n[days.access]\nkind = 'limited'\nform = 'x'",
            "4:1 days.access.form T0508: there is no key `form` here | did you mean `from`?",
        ),
    ] {
        let findings = Scratch::new(&[("dev.toml", text)])
            .load_as::<Strict>(&[])
            .findings();
        assert_eq!(
            findings,
            [format!("[dev] stacks/dev.toml:{finding}")],
            "{text}"
        );
    }
}
