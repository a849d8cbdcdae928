//! `azurerm_consumption_budget_resource_group` and `azurerm_consumption_budget_subscription`

use super::prelude::*;

pub(super) static OF_RESOURCE_GROUP: Rules = Rules {
    refusals: &[distinct("budget-of-group-notifications")],
    ..Rules::of("azurerm_consumption_budget_resource_group")
};

pub(super) static OF_SUBSCRIPTION: Rules = Rules {
    refusals: &[distinct("budget-of-subscription-notifications")],
    ..Rules::of("azurerm_consumption_budget_subscription")
};

const fn distinct(name: &'static str) -> Refusal {
    refusal(
        name,
        AGAIN,
        Never(
            "notification",
            "of one type, operator and threshold stands twice, of which one survives",
            Holds("", |case| twice(&case.new)),
        ),
    )
}

/// Whether two notifications are alike in what the service tells them apart by.
fn twice(budget: &View<'_>) -> Truth {
    let notifications = budget.blocks("notification");
    let keys = notifications.iter().map(|notification| {
        let kind = notification.text("threshold_type")?;
        let operator = notification.text("operator")?;
        Some((kind, operator, notification.text("threshold")?))
    });
    let known: Vec<_> = keys.collect();
    let alike = known
        .iter()
        .enumerate()
        .any(|(index, key)| key.is_some() && known[..index].contains(key));
    match alike {
        true => Truth::Yes,
        false if known.contains(&None) => Truth::Perhaps,
        false => Truth::No,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing;

    #[test]
    fn two_notifications_alike_never_come_to_rest() {
        let budget = |type_name: &str, other: &str| {
            let budget = json!({"notification": [
                {"threshold": 80, "operator": "GreaterThan", "contact_roles": ["Owner"]},
                {"threshold": 80, "operator": "GreaterThan", "threshold_type": other},
            ]});
            testing::refused(&format!("azurerm_consumption_budget_{type_name}"), budget)
        };
        assert_eq!(
            budget("resource_group", "Actual"),
            ["budget-of-group-notifications"]
        );
        assert_eq!(
            budget("subscription", "Actual"),
            ["budget-of-subscription-notifications"]
        );
        assert_eq!(budget("resource_group", "Forecasted"), [""; 0]);
        assert_eq!(budget("resource_group", "?"), [""; 0]);
    }
}
