//! Well-known formats of text, as the libraries behind the provider's validators read them.
//!
//! A check answers `Some` only where it is certain. At the corners of a library (a port in a URL, a sign before a
//! duration, an address with a zone) it answers `None`.

mod time;
mod url;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

pub(crate) use self::time::is_duration_between;
pub(crate) use self::url::{is_key_vault_item, is_url};

use self::time::{is_go_duration, is_iso8601_duration, is_iso8601_time, is_rfc3339};

/// A well-known format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs)] // the names say it; `words` says it to a person
pub enum Format {
    Uuid,
    NotBlank,
    Rfc3339,
    Iso8601DateTime,
    Iso8601Duration,
    GoDuration,
    /// The empty text passes.
    Json,
    Base64,
    Cidr,
    Ip,
    Ipv4,
    /// An IPv4 address passes too.
    Ipv6,
    Ipv4Range,
    Email,
    /// The id of any resource of Azure's.
    AzureId,
    Regex,
}

impl Format {
    /// The format of a name in the facts.
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "uuid" => Self::Uuid,
            "not_blank" => Self::NotBlank,
            "rfc3339" => Self::Rfc3339,
            "iso8601_datetime" => Self::Iso8601DateTime,
            "iso8601_duration" => Self::Iso8601Duration,
            "go_duration" => Self::GoDuration,
            "json" => Self::Json,
            "base64" => Self::Base64,
            "cidr" => Self::Cidr,
            "ip" => Self::Ip,
            "ipv4" => Self::Ipv4,
            "ipv6" => Self::Ipv6,
            "ipv4_range" => Self::Ipv4Range,
            "email" => Self::Email,
            "azure_id" => Self::AzureId,
            "regex" => Self::Regex,
            _ => return None,
        })
    }

    /// The format in words that follow "must be".
    pub fn words(self) -> &'static str {
        match self {
            Self::Uuid => "a UUID",
            Self::NotBlank => "not blank",
            Self::Rfc3339 => "an RFC 3339 time such as 2027-01-31T08:00:00Z",
            Self::Iso8601DateTime => "an ISO 8601 time such as 2027-01-31T08:00:00Z",
            Self::Iso8601Duration => "an ISO 8601 duration such as PT30M",
            Self::GoDuration => "a duration such as 1h30m",
            Self::Json => "JSON",
            Self::Base64 => "Base64",
            Self::Cidr => "a CIDR range such as 10.0.0.0/16",
            Self::Ip | Self::Ipv6 => "an IP address",
            Self::Ipv4 => "an IPv4 address",
            Self::Ipv4Range => "a range of IPv4 addresses such as 10.0.0.1-10.0.0.9",
            Self::Email => "an e-mail address",
            Self::AzureId => "a resource id such as /subscriptions/…/resourceGroups/…/providers/…",
            Self::Regex => "a regular expression",
        }
    }

    /// Whether a text has the format.
    pub(crate) fn holds(self, text: &str) -> Option<bool> {
        match self {
            Self::Uuid => Some(is_uuid(text)),
            Self::NotBlank => Some(!text.trim().is_empty()),
            Self::Rfc3339 => Some(is_rfc3339(text)),
            Self::Iso8601DateTime => is_iso8601_time(text),
            Self::Iso8601Duration => is_iso8601_duration(text),
            Self::GoDuration => Some(is_go_duration(text)),
            Self::Json => {
                Some(text.is_empty() || serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok())
            }
            Self::Base64 => Some(is_base64(text)),
            Self::Cidr => Some(is_cidr(text)),
            Self::Ip | Self::Ipv6 => is_ip(text),
            // Go also takes an IPv4 address that is mapped into IPv6.
            Self::Ipv4 if text.to_ascii_lowercase().starts_with("::ffff:") => None,
            Self::Ipv4 => Some(text.parse::<Ipv4Addr>().is_ok()),
            Self::Ipv4Range => Some(is_ipv4_range(text)),
            Self::Email => is_email(text),
            Self::AzureId => Some(is_azure_id(text)),
            // Go's syntax and ours differ at the corners.
            Self::Regex => crate::pattern::compile(text).is_ok().then_some(true),
        }
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(index, byte)| match index {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Standard Base64 with padding; the empty text is refused and line ends are skipped, as Go's decoder does.
fn is_base64(text: &str) -> bool {
    let bytes: Vec<u8> = text
        .bytes()
        .filter(|byte| !b"\r\n".contains(byte))
        .collect();
    let padding = bytes.iter().rev().take_while(|byte| **byte == b'=').count();
    let (digits, _) = bytes.split_at(bytes.len() - padding);
    !bytes.is_empty()
        && bytes.len().is_multiple_of(4)
        && padding <= 2
        && digits
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(byte))
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else {
        return false;
    };
    let most = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.len() <= 3 && is_digits(bits) && bits.parse::<u32>().is_ok_and(|bits| bits <= most)
}

fn is_ip(text: &str) -> Option<bool> {
    let is_ip = text.parse::<Ipv4Addr>().is_ok() || text.parse::<Ipv6Addr>().is_ok();
    if !is_ip && text.contains('%') {
        None
    } else {
        Some(is_ip)
    }
}

fn is_ipv4_range(text: &str) -> bool {
    let Some((first, last)) = text.split_once('-') else {
        return false;
    };
    match (first.parse::<Ipv4Addr>(), last.parse::<Ipv4Addr>()) {
        (Ok(first), Ok(last)) => first <= last,
        _ => false,
    }
}

/// A plain address passes, what has no `@` is refused; names, comments and quotes are the library's.
fn is_email(text: &str) -> Option<bool> {
    let Some((user, host)) = text.rsplit_once('@') else {
        return Some(false);
    };
    let is_atom = |text: &str| {
        !text.is_empty()
            && text.split('.').all(|part| !part.is_empty())
            && text
                .chars()
                .all(|char| char.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(char))
    };
    (is_atom(user) && is_atom(host)).then_some(true)
}

/// An even number of segments, none of them empty.
fn is_azure_id(text: &str) -> bool {
    let Some(path) = text.strip_prefix('/') else {
        return false;
    };
    let path = path.strip_suffix('/').unwrap_or(path);
    let segments = path.split('/');
    segments.clone().count().is_multiple_of(2)
        && segments.clone().all(|segment| !segment.is_empty())
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn check(format: Format, accepted: &[&str], refused: &[&str]) {
        for text in accepted {
            assert_eq!(format.holds(text), Some(true), "{text:?} as {format:?}");
        }
        for text in refused {
            assert_eq!(format.holds(text), Some(false), "{text:?} as {format:?}");
        }
    }

    #[test]
    fn a_uuid_has_five_groups_of_hex_digits() {
        let accepted = [
            "11111111-2222-3333-4444-555555555555",
            "ABCDEFab-2222-3333-4444-555555555555",
        ];
        check(
            Format::Uuid,
            &accepted,
            &[
                "",
                "11111111222233334444555555555555",
                "g1111111-2222-3333-4444-555555555555",
            ],
        );
    }

    #[test]
    fn a_time_has_a_date_a_clock_and_a_zone() {
        let accepted = ["2027-01-01T00:00:00Z", "2024-02-29T23:59:59.123+02:00"];
        let refused = [
            "2027-01-01",
            "2027-02-29T00:00:00Z",
            "2027-1-01T00:00:00Z",
            "2027-01-01T24:00:00Z",
            "é-01-01T00:00:00Z",
        ];
        check(Format::Rfc3339, &accepted, &refused);
        check(
            Format::Iso8601DateTime,
            &accepted,
            &["", " ", "30m", "P1D", "10.0.0.300"],
        );
        assert_eq!(Format::Iso8601DateTime.holds("2027-01-01"), None);
    }

    #[test]
    fn durations_have_their_designators_in_order() {
        check(
            Format::Iso8601Duration,
            &["P1D", "PT30M", "P1Y2M3W4DT5H6M7S", "PT0.5S"],
            &["", "P", "PT", "30m", "P1S", "PT1D", "P1DT"],
        );
        check(
            Format::GoDuration,
            &["30m", "1h30m", "1.5s", "0"],
            &["", "30", "PT30M", "m", "1d", "1..5s"],
        );
    }

    #[test]
    fn addresses_are_read_strictly() {
        check(
            Format::Ipv4,
            &["10.0.0.4"],
            &["", "10.0.0.300", "10.0.0.0/8", "010.0.0.1"],
        );
        check(Format::Ip, &["10.0.0.4", "fe80::1"], &["10.0.0", "x"]);
        check(
            Format::Cidr,
            &["10.0.0.0/8", "fd00::/8"],
            &["10.0.0.0", "10.0.0.0/33", "10.0.0.0/+8", "10.0.0.0/"],
        );
        check(
            Format::Ipv4Range,
            &["10.0.0.1-10.0.0.9"],
            &["10.0.0.9-10.0.0.1", "10.0.0.1"],
        );
    }

    #[test]
    fn encodings_are_decoded() {
        check(
            Format::Base64,
            &["aGVsbG8=", "aGVs"],
            &["", "a", "abc", "a b=", "===="],
        );
        check(
            Format::Json,
            &["", "5", "{\"a\": [1]}"],
            &["{", "01:30", " "],
        );
    }

    #[test]
    fn an_azure_id_alternates_kinds_and_names() {
        check(
            Format::AzureId,
            &["/subscriptions/s", "/subscriptions/s/resourceGroups/g"],
            &["", "/", "subscriptions/s", "/subscriptions", "10.0.0.0/8"],
        );
    }

    #[test]
    fn an_email_without_an_at_sign_is_none_and_one_with_a_name_is_undecided() {
        check(Format::Email, &["ops@example.org"], &["ops", ""]);
        assert_eq!(Format::Email.holds("Ops <ops@example.org>"), None);
    }
}
