//! Functions over lists.

use std::collections::BTreeSet;

use terrace_ir::Type;

use super::{Outcome, known, texts, whole};
use crate::eval::convert::convert;
use crate::eval::problem::described;
use crate::eval::set::equal;
use crate::eval::unify::unify;
use crate::eval::unknown;
use crate::eval::value::{Kind, Marks, Val};

pub(super) fn alltrue(values: &[Val]) -> Outcome {
    for item in items(values, 0) {
        match item.as_bool() {
            Some(true) => {}
            Some(false) => return known(false),
            None if item.is_null() => return known(false),
            None => return Ok(None),
        }
    }
    known(true)
}

pub(super) fn anytrue(values: &[Val]) -> Outcome {
    let items = items(values, 0);
    if items.iter().any(|item| item.as_bool() == Some(true)) {
        return known(true);
    }
    match items.iter().all(Val::is_known) {
        true => known(false),
        false => Ok(None),
    }
}

pub(super) fn chunklist(values: &[Val]) -> Outcome {
    let Some(ty) = values.first().map(Val::ty) else {
        return Ok(None);
    };
    let marks = shallow_marks(values);
    if !values.iter().all(Val::is_known) {
        return known(unknown(Type::list(ty), marks));
    }
    let items = items(values, 0);
    let size = whole(values, 1)?;
    let size = usize::try_from(size).map_err(|_| "the size must not be negative")?;
    let element = ty.element().cloned().unwrap_or(Type::Dynamic);
    // A size of 0 means one chunk of all.
    let size = if size == 0 { items.len().max(1) } else { size };
    let chunks = items
        .chunks(size)
        .map(|chunk| Val::list(element.clone(), chunk.to_vec()))
        .collect();
    known(Val::list(ty, chunks).marked(marks))
}

pub(super) fn coalesce(values: &[Val]) -> Outcome {
    let types: Vec<Type> = values.iter().map(Val::ty).collect();
    let ty = match types.is_empty() {
        true => None,
        false => unify(&types),
    }
    .ok_or("the arguments have no type in common")?;
    for value in values {
        let value = convert(value, &ty).map_err(|problem| problem.told())?;
        if !value.is_known() {
            return known(Val::unknown(ty));
        }
        if !value.is_null() && value.as_text() != Some("") {
            return known(value);
        }
    }
    Err("all arguments are `null` or empty".to_owned())
}

pub(super) fn coalescelist(values: &[Val]) -> Outcome {
    if values.is_empty() {
        return Err("at least one list is needed".to_owned());
    }
    for value in values {
        if !value.is_known() {
            return Ok(None);
        }
        if !matches!(value.ty(), Type::List(_) | Type::Tuple(_)) {
            return Err(format!(
                "lists are needed, but this is {}",
                described(value)
            ));
        }
    }
    values
        .iter()
        .find(|value| value.as_items().is_some_and(|items| !items.is_empty()))
        .map_or_else(
            || Err("all lists are empty".to_owned()),
            |value| known(value.clone()),
        )
}

pub(super) fn compact(values: &[Val]) -> Outcome {
    let items = items(values, 0);
    if !items.iter().all(Val::is_known) {
        return Ok(None);
    }
    let full = items
        .iter()
        .filter(|item| item.as_text().is_some_and(|text| !text.is_empty()));
    known(Val::list(Type::String, full.cloned().collect()))
}

pub(super) fn concat(values: &[Val]) -> Outcome {
    if values.is_empty() {
        return Err("at least one list is needed".to_owned());
    }
    let marks = shallow_marks(values);
    let types: Vec<Type> = values.iter().map(Val::ty).collect();
    let all_lists = types.iter().all(|ty| matches!(ty, Type::List(_)));
    if all_lists && let Some(ty) = unify(&types) {
        if !values.iter().all(Val::is_known) {
            return known(unknown(ty, marks));
        }
        let mut all = Vec::new();
        for value in values {
            let list = convert(value, &ty).map_err(|problem| problem.told())?;
            all.extend_from_slice(list.as_items().unwrap_or_default());
        }
        let element = ty.element().cloned().unwrap_or(Type::Dynamic);
        return known(Val::list(element, all).marked(marks));
    }
    let mut all = Vec::new();
    for (value, ty) in values.iter().zip(types) {
        match (value.as_items(), ty) {
            (Some(items), Type::List(_) | Type::Tuple(_)) => all.extend_from_slice(items),
            (None, Type::List(_)) => return known(unknown(Type::Dynamic, marks)),
            (None, Type::Tuple(types)) => all.extend(types.into_iter().map(Val::unknown)),
            _ => {
                return Err(format!(
                    "lists are needed, but this is {}",
                    described(value)
                ));
            }
        }
    }
    known(Val::tuple(all).marked(marks))
}

pub(super) fn contains(values: &[Val]) -> Outcome {
    let (Some(list), Some(wanted)) = (values.first(), values.get(1)) else {
        return Ok(None);
    };
    let Some(items) = list.as_items() else {
        return Err(format!(
            "a list or set is needed, but this is {}",
            described(list)
        ));
    };
    let verdicts: Vec<Option<bool>> = items.iter().map(|item| equal(item, wanted)).collect();
    if verdicts.contains(&Some(true)) {
        known(true)
    } else if verdicts.contains(&None) {
        Ok(None)
    } else {
        known(false)
    }
}

pub(super) fn distinct(values: &[Val]) -> Outcome {
    let Some(list) = values.first() else {
        return Ok(None);
    };
    let ty = list.ty();
    if !list.is_wholly_known() {
        return known(Val::unknown(ty));
    }
    let mut kept: Vec<Val> = Vec::new();
    let mut texts = BTreeSet::new();
    for item in items(values, 0) {
        let new = match item.as_text() {
            Some(text) => texts.insert(text),
            None => !kept
                .iter()
                .any(|earlier| equal(earlier, item) == Some(true)),
        };
        if new {
            kept.push(item.clone());
        }
    }
    known(Val::list(
        ty.element().cloned().unwrap_or(Type::Dynamic),
        kept,
    ))
}

pub(super) fn element(values: &[Val]) -> Outcome {
    let (Some(list), Some(index)) = (values.first(), values.get(1)) else {
        return Ok(None);
    };
    let marks = shallow_marks(values);
    let (count, types) = match list.ty() {
        Type::List(element) => (list.as_items().map(<[Val]>::len), vec![*element]),
        Type::Tuple(types) => (Some(types.len()), types),
        _ => return Err(format!("a list is needed, but this is {}", described(list))),
    };
    if index.is_known() {
        whole(values, 1)?;
    }
    if count == Some(0) && index.is_known() {
        return Err("an empty list has no elements".to_owned());
    }
    let at = match (count, whole(values, 1)) {
        // An index behind the end goes round, of a list also one before the start.
        (Some(count), Ok(index)) if count > 0 => {
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            let at = match list.ty() {
                Type::List(_) => index.rem_euclid(count),
                _ => index % count,
            };
            usize::try_from(at).map_err(|_| {
                format!(
                    "a negative index needs a list, but this is {}: use `tolist(…)`",
                    described(list)
                )
            })?
        }
        _ => {
            let ty = match list.ty() {
                Type::List(element) => *element,
                _ => Type::Dynamic,
            };
            return known(unknown(ty, marks));
        }
    };
    known(match list.as_items().and_then(|items| items.get(at)) {
        Some(item) => item.clone().marked(marks),
        None => unknown(types.get(at).cloned().unwrap_or(Type::Dynamic), marks),
    })
}

pub(super) fn flatten(values: &[Val]) -> Outcome {
    let Some(list) = values.first() else {
        return Ok(None);
    };
    let mut flat = Vec::new();
    let mut marks = list.marks();
    if list.is_known() && list.as_items().is_none() {
        return Err(format!("a list is needed, but this is {}", described(list)));
    }
    match flatten_into(list, &mut flat, &mut marks) {
        true => known(Val::tuple(flat).marked(marks)),
        false => known(unknown(Type::Dynamic, list.deep_marks())),
    }
}

/// `false` when the length cannot be known.
fn flatten_into(list: &Val, flat: &mut Vec<Val>, marks: &mut Marks) -> bool {
    // The length of a set with unknown elements is open: two may be one.
    if matches!(list.kind(), Kind::Set(..)) && !list.is_wholly_known() {
        return false;
    }
    *marks = marks.and(list.marks());
    let Some(items) = list.as_items() else {
        return false;
    };
    items.iter().all(|item| match item.kind() {
        Kind::List(..) | Kind::Set(..) | Kind::Tuple(_) => flatten_into(item, flat, marks),
        Kind::Unknown(ty)
            if !ty.is_primitive() && !matches!(**ty, Type::Object(_) | Type::Map(_)) =>
        {
            false
        }
        _ => {
            flat.push(item.clone());
            true
        }
    })
}

pub(super) fn index(values: &[Val]) -> Outcome {
    let (Some(list), Some(wanted)) = (values.first(), values.get(1)) else {
        return Ok(None);
    };
    if !matches!(list.kind(), Kind::List(..) | Kind::Tuple(_)) {
        return Err(format!("a list is needed, but this is {}", described(list)));
    }
    for (n, item) in items(values, 0).iter().enumerate() {
        match equal(item, wanted) {
            Some(true) => return known(Val::whole(i64::try_from(n).unwrap_or(i64::MAX))),
            Some(false) => {}
            None => return Ok(None),
        }
    }
    Err(format!("the list does not hold {}", described(wanted)))
}

pub(super) fn length(values: &[Val]) -> Outcome {
    let Some(value) = values.first() else {
        return Ok(None);
    };
    let count = match (value.kind(), value.ty()) {
        (Kind::Text(text), _) => super::text::length(text),
        (_, Type::Tuple(types)) => Some(types.len()),
        (_, Type::Object(fields)) => Some(fields.len()),
        (Kind::Set(_, items), _) if items.len() > 1 => {
            value.is_wholly_known().then_some(items.len())
        }
        (Kind::List(_, items) | Kind::Set(_, items), _) => Some(items.len()),
        (Kind::Map(_, entries), _) => Some(entries.len()),
        (
            Kind::Unknown(_),
            Type::String | Type::List(_) | Type::Set(_) | Type::Map(_) | Type::Dynamic,
        ) => None,
        _ => {
            return Err(format!(
                "a text, list, set, map or object is needed, but this is {}",
                described(value)
            ));
        }
    };
    let marks = value.marks();
    known(match count.and_then(|count| i64::try_from(count).ok()) {
        Some(count) => Val::whole(count).marked(marks),
        None => unknown(Type::Number, marks),
    })
}

pub(super) fn matchkeys(values: &[Val]) -> Outcome {
    let [list, keys, wanted] = values else {
        return Ok(None);
    };
    let ty = list.ty();
    let element = ty.element().cloned().unwrap_or(Type::Dynamic);
    unify(&[keys.ty(), wanted.ty()]).ok_or("the keys have no type in common")?;
    if !values.iter().all(Val::is_wholly_known) {
        return known(Val::unknown(ty));
    }
    let (list, keys, wanted) = (items_of(list), items_of(keys), items_of(wanted));
    if list.len() != keys.len() {
        return Err(format!(
            "there are {} values but {} keys",
            list.len(),
            keys.len()
        ));
    }
    if list.is_empty() || wanted.is_empty() {
        return known(Val::list(element, Vec::new()));
    }
    let (Some(key_type), Some(wanted_type)) =
        (keys.first().map(Val::ty), wanted.first().map(Val::ty))
    else {
        return Ok(None);
    };
    if key_type != wanted_type {
        return Ok(None);
    }
    let matches = |key: &Val| wanted.iter().any(|wanted| equal(key, wanted) == Some(true));
    let kept = list.iter().zip(keys).filter(|(_, key)| matches(key));
    known(Val::list(
        element,
        kept.map(|(value, _)| value.clone()).collect(),
    ))
}

pub(super) fn one(values: &[Val]) -> Outcome {
    let Some(list) = values.first() else {
        return Ok(None);
    };
    let marks = list.marks();
    let refuse = || {
        Err(format!(
            "a list of one element or none is needed, but this is {}",
            described(list)
        ))
    };
    let ty = match list.ty() {
        Type::List(element) | Type::Set(element) => *element,
        Type::Tuple(types) => match types.as_slice() {
            [] => Type::Dynamic,
            [one] => one.clone(),
            _ => return refuse(),
        },
        _ => return refuse(),
    };
    let open =
        matches!(list.kind(), Kind::Set(_, items) if items.len() > 1) && !list.is_wholly_known();
    match list.as_items() {
        None => known(unknown(ty, marks)),
        Some(_) if open => known(unknown(ty, marks)),
        Some([]) => known(Val::null_of(ty).marked(marks)),
        Some([one]) => known(one.clone().marked(marks)),
        Some(_) => refuse(),
    }
}

pub(super) fn reverse(values: &[Val]) -> Outcome {
    let Some(list) = values.first() else {
        return Ok(None);
    };
    let marks = list.marks();
    let reversed = || items_of(list).iter().rev().cloned().collect();
    known(match (list.kind(), list.ty()) {
        (Kind::Tuple(_), _) => Val::tuple(reversed()).marked(marks),
        (Kind::List(element, _) | Kind::Set(element, _), _) => {
            Val::list((**element).clone(), reversed()).marked(marks)
        }
        (_, Type::List(element) | Type::Set(element)) => unknown(Type::list(*element), marks),
        (_, Type::Tuple(types)) => unknown(Type::Tuple(types.into_iter().rev().collect()), marks),
        _ => return Err(format!("a list is needed, but this is {}", described(list))),
    })
}

pub(super) fn slice(values: &[Val]) -> Outcome {
    let Some(list) = values.first() else {
        return Ok(None);
    };
    let marks = shallow_marks(values);
    let count = match list.ty() {
        Type::List(_) => list.as_items().map(<[Val]>::len),
        Type::Tuple(types) => Some(types.len()),
        _ => return Err(format!("a list is needed, but this is {}", described(list))),
    };
    let open = match list.ty() {
        Type::Tuple(_) => Type::Dynamic,
        ty => ty,
    };
    if !values.iter().skip(1).all(Val::is_known) {
        return known(unknown(open, marks));
    }
    let position = |n: usize| {
        usize::try_from(whole(values, n)?).map_err(|_| "an index must not be negative".to_owned())
    };
    let (start, end) = (position(1)?, position(2)?);
    if start > end {
        return Err(format!("the start {start} is behind the end {end}"));
    }
    if let Some(count) = count.filter(|count| end > *count) {
        return Err(format!(
            "the end {end} is behind the end of the list, which has {count} elements"
        ));
    }
    let part = || items_of(list)[start..end].to_vec();
    known(match list.kind() {
        Kind::List(element, _) => Val::list((**element).clone(), part()).marked(marks),
        Kind::Tuple(_) => Val::tuple(part()).marked(marks),
        _ => unknown(open, marks),
    })
}

pub(super) fn sort(values: &[Val]) -> Outcome {
    let Some(list) = values.first().filter(|list| list.is_wholly_known()) else {
        return Ok(None);
    };
    let mut sorted = texts(list).ok_or("`null` cannot be sorted")?;
    sorted.sort_unstable();
    let sorted = sorted.into_iter().map(Val::text).collect();
    known(Val::list(Type::String, sorted))
}

fn items(values: &[Val], n: usize) -> &[Val] {
    values.get(n).map(items_of).unwrap_or_default()
}

fn items_of(value: &Val) -> &[Val] {
    value.as_items().unwrap_or_default()
}

pub(super) fn shallow_marks(values: &[Val]) -> Marks {
    values
        .iter()
        .fold(Marks::NONE, |marks, value| marks.and(value.marks()))
}
