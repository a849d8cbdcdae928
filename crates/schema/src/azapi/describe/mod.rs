//! A request body in words, for a person, and as JSON.

mod json;
mod text;

use super::archive::{Bodies, bodies};
use super::body_type::{BodyType, ObjectType, Property, TypeIndex};
use crate::nearest::nearest;

/// A resource type's body, or a part of it.
#[derive(Debug, Clone)]
pub struct Description {
    /// `Microsoft.MachineLearningServices/workspaces/computes`
    pub resource_type: String,
    /// The API versions at which the body looks like this, oldest first.
    pub api_versions: Vec<String>,
    /// The way to the part, empty for the whole body.
    pub path: Vec<String>,
    ty: TypeIndex,
}

/// Why there is nothing to describe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotFound {
    /// What was looked for and is not there: a resource type, an API version, a property.
    pub wanted: String,
    /// What there is, where that is short enough to list.
    pub known: Vec<String>,
    /// What was probably meant.
    pub nearest: Option<String>,
}

/// The description of `TYPE`, `TYPE@API-VERSION` or `TYPE.PROPERTY.PROPERTY`.
///
/// Where an object has variants, the name of one is a step: `workspaces/computes.properties.AmlCompute`. Items of lists
/// and values of maps need no step. Without a version the newest is described.
///
/// # Errors
/// When a part of `text` names nothing, with the nearest name.
pub fn describe(text: &str) -> Result<Description, NotFound> {
    let bodies = bodies();
    // The namespace has dots of its own, and so has no type behind its last slash.
    let tail = text.rfind('/').unwrap_or(0);
    let (head, path) = match text[tail..].split_once('.') {
        Some((last, path)) => (&text[..tail + last.len()], path),
        None => (text, ""),
    };
    let (name, wanted_version) = match head.split_once('@') {
        Some((name, version)) => (name, Some(version)),
        None => (head, None),
    };
    let resource = bodies
        .resource(name)
        .ok_or_else(|| not_found(name, bodies.names().map(str::to_owned).collect()))?;
    let index = bodies.index();
    let versions = index.api_versions.iter().zip(&resource.bodies);
    let described: Vec<(&String, TypeIndex)> = versions
        .filter_map(|(version, body)| Some((version, (*body)?)))
        .collect();
    let chosen = match wanted_version {
        Some(wanted) => described.iter().find(|(version, _)| *version == wanted),
        None => described.last(),
    };
    let Some((_, mut ty)) = chosen.copied() else {
        let known = described.iter().map(|(version, _)| version.to_string());
        return Err(not_found(
            wanted_version.unwrap_or_default(),
            known.collect(),
        ));
    };
    let same = described.iter().filter(|(_, body)| *body == ty);
    let api_versions = same.map(|(version, _)| version.to_string()).collect();
    let mut steps = Vec::new();
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let (found, next) = bodies.step(ty, step)?;
        steps.push(found);
        ty = next;
    }
    Ok(Description {
        resource_type: resource.name.clone(),
        api_versions,
        path: steps,
        ty,
    })
}

fn not_found(wanted: &str, known: Vec<String>) -> NotFound {
    let nearest = nearest(wanted, known.iter().map(String::as_str)).map(str::to_owned);
    NotFound {
        wanted: wanted.to_owned(),
        known: known.into_iter().filter(|_| nearest.is_none()).collect(),
        nearest,
    }
}

impl Bodies {
    /// One step into a type: the name as the service writes it, and what stands there.
    fn step(&self, from: TypeIndex, name: &str) -> Result<(String, TypeIndex), NotFound> {
        let of = |properties: &[Property]| {
            let mut properties = properties.iter();
            let found = properties.find(|property| property.name.eq_ignore_ascii_case(name));
            found.map(|property| (property.name.clone(), property.ty))
        };
        match self.get(self.inside(from)) {
            BodyType::Object(object) => of(&object.properties).ok_or_else(|| {
                let known = object
                    .properties
                    .iter()
                    .map(|property| property.name.clone());
                not_found(name, known.collect())
            }),
            BodyType::Variants(variants) => {
                let mut known = variants.variants.iter();
                let variant = known.find(|(value, _)| value.eq_ignore_ascii_case(name));
                let variant = variant.map(|(value, ty)| (value.clone(), *ty));
                variant.or_else(|| of(&variants.base)).ok_or_else(|| {
                    let base = variants.base.iter().map(|property| property.name.clone());
                    let values = variants.variants.iter().map(|(value, _)| value.clone());
                    not_found(name, values.chain(base).collect())
                })
            }
            _ => Err(not_found(name, Vec::new())),
        }
    }

    /// The items of a list and the values of a map stand for it.
    fn inside(&self, ty: TypeIndex) -> TypeIndex {
        match self.get(ty) {
            BodyType::List(item) => self.inside(*item),
            BodyType::Object(ObjectType {
                properties,
                additional: Some(value),
                ..
            }) if properties.is_empty() => self.inside(*value),
            _ => ty,
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::*;

    const COMPUTES: &str = "Microsoft.MachineLearningServices/workspaces/computes";

    #[test]
    fn a_part_of_a_body_is_found_by_its_path_through_a_variant() {
        let path = "properties.amlcompute.properties.scaleSettings";
        let description = describe(&format!("{COMPUTES}.{path}")).unwrap();
        assert_eq!(
            description.path,
            ["properties", "AmlCompute", "properties", "scaleSettings"]
        );
        assert_eq!(
            description.to_text(),
            "Microsoft.MachineLearningServices/workspaces/computes.properties.AmlCompute.properties.scaleSettings
the request body at API version 2025-12-01, 2026-05-01

maxNodeCount  required: number
minNodeCount  number
nodeIdleTimeBeforeScaleDown  text
"
        );
    }

    #[test]
    fn required_properties_come_first_and_literals_are_listed() {
        let text = describe("Microsoft.MachineLearningServices/registries")
            .unwrap()
            .to_text();
        let required = text
            .find("\nproperties  required: RegistryProperties")
            .unwrap();
        let optional = text.find("\nkind  text").unwrap();
        assert!(required < optional, "{text}");
        assert!(
            text.contains(
                "status  \"Approved\" | \"Pending\" | \"Rejected\" | \"Disconnected\" | \"Timeout\""
            ),
            "{text}"
        );
        assert!(
            text.contains("\n(read-only: apiVersion, id, systemData, type)\n"),
            "{text}"
        );
    }

    #[test]
    fn json_says_the_same_for_machines() {
        let json = describe(&format!("{COMPUTES}@2025-12-01"))
            .unwrap()
            .to_json();
        let cluster = &json["body"]["properties"]["properties"]["variants"]["AmlCompute"];
        let settings = &cluster["properties"]["properties"]["properties"]["scaleSettings"];
        assert_eq!(
            settings["properties"]["maxNodeCount"],
            json!({ "type": "number", "required": true })
        );
        assert_eq!(
            cluster["properties"]["properties"]["properties"]["osType"]["values"],
            json!(["Linux", "Windows"])
        );
    }

    #[test]
    fn every_body_can_be_described() {
        for name in bodies().names() {
            let description = describe(name).unwrap();
            assert!(description.to_text().contains(name));
            assert!(
                description.to_json()["body"]["properties"].is_object(),
                "{name}"
            );
        }
    }

    #[test]
    fn what_is_not_there_has_a_neighbour() {
        let nearest = |text: &str| describe(text).unwrap_err().nearest;
        assert_eq!(
            nearest("Microsoft.MachineLearningServices/workspaces/compute").as_deref(),
            Some(COMPUTES)
        );
        assert_eq!(
            nearest(&format!("{COMPUTES}.propertes")).as_deref(),
            Some("properties")
        );
        assert_eq!(
            describe(&format!("{COMPUTES}@1999-01-01"))
                .unwrap_err()
                .known,
            ["2025-12-01", "2026-05-01"]
        );
    }
}
