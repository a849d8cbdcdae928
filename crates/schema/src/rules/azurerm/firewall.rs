//! `azurerm_firewall` and `azurerm_firewall_policy_rule_collection_group`

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    refusals: &[
        refusal(
            "firewall-subnet",
            APPLY,
            Never(
                "ip_configuration",
                "must have `subnet_id` in exactly one block",
                Holds("", |case| !has_one_subnet(&case.new)),
            ),
        ),
        refusal(
            "firewall-management-name",
            APPLY,
            Never(
                "management_ip_configuration.name",
                "must not be that of an `ip_configuration`",
                Holds("", |case| shares_a_name(&case.new)),
            ),
        ),
        refusal(
            "firewall-proxy",
            AGAIN,
            Never(
                "dns_proxy_enabled",
                "false is read back as true where there are `dns_servers`",
                All(&[
                    Given("dns_servers"),
                    Written("dns_proxy_enabled"),
                    False("dns_proxy_enabled"),
                ]),
            ),
        ),
    ],
    ..Rules::of("azurerm_firewall")
};

pub(super) static RULE_COLLECTION_GROUP: Rules = Rules {
    refusals: &[
        refusal(
            "firewall-nat-two-targets",
            APPLY,
            Excludes(Given("translated_address"), Given("translated_fqdn")),
        )
        .each("nat_rule_collection.rule"),
        refusal(
            "firewall-nat-no-target",
            APPLY,
            Never(
                "translated_address",
                "or `translated_fqdn` is needed",
                All(&[Missing("translated_address"), Missing("translated_fqdn")]),
            ),
        )
        .each("nat_rule_collection.rule"),
    ],
    ..Rules::of("azurerm_firewall_policy_rule_collection_group")
};

fn has_one_subnet(firewall: &View<'_>) -> Truth {
    let Some(count) = firewall.count("ip_configuration") else {
        return Truth::Perhaps;
    };
    let blocks = firewall.blocks("ip_configuration");
    let given: Vec<Truth> = blocks
        .iter()
        .map(|block| block.is_given("subnet_id"))
        .collect();
    let of = |truth| given.iter().filter(|given| **given == truth).count();
    match (of(Truth::Yes), of(Truth::Perhaps)) {
        _ if count == 0 => Truth::Yes,
        (1, 0) => Truth::Yes,
        (0 | 1, 1..) => Truth::Perhaps,
        _ => Truth::No,
    }
}

fn shares_a_name(firewall: &View<'_>) -> Truth {
    if !firewall.is_given("management_ip_configuration").is_yes() {
        return Truth::No;
    }
    let name = firewall.text("management_ip_configuration.name");
    let blocks = firewall.blocks("ip_configuration");
    let same = blocks.iter().map(|block| {
        Truth::of(name.as_ref().zip(block.text("name")), |(name, other)| {
            *name == other
        })
    });
    same.fold(Truth::No, |any, one| any | one)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing;

    fn refused(firewall: serde_json::Value) -> Vec<&'static str> {
        testing::refused("azurerm_firewall", firewall)
    }

    #[test]
    fn a_firewall_stands_in_one_subnet() {
        let in_subnets = |first: &str, second: &str| {
            refused(json!({"ip_configuration": [
                {"name": "a", "subnet_id": first},
                {"name": "b", "subnet_id": second},
            ]}))
        };
        assert_eq!(in_subnets("/a", "/b"), ["firewall-subnet"]);
        assert_eq!(in_subnets("", ""), ["firewall-subnet"]);
        assert_eq!(in_subnets("/a", ""), [""; 0]);
        assert_eq!(in_subnets("?", ""), [""; 0]);
        assert_eq!(refused(json!({})), [""; 0]);
    }

    #[test]
    fn management_has_a_name_of_its_own() {
        let named = |name: &str| {
            refused(json!({
                "ip_configuration": [{"name": "a", "subnet_id": "/a"}],
                "management_ip_configuration": [{"name": name}],
            }))
        };
        assert_eq!(named("a"), ["firewall-management-name"]);
        assert_eq!(named("b"), [""; 0]);
    }

    #[test]
    fn dns_servers_turn_the_proxy_on() {
        let dns = |proxy| refused(json!({"dns_servers": ["10.0.0.4"], "dns_proxy_enabled": proxy}));
        assert_eq!(dns(json!(false)), ["firewall-proxy"]);
        assert_eq!(dns(json!(true)), [""; 0]);
        assert_eq!(dns(json!(null)), [""; 0]);
    }

    #[test]
    fn a_translation_has_one_target() {
        let nat = |address: &str, name: &str| {
            let rule = json!({"translated_address": address, "translated_fqdn": name});
            let group = json!({"nat_rule_collection": [{"rule": [rule]}]});
            testing::refused("azurerm_firewall_policy_rule_collection_group", group)
        };
        assert_eq!(
            nat("10.0.0.4", "a.example.org"),
            ["firewall-nat-two-targets"]
        );
        assert_eq!(nat("", ""), ["firewall-nat-no-target"]);
        assert_eq!(nat("?", ""), [""; 0]);
        assert_eq!(nat("10.0.0.4", ""), [""; 0]);
    }
}
