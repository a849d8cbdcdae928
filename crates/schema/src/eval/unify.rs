//! The one type to which values of several types convert.

use terrace_ir::Type;

use super::convert::converted;

/// The type to which all of `types` convert, as Terraform chooses it; `None` when there is none.
///
/// Text wins over numbers and booleans. Objects of the same attribute names become an object, others a map; tuples of
/// one length become a tuple, others a list.
pub(super) fn unify(types: &[Type]) -> Option<Type> {
    let mut distinct: Vec<&Type> = Vec::new();
    for ty in types {
        if !distinct.contains(&ty) {
            distinct.push(ty);
        }
    }
    match distinct.as_slice() {
        [] => None,
        [one] => Some((*one).clone()),
        many => unify_distinct(many),
    }
}

fn unify_distinct(types: &[&Type]) -> Option<Type> {
    let concrete: Vec<&Type> = types
        .iter()
        .copied()
        .filter(|ty| **ty != Type::Dynamic)
        .collect();
    let count = |kind: fn(&Type) -> bool| concrete.iter().filter(|ty| kind(ty)).count();
    let objects = count(|ty| matches!(ty, Type::Object(_)));
    let maps = count(|ty| matches!(ty, Type::Map(_)));
    let tuples = count(|ty| matches!(ty, Type::Tuple(_)));
    let lists = count(|ty| matches!(ty, Type::List(_)));
    if objects > 0 && tuples > 0 {
        return None;
    }
    if concrete.len() < types.len() {
        // With one of an unknown type the others decide only if they are primitive.
        let decided = concrete.iter().all(|ty| ty.is_primitive());
        return decided
            .then(|| by_preference(&concrete))
            .flatten()
            .or(Some(Type::Dynamic));
    }
    let all = concrete.len();
    if objects == all {
        return unify_objects(&concrete);
    }
    if tuples == all {
        return unify_tuples(&concrete);
    }
    // Objects are often maps, and tuples lists, by intent.
    let whole: Option<fn(Type) -> Type> = match all {
        _ if maps > 0 && maps + objects == all => Some(Type::map),
        _ if lists > 0 && lists + tuples == all => Some(Type::list),
        _ if concrete.iter().all(|ty| matches!(ty, Type::Set(_))) => Some(Type::set),
        _ => None,
    };
    whole
        .and_then(|whole| unify(&elements(&concrete)).map(whole))
        .or_else(|| by_preference(&concrete))
}

/// The types of all elements of collections, tuples and objects.
fn elements(types: &[&Type]) -> Vec<Type> {
    let mut elements = Vec::new();
    for ty in types {
        match ty {
            Type::List(element) | Type::Set(element) | Type::Map(element) => {
                elements.push((**element).clone())
            }
            Type::Tuple(of) => elements.extend_from_slice(of),
            Type::Object(fields) => elements.extend(fields.iter().map(|field| field.ty.clone())),
            _ => {}
        }
    }
    elements
}

/// The first of the types to which all others convert.
fn by_preference(types: &[&Type]) -> Option<Type> {
    in_order(types)
        .into_iter()
        .find(|wanted| {
            types
                .iter()
                .all(|ty| ty == wanted || converted(ty, wanted).is_some())
        })
        .cloned()
}

fn unify_objects(types: &[&Type]) -> Option<Type> {
    let fields: Vec<_> = types.iter().filter_map(|ty| fields(ty)).collect();
    let names =
        |of: &[terrace_ir::types::Field]| of.iter().map(|f| f.name.clone()).collect::<Vec<_>>();
    let (first, rest) = fields.split_first()?;
    if rest.iter().any(|other| names(other) != names(first)) {
        let map = Type::map(unify(&elements(types))?);
        return types
            .iter()
            .all(|ty| converted(ty, &map).is_some())
            .then_some(map);
    }
    let mut unified = Vec::with_capacity(first.len());
    for (n, field) in first.iter().enumerate() {
        let across: Vec<Type> = fields.iter().map(|of| of[n].ty.clone()).collect();
        unified.push((field.name.clone(), unify(&across)?));
    }
    Some(Type::object(unified))
}

fn fields(ty: &Type) -> Option<&[terrace_ir::types::Field]> {
    match ty {
        Type::Object(fields) => Some(fields),
        _ => None,
    }
}

fn unify_tuples(types: &[&Type]) -> Option<Type> {
    let tuples: Vec<&[Type]> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::Tuple(elements) => Some(elements.as_slice()),
            _ => None,
        })
        .collect();
    let (first, rest) = tuples.split_first()?;
    if rest.iter().any(|other| other.len() != first.len()) {
        let list = Type::list(unify(&elements(types))?);
        return types
            .iter()
            .all(|ty| converted(ty, &list).is_some())
            .then_some(list);
    }
    let unified: Option<Vec<Type>> = (0..first.len())
        .map(|n| {
            let across: Vec<Type> = tuples.iter().map(|of| of[n].clone()).collect();
            unify(&across)
        })
        .collect();
    unified.map(Type::Tuple)
}

/// The types in the order in which they are tried.
fn in_order<'a>(types: &[&'a Type]) -> Vec<&'a Type> {
    let mut rest = types.to_vec();
    let mut sorted = Vec::with_capacity(rest.len());
    while !rest.is_empty() {
        let next = (0..rest.len())
            .find(|&n| rest.iter().all(|other| !is_preferred(other, rest[n])))
            .unwrap_or(0);
        sorted.push(rest.remove(next));
    }
    sorted
}

/// Whether `a` is certainly tried before `b`.
fn is_preferred(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::String, b) => matches!(b, Type::Number | Type::Bool),
        (Type::List(a), Type::List(b))
        | (Type::Set(a), Type::Set(b))
        | (Type::Map(a), Type::Map(b)) => is_preferred(a, b),
        (Type::List(_), Type::Tuple(_) | Type::Set(_))
        | (Type::Tuple(_), Type::Set(_))
        | (Type::Map(_), Type::Object(_)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn unified(types: &[Type]) -> Option<String> {
        unify(types).map(|ty| ty.to_string())
    }

    fn object(fields: &[(&str, Type)]) -> Type {
        Type::object(
            fields
                .iter()
                .map(|(name, ty)| ((*name).to_owned(), ty.clone())),
        )
    }

    #[test]
    fn text_takes_numbers_and_booleans_which_do_not_take_each_other() {
        assert_eq!(
            unified(&[Type::Number, Type::String]).as_deref(),
            Some("string")
        );
        assert_eq!(unified(&[Type::Number, Type::Bool]), None);
        assert_eq!(
            unified(&[Type::list(Type::Bool), Type::list(Type::String)]).as_deref(),
            Some("list(string)")
        );
    }

    #[test]
    fn objects_of_different_names_become_a_map() {
        let a = object(&[("a", Type::Number)]);
        let b = object(&[("b", Type::String)]);
        assert_eq!(unified(&[a.clone(), b]).as_deref(), Some("map(string)"));
        assert_eq!(
            unified(&[a, object(&[("b", Type::list(Type::Bool))])]),
            None
        );
    }

    #[test]
    fn tuples_of_different_lengths_become_a_list() {
        let one = Type::Tuple(vec![Type::Number]);
        let none = Type::Tuple(vec![]);
        assert_eq!(unified(&[one, none]).as_deref(), Some("list(number)"));
    }

    #[test]
    fn beside_an_unknown_type_only_primitives_decide() {
        assert_eq!(
            unified(&[Type::Dynamic, Type::String]).as_deref(),
            Some("string")
        );
        assert_eq!(
            unified(&[Type::Dynamic, object(&[])]).as_deref(),
            Some("any")
        );
    }

    #[test]
    fn a_list_and_a_map_have_nothing_in_common() {
        assert_eq!(
            unified(&[Type::list(Type::String), Type::map(Type::String)]),
            None
        );
    }
}
