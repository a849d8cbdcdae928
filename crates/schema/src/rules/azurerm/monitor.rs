//! `azurerm_monitor_action_group`, `azurerm_monitor_activity_log_alert`, `azurerm_monitor_autoscale_setting`,
//! `azurerm_monitor_diagnostic_setting`, `azurerm_monitor_scheduled_query_rules_alert_v2`, `azurerm_portal_dashboard`

use super::prelude::*;

pub(super) static ACTION_GROUP: Rules = Rules {
    refusals: &[refusal(
        "action-group-ticket",
        APPLY,
        Never(
            "ticket_configuration",
            "must be a JSON object with the keys PayloadRevision and WorkItemType",
            Holds("", |case| {
                Truth::of(case.new.text("ticket_configuration"), |text| {
                    !is_ticket(&text)
                })
            }),
        ),
    )
    .each("itsm_receiver")],
    ..Rules::of("azurerm_monitor_action_group")
};

pub(super) static ACTIVITY_LOG_ALERT: Rules = Rules {
    refusals: &[refusal(
        "activity-alert-location",
        PLAN,
        Never(
            "location",
            "must be global, westeurope, northeurope or eastus2euap",
            Holds("", |case| {
                Truth::of(case.new.text("location"), |location| {
                    let plain = location.replace(' ', "").to_lowercase();
                    !["global", "westeurope", "northeurope", "eastus2euap"].contains(&&*plain)
                })
            }),
        ),
    )],
    ..Rules::of("azurerm_monitor_activity_log_alert")
};

pub(super) static AUTOSCALE_SETTING: Rules = Rules {
    refusals: &[refusal(
        "autoscale-type-tag",
        AGAIN,
        Never(
            "tags",
            "with the key `$type` is not read back",
            Holds("", |case| {
                let tags = case.new.raw("tags");
                tags.is_some_and(|tags| tags.get("$type").is_some()).into()
            }),
        ),
    )],
    ..Rules::of("azurerm_monitor_autoscale_setting")
};

pub(super) static DIAGNOSTIC_SETTING: Rules = Rules {
    refusals: &[
        refusal(
            "diagnostics-of-nothing",
            APPLY,
            Never(
                "enabled_log",
                "or `enabled_metric` must remain",
                All(&[Missing("enabled_log"), Missing("enabled_metric")]),
            ),
        ),
        refusal(
            "diagnostics-category",
            APPLY,
            Never(
                "category",
                "or `category_group` is needed",
                All(&[Missing("category"), Missing("category_group")]),
            ),
        )
        .each("enabled_log"),
    ],
    unsent: &[unsent(
        "diagnostics-hub",
        "eventhub_name",
        Missing("eventhub_authorization_rule_id"),
        "sent only with `eventhub_authorization_rule_id`",
    )],
    ..Rules::of("azurerm_monitor_diagnostic_setting")
};

pub(super) static QUERY_ALERT: Rules = Rules {
    refusals: &[refusal(
        "query-alert-mute",
        APPLY,
        Excludes(
            Given("mute_actions_after_alert_duration"),
            True("auto_mitigation_enabled"),
        ),
    )
    .when_changed(&["mute_actions_after_alert_duration"])],
    ..Rules::of("azurerm_monitor_scheduled_query_rules_alert_v2")
};

pub(super) static PORTAL_DASHBOARD: Rules = Rules {
    ignored: &[ignored("dashboard-spelling", "dashboard_properties", Json)],
    ..Rules::of("azurerm_portal_dashboard")
};

fn is_ticket(text: &str) -> bool {
    let ticket: Result<serde_json::Value, _> = serde_json::from_str(text);
    ticket.is_ok_and(|ticket| {
        ticket.get("PayloadRevision").is_some() && ticket.get("WorkItemType").is_some()
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing;

    #[test]
    fn a_ticket_says_what_it_is() {
        let refused = |ticket: &str| {
            let group = json!({"itsm_receiver": [{"ticket_configuration": ticket}]});
            testing::refused("azurerm_monitor_action_group", group)
        };
        assert_eq!(refused("{}"), ["action-group-ticket"]);
        assert_eq!(refused("?"), [""; 0]);
        assert_eq!(
            refused(r#"{"PayloadRevision":0,"WorkItemType":"Incident"}"#),
            [""; 0]
        );
    }

    #[test]
    fn few_locations_have_activity_alerts() {
        let type_name = "azurerm_monitor_activity_log_alert";
        let alert = |location: &str| json!({ "location": location });
        let rule = ["activity-alert-location"];
        assert_eq!(testing::refused(type_name, alert("swedencentral")), rule);
        assert_eq!(testing::refused(type_name, alert("West Europe")), [""; 0]);
        assert_eq!(testing::refused(type_name, alert("?")), [""; 0]);
        // The plan refuses what is unknown.
        assert_eq!(
            testing::refused_update(type_name, alert("global"), alert("?")),
            rule
        );
    }

    #[test]
    fn a_tag_of_a_name_is_dropped() {
        let refused =
            |tags| testing::refused("azurerm_monitor_autoscale_setting", json!({"tags": tags}));
        assert_eq!(refused(json!({"$type": "a"})), ["autoscale-type-tag"]);
        assert_eq!(refused(json!({"type": "a"})), [""; 0]);
    }

    #[test]
    fn a_setting_sends_something() {
        let type_name = "azurerm_monitor_diagnostic_setting";
        let log = |log| json!({ "enabled_log": [log] });
        let refused = |setting| testing::refused(type_name, setting);
        assert_eq!(refused(json!({})), ["diagnostics-of-nothing"]);
        assert_eq!(refused(log(json!({}))), ["diagnostics-category"]);
        assert_eq!(refused(log(json!({"category_group": "allLogs"}))), [""; 0]);

        let hub = |name: &str, rule: &str| json!({"eventhub_name": name, "eventhub_authorization_rule_id": rule});
        let unsent = |rule| testing::unsent(type_name, hub("a", rule), hub("b", rule));
        assert_eq!(unsent(""), ["diagnostics-hub"]);
        assert_eq!(unsent("/a"), [""; 0]);
    }

    #[test]
    fn a_dashboard_is_what_it_says() {
        let board = |text: &str| json!({ "dashboard_properties": text });
        let ignores = |new| {
            let old = board(r#"{"lenses":{},"metadata":{}}"#);
            testing::ignores("azurerm_portal_dashboard", "dashboard_properties", old, new)
        };
        assert!(ignores(board(r#"{ "metadata": {}, "lenses": {} }"#)));
        assert!(!ignores(board("{}")));
    }

    #[test]
    fn a_muted_alert_is_not_resolved_by_itself() {
        let type_name = "azurerm_monitor_scheduled_query_rules_alert_v2";
        let alert = |mute: &str, mitigation: bool| json!({"mute_actions_after_alert_duration": mute, "auto_mitigation_enabled": mitigation});
        assert_eq!(
            testing::refused(type_name, alert("PT5M", true)),
            ["query-alert-mute"]
        );
        assert_eq!(testing::refused(type_name, alert("PT5M", false)), [""; 0]);
        let update = |old, new| testing::refused_update(type_name, old, new);
        assert_eq!(update(alert("PT5M", false), alert("PT5M", true)), [""; 0]);
    }
}
