//! `azurerm_log_analytics_workspace`

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    replacements: &[replacement(
        "log-sku",
        "sku",
        If(Holds("", is_another_offer)),
        "only from LACluster and between PerGB2018 and CapacityReservation in place",
    )],
    refusals: &[
        refusal(
            "log-old-sku",
            PLAN,
            Never(
                "sku",
                "Standard and Premium are no longer made",
                All(&[
                    Is("sku", &["Standard", "Premium"]),
                    Any(&[Made, Changed("sku")]),
                ]),
            ),
        ),
        refusal(
            "log-reservation",
            APPLY,
            Needs(
                Given("reservation_capacity_in_gb_per_day"),
                Is("sku", &["CapacityReservation"]),
            ),
        )
        .when_changed(&["reservation_capacity_in_gb_per_day"]),
        refusal(
            "log-reserves-nothing",
            APPLY,
            Needs(
                Is("sku", &["CapacityReservation"]),
                Given("reservation_capacity_in_gb_per_day"),
            ),
        )
        .when_changed(&["reservation_capacity_in_gb_per_day"]),
    ],
    ..Rules::of("azurerm_log_analytics_workspace")
};

fn is_another_offer(case: &Case<'_>) -> Truth {
    let Old::Was(old) = case.old else {
        return Truth::Perhaps;
    };
    Truth::of(old.text("sku").zip(case.new.text("sku")), |(old, new)| {
        let (old, new) = (old.to_lowercase(), new.to_lowercase());
        let is_current = |sku: &str| ["pergb2018", "capacityreservation"].contains(&sku);
        old != new && !["", "lacluster"].contains(&&*old) && !(is_current(&old) && is_current(&new))
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing;

    const TYPE: &str = "azurerm_log_analytics_workspace";

    #[test]
    fn few_skus_change_in_place() {
        let sku = |sku: &str| json!({ "sku": sku });
        let replaces = |old, new| testing::replaces(TYPE, sku(old), sku(new));
        assert_eq!(replaces("PerGB2018", "PerNode"), ["log-sku"]);
        assert_eq!(replaces("PerGB2018", "CapacityReservation"), [""; 0]);
        assert_eq!(replaces("LACluster", "PerNode"), [""; 0]);
        assert_eq!(replaces("PerGB2018", "pergb2018"), [""; 0]);
    }

    #[test]
    fn old_skus_stay_and_are_not_made() {
        let sku = |sku: &str| json!({ "sku": sku });
        assert_eq!(testing::refused(TYPE, sku("Premium")), ["log-old-sku"]);
        let update = |old, new| testing::refused_update(TYPE, sku(old), sku(new));
        assert_eq!(update("Premium", "Premium"), [""; 0]);
        assert_eq!(update("PerGB2018", "Standard"), ["log-old-sku"]);
    }

    #[test]
    fn a_reservation_and_its_sku_belong_together() {
        let refused = |workspace| testing::refused(TYPE, workspace);
        let reserved = |sku| json!({"sku": sku, "reservation_capacity_in_gb_per_day": 100});
        assert_eq!(refused(reserved("PerGB2018")), ["log-reservation"]);
        assert_eq!(refused(reserved("CapacityReservation")), [""; 0]);
        assert_eq!(
            refused(json!({"sku": "CapacityReservation"})),
            ["log-reserves-nothing"]
        );
    }
}
