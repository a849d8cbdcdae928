//! The providers that are embedded, and how a type is found in them.

use crate::archive::Archive;
use crate::builtin;
use crate::model::{Kind, Provider, Schema};
use crate::nearest::nearest;

/// All embedded providers. Nothing is decoded before it is asked for, and then once per process.
pub struct Catalog {
    providers: [Embedded; 3],
}

struct Embedded {
    name: &'static str,
    archive: Archive,
}

static CATALOG: Catalog = Catalog {
    providers: [
        Embedded {
            name: "azurerm",
            archive: Archive::new(include_bytes!("../data/azurerm.bin")),
        },
        Embedded {
            name: "azapi",
            archive: Archive::new(include_bytes!("../data/azapi.bin")),
        },
        Embedded {
            name: "time",
            archive: Archive::new(include_bytes!("../data/time.bin")),
        },
    ],
};

/// The embedded providers: azurerm, azapi and time, each at its pinned version.
pub fn catalog() -> &'static Catalog {
    &CATALOG
}

/// What is known under a name.
#[derive(Debug, Clone, PartialEq)]
pub enum Lookup {
    /// It is described.
    Found(&'static Schema),
    /// The provider may have it; its arguments are not described here.
    Undescribed,
    /// The provider has no such type.
    Unknown {
        /// The name that was probably meant.
        nearest: Option<&'static str>,
        /// Another kind under which the name exists: a data source, say, that was taken for a resource.
        exists_as: Option<Kind>,
    },
    /// It belongs to a provider that is not embedded.
    OtherProvider {
        /// The name that was perhaps meant: the same with `azurerm_` before it.
        nearest: Option<&'static str>,
    },
}

impl Catalog {
    /// The providers, azurerm first.
    pub fn providers(&'static self) -> impl Iterator<Item = &'static Provider> {
        self.providers
            .iter()
            .map(|embedded| embedded.archive.provider())
    }

    /// The provider of a name (`azurerm`) or source (`hashicorp/azurerm`, with or without the registry before it).
    pub fn provider(&'static self, name_or_source: &str) -> Option<&'static Provider> {
        self.providers().find(|provider| {
            let source = provider.source.as_str();
            [provider.name(), provider.short_source(), source]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name_or_source))
        })
    }

    /// The schema of a type, if it is described. Terraform's own types are found too, though they stand in no list here.
    pub fn find(&'static self, kind: Kind, name: &str) -> Option<&'static Schema> {
        match self.embedded(name) {
            Some(embedded) => embedded.archive.find(kind, name),
            None => builtin::find(kind, name),
        }
    }

    /// What is known under a name.
    pub fn look_up(&'static self, kind: Kind, name: &str) -> Lookup {
        let kinds = || [Kind::Resource, Kind::DataSource, Kind::Ephemeral].into_iter();
        let Some(embedded) = self.embedded(name) else {
            if let Some(schema) = builtin::find(kind, name) {
                return Lookup::Found(schema);
            }
            if name.split('_').next() == Some(builtin::NAME) {
                return Lookup::Unknown {
                    nearest: nearest(name, builtin::names(kind)),
                    exists_as: kinds().find(|kind| builtin::find(*kind, name).is_some()),
                };
            }
            return Lookup::OtherProvider {
                nearest: self.with_prefix(kind, name),
            };
        };
        if let Some(schema) = embedded.archive.find(kind, name) {
            return Lookup::Found(schema);
        }
        if embedded
            .archive
            .provider()
            .undescribed
            .iter()
            .any(|prefix| name.starts_with(prefix.as_str()))
        {
            return Lookup::Undescribed;
        }
        Lookup::Unknown {
            nearest: nearest(name, embedded.archive.names(kind)),
            exists_as: kinds().find(|kind| embedded.archive.find(*kind, name).is_some()),
        }
    }

    /// The names of all described types of a kind, by provider, sorted.
    pub fn names(&'static self, kind: Kind) -> impl Iterator<Item = &'static str> {
        self.providers
            .iter()
            .flat_map(move |embedded| embedded.archive.names(kind))
    }

    /// All described types, by provider, kind and name. Decodes each.
    pub fn schemas(&'static self) -> impl Iterator<Item = &'static Schema> {
        self.providers
            .iter()
            .flat_map(|embedded| embedded.archive.schemas())
    }

    /// The provider that a type's name says: what stands before the first `_`.
    fn embedded(&'static self, type_name: &str) -> Option<&'static Embedded> {
        let name = type_name
            .split_once('_')
            .map_or(type_name, |(name, _)| name);
        self.providers.iter().find(|embedded| embedded.name == name)
    }

    fn with_prefix(&'static self, kind: Kind, name: &str) -> Option<&'static str> {
        let with_prefix = format!("azurerm_{name}");
        self.names(kind).find(|known| *known == with_prefix)
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn look_up(name: &str) -> Lookup {
        catalog().look_up(Kind::Resource, name)
    }

    #[test]
    fn a_type_is_found_by_kind_and_name() {
        let vault = catalog()
            .find(Kind::DataSource, "azurerm_key_vault")
            .unwrap();
        assert_eq!(
            (vault.kind, vault.name.as_str()),
            (Kind::DataSource, "azurerm_key_vault")
        );
        assert_eq!(
            look_up("azurerm_key_vault"),
            Lookup::Found(catalog().find(Kind::Resource, "azurerm_key_vault").unwrap())
        );
        assert!(matches!(look_up("azapi_resource"), Lookup::Found(_)));
        assert!(matches!(look_up("time_sleep"), Lookup::Found(_)));
    }

    #[test]
    fn a_misspelt_type_finds_its_neighbour() {
        let nearest = Some("azurerm_storage_account");
        assert_eq!(
            look_up("azurerm_storage_acount"),
            Lookup::Unknown {
                nearest,
                exists_as: None
            }
        );
        assert_eq!(
            look_up("storage_account"),
            Lookup::OtherProvider { nearest }
        );
        assert_eq!(
            look_up("random_id"),
            Lookup::OtherProvider { nearest: None }
        );
    }

    #[test]
    fn a_data_source_that_is_taken_for_a_resource_is_named() {
        let Lookup::Unknown { exists_as, .. } = look_up("azurerm_client_config") else {
            panic!("it is no resource")
        };
        assert_eq!(exists_as, Some(Kind::DataSource));
    }

    #[test]
    fn services_that_are_not_described_are_passed_over() {
        assert_eq!(look_up("azurerm_data_factory"), Lookup::Undescribed);
        assert_eq!(look_up("azurerm_synapse_workspace"), Lookup::Undescribed);
    }

    #[test]
    fn every_type_can_be_decoded() {
        let count = |kind| {
            catalog()
                .schemas()
                .filter(|schema| schema.kind == kind)
                .count()
        };
        assert_eq!(
            (
                count(Kind::Resource),
                count(Kind::DataSource),
                count(Kind::Ephemeral)
            ),
            (1035, 396, 4)
        );
        let sources: Vec<_> = catalog()
            .providers()
            .map(|provider| provider.short_source())
            .collect();
        assert_eq!(
            sources,
            ["hashicorp/azurerm", "azure/azapi", "hashicorp/time"]
        );
        assert!(
            catalog()
                .provider("Azure/azapi")
                .is_some_and(|azapi| !azapi.functions.is_empty())
        );
        let azurerm = catalog().provider("azurerm").unwrap();
        assert!(azurerm.configuration.body.block("features").is_some());
    }

    #[test]
    fn every_pattern_in_the_facts_compiles() {
        use crate::model::{Attribute, ValueFacts};
        use crate::rule::Rule;

        fn patterns<'a>(rule: &'a Rule, found: &mut std::collections::BTreeSet<&'a str>) {
            match rule {
                Rule::Match(pattern) | Rule::NotMatch(pattern) | Rule::Keys(pattern) => {
                    found.insert(pattern);
                }
                Rule::All(rules) | Rule::Any(rules) => {
                    rules.iter().for_each(|rule| patterns(rule, found))
                }
                _ => {}
            }
        }
        fn in_attribute<'a>(
            attribute: &'a Attribute,
            found: &mut std::collections::BTreeSet<&'a str>,
        ) {
            let facts = |facts: &'a ValueFacts| facts.rule.as_ref();
            let rules = [
                facts(&attribute.value),
                attribute.element.as_deref().and_then(facts),
            ];
            rules
                .into_iter()
                .flatten()
                .for_each(|rule| patterns(rule, found));
            let members = attribute
                .members
                .iter()
                .flat_map(|members| &members.attributes);
            members.for_each(|member| in_attribute(member, found));
        }
        fn in_block<'a>(
            body: &'a crate::model::BlockType,
            found: &mut std::collections::BTreeSet<&'a str>,
        ) {
            body.attributes
                .iter()
                .for_each(|attribute| in_attribute(attribute, found));
            body.blocks
                .iter()
                .for_each(|block| in_block(&block.body, found));
        }

        let mut found = std::collections::BTreeSet::new();
        catalog()
            .schemas()
            .for_each(|schema| in_block(&schema.body, &mut found));
        assert!(
            found.len() > 300,
            "only {} patterns were found",
            found.len()
        );
        for pattern in found {
            if let Err(error) = crate::pattern::compile(pattern) {
                panic!("{pattern} does not compile: {error}");
            }
        }
    }
}
