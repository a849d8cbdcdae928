//! The check held against what the real azurerm 5.2.0 was seen to do: `terraform validate` on bodies with one argument
//! changed.

mod support;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::Value;
use terrace_ir::{Diagnostic, Severity};

/// One body, and whether the provider accepted it.
#[derive(Deserialize)]
struct Observation {
    #[serde(rename = "type")]
    type_name: String,
    body: Value,
    accepted: bool,
    /// Why it was refused: `value`, `type`, `relation`, …
    #[serde(default)]
    because: Vec<String>,
}

fn observations(file: &str) -> impl Iterator<Item = Observation> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(file);
    let lines = BufReader::new(GzDecoder::new(File::open(path).unwrap())).lines();
    lines.map(|line| serde_json::from_str(&line.unwrap()).unwrap())
}

fn errors(observation: &Observation) -> Vec<Diagnostic> {
    let mut findings = support::check(&observation.type_name, &observation.body);
    findings.retain(|finding| finding.severity == Severity::Error);
    findings
}

#[test]
fn the_check_agrees_with_the_real_provider() {
    let (mut all, mut accepted, mut wrongly_refused) = (0, 0, Vec::new());
    let mut missed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for observation in observations("azurerm-validate.jsonl.gz") {
        let errors = errors(&observation);
        all += 1;
        accepted += usize::from(observation.accepted);
        let body = || format!("{} {}", observation.type_name, observation.body);
        match (observation.accepted, errors.first()) {
            (true, Some(error)) => wrongly_refused.push(format!(
                "{}: {} {}\n    {}",
                error.argument.as_deref().unwrap_or_default(),
                error.summary,
                error.detail,
                body()
            )),
            (false, None) => missed
                .entry(observation.because.join(", "))
                .or_default()
                .push(body()),
            _ => {}
        }
    }
    let missed_in_all: usize = missed.values().map(Vec::len).sum();
    let agreed = all - missed_in_all - wrongly_refused.len();
    println!(
        "{agreed} of {all} verdicts agree; {} of {accepted} accepted bodies refused",
        wrongly_refused.len()
    );
    wrongly_refused
        .iter()
        .for_each(|line| println!("refused, though accepted: {line}"));
    for (because, bodies) in &missed {
        bodies
            .iter()
            .for_each(|body| println!("accepted, though refused for {because}: {body}"));
    }
    assert!(all > 8000, "the observations are gone");
    assert!(
        wrongly_refused.is_empty(),
        "{} bodies that are valid are refused",
        wrongly_refused.len()
    );
    assert!(
        agreed * 1000 >= all * 990,
        "only {agreed} of {all} verdicts agree"
    );
}
