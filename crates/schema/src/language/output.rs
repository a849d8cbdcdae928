//! `output` blocks.

use terrace_ir::{Diagnostic, Object};

use super::codes::EPHEMERAL;
use super::report::Report;
use super::resource::conditions;
use super::shape::as_bool;

/// Checks what the table of names does not say of an `output` block.
pub(super) fn check<'a>(report: &mut Report<'a>, body: &'a Object) {
    if let Some(ephemeral) = body.get("ephemeral")
        && as_bool(ephemeral) == Some(true)
    {
        let finding = Diagnostic::error(
            &EPHEMERAL,
            "an output of a root module cannot be `ephemeral`",
        );
        report.at("ephemeral", |report| {
            report.push(finding.hint("take `ephemeral` out"), ephemeral.origin);
        });
    }
    conditions(report, body, "precondition");
}
