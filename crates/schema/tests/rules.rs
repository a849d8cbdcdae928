//! The rules as others ask them: findings, what depends on what is not known, and what was.

use pretty_assertions::assert_eq;
use terrace_ir::{ArgumentPath, Severity, Type};
use terrace_schema::eval::Val;
use terrace_schema::rules::{self, Change, Truth};
use terrace_schema::{Kind, Schema, catalog};

fn schema(type_name: &str) -> &'static Schema {
    catalog().find(Kind::Resource, type_name).unwrap()
}

fn object<const N: usize>(entries: [(&str, Val); N]) -> Val {
    Val::object(entries)
}

/// The findings about a configuration, as severity, code, argument and summary.
fn findings(type_name: &str, written: &Val, severity: Severity) -> Vec<String> {
    let refused = rules::refused_configuration(&Change::configured(schema(type_name), written));
    let shown = refused.iter().map(|refused| {
        let finding = refused.to_diagnostic(severity);
        let argument = finding.argument.unwrap_or_default();
        let severity = finding.severity.as_str();
        format!(
            "{severity} {} {argument}: {}",
            finding.code.id, finding.summary
        )
    });
    shown.collect()
}

#[test]
fn a_finding_says_what_is_refused_and_when() {
    let registry = object([
        ("sku", "Basic".into()),
        ("data_endpoint_enabled", true.into()),
    ]);
    assert_eq!(
        findings("azurerm_container_registry", &registry, Severity::Error),
        [
            "error T0221 data_endpoint_enabled: the plan is refused: `data_endpoint_enabled` true needs `sku` Premium"
        ]
    );
    let search = object([("sku", "free".into()), ("replica_count", Val::whole(2))]);
    assert_eq!(
        findings("azurerm_search_service", &search, Severity::Warning),
        [
            "warning T0222 replica_count: the apply is refused: `replica_count` above 1 is refused with `sku` free"
        ]
    );
}

#[test]
fn a_finding_names_its_rule() {
    let search = object([("sku", "free".into()), ("replica_count", Val::whole(2))]);
    let change = Change::configured(schema("azurerm_search_service"), &search);
    let refused = rules::refused_configuration(&change);
    assert_eq!(
        refused[0].to_diagnostic(Severity::Error).detail,
        "`terraform plan` accepts it, and the apply fails; it is the rule `search-replicas` of `azurerm_search_service`"
    );
}

#[test]
fn a_finding_in_a_block_says_in_which() {
    let rule = |many: &str| {
        object([
            ("source_port_range", "*".into()),
            ("source_port_ranges", Val::tuple(vec![many.into()])),
        ])
    };
    let only = object([("source_port_range", "*".into())]);
    let group = object([(
        "security_rule",
        Val::tuple(vec![only, rule("1"), rule("2")]),
    )]);
    let findings = findings("azurerm_network_security_group", &group, Severity::Error);
    let starts = findings.iter().map(|finding| &finding[..45]);
    assert_eq!(
        starts.collect::<Vec<_>>(),
        [
            "error T0222 security_rule[1].source_port_rang",
            "error T0222 security_rule[2].source_port_rang",
        ]
    );
}

#[test]
fn what_may_stand_already_is_a_warning() {
    let address = object([
        ("sku", "Basic".into()),
        ("allocation_method", "Static".into()),
    ]);
    assert_eq!(
        findings("azurerm_public_ip", &address, Severity::Error),
        ["warning T0221 sku: the plan is refused: `sku` Basic is no longer made"]
    );
    // What a cluster leaves out the state may have.
    let network = object([
        ("network_plugin", "azure".into()),
        ("dns_service_ip", "10.0.0.10".into()),
    ]);
    let cluster = object([
        ("dns_prefix", "a".into()),
        ("network_profile", Val::tuple(vec![network])),
    ]);
    assert_eq!(
        findings("azurerm_kubernetes_cluster", &cluster, Severity::Error),
        [
            "warning T0222 network_profile[0].dns_service_ip: the apply is refused: `network_profile.dns_service_ip` needs `network_profile.service_cidr` or `network_profile.service_cidrs`"
        ]
    );
}

#[test]
fn what_never_comes_to_rest_is_a_warning() {
    let firewall = object([
        ("dns_servers", Val::tuple(vec!["10.0.0.4".into()])),
        ("dns_proxy_enabled", false.into()),
    ]);
    assert_eq!(
        findings("azurerm_firewall", &firewall, Severity::Error),
        [
            "warning T0223 dns_proxy_enabled: every plan has a change: `dns_proxy_enabled` false is read back as true where there are `dns_servers`"
        ]
    );
}

#[test]
fn a_check_is_silent_where_a_plan_is_refused_for_something_unknown() {
    let alert = object([("location", Val::unknown(Type::String))]);
    let schema = schema("azurerm_monitor_activity_log_alert");
    let refused = rules::refused_configuration(&Change::configured(schema, &alert));
    assert!(refused.is_empty());
    let refused = rules::refused_plan(&Change::create(schema, &alert, &alert));
    assert_eq!(refused[0].rule.name, "activity-alert-location");
}

#[test]
fn plan_and_apply_refuse_by_their_own_rules() {
    let schema = schema("azurerm_container_registry");
    let registry = object([
        ("sku", "Basic".into()),
        ("public_network_access_enabled", false.into()),
    ]);
    let change = Change::create(schema, &registry, &registry);
    assert!(rules::refused_plan(&change).is_empty());
    assert_eq!(
        rules::refused_apply(&change)[0].rule.name,
        "registry-private"
    );
}

#[test]
fn a_replacement_is_uncertain_where_the_new_value_is() {
    let schema = schema("azurerm_search_service");
    let sku = |sku: Val| object([("sku", sku)]);
    let (old, new) = (sku("standard".into()), sku(Val::unknown(Type::String)));
    let path = ArgumentPath::parse("sku").unwrap();
    let asked = |change| rules::replacement(&change, path.steps()).map(|(truth, _)| truth);
    assert_eq!(
        asked(Change::reconfigured(schema, &old, &new)),
        Some(Truth::Perhaps)
    );
    // The provider's code reads it as nothing.
    assert_eq!(
        asked(Change::update(schema, &old, &new, &new)),
        Some(Truth::Yes)
    );
    assert_eq!(
        asked(Change::update(schema, &old, &old, &old)),
        Some(Truth::No)
    );
    let other = ArgumentPath::parse("location").unwrap();
    let change = Change::update(schema, &old, &new, &new);
    assert!(rules::replacement(&change, other.steps()).is_none());
}

#[test]
fn a_replacement_has_the_path_of_its_argument() {
    let schema = schema("azurerm_kubernetes_cluster");
    let cluster = |minutes: i64| {
        let upgrade = object([("drain_timeout_in_minutes", Val::whole(minutes))]);
        let pool = object([("upgrade_settings", Val::tuple(vec![upgrade]))]);
        object([("default_node_pool", Val::tuple(vec![pool]))])
    };
    let (old, new) = (cluster(30), cluster(0));
    let change = Change::update(schema, &old, &new, &new);
    let paths = rules::replacements(&change).map(|rule| rule.path().to_string());
    assert_eq!(
        paths.collect::<Vec<_>>(),
        ["default_node_pool[0].upgrade_settings[0].drain_timeout_in_minutes"]
    );
}

#[test]
fn a_type_without_rules_has_nothing_to_say() {
    let schema = schema("azurerm_resource_group");
    let group = object([("name", "rg".into())]);
    assert!(rules::of("azurerm_resource_group").is_empty());
    assert!(rules::refused_configuration(&Change::configured(schema, &group)).is_empty());
}
