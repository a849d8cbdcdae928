//! The plan of providers on Terraform's newer framework: azapi and time.
//!
//! The framework takes what Terraform proposes, and a resource's own code fills in defaults, says what is known only
//! after apply, and what replaces. Source: `azapi` 2.12.0 and `time` 0.14.0, as the project's facts describe them.

use serde_json::Value as Json;
use terrace_ir::{Step, Type};
use terrace_schema::eval::{Number, Val, equal};
use terrace_schema::model::{Attribute, BlockType, MembersForm, Nesting, Presence};

use super::{Asked, Planned, legacy, spelling};
use crate::value::{json, with};

/// What azapi keeps of a response, and gives anew when the request changes.
const OUTPUTS: [&str; 2] = ["output", "sensitive_output"];

/// What azapi sends.
const BODY: &str = "body";

/// Arguments that make azapi send a request, or take other parts of its response.
const SENT: [&str; 8] = [
    "body",
    "identity",
    "location",
    "response_export_values",
    "sensitive_body_version",
    "sensitive_response_export_values",
    "tags",
    "type",
];

/// Plans a change.
#[must_use]
pub fn plan(asked: Asked<'_>) -> Planned {
    let value = body(
        &asked.schema.body,
        asked.prior,
        asked.proposed,
        asked.config,
    );
    let Some(prior) = asked.prior else {
        return Planned {
            value,
            replace: Vec::new(),
        };
    };
    let replace = replaced(asked, prior, &value);
    // What a body that is not known yet says of tags and place is not known either.
    let is_open = value.get(BODY).is_some_and(|body| !body.is_wholly_known());
    let open = ["tags", "location"].into_iter().filter(|name| {
        let written = asked.config.get(name);
        is_open && written.is_some_and(Val::is_null)
    });
    let value = open.fold(value.clone(), |planned, name| {
        let ty = value.get(name).map_or(Type::Dynamic, Val::ty);
        with(&planned, name, Val::unknown(ty))
    });
    let is_sent = SENT.iter().any(|name| differs(prior, &value, name));
    let outputs = OUTPUTS
        .iter()
        .filter(|output| is_sent && value.get(output).is_some());
    let value = outputs.fold(value.clone(), |value, output| {
        with(&value, output, Val::dynamic())
    });
    Planned { value, replace }
}

fn differs(old: &Val, new: &Val, name: &str) -> bool {
    match (old.get(name), new.get(name)) {
        (Some(old), Some(new)) => !is_same_value(old, new),
        _ => false,
    }
}

/// Whether two values say the same. What is of any type is compared as JSON: a list there is as good as a tuple.
fn is_same_value(old: &Val, new: &Val) -> bool {
    let is_known = old.is_wholly_known() && new.is_wholly_known();
    equal(old, new) == Some(true) || is_known && json::plain(old) == json::plain(new)
}

fn body(body_type: &BlockType, prior: Option<&Val>, proposed: &Val, config: &Val) -> Val {
    let mut entries = Vec::new();
    for attribute in &body_type.attributes {
        let of = |object: &Val| object.get(&attribute.name).cloned();
        let planned = planned(
            attribute,
            prior.and_then(of),
            of(proposed).unwrap_or_else(Val::null),
            of(config).unwrap_or_else(Val::null),
        );
        let planned = match (attribute.name.as_str(), prior.and_then(of)) {
            (BODY, Some(was)) if is_ignored(&was, &planned, config) => was,
            _ => planned,
        };
        entries.push((attribute.name.as_str(), planned));
    }
    for block in &body_type.blocks {
        let of = |object: Option<&Val>| object.and_then(|object| object.get(&block.name)).cloned();
        let Some(new) = of(Some(proposed)) else {
            continue;
        };
        let (was, config) = (of(prior), of(Some(config)));
        let planned = match (block.nesting, new.as_items()) {
            (Nesting::List, Some(items)) => {
                let element = legacy::type_of(&block.body);
                let items = items.iter().enumerate().map(|(index, item)| {
                    let nth = |list: &Option<Val>| {
                        let items = list.as_ref().and_then(Val::as_items);
                        items.and_then(|items| items.get(index)).cloned()
                    };
                    let config = nth(&config).unwrap_or_else(|| item.clone());
                    // A changed identity may have another principal.
                    let was = nth(&was).filter(|was| {
                        block.name != "identity"
                            || !["type", "identity_ids"]
                                .iter()
                                .any(|name| differs(was, item, name))
                    });
                    body(&block.body, was.as_ref(), item, &config)
                });
                Val::list(element, items.collect())
            }
            _ => new,
        };
        entries.push((block.name.as_str(), planned));
    }
    Val::object(entries)
}

/// Whether two bodies differ only where `ignore_body_changes` says that it does not matter.
fn is_ignored(was: &Val, is: &Val, config: &Val) -> bool {
    let paths = config.get("ignore_body_changes").and_then(Val::as_items);
    let mut paths = paths
        .unwrap_or_default()
        .iter()
        .filter_map(Val::as_text)
        .peekable();
    paths.peek().is_some() && is.is_wholly_known() && {
        let (mut was, mut is) = (json::plain(was), json::plain(is));
        for path in paths {
            let names: Vec<&str> = path.split('.').collect();
            remove(&mut was, &names);
            remove(&mut is, &names);
        }
        was == is
    }
}

/// Takes out what stands at a path of names.
fn remove(json: &mut Json, names: &[&str]) {
    let (Some(object), Some((name, inner))) = (json.as_object_mut(), names.split_first()) else {
        return;
    };
    match (object.get_mut(*name), inner) {
        (_, []) => drop(object.remove(*name)),
        (Some(value), inner) => remove(value, inner),
        (None, _) => {}
    }
}

fn planned(attribute: &Attribute, prior: Option<Val>, proposed: Val, config: Val) -> Val {
    let is_computed = matches!(
        attribute.presence,
        Presence::Computed | Presence::OptionalComputed
    );
    if attribute.write_only {
        return Val::null_of(attribute.ty.clone());
    }
    if config.is_null() {
        if let Some(default) = default(attribute) {
            return default;
        }
        if is_computed {
            return match prior {
                Some(prior) if !prior.is_null() => prior,
                _ => Val::unknown(attribute.ty.clone()),
            };
        }
    }
    if let Some(members) = &attribute.members
        && members.form == MembersForm::Nested(Nesting::Single)
        && proposed.as_entries().is_some()
    {
        return Val::object(members.attributes.iter().map(|member| {
            let of = |object: &Val| object.get(&member.name).cloned().unwrap_or_else(Val::null);
            let was = prior.as_ref().map(of);
            (
                member.name.as_str(),
                self::planned(member, was, of(&proposed), of(&config)),
            )
        }));
    }
    match prior {
        Some(prior) if is_same(attribute, &prior, &proposed) => prior,
        Some(prior) if attribute.ty == Type::Dynamic && is_same_value(&prior, &proposed) => prior,
        _ => proposed,
    }
}

/// Whether two values differ in spelling only. azapi compares locations without blanks, in any case.
fn is_same(attribute: &Attribute, old: &Val, new: &Val) -> bool {
    let of_place = match (old.as_text(), new.as_text()) {
        (Some(old), Some(new)) => {
            attribute.name == "location" && spelling::squeezed(old) == spelling::squeezed(new)
        }
        _ => false,
    };
    of_place || spelling::is_same(attribute, Some(old), Some(new))
}

fn default(attribute: &Attribute) -> Option<Val> {
    if attribute.name == BODY && attribute.presence == Presence::OptionalComputed {
        let nothing: [(&str, Val); 0] = [];
        return Some(Val::object(nothing));
    }
    legacy::default(attribute).or_else(|| documented(attribute))
}

/// Defaults that azapi's documentation gives and its facts do not.
fn documented(attribute: &Attribute) -> Option<Val> {
    if attribute.presence != Presence::OptionalComputed {
        return None;
    }
    Some(match attribute.name.as_str() {
        "ignore_casing" | "ignore_null_property" => Val::bool(false),
        "ignore_missing_property" | "schema_validation_enabled" => Val::bool(true),
        "method" => Val::text("POST"),
        "when" => Val::text("apply"),
        "interval_seconds" => Val::whole(10),
        "max_interval_seconds" => Val::whole(180),
        "multiplier" => Val::number(Number::ratio(3, 2)?),
        "randomization_factor" => Val::number(Number::ratio(1, 2)?),
        _ => return None,
    })
}

/// What of a change replaces: what is marked, and any place in the body that `replace_triggers_refs` names.
fn replaced(asked: Asked<'_>, prior: &Val, planned: &Val) -> Vec<Vec<Step>> {
    let mut replace = Vec::new();
    for attribute in &asked.schema.body.attributes {
        let name = attribute.name.as_str();
        let changed = differs(prior, planned, name);
        // Taking the external values away again is no reason to replace.
        let is_reason = name != "replace_triggers_external_values"
            || planned.get(name).is_some_and(|value| !value.is_null());
        let is_triggered = name == BODY && triggered(prior, planned);
        let is_time_trigger = asked.schema.name == "time_sleep" && name == "triggers";
        if changed && (attribute.force_new && is_reason || is_triggered || is_time_trigger) {
            replace.push(vec![Step::Name(name.to_owned().into())]);
        }
    }
    replace
}

fn triggered(prior: &Val, planned: &Val) -> bool {
    let paths = planned.get("replace_triggers_refs").and_then(Val::as_items);
    let bodies = (prior.get(BODY), planned.get(BODY));
    let (Some(paths), (Some(was), Some(is))) = (paths, bodies) else {
        return false;
    };
    // What is known only at apply is not looked at.
    if !is.is_wholly_known() {
        return false;
    }
    let mut paths = paths.iter().filter_map(Val::as_text);
    paths.any(|path| {
        let (was, is) = (search(was, path), search(is, path));
        was.len() != is.len() || was.iter().zip(&is).any(|(was, is)| !is_same_value(was, is))
    })
}

/// What a JMESPath of names, indexes and `[]` or `[*]` finds.
pub(crate) fn search(value: &Val, path: &str) -> Vec<Val> {
    let path = path.replace('[', ".[");
    let mut found = vec![value.clone()];
    for step in path.split('.').filter(|step| !step.is_empty()) {
        let into = |value: &Val| -> Vec<Val> {
            match step
                .strip_prefix('[')
                .and_then(|step| step.strip_suffix(']'))
            {
                Some("" | "*") => value.as_items().unwrap_or_default().to_vec(),
                Some(index) => {
                    let items = value.as_items().unwrap_or_default();
                    let item = index.parse().ok().and_then(|index: usize| items.get(index));
                    item.cloned().into_iter().collect()
                }
                None if step == "*" => {
                    let entries = value.as_entries().unwrap_or_default();
                    entries.iter().map(|(_, value)| value.clone()).collect()
                }
                None => value
                    .get(step.trim_matches('"'))
                    .cloned()
                    .into_iter()
                    .collect(),
            }
        };
        found = found.iter().flat_map(into).collect();
    }
    found.retain(|value| !value.is_null());
    found
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_path_finds_what_it_names() {
        let scale = |max| Val::object([("maxNodeCount", Val::whole(max))]);
        let body = Val::object([
            ("properties", Val::object([("scale", scale(3))])),
            ("rules", Val::tuple(vec![scale(1), scale(2)])),
        ]);
        assert_eq!(
            search(&body, "properties.scale.maxNodeCount"),
            [Val::whole(3)]
        );
        assert_eq!(
            search(&body, "rules[].maxNodeCount"),
            [Val::whole(1), Val::whole(2)]
        );
        assert_eq!(search(&body, "rules[1].maxNodeCount"), [Val::whole(2)]);
        assert_eq!(search(&body, "nothing.there"), Vec::<Val>::new());
    }
}
