//! The rules of azurerm's types, a file for a type, a family, or a part of a big type.
//!
//! A rule stands with those of its kind, in the order in which the provider's documentation lists the arguments. What only
//! Azure's live state decides has no rule here.

mod application_insights;
mod authorization;
mod bastion_host;
mod cognitive_account;
mod consumption_budget;
mod container_registry;
mod firewall;
mod key_vault;
mod key_vault_content;
mod kubernetes_cluster;
mod kubernetes_network;
mod kubernetes_node_pool;
mod log_analytics_workspace;
mod machine_learning;
mod machine_learning_workspace;
mod monitor;
mod network;
mod private_link;
mod public_ip;
mod search_service;
mod storage_account;
mod storage_account_services;
mod storage_management_policy;
#[cfg(test)]
mod testing;

use super::Rules;

/// What a file of rules is written with.
mod prelude {
    pub(super) use super::super::condition::Condition::{self, *};
    pub(super) use super::super::difference::Same::*;
    pub(super) use super::super::difference::{Ignored, ignored, unsent};
    pub(super) use super::super::refusal::Demand::*;
    pub(super) use super::super::refusal::{AGAIN, APPLY, CREATE, PLAN, Refusal, UPDATE, refusal};
    pub(super) use super::super::replacement::Shift::*;
    pub(super) use super::super::replacement::replacement;
    pub(super) use super::super::{Case, Follows, Old, Rules, Truth, Unsent, View};
}

/// The rules of all types, sorted by type.
pub(super) static ALL: &[&Rules] = &[
    &application_insights::RULES,
    &bastion_host::RULES,
    &cognitive_account::RULES,
    &consumption_budget::OF_RESOURCE_GROUP,
    &consumption_budget::OF_SUBSCRIPTION,
    &container_registry::RULES,
    &container_registry::CACHE_RULE,
    &firewall::RULES,
    &firewall::RULE_COLLECTION_GROUP,
    &key_vault::RULES,
    &key_vault_content::KEY,
    &key_vault_content::SECRET,
    &kubernetes_cluster::RULES,
    &kubernetes_network::RULES,
    &kubernetes_node_pool::RULES,
    &log_analytics_workspace::RULES,
    &machine_learning::COMPUTE_INSTANCE,
    &machine_learning::BLOB_DATASTORE,
    &machine_learning::LAKE_DATASTORE,
    &machine_learning_workspace::RULES,
    &machine_learning::PRIVATE_ENDPOINT_RULE,
    &monitor::ACTION_GROUP,
    &monitor::ACTIVITY_LOG_ALERT,
    &monitor::AUTOSCALE_SETTING,
    &monitor::DIAGNOSTIC_SETTING,
    &monitor::QUERY_ALERT,
    &network::NAT_GATEWAY,
    &network::NETWORK_SECURITY_GROUP,
    &authorization::ELIGIBLE_ROLE,
    &monitor::PORTAL_DASHBOARD,
    &private_link::PRIVATE_DNS_ZONE,
    &private_link::PRIVATE_ENDPOINT,
    &public_ip::RULES,
    &authorization::POLICY_ASSIGNMENT,
    &authorization::POLICY_EXEMPTION,
    &authorization::ROLE_ASSIGNMENT,
    &search_service::RULES,
    &storage_account::RULES,
    &storage_account_services::RULES,
    &storage_management_policy::RULES,
    &network::SUBNET,
    &network::VIRTUAL_NETWORK,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use pretty_assertions::assert_eq;

    use super::ALL;
    use crate::catalog::catalog;
    use crate::model::Kind;

    #[test]
    fn types_are_sorted_and_known() {
        assert!(ALL.is_sorted_by_key(|rules| rules.type_name));
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
        let mut owners = BTreeMap::new();
        for rules in ALL {
            let refusals = rules.refusals.iter().map(|rule| rule.name);
            let replacements = rules.replacements.iter().map(|rule| rule.name);
            let ignored = rules.ignored.iter().map(|rule| rule.name);
            let unsent = rules.unsent.iter().map(|rule| rule.name);
            for name in refusals.chain(replacements).chain(ignored).chain(unsent) {
                let is_plain = |c: char| c.is_ascii_lowercase() || c == '-';
                assert!(name.chars().all(is_plain), "{name}");
                let owner = owners
                    .insert(name, rules.type_name)
                    .unwrap_or(rules.type_name);
                assert_eq!(
                    owner, rules.type_name,
                    "{name} stands for rules of two types"
                );
            }
        }
    }
}
