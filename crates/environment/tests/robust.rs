//! No text makes it panic, and every finding has a place that exists.

mod common;

use common::{DEV, Run, Scratch};
use proptest::prelude::*;

const CHILD: &str = "inherits = 'dev'\nowner = 'eve'\nclusters.gpu = false\n[network]\nisolation = 'own-vnet'\naddress_space = ['10.0.0.0/8']\n";

/// Pieces of TOML, right and wrong.
fn piece() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "inherits",
        "dev",
        "prod",
        "location",
        "storage",
        "clusters",
        "network",
        "isolation",
        "zones",
        "schedule",
        "extra",
        "datasets",
        "gpu",
        "=",
        ".",
        "[",
        "]",
        "[[",
        "]]",
        "{",
        "}",
        ",",
        "\n",
        "\n\n",
        " ",
        "'",
        "\"",
        "'''",
        "\"\"\"",
        "#",
        "true",
        "false",
        "1",
        "-1",
        "0x1f",
        "1e400",
        "9999999999999999999999",
        "nan",
        "inf",
        "2027-01-31",
        "07:32:00",
        "'managed'",
        "'public'",
        "\"a\\n\"",
        "\\u00e9",
        "é",
        "\u{feff}",
        "\r\n",
        "\r",
        "\0",
        "${x}",
        "a.b.c",
    ];
    prop_oneof![
        8 => prop::sample::select(PIECES).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

/// A valid file, with a span of characters replaced some times.
fn mutated(text: &'static str) -> impl Strategy<Value = String> {
    let edit = (
        any::<prop::sample::Index>(),
        0..12_usize,
        prop::collection::vec(piece(), 0..3),
    );
    prop::collection::vec(edit, 1..4).prop_map(move |edits| {
        let mut chars: Vec<char> = text.chars().collect();
        for (at, length, pieces) in edits {
            let from = at.index(chars.len() + 1);
            let to = (from + length).min(chars.len());
            chars.splice(from..to, pieces.concat().chars().collect::<Vec<_>>());
        }
        chars.into_iter().collect()
    })
}

/// All went well: each environment is there or failed, and each finding can be shown.
fn sound(run: &Run) -> Result<(), TestCaseError> {
    let loaded = &run.loaded;
    prop_assert_eq!(loaded.environments.len() + loaded.failed.len(), 2);
    prop_assert_eq!(loaded.failed.is_empty(), loaded.diagnostics.is_empty());
    for finding in &loaded.diagnostics {
        let place = run
            .sources
            .place(finding.origin)
            .expect("every finding has a place");
        prop_assert!(run.sources.line(finding.origin).is_some());
        prop_assert!(run.sources.end(finding.origin) >= Some(place));
        prop_assert!(!finding.summary.contains('\n'), "{}", finding.summary);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn any_text_is_loaded_or_refused(pieces in prop::collection::vec(piece(), 0..40)) {
        sound(&Scratch::new(&[("dev.toml", &pieces.concat()), ("prod.toml", CHILD)]).load(&[]))?;
    }

    #[test]
    fn a_mutated_file_is_loaded_or_refused(dev in mutated(DEV), prod in mutated(CHILD)) {
        sound(&Scratch::new(&[("dev.toml", &dev), ("prod.toml", &prod)]).load(&[]))?;
    }
}

#[test]
fn any_bytes_are_loaded_or_refused() {
    let scratch = Scratch::new(&[("prod.toml", CHILD)]);
    for bytes in [
        &b"\xff\xfe\x00a"[..],
        b"\0\0\0",
        b"\x80",
        b"a = \"\xc3",
        b"\xef\xbb\xbf",
    ] {
        scratch.write("dev.toml", bytes);
        sound(&scratch.load(&[])).unwrap();
    }
}

#[test]
fn a_key_of_odd_characters_stays_on_one_line() {
    let key = format!("\"a\\n{}\"", "x".repeat(1000));
    let text =
        format!("{key} = 1\nclusters.{key} = 2\ntags.{key} = false\n[network]\n{key} = 1\n{DEV}");
    let run = Scratch::new(&[("dev.toml", &text), ("prod.toml", CHILD)]).load(&[]);
    sound(&run).unwrap();
}
