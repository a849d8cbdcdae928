//! What is demanded of a value, from the facts as they were read off the provider.

use terrace_schema::model::{Choices, Range, Scalar, Shape, ValueFacts};
use terrace_schema::rule::Rule;

use crate::facts_json::{self, AttributeFacts};

/// What the facts demand of one value.
pub(super) fn value_facts(facts: &AttributeFacts) -> Result<ValueFacts, String> {
    let rule = match &facts.rule {
        Some(rule) => Some(facts_json::rule(rule)?),
        None => rule_of_samples(facts)?,
    };
    let shape = Shape {
        min: facts.minlen,
        max: facts.maxlen,
        chars: facts.chars.as_deref().map(character_set),
        first: facts.first_chars.as_deref().map(character_set),
        last: facts.last_chars.as_deref().map(character_set),
    };
    Ok(ValueFacts {
        choices: choices(facts, rule.as_ref())?,
        rule,
        range: facts.range.map(|(min, max)| Range {
            min,
            max,
            also: facts.range_also_accepts.clone(),
        }),
        shape: (shape != Shape::default()).then_some(shape),
        formats: facts.formats.clone(),
        accepts_ids_of: facts.accepts_ids_of.clone(),
        accepts_any_id: facts.accepts_any_id,
        whole: facts.ty == "int",
        nonempty: facts.nonempty,
        validated: facts.validated,
    })
}

/// Where nothing else describes a validator of whole numbers, the three that were tried are all that is known of it.
fn rule_of_samples(facts: &AttributeFacts) -> Result<Option<Rule>, String> {
    if facts.range.is_some() || facts.choices.is_some() {
        return Ok(None);
    }
    let refused = facts.int_ok.iter().filter(|(_, accepted)| !**accepted);
    let refused: Vec<_> = refused
        .map(|(number, _)| {
            number
                .parse()
                .map(Scalar::Int)
                .map_err(|_| format!("{number} is no whole number"))
        })
        .collect::<Result<_, _>>()?;
    Ok((!refused.is_empty()).then(|| Rule::All(vec![Rule::NotOneOf(refused), Rule::Other])))
}

/// The values that are named. They are a closed set unless a rule stands beside them that takes more.
fn choices(facts: &AttributeFacts, rule: Option<&Rule>) -> Result<Option<Choices>, String> {
    if let Some(values) = rule.and_then(closed_set) {
        return Ok(Some(Choices {
            values,
            closed: true,
            ignore_case: false,
        }));
    }
    let named = facts.choices.as_ref().or(facts.known_values.as_ref());
    let values = named
        .into_iter()
        .flatten()
        .map(facts_json::scalar)
        .collect::<Result<Vec<_>, _>>()?;
    let closed = facts.choices.is_some() && facts.known_values.is_none() && rule.is_none();
    Ok((!values.is_empty()).then_some(Choices {
        values,
        closed,
        ignore_case: facts.enum_ignore_case,
    }))
}

/// All values that a rule takes, where it names them one by one.
fn closed_set(rule: &Rule) -> Option<Vec<Scalar>> {
    match rule {
        Rule::OneOf(values) => Some(values.clone()),
        Rule::Any(rules) => {
            let mut union = Vec::new();
            for values in rules.iter().map(closed_set) {
                union.extend(
                    values?
                        .into_iter()
                        .filter(|value| !union.contains(value))
                        .collect::<Vec<_>>(),
                );
            }
            Some(union)
        }
        _ => None,
    }
}

/// Characters as words: `-0123…9ABC…Z_` becomes `A-Z 0-9 - _`.
fn character_set(chars: &str) -> String {
    let mut rest: Vec<char> = chars.chars().collect();
    rest.sort_unstable();
    let mut words = Vec::new();
    for (first, last) in [('a', 'z'), ('A', 'Z'), ('0', '9')] {
        if (first..=last).all(|char| rest.contains(&char)) {
            rest.retain(|char| !(first..=last).contains(char));
            words.push(format!("{first}-{last}"));
        }
    }
    words.extend(rest.into_iter().map(|char| match char {
        ' ' => "space".to_owned(),
        _ => char.to_string(),
    }));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn an_enumeration_beside_a_rule_is_open() {
        let facts = |extra: Value| {
            let mut facts = json!({ "type": "string", "enum": ["System"] });
            facts
                .as_object_mut()
                .unwrap()
                .extend(extra.as_object().unwrap().clone());
            let facts: AttributeFacts = serde_json::from_value(facts).unwrap();
            value_facts(&facts).unwrap().choices.unwrap()
        };
        assert!(facts(json!({})).closed);
        assert!(
            !facts(json!({ "rule": ["any", ["one_of", ["System"]], ["format", "uuid"]] })).closed
        );
        let union = facts(
            json!({ "rule": ["any", ["one_of", ["System"]], ["one_of", ["System", "None"]]] }),
        );
        assert_eq!((union.closed, union.values.len()), (true, 2));
    }

    #[test]
    fn characters_are_said_in_ranges() {
        assert_eq!(
            character_set("-0123456789_abcdefghijklmnopqrstuvwxyz "),
            "a-z 0-9 space - _"
        );
    }
}
