//! `azurerm_private_dns_zone` and `azurerm_private_endpoint`

use super::prelude::*;

pub(super) static PRIVATE_DNS_ZONE: Rules = Rules {
    refusals: &[refusal(
        "dns-zone-host",
        APPLY,
        Never(
            "soa_record.email",
            "and the name of the zone must have at most 253 characters together",
            Holds("", |case| is_too_long(&case.new)),
        ),
    )],
    ..Rules::of("azurerm_private_dns_zone")
};

pub(super) static PRIVATE_ENDPOINT: Rules = Rules {
    refusals: &[
        refusal(
            "endpoint-message-to-nobody",
            PLAN,
            Excludes(
                Given("private_service_connection.request_message"),
                False("private_service_connection.is_manual_connection"),
            ),
        ),
        refusal(
            "endpoint-message-missing",
            PLAN,
            Needs(
                True("private_service_connection.is_manual_connection"),
                Holds("`private_service_connection.request_message`", |case| {
                    let message = case.new.text("private_service_connection.request_message");
                    Truth::of(message, |message| !message.trim().is_empty())
                }),
            ),
        ),
    ],
    ..Rules::of("azurerm_private_endpoint")
};

fn is_too_long(zone: &View<'_>) -> Truth {
    let texts = zone.text("name").zip(zone.text("soa_record.email"));
    Truth::of(texts, |(name, email)| {
        !email.is_empty() && name.len() + email.trim_end_matches('.').len() > 253
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing;

    #[test]
    fn a_host_and_its_zone_share_the_length_of_a_name() {
        let refused = |length: usize| {
            let zone =
                json!({"name": "a".repeat(200), "soa_record": [{"email": "b".repeat(length)}]});
            testing::refused("azurerm_private_dns_zone", zone)
        };
        assert_eq!(refused(54), ["dns-zone-host"]);
        assert_eq!(refused(53), [""; 0]);
    }

    #[test]
    fn a_message_goes_with_a_request() {
        let refused = |manual: bool, message: &str| {
            let connection = json!({"is_manual_connection": manual, "request_message": message});
            let endpoint = json!({ "private_service_connection": [connection] });
            testing::refused("azurerm_private_endpoint", endpoint)
        };
        assert_eq!(refused(false, "please"), ["endpoint-message-to-nobody"]);
        assert_eq!(refused(true, " "), ["endpoint-message-missing"]);
        assert_eq!(refused(true, "please"), [""; 0]);
        assert_eq!(refused(true, "?"), [""; 0]);
        assert_eq!(refused(false, ""), [""; 0]);
    }
}
