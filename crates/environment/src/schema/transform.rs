//! What is changed in the schema that schemars derives.

use std::collections::BTreeSet;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use schemars::transform::{
    RemoveRefSiblings, ReplacePrefixItems, ReplaceUnevaluatedProperties, Transform,
    transform_subschemas,
};
use serde_json::{Map, Value as Json, json};

use super::accepts_bool;

/// The schema of a type, as schemars derives it: nothing is changed in it before it is asked for,
/// since of many definitions the check needs few.
pub(super) struct Raw {
    root: Json,
    definitions: Object,
}

impl Raw {
    pub(super) fn of<T: JsonSchema>() -> Self {
        let settings = SchemaSettings::draft07().with(|settings| settings.transforms.clear());
        let mut root = settings.into_generator().into_root_schema_for::<T>();
        let definitions = match root.remove(DEFINITIONS) {
            Some(Json::Object(definitions)) => definitions,
            _ => Object::new(),
        };
        Self {
            root: root.to_value(),
            definitions,
        }
    }

    /// The root without the definitions, changed by `change` besides what is changed in any case.
    pub(super) fn root(&self, change: &dyn Fn(&mut Object)) -> Json {
        self.changed(self.root.clone(), change)
    }

    /// Whether there is no definition besides the root.
    pub(super) fn is_alone(&self) -> bool {
        self.definitions.is_empty()
    }

    /// The definitions, changed likewise, each when it is asked for.
    pub(super) fn definitions(
        &self,
        change: &dyn Fn(&mut Object),
    ) -> impl Iterator<Item = (&String, Json)> {
        let definitions = self.definitions.iter();
        definitions.map(move |(name, schema)| (name, self.changed(schema.clone(), change)))
    }

    /// The root with all definitions, changed likewise.
    pub(super) fn whole(&self, change: &dyn Fn(&mut Object)) -> Json {
        let mut root = self.root(change);
        let definitions = self.definitions(change);
        let definitions = definitions.map(|(name, schema)| (name.clone(), schema));
        if let Some(root) = root.as_object_mut() {
            root.insert(DEFINITIONS.to_owned(), definitions.collect());
        }
        root
    }

    /// The strict schema of the root, without the definitions. Of the keys that are not `said` nothing is
    /// described: compiling is a good part of a whole run, and most files say a few of the many.
    pub(super) fn strict_root(&self, said: &BTreeSet<&str>) -> Json {
        self.strict(&self.root, said)
    }

    /// The strict schema of a definition.
    pub(super) fn strict_definition(
        &self,
        name: &str,
        said: &BTreeSet<&str>,
    ) -> Option<(&String, Json)> {
        let (name, schema) = self.definitions.get_key_value(name)?;
        Some((name, self.strict(schema, said)))
    }

    fn strict(&self, schema: &Json, said: &BTreeSet<&str>) -> Json {
        // What is joined from other definitions has not been pruned.
        self.changed(pruned(schema, said), &|object| {
            join_enum(object);
            prune(object, said);
        })
    }

    fn changed(&self, mut schema: Json, change: &dyn Fn(&mut Object)) -> Json {
        if let Ok(schema) = <&mut schemars::Schema>::try_from(&mut schema) {
            let definitions = &self.definitions;
            Changes {
                definitions,
                change,
            }
            .transform(schema);
        }
        schema
    }
}

pub(super) const DEFINITIONS: &str = "definitions";

struct Changes<'a> {
    definitions: &'a Object,
    change: &'a dyn Fn(&mut Object),
}

/// Outer schemas first. Takes `null` out and closes objects, since TOML has no `null` and an unknown
/// key is an error.
impl Transform for Changes<'_> {
    fn transform(&mut self, schema: &mut schemars::Schema) {
        let Some(mut has) = schema.as_object().map(Keywords::of) else {
            return;
        };
        if has.other_draft {
            to_draft_07(schema);
            has = schema.as_object().map_or(has, Keywords::of);
        }
        if let Some(object) = schema.as_object_mut() {
            if has.null && drop_null(object) {
                has = Keywords::of(object);
            }
            if has.properties {
                inline_variant(object, self.definitions);
                close(object);
            }
            if has.changed {
                (self.change)(object);
            }
        }
        transform_subschemas(self, schema);
    }
}

/// What may have to be changed in a schema, by its keywords: most schemas have few of them.
struct Keywords {
    /// What this draft says otherwise.
    other_draft: bool,
    /// What may allow `null`.
    null: bool,
    properties: bool,
    /// What the check or editors may want otherwise.
    changed: bool,
}

impl Keywords {
    fn of(object: &Object) -> Self {
        let mut has = Self {
            other_draft: false,
            null: false,
            properties: false,
            changed: false,
        };
        for key in object.keys() {
            match key.as_str() {
                "$ref" => has.other_draft |= object.len() > 1,
                "unevaluatedProperties" | "prefixItems" => has.other_draft = true,
                "type" | "enum" | "default" => has.null = true,
                "anyOf" | "oneOf" => (has.null, has.changed) = (true, true),
                "properties" => (has.properties, has.changed) = (true, true),
                "additionalProperties" | "minProperties" | "required" => has.changed = true,
                _ => {}
            }
        }
        has
    }
}

/// What schemars does itself for this draft: it would go through everything once for each.
fn to_draft_07(schema: &mut schemars::Schema) {
    ReplaceUnevaluatedProperties::default().transform(schema);
    RemoveRefSiblings::default().transform(schema);
    ReplacePrefixItems::default().transform(schema);
}

type Object = Map<String, Json>;

/// Takes `null` out of what is allowed: `Option<T>` has the schema of `T`. Says whether that is now the
/// schema itself.
fn drop_null(object: &mut Object) -> bool {
    let mut is_other = false;
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
        let before = branches.len();
        branches.retain(|it| it.get("type").is_none_or(|ty| ty != "null"));
        if branches.len() == before || branches.len() != 1 {
            continue;
        }
        let Some(Json::Object(one)) = branches.pop() else {
            continue;
        };
        is_other = true;
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
    is_other
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

/// A copy of a schema in which nothing is said of the keys that are not `said`.
fn pruned(schema: &Json, said: &BTreeSet<&str>) -> Json {
    let copy = |(keyword, value): (&String, &Json)| {
        let value = match value {
            Json::Object(properties) if keyword == "properties" => {
                let required = schema.get("required");
                let copy = |(key, schema): (&String, &Json)| {
                    let schema = if is_described(key, required, said) {
                        pruned(schema, said)
                    } else {
                        true.into()
                    };
                    (key.clone(), schema)
                };
                Json::Object(properties.iter().map(copy).collect())
            }
            value => pruned(value, said),
        };
        (keyword.clone(), value)
    };
    match schema {
        Json::Object(object) => object.iter().map(copy).collect(),
        Json::Array(items) => items.iter().map(|it| pruned(it, said)).collect(),
        other => other.clone(),
    }
}

/// The same in place, of one schema and not of those inside.
fn prune(object: &mut Object, said: &BTreeSet<&str>) {
    let required = object.get("required").cloned();
    if let Some(Json::Object(properties)) = object.get_mut("properties") {
        for (key, schema) in properties {
            if !is_described(key, required.as_ref(), said) {
                *schema = true.into();
            }
        }
    }
}

/// Whether the strict schema describes a key: one that is said, or whose absence is an error.
fn is_described(key: &str, required: Option<&Json>, said: &BTreeSet<&str>) -> bool {
    let mut required = required.and_then(Json::as_array).into_iter().flatten();
    said.contains(key) || required.any(|it| it == key)
}

/// Makes one `enum` of the texts of a plain enum, which schemars lists apart when they are documented.
pub(super) fn join_enum(object: &mut Object) {
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
pub(super) fn loosen(object: &mut Object) {
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
