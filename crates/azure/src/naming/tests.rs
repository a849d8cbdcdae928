use super::*;
use pretty_assertions::assert_eq;

const SEED: NameSeed<'_> = NameSeed {
    organization: "contoso",
    workload: "",
    environment: "prod",
    region: "westeurope",
    path: &["platform", "data"],
};

fn rule(resource_type: &str) -> &'static NameRule {
    NameRule::find(resource_type).expect(resource_type)
}

fn default_name(resource_type: &str, seed: &NameSeed<'_>) -> String {
    let rule = rule(resource_type);
    rule.name(&rule.default_template(), seed)
}

fn named(resource_type: &str, template: &str, seed: &NameSeed<'_>) -> String {
    rule(resource_type).name(&NameTemplate::parse(template).expect(template), seed)
}

#[test]
fn the_rules_are_sorted_without_repetition() {
    assert!(NameRule::all().is_sorted_by(|a, b| a.resource_type < b.resource_type));
}

#[test]
fn abbreviation_and_suffix_alone_suit_every_rule() {
    for rule in NameRule::all() {
        assert!(
            rule.abbreviation.len() + 1 + SUFFIX_LENGTH <= rule.max && rule.min <= SUFFIX_LENGTH,
            "{rule:?}"
        );
        assert!(
            rule.abbreviation
                .bytes()
                .all(|byte| byte.is_ascii_lowercase()),
            "{rule:?}"
        );
    }
}

#[test]
fn a_name_in_a_group_carries_the_path_and_one_among_strangers_the_suffix() {
    assert_eq!(
        default_name("azurerm_resource_group", &SEED),
        "rg-prod-platform-data"
    );
    assert_eq!(
        default_name("azurerm_storage_account", &SEED),
        format!("stproddata{}", SEED.suffix())
    );
    assert_eq!(
        default_name("azurerm_key_vault", &SEED),
        format!("kv-prod-data-{}", SEED.suffix())
    );
}

#[test]
fn a_part_of_something_is_named_as_its_author_named_it() {
    let seed = NameSeed {
        path: &["platform", "ml", "cpu"],
        ..SEED
    };
    assert_eq!(
        default_name("azurerm_machine_learning_compute_cluster", &seed),
        "cpu"
    );
    assert_eq!(default_name("azurerm_subnet", &seed), "snet-cpu");
}

#[test]
fn an_empty_part_takes_its_separator_with_it() {
    let seed = NameSeed {
        environment: "",
        ..SEED
    };
    assert_eq!(
        named(
            "azurerm_resource_group",
            "{type}-{workload}-{environment}-{path}",
            &seed
        ),
        "rg-platform-data"
    );
}

#[test]
fn upper_case_blanks_and_letters_of_other_alphabets_are_cleaned_away() {
    let seed = NameSeed {
        environment: "Prod Süd",
        path: &["daten/bank", "日本"],
        ..SEED
    };
    assert_eq!(
        named(
            "azurerm_virtual_network",
            "{type}-{environment}-{path}",
            &seed
        ),
        "vnet-prod-sd-daten-bank"
    );
}

#[test]
fn a_long_path_gives_way_and_the_suffix_stays_whole() {
    let seed = NameSeed {
        path: &["a-very-long-construct-name"],
        ..SEED
    };
    assert_eq!(
        default_name("azurerm_storage_account", &seed),
        format!("stprodaverylongcon{}", seed.suffix())
    );
    let name = named("azurerm_key_vault", "{suffix}-{path}-{environment}", &seed);
    assert_eq!(name, format!("{}-a-very-long-prod", seed.suffix()));
}

#[test]
fn a_name_that_was_cut_ends_in_the_suffix_so_that_two_long_paths_do_not_meet() {
    let long = "x".repeat(100);
    let (one, other) = (
        NameSeed {
            path: &[&long, "one"],
            ..SEED
        },
        NameSeed {
            path: &[&long, "other"],
            ..SEED
        },
    );
    let (first, second) = (
        default_name("azurerm_virtual_network", &one),
        default_name("azurerm_virtual_network", &other),
    );
    assert!(first.ends_with(&one.suffix()) && second.ends_with(&other.suffix()));
    assert_eq!(first.len(), 64);
    assert_ne!(first, second);
}

#[test]
fn the_environment_is_cut_only_when_nothing_else_is_left() {
    let seed = NameSeed {
        organization: "international-business",
        path: &["vault-of-secrets"],
        ..SEED
    };
    let name = named(
        "azurerm_key_vault",
        "{organization}-{environment}-{name}-{suffix}",
        &seed,
    );
    assert_eq!(name, format!("internationa-prod-{}", seed.suffix()));
}

#[test]
fn a_name_that_must_begin_with_a_letter_does() {
    let seed = NameSeed {
        organization: "3m",
        path: &["vault"],
        ..SEED
    };
    assert_eq!(
        named("azurerm_key_vault", "{organization}-{name}", &seed),
        "kv-3m-vault"
    );
    let seed = NameSeed {
        path: &["2cpu"],
        ..SEED
    };
    let name = default_name("azurerm_machine_learning_compute_cluster", &seed);
    assert_eq!(name, format!("{}-2cpu", seed.suffix()));
}

#[test]
fn a_compute_name_does_not_end_in_a_hyphen_and_digits() {
    let seed = NameSeed {
        path: &["cpu-2"],
        ..SEED
    };
    assert_eq!(
        default_name("azurerm_machine_learning_compute_cluster", &seed),
        "cpu2"
    );
}

#[test]
fn the_suffix_depends_on_organization_environment_and_path_and_on_where_one_ends() {
    let suffix = SEED.suffix();
    // Written down: a change here would rename every storage account in the world that was made by a template.
    assert_eq!(suffix, "ejkhz6");
    let others = [
        NameSeed {
            organization: "fabrikam",
            ..SEED
        },
        NameSeed {
            environment: "dev",
            ..SEED
        },
        NameSeed {
            path: &["platform", "dat", "a"],
            ..SEED
        },
        NameSeed {
            path: &["platformdata"],
            ..SEED
        },
        NameSeed {
            path: &["platform", "data", ""],
            ..SEED
        },
    ];
    for other in others {
        assert_ne!(other.suffix(), suffix, "{other:?}");
    }
    assert_eq!(
        NameSeed {
            region: "eastus",
            workload: "churn",
            ..SEED
        }
        .suffix(),
        suffix
    );
}

#[test]
fn suffixes_of_many_paths_are_spread_evenly() {
    let mut suffixes: Vec<String> = (0..20_000)
        .map(|number| {
            NameSeed {
                path: &["platform", &format!("data{number}")],
                ..SEED
            }
            .suffix()
        })
        .collect();
    suffixes.sort_unstable();
    suffixes.dedup();
    assert!(
        suffixes.len() >= 19_998,
        "{} of 20000 are different",
        suffixes.len()
    );
    assert!(
        suffixes
            .iter()
            .all(|suffix| suffix.len() == SUFFIX_LENGTH && !suffix.as_bytes()[0].is_ascii_digit())
    );
}

#[test]
fn whatever_goes_in_azure_takes_what_comes_out() {
    let long = "long-".repeat(200);
    let odd = [
        "",
        "a",
        "-",
        "7",
        "--x--",
        "é",
        "日本語",
        "A B",
        "..",
        "_",
        "$%&",
        "x_y.z",
        "a-1",
        "0-0-0",
        "\u{0}\n",
        &long,
    ];
    let templates = [
        "{path}",
        "{name}",
        "{suffix}",
        "{type}-{environment}-{path}",
        "{organization}{region}{name}{suffix}",
        "-{name}-",
        "{suffix}{path}",
        "This is a very long text that nobody would want in the name of anything {name}",
        "9{path}9",
        "{name}-{environment}-7",
        "_{workload}_{path}_",
    ];
    let parsed = templates.map(|template| NameTemplate::parse(template).expect(template));
    for rule in NameRule::all() {
        for template in parsed.iter().chain([&rule.default_template()]) {
            for (index, &one) in odd.iter().enumerate() {
                let other = odd[(index + 5) % odd.len()];
                let seed = NameSeed {
                    organization: other,
                    workload: one,
                    environment: one,
                    region: other,
                    path: &[other, one],
                };
                let name = rule.name(template, &seed);
                assert_eq!(
                    rule.check(&name),
                    Ok(()),
                    "{} {name:?} {template:?} {seed:?}",
                    rule.resource_type
                );
            }
        }
    }
}

#[test]
fn the_suffix_survives_whole_wherever_the_template_has_it() {
    let long = "long".repeat(50);
    for rule in NameRule::all() {
        for template in [
            "{path}-{suffix}",
            "{suffix}-{path}",
            "{organization}{suffix}{path}",
        ] {
            let seed = NameSeed {
                organization: &long,
                path: &[&long],
                ..SEED
            };
            let name = rule.name(&NameTemplate::parse(template).expect(template), &seed);
            assert!(name.contains(&seed.suffix()), "{name}");
        }
    }
}

#[test]
fn a_wrong_template_says_what_is_wrong() {
    let error = |text: &str| NameTemplate::parse(text).map_err(|error| error.to_string());
    assert_eq!(
        error("{type}-{enviroment}-{name}"),
        Err(
            "the template has the unknown part `{enviroment}`; did you mean `{environment}`?"
                .to_owned()
        )
    );
    let brace =
        "the template has a brace without its counterpart; write parts like `{environment}`";
    for text in ["{name", "name}", "{", "{name}}"] {
        assert_eq!(error(text), Err(brace.to_owned()), "{text}");
    }
    for text in ["", "{type}-{environment}", "data"] {
        assert!(
            matches!(NameTemplate::parse(text), Err(TemplateError::SameForAll)),
            "{text}"
        );
    }
}

#[test]
fn a_wrong_name_says_what_is_wrong() {
    let problem = |resource_type: &str, name: &str| {
        rule(resource_type)
            .check(name)
            .map_err(|error| error.to_string())
    };
    let wrong = [
        ("azurerm_storage_account", "Data", "must not contain `D`"),
        (
            "azurerm_storage_account",
            "da",
            "must have 3 to 24 characters",
        ),
        (
            "azurerm_storage_account",
            "",
            "must have 3 to 24 characters",
        ),
        ("azurerm_key_vault", "1vault", "must begin with a letter"),
        (
            "azurerm_key_vault",
            "vault-",
            "must end with a letter or digit",
        ),
        (
            "azurerm_key_vault",
            "va--ult",
            "must not have two hyphens in a row",
        ),
        (
            "azurerm_resource_group",
            "rg.",
            "must not end with a period",
        ),
        (
            "azurerm_virtual_network",
            "my net",
            "must not contain blanks",
        ),
        (
            "azurerm_machine_learning_compute_cluster",
            "cpu-12",
            "must not end in a hyphen and digits",
        ),
        (
            "azurerm_application_insights",
            "a\tb",
            "must not contain `\\t`",
        ),
    ];
    for (resource_type, name, expected) in wrong {
        assert_eq!(
            problem(resource_type, name),
            Err(expected.to_owned()),
            "{resource_type} {name:?}"
        );
    }
    for (resource_type, name) in [
        ("azurerm_storage_account", "0data"),
        ("azurerm_key_vault", "Vault-1"),
        ("azurerm_resource_group", "(my).group_"),
        ("azurerm_virtual_network", "vnet_"),
        ("azurerm_application_insights", "Ünsere Insights"),
        ("azurerm_machine_learning_compute_cluster", "cpu-a12"),
    ] {
        assert_eq!(
            problem(resource_type, name),
            Ok(()),
            "{resource_type} {name:?}"
        );
    }
}

#[test]
fn a_rule_says_what_it_allows() {
    let says = |resource_type: &str| NameRule::find(resource_type).unwrap().to_string();
    assert_eq!(
        says("azurerm_storage_account"),
        "3 to 24 lower-case letters and digits"
    );
    assert_eq!(
        says("azurerm_key_vault"),
        "3 to 24 letters, digits and `-`, the first a letter, the last a letter or digit, no two hyphens in a row"
    );
    assert_eq!(
        says("azurerm_application_insights"),
        "1 to 255 characters, none of `%` `&` `\\` `?` `/` `#`, the last no period or blank"
    );
}

#[test]
fn a_pattern_matches_what_the_rule_takes_and_not_what_has_a_wrong_character() {
    let names = [
        "a", "A", "0", "-", "_", ".", "a-b", "a_b", "a.b", "a b", "-a", "a-", "a.", "a ", "_a",
        "a_", "(a)", "a~b", "a[b]", "a^b", "a&b", "a\\b", "a/b", "a#b", "Ünsere", "abcdefgh",
        "ABC-123", "1abc", "abc-1", "a--b",
    ];
    for rule in NameRule::all() {
        let pattern = regex_lite::Regex::new(&rule.pattern());
        let pattern = pattern.unwrap_or_else(|error| panic!("{}: {error}", rule.resource_type));
        for name in names {
            let matches = pattern.is_match(name);
            match rule.check(name) {
                Ok(()) => assert!(matches, "{} {name}", rule.resource_type),
                Err(NameProblem::Character(_) | NameProblem::First(_)) => {
                    assert!(!matches, "{} {name}", rule.resource_type);
                }
                Err(_) => {}
            }
        }
    }
}
