//! Named corrections of what upstream says about itself.
//!
//! Each names what it mends and why, and fails when the mistake is no longer there, so that none outlives its reason.

use std::collections::{BTreeMap, BTreeSet};

use terrace_schema::format::Format;
use terrace_schema::model::{Attribute, BlockType, Items, Kind, Schema, ValueFacts};
use terrace_schema::rule::{Rule, arm_type};

/// A correction of one provider's model.
pub(crate) struct FixUp {
    pub(crate) name: &'static str,
    pub(crate) provider: &'static str,
    /// Why it is needed, and how that is known.
    pub(crate) reason: &'static str,
    /// Mends the model, the provider's configuration and its types, or says why there is nothing to mend.
    pub(crate) apply: fn(&mut Schema, &mut [Schema]) -> Result<(), String>,
}

/// All corrections, applied in this order.
pub(crate) const FIX_UPS: &[FixUp] = &[
    FixUp {
        name: "azurerm is configured with one block of features",
        provider: "azurerm",
        reason: "the schema lets `features` be left out, and the provider's own validator wants exactly one",
        apply: |configuration, _| {
            let gone = || "the provider has no block of features".to_owned();
            let mut blocks = configuration.body.blocks.iter_mut();
            let features = blocks
                .find(|block| block.name == "features")
                .ok_or_else(gone)?;
            expect(features.items.min == 0, "the schema asks for features")?;
            features.items = Items {
                min: 1,
                max: Some(1),
            };
            Ok(())
        },
    },
    FixUp {
        name: "subnets of a bastion and a firewall go by their name",
        provider: "azurerm",
        reason: "the validator wants the id of a subnet and its one allowed name, of which the facts have the id alone",
        apply: |_, schemas| {
            for (type_name, path, subnet) in [
                (
                    "azurerm_bastion_host",
                    ["ip_configuration", "subnet_id"],
                    "AzureBastionSubnet",
                ),
                (
                    "azurerm_firewall",
                    ["ip_configuration", "subnet_id"],
                    "AzureFirewallSubnet",
                ),
                (
                    "azurerm_firewall",
                    ["management_ip_configuration", "subnet_id"],
                    "AzureFirewallManagementSubnet",
                ),
            ] {
                let facts = &mut resource_argument(schemas, type_name, &path)?.value;
                expect(
                    facts.accepts_ids_of.is_empty(),
                    "a subnet of any name is accepted",
                )?;
                let id = facts.rule.take().ok_or("the rule is gone")?;
                facts.rule = Some(Rule::All(vec![
                    id,
                    Rule::Match(format!("(?i)/subnets/{subnet}$")),
                ]));
            }
            Ok(())
        },
    },
    FixUp {
        name: "ports of a firewall rule are numbers or ranges",
        provider: "azurerm",
        reason: "the validator reads NUMBER or NUMBER-NUMBER, which the facts leave undescribed",
        apply: |_, schemas| {
            for collection in ["nat_rule_collection", "network_rule_collection"] {
                let path = [collection, "rule", "destination_ports"];
                let ports = resource_argument(
                    schemas,
                    "azurerm_firewall_policy_rule_collection_group",
                    &path,
                )?;
                let facts = ports
                    .element
                    .as_deref_mut()
                    .ok_or("nothing is known about an element")?;
                let ports = Rule::All(vec![Rule::Match(r"^\d+(-\d+)?$".to_owned()), Rule::Other]);
                facts.rule = Some(match facts.rule.take() {
                    None => ports,
                    Some(rule) => describe_other(rule, &ports)?,
                });
            }
            Ok(())
        },
    },
    FixUp {
        name: "a scope is a path",
        provider: "azurerm",
        reason: "the one undescribed alternative among the ids is the id of a billing scope",
        apply: |_, schemas| {
            for type_name in [
                "azurerm_pim_active_role_assignment",
                "azurerm_pim_eligible_role_assignment",
                "azurerm_role_assignment",
                "azurerm_role_management_policy",
            ] {
                let facts = &mut resource_argument(schemas, type_name, &["scope"])?.value;
                let path = Rule::All(vec![Rule::StartsWith(vec!["/".to_owned()]), Rule::Other]);
                facts.rule = Some(describe_other(
                    facts.rule.take().ok_or("the rule is gone")?,
                    &path,
                )?);
            }
            Ok(())
        },
    },
    FixUp {
        name: "a dashboard has lenses",
        provider: "azurerm",
        reason: "the validator reads JSON and wants `lenses` in it; Go finds the key in any case",
        apply: |_, schemas| {
            let facts = &mut resource_argument(
                schemas,
                "azurerm_portal_dashboard",
                &["dashboard_properties"],
            )?
            .value;
            expect(facts.rule.is_none(), "there is a rule now")?;
            facts.rule = Some(Rule::All(vec![
                Rule::MinLen(1),
                Rule::Format(Format::Json),
                Rule::Match("(?i)\"lenses\"".to_owned()),
                Rule::Other,
            ]));
            Ok(())
        },
    },
    FixUp {
        name: "a secret has at most 15 tags",
        provider: "azurerm",
        reason: "the validator is made for a number of tags, so that the facts did not recognize it; key vault takes 15",
        apply: |_, schemas| {
            let facts =
                &mut resource_argument(schemas, "azurerm_key_vault_secret", &["tags"])?.value;
            expect(facts.rule.is_none(), "there is a rule now")?;
            facts.rule = Some(Rule::Tags {
                count: 15,
                key: 512,
                value: 256,
            });
            Ok(())
        },
    },
    FixUp {
        name: "an id without a rule is of the kinds that were accepted",
        provider: "azurerm",
        reason: "of all ids and formats that were tried, the validators of these arguments took those kinds alone",
        apply: ids_without_a_rule,
    },
];

/// Applies the corrections of one provider.
///
/// # Errors
/// When one no longer matches.
pub(crate) fn apply(
    provider: &str,
    configuration: &mut Schema,
    schemas: &mut [Schema],
) -> Result<(), String> {
    for fix_up in FIX_UPS.iter().filter(|fix_up| fix_up.provider == provider) {
        (fix_up.apply)(configuration, schemas).map_err(|error| {
            format!(
                "the fix-up {:?} no longer applies: {error} (its reason was: {})",
                fix_up.name, fix_up.reason
            )
        })?;
    }
    Ok(())
}

/// Gives arguments `…_id` and `…_ids` a rule, where the facts name the accepted kinds and no rule.
fn ids_without_a_rule(_: &mut Schema, schemas: &mut [Schema]) -> Result<(), String> {
    let examples = schemas
        .iter()
        .filter(|schema| schema.kind == Kind::Resource);
    let kinds: BTreeMap<String, Option<String>> = examples
        .map(|schema| {
            let example = schema
                .behaviour
                .as_ref()
                .and_then(|behaviour| behaviour.import_id_example.as_deref());
            (schema.name.clone(), example.and_then(arm_type))
        })
        .collect();
    let mut mended = 0;
    let mut mend = |facts: &mut ValueFacts| {
        let is_told_by_ids = facts.validated && facts.rule.is_none() && facts.choices.is_none();
        let takes_nothing_else =
            facts.formats.is_empty() && facts.shape.is_none() && !facts.accepts_any_id;
        let accepted: Option<BTreeSet<String>> = facts
            .accepts_ids_of
            .iter()
            .map(|name| kinds.get(name).cloned().flatten())
            .collect();
        if let Some(accepted) =
            accepted.filter(|kinds| !kinds.is_empty() && is_told_by_ids && takes_nothing_else)
        {
            facts.rule = Some(Rule::IdOf(accepted.into_iter().collect()));
            mended += 1;
        }
    };
    for schema in schemas.iter_mut() {
        each_attribute(&mut schema.body, &mut |attribute| {
            if attribute.name.ends_with("_id") {
                mend(&mut attribute.value);
            } else if let Some(element) = attribute
                .element
                .as_deref_mut()
                .filter(|_| attribute.name.ends_with("_ids"))
            {
                mend(element);
            }
        });
    }
    expect(mended > 0, "every id has a rule")
}

fn each_attribute(body: &mut BlockType, see: &mut impl FnMut(&mut Attribute)) {
    body.attributes.iter_mut().for_each(&mut *see);
    for block in &mut body.blocks {
        each_attribute(&mut block.body, see);
    }
}

/// Puts a rule in the place of the undescribed part.
fn describe_other(rule: Rule, description: &Rule) -> Result<Rule, String> {
    let Rule::Any(mut rules) = rule else {
        return Err("the rule is of another form".to_owned());
    };
    let other = rules
        .iter_mut()
        .find(|rule| **rule == Rule::Other)
        .ok_or("no part is undescribed")?;
    *other = description.clone();
    Ok(Rule::Any(rules))
}

fn resource_argument<'a>(
    schemas: &'a mut [Schema],
    type_name: &str,
    path: &[&str],
) -> Result<&'a mut Attribute, String> {
    let gone = || format!("{type_name} has no {}", path.join("."));
    let schema = schemas
        .iter_mut()
        .find(|schema| schema.kind == Kind::Resource && schema.name == type_name)
        .ok_or_else(gone)?;
    let (last, blocks) = path.split_last().ok_or_else(gone)?;
    let mut body = &mut schema.body;
    for name in blocks {
        body = &mut body
            .blocks
            .iter_mut()
            .find(|block| block.name == *name)
            .ok_or_else(gone)?
            .body;
    }
    body.attributes
        .iter_mut()
        .find(|attribute| attribute.name == *last)
        .ok_or_else(gone)
}

fn expect(holds: bool, otherwise: &str) -> Result<(), String> {
    if holds {
        Ok(())
    } else {
        Err(otherwise.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fix_up_that_finds_nothing_to_mend_says_so() {
        let mut configuration = Schema {
            kind: Kind::Provider,
            name: "azurerm".to_owned(),
            version: 0,
            body: BlockType::default(),
            behaviour: None,
        };
        let error = apply("azurerm", &mut configuration, &mut []).unwrap_err();
        assert!(
            error.contains("no longer applies: the provider has no block of features"),
            "{error}"
        );
    }
}
