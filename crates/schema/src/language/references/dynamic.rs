//! `dynamic` blocks: their shape, and the iterator that is known in their content.

use terrace_ir::{Any, Diagnostic, Key, Object, Origin};

use super::Walk;
use crate::language::codes::{DUPLICATE, MISSING, UNKNOWN_NAME};
use crate::language::nested;
use crate::language::report::{Report, Step};
use crate::language::shape::{missing, wrong_kind};
use crate::language::traversal;

/// Why what stands in the content of a `dynamic` may not matter.
pub(crate) const NOT_MADE: &str =
    "this fails as soon as `for_each` of the `dynamic` holds anything";

impl<'a> Walk<'_, 'a> {
    /// `dynamic` blocks. `is_certain` says that the place can hold nothing else of that name, so that the blocks
    /// themselves are checked too.
    pub(super) fn dynamics(&mut self, value: &'a Any, is_certain: bool) {
        for (label, origin, value) in nested::labels(value) {
            self.report.enter(Step::Name(label));
            for (index, body) in nested::bodies(value) {
                if let Some(index) = index {
                    self.report.enter(Step::Index(index));
                }
                if is_certain {
                    dynamic_shape(self.report, body, value.origin.or(origin));
                }
                self.dynamic(label, body);
                if index.is_some() {
                    self.report.leave();
                }
            }
            self.report.leave();
        }
    }

    fn dynamic(&mut self, label: &'a str, body: &'a Object) {
        self.members(body, &["for_each"]);
        let iterator = body.get("iterator").and_then(traversal::keyword);
        self.scope.names.push(iterator.unwrap_or(label));
        if let Some(content) = body.get("content") {
            self.report.enter(Step::Name("content"));
            for (_, content) in nested::bodies(content) {
                let doubt = (!(self.is_made)(content)).then_some(NOT_MADE);
                let before = self.report.doubt(doubt);
                self.arguments(content, &[]);
                self.report.doubt(before);
            }
            self.report.leave();
        }
        self.scope.names.pop();
    }
}

/// Whether a value looks like what stands behind `dynamic`: labels, and behind them bodies with `content`.
pub(super) fn is_dynamic(value: &Any) -> bool {
    let mut labels = nested::labels(value).peekable();
    labels.peek().is_some()
        && labels.all(|(_, _, value)| {
            nested::bodies(value).all(|(_, body)| body.get("content").is_some())
        })
}

/// What stands in a `dynamic`, and what is missing.
pub(crate) fn dynamic_shape<'a>(report: &mut Report<'a>, body: &'a Object, at: Origin) {
    for entry in body {
        let Key::Text(name) = &entry.key else {
            continue;
        };
        if !matches!(name.as_ref(), "for_each" | "iterator" | "content" | "//") {
            let finding = Diagnostic::error(&UNKNOWN_NAME, format!("`dynamic` has no argument `{name}`")).hint(
                "put what the blocks hold into `content`; beside it stand `for_each` and `iterator` only",
            );
            report.at(name, |report| report.push(finding, entry.key_origin));
        }
    }
    if body.get("for_each").is_none() {
        report.at("for_each", |report| missing(report, "for_each", at));
    }
    if let Some(iterator) = body.get("iterator")
        && traversal::keyword(iterator).is_none()
        && !traversal::is_unread(iterator)
    {
        report.at("iterator", |report| {
            wrong_kind(report, "iterator", "one name", iterator, iterator.origin);
        });
    }
    let contents = body
        .get("content")
        .and_then(nested::blocks)
        .map_or(0, |blocks| blocks.len());
    if contents != 1 {
        let finding = match contents {
            0 => Diagnostic::error(&MISSING, "`content` is required here").hint("add `content`"),
            _ => Diagnostic::error(&DUPLICATE, "`content` stands here more than once")
                .hint("make it one `content`"),
        };
        report.at("content", |report| report.push(finding, at));
    }
}
