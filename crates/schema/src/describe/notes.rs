//! What is worth saying about an argument, in a few words each.

use crate::model::{Attribute, Items, NestedBlock, Presence, Relations, ValueFacts};
use crate::rule::Rule;

/// Notes about an attribute; whether it is required is said elsewhere.
pub(super) fn notes_of_attribute(attribute: &Attribute) -> Vec<String> {
    let mut notes = Vec::new();
    let flags = [
        (attribute.deprecated, "deprecated"),
        (attribute.force_new, "forces replacement"),
        (attribute.sensitive, "sensitive"),
        (attribute.write_only, "write-only"),
    ];
    notes.extend(
        flags
            .iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, note)| (*note).to_owned()),
    );
    if let Some(default) = &attribute.default {
        notes.push(format!("default {default}"));
    } else if attribute.presence == Presence::OptionalComputed && attribute.is_settable() {
        notes.push("set by the provider when left out".to_owned());
    }
    notes.extend(items_in_words(attribute.items, "element"));
    notes.extend(value_in_words(&attribute.value));
    if let Some(words) = attribute.element.as_deref().and_then(value_in_words) {
        notes.push(format!("each {words}"));
    }
    notes.extend(relations_in_words(&attribute.relations));
    notes
}

/// Notes about a nested block.
pub(super) fn notes_of_block(block: &NestedBlock) -> Vec<String> {
    let mut notes = Vec::new();
    let is_one = block.items.max == Some(1);
    match (block.items.min, block.items.max) {
        (1, Some(1)) => notes.push("required, one".to_owned()),
        (0, Some(1)) => {}
        _ => notes.extend(items_in_words(block.items, "block")),
    }
    let flags = [
        (block.body.deprecated, "deprecated"),
        (
            block.force_new && is_one,
            "adding or removing it forces replacement",
        ),
        (
            block.force_new && !is_one,
            "their number forces replacement",
        ),
        (block.computed, "set by the provider when left out"),
    ];
    notes.extend(
        flags
            .iter()
            .filter(|(holds, _)| *holds)
            .map(|(_, note)| (*note).to_owned()),
    );
    notes.extend(relations_in_words(&block.relations));
    notes
}

fn items_in_words(items: Items, what: &str) -> Option<String> {
    match (items.min, items.max) {
        (0, None) => None,
        (0, Some(1)) => Some(format!("at most 1 {what}")),
        (0, Some(max)) => Some(format!("at most {max} {what}s")),
        (1, None) => Some(format!("1 {what} or more")),
        (min, None) => Some(format!("{min} {what}s or more")),
        (min, Some(max)) if min == max => {
            Some(format!("{min} {what}{}", if min == 1 { "" } else { "s" }))
        }
        (min, Some(max)) => Some(format!("{min} to {max} {what}s")),
    }
}

/// What is allowed. Of an id the kind says more than its form.
fn value_in_words(facts: &ValueFacts) -> Option<String> {
    const SHOWN: usize = 3;
    if matches!(facts.rule, Some(Rule::Id(_) | Rule::IdOf(_))) && !facts.accepts_ids_of.is_empty() {
        let mut types = facts.accepts_ids_of.clone();
        types.sort_by_key(String::len);
        // Types that share one form are named after the one that they belong to.
        if matches!(facts.rule, Some(Rule::Id(_))) {
            types.truncate(1);
        }
        let more = if types.len() > SHOWN { " …" } else { "" };
        types.truncate(SHOWN);
        return Some(format!("the id of {}{more}", types.join(" or ")));
    }
    match facts
        .choices
        .as_ref()
        .filter(|choices| !choices.closed && facts.rule.is_none())
    {
        Some(choices) => Some(format!(
            "such as {}",
            crate::rule::values_in_words(&choices.values)
        )),
        None => facts.allowed(),
    }
}

fn relations_in_words(relations: &Relations) -> impl Iterator<Item = String> {
    let groups = [
        ("not with", &relations.conflicts_with),
        ("exactly one of", &relations.exactly_one_of),
        ("at least one of", &relations.at_least_one_of),
        ("only with", &relations.required_with),
    ];
    groups
        .into_iter()
        .filter(|(_, paths)| !paths.is_empty())
        .map(|(words, paths)| {
            let paths: Vec<_> = paths.iter().map(|path| readable(path)).collect();
            format!("{words} {}", paths.join(", "))
        })
}

/// A path as a person writes it: `identity.type` for `identity.0.type`.
pub(crate) fn readable(path: &str) -> String {
    let names: Vec<_> = path
        .split('.')
        .filter(|part| part.parse::<usize>().is_err())
        .collect();
    names.join(".")
}
