//! Findings as people read them, and as machines do.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::IsTerminal;

use serde_json::{Map, Value as Json, json};
use terrace_ir::{Diagnostic, Origin, Severity, SourceMap};

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

/// Findings as text, the worst at the end, where a person looks, with a last line that counts them.
#[must_use]
pub fn text(diagnostics: &[Diagnostic], sources: &SourceMap, colour: Colour) -> String {
    let mut sorted = once(diagnostics);
    sorted.sort_by(|a, b| b.severity.cmp(&a.severity).then_with(|| a.order(b)));
    let mut out = String::new();
    for diagnostic in &sorted {
        one(&mut out, diagnostic, sources, colour);
        out.push('\n');
    }
    let counts = Counts::of(&sorted);
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

/// Findings about what several environments share, a file or a line of code, told once with the names
/// of all of them.
fn once(diagnostics: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut told: Vec<Diagnostic> = Vec::new();
    let mut places: HashMap<_, Vec<usize>> = HashMap::new();
    for diagnostic in diagnostics {
        let same = |other: &Diagnostic| {
            other.code == diagnostic.code
                && other.summary == diagnostic.summary
                && other.address == diagnostic.address
                && other.argument == diagnostic.argument
        };
        let place = place(diagnostic);
        let at = places.entry(place).or_default();
        let earlier = at
            .iter()
            .copied()
            .find(|index| place.is_some() && same(&told[*index]));
        match (earlier.map(|index| &mut told[index]), &diagnostic.module) {
            (Some(earlier), Some(module)) => {
                let names = match &earlier.module {
                    Some(names) if names.split(", ").all(|name| name != &**module) => {
                        format!("{names}, {module}").into()
                    }
                    _ => continue,
                };
                earlier.module = Some(names);
            }
            _ => {
                at.push(told.len());
                told.push(diagnostic.clone());
            }
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
        colour.paint("1", &diagnostic.summary)
    );
    let construct = diagnostic.construct.as_ref();
    let origin = diagnostic
        .origin
        .or(construct.map_or(Origin::Default, |construct| construct.origin));
    if let Some(place) = sources.place(origin) {
        let _ = writeln!(out, "  {} {place}", colour.paint("34", "-->"));
    }
    excerpt(out, origin, sources, colour);

    let mut row = |label: &str, text: &str| {
        let mut lines = text.lines();
        let bar = colour.paint("34", "=");
        let first = lines.next().unwrap_or_default();
        let _ = writeln!(out, "   {bar} {label}{first}");
        for line in lines {
            let _ = writeln!(out, "     {line}");
        }
    };
    if !diagnostic.detail.is_empty() {
        row("", &diagnostic.detail);
    }
    if let Some(subject) = subject(diagnostic) {
        row("in: ", &subject);
    }
    // The construct's line is worth a row only when the place shown is another one.
    if let Some(construct) = construct
        && origin.is_file()
        && let Some(place) = sources.place(construct.origin)
    {
        row("made by: ", &format!("{} ({place})", construct.path));
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

/// The line of the file with the span underlined.
fn excerpt(out: &mut String, origin: Origin, sources: &SourceMap, colour: Colour) {
    let (Some(line), Some(place)) = (sources.line(origin), sources.place(origin)) else {
        return;
    };
    const LONGEST: usize = 160;
    if line.chars().count() > LONGEST {
        return;
    }
    let before = place.column.saturating_sub(1) as usize;
    let rest = line.chars().count().saturating_sub(before);
    let width = match sources.end(origin) {
        Some(end) if end.line == place.line => (end.column - place.column) as usize,
        Some(_) => rest,
        None => 1,
    };
    let number = place.line.to_string();
    let margin = " ".repeat(number.len());
    let bar = colour.paint("34", "|");
    // Tabs stay tabs, so that the underline stands below what it means.
    let indent: String = line
        .chars()
        .take(before)
        .map(|c| if c == '\t' { '\t' } else { ' ' })
        .collect();
    let underline = colour.paint("1;31", &"^".repeat(width.clamp(1, rest.max(1))));
    let _ = writeln!(out, " {margin} {bar}");
    let _ = writeln!(out, " {} {bar} {line}", colour.paint("34", &number));
    let _ = writeln!(out, " {margin} {bar} {indent}{underline}");
}

/// `1 error`, `2 errors`
#[must_use]
pub fn plural(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}

/// Findings in the form of `terraform validate -json`, with our own members beside its:
/// `code`, `hint`, `argument`, `value`, `environment`, `construct`. Severity may also be `note`,
/// which counts as nothing.
#[must_use]
pub fn json(diagnostics: &[Diagnostic], sources: &SourceMap) -> Json {
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by(|a, b| a.order(b));
    let counts = Counts::of(diagnostics);
    json!({
        "format_version": "1.0",
        "valid": counts.errors == 0,
        "error_count": counts.errors,
        "warning_count": counts.warnings,
        "diagnostics": sorted.iter().map(|one| entry(one, sources)).collect::<Vec<_>>(),
    })
}

fn entry(diagnostic: &Diagnostic, sources: &SourceMap) -> Json {
    let mut entry = Map::new();
    let mut put = |key: &str, value: Option<Json>| {
        if let Some(value) = value {
            entry.insert(key.to_owned(), value);
        }
    };
    let text = |text: &str| Some(Json::from(text));
    put("severity", text(diagnostic.severity.as_str()));
    put("summary", text(&diagnostic.summary));
    put("detail", text(&diagnostic.detail));
    put("address", diagnostic.address.as_deref().and_then(text));
    put("range", range(diagnostic.origin, sources));
    put("code", text(diagnostic.code.id));
    put("hint", diagnostic.hint.as_deref().and_then(text));
    put("argument", diagnostic.argument.as_deref().and_then(text));
    put("value", diagnostic.value.as_deref().and_then(text));
    put("environment", diagnostic.module.as_deref().and_then(text));
    if let Some(construct) = &diagnostic.construct {
        let place = sources.place(construct.origin);
        put(
            "construct",
            Some(json!({
                "path": &*construct.path,
                "file": place.as_ref().map(|place| &place.file),
                "line": place.as_ref().map(|place| place.line),
            })),
        );
    }
    Json::Object(entry)
}

fn range(origin: Origin, sources: &SourceMap) -> Option<Json> {
    let start = sources.place(origin)?;
    let end = sources.end(origin).unwrap_or_else(|| start.clone());
    let position = |place: &terrace_ir::Place| json!({"line": place.line, "column": place.column.max(1), "byte": place.byte});
    Some(json!({
        "filename": &start.file,
        "start": position(&start),
        "end": position(&end),
    }))
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
   = help: did you mean "standard"?

1 error
"#
        );
    }

    #[test]
    fn the_json_form_has_terraforms_members() {
        let finding = Diagnostic::warning(&SAMPLE, "old").address("azurerm_subnet.a");
        let json = json(&[finding], &SourceMap::new());
        assert_eq!(json["valid"], true);
        assert_eq!(json["warning_count"], 1);
        assert_eq!(json["diagnostics"][0]["severity"], "warning");
        assert_eq!(json["diagnostics"][0]["address"], "azurerm_subnet.a");
        assert!(json["diagnostics"][0].get("range").is_none());
    }
}
