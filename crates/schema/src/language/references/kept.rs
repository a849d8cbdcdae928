//! What a module keeps or shows: values that are sensitive or ephemeral have no place there.

use terrace_ir::{Diagnostic, Key, Object};

use super::Walk;
use crate::language::codes::{EPHEMERAL, REPETITION, SENSITIVE_OUTPUT};
use crate::language::marks::Mark;
use crate::language::report::Step;
use crate::language::shape::as_bool;

impl<'a> Walk<'_, 'a> {
    /// What an output shows to everybody.
    pub(super) fn exposed(&mut self, body: &'a Object) {
        let Some(value) = body.get("value") else {
            return;
        };
        self.report.enter(Step::Name("value"));
        if self.marks.holds(value, Mark::Ephemeral) {
            let finding = Diagnostic::error(&EPHEMERAL, "the output would keep an ephemeral value")
                .hint("leave the output out, or use `ephemeralasnull`");
            self.report.push(finding, value.origin);
        }
        let is_marked = body.get("sensitive").and_then(as_bool) == Some(true);
        if !is_marked && self.marks.holds(value, Mark::Sensitive) {
            let finding =
                Diagnostic::error(&SENSITIVE_OUTPUT, "the output shows a sensitive value")
                    .hint("add `\"sensitive\": true`, or leave the output out");
            self.report.push(finding, value.origin);
        }
        self.report.leave();
    }

    /// `count` and `for_each` are kept between plan and apply, and the keys are shown.
    pub(super) fn not_repeatable(&mut self, body: &'a Object) {
        for name in ["count", "for_each"] {
            let Some(value) = body.get(name) else {
                continue;
            };
            let finding = if self.marks.is(value, Mark::Ephemeral) {
                Diagnostic::error(
                    &EPHEMERAL,
                    format!("`{name}` would keep an ephemeral value"),
                )
                .hint("use a value that is not ephemeral")
            } else if name == "for_each" && self.marks.is(value, Mark::Sensitive) {
                Diagnostic::error(
                    &REPETITION,
                    "`for_each` would show a sensitive value in addresses",
                )
                .hint("use keys that are not sensitive, or `nonsensitive(…)`")
            } else {
                continue;
            };
            self.report
                .at(name, |report| report.push(finding, value.origin));
        }
    }

    /// Whatever a data source was given is kept.
    pub(super) fn kept(&mut self, body: &'a Object, language: &[&str]) {
        for entry in body {
            let Key::Text(name) = &entry.key else {
                continue;
            };
            if language.contains(&name.as_ref()) || matches!(name.as_ref(), "dynamic" | "//") {
                continue;
            }
            if self.marks.holds(&entry.value, Mark::Ephemeral) {
                let finding = Diagnostic::error(
                    &EPHEMERAL,
                    format!("`{name}` would keep an ephemeral value"),
                )
                .hint("use a value that is not ephemeral");
                self.report
                    .at(name, |report| report.push(finding, entry.value.origin));
            }
        }
    }
}
