//! `azurerm_application_insights`

use super::prelude::*;

pub(super) static RULES: Rules = Rules {
    refusals: &[refusal(
        "insights-stay-linked",
        UPDATE,
        Never("workspace_id", "cannot be emptied", Removed("workspace_id")),
    )],
    ..Rules::of("azurerm_application_insights")
};

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing;

    #[test]
    fn insights_change_their_workspace_and_never_lose_it() {
        let insights = |workspace: &str| json!({ "workspace_id": workspace });
        let refused = |old, new| {
            let (old, new) = (insights(old), insights(new));
            testing::refused_update("azurerm_application_insights", old, new)
        };
        assert_eq!(refused("/a", ""), ["insights-stay-linked"]);
        assert_eq!(refused("/a", "/b"), [""; 0]);
    }
}
