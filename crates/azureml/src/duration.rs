//! Durations as the service writes them.

use terrace_ir::Sourced;

/// So many seconds, in the spelling with which the service answers whatever it was asked: 90 seconds are
/// `PT1M30S` and an hour is `PT1H`. Another spelling would be a change in every plan.
pub(crate) fn duration(seconds: &Sourced<u32>) -> Sourced<String> {
    seconds.map(|&seconds| {
        let part = |count: u32, unit: char| match count {
            0 => String::new(),
            count => format!("{count}{unit}"),
        };
        let days = part(seconds / 86_400, 'D');
        let time = [
            part(seconds / 3_600 % 24, 'H'),
            part(seconds / 60 % 60, 'M'),
            part(seconds % 60, 'S'),
        ]
        .concat();
        match (days.is_empty(), time.is_empty()) {
            (true, true) => "PT0S".to_owned(),
            (_, true) => format!("P{days}"),
            (_, false) => format!("P{days}T{time}"),
        }
    })
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn durations_are_spelt_as_the_service_spells_them() {
        for (seconds, spelt) in [
            (0, "PT0S"),
            (5, "PT5S"),
            (60, "PT1M"),
            (90, "PT1M30S"),
            (180, "PT3M"),
            (3_600, "PT1H"),
            (5_405, "PT1H30M5S"),
            (86_400, "P1D"),
            (90_000, "P1DT1H"),
        ] {
            assert_eq!(*duration(&seconds.into()), spelt);
        }
    }
}
