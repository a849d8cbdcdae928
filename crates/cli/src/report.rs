//! Findings as people read them, and as machines do.

mod excerpt;
mod json;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::io::IsTerminal;

use terrace_ir::{Diagnostic, Origin, Severity, SourceMap};

pub use self::json::json;

/// Counts of what was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
}

impl Counts {
    /// Counts errors and warnings; notes do not count.
    #[must_use]
    pub fn of<'a>(diagnostics: impl IntoIterator<Item = &'a Diagnostic>) -> Self {
        let mut counts = Self::default();
        for diagnostic in diagnostics {
            match diagnostic.severity {
                Severity::Error => counts.errors += 1,
                Severity::Warning => counts.warnings += 1,
                Severity::Note => {}
            }
        }
        counts
    }
}

/// How findings are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Not at all.
    Off,
    /// With the terminal's colours.
    On,
}

impl Colour {
    /// On when stderr is a terminal and `NO_COLOR` is unset or empty.
    #[must_use]
    pub fn of_stderr() -> Self {
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        if !refused && std::io::stderr().is_terminal() {
            Self::On
        } else {
            Self::Off
        }
    }

    fn paint(self, style: &str, text: &str) -> String {
        match self {
            Self::Off => text.to_owned(),
            Self::On => format!("\x1b[{style}m{text}\x1b[0m"),
        }
    }
}

/// How many findings are shown one by one. Whoever has more mends these first.
const MOST: usize = 100;

/// Findings as text, the worst at the end, where a person looks, with a last line that counts them.
///
/// Of very many only the worst are shown, and the others counted by their codes.
#[must_use]
pub fn text(diagnostics: &[Diagnostic], sources: &SourceMap, colour: Colour) -> String {
    let mut told = once(diagnostics);
    let counts = Counts::of(&told);
    told.sort_by_key(|diagnostic| diagnostic.severity);
    let rest = told.split_off(told.len().min(MOST));
    told.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.order(b)));
    let mut out = String::new();
    for diagnostic in &told {
        one(&mut out, diagnostic, sources, colour);
        out.push('\n');
    }
    if !rest.is_empty() {
        let _ = writeln!(out, "and {} more:", rest.len());
        let mut of_code: BTreeMap<&str, (&str, usize)> = BTreeMap::new();
        for diagnostic in &rest {
            let code = diagnostic.code;
            of_code.entry(code.id).or_insert((code.title, 0)).1 += 1;
        }
        for (id, (title, count)) in of_code {
            let _ = writeln!(out, "  {count:>5} × {id} {title}");
        }
        out.push('\n');
    }
    if counts != Counts::default() {
        let mut parts = Vec::new();
        if counts.errors > 0 {
            parts.push(plural(counts.errors, "error"));
        }
        if counts.warnings > 0 {
            parts.push(plural(counts.warnings, "warning"));
        }
        let _ = writeln!(out, "{}", parts.join(", "));
    }
    out
}

/// What several environments have in common, told once with the names of all of them.
fn once(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut told: Vec<Diagnostic> = Vec::new();
    let mut names: Vec<Vec<&str>> = Vec::new();
    let mut known = HashMap::new();
    for diagnostic in diagnostics {
        let Some(module) = &diagnostic.module else {
            told.push(diagnostic.clone());
            names.push(Vec::new());
            continue;
        };
        let what = (
            place(diagnostic),
            diagnostic.code.id,
            &diagnostic.summary,
            &diagnostic.address,
            &diagnostic.argument,
        );
        let at = *known.entry(what).or_insert(told.len());
        if at == told.len() {
            told.push(diagnostic.clone());
            names.push(Vec::new());
        }
        if !names[at].contains(&&**module) {
            names[at].push(module);
        }
    }
    for (diagnostic, names) in told.iter_mut().zip(names) {
        if names.len() > 1 {
            diagnostic.module = Some(names.join(", ").into());
        }
    }
    told
}

/// Where a finding is told, so that two can be held against each other; nowhere for a default.
fn place(diagnostic: &Diagnostic) -> Option<(&'static str, u32, u32)> {
    let construct = diagnostic.construct.as_ref();
    match diagnostic
        .origin
        .or(construct.map_or(Origin::Default, |construct| construct.origin))
    {
        Origin::File { start, end } => Some(("", start, end)),
        Origin::Code(at) => Some((at.file(), at.line(), at.column())),
        Origin::Default => None,
    }
}

fn one(out: &mut String, diagnostic: &Diagnostic, sources: &SourceMap, colour: Colour) {
    let style = match diagnostic.severity {
        Severity::Error => "1;31",
        Severity::Warning => "1;33",
        Severity::Note => "1;36",
    };
    let head = format!("{}[{}]", diagnostic.severity.as_str(), diagnostic.code.id);
    let _ = writeln!(
        out,
        "{}: {}",
        colour.paint(style, &head),
        colour.paint("1", &excerpt::one_line(&diagnostic.summary))
    );
    let construct = diagnostic.construct.as_ref();
    let origin = diagnostic
        .origin
        .or(construct.map_or(Origin::Default, |construct| construct.origin));
    if let Some(place) = sources.place(origin) {
        let _ = writeln!(out, "  {} {place}", colour.paint("34", "-->"));
    }
    let margin = excerpt::write(out, origin, sources, colour);

    let mut row = |label: &str, text: &str| {
        let text = excerpt::printable(text);
        let mut lines = text.lines();
        let bar = colour.paint("34", "=");
        let first = lines.next().unwrap_or_default();
        let margin = " ".repeat(margin);
        let _ = writeln!(out, " {margin} {bar} {label}{first}");
        for line in lines {
            let _ = writeln!(out, " {margin}   {line}");
        }
    };
    if !diagnostic.detail.is_empty() {
        row("", &diagnostic.detail);
    }
    if let Some(subject) = subject(diagnostic) {
        row("in: ", &subject);
    }
    if let Some(construct) = construct {
        // The construct's line is worth showing only when the place shown is another one.
        let place = sources.place(construct.origin).filter(|_| origin.is_file());
        row(
            "made by: ",
            &match place {
                Some(place) => format!("{} ({place})", construct.path),
                None => construct.path.to_string(),
            },
        );
    }
    if let Some(hint) = &diagnostic.hint {
        row("help: ", hint);
    }
}

/// `prod: azurerm_key_vault.platform_vault.sku_name`
fn subject(diagnostic: &Diagnostic) -> Option<String> {
    let address = match (&diagnostic.address, &diagnostic.argument) {
        (Some(address), Some(argument)) => Some(format!("{address}, `{argument}`")),
        (Some(one), None) => Some(one.clone()),
        (None, Some(argument)) => Some(format!("`{argument}`")),
        (None, None) => None,
    };
    match (&diagnostic.module, address) {
        (Some(module), Some(address)) => Some(format!("{module}: {address}")),
        (Some(module), None) => Some(module.to_string()),
        (None, address) => address,
    }
}

/// `1 error`, `2 errors`
#[must_use]
pub fn plural(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use terrace_ir::Construct;

    terrace_ir::codes! {
        const CODES;
        SAMPLE = "T9998", "a sample", "Only for tests.";
    }

    #[test]
    fn a_finding_shows_the_line_of_the_file_and_who_made_the_resource() {
        assert_eq!(CODES.len(), 1);
        let mut sources = SourceMap::new();
        let start = sources
            .add("stacks/prod.toml", "[vault]\nsku = \"standart\"\n")
            .unwrap();
        let finding = Diagnostic::error(&SAMPLE, "`sku_name` is \"standart\"")
            .detail("allowed are \"premium\" and \"standard\"")
            .hint("did you mean \"standard\"?")
            .address("azurerm_key_vault.platform_vault")
            .argument("sku_name")
            .in_module(&"prod".into())
            .construct(Some(Construct {
                path: "platform/vault".into(),
                origin: Origin::Default,
            }))
            .at(Origin::File {
                start: start + 14,
                end: start + 24,
            });
        assert_eq!(
            text(&[finding], &sources, Colour::Off),
            r#"error[T9998]: `sku_name` is "standart"
  --> stacks/prod.toml:2:7
   |
 2 | sku = "standart"
   |       ^^^^^^^^^^
   = allowed are "premium" and "standard"
   = in: prod: azurerm_key_vault.platform_vault, `sku_name`
   = made by: platform/vault
   = help: did you mean "standard"?

1 error
"#
        );
    }

    /// A finding in an environment, at an offset of a file.
    fn in_file(environment: &str, summary: &str, start: u32) -> Diagnostic {
        Diagnostic::error(&SAMPLE, summary)
            .in_module(&environment.into())
            .at(Origin::File {
                start,
                end: start + 1,
            })
    }

    #[test]
    fn what_environments_have_in_common_is_told_once() {
        let mut sources = SourceMap::new();
        sources.add("stacks/terrace.toml", "a = 1\n").unwrap();
        let findings = [
            in_file("dev", "`a` is 1", 4),
            in_file("prod", "`a` is 1", 4),
            in_file("prod", "`a` is 1", 4),
            in_file("prod", "`a` is old", 4),
        ];
        let shown = text(&findings, &sources, Colour::Off);
        assert_eq!(shown.matches("`a` is 1").count(), 1, "{shown}");
        assert!(shown.contains("= in: dev, prod\n"), "{shown}");
        assert!(shown.ends_with("2 errors\n"), "{shown}");
    }

    #[test]
    fn findings_of_one_line_stand_in_its_order() {
        let mut sources = SourceMap::new();
        sources.add("a.toml", "a = 1, b = 2\n").unwrap();
        let findings = [in_file("dev", "second", 7), in_file("dev", "first", 0)];
        let shown = text(&findings, &sources, Colour::Off);
        assert!(shown.find("first") < shown.find("second"), "{shown}");
    }

    #[test]
    fn a_finding_without_a_place_is_its_summary_and_where_it_belongs() {
        let finding = Diagnostic::warning(&SAMPLE, "old").address("azurerm_subnet.a");
        assert_eq!(
            text(&[finding], &SourceMap::new(), Colour::Off),
            "warning[T9998]: old\n   = in: azurerm_subnet.a\n\n1 warning\n"
        );
    }

    #[test]
    fn a_summary_is_one_line_whatever_the_value_holds() {
        let finding = Diagnostic::error(&SAMPLE, "`a` is \"x\ny\x1b[2J\"");
        let shown = text(&[finding], &SourceMap::new(), Colour::Off);
        assert_eq!(
            shown.lines().next(),
            Some("error[T9998]: `a` is \"x␊y␛[2J\"")
        );
    }

    #[test]
    fn of_very_many_findings_the_worst_are_shown_and_the_others_counted() {
        let mut findings: Vec<Diagnostic> = (0..10_000)
            .map(|n| Diagnostic::warning(&SAMPLE, format!("{n}")).in_module(&"dev".into()))
            .collect();
        findings.push(Diagnostic::error(&SAMPLE, "the error").in_module(&"prod".into()));
        let start = std::time::Instant::now();
        let shown = text(&findings, &SourceMap::new(), Colour::Off);
        assert!(start.elapsed().as_secs() < 5, "not linear");
        assert!(shown.contains("error[T9998]: the error"), "{shown}");
        assert_eq!(shown.matches("warning[").count(), 99);
        assert!(
            shown
                .ends_with("and 9901 more:\n   9901 × T9998 a sample\n\n1 error, 10000 warnings\n"),
            "{}",
            &shown[shown.len() - 200..]
        );
    }
}
