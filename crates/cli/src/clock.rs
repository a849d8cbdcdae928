//! What day it is. Commands may ask, and only for what they say: no output depends on it.

use std::time::{SystemTime, UNIX_EPOCH};

use terrace_ir::Date;

/// Today in UTC. `SOURCE_DATE_EPOCH`, seconds since 1970-01-01, takes the clock's place, as it does
/// wherever builds are to be repeated.
pub(crate) fn today() -> Date {
    let said = std::env::var("SOURCE_DATE_EPOCH").ok();
    let said = said.and_then(|seconds| seconds.parse().ok());
    let now = || SystemTime::now().duration_since(UNIX_EPOCH);
    let seconds = said.unwrap_or_else(|| now().map_or(0, |since| since.as_secs()));
    // A clock after the year 9999 is wrong.
    Date::of_unix_time(seconds).unwrap_or(Date::UNIX_EPOCH)
}
