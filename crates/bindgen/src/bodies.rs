//! The request bodies that azapi knows: from the snapshot to what is embedded.
//!
//! The API versions are joined in one table in which each type stands once, however often it is described.

use std::collections::BTreeMap;
use std::collections::hash_map::{Entry, HashMap};

use serde::Deserialize;
use terrace_schema::azapi::archive::{self, Resource};
use terrace_schema::azapi::body_type::{
    BodyType, ObjectType, Property, Text, TypeIndex, VariantsType,
};

use crate::snapshot;

/// The packed file, beside those of the providers.
pub(crate) const FILE: &str = "azapi-bodies.bin";

const SNAPSHOT: &str = "azapi-bodies-2.12.0.json.gz";
const NAMESPACE: &str = "Microsoft.MachineLearningServices";

/// The bytes of the packed file.
pub(crate) fn pack() -> Result<Vec<u8>, String> {
    let snapshot: BodiesJson = snapshot::read(SNAPSHOT)?;
    let mut table = Vec::new();
    let mut resources: BTreeMap<String, Vec<Option<TypeIndex>>> = BTreeMap::new();
    let api_versions: Vec<String> = snapshot.apis.keys().cloned().collect();
    for (version, api) in snapshot.apis.into_values().enumerate() {
        let offset = index(table.len())?;
        for (name, body) in &api.resources {
            let bodies = resources.entry(name.clone()).or_default();
            bodies.resize(api_versions.len(), None);
            bodies[version] = Some(offset + body);
        }
        table.extend(types(&api, offset)?);
    }
    let mut roots: Vec<&mut TypeIndex> = resources.values_mut().flatten().flatten().collect();
    let table = merged(table, &mut roots)?;
    let resources = resources
        .into_iter()
        .map(|(name, bodies)| Resource { name, bodies })
        .collect();
    archive::pack(NAMESPACE.to_owned(), api_versions, resources, &table)
}

#[derive(Deserialize)]
struct BodiesJson {
    apis: BTreeMap<String, ApiJson>,
}

#[derive(Deserialize)]
struct ApiJson {
    resources: BTreeMap<String, TypeIndex>,
    types: Vec<TypeJson>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all_fields = "camelCase")]
enum TypeJson {
    Any,
    Boolean,
    Integer {
        min_value: Option<i64>,
        max_value: Option<i64>,
    },
    String {
        min_length: Option<u32>,
        max_length: Option<u32>,
        pattern: Option<String>,
        #[serde(default)]
        sensitive: bool,
    },
    StringLiteral {
        value: String,
    },
    Union {
        elements: Vec<TypeIndex>,
    },
    Array {
        item: TypeIndex,
    },
    Object {
        name: String,
        properties: BTreeMap<String, PropertyJson>,
        additional: Option<TypeIndex>,
    },
    DiscriminatedObject {
        name: String,
        discriminator: String,
        #[serde(default, rename = "base_properties")]
        base_properties: BTreeMap<String, PropertyJson>,
        elements: BTreeMap<String, TypeIndex>,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PropertyJson {
    #[serde(rename = "type")]
    ty: TypeIndex,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    read_only: bool,
    #[serde(default)]
    write_only: bool,
}

/// One version's types in our form, their references moved by `offset`.
fn types(api: &ApiJson, offset: TypeIndex) -> Result<Vec<BodyType>, String> {
    let mut types = api
        .types
        .iter()
        .map(|ty| body_type(ty, &api.types, offset))
        .collect::<Result<Vec<_>, _>>()?;
    // `type` and `apiVersion` repeat the name under which the body is found, and would keep the versions apart.
    let mut unnamed = Vec::new();
    for body in api.resources.values() {
        if let Some(BodyType::Object(body)) = types.get_mut(*body as usize) {
            for property in &mut body.properties {
                if property.read_only && ["type", "apiVersion"].contains(&property.name.as_str()) {
                    unnamed.push(property.ty - offset);
                }
            }
        }
    }
    for literal in unnamed {
        types[literal as usize] = BodyType::Text(Text::default());
    }
    Ok(types)
}

fn body_type(ty: &TypeJson, all: &[TypeJson], offset: TypeIndex) -> Result<BodyType, String> {
    let properties = |properties: &BTreeMap<String, PropertyJson>| {
        properties
            .iter()
            .map(|(name, property)| Property {
                name: name.clone(),
                ty: property.ty + offset,
                required: property.required,
                read_only: property.read_only,
                write_only: property.write_only,
            })
            .collect()
    };
    Ok(match ty {
        TypeJson::Any => BodyType::Any,
        TypeJson::Boolean => BodyType::Boolean,
        TypeJson::Integer {
            min_value,
            max_value,
        } => BodyType::Number {
            min: *min_value,
            max: *max_value,
        },
        TypeJson::String {
            min_length,
            max_length,
            pattern,
            sensitive,
        } => BodyType::Text(Text {
            min_length: *min_length,
            max_length: *max_length,
            pattern: pattern.clone(),
            sensitive: *sensitive,
        }),
        TypeJson::StringLiteral { value } => BodyType::Choice {
            literals: vec![value.clone()],
            open: false,
        },
        TypeJson::Union { elements } => choice(elements, all)?,
        TypeJson::Array { item } => BodyType::List(item + offset),
        TypeJson::Object {
            name,
            properties: own,
            additional,
        } => BodyType::Object(ObjectType {
            name: name.clone(),
            properties: properties(own),
            additional: additional.map(|ty| ty + offset),
        }),
        TypeJson::DiscriminatedObject {
            name,
            discriminator,
            base_properties,
            elements,
        } => BodyType::Variants(VariantsType {
            name: name.clone(),
            discriminator: discriminator.clone(),
            base: properties(base_properties),
            variants: elements
                .iter()
                .map(|(value, ty)| (value.clone(), ty + offset))
                .collect(),
        }),
    })
}

/// A union of literals, and perhaps of any other text.
fn choice(elements: &[TypeIndex], all: &[TypeJson]) -> Result<BodyType, String> {
    let (mut literals, mut open) = (Vec::new(), false);
    for element in elements {
        match all.get(*element as usize) {
            Some(TypeJson::StringLiteral { value }) => literals.push(value.clone()),
            Some(TypeJson::String {
                min_length: None,
                max_length: None,
                pattern: None,
                ..
            }) => open = true,
            _ => {
                return Err(format!(
                    "{SNAPSHOT} has a union of something else than plain text (type {element})"
                ));
            }
        }
    }
    Ok(BodyType::Choice { literals, open })
}

/// The types that the roots need, each once: two types are one when nothing distinguishes them, however deep one looks.
///
/// Types start out as alike as they are without their references, and are told apart as far as the classes of what
/// they refer to differ, until no class falls apart any more.
fn merged(mut table: Vec<BodyType>, roots: &mut [&mut TypeIndex]) -> Result<Vec<BodyType>, String> {
    let mut classes = vec![0; table.len()];
    let mut count = 1;
    loop {
        let mut known = HashMap::new();
        let mut refined = Vec::with_capacity(table.len());
        for (at, ty) in table.iter().enumerate() {
            let mut key = ty.clone();
            references(&mut key, |ty| *ty = classes[*ty as usize]);
            let next = index(known.len())?;
            refined.push(*known.entry((classes[at], key)).or_insert(next));
        }
        let unchanged = known.len() == count;
        (classes, count) = (refined, known.len());
        if unchanged {
            break;
        }
    }

    // The first of each class stands for it; types are numbered in the order in which they are reached.
    let mut numbers: HashMap<TypeIndex, TypeIndex> = HashMap::new();
    let mut reached = Vec::new();
    let mut visit = |ty: &mut TypeIndex, reached: &mut Vec<TypeIndex>| -> Result<(), String> {
        let class = classes[*ty as usize];
        *ty = match numbers.entry(class) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => {
                let number = index(reached.len())?;
                reached.push(*ty);
                *free.insert(number)
            }
        };
        Ok(())
    };
    for root in roots {
        visit(root, &mut reached)?;
    }
    let mut result = Vec::new();
    while let Some(at) = reached.get(result.len()) {
        let mut ty = std::mem::replace(&mut table[*at as usize], BodyType::Any);
        let mut outcome = Ok(());
        references(&mut ty, |ty| {
            if outcome.is_ok() {
                outcome = visit(ty, &mut reached);
            }
        });
        outcome?;
        result.push(ty);
    }
    Ok(result)
}

/// Calls `see` with every reference in a type.
fn references(ty: &mut BodyType, mut see: impl FnMut(&mut TypeIndex)) {
    match ty {
        BodyType::List(item) => see(item),
        BodyType::Object(object) => {
            object.properties.iter_mut().for_each(|it| see(&mut it.ty));
            object.additional.iter_mut().for_each(&mut see);
        }
        BodyType::Variants(variants) => {
            variants.base.iter_mut().for_each(|it| see(&mut it.ty));
            variants.variants.iter_mut().for_each(|(_, ty)| see(ty));
        }
        BodyType::Any
        | BodyType::Boolean
        | BodyType::Number { .. }
        | BodyType::Text(_)
        | BodyType::Choice { .. } => {}
    }
}

fn index(number: usize) -> Result<TypeIndex, String> {
    TypeIndex::try_from(number).map_err(|_| format!("{SNAPSHOT} has too many types"))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn list_of(name: &str, item: TypeIndex) -> BodyType {
        BodyType::Object(ObjectType {
            name: name.to_owned(),
            properties: Vec::new(),
            additional: Some(item),
        })
    }

    #[test]
    fn types_that_contain_themselves_alike_are_one() {
        let table = vec![
            list_of("tree", 1),
            BodyType::List(0),
            list_of("tree", 3),
            BodyType::List(2),
        ];
        let (mut first, mut second) = (0, 2);
        let merged = merged(table, &mut [&mut first, &mut second]).unwrap();
        assert_eq!(merged, [list_of("tree", 1), BodyType::List(0)]);
        assert_eq!((first, second), (0, 0));
    }

    #[test]
    fn types_that_differ_deep_inside_stay_apart() {
        let table = vec![
            BodyType::List(1),
            BodyType::Any,
            BodyType::List(3),
            BodyType::Boolean,
        ];
        let (mut first, mut second) = (0, 2);
        let merged = merged(table, &mut [&mut first, &mut second]).unwrap();
        assert_eq!(merged.len(), 4);
        assert_eq!((first, second), (0, 1));
    }
}
