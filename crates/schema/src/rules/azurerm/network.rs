//! `azurerm_nat_gateway`, `azurerm_network_security_group`, `azurerm_subnet`, `azurerm_virtual_network`

use super::prelude::*;

pub(super) static NAT_GATEWAY: Rules = Rules {
    refusals: &[refusal(
        "nat-gateway-zones",
        PLAN,
        Excludes(Written("zones"), Is("sku_name", &["StandardV2"])),
    )],
    ignored: &[ignored(
        "nat-gateway-zones-of-all",
        "zones",
        While(Is("sku_name", &["StandardV2"])),
    )],
    ..Rules::of("azurerm_nat_gateway")
};

pub(super) static NETWORK_SECURITY_GROUP: Rules = Rules {
    refusals: &[
        one_or_many("source_port_range", "source_port_ranges"),
        one_or_many("destination_port_range", "destination_port_ranges"),
        one_or_many("source_address_prefix", "source_address_prefixes"),
        one_or_many("destination_address_prefix", "destination_address_prefixes"),
    ],
    ..Rules::of("azurerm_network_security_group")
};

pub(super) static SUBNET: Rules = Rules {
    refusals: &[
        refusal(
            "subnet-shared-outbound",
            PLAN,
            Excludes(
                Given("sharing_scope"),
                True("default_outbound_access_enabled"),
            ),
        ),
        refusal("subnet-pool-shrinks", UPDATE, POOL_STAYS),
    ],
    ignored: &[ignored(
        "subnet-pool-addresses",
        "address_prefixes",
        While(Written("ip_address_pool")),
    )],
    ..Rules::of("azurerm_subnet")
};

pub(super) static VIRTUAL_NETWORK: Rules = Rules {
    refusals: &[refusal("network-pool-shrinks", UPDATE, POOL_STAYS)],
    ignored: &[ignored(
        "network-pool-addresses",
        "address_space",
        While(Written("ip_address_pool")),
    )],
    ..Rules::of("azurerm_virtual_network")
};

const fn one_or_many(one: &'static str, many: &'static str) -> Refusal {
    refusal(
        "security-rule-one-or-many",
        APPLY,
        Excludes(Given(one), Given(many)),
    )
    .each("security_rule")
}

const POOL_STAYS: crate::rules::Demand = Never(
    "ip_address_pool.number_of_ip_addresses",
    "cannot become less for the same pool",
    Holds("", has_fewer_addresses),
);

fn has_fewer_addresses(case: &Case<'_>) -> Truth {
    let Old::Was(old) = case.old else {
        return Truth::Perhaps;
    };
    let number = |pool: &View<'_>| pool.number("number_of_ip_addresses");
    let (old, new) = (
        old.blocks("ip_address_pool"),
        case.new.blocks("ip_address_pool"),
    );
    let pairs = old
        .iter()
        .flat_map(|old| new.iter().map(move |new| (old, new)));
    let fewer = pairs.map(|(old, new)| {
        let ids = old.text("id").zip(new.text("id"));
        Truth::of(ids, |(old, new)| old == new)
            & Truth::of(number(old).zip(number(new)), |(old, new)| new < old)
    });
    fewer.fold(Truth::No, |any, one| any | one)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::super::testing;

    #[test]
    fn a_gateway_of_all_zones_names_none() {
        let type_name = "azurerm_nat_gateway";
        let gateway = |zones: Value| json!({"sku_name": "StandardV2", "zones": zones});
        assert_eq!(
            testing::refused(type_name, gateway(json!(["1"]))),
            ["nat-gateway-zones"]
        );
        assert_eq!(
            testing::refused(type_name, gateway(json!([]))),
            ["nat-gateway-zones"]
        );
        assert_eq!(testing::refused(type_name, gateway(Value::Null)), [""; 0]);
        // What is unknown may be null, but the plan refuses it.
        assert_eq!(testing::refused(type_name, gateway(json!("?"))), [""; 0]);
        let refused = testing::refused_update(type_name, gateway(Value::Null), gateway(json!("?")));
        assert_eq!(refused, ["nat-gateway-zones"]);
        let (old, new) = (gateway(json!(["1", "2", "3"])), gateway(Value::Null));
        assert!(testing::ignores(type_name, "zones", old, new));
    }

    #[test]
    fn a_security_rule_has_one_or_many_of_a_kind() {
        let refused = |rule| {
            testing::refused(
                "azurerm_network_security_group",
                json!({ "security_rule": [rule] }),
            )
        };
        let rule = ["security-rule-one-or-many"];
        assert_eq!(
            refused(json!({"source_port_range": "*", "source_port_ranges": ["1"]})),
            rule
        );
        assert_eq!(
            refused(
                json!({"destination_address_prefix": "*", "destination_address_prefixes": ["10.0.0.0/8"]})
            ),
            rule
        );
        assert_eq!(
            refused(json!({"source_port_range": "*", "source_port_ranges": []})),
            [""; 0]
        );
        assert_eq!(refused(json!({})), [""; 0]);
    }

    #[test]
    fn a_shared_subnet_has_no_default_way_out() {
        let refused = |subnet| testing::refused("azurerm_subnet", subnet);
        assert_eq!(
            refused(json!({"sharing_scope": "Tenant"})),
            ["subnet-shared-outbound"]
        );
        let closed = json!({"sharing_scope": "Tenant", "default_outbound_access_enabled": false});
        assert_eq!(refused(closed), [""; 0]);
    }

    #[test]
    fn a_pool_decides_the_addresses() {
        let subnet = |id: &str, number: &str, prefix: &str| {
            json!({
                "ip_address_pool": [{"id": id, "number_of_ip_addresses": number}],
                "address_prefixes": [prefix],
                "address_space": [prefix],
            })
        };
        let old = || subnet("/a", "256", "10.0.0.0/24");
        for (type_name, argument, rule) in [
            ("azurerm_subnet", "address_prefixes", "subnet-pool-shrinks"),
            (
                "azurerm_virtual_network",
                "address_space",
                "network-pool-shrinks",
            ),
        ] {
            let refused = |new| testing::refused_update(type_name, old(), new);
            assert_eq!(refused(subnet("/a", "128", "10.0.0.0/24")), [rule]);
            assert_eq!(refused(subnet("/a", "512", "10.0.0.0/24")), [""; 0]);
            assert_eq!(refused(subnet("/b", "128", "10.0.0.0/24")), [""; 0]);
            let new = subnet("/a", "256", "10.9.0.0/24");
            assert!(testing::ignores(type_name, argument, old(), new));
            let (old, new) = (
                json!({argument: ["10.0.0.0/24"]}),
                json!({argument: ["10.9.0.0/24"]}),
            );
            assert!(!testing::ignores(type_name, argument, old, new));
        }
    }
}
