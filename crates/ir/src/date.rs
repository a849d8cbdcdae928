//! A day of the calendar: when a sandbox ends, or a waiver.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

/// A day of the Gregorian calendar from 0001-01-01 to 9999-12-31, written `2027-01-31`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Days since 1970-01-01.
    days: i32,
}

/// Why a text is no [`Date`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoDate;

const FIRST: i32 = -719_162;
const LAST: i32 = 2_932_896;

impl Date {
    /// 1970-01-01.
    pub const UNIX_EPOCH: Self = Self { days: 0 };

    /// The day in UTC at so many seconds since 1970-01-01 00:00; `None` after 9999.
    #[must_use]
    pub fn of_unix_time(seconds: u64) -> Option<Self> {
        Self::of_days(i32::try_from(seconds / 86_400).ok()?)
    }

    /// The day so many days later; `None` after 9999.
    #[must_use]
    pub fn plus_days(self, days: u32) -> Option<Self> {
        Self::of_days(self.days.checked_add(i32::try_from(days).ok()?)?)
    }

    fn of_days(days: i32) -> Option<Self> {
        (FIRST..=LAST).contains(&days).then_some(Self { days })
    }

    /// Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`: a
    /// year begins in March, so that the leap day is its last.
    fn of_civil(year: i32, month: i32, day: i32) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
        let day = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        let days = year * 365 + year / 4 - year / 100 + day;
        Self {
            days: era * 146_097 + days - 719_468,
        }
    }

    /// `civil_from_days` of the same.
    fn civil(self) -> (i32, i32, i32) {
        let days = self.days + 719_468;
        let (era, days) = (days.div_euclid(146_097), days.rem_euclid(146_097));
        let year = (days - days / 1_460 + days / 36_524 - days / 146_096) / 365;
        let days = days - (365 * year + year / 4 - year / 100);
        let month = (5 * days + 2) / 153;
        let day = days - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i32::from(month <= 2);
        (year, month, day)
    }
}

impl FromStr for Date {
    type Err = NoDate;

    fn from_str(text: &str) -> Result<Self, NoDate> {
        let number = |digits: &str, count: usize| {
            let plain = digits.len() == count && digits.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| digits.parse().ok()).flatten()
        };
        let parts: Vec<&str> = text.split('-').collect();
        let [year, month, day] = parts.as_slice() else {
            return Err(NoDate);
        };
        let (Some(year), Some(month), Some(day)) =
            (number(year, 4), number(month, 2), number(day, 2))
        else {
            return Err(NoDate);
        };
        let date = Self::of_civil(year, month, day);
        // A day that there is not, such as 02-30, comes back as another one.
        let is_one = (1..=12).contains(&month) && date.civil() == (year, month, day);
        Self::of_days(date.days).filter(|_| is_one).ok_or(NoDate)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for NoDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no day of the form 2027-01-31")
    }
}

impl std::error::Error for NoDate {}

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text: Cow<'de, str> = Deserialize::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

impl JsonSchema for Date {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> Cow<'static, str> {
        "Date".into()
    }
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn date(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn every_day_is_written_as_it_is_read() {
        // 400 years, after which everything comes again, and the edges.
        let era = FIRST..FIRST + 146_097;
        let mut before = None;
        for days in era.chain(LAST - 1_000..=LAST) {
            let written = Date::of_days(days).unwrap().to_string();
            assert_eq!(date(&written).days, days);
            assert!(before < Some(written.clone()), "{written}");
            before = Some(written);
        }
    }

    #[test]
    fn known_days_are_where_they_should_be() {
        assert_eq!(Date::of_unix_time(0), Some(date("1970-01-01")));
        assert_eq!(Date::of_unix_time(951_782_400), Some(date("2000-02-29")));
        assert_eq!(Date::of_unix_time(951_868_799), Some(date("2000-02-29")));
        assert_eq!(Date::of_unix_time(u64::MAX), None);
        assert_eq!(date("0001-01-01").days, FIRST);
        assert_eq!(date("9999-12-31").days, LAST);
    }

    #[test]
    fn days_are_added_over_months_and_leap_years() {
        assert_eq!(
            date("2027-12-15").plus_days(30).unwrap().to_string(),
            "2028-01-14"
        );
        assert_eq!(
            date("2028-02-28").plus_days(1).unwrap().to_string(),
            "2028-02-29"
        );
        assert_eq!(date("9999-12-31").plus_days(1), None);
        assert_eq!(date("9999-12-31").plus_days(u32::MAX), None);
    }

    #[test]
    fn what_is_no_day_is_refused() {
        for text in [
            "2027-02-29",
            "2027-13-01",
            "2027-00-01",
            "2027-01-00",
            "2027-1-31",
            "31.12.2027",
            "2027-01-31T00:00",
            "+027-01-31",
            "0000-01-01",
            "99999-01-01",
            "٢٠٢٧-01-31",
            "",
        ] {
            assert_eq!(text.parse::<Date>(), Err(NoDate), "{text}");
        }
    }
}
