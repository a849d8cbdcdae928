//! The two JSON Schemas of a settings struct: one for editors, one for the check.
//!
//! schemars derives one schema (draft 07: what editors know, and what jsonschema starts up fastest
//! with). Both of ours are made from it. TOML has no `null`, so neither has any; and an object lists
//! its keys, so an unknown one is an error also where the author forgot `deny_unknown_fields`.

use jsonschema::{Draft, Validator};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use serde_json::{Map, Value as Json, json};
use terrace_ir::Diagnostic;

use crate::codes::BROKEN_SCHEMA;

/// The JSON Schema of one environment file, for editors: pretty, with a line feed at the end.
///
/// Nothing is required, since what a file does not say it may inherit; `inherits` is allowed, and so
/// is `false` for the entries of a map. A TOML file names the schema in its first line:
/// `#:schema ./environment.schema.json`. The text depends on `E` alone.
#[must_use]
pub fn editor_schema<E: JsonSchema>() -> String {
    let mut schema = derived::<E>();
    RecursiveTransform(|schema: &mut schemars::Schema| {
        if let Some(object) = schema.as_object_mut() {
            loosen(object);
        }
    })
    .transform(&mut schema);
    if let Some(object) = schema.as_object_mut() {
        let properties = object.entry("properties").or_insert_with(|| json!({}));
        if let Some(properties) = properties.as_object_mut() {
            let inherits = json!({
                "type": "string",
                "description": "The environment from which this one takes what it does not say.",
            });
            properties.insert("inherits".to_owned(), inherits);
        }
    }
    format!("{:#}\n", schema.to_value())
}

/// The strict schema of the merged tree, compiled.
pub(crate) struct Schema {
    root: Json,
    validator: Validator,
}

impl Schema {
    pub(crate) fn of<T: JsonSchema>() -> Result<Self, Box<Diagnostic>> {
        let mut schema = derived::<T>();
        RecursiveTransform(|schema: &mut schemars::Schema| {
            if let Some(object) = schema.as_object_mut() {
                join_enum(object);
            }
        })
        .transform(&mut schema);
        let root = schema.to_value();
        match jsonschema::options().with_draft(Draft::Draft7).build(&root) {
            Ok(validator) => Ok(Self { root, validator }),
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
        let variants = branches(schema, "oneOf")?;
        let first = variants.first()?.get("properties")?.as_object()?;
        let name = first
            .keys()
            .find(|key| variants.iter().all(|it| constant(it, key).is_some()))?;
        Some(Tag { name, variants })
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

/// The schema that schemars derives, without `null` and with closed objects.
fn derived<T: JsonSchema>() -> schemars::Schema {
    let mut schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<T>();
    let definitions = schema.get("definitions").and_then(Json::as_object).cloned();
    let definitions = definitions.unwrap_or_default();
    RecursiveTransform(|schema: &mut schemars::Schema| {
        if let Some(object) = schema.as_object_mut() {
            drop_null(object);
            inline_variant(object, &definitions);
            close(object);
        }
    })
    .transform(&mut schema);
    schema
}

type Object = Map<String, Json>;

/// Takes `null` out of what is allowed: `Option<T>` has the schema of `T`.
fn drop_null(object: &mut Object) {
    if let Some(Json::Array(types)) = object.get_mut("type") {
        types.retain(|it| it != "null");
        if let [one] = types.as_mut_slice() {
            let one = one.take();
            object.insert("type".to_owned(), one);
        }
    }
    if let Some(Json::Array(values)) = object.get_mut("enum") {
        values.retain(|it| !it.is_null());
    }
    if object.get("default").is_some_and(Json::is_null) {
        object.remove("default");
    }
    for keyword in ["anyOf", "oneOf"] {
        let Some(Json::Array(branches)) = object.get_mut(keyword) else {
            continue;
        };
        branches.retain(|it| it.get("type").is_none_or(|ty| ty != "null"));
        if branches.len() != 1 {
            continue;
        }
        let Some(Json::Object(one)) = branches.pop() else {
            continue;
        };
        object.remove(keyword);
        if object.is_empty() {
            *object = one;
        } else if one.contains_key("$ref") {
            // Draft 07 ignores what stands beside a `$ref`.
            object.insert("allOf".to_owned(), json!([one]));
        } else {
            for (key, value) in one {
                object.entry(key).or_insert(value);
            }
        }
    }
}

/// Joins a tag with the struct of its variant, which stands beside it as a reference: closing one of
/// the two would shut the other's keys out.
fn inline_variant(object: &mut Object, definitions: &Object) {
    while object.contains_key("properties") {
        let Some(Json::Array(parts)) = object.remove("allOf") else {
            return;
        };
        let mut kept = Vec::new();
        let mut joined = false;
        for part in parts {
            let target = part
                .get("$ref")
                .and_then(Json::as_str)
                .and_then(|it| definitions.get(it.strip_prefix("#/definitions/")?));
            match target.unwrap_or(&part).as_object() {
                Some(target) if target.contains_key("properties") => {
                    joined = true;
                    join(object, target, &mut kept);
                }
                _ => kept.push(part),
            }
        }
        if !kept.is_empty() {
            object.insert("allOf".to_owned(), Json::Array(kept));
        }
        if !joined {
            return;
        }
    }
}

fn join(object: &mut Object, part: &Object, all_of: &mut Vec<Json>) {
    for (keyword, value) in part {
        match (object.get_mut(keyword), value) {
            (Some(Json::Object(own)), Json::Object(more)) if keyword == "properties" => {
                for (key, value) in more {
                    own.entry(key.clone()).or_insert_with(|| value.clone());
                }
            }
            (Some(Json::Array(own)), Json::Array(more)) if keyword == "required" => {
                own.extend(more.iter().cloned());
            }
            (None, Json::Array(more)) if keyword == "allOf" => all_of.extend(more.iter().cloned()),
            (None, _) => {
                object.insert(keyword.clone(), value.clone());
            }
            (Some(_), _) => {}
        }
    }
}

/// Allows no key but those that are listed.
fn close(object: &mut Object) {
    const COMBINED: [&str; 3] = ["allOf", "anyOf", "oneOf"];
    if !object.contains_key("properties") || object.contains_key("additionalProperties") {
        return;
    }
    if !COMBINED.iter().any(|it| object.contains_key(*it)) {
        object.insert("additionalProperties".to_owned(), false.into());
        return;
    }
    // A flattened enum: each part has some of the keys, so no part may shut the others' out.
    for keyword in COMBINED {
        let parts = object.get_mut(keyword).and_then(Json::as_array_mut);
        for part in parts.into_iter().flatten().filter_map(Json::as_object_mut) {
            part.entry("additionalProperties").or_insert(true.into());
        }
    }
}

/// Makes one `enum` of the texts of a plain enum, which schemars lists apart when they are documented.
fn join_enum(object: &mut Object) {
    let Some(Json::Array(variants)) = object.get("oneOf") else {
        return;
    };
    if let Some(texts) = texts(variants) {
        object.remove("oneOf");
        object.insert("type".to_owned(), "string".into());
        object.insert("enum".to_owned(), Json::Array(texts));
    }
}

/// The texts that are allowed, when nothing but texts is.
fn texts(variants: &[Json]) -> Option<Vec<Json>> {
    let mut texts = Vec::new();
    for variant in variants {
        match (variant.get("const"), variant.get("enum")) {
            (Some(text @ Json::String(_)), None) => texts.push(text.clone()),
            (None, Some(Json::Array(some))) if some.iter().all(Json::is_string) => {
                texts.extend(some.iter().cloned());
            }
            _ => return None,
        }
    }
    Some(texts)
}

/// Makes of the schema of a whole environment that of one file of it.
fn loosen(object: &mut Object) {
    object.remove("required");
    object.remove("minProperties");
    // Without its tag a table may fit several variants, which `oneOf` would refuse.
    if let Some(Json::Array(variants)) = object.get("oneOf")
        && texts(variants).is_none()
        && !object.contains_key("anyOf")
        && let Some(variants) = object.remove("oneOf")
    {
        object.insert("anyOf".to_owned(), variants);
    }
    if let Some(entries) = object.get_mut("additionalProperties")
        && entries.is_object()
        && !accepts_bool(entries)
    {
        let removed = json!({ "const": false, "description": "Removes the inherited entry." });
        *entries = json!({ "anyOf": [entries.take(), removed] });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use serde::Deserialize;
    use std::collections::BTreeMap;

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
    }

    #[test]
    fn the_strict_schema_is_closed_and_has_no_null() {
        let schema = Schema::of::<Settings>().expect("the schema compiles");
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
    fn the_schema_for_editors_requires_nothing() {
        let text = editor_schema::<Settings>();
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
        let error = Schema::of::<Broken>().err().expect("the pattern is wrong");
        assert_eq!(error.code.id, "T0517");
    }
}
