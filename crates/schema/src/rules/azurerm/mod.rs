//! The rules of azurerm's types, a file a type or a family.
//!
//! A rule stands with those of its kind, in the order in which the provider's documentation lists the arguments. What only
//! Azure's live state decides has no rule here.

mod container_registry;
mod key_vault;
mod machine_learning_workspace;
mod storage_account;
#[cfg(test)]
mod testing;

use super::Rules;

/// What a file of rules is written with.
mod prelude {
    pub(super) use super::super::condition::Condition::{self, *};
    pub(super) use super::super::difference::Same::*;
    pub(super) use super::super::difference::{ignored, unsent};
    pub(super) use super::super::refusal::Demand::*;
    pub(super) use super::super::refusal::{APPLY, CREATE, PLAN, UPDATE, refusal};
    pub(super) use super::super::replacement::Shift::*;
    pub(super) use super::super::replacement::replacement;
    pub(super) use super::super::{Case, Rules, Truth};
}

/// The rules of all types, sorted by type.
pub(super) static ALL: &[&Rules] = &[
    &container_registry::RULES,
    &container_registry::CACHE_RULE,
    &key_vault::RULES,
    &machine_learning_workspace::RULES,
    &storage_account::RULES,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ALL;
    use crate::catalog::catalog;
    use crate::model::Kind;

    #[test]
    fn types_are_sorted_and_known() {
        assert!(ALL.is_sorted_by(|a, b| a.type_name < b.type_name));
        for rules in ALL {
            let schema = catalog().find(Kind::Resource, rules.type_name);
            assert!(schema.is_some(), "there is no {}", rules.type_name);
        }
    }

    #[test]
    fn rules_are_about_what_there_is() {
        for rules in ALL {
            let schema = catalog().find(Kind::Resource, rules.type_name).unwrap();
            let mut look = |path: String| {
                let names: Vec<&str> = path.split('.').collect();
                let found = schema.member(&names);
                assert!(found.is_some(), "{} has no {path}", rules.type_name);
            };
            rules.refusals.iter().for_each(|rule| rule.paths(&mut look));
            rules
                .replacements
                .iter()
                .for_each(|rule| rule.paths(&mut look));
            rules.ignored.iter().for_each(|rule| rule.paths(&mut look));
            rules.unsent.iter().for_each(|rule| rule.paths(&mut look));
            for follows in rules.follows {
                look(follows.attribute.to_owned());
                look(follows.argument.to_owned());
            }
        }
    }

    #[test]
    fn names_are_of_one_form_and_belong_to_one_type() {
        let mut owners = BTreeSet::new();
        for rules in ALL {
            let refusals = rules.refusals.iter().map(|rule| rule.name);
            let replacements = rules.replacements.iter().map(|rule| rule.name);
            let ignored = rules.ignored.iter().map(|rule| rule.name);
            let unsent = rules.unsent.iter().map(|rule| rule.name);
            let names = refusals.chain(replacements).chain(ignored).chain(unsent);
            let own: BTreeSet<_> = names.collect();
            for name in own {
                let is_plain = |c: char| c.is_ascii_lowercase() || c == '-';
                assert!(name.chars().all(is_plain), "{name}");
                assert!(owners.insert(name), "{name} stands for rules of two types");
            }
        }
    }
}
