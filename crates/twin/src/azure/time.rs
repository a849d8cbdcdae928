//! Days in the past.

use std::time::{SystemTime, UNIX_EPOCH};

use super::New;

/// Why a budget cannot begin when it says. Azure takes the current month at the earliest.
pub(super) fn past(new: &New<'_>) -> Option<String> {
    if !new.type_name.starts_with("azurerm_consumption_budget_") {
        return None;
    }
    let start = new.text("time_period.start_date")?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let month = month(now.as_secs() / 86_400);
    (start.get(..7)? < month.as_str())
        .then(|| format!("the budget begins at {start}, which is past: {month}-01 is the earliest"))
}

/// The month of a day since 1970: `2026-11`.
fn month(day: u64) -> String {
    // Years begin in March here, so that the day that comes and goes is their last. Day 0 is the first of March of year 0.
    let day = day + 719_468;
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let (month, carry) = match month {
        0..10 => (month + 3, 0),
        _ => (month - 9, 1),
    };
    format!("{:04}-{month:02}", era * 400 + year_of_era + carry)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;

    use super::super::testing::{azure, refused};
    use super::*;

    #[test]
    fn days_are_in_months() {
        let found = [0, 30, 31, 11_016, 11_017, 20_087].map(month);
        let months = [
            "1970-01", "1970-01", "1970-02", "2000-02", "2000-03", "2024-12",
        ];
        assert_eq!(found, months);
    }

    #[test]
    fn a_budget_does_not_begin_in_the_past() {
        let folder = tempfile::tempdir().unwrap();
        let refused = |start: &str| {
            let budget = json!({"id": "b", "time_period": [{"start_date": start}]});
            refused(
                &azure(&folder),
                "azurerm_consumption_budget_subscription",
                &budget,
            )
        };
        assert!(refused("2020-01-01T00:00:00Z").is_some());
        assert_eq!(refused("9020-01-01T00:00:00Z"), None);
    }
}
