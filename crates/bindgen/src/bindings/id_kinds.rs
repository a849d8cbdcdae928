//! Which ids an argument takes.

use terrace_schema::Schema;
use terrace_schema::rule::Rule;

use super::forms::Forms;
use super::id_fixups::{self, FixUp};
use super::walk::{self, Place};

/// The ids that an argument takes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum IdKind {
    /// Those of one form, by the name of its main type.
    Of(String),
    /// Those of several forms.
    Any,
}

/// All that decides about the ids of a provider.
pub(crate) struct IdKinds {
    forms: Forms,
    fix_ups: Vec<&'static FixUp>,
}

impl IdKinds {
    /// The kinds of a provider's ids.
    ///
    /// # Errors
    /// When a row of the forms or a fix-up has lost its reason, and all must match.
    pub(crate) fn of(
        provider: &str,
        schemas: &[&Schema],
        all_must_match: bool,
    ) -> Result<Self, String> {
        let kinds = Self {
            forms: Forms::of(provider, schemas, all_must_match)?,
            fix_ups: id_fixups::of(provider),
        };
        if all_must_match {
            kinds.check(schemas)?;
        }
        Ok(kinds)
    }

    /// Which ids an argument takes; none where it is no id, or other text is accepted too.
    pub(crate) fn of_argument(&self, place: &Place<'_>) -> Option<IdKind> {
        match self.fix_ups.iter().find(|fix_up| fix_up.matches(place)) {
            Some(fix_up) => Some(fix_up.takes()),
            None => self.by_facts(place),
        }
    }

    fn by_facts(&self, place: &Place<'_>) -> Option<IdKind> {
        match &place.facts.rule {
            Some(rule) if is_ids_alone(rule) => Some(self.of_rule(rule)),
            _ => place.facts.accepts_any_id.then_some(IdKind::Any),
        }
    }

    fn of_rule(&self, rule: &Rule) -> IdKind {
        let samples = samples(rule);
        let mut kinds: Vec<_> = samples
            .into_iter()
            .map(|sample| self.forms.main_type(sample))
            .collect();
        kinds.dedup();
        match kinds[..] {
            [Some(kind)] => IdKind::Of(kind.to_owned()),
            _ => IdKind::Any,
        }
    }

    /// Whether every fix-up still mends something.
    fn check(&self, schemas: &[&Schema]) -> Result<(), String> {
        for fix_up in &self.fix_ups {
            for argument in fix_up.arguments {
                let (mut found, mut by_facts) = (false, None);
                walk::arguments(schemas, &mut |place| {
                    if fix_up.matches_argument(argument, &place) {
                        (found, by_facts) = (true, self.by_facts(&place));
                    }
                });
                let complaint = match by_facts {
                    _ if !found => "there is no such argument",
                    Some(kind) if kind == fix_up.takes() => "the facts say so themselves",
                    _ => continue,
                };
                return Err(format!(
                    "the fix-up {:?} no longer applies to {argument}: {complaint} (its reason was: {})",
                    fix_up.name, fix_up.reason
                ));
            }
        }
        Ok(())
    }
}

fn is_ids_alone(rule: &Rule) -> bool {
    match rule {
        Rule::Id(_) => true,
        // Where the empty text serves as none, it is better left out.
        Rule::Any(rules) => {
            let mut rules = rules
                .iter()
                .filter(|rule| **rule != Rule::MaxLen(0))
                .peekable();
            rules.peek().is_some() && rules.all(is_ids_alone)
        }
        Rule::All(rules) => rules.iter().any(is_ids_alone),
        _ => false,
    }
}

fn samples(rule: &Rule) -> Vec<&str> {
    match rule {
        Rule::Id(sample) => vec![sample],
        Rule::Any(rules) | Rule::All(rules) => rules.iter().flat_map(samples).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use terrace_ir::Type;
    use terrace_schema::model::{Attribute, Presence};

    use super::*;
    use crate::bindings::id_fixups::Takes;
    use crate::bindings::tests::{resource, with_attributes};

    const VAULT: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v";
    const DISK: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/disks/d";

    static FIX_UP: FixUp = FixUp {
        name: "vaults of x",
        provider: "t",
        reason: "for the test",
        arguments: &["t_x.x_id"],
        takes: Takes::Type("t_vault"),
    };

    fn schema(rule: Option<Rule>) -> Schema {
        let mut attribute = Attribute::new("x_id", Type::String, Presence::Optional);
        attribute.value.rule = rule;
        attribute.value.accepts_ids_of = vec!["t_vault".to_owned()];
        resource("t_x", with_attributes([attribute]))
    }

    fn kind(schema: &Schema, fix_ups: Vec<&'static FixUp>) -> Result<Option<IdKind>, String> {
        let kinds = IdKinds {
            forms: Forms::of("t", &[schema], true).unwrap(),
            fix_ups,
        };
        kinds.check(&[schema])?;
        let mut found = None;
        walk::arguments(&[schema], &mut |place| found = kinds.of_argument(&place));
        Ok(found)
    }

    #[test]
    fn one_form_is_a_kind_and_several_are_any() {
        let id = |sample: &str| Rule::Id(sample.to_owned());
        let vault = Some(IdKind::Of("t_vault".to_owned()));
        assert_eq!(kind(&schema(Some(id(VAULT))), vec![]), Ok(vault));
        let both = Rule::Any(vec![id(VAULT), id(DISK)]);
        assert_eq!(kind(&schema(Some(both)), vec![]), Ok(Some(IdKind::Any)));
    }

    #[test]
    fn where_other_text_is_accepted_too_there_is_no_kind() {
        let or_url = Rule::Any(vec![
            Rule::Id(VAULT.to_owned()),
            Rule::Url(vec!["https".to_owned()]),
        ]);
        assert_eq!(kind(&schema(Some(or_url)), vec![]), Ok(None));
        assert_eq!(kind(&schema(None), vec![]), Ok(None));
    }

    #[test]
    fn a_fix_up_adds_a_kind_where_the_provider_is_silent() {
        assert_eq!(
            kind(&schema(None), vec![&FIX_UP]),
            Ok(Some(IdKind::Of("t_vault".to_owned())))
        );
    }

    #[test]
    fn a_fix_up_that_says_what_the_facts_say_is_an_error() {
        let error = kind(&schema(Some(Rule::Id(VAULT.to_owned()))), vec![&FIX_UP]).unwrap_err();
        assert_eq!(
            error,
            "the fix-up \"vaults of x\" no longer applies to t_x.x_id: the facts say so themselves \
             (its reason was: for the test)"
        );
    }

    #[test]
    fn a_fix_up_of_an_argument_that_is_gone_is_an_error() {
        let schema = resource("t_x", with_attributes([]));
        let error = kind(&schema, vec![&FIX_UP]).unwrap_err();
        assert!(error.contains("there is no such argument"), "{error}");
    }
}
