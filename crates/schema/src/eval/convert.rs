//! Terraform's conversions.

use terrace_ir::{Step, Type};

use super::number::{Number, Parsed};
use super::problem::{Problem, WRONG_TYPE, a_type, described};
use super::set::has_dynamic;
use super::unify::unify;
use super::value::{Kind, SharedText, Val, plain};

/// The value as one of type `want`, as Terraform converts an argument.
///
/// Numbers and booleans become text, text that is a number or `true` or `false` becomes one; lists, sets and tuples become
/// each other, and so do maps and objects. An attribute that may be left out becomes `null`, one that the type does not
/// have is dropped. `null` fits every type, [`Type::Dynamic`] takes every value, and what is unknown is refused only if its
/// type could never do. Marks stay.
///
/// # Errors
/// A problem that says what was wanted and what was found, with the path to it inside `value`.
pub fn convert(value: &Val, want: &Type) -> Result<Val, Problem> {
    if value.is_of(want) {
        return Ok(value.clone());
    }
    let marks = value.marks();
    converted_value(value, want).map(|value| value.marked(marks))
}

fn converted_value(value: &Val, want: &Type) -> Result<Val, Problem> {
    let refuse = || Err(mismatch(value, want));
    match (value.kind(), want) {
        (_, Type::Dynamic) => Ok(value.clone()),
        (Kind::Unknown(ty), _) => {
            converted(ty, want).map_or_else(refuse, |ty| Ok(Val::unknown(ty)))
        }
        (Kind::Null(ty), _) => converted(ty, want).map_or_else(refuse, |ty| Ok(Val::null_of(ty))),
        (Kind::Number(number), Type::String) => Ok(number_text(*number)),
        (Kind::Bool(value), Type::String) => Ok(Val::text(if *value { "true" } else { "false" })),
        (Kind::Text(text), Type::Number) => match Number::parse(text) {
            Parsed::Exact(number) => Ok(Val::number(number)),
            Parsed::OutOfRange => Ok(Val::unknown(Type::Number)),
            Parsed::Not => refuse(),
        },
        (Kind::Text(text), Type::Bool) => match &**text {
            "true" | "1" => Ok(Val::bool(true)),
            "false" | "0" => Ok(Val::bool(false)),
            _ => refuse(),
        },
        (
            Kind::List(own, items) | Kind::Set(own, items),
            Type::List(element) | Type::Set(element),
        ) => {
            // The type decides, also where there is no element.
            let Some(ty) = converted(own, element) else {
                return refuse();
            };
            sequence(items, element, ty, want)
        }
        (Kind::Tuple(items), Type::List(element) | Type::Set(element)) => {
            if **element == Type::Dynamic && common_element(items.iter().map(Val::ty)).is_none() {
                return Err(nothing_in_common());
            }
            sequence(items, element, plain((**element).clone()), want)
        }
        (Kind::Tuple(items), Type::Tuple(types)) if items.len() == types.len() => items
            .iter()
            .zip(types)
            .enumerate()
            .map(|(n, (item, ty))| {
                convert(item, ty).map_err(|problem| problem.inside(Step::Index(n)))
            })
            .collect::<Result<_, _>>()
            .map(Val::tuple),
        (Kind::Map(own, entries), Type::Map(element)) => {
            let Some(ty) = converted(own, element) else {
                return refuse();
            };
            mapping(entries, element, ty)
        }
        (Kind::Object(entries), Type::Map(element)) => {
            mapping(entries, element, plain((**element).clone()))
        }
        (Kind::Object(_) | Kind::Map(..), Type::Object(fields)) => {
            let mut attributes = Vec::with_capacity(fields.len());
            for field in fields {
                let attribute = match value.get(&field.name) {
                    Some(attribute) => convert(attribute, &field.ty)
                        .map_err(|problem| problem.inside(Step::Name(field.name.clone().into())))?,
                    None if field.optional => Val::null_of(field.ty.clone()),
                    None => return Err(missing_attribute(&field.name, value)),
                };
                attributes.push((field.name.as_str(), attribute));
            }
            Ok(Val::object(attributes))
        }
        _ => refuse(),
    }
}

/// A number as text; unknown where Terraform would print hundreds of digits.
pub(super) fn number_text(number: Number) -> Val {
    number
        .to_text()
        .map_or_else(|| Val::unknown(Type::String), Val::text)
}

/// A list or set of `items`; `empty` is the element type when there are none.
fn sequence(items: &[Val], element: &Type, empty: Type, want: &Type) -> Result<Val, Problem> {
    let make = match want {
        Type::Set(_) => Val::set,
        _ => Val::list,
    };
    let items: Vec<Val> = items
        .iter()
        .enumerate()
        .map(|(n, item)| convert(item, element).map_err(|problem| problem.inside(Step::Index(n))))
        .collect::<Result<_, _>>()?;
    let (ty, items) = of_one_type(items, element, empty)?;
    Ok(make(ty, items))
}

fn mapping(entries: &[(SharedText, Val)], element: &Type, empty: Type) -> Result<Val, Problem> {
    let mut items = Vec::with_capacity(entries.len());
    for (key, item) in entries {
        items.push(
            convert(item, element)
                .map_err(|problem| problem.inside(Step::Name(key.to_string().into())))?,
        );
    }
    let (ty, items) = of_one_type(items, element, empty)?;
    let keys = entries.iter().map(|(key, _)| key.clone());
    Ok(Val::map(ty, keys.zip(items).collect()))
}

/// Elements that were converted to `element`, made one type where `element` leaves it open.
fn of_one_type(items: Vec<Val>, element: &Type, empty: Type) -> Result<(Type, Vec<Val>), Problem> {
    if items.is_empty() || !has_dynamic(element) {
        return Ok((empty, items));
    }
    let types: Vec<Type> = items
        .iter()
        .filter(|item| !item.is_of(&Type::Dynamic))
        .map(Val::ty)
        .collect();
    let some_open = types.len() < items.len();
    let Some(ty) = unify(&types).or(some_open.then_some(Type::Dynamic)) else {
        return Err(nothing_in_common());
    };
    let items = items
        .iter()
        .enumerate()
        .map(|(n, item)| convert(item, &ty).map_err(|problem| problem.inside(Step::Index(n))))
        .collect::<Result<_, _>>()?;
    Ok((ty, items))
}

/// The type that a value of type `from` has once converted to `want`; `None` when no such value converts.
pub(super) fn converted(from: &Type, want: &Type) -> Option<Type> {
    match (from, want) {
        (_, Type::Dynamic) => Some(from.clone()),
        (Type::Dynamic, _) => Some(plain(want.clone())),
        (Type::String | Type::Number | Type::Bool, Type::String)
        | (Type::String | Type::Number, Type::Number)
        | (Type::String | Type::Bool, Type::Bool) => Some(want.clone()),
        (Type::List(own) | Type::Set(own), Type::List(element)) => {
            converted(own, element).map(Type::list)
        }
        (Type::List(own) | Type::Set(own), Type::Set(element)) => {
            converted(own, element).map(Type::set)
        }
        (Type::Map(own), Type::Map(element)) => converted(own, element).map(Type::map),
        (Type::Tuple(types), Type::List(element)) => tuple_elements(types, element).map(Type::list),
        (Type::Tuple(types), Type::Set(element)) => tuple_elements(types, element).map(Type::set),
        (Type::Object(fields), Type::Map(element)) => {
            elements(fields.iter().map(|field| &field.ty), element).map(Type::map)
        }
        (Type::Tuple(own), Type::Tuple(types)) if own.len() == types.len() => own
            .iter()
            .zip(types)
            .map(|(own, ty)| converted(own, ty))
            .collect::<Option<_>>()
            .map(Type::Tuple),
        (Type::Object(_), Type::Object(fields)) => fields
            .iter()
            .map(|field| match from.field(&field.name) {
                Some(own) => Some((field.name.clone(), converted(&own.ty, &field.ty)?)),
                None if field.optional => Some((field.name.clone(), plain(field.ty.clone()))),
                None => None,
            })
            .collect::<Option<Vec<_>>>()
            .map(Type::object),
        // Whether the keys are there is known with the value.
        (Type::Map(own), Type::Object(fields)) => fields
            .iter()
            .map(|field| Some((field.name.clone(), converted(own, &field.ty)?)))
            .collect::<Option<Vec<_>>>()
            .map(Type::object),
        _ => None,
    }
}

fn tuple_elements(types: &[Type], element: &Type) -> Option<Type> {
    match element {
        Type::Dynamic => common_element(types.iter().cloned()),
        element => elements(types.iter(), element),
    }
}

/// The element type of a tuple that becomes a list or set of any type. Beside an element of no known type, Terraform finds
/// one only for primitives.
fn common_element(types: impl Iterator<Item = Type>) -> Option<Type> {
    let types: Vec<Type> = types.collect();
    let all_open = types.iter().all(|ty| *ty == Type::Dynamic);
    match types.is_empty() || all_open {
        true => Some(Type::Dynamic),
        false => unify(&types).filter(|ty| *ty != Type::Dynamic),
    }
}

fn elements<'a>(types: impl Iterator<Item = &'a Type>, element: &Type) -> Option<Type> {
    let types: Vec<Type> = types
        .map(|ty| converted(ty, element))
        .collect::<Option<_>>()?;
    if types.is_empty() || !has_dynamic(element) {
        return Some(plain(element.clone()));
    }
    unify(&types)
}

fn nothing_in_common() -> Problem {
    Problem::new(
        &WRONG_TYPE,
        "all elements must be of one type, but these have no type in common",
    )
}

fn mismatch(value: &Val, want: &Type) -> Problem {
    let problem = Problem::new(
        &WRONG_TYPE,
        format!(
            "{} is required, but this is {}",
            a_type(want),
            described(value)
        ),
    );
    match (value.kind(), want) {
        (Kind::Text(_), Type::Bool) => problem.hint("write `true` or `false`"),
        (kind, Type::List(_) | Type::Set(_))
            if !matches!(kind, Kind::Map(..) | Kind::Object(_)) =>
        {
            problem.hint("put it in brackets: `[…]`")
        }
        _ => problem,
    }
}

fn missing_attribute(name: &str, value: &Val) -> Problem {
    Problem::new(
        &WRONG_TYPE,
        format!(
            "the attribute `{name}` is required, but this is {}",
            described(value)
        ),
    )
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use terrace_ir::types::Field;

    use super::*;
    use crate::eval::value::Marks;

    fn refusal(value: &Val, want: &Type) -> String {
        let problem = convert(value, want).unwrap_err();
        match problem.path.is_root() {
            true => problem.summary,
            false => format!("{}: {}", problem.path, problem.summary),
        }
    }

    #[test]
    fn text_becomes_a_number_or_boolean_only_by_its_exact_words() {
        assert_eq!(convert(&"5".into(), &Type::Number).unwrap(), Val::whole(5));
        assert_eq!(
            convert(&"true".into(), &Type::Bool).unwrap(),
            Val::bool(true)
        );
        assert_eq!(
            refusal(&"yes".into(), &Type::Bool),
            "a bool is required, but this is the text \"yes\""
        );
        assert_eq!(
            refusal(&"5 GB".into(), &Type::Number),
            "a number is required, but this is the text \"5 GB\""
        );
        assert_eq!(
            refusal(&Val::bool(true), &Type::Number),
            "a number is required, but this is `true`"
        );
    }

    #[test]
    fn a_sensitive_value_is_never_told() {
        let secret = Val::text("hunter2").marked(Marks::SENSITIVE);
        assert_eq!(
            refusal(&secret, &Type::Bool),
            "a bool is required, but this is a sensitive value (string)"
        );
        assert_eq!(
            convert(&Val::text("5").marked(Marks::SENSITIVE), &Type::Number)
                .unwrap()
                .marks(),
            Marks::SENSITIVE
        );
    }

    #[test]
    fn the_problem_says_where_inside_the_value() {
        let ty = Type::map(Type::list(Type::Number));
        let value = Val::object([("ports", Val::tuple(vec![Val::whole(1), "x".into()]))]);
        assert_eq!(
            refusal(&value, &ty),
            "ports[1]: a number is required, but this is the text \"x\""
        );
    }

    #[test]
    fn attributes_that_may_be_left_out_become_null_and_unknown_ones_are_dropped() {
        let ty = Type::Object(vec![
            Field {
                name: "a".into(),
                ty: Type::String,
                optional: false,
            },
            Field {
                name: "b".into(),
                ty: Type::Number,
                optional: true,
            },
        ]);
        let value = Val::object([("a", Val::whole(1)), ("c", Val::bool(true))]);
        assert_eq!(
            convert(&value, &ty).unwrap(),
            Val::object([("a", Val::text("1")), ("b", Val::null_of(Type::Number))])
        );
        let none = Val::object::<&str>([]);
        assert_eq!(
            refusal(&none, &ty),
            "the attribute `a` is required, but this is an empty object"
        );
    }

    #[test]
    fn what_is_unknown_is_refused_only_if_it_could_never_do() {
        let text = Val::unknown(Type::String);
        assert_eq!(
            convert(&text, &Type::Number).unwrap(),
            Val::unknown(Type::Number)
        );
        assert!(convert(&Val::dynamic(), &Type::set(Type::Bool)).is_ok());
        assert_eq!(
            refusal(&text, &Type::list(Type::String)),
            "a list of string is required, but this is a value of type string that is known at apply"
        );
        assert!(
            convert(&Val::null(), &Type::list(Type::String))
                .unwrap()
                .is_null()
        );
    }

    #[test]
    fn any_takes_the_type_that_its_elements_have_in_common() {
        let want = Type::list(Type::Dynamic);
        let mixed = Val::tuple(vec![Val::whole(1), "a".into()]);
        assert_eq!(
            convert(&mixed, &want).unwrap().ty(),
            Type::list(Type::String)
        );
        let apart = Val::tuple(vec![Val::whole(1), Val::bool(true)]);
        assert!(refusal(&apart, &want).contains("no type in common"));
    }
}
