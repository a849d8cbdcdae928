//! `azurerm_bastion_host`

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    replacements: &[replacement(
        "bastion-sku",
        "sku",
        Down(&["Developer", "Basic", "Standard", "Premium"]),
        "only a step up in Developer, Basic, Standard, Premium in place",
    )],
    refusals: &[
        refusal(
            "bastion-needs-network",
            PLAN,
            Needs(PLAIN, Given("ip_configuration")),
        ),
        refusal(
            "bastion-needs-public-address",
            PLAN,
            Never(
                "ip_configuration.public_ip_address_id",
                "is needed with `sku` Basic or Standard",
                All(&[
                    PLAIN,
                    Given("ip_configuration"),
                    Not(&Filled("ip_configuration.public_ip_address_id")),
                ]),
            ),
        ),
        better(Above("scale_units", 2)).when_changed(&["scale_units"]),
        better(True("file_copy_enabled")).when_changed(&["file_copy_enabled"]),
        better(True("ip_connect_enabled")).when_changed(&["ip_connect_enabled"]),
        better(True("shareable_link_enabled")).when_changed(&["shareable_link_enabled"]),
        better(True("tunneling_enabled")).when_changed(&["tunneling_enabled"]),
        refusal(
            "bastion-kerberos",
            CREATE,
            Needs(True("kerberos_enabled"), BETTER),
        ),
        refusal(
            "bastion-recording",
            APPLY,
            Needs(True("session_recording_enabled"), Is("sku", &["Premium"])),
        )
        .when_changed(&["session_recording_enabled"]),
        refusal(
            "bastion-of-developers",
            CREATE,
            Needs(Is("sku", &["Developer"]), Given("virtual_network_id")),
        ),
        refusal(
            "bastion-of-others",
            CREATE,
            Needs(Given("virtual_network_id"), Is("sku", &["Developer"])),
        ),
    ],
    unsent: &[unsent(
        "bastion-kerberos-stays",
        "kerberos_enabled",
        Condition::ALWAYS,
        "a change after the creation is not sent",
    )],
    ..Rules::of("azurerm_bastion_host")
};

const PLAIN: Condition = Is("sku", &["Basic", "Standard"]);
const BETTER: Condition = Is("sku", &["Standard", "Premium"]);

const fn better(feature: Condition) -> Refusal {
    refusal("bastion-feature", APPLY, Needs(feature, BETTER))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::{Value, json};

    use super::super::testing;

    const TYPE: &str = "azurerm_bastion_host";

    fn bastion(sku: &str, more: Value) -> Value {
        let mut bastion = json!({
            "sku": sku,
            "ip_configuration": [{"name": "a", "subnet_id": "?", "public_ip_address_id": "?"}],
        });
        bastion
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        bastion
    }

    #[test]
    fn a_step_down_replaces() {
        let sku = |sku: &str| bastion(sku, json!({}));
        let replaces = |old, new| testing::replaces(TYPE, sku(old), sku(new));
        assert_eq!(replaces("Premium", "Standard"), ["bastion-sku"]);
        assert_eq!(replaces("Basic", "Developer"), ["bastion-sku"]);
        assert_eq!(replaces("Basic", "Premium"), [""; 0]);
    }

    #[test]
    fn what_a_bastion_can_do_depends_on_its_sku() {
        let refused = |sku, more| testing::refused(TYPE, bastion(sku, more));
        assert_eq!(refused("Basic", json!({})), [""; 0]);
        for feature in [
            json!({"scale_units": 3}),
            json!({"file_copy_enabled": true}),
            json!({"ip_connect_enabled": true}),
            json!({"shareable_link_enabled": true}),
            json!({"tunneling_enabled": true}),
        ] {
            assert_eq!(
                refused("Basic", feature.clone()),
                ["bastion-feature"],
                "{feature}"
            );
            assert_eq!(refused("Standard", feature), [""; 0]);
        }
        assert_eq!(
            refused("Basic", json!({"kerberos_enabled": true})),
            ["bastion-kerberos"]
        );
        let recording = json!({"session_recording_enabled": true});
        assert_eq!(
            refused("Standard", recording.clone()),
            ["bastion-recording"]
        );
        assert_eq!(refused("Premium", recording), [""; 0]);
    }

    #[test]
    fn a_bastion_stands_in_a_network() {
        let refused = |bastion| testing::refused(TYPE, bastion);
        assert_eq!(refused(json!({"sku": "Basic"})), ["bastion-needs-network"]);
        let without = json!({"ip_configuration": [{"name": "a", "public_ip_address_id": ""}]});
        assert_eq!(
            refused(bastion("Basic", without)),
            ["bastion-needs-public-address"]
        );
        assert_eq!(
            refused(json!({"sku": "Developer"})),
            ["bastion-of-developers"]
        );
        assert_eq!(
            refused(bastion("Basic", json!({"virtual_network_id": "/a"}))),
            ["bastion-of-others"]
        );
    }

    #[test]
    fn kerberos_is_never_changed() {
        let kerberos = |on: bool| bastion("Standard", json!({ "kerberos_enabled": on }));
        let unsent = testing::unsent(TYPE, kerberos(false), kerberos(true));
        assert_eq!(unsent, ["bastion-kerberos-stays"]);
    }
}
