//! Text and expressions as a template that stands unquoted in a JSON string.

use std::borrow::Cow;
use std::rc::Rc;

use super::expression;
use crate::node::{Node, TemplatePart};

/// An expression as the whole of a JSON string.
///
/// ```
/// use terrace_ir::{expr, render, tf};
/// let name = expr::var::<String>("name");
/// assert_eq!(render::template(name.node()), "${var.name}");
/// assert_eq!(render::template(tf!("a ${{x}} {}$", name).node()), "a $${x} ${var.name}$");
/// ```
#[must_use]
pub fn template(node: &Rc<Node>) -> String {
    let mut out = String::new();
    match &**node {
        Node::Text(text) => push_text(&mut out, text, false, &|c, out| out.push(c)),
        Node::Template(parts) => push_parts(&mut out, parts, &|c, out| out.push(c)),
        _ => push_interpolation(&mut out, node),
    }
    out
}

/// Plain text as a template that gives this text.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains("${") && !text.contains("%{") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    push_text(&mut out, text, false, &|c, out| out.push(c));
    Cow::Owned(out)
}

/// How one character is written where the template stands.
pub(super) type Put = dyn Fn(char, &mut String);

/// Writes the parts of a template.
pub(super) fn push_parts(out: &mut String, parts: &[TemplatePart], put: &Put) {
    for (n, part) in parts.iter().enumerate() {
        let before_sequence = n + 1 < parts.len();
        match part {
            TemplatePart::Text(text) => push_text(out, text, before_sequence, put),
            TemplatePart::Interpolation(node) => push_interpolation(out, node),
            TemplatePart::If {
                condition,
                then,
                otherwise,
            } => {
                directive(out, &format!("if {}", expression(condition)));
                push_body(out, then, put);
                if !otherwise.is_empty() {
                    directive(out, "else");
                    push_body(out, otherwise, put);
                }
                directive(out, "endif");
            }
            TemplatePart::For {
                key_name,
                value_name,
                source,
                body,
            } => {
                let names = match key_name {
                    Some(key) => format!("{key}, {value_name}"),
                    None => value_name.to_string(),
                };
                directive(out, &format!("for {names} in {}", expression(source)));
                push_body(out, body, put);
                directive(out, "endfor");
            }
        }
    }
}

/// Writes the parts inside a directive: what follows them is always another one.
fn push_body(out: &mut String, parts: &[TemplatePart], put: &Put) {
    match parts {
        [before @ .., TemplatePart::Text(text)] => {
            push_parts(out, before, put);
            push_text(out, text, true, put);
        }
        parts => push_parts(out, parts, put),
    }
}

fn directive(out: &mut String, text: &str) {
    out.push_str("%{ ");
    out.push_str(text);
    out.push_str(" }");
}

fn push_interpolation(out: &mut String, node: &Rc<Node>) {
    out.push_str("${");
    out.push_str(&expression(node));
    out.push('}');
}

/// Writes plain text. `${` and `%{` get their sign doubled. Signs at the end, directly before a
/// sequence (`before_sequence`), would run into it: they go out as `${"$"}`.
fn push_text(out: &mut String, text: &str, before_sequence: bool, put: &Put) {
    let (text, signs) = if before_sequence {
        text.split_at(text.trim_end_matches(['$', '%']).len())
    } else {
        (text, "")
    };
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if matches!(c, '$' | '%') && chars.peek() == Some(&'{') {
            out.push(c);
        }
        put(c, out);
    }
    if !signs.is_empty() {
        out.push_str("${\"");
        out.push_str(signs);
        out.push_str("\"}");
    }
}
