//! Reads directories as Terraform reads them: `data/modules.json` holds small ones with what
//! `terraform validate` 1.11.4 had against each.

use pretty_assertions::assert_eq;
use serde::Deserialize;
use std::collections::BTreeMap;
use terrace_ir::{Module, Severity, SourceMap, read, render};

#[derive(Deserialize)]
struct Case {
    name: String,
    files: BTreeMap<String, String>,
    /// What Terraform had against it.
    refused: Vec<String>,
    /// Whether that lies in the structure inside a body, which is not looked at here.
    #[serde(default)]
    inside: bool,
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("data/modules.json")).unwrap()
}

/// Whether a reason of Terraform's lies in the reading: the rest is about what blocks mean.
fn is_about_reading(reason: &str) -> bool {
    const REASONS: [&str; 23] = [
        "Incorrect JSON value type",
        "Missing block label",
        "Root value must be object",
        "Invalid JSON",
        "Invalid object property name",
        "Extraneous",
        "Trailing comma",
        "Unclosed",
        "Missing attribute seperator comma",
        "Missing value",
        "Duplicate ",
        "Both a backend and cloud",
        "Unsupported override",
        "Can't override",
        "Cannot override",
        "Missing resource to override",
        "Missing base",
        "Missing module call to override",
        "Invalid expression",
        "Missing expression",
        "Invalid provider configuration reference",
        "Invalid required_providers block",
        "Invalid \"when\" keyword",
    ];
    REASONS.iter().any(|known| reason.starts_with(known))
}

fn load(files: &BTreeMap<String, String>) -> (Module, Vec<String>) {
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(n, t)| (n.as_str(), t.as_str()))
        .collect();
    let mut sources = SourceMap::new();
    let (module, findings) = read::files("test", &files, &mut sources);
    let errors = findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error)
        .map(|finding| {
            let place = sources.place(finding.origin);
            let place = place.map_or_else(String::new, |place| place.to_string());
            format!("{place} {} {}", finding.code.id, finding.summary)
        });
    let errors = errors.collect();
    (module, errors)
}

#[test]
fn what_terraform_refuses_to_read_is_refused_and_nothing_else() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (_, errors) = load(&case.files);
        let reasons = &mut case.refused.iter();
        let refused = !case.inside && reasons.any(|reason| is_about_reading(reason));
        if refused == errors.is_empty() {
            wrong.push(format!(
                "{}: {:?}, and we said {errors:?}",
                case.name, case.refused
            ));
        }
    }
    assert_eq!(wrong.join("\n"), "");
}

/// Every value of a module that Terraform accepts, as it was and as it was read and written.
#[test]
fn a_module_that_was_read_and_written_is_read_as_the_same_module() {
    for case in cases() {
        let (module, errors) = load(&case.files);
        if !errors.is_empty() {
            continue;
        }
        let written = render::module(&module, None);
        let again = BTreeMap::from([("main.tf.json".to_owned(), written.clone())]);
        let (again, errors) = load(&again);
        assert_eq!(
            (errors, render::module(&again, None)),
            (Vec::new(), written),
            "{}",
            case.name
        );
    }
}
