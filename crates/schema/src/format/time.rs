//! Times and durations.

use super::is_digits;

/// `2006-01-02T15:04:05Z` or with an offset, with any number of digits of a second, as Go's parser reads it.
pub(super) fn is_rfc3339(text: &str) -> bool {
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
pub(super) fn is_iso8601_time(text: &str) -> Option<bool> {
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

/// Whether a text is an ISO 8601 duration.
pub(super) fn is_iso8601_duration(text: &str) -> Option<bool> {
    Duration::parse(text).map(|duration| duration.is_some())
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
pub(super) fn is_go_duration(text: &str) -> bool {
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

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_duration_is_compared_by_its_length() {
        assert_eq!(is_duration_between("PT60M", "PT1H", "P1D"), Some(true));
        assert_eq!(is_duration_between("P2D", "PT1H", "P1D"), Some(false));
        assert_eq!(is_duration_between("one day", "PT1H", "P1D"), Some(false));
    }
}
