//! Findings in the form of `terraform validate -json`.

use serde_json::{Map, Value as Json, json};
use terrace_ir::{Diagnostic, Origin, Place, SourceMap};

use super::Counts;

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
    let position = |place: &Place| json!({"line": place.line, "column": place.column.max(1), "byte": place.byte});
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

    terrace_ir::codes! {
        const CODES;
        SAMPLE = "T9998", "a sample", "Only for tests.";
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
