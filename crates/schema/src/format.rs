//! Well-known formats of text, as the libraries behind the provider's validators read them.
//!
//! A check answers `Some` only where it is certain. At the corners of a library (a port in a URL, a sign before a
//! duration, an address with a zone) it answers `None`.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use crate::rule::ItemVersion;

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
            Self::Iso8601Duration => Duration::parse(text).map(|duration| duration.is_some()),
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

/// `2006-01-02T15:04:05Z` or with an offset, with any number of digits of a second, as Go's parser reads it.
fn is_rfc3339(text: &str) -> bool {
    let Some((date, time)) = text.split_once('T') else {
        return false;
    };
    let Some(zone) = time.find(['Z', '+', '-']) else {
        return false;
    };
    let (clock, zone) = time.split_at(zone);
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    is_date(date)
        && matches!(pairs_of_digits(clock, ':'), Some([0..=23, 0..=59, 0..=59]))
        && (zone == "Z" || matches!(pairs_of_digits(&zone[1..], ':'), Some([0..=23, 0..=59])))
        && is_digits(fraction)
}

fn is_date(text: &str) -> bool {
    let Some((year, rest)) = text.split_once('-') else {
        return false;
    };
    let Some([month, day]) = pairs_of_digits(rest, '-') else {
        return false;
    };
    year.len() == 4
        && is_digits(year)
        && (1..=12).contains(&month)
        && (1..=days(year.parse().unwrap_or_default(), month)).contains(&day)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Numbers of two digits each.
fn pairs_of_digits<const N: usize>(text: &str, between: char) -> Option<[u32; N]> {
    let number =
        |field: &str| (field.len() == 2 && is_digits(field)).then(|| field.parse().ok())?;
    let numbers: Vec<u32> = text.split(between).map(number).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

fn days(year: u32, month: u32) -> u32 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// What RFC 3339 takes passes; a date alone or a time without a zone are the library's; what does not begin with a
/// year is refused.
fn is_iso8601_time(text: &str) -> Option<bool> {
    if is_rfc3339(text) {
        return Some(true);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_time_like = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"-:.TZ+".contains(&byte));
    if is_time_like && (digits == 4 || digits == 8) {
        None
    } else {
        Some(false)
    }
}

/// Whether a duration lies between two, inclusive.
pub(crate) fn is_duration_between(text: &str, least: &str, most: &str) -> Option<bool> {
    let Some(given) = Duration::parse(text)? else {
        return Some(false);
    };
    let bound = |text| Duration::parse(text).flatten().map(Duration::seconds);
    Some((bound(least)?..=bound(most)?).contains(&given.seconds()))
}

/// An ISO 8601 duration, each part of which may be a fraction.
#[derive(Clone, Copy)]
struct Duration {
    days: f64,
    seconds: f64,
}

impl Duration {
    /// `None` where only the library knows (a sign), `Some(None)` where the text is no duration.
    fn parse(text: &str) -> Option<Option<Self>> {
        if text.starts_with(['-', '+']) || text == "0" || text == "P0" {
            return None;
        }
        Some(Self::parse_plain(text))
    }

    fn parse_plain(text: &str) -> Option<Self> {
        let rest = text.strip_prefix('P')?;
        let (date, time) = match rest.split_once('T') {
            Some((_, "")) => return None,
            Some((date, time)) => (date, time),
            None => (rest, ""),
        };
        // The mean lengths of a year and a month that the provider's library uses.
        let days = parts(
            date,
            &[('Y', 365.2425), ('M', 30.436_875), ('W', 7.0), ('D', 1.0)],
        )?;
        let seconds = parts(time, &[('H', 3600.0), ('M', 60.0), ('S', 1.0)])?;
        (!rest.is_empty()).then_some(Self { days, seconds })
    }

    fn seconds(self) -> f64 {
        self.days * 86_400.0 + self.seconds
    }
}

/// The sum of numbers followed by designators, which stand in order and each at most once.
fn parts(mut text: &str, designators: &[(char, f64)]) -> Option<f64> {
    let mut sum = 0.0;
    let mut designators = designators.iter();
    while !text.is_empty() {
        let end = text.find(|char: char| char.is_ascii_uppercase())?;
        let (number, rest) = text.split_at(end);
        let designator = rest.chars().next()?;
        let (_, unit) = designators.find(|(name, _)| *name == designator)?;
        let number = number.replace(',', ".");
        if !number.starts_with(|char: char| char.is_ascii_digit()) {
            return None;
        }
        sum += number.parse::<f64>().ok()? * unit;
        text = &rest[1..];
    }
    Some(sum)
}

/// As Go's `time.ParseDuration`: `1h30m`, `1.5s`, `-2ms`, `0`.
fn is_go_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let number = rest
            .find(|char: char| !char.is_ascii_digit() && char != '.')
            .unwrap_or(rest.len());
        let digits = &rest[..number];
        let unit_and_rest = &rest[number..];
        let unit = unit_and_rest
            .find(|char: char| char.is_ascii_digit() || char == '.')
            .unwrap_or(unit_and_rest.len());
        let is_number =
            digits.bytes().any(|byte| byte.is_ascii_digit()) && digits.matches('.').count() <= 1;
        let is_unit = matches!(
            &unit_and_rest[..unit],
            "ns" | "us" | "µs" | "μs" | "ms" | "s" | "m" | "h"
        );
        if !is_number || !is_unit {
            return false;
        }
        rest = &unit_and_rest[unit..];
    }
    true
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

/// Whether a text is a URL with a host and one of the schemes.
pub(crate) fn is_url(text: &str, schemes: &[String]) -> Option<bool> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Some(false);
    };
    if !schemes
        .iter()
        .any(|allowed| allowed.eq_ignore_ascii_case(scheme))
    {
        return Some(false);
    }
    let host = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    if host.is_empty() || host.contains(' ') || text.chars().any(|char| char.is_control()) {
        return Some(false);
    }
    // What stands before an `@`, a port, brackets and percent signs are the URL library's.
    let is_plain = host
        .chars()
        .all(|char| char.is_ascii_alphanumeric() || "-._~".contains(char));
    (is_plain && !rest.contains('%')).then_some(true)
}

/// Whether a text is the URL of something in a key vault: `https://VAULT.vault.azure.net/keys/NAME/VERSION`.
pub(crate) fn is_key_vault_item(text: &str, version: ItemVersion, kind: &str) -> Option<bool> {
    let host_and_path = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let Some((host, path)) = host_and_path.and_then(|rest| rest.split_once('/')) else {
        // A path alone passes some versions of the parser, if it has two or three segments of the right kind.
        let segments: Vec<_> = text.trim_matches('/').split('/').collect();
        let may_pass = matches!(segments.len(), 2 | 3) && (kind == "any" || segments[0] == kind);
        return if may_pass { None } else { Some(false) };
    };
    let segments: Vec<_> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    let has_kind = match segments.as_slice() {
        [_, _] | [_, _, _] if segments.contains(&"") => return None,
        [given, _] | [given, _, _] => {
            let known = ["keys", "secrets", "certificates", "storage"].contains(given);
            if kind == "any" {
                known.then_some(true)
            } else {
                Some(*given == kind)
            }
        }
        _ => Some(false),
    }?;
    let has_version = match version {
        ItemVersion::Any => true,
        ItemVersion::Versioned => segments.len() == 3,
        ItemVersion::Versionless => segments.len() == 2,
    };
    let is_plain = !host.is_empty() && !text.contains(['?', '#', '%', ' ']);
    if has_kind && has_version {
        is_plain.then_some(true)
    } else {
        Some(false)
    }
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
    fn a_duration_is_compared_by_its_length() {
        assert_eq!(is_duration_between("PT60M", "PT1H", "P1D"), Some(true));
        assert_eq!(is_duration_between("P2D", "PT1H", "P1D"), Some(false));
        assert_eq!(is_duration_between("one day", "PT1H", "P1D"), Some(false));
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

    #[test]
    fn a_url_needs_one_of_the_schemes_and_a_host() {
        let url = |text| is_url(text, &["https".to_owned()]);
        assert_eq!(url("https://example.org/a b"), Some(true));
        assert_eq!(url("http://example.org"), Some(false));
        assert_eq!(url("https:///x"), Some(false));
        assert_eq!(url("example.org"), Some(false));
        assert_eq!(url("https://example.org:8443"), None);
    }

    #[test]
    fn a_key_vault_item_has_a_kind_a_name_and_perhaps_a_version() {
        let key = |text, version| is_key_vault_item(text, version, "keys");
        assert_eq!(
            key("https://kv.vault.azure.net/keys/k", ItemVersion::Any),
            Some(true)
        );
        assert_eq!(
            key("https://kv.vault.azure.net/keys/k", ItemVersion::Versioned),
            Some(false)
        );
        assert_eq!(
            key(
                "https://kv.vault.azure.net/keys/k/1",
                ItemVersion::Versionless
            ),
            Some(false)
        );
        assert_eq!(
            key("https://kv.vault.azure.net/secrets/s", ItemVersion::Any),
            Some(false)
        );
        assert_eq!(key("https://example.org", ItemVersion::Any), Some(false));
        assert_eq!(key("10.0.0.0/8", ItemVersion::Any), Some(false));
    }
}
