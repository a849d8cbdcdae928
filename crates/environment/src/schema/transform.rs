//! What is changed in the schema that schemars derives.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use serde_json::{Map, Value as Json, json};

use super::accepts_bool;

/// The schema that schemars derives, without `null` and with closed objects.
pub(super) fn derived<T: JsonSchema>() -> schemars::Schema {
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
        let before = branches.len();
        branches.retain(|it| it.get("type").is_none_or(|ty| ty != "null"));
        if branches.len() == before || branches.len() != 1 {
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
