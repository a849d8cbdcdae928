//! The enum of a closed set, and the constants of an open one.

use std::fmt::Write;

use super::super::model::{Choice, KnownTexts};
use super::doc;

/// An enum.
pub(super) fn choice(choice: &Choice) -> String {
    let Choice {
        name,
        paths,
        variants,
    } = choice;
    let mut out = doc(&[format!("What {} takes.", code_list(paths))]);
    let _ = writeln!(
        out,
        "#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub enum {name} {{"
    );
    for (variant, text) in variants {
        let _ = writeln!(out, "{}{variant},", text_doc(text));
    }
    let all: Vec<_> = variants
        .iter()
        .map(|(variant, _)| format!("Self::{variant}"))
        .collect();
    let arms: Vec<_> = variants
        .iter()
        .map(|(variant, text)| format!("Self::{variant} => {text:?},"))
        .collect();
    let _ = write!(
        out,
        "}}

        impl Choice for {name} {{
            const ALL: &'static [Self] = &[{}];

            #[inline]
            fn as_str(self) -> &'static str {{
                match self {{ {} }}
            }}
        }}

        ",
        all.join(", "),
        arms.join("\n"),
    );
    out
}

/// Constants.
pub(super) fn known_texts(known: &KnownTexts) -> String {
    let KnownTexts {
        name,
        path,
        constants,
    } = known;
    let mut out = doc(&[format!(
        "Texts that the provider names for `{path}`, which takes others too."
    )]);
    let _ = writeln!(out, "pub struct {name};\n\nimpl {name} {{");
    for (constant, text) in constants {
        let _ = writeln!(
            out,
            "{}pub const {constant}: &'static str = {text:?};",
            text_doc(text)
        );
    }
    out + "}\n\n"
}

fn text_doc(text: &str) -> String {
    if text.is_empty() {
        doc(&["The empty text.".to_owned()])
    } else {
        doc(&[format!("`{text}`")])
    }
}

fn code_list(paths: &[String]) -> String {
    let paths: Vec<_> = paths.iter().map(|path| format!("`{path}`")).collect();
    match paths.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => paths.concat(),
    }
}
