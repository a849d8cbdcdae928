//! `azurerm_public_ip`

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    replacements: &[replacement(
        "public-ip-label-scope",
        "domain_name_label_scope",
        FromGiven,
        "only the first setting in place",
    )],
    refusals: &[
        refusal(
            "public-ip-basic",
            PLAN,
            Never(
                "sku",
                "Basic is no longer made",
                All(&[
                    IsInAnyCase("sku", &["Basic"]),
                    Any(&[
                        Made,
                        Changed("name"),
                        Changed("resource_group_name"),
                        Changed("location"),
                        Changed("allocation_method"),
                        Changed("edge_zone"),
                        Changed("ip_version"),
                        Changed("sku"),
                        Changed("sku_tier"),
                        Changed("public_ip_prefix_id"),
                        Changed("ip_tags"),
                        Changed("zones"),
                    ]),
                ]),
            ),
        ),
        refusal(
            "public-ip-global",
            PLAN,
            Needs(Is("sku_tier", &["Global"]), Is("sku", &["Standard"])),
        ),
        refusal(
            "public-ip-static",
            CREATE,
            Needs(
                Is("sku", &["Standard", "StandardV2"]),
                Is("allocation_method", &["Static"]),
            ),
        ),
        refusal(
            "public-ip-protection-plan",
            CREATE,
            Needs(
                Given("ddos_protection_plan_id"),
                Is("ddos_protection_mode", &["Enabled"]),
            ),
        ),
        refusal(
            "public-ip-protection-plan-changes",
            UPDATE,
            Needs(
                Changed("ddos_protection_plan_id"),
                Is("ddos_protection_mode", &["Enabled"]),
            ),
        ),
    ],
    ..Rules::of("azurerm_public_ip")
};

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::super::testing;

    const TYPE: &str = "azurerm_public_ip";

    fn refused(address: Value) -> Vec<&'static str> {
        testing::refused(TYPE, address)
    }

    #[test]
    fn a_basic_address_stays_as_it_is() {
        let basic = |name: &str, minutes: i64| json!({"sku": "Basic", "name": name, "idle_timeout_in_minutes": minutes});
        assert_eq!(refused(basic("a", 4)), ["public-ip-basic"]);
        let update = |new| testing::refused_update(TYPE, basic("a", 4), new);
        assert_eq!(update(basic("a", 10)), [""; 0]);
        assert_eq!(update(basic("b", 4)), ["public-ip-basic"]);
    }

    #[test]
    fn skus_have_their_allocation_and_tier() {
        assert_eq!(
            refused(json!({"allocation_method": "Dynamic"})),
            ["public-ip-static"]
        );
        assert_eq!(
            refused(
                json!({"allocation_method": "Static", "sku": "StandardV2", "sku_tier": "Global"})
            ),
            ["public-ip-global"]
        );
        assert_eq!(
            refused(json!({"allocation_method": "Static", "sku_tier": "Global"})),
            [""; 0]
        );
    }

    #[test]
    fn a_protection_plan_comes_and_goes_while_protected() {
        let address = |mode: &str, plan: &str| json!({"allocation_method": "Static", "ddos_protection_mode": mode, "ddos_protection_plan_id": plan});
        assert_eq!(
            refused(address("Disabled", "/a")),
            ["public-ip-protection-plan"]
        );
        let update = |new| testing::refused_update(TYPE, address("Enabled", "/a"), new);
        assert_eq!(
            update(address("Disabled", "")),
            ["public-ip-protection-plan-changes"]
        );
        assert_eq!(update(address("Enabled", "")), [""; 0]);
        assert_eq!(update(address("Disabled", "/a")), [""; 0]);
    }

    #[test]
    fn the_scope_of_a_label_is_set_once() {
        let scope = |scope: &str| json!({ "domain_name_label_scope": scope });
        let replaces = |old, new| testing::replaces(TYPE, scope(old), scope(new));
        assert_eq!(replaces("", "NoReuse"), [""; 0]);
        assert_eq!(replaces("NoReuse", ""), ["public-ip-label-scope"]);
    }
}
