//! `dynamic` blocks: their shape, and the iterator that is known in their content.

use terrace_ir::{Any, Diagnostic, Key, Object, Origin};

use super::Walk;
use crate::language::codes::{DUPLICATE, MISSING, UNKNOWN_NAME};
use crate::language::nested;
use crate::language::report::Step;
use crate::language::shape::{missing, wrong_kind};
use crate::language::traversal;

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
                    self.dynamic_shape(body, value.origin.or(origin));
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
        self.members(body, &["labels"]);
        if let Some(content) = body.get("content") {
            self.report.enter(Step::Name("content"));
            for (_, content) in nested::bodies(content) {
                self.arguments(content, &[]);
            }
            self.report.leave();
        }
        self.scope.names.pop();
    }

    fn dynamic_shape(&mut self, body: &'a Object, at: Origin) {
        for entry in body {
            let Key::Text(name) = &entry.key else {
                continue;
            };
            if !matches!(
                name.as_ref(),
                "for_each" | "iterator" | "labels" | "content" | "//"
            ) {
                let finding = Diagnostic::error(&UNKNOWN_NAME, format!("`dynamic` has no argument `{name}`"))
                    .hint("put what the blocks hold into `content`; beside it stand `for_each` and `iterator` only");
                self.report
                    .at(name, |report| report.push(finding, entry.key_origin));
            }
        }
        if body.get("for_each").is_none() {
            self.report
                .at("for_each", |report| missing(report, "for_each", at));
        }
        if let Some(iterator) = body.get("iterator")
            && traversal::keyword(iterator).is_none()
            && !traversal::is_unread(iterator)
        {
            self.report.at("iterator", |report| {
                wrong_kind(report, "iterator", "one name", iterator, iterator.origin);
            });
        }
        let contents = body
            .get("content")
            .and_then(nested::blocks)
            .map_or(0, |blocks| blocks.len());
        if contents != 1 {
            let finding = match contents {
                0 => {
                    Diagnostic::error(&MISSING, "`content` is required here").hint("add `content`")
                }
                _ => Diagnostic::error(&DUPLICATE, "`content` stands here more than once")
                    .hint("make it one `content`"),
            };
            self.report.at("content", |report| report.push(finding, at));
        }
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
