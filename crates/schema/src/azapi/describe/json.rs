//! A body as JSON.

use serde_json::{Map, Value as Json, json};

use super::Description;
use crate::azapi::archive::{Bodies, bodies};
use crate::azapi::body_type::{BodyType, Property, TypeIndex};

impl Description {
    /// The body as JSON, with read-only properties too. A type inside itself is given by its name alone.
    pub fn to_json(&self) -> Json {
        json!({
            "resource_type": self.resource_type,
            "api_versions": self.api_versions,
            "path": self.path,
            "body": to_json(bodies(), self.ty, &mut Vec::new()),
        })
    }
}

fn to_json(bodies: &Bodies, ty: TypeIndex, around: &mut Vec<TypeIndex>) -> Json {
    let name = match bodies.get(ty) {
        BodyType::Object(object) => Some(&object.name),
        BodyType::Variants(variants) => Some(&variants.name),
        _ => None,
    };
    if around.contains(&ty) {
        return json!({ "recursive": name });
    }
    around.push(ty);
    let json = match bodies.get(ty) {
        BodyType::Any => json!({ "type": "any" }),
        BodyType::Boolean => json!({ "type": "boolean" }),
        BodyType::Number { min, max } => {
            without_null(json!({ "type": "number", "min": min, "max": max }))
        }
        BodyType::Text(text) => without_null(json!({
            "type": "text",
            "min_length": text.min_length,
            "max_length": text.max_length,
            "pattern": text.pattern,
            "sensitive": text.sensitive.then_some(true),
        })),
        BodyType::Choice { literals, .. } => json!({ "type": "text", "values": literals }),
        BodyType::List(item) => json!({ "type": "list", "items": to_json(bodies, *item, around) }),
        BodyType::Object(object) => {
            let additional = object.additional.map(|ty| to_json(bodies, ty, around));
            without_null(json!({
                "type": "object",
                "name": name,
                "properties": properties_json(bodies, &object.properties, around),
                "additional": additional,
            }))
        }
        BodyType::Variants(variants) => {
            let mut known = Map::new();
            for (value, ty) in &variants.variants {
                known.insert(value.clone(), to_json(bodies, *ty, around));
            }
            json!({
                "type": "object",
                "name": name,
                "discriminator": variants.discriminator,
                "properties": properties_json(bodies, &variants.base, around),
                "variants": known,
            })
        }
    };
    around.pop();
    json
}

fn properties_json(bodies: &Bodies, properties: &[Property], around: &mut Vec<TypeIndex>) -> Json {
    let mut json = Map::new();
    for property in properties {
        let mut value = to_json(bodies, property.ty, around);
        let flags = [
            ("required", property.required),
            ("read_only", property.read_only),
            ("write_only", property.write_only),
        ];
        for (flag, _) in flags.into_iter().filter(|(_, holds)| *holds) {
            value[flag] = true.into();
        }
        json.insert(property.name.clone(), value);
    }
    json.into()
}

fn without_null(mut json: Json) -> Json {
    if let Some(object) = json.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    json
}
