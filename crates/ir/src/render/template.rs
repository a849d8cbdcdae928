//! Text and expressions as a template that stands unquoted in a JSON string.

use std::borrow::Cow;
use std::sync::Arc;

use super::expression::{USUAL, expression, write};
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
pub fn template(node: &Arc<Node>) -> String {
    let mut out = String::with_capacity(USUAL);
    match &**node {
        Node::Text(text) => push_text(&mut out, text, false, Style::Bare),
        Node::Template(parts) => push_parts(&mut out, parts, Style::Bare),
        _ => push_interpolation(&mut out, node),
    }
    out
}

/// Plain text as a template that gives this text.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    // `$` and `%` alone are not special, but rare.
    let is_special = |byte| matches!(byte, b'$' | b'%' | b'\r');
    let has_special = text.bytes().fold(false, |any, byte| any | is_special(byte));
    if !has_special && !text.starts_with(MARK) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    push_text(&mut out, text, false, Style::Bare);
    Cow::Owned(out)
}

/// Where a template stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// Alone, as the whole of a JSON string.
    Bare,
    /// In HCL's quotes, inside an expression.
    Quoted,
}

/// A byte order mark.
const MARK: char = '\u{feff}';

/// Writes the parts of a template.
pub(super) fn push_parts(out: &mut String, parts: &[TemplatePart], style: Style) {
    for (n, part) in parts.iter().enumerate() {
        let before_sequence = n + 1 < parts.len();
        match part {
            TemplatePart::Text(text) => push_text(out, text, before_sequence, style),
            TemplatePart::Interpolation(node) => push_interpolation(out, node),
            TemplatePart::If {
                condition,
                then,
                otherwise,
            } => {
                directive(out, &format!("if {}", expression(condition)));
                push_body(out, then, style);
                if !otherwise.is_empty() {
                    directive(out, "else");
                    push_body(out, otherwise, style);
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
                push_body(out, body, style);
                directive(out, "endfor");
            }
        }
    }
}

/// Writes the parts inside a directive: what follows them is always another one.
fn push_body(out: &mut String, parts: &[TemplatePart], style: Style) {
    match parts {
        [before @ .., TemplatePart::Text(text)] => {
            push_parts(out, before, style);
            push_text(out, text, true, style);
        }
        parts => push_parts(out, parts, style),
    }
}

fn directive(out: &mut String, text: &str) {
    out.push_str("%{ ");
    out.push_str(text);
    out.push_str(" }");
}

fn push_interpolation(out: &mut String, node: &Arc<Node>) {
    out.push_str("${");
    write(out, node, 0);
    out.push('}');
}

/// Writes plain text. Two characters that Terraform does not read in a bare template go out as
/// interpolations: a byte order mark in front, which it takes away, and a carriage return without
/// its newline, behind which it reads no more sequences.
fn push_text(out: &mut String, mut text: &str, before_sequence: bool, style: Style) {
    if style == Style::Bare {
        if out.is_empty()
            && let Some(rest) = text.strip_prefix(MARK)
        {
            out.push_str("${\"\u{feff}\"}");
            text = rest;
        }
        while let Some(at) = lone_return(text) {
            push_run(out, &text[..at], true, style);
            out.push_str(r#"${"\r"}"#);
            text = &text[at + 1..];
        }
    }
    push_run(out, text, before_sequence, style);
}

fn lone_return(text: &str) -> Option<usize> {
    text.match_indices('\r')
        .map(|(at, _)| at)
        .find(|at| !text[at + 1..].starts_with('\n'))
}

/// Writes plain text without special characters. `${` and `%{` get their sign doubled. Signs at
/// the end, directly before a sequence (`before_sequence`), would run into it: they go out as
/// `${"$"}`.
fn push_run(out: &mut String, text: &str, before_sequence: bool, style: Style) {
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
        match style {
            Style::Bare => out.push(c),
            Style::Quoted => push_quoted(c, out),
        }
    }
    if !signs.is_empty() {
        out.push_str("${\"");
        out.push_str(signs);
        out.push_str("\"}");
    }
}

/// One character of quoted text, by HCL's escapes.
fn push_quoted(c: char, out: &mut String) {
    match c {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if c.is_control() => out.push_str(&format!("\\u{:04x}", c as u32)),
        c => out.push(c),
    }
}
