//! `azurerm_cognitive_account`

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    replacements: &[
        replacement(
            "cognitive-kind",
            "kind",
            NotBy(&[("OpenAI", "AIServices"), ("AIServices", "OpenAI")]),
            "only between OpenAI and AIServices in place",
        ),
        replacement(
            "cognitive-subdomain",
            "custom_subdomain_name",
            FromGiven,
            "only the first setting in place",
        ),
        replacement(
            "cognitive-projects",
            "project_management_enabled",
            If(All(&[
                Was(&True("project_management_enabled")),
                False("project_management_enabled"),
                Not(&Is("kind", &["OpenAI"])),
            ])),
            "taken back in place only when the kind becomes OpenAI",
        ),
        replacement(
            "cognitive-projects-key",
            "customer_managed_key",
            If(All(&[
                Removed("customer_managed_key"),
                True("project_management_enabled"),
            ])),
            "cannot be removed in place while `project_management_enabled`",
        ),
    ],
    refusals: &[
        refusal(
            "cognitive-projects-kind",
            PLAN,
            Needs(
                True("project_management_enabled"),
                Is("kind", &["AIServices"]),
            ),
        ),
        refusal(
            "cognitive-projects-identity",
            PLAN,
            Needs(True("project_management_enabled"), Given("identity")),
        ),
        refusal(
            "cognitive-throttling",
            PLAN,
            Excludes(
                True("dynamic_throttling_enabled"),
                Is("kind", &["OpenAI", "AIServices"]),
            ),
        ),
        refusal(
            "cognitive-bypass",
            PLAN,
            Needs(
                Given("network_acls.bypass"),
                Is("kind", &["OpenAI", "AIServices", "TextAnalytics"]),
            ),
        ),
        refusal(
            "cognitive-injection",
            PLAN,
            Needs(Given("network_injection"), Is("kind", &["AIServices"])),
        ),
        refusal(
            "cognitive-qna-maker",
            APPLY,
            Needs(Is("kind", &["QnAMaker"]), Given("qna_runtime_endpoint")),
        ),
        of_text_analytics("custom_question_answering_search_service_id"),
        of_text_analytics("custom_question_answering_search_service_key"),
        of_metrics_advisor("metrics_advisor_aad_client_id"),
        of_metrics_advisor("metrics_advisor_aad_tenant_id"),
        of_metrics_advisor("metrics_advisor_super_user_name"),
        of_metrics_advisor("metrics_advisor_website_name"),
    ],
    unsent: &[unsent(
        "cognitive-qna-endpoint",
        "qna_runtime_endpoint",
        Not(&Is("kind", &["QnAMaker"])),
        "sent only with `kind` QnAMaker",
    )],
    ..Rules::of("azurerm_cognitive_account")
};

const fn of_text_analytics(argument: &'static str) -> Refusal {
    refusal(
        "cognitive-question-answering",
        APPLY,
        Needs(Given(argument), Is("kind", &["TextAnalytics"])),
    )
}

const fn of_metrics_advisor(argument: &'static str) -> Refusal {
    refusal(
        "cognitive-metrics-advisor",
        APPLY,
        Needs(Given(argument), Is("kind", &["MetricsAdvisor"])),
    )
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing;

    const TYPE: &str = "azurerm_cognitive_account";

    #[test]
    fn a_kind_changes_in_place_only_between_two() {
        let kind = |kind: &str| json!({ "kind": kind });
        let replaces = |old, new| testing::replaces(TYPE, kind(old), kind(new));
        assert_eq!(replaces("OpenAI", "Academic"), ["cognitive-kind"]);
        assert_eq!(replaces("OpenAI", "AIServices"), [""; 0]);
        assert_eq!(replaces("AIServices", "OpenAI"), [""; 0]);
    }

    #[test]
    fn a_subdomain_is_set_once() {
        let name = |name: &str| json!({ "custom_subdomain_name": name });
        let replaces = |old, new| testing::replaces(TYPE, name(old), name(new));
        assert_eq!(replaces("", "a"), [""; 0]);
        assert_eq!(replaces("a", "b"), ["cognitive-subdomain"]);
        assert_eq!(replaces("a", ""), ["cognitive-subdomain"]);
    }

    #[test]
    fn projects_are_taken_back_only_with_the_kind() {
        let account = |projects: bool, kind: &str| json!({"kind": kind, "project_management_enabled": projects});
        let on = || account(true, "AIServices");
        let replaces = |new| testing::replaces(TYPE, on(), new);
        assert_eq!(
            replaces(account(false, "AIServices")),
            ["cognitive-projects"]
        );
        assert_eq!(replaces(account(false, "OpenAI")), [""; 0]);

        let with_key = |projects: bool| json!({"project_management_enabled": projects, "customer_managed_key": [{"key_vault_key_id": "k"}]});
        let without = |projects: bool| json!({"project_management_enabled": projects});
        let replaces = |projects| testing::replaces(TYPE, with_key(projects), without(projects));
        assert_eq!(replaces(true), ["cognitive-projects-key"]);
        assert_eq!(replaces(false), [""; 0]);
    }

    #[test]
    fn what_an_account_can_do_depends_on_its_kind() {
        let cases = [
            (
                json!({"kind": "OpenAI", "project_management_enabled": true, "identity": [{"type": "SystemAssigned"}]}),
                "cognitive-projects-kind",
            ),
            (
                json!({"kind": "AIServices", "project_management_enabled": true}),
                "cognitive-projects-identity",
            ),
            (
                json!({"kind": "OpenAI", "dynamic_throttling_enabled": true}),
                "cognitive-throttling",
            ),
            (
                json!({"kind": "Face", "network_acls": [{"bypass": "None"}]}),
                "cognitive-bypass",
            ),
            (
                json!({"kind": "OpenAI", "network_injection": [{}]}),
                "cognitive-injection",
            ),
            (json!({"kind": "QnAMaker"}), "cognitive-qna-maker"),
            (
                json!({"kind": "OpenAI", "custom_question_answering_search_service_id": "/a"}),
                "cognitive-question-answering",
            ),
            (
                json!({"kind": "OpenAI", "metrics_advisor_website_name": "a"}),
                "cognitive-metrics-advisor",
            ),
        ];
        for (account, rule) in cases {
            assert_eq!(testing::refused(TYPE, account.clone()), [rule], "{account}");
        }
        assert_eq!(
            testing::refused(TYPE, json!({"kind": "?", "network_injection": [{}]})),
            [""; 0]
        );
    }

    #[test]
    fn an_endpoint_for_questions_reaches_only_its_kind() {
        let account =
            |kind: &str, endpoint: &str| json!({"kind": kind, "qna_runtime_endpoint": endpoint});
        let unsent = |kind| testing::unsent(TYPE, account(kind, "a"), account(kind, "b"));
        assert_eq!(unsent("OpenAI"), ["cognitive-qna-endpoint"]);
        assert_eq!(unsent("QnAMaker"), [""; 0]);
    }
}
