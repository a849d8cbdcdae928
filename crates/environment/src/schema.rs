//! The two JSON Schemas of a settings struct: one for editors, one for the check.
//!
//! schemars derives one schema (draft 07: what editors know, and what jsonschema starts up fastest
//! with). Both of ours are made from it. TOML has no `null`, so neither has any; and an object lists
//! its keys, so an unknown one is an error also where the author forgot `deny_unknown_fields`.

use std::collections::BTreeSet;
use std::marker::PhantomData;

use jsonschema::{Draft, Validator};
use schemars::JsonSchema;
use serde_json::{Map, Value as Json, json};
use terrace_ir::Diagnostic;

pub(crate) mod kinds;
mod pattern;
mod text;
mod transform;

use self::kinds::Kinds;
use self::pattern::pattern;
use self::text::text;
use self::transform::{Raw, join_enum, loosen};
use crate::codes::BROKEN_SCHEMA;
use crate::files::INHERITS;

/// What schemars derives of the two structs of the settings: `S`, what all environments share, and
/// `E`, what an environment says. It is derived once and serves the check and the editors.
pub struct Derived<S, E> {
    shared: Raw,
    environment: Raw,
    types: PhantomData<fn() -> (S, E)>,
}

impl<S: JsonSchema, E: JsonSchema> Derived<S, E> {
    /// Derives both.
    #[must_use]
    pub fn new() -> Self {
        Self {
            shared: Raw::of::<S>(),
            environment: Raw::of::<E>(),
            types: PhantomData,
        }
    }
}

impl<S: JsonSchema, E: JsonSchema> Default for Derived<S, E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S, E> Derived<S, E> {
    /// The JSON Schema of one environment file, for editors: pretty, with a line feed at the end.
    ///
    /// Nothing is required, since what a file does not say it may inherit; `inherits` is allowed, and so
    /// is `false` for the entries of a map. A TOML file names the schema in its first line:
    /// `#:schema ./environment.schema.json`. The text depends on `E` alone.
    #[must_use]
    pub fn editor_schema(&self) -> String {
        let mut root = self.environment.root(&loosen);
        kinds::for_editors(&mut root);
        if let Some(object) = root.as_object_mut() {
            let properties = object.entry("properties").or_insert_with(|| json!({}));
            if let Some(properties) = properties.as_object_mut() {
                let inherits = json!({
                    "type": "string",
                    "description": "The environment from which this one takes what it does not say.",
                });
                properties.insert(INHERITS.to_owned(), inherits);
            }
        }
        text(&root, &self.environment, &loosen)
    }

    /// The JSON Schema of `terrace.toml`, for editors. Its text depends on `S` alone.
    #[must_use]
    pub fn shared_schema(&self) -> String {
        let change = |_: &mut Map<String, Json>| {};
        text(&self.shared.root(&change), &self.shared, &change)
    }

    /// The strict schema of `terrace.toml`.
    pub(crate) fn shared(&self) -> Result<Schema, Box<Diagnostic>> {
        Schema::new(self.shared.whole(&join_enum), Vec::new())
    }

    /// The strict schemas of the environments whose files say these keys, at whatever depth.
    pub(crate) fn kinds<'a>(&'a self, said: BTreeSet<&'a str>) -> Kinds<'a> {
        Kinds::of(&self.environment, said)
    }
}

/// Makes what the first use of any settings' schema needs: the schema of schemas, by which it is checked. May
/// be done beforehand, on a thread that has nothing else to do.
pub fn prepare() {
    let _ = jsonschema::draft7::meta::is_valid(&Json::Bool(true));
}

/// The strict schema of the merged tree, compiled.
pub(crate) struct Schema {
    root: Json,
    validator: Validator,
    /// Keys of the top that other kinds of environments have, and how such a kind is said.
    elsewhere: Vec<(String, String)>,
}

impl Schema {
    fn new(root: Json, elsewhere: Vec<(String, String)>) -> Result<Self, Box<Diagnostic>> {
        let options = jsonschema::options()
            .with_draft(Draft::Draft7)
            // Draft 07 does not know this one yet; editors do.
            .with_format("uuid", is_uuid)
            .with_keyword("pattern", pattern);
        match options.build(&root) {
            Ok(validator) => Ok(Self {
                root,
                validator,
                elsewhere,
            }),
            Err(error) => {
                let place = error.instance_path().to_string();
                let summary = format!("the schema of the settings is wrong at `{place}`: {error}");
                Err(Box::new(Diagnostic::error(&BROKEN_SCHEMA, summary)))
            }
        }
    }

    pub(crate) fn root(&self) -> &Json {
        &self.root
    }

    pub(crate) fn validator(&self) -> &Validator {
        &self.validator
    }

    /// How a kind of environments is said that has a key at the top: `` `stack = "shared"` ``.
    pub(crate) fn kind_with(&self, key: &str) -> Option<&str> {
        let mut elsewhere = self.elsewhere.iter();
        Some(&*elsewhere.find(|(known, _)| known == key)?.1)
    }

    /// The schema at a JSON pointer.
    pub(crate) fn at(&self, pointer: &str) -> Option<&Json> {
        self.root.pointer(pointer)
    }

    /// The schema itself, behind references.
    pub(crate) fn resolve<'a>(&'a self, mut schema: &'a Json) -> &'a Json {
        // A definition that refers to itself alone would go on for ever.
        for _ in 0..16 {
            let reference = schema.get("$ref").and_then(Json::as_str);
            if let Some(target) = reference.and_then(|it| self.at(it.strip_prefix('#')?)) {
                schema = target;
            } else if let Some([one]) = branches(schema, "allOf") {
                schema = one;
            } else {
                break;
            }
        }
        schema
    }

    /// What `schema` says about the value of a key.
    pub(crate) fn key<'a>(&'a self, schema: &'a Json, key: &str) -> Option<Key<'a>> {
        if let Some(schema) = schema.get("properties").and_then(|it| it.get(key)) {
            return Some(Key::Field(self.resolve(schema)));
        }
        let entries = self.resolve(schema.get("additionalProperties")?);
        entries.is_object().then_some(Key::Entry(entries))
    }

    /// The tag of a tagged enum: a key that has one fixed text in every branch of `oneOf`.
    pub(crate) fn tag<'a>(&'a self, schema: &'a Json) -> Option<Tag<'a>> {
        Tag::of(branches(schema, "oneOf")?)
    }

    /// The schema of a table, where a value may also have other forms.
    pub(crate) fn table_form<'a>(&'a self, schema: &'a Json) -> &'a Json {
        let is_table =
            |it: &Json| it.get("properties").is_some() || it.get("additionalProperties").is_some();
        let forms = branches(schema, "anyOf").unwrap_or_default();
        let mut tables = forms
            .iter()
            .map(|form| self.resolve(form))
            .filter(|form| is_table(form) || self.tag(form).is_some());
        match (tables.next(), tables.next()) {
            (Some(table), None) => table,
            _ => schema,
        }
    }
}

/// Whether a text has the form `00000000-0000-0000-0000-000000000000`, as Azure writes ids.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    let groups = text.split('-').map(str::len);
    let hexadecimal = |byte: u8| byte == b'-' || byte.is_ascii_hexdigit();
    groups.eq([8, 4, 4, 4, 12]) && text.bytes().all(hexadecimal)
}

/// What a schema says about a key.
pub(crate) enum Key<'a> {
    /// A field of a struct.
    Field(&'a Json),
    /// An entry of a map.
    Entry(&'a Json),
}

/// A tagged enum.
pub(crate) struct Tag<'a> {
    pub(crate) name: &'a str,
    pub(crate) variants: &'a [Json],
}

impl<'a> Tag<'a> {
    fn of(variants: &'a [Json]) -> Option<Self> {
        let first = variants.first()?.get("properties")?.as_object()?;
        let name = first
            .keys()
            .find(|key| variants.iter().all(|it| constant(it, key).is_some()))?;
        Some(Self { name, variants })
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &'a str> {
        let name = self.name;
        self.variants.iter().filter_map(|it| constant(it, name))
    }

    pub(crate) fn variant(&self, value: &str) -> Option<(usize, &'a Json)> {
        let at = self.values().position(|it| it == value)?;
        Some((at, &self.variants[at]))
    }
}

/// The subschemas under `anyOf`, `oneOf` or `allOf`.
pub(crate) fn branches<'a>(schema: &'a Json, keyword: &str) -> Option<&'a [Json]> {
    schema.get(keyword)?.as_array().map(Vec::as_slice)
}

/// The one text that a key may have.
fn constant<'a>(schema: &'a Json, key: &str) -> Option<&'a str> {
    schema
        .get("properties")?
        .get(key)?
        .get("const")
        .and_then(Json::as_str)
}

/// Whether a schema accepts `true` and `false`.
pub(crate) fn accepts_bool(schema: &Json) -> bool {
    match schema.get("type") {
        Some(Json::String(one)) => one == "boolean",
        Some(Json::Array(many)) => many.iter().any(|it| it == "boolean"),
        _ => ["$ref", "allOf", "anyOf", "oneOf", "enum", "const"]
            .iter()
            .all(|keyword| schema.get(keyword).is_none()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    use crate::tree::{Data, Node, Span};

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Settings {
        days: Option<u8>,
        network: Option<Network>,
        #[serde(default)]
        clusters: BTreeMap<String, Cluster>,
        flags: BTreeMap<String, bool>,
    }

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct Cluster {
        size: Size,
    }

    #[derive(Deserialize, JsonSchema)]
    enum Size {
        /// One node.
        Small,
        Large,
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename = "isolation", rename_all = "kebab-case")]
    #[schemars(rename = "Network", tag = "isolation")]
    #[allow(dead_code)]
    enum Network {
        Public,
        OwnVnet(OwnVnet),
    }

    #[derive(Deserialize, JsonSchema)]
    #[allow(dead_code)]
    struct OwnVnet {
        range: String,
        zone: Option<String>,
    }

    fn strict<T: JsonSchema>() -> Result<Schema, Box<Diagnostic>> {
        Derived::<T, ()>::new().shared()
    }

    #[test]
    fn the_strict_schema_is_closed_and_has_no_null() {
        let schema = strict::<Settings>().expect("the schema compiles");
        let network = json!({ "oneOf": [
            {
                "type": "object",
                "properties": { "isolation": { "type": "string", "const": "public" } },
                "required": ["isolation"],
                "additionalProperties": false,
            },
            {
                "type": "object",
                "properties": {
                    "isolation": { "type": "string", "const": "own-vnet" },
                    "range": { "type": "string" },
                    "zone": { "type": "string" },
                },
                "required": ["isolation", "range"],
                "additionalProperties": false,
            },
        ]});
        assert_eq!(schema.at("/definitions/Network"), Some(&network));
        assert_eq!(
            schema.at("/definitions/Size"),
            Some(&json!({ "type": "string", "enum": ["Large", "Small"] }))
        );
        assert_eq!(schema.at("/properties/days/type"), Some(&json!("integer")));
        assert_eq!(
            schema.at("/properties/network"),
            Some(&json!({ "$ref": "#/definitions/Network" }))
        );
        assert_eq!(schema.at("/additionalProperties"), Some(&json!(false)));
    }

    #[test]
    fn of_a_key_that_no_file_says_nothing_is_described_unless_it_is_required() {
        let derived = Derived::<(), Settings>::new();
        let kinds = derived.kinds(BTreeSet::from(["network", "isolation"]));
        let nothing = Node {
            data: Data::Table(BTreeMap::new()),
            span: Span { start: 0, end: 0 },
        };
        let kind = kinds.of_file(&nothing).expect("there is one kind");
        let schema = kinds.schema(kind).expect("the schema compiles");
        let anything = Some(&json!(true));
        assert_eq!(schema.at("/properties/days"), anything);
        assert_eq!(schema.at("/properties/clusters"), anything);
        assert_eq!(schema.at("/definitions/Cluster"), None);
        assert_eq!(schema.at("/properties/flags/type"), Some(&json!("object")));
        // A variant is joined with its tag, and has its keys from another definition.
        let variant = json!({
            "type": "object",
            "properties": {
                "isolation": { "type": "string", "const": "own-vnet" },
                "range": { "type": "string" },
                "zone": true,
            },
            "required": ["isolation", "range"],
            "additionalProperties": false,
        });
        assert_eq!(schema.at("/definitions/Network/oneOf/1"), Some(&variant));
    }

    #[test]
    fn the_schema_for_editors_requires_nothing() {
        let text = Derived::<(), Settings>::new().editor_schema();
        assert!(!text.contains("required"));
        let schema: Json = serde_json::from_str(&text).expect("the schema is JSON");
        let fits = |instance: Json| jsonschema::is_valid(&schema, &instance);
        assert!(fits(
            json!({ "inherits": "dev", "clusters": { "gpu": false } })
        ));
        assert!(fits(json!({ "network": { "range": "10.0.0.0/8" } })));
        assert!(!fits(json!({ "network": { "isolation": "closed" } })));
        assert!(!fits(json!({ "clusters": { "gpu": { "size": "Smal" } } })));
        assert!(!fits(json!({ "clusters": { "gpu": true } })));
        assert!(!fits(json!({ "dayz": 3 })));
        assert!(!fits(json!({ "flags": { "x": 1 } })));
    }

    #[test]
    fn a_pattern_that_is_none_is_the_authors_error() {
        #[derive(Deserialize, JsonSchema)]
        #[allow(dead_code)]
        struct Broken {
            #[schemars(regex(pattern = "["))]
            name: String,
        }
        #[derive(Deserialize, JsonSchema)]
        #[allow(dead_code)]
        struct LookAround {
            #[schemars(regex(pattern = "a(?=b)"))]
            name: String,
        }
        let summary = |schema: Result<Schema, Box<Diagnostic>>| match schema {
            Ok(_) => panic!("the pattern is wrong"),
            Err(error) => error.summary,
        };
        assert_eq!(
            summary(strict::<Broken>()),
            "the schema of the settings is wrong at `/properties/name/pattern`: \"[\" is not a \"regex\""
        );
        assert_eq!(
            summary(strict::<LookAround>()),
            "the schema of the settings is wrong at `/properties/name/pattern`: `a(?=b)`: look-around is not supported"
        );
    }
}
