//! azapi's functions, as far as they need nobody else.
//!
//! Source: azapi 2.12.0's signatures.

mod unique;

use terrace_schema::eval::{Kind, Val};

use crate::apply::computed::segment;
use crate::apply::id::{last_name, of_azapi, resource_type};
use crate::protocol::FunctionError;

/// Calls a function.
///
/// # Errors
/// The function is not known, or refuses an argument.
pub fn call(name: &str, arguments: &[Val]) -> Result<Val, FunctionError> {
    let text = |at: usize| arguments.get(at).and_then(Val::as_text).unwrap_or_default();
    let id = match name {
        "build_resource_id" => of_azapi(text(1), text(0), text(2)),
        "extension_resource_id" => extend(text(0), text(1), arguments, 2)?,
        "tenant_resource_id" => extend("", text(0), arguments, 1)?,
        "subscription_resource_id" => {
            let scope = format!("/subscriptions/{}", text(0));
            extend(&scope, text(1), arguments, 2)?
        }
        "resource_group_resource_id" => {
            let scope = format!("/subscriptions/{}/resourceGroups/{}", text(0), text(1));
            extend(&scope, text(2), arguments, 3)?
        }
        "management_group_resource_id" => {
            let scope = format!(
                "/providers/Microsoft.Management/managementGroups/{}",
                text(0)
            );
            extend(&scope, text(1), arguments, 2)?
        }
        "parse_resource_id" => return parse(text(0), text(1)),
        "unique_string" => {
            let texts = arguments.first().and_then(Val::as_items);
            let texts: Vec<&str> = texts
                .unwrap_or_default()
                .iter()
                .filter_map(Val::as_text)
                .collect();
            unique::string(&texts)
        }
        "snake2camel" => return Ok(arguments.first().map_or_else(Val::null, camel)),
        _ => {
            let why = format!(
                "the twin does not know how `{name}` is computed: leave it out of what is rehearsed"
            );
            return refuse(&why, None);
        }
    };
    Ok(Val::text(id))
}

fn refuse<T>(why: &str, argument: Option<i64>) -> Result<T, FunctionError> {
    Err(FunctionError {
        text: why.to_owned(),
        function_argument: argument,
    })
}

/// A scope with a type and its names, one for each part of the type.
fn extend(scope: &str, ty: &str, arguments: &[Val], at: usize) -> Result<String, FunctionError> {
    let ty = ty.split('@').next().unwrap_or(ty);
    let names = arguments
        .get(at)
        .and_then(Val::as_items)
        .unwrap_or_default();
    let mut parts = ty.split('/');
    let namespace = parts.next().unwrap_or_default();
    let parts: Vec<&str> = parts.collect();
    if parts.is_empty() || parts.len() != names.len() {
        let why = format!("`{ty}` needs {} names, not {}", parts.len(), names.len());
        return refuse(&why, i64::try_from(at).ok());
    }
    let pairs = parts.iter().zip(names);
    let own = pairs.map(|(part, name)| format!("/{part}/{}", name.as_text().unwrap_or_default()));
    Ok(format!(
        "{scope}/providers/{namespace}{}",
        own.collect::<String>()
    ))
}

/// The parent of an id: what it is a child of, or its scope.
#[must_use]
pub fn parent(id: &str) -> String {
    let outer = |id: &str| {
        let outer = id.rsplit_once('/')?.0.rsplit_once('/')?.0;
        Some(outer.to_owned())
    };
    let Some((scope, own)) = id.rsplit_once("/providers/") else {
        return outer(id).unwrap_or_default();
    };
    match own.split('/').count() {
        0..=3 => scope.to_owned(),
        _ => outer(id).unwrap_or_default(),
    }
}

fn parse(ty: &str, id: &str) -> Result<Val, FunctionError> {
    let wanted = ty.split('@').next().unwrap_or(ty);
    let own = resource_type(id);
    if !own.eq_ignore_ascii_case(wanted) {
        return refuse(
            &format!("`{id}` is of type `{own}`, not `{wanted}`"),
            Some(1),
        );
    }
    let group = segment(id, "resourceGroups").unwrap_or_default();
    let subscription = segment(id, "subscriptions").unwrap_or_default();
    let group_id = match group {
        "" => String::new(),
        group => format!("/subscriptions/{subscription}/resourceGroups/{group}"),
    };
    let segments: Vec<&str> = id.trim_matches('/').split('/').collect();
    let parts = segments
        .chunks_exact(2)
        .map(|pair| (pair[0].into(), Val::text(pair[1])));
    Ok(Val::object([
        ("id", Val::text(id)),
        ("name", Val::text(last_name(id))),
        ("parent_id", Val::text(parent(id))),
        ("parts", Val::map(terrace_ir::Type::String, parts.collect())),
        (
            "provider_namespace",
            Val::text(wanted.split('/').next().unwrap_or_default()),
        ),
        ("resource_group_id", Val::text(group_id)),
        ("resource_group_name", Val::text(group)),
        ("subscription_id", Val::text(subscription)),
        ("type", Val::text(wanted)),
    ]))
}

/// A value with the keys of its objects in camel case.
fn camel(value: &Val) -> Val {
    match value.kind() {
        Kind::Object(entries) | Kind::Map(_, entries) => Val::object(
            entries
                .iter()
                .map(|(key, item)| (camel_name(key), camel(item))),
        ),
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
            Val::tuple(items.iter().map(camel).collect())
        }
        _ => value.clone(),
    }
}

fn camel_name(snake: &str) -> String {
    let mut words = snake.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |mut camel, word| {
        let mut chars = word.chars();
        camel.extend(chars.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(chars.as_str());
        camel
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g";
    const TYPE: &str = "Microsoft.MachineLearningServices/workspaces/computes";

    #[test]
    fn an_id_that_is_built_is_parsed_again() {
        let names = Val::list(
            terrace_ir::Type::String,
            vec![Val::text("w"), Val::text("c")],
        );
        let built = call(
            "extension_resource_id",
            &[Val::text(GROUP), Val::text(TYPE), names],
        );
        let built = built.unwrap();
        let workspace = format!("{GROUP}/providers/Microsoft.MachineLearningServices/workspaces/w");
        assert_eq!(built, Val::text(format!("{workspace}/computes/c")));
        let parsed = call("parse_resource_id", &[Val::text(TYPE), built]).unwrap();
        let get = |name: &str| {
            parsed
                .get(name)
                .and_then(Val::as_text)
                .map(ToOwned::to_owned)
        };
        assert_eq!(get("parent_id"), Some(workspace));
        assert_eq!(get("resource_group_id").as_deref(), Some(GROUP));
        assert_eq!(get("name").as_deref(), Some("c"));
    }

    #[test]
    fn what_is_not_known_is_said() {
        assert!(call("another", &[]).is_err());
        assert!(call("parse_resource_id", &[Val::text(TYPE), Val::text(GROUP)]).is_err());
    }

    #[test]
    fn names_become_camel_case() {
        let snake = Val::object([("public_network_access", Val::bool(true))]);
        let camel = Val::object([("publicNetworkAccess", Val::bool(true))]);
        assert_eq!(call("snake2camel", &[snake]), Ok(camel));
    }
}
