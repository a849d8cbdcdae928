//! The nearest name: what somebody probably meant.

/// The candidate that is fewest edits away, if it is near enough to be worth suggesting: one edit in three characters,
/// and at least one. Case does not count. Of two equally far the first wins.
pub fn nearest<'a>(wanted: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = wanted.trim().to_lowercase();
    let length = wanted.chars().count();
    // A text this long is no misspelt name of anything, and edit distance is quadratic.
    if length == 0 || length > 120 {
        return None;
    }
    let mut limit = (length / 3).max(1) + 1;
    let mut best = None;
    for candidate in candidates {
        if candidate.chars().count().abs_diff(length) >= limit {
            continue;
        }
        let distance = strsim::osa_distance(&wanted, &candidate.to_lowercase());
        if distance < limit {
            (limit, best) = (distance, Some(candidate));
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_misspelt_name_finds_its_neighbour() {
        let names = ["Standard", "Premium", "Basic"];
        assert_eq!(nearest("standart", names), Some("Standard"));
        assert_eq!(nearest("PREMIUM", names), Some("Premium"));
    }

    #[test]
    fn nothing_is_suggested_for_what_resembles_nothing() {
        assert_eq!(nearest("x", ["Standard"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(nearest(&"ü".repeat(5000), ["a"]), None);
    }
}
