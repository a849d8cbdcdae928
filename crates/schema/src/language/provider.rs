//! `provider` blocks, and the local names of providers.

use terrace_ir::{Block, Diagnostic};

use super::codes::{BAD_NAME, DEPRECATED_VERSION};
use super::report::Report;
use super::shape::is_literal_text;
use super::terraform::{constraint_text, interpolation, read};

/// Checks what the table of names does not say of a `provider` block.
pub(super) fn check<'a>(report: &mut Report<'a>, block: &'a Block) {
    if let Some(name) = block.labels.first()
        && let Some(problem) = name_problem(name)
    {
        let finding = Diagnostic::error(
            &BAD_NAME,
            format!("`{name}` is not allowed as the name of a provider"),
        );
        report.push(finding.value(name.as_ref()).hint(problem), block.origin);
    }
    if let Some(alias) = block.body.get("alias") {
        let is_name = alias
            .as_text()
            .is_some_and(terrace_ir::address::is_identifier);
        report.at("alias", |report| match alias.as_text() {
            Some(text) if text.contains("${") => {
                interpolation(report, &terrace_ir::render::shown(alias), alias.origin)
            }
            // What is no text at all was said before.
            _ if is_name || !is_literal_text(alias) => {}
            _ => {
                let shown = terrace_ir::render::shown(alias);
                let finding = Diagnostic::error(
                    &BAD_NAME,
                    format!("`alias` is {shown}, which is not allowed as a name"),
                );
                let hint =
                    "begin with a letter or `_`, and go on with letters, digits, `_` and `-`";
                report.push(finding.value(shown).hint(hint), alias.origin);
            }
        });
    }
    if let Some(version) = block.body.get("version") {
        report.at("version", |report| {
            let summary = "`version` in a `provider` block is deprecated";
            let finding = Diagnostic::warning(&DEPRECATED_VERSION, summary);
            report.push(
                finding.hint("move it to `required_providers`"),
                version.origin,
            );
            if let Some(text) = constraint_text(report, "version", version, version.origin) {
                read(report, &text, version.origin);
            }
        });
    }
}

/// Why a name cannot be the local name of a provider, or a part of its source. Names beyond ASCII are not judged.
pub(super) fn name_problem(name: &str) -> Option<String> {
    let problem = if name.is_empty() {
        "give a name of one character at least"
    } else if !name.is_ascii() {
        return None;
    } else if name.contains("--") {
        "put no two dashes side by side"
    } else if name.starts_with('-') || name.ends_with('-') {
        "take the dash at the beginning or end away"
    } else if !name.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-') {
        "use letters, digits and dashes only"
    } else if name.bytes().any(|c| c.is_ascii_uppercase()) {
        return Some(format!("write it in lower case: `{}`", name.to_lowercase()));
    } else {
        return None;
    };
    Some(problem.to_owned())
}
