//! The names of time zones as Azure takes them in schedules: Windows's names, not IANA's.

mod table;

use crate::nearest::nearest;
use table::TIME_ZONES;

/// Every name, sorted.
pub fn all() -> impl Iterator<Item = &'static str> + Clone {
    TIME_ZONES.iter().map(|(name, _)| *name)
}

/// The name as Windows spells it, found in any case: `w. europe standard time` is `W. Europe Standard Time`. A place by
/// IANA's name, `Europe/Berlin`, has the name of its zone.
pub fn find(name: &str) -> Option<&'static str> {
    all()
        .find(|zone| zone.eq_ignore_ascii_case(name))
        .or_else(|| zone_of(name))
}

/// The zone of a place, by IANA's name of it.
fn zone_of(place: &str) -> Option<&'static str> {
    let keeps = |places: &str| places.split(' ').any(|it| it.eq_ignore_ascii_case(place));
    TIME_ZONES
        .iter()
        .find(|(_, places)| !place.is_empty() && keeps(places))
        .map(|(name, _)| *name)
}

/// The name, or IANA's name of a place, that a misspelt one probably means.
pub fn nearest_to(name: &str) -> Option<&'static str> {
    let places = TIME_ZONES.iter().flat_map(|(_, places)| places.split(' '));
    match name.contains('/') {
        true => nearest(name, places.filter(|place| !place.is_empty())),
        false => nearest(name, all()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn the_table_is_sorted_without_repetition() {
        assert!(all().is_sorted_by(|a, b| a < b));
        let mut places: Vec<&str> = TIME_ZONES.iter().flat_map(|it| it.1.split(' ')).collect();
        places.retain(|place| !place.is_empty());
        let count = places.len();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), count);
    }

    #[test]
    fn a_zone_is_found_in_any_case_and_given_as_windows_spells_it() {
        assert_eq!(
            find("w. europe standard time"),
            Some("W. Europe Standard Time")
        );
        assert_eq!(find("UTC"), Some("UTC"));
        assert_eq!(find(""), None);
    }

    #[test]
    fn a_place_has_the_zone_that_it_keeps() {
        assert_eq!(find("Europe/Berlin"), Some("W. Europe Standard Time"));
        assert_eq!(find("America/New_York"), Some("Eastern Standard Time"));
        assert_eq!(find("Asia/Kolkata"), Some("India Standard Time"));
    }

    #[test]
    fn a_misspelt_zone_has_a_suggestion() {
        assert_eq!(
            nearest_to("W Europe Standard Time"),
            Some("W. Europe Standard Time")
        );
        assert_eq!(nearest_to("Europe/Berln"), Some("Europe/Berlin"));
        assert_eq!(nearest_to("noon"), None);
    }
}
