//! Functions over maps and objects.

use std::collections::BTreeMap;

use terrace_ir::Type;

use super::list::shallow_marks;
use super::{Outcome, known, texts};
use crate::eval::convert::{convert, converted};
use crate::eval::problem::{a_type, described};
use crate::eval::unknown;
use crate::eval::value::{Kind, SharedText, Val};

pub(super) fn keys(values: &[Val]) -> Outcome {
    let Some(map) = values.first() else {
        return Ok(None);
    };
    let marks = map.marks();
    known(match (map.kind(), map.ty()) {
        (Kind::Map(_, entries), _) => {
            let keys = entries
                .iter()
                .map(|(key, _)| Val::text(key.clone()))
                .collect();
            Val::list(Type::String, keys).marked(marks)
        }
        (_, Type::Object(fields)) => {
            let names = fields
                .into_iter()
                .map(|field| Val::text(field.name))
                .collect();
            Val::tuple(names).marked(marks)
        }
        (_, Type::Map(_)) => unknown(Type::list(Type::String), marks),
        _ => {
            return Err(format!(
                "a map or object is needed, but this is {}",
                described(map)
            ));
        }
    })
}

pub(super) fn lookup(values: &[Val]) -> Outcome {
    let (map, key, default) = match values {
        [map, key] => (map, key, None),
        [map, key, default] => (map, key, Some(default)),
        _ => {
            return Err(format!(
                "two or three arguments are needed, but there are {}",
                values.len()
            ));
        }
    };
    if map.is_null() || key.is_null() {
        return Err("`null` is neither a map nor a key".to_owned());
    }
    let marks = map.marks().and(key.marks());
    let found = key.as_text().and_then(|key| map.get(key));
    match map.ty() {
        Type::Object(fields) => {
            let Some(name) = key.as_text() else {
                return known(unknown(Type::Dynamic, marks));
            };
            match (
                found,
                fields.iter().find(|field| field.name == name),
                default,
            ) {
                (Some(value), ..) => known(value.clone().marked(marks)),
                (None, Some(field), _) => known(unknown(field.ty.clone(), marks)),
                (None, None, Some(default)) if map.is_known() => {
                    known(default.clone().marked(marks))
                }
                (None, None, Some(default)) => known(unknown(default.ty(), marks)),
                (None, None, None) => Err(format!("the object has no attribute `{name}`")),
            }
        }
        Type::Map(element) => {
            if let Some(default) = default
                && converted(&default.ty(), &element).is_none()
            {
                return Err(format!(
                    "the default must be {} as the elements are, but this is {}",
                    a_type(&element),
                    described(default)
                ));
            }
            match (found, default) {
                _ if !map.is_known() || !key.is_known() => known(unknown(*element, marks)),
                (Some(value), _) => known(value.clone().marked(marks)),
                (None, Some(default)) => convert(default, &element)
                    .map(|value| Some(value.marked(marks)))
                    .map_err(|problem| problem.told()),
                (None, None) => Err("the map has no such key".to_owned()),
            }
        }
        _ => Err(format!("a map is needed, but this is {}", described(map))),
    }
}

pub(super) fn merge(values: &[Val]) -> Outcome {
    let marks = shallow_marks(values);
    let types: Vec<Type> = values.iter().map(Val::ty).collect();
    // What is of no known type ends the look at the types.
    let typed = types.iter().take_while(|ty| **ty != Type::Dynamic).count();
    if let Some(wrong) = values
        .iter()
        .take(typed)
        .find(|value| !matches!(value.ty(), Type::Map(_) | Type::Object(_)))
    {
        return Err(format!(
            "maps or objects are needed, but this is {}",
            described(wrong)
        ));
    }
    let one_type = types.windows(2).all(|pair| pair[0] == pair[1]);
    if !values.iter().all(Val::is_known) {
        return known(match types.first() {
            Some(ty) if one_type => unknown(ty.clone(), marks),
            _ => unknown(merged_type(values).unwrap_or(Type::Dynamic), marks),
        });
    }
    let mut entries = BTreeMap::new();
    for value in values {
        for (key, item) in value.as_entries().unwrap_or_default() {
            entries.insert(key.clone(), item.clone());
        }
    }
    known(
        match types.first() {
            Some(Type::Map(element)) if one_type => {
                Val::map((**element).clone(), entries.into_iter().collect())
            }
            _ => Val::object(entries),
        }
        .marked(marks),
    )
}

/// The type of merged objects of which some are unknown; `None` where a map leaves the keys open.
fn merged_type(values: &[Val]) -> Option<Type> {
    let mut fields = BTreeMap::new();
    for value in values {
        match value.ty() {
            Type::Object(own) => fields.extend(own.into_iter().map(|field| (field.name, field.ty))),
            Type::Map(element) => {
                let entries = value.as_entries()?;
                fields.extend(
                    entries
                        .iter()
                        .map(|(key, _)| (key.to_string(), (*element).clone())),
                );
            }
            _ => return None,
        }
    }
    Some(Type::object(fields))
}

pub(super) fn transpose(values: &[Val]) -> Outcome {
    let Some(map) = values.first() else {
        return Ok(None);
    };
    if !map.is_wholly_known() {
        return Ok(None);
    }
    let mut transposed: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, list) in map.as_entries().unwrap_or_default() {
        let Some(texts) = texts(list) else {
            return Err("neither the lists nor their texts may be `null`".to_owned());
        };
        for text in texts {
            transposed.entry(text).or_default().push(key);
        }
    }
    let entries = transposed.into_iter().map(|(key, mut list)| {
        list.sort_unstable();
        let list = list.into_iter().map(Val::text).collect();
        (key.into(), Val::list(Type::String, list))
    });
    known(Val::map(Type::list(Type::String), entries.collect()))
}

pub(super) fn values(values: &[Val]) -> Outcome {
    let Some(map) = values.first() else {
        return Ok(None);
    };
    let marks = map.marks();
    let all = || {
        map.as_entries()
            .unwrap_or_default()
            .iter()
            .map(|(_, item)| item.clone())
            .collect()
    };
    known(match (map.kind(), map.ty()) {
        (Kind::Map(element, _), _) => Val::list((**element).clone(), all()).marked(marks),
        (Kind::Object(_), _) => Val::tuple(all()).marked(marks),
        (_, Type::Map(element)) => unknown(Type::list(*element), marks),
        (_, Type::Object(fields)) => {
            let types = fields.into_iter().map(|field| field.ty).collect();
            unknown(Type::Tuple(types), marks)
        }
        _ => {
            return Err(format!(
                "a map or object is needed, but this is {}",
                described(map)
            ));
        }
    })
}

pub(super) fn zipmap(values: &[Val]) -> Outcome {
    let (Some(keys), Some(items)) = (values.first(), values.get(1)) else {
        return Ok(None);
    };
    let marks = keys.deep_marks().and(items.marks());
    let element = match items.ty() {
        Type::List(element) => Some(*element),
        Type::Tuple(_) => None,
        _ => {
            return Err(format!(
                "the values must be a list, but this is {}",
                described(items)
            ));
        }
    };
    let open = element.clone().map_or(Type::Dynamic, Type::map);
    let (Some(keys), Some(items)) = (keys.as_items(), items.as_items()) else {
        return known(unknown(open, marks));
    };
    if keys.len() != items.len() {
        return Err(format!(
            "there are {} keys but {} values",
            keys.len(),
            items.len()
        ));
    }
    if keys.iter().any(Val::is_null) {
        return Err("`null` is no key".to_owned());
    }
    let Some(texts) = keys.iter().map(Val::as_text).collect::<Option<Vec<_>>>() else {
        return known(unknown(open, marks));
    };
    let entries = texts.into_iter().map(Into::into).zip(items.iter().cloned());
    known(match element {
        Some(element) => Val::map(element, entries.collect()).marked(marks),
        None => Val::object::<SharedText>(entries).marked(marks),
    })
}
