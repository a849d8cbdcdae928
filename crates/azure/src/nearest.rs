//! The nearest name: what somebody probably meant.

/// The candidate that is fewest edits away from `wanted`, if it is near enough to be worth suggesting.
///
/// Case does not count as an edit. One edit in three characters is allowed, and at least one; of two candidates equally
/// far the first wins, so the answer follows the order of the table.
pub(crate) fn nearest<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let wanted = wanted.trim().to_lowercase();
    let length = wanted.chars().count();
    // A text this long is no misspelt name of anything here, and edit distance is quadratic.
    if length == 0 || length > 120 {
        return None;
    }
    let allowed = (length / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let limit = best.map_or(allowed + 1, |(distance, _)| distance);
        if candidate.chars().count().abs_diff(length) >= limit {
            continue;
        }
        let distance = strsim::osa_distance(&wanted, &candidate.to_lowercase());
        if distance < limit {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;
    use pretty_assertions::assert_eq;

    const NAMES: [&str; 3] = ["westeurope", "westus", "eastus"];

    #[test]
    fn the_nearest_name_is_suggested() {
        assert_eq!(nearest("westeruope", NAMES), Some("westeurope"));
        assert_eq!(nearest("EASTUS", NAMES), Some("eastus"));
    }

    #[test]
    fn of_two_names_equally_far_the_first_is_suggested() {
        assert_eq!(nearest("ab", ["ax", "ay"]), Some("ax"));
    }

    #[test]
    fn nothing_is_suggested_for_what_resembles_nothing() {
        assert_eq!(nearest("mars", NAMES), None);
        assert_eq!(nearest("", NAMES), None);
        assert_eq!(nearest(&"ü".repeat(5000), NAMES), None);
    }
}
