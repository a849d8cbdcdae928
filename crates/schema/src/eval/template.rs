//! Templates.

use terrace_ir::node::TemplatePart;
use terrace_ir::{Node, Text, Type};

use super::comprehension::bindings;
use super::convert::convert;
use super::operator::shown;
use super::problem::{INVALID_EXPRESSION, Problem, described};
use super::value::{MAX_TEXT, Marks, Val};
use super::{Evaluator, unknown};

/// The text of a template as it grows; `None` once a part is unknown, or the whole too long.
struct Joined {
    text: Option<String>,
    marks: Marks,
}

impl Joined {
    fn new() -> Self {
        Self {
            text: Some(String::new()),
            marks: Marks::NONE,
        }
    }

    fn push(&mut self, value: &Val) {
        self.marks = self.marks.and(value.marks());
        match (&mut self.text, value.as_text()) {
            (Some(text), Some(part)) if text.len() + part.len() <= MAX_TEXT => text.push_str(part),
            _ => self.text = None,
        }
    }

    fn finish(self) -> Val {
        match self.text {
            Some(text) => Val::text(text).marked(self.marks),
            None => unknown(Type::String, self.marks),
        }
    }
}

impl Evaluator<'_> {
    /// The text of all parts together.
    pub(super) fn template(&mut self, parts: &[TemplatePart]) -> Val {
        let mut joined = Joined::new();
        for part in parts {
            let value = match part {
                TemplatePart::Text(text) => Val::text(&**text),
                TemplatePart::Interpolation(node) => self.interpolation(node),
                TemplatePart::If {
                    condition,
                    then,
                    otherwise,
                } => self.conditional(
                    condition,
                    |this| this.template(then),
                    |this| this.template(otherwise),
                ),
                TemplatePart::For {
                    key_name,
                    value_name,
                    source,
                    body,
                } => self.repeated(key_name.as_ref(), value_name, source, body),
            };
            joined.push(&value);
        }
        joined.finish()
    }

    fn interpolation(&mut self, node: &Node) -> Val {
        let value = self.evaluate(node);
        // Before its value is known, Terraform does not look at the type of a part.
        if !value.is_known() {
            return unknown(Type::String, value.marks());
        }
        if !value.is_null()
            && let Ok(text) = convert(&value, &Type::String)
        {
            return text;
        }
        let summary = format!(
            "`{}`: a template takes text, numbers and booleans, but this is {}",
            shown(node),
            described(&value)
        );
        let problem = Problem::new(&INVALID_EXPRESSION, summary);
        self.refuse(match value.is_null() {
            true => problem.hint("give a default: `coalesce(…, \"\")`"),
            false => problem.hint("make it text: `join(\", \", …)` or `jsonencode(…)`"),
        });
        Val::unknown(Type::String)
    }

    fn repeated(
        &mut self,
        key_name: Option<&Text>,
        value_name: &Text,
        source: &Node,
        body: &[TemplatePart],
    ) -> Val {
        let source = self.evaluate(source);
        let Some(elements) = self.elements(&source) else {
            return unknown(Type::String, source.marks());
        };
        let mut joined = Joined::new();
        for (key, value) in elements {
            let names = bindings(key_name, value_name, key, value);
            let text = self.bound(names, |this| this.template(body));
            joined.push(&text);
        }
        joined.finish().marked(source.marks())
    }
}
