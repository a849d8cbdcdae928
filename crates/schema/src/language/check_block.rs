//! `check` blocks.

use terrace_ir::{Block, Diagnostic};

use super::codes::MISSING;
use super::nested;
use super::report::Report;
use super::resource::{conditions, provider_reference};

/// Checks what the table of names does not say of a `check` block.
pub(super) fn check<'a>(report: &mut Report<'a>, block: &'a Block) {
    conditions(report, &block.body, "assert");
    if let Some(value) = block.body.get("assert")
        && nested::blocks(value).is_some_and(|asserts| asserts.is_empty())
    {
        let finding = Diagnostic::error(&MISSING, "a `check` without an `assert` checks nothing");
        report.at("assert", |report| {
            report.push(finding.hint("add an `assert`"), value.origin)
        });
    }
    let data = block.body.get("data").into_iter().flat_map(nested::labels);
    let bodies = data
        .flat_map(|(_, _, value)| nested::labels(value))
        .flat_map(|(_, _, value)| nested::bodies(value));
    for (_, body) in bodies {
        if let Some(provider) = body.get("provider") {
            report.at("data", |report| {
                report.at("provider", |report| provider_reference(report, provider))
            });
        }
    }
}
