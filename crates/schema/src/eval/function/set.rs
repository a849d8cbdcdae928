//! Functions over sets.

use terrace_ir::Type;

use super::{Outcome, known};
use crate::eval::convert::convert;
use crate::eval::set::equal;
use crate::eval::unify::unify;
use crate::eval::unknown;
use crate::eval::value::{Marks, Val};

/// The element type that the sets have in common, and the elements of each; no elements when any is unknown.
fn of_one_type(values: &[Val]) -> Result<(Type, Option<Vec<Val>>), String> {
    // An empty set of no known type takes that of the others.
    let open = |value: &Val| {
        value.as_items().is_some_and(<[Val]>::is_empty) && value.is_of(&Type::set(Type::Dynamic))
    };
    let types: Vec<Type> = values
        .iter()
        .filter(|value| !open(value))
        .map(Val::ty)
        .collect();
    let ty = match types.is_empty() {
        true => Type::set(Type::Dynamic),
        false => unify(&types).ok_or("the sets have no element type in common")?,
    };
    let element = ty.element().cloned().unwrap_or(Type::Dynamic);
    if !values.iter().all(Val::is_wholly_known) {
        return Ok((element, None));
    }
    let sets = values
        .iter()
        .map(|value| match open(value) {
            true => Ok(Val::set(element.clone(), Vec::new())),
            false => convert(value, &ty).map_err(|problem| problem.told()),
        })
        .collect::<Result<_, _>>()?;
    Ok((element, Some(sets)))
}

fn combined(values: &[Val], combine: impl Fn(&mut Vec<Val>, &[Val])) -> Outcome {
    let (element, sets) = of_one_type(values)?;
    let Some(sets) = sets else {
        return known(Val::unknown(Type::set(element)));
    };
    let mut sets = sets.iter().map(|set| set.as_items().unwrap_or_default());
    let mut items = sets.next().unwrap_or_default().to_vec();
    sets.for_each(|set| combine(&mut items, set));
    known(Val::set(element, items))
}

fn has(items: &[Val], wanted: &Val) -> bool {
    items.iter().any(|item| equal(item, wanted) == Some(true))
}

pub(super) fn intersection(values: &[Val]) -> Outcome {
    combined(values, |items, set| items.retain(|item| has(set, item)))
}

pub(super) fn subtract(values: &[Val]) -> Outcome {
    combined(values, |items, set| items.retain(|item| !has(set, item)))
}

pub(super) fn union(values: &[Val]) -> Outcome {
    combined(values, |items, set| items.extend_from_slice(set))
}

pub(super) fn product(values: &[Val]) -> Outcome {
    if values.len() < 2 {
        return Err("at least two sets or lists are needed".to_owned());
    }
    let mut of_sets = false;
    let mut types = Vec::new();
    for value in values {
        let element = match value.ty() {
            Type::Set(element) => {
                of_sets = true;
                Some(*element)
            }
            Type::List(element) => Some(*element),
            Type::Tuple(elements) if elements.is_empty() => Some(Type::Dynamic),
            Type::Tuple(elements) => unify(&elements),
            _ => return Err("a set or a list is needed".to_owned()),
        };
        types.push(element.ok_or("the elements have no type in common")?);
    }
    let marks = values
        .iter()
        .fold(Marks::NONE, |marks, value| marks.and(value.marks()));
    let row = Type::Tuple(types.clone());
    let whole = if of_sets {
        Type::set(row.clone())
    } else {
        Type::list(row.clone())
    };
    if !values.iter().all(Val::is_wholly_known) {
        return known(unknown(whole, marks));
    }
    let mut rows: Vec<Vec<Val>> = vec![Vec::new()];
    for (value, ty) in values.iter().zip(&types) {
        let items = value.as_items().unwrap_or_default();
        if rows.len().saturating_mul(items.len()) > 100_000 {
            return known(unknown(whole, marks));
        }
        let mut longer = Vec::new();
        for row in &rows {
            for item in items {
                let item = convert(item, ty).map_err(|problem| problem.told())?;
                longer.push(row.iter().cloned().chain([item]).collect());
            }
        }
        rows = longer;
    }
    let rows = rows.into_iter().map(Val::tuple).collect();
    let make = if of_sets { Val::set } else { Val::list };
    known(make(row, rows).marked(marks))
}
