//! The nearest name: what somebody probably meant.

/// The candidate that is fewest edits away from `wanted`, where that is near enough to be worth
/// suggesting: one edit in three characters, and at least one. Case does not count. Of two equally
/// far the first wins.
pub(crate) fn nearest<'a>(
    wanted: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    // A text longer than any name is no misspelt name, and the edit distance is quadratic.
    const LONGEST: usize = 120;
    let wanted = wanted.to_lowercase();
    let length = wanted.chars().count();
    if length == 0 || length > LONGEST {
        return None;
    }
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= length / 3 + 1)
        .map(|candidate| {
            let distance = strsim::osa_distance(&wanted, &candidate.to_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, _)| *distance <= (length / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `did you mean `x`?`
pub(crate) fn did_you_mean(name: &str) -> String {
    format!("did you mean `{name}`?")
}

/// Names in prose: `` `a`, `b` or `c` ``.
pub(crate) fn either<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} or {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn a_misspelt_name_finds_its_neighbour() {
        let names = ["replication", "retention_days"];
        assert_eq!(nearest("replicaton", names), Some("replication"));
        assert_eq!(nearest("Retention_Days", names), Some("retention_days"));
    }

    #[test]
    fn what_resembles_nothing_gets_no_suggestion() {
        assert_eq!(nearest("zone", ["replication"]), None);
        assert_eq!(nearest("", ["a"]), None);
        assert_eq!(nearest(&"ü".repeat(5000), ["a"]), None);
    }
}
