//! An expression in Terraform's native syntax.

use std::sync::Arc;

use super::template::{Style, push_parts};
use crate::address::{Mode, is_identifier, parts};
use crate::node::{For, Node, Root, Splat, SplatStep, TemplatePart, UnaryOperator};

/// The expression as it stands between `${` and `}`, or alone where Terraform wants a reference.
///
/// Parentheses stand only where they are needed.
#[must_use]
pub fn expression(node: &Arc<Node>) -> String {
    let mut out = String::with_capacity(USUAL);
    write(&mut out, node, 0);
    out
}

/// As many bytes as most expressions take.
pub(super) const USUAL: usize = 96;

const UNARY: u8 = 7;
const POSTFIX: u8 = 8;

/// Writes a node where everything that binds less tightly than `least` needs parentheses.
pub(super) fn write(out: &mut String, node: &Node, least: u8) {
    let open = binding(node) < least;
    if open {
        out.push('(');
    }
    match node {
        Node::Null => out.push_str("null"),
        Node::Bool(true) => out.push_str("true"),
        Node::Bool(false) => out.push_str("false"),
        Node::Number(digits) => out.push_str(digits),
        Node::Text(text) => quoted(out, |out| {
            push_parts(out, &[TemplatePart::Text(text.clone())], Style::Quoted);
        }),
        Node::Template(parts) => quoted(out, |out| push_parts(out, parts, Style::Quoted)),
        Node::List(items) => list(out, '[', items, ']'),
        Node::Object(entries) => object(out, entries),
        Node::Root(root) => write_root(out, root),
        Node::Attribute(source, name) => {
            write(out, source, POSTFIX);
            out.push('.');
            out.push_str(name);
        }
        Node::Index(source, key) => {
            write(out, source, POSTFIX);
            index(out, key);
        }
        Node::Splat(splat) => write_splat(out, splat),
        Node::Call(call) => {
            out.push_str(&call.name);
            list(
                out,
                '(',
                &call.arguments,
                if call.spread { '.' } else { ')' },
            );
        }
        Node::Unary(operator, operand) => {
            out.push(match operator {
                UnaryOperator::Negate => '-',
                UnaryOperator::Not => '!',
            });
            write(out, operand, UNARY);
        }
        Node::Binary(operator, left, right) => {
            let precedence = operator.precedence();
            write(out, left, precedence);
            out.push(' ');
            out.push_str(operator.sign());
            out.push(' ');
            write(out, right, precedence + 1);
        }
        Node::Conditional(condition, then, otherwise) => {
            write(out, condition, 1);
            out.push_str(" ? ");
            write(out, then, 1);
            out.push_str(" : ");
            // A chain of conditions reads well without parentheses.
            write(out, otherwise, 0);
        }
        Node::For(each) => write_for(out, each),
    }
    if open {
        out.push(')');
    }
}

/// How tightly a node binds.
fn binding(node: &Node) -> u8 {
    match node {
        Node::Conditional(..) => 0,
        Node::Binary(operator, ..) => operator.precedence(),
        Node::Unary(..) => UNARY,
        // A negative number is written like a negated one, and a dot behind digits would be read as
        // a decimal point.
        Node::Number(_) => UNARY,
        // Steps behind a splat belong to it, so one that is applied to the whole needs a border.
        Node::Splat(_) => POSTFIX - 1,
        _ => POSTFIX + 1,
    }
}

fn write_root(out: &mut String, root: &Root) {
    match root {
        Root::Resource { address, .. } => {
            if address.mode == Mode::Managed && is_reserved(&address.type_name) {
                out.push_str("resource.");
            }
            for part in parts(address.mode, &address.type_name, &address.name) {
                out.push_str(part);
            }
        }
        Root::Variable(name) => {
            out.push_str("var.");
            out.push_str(name);
        }
        Root::Local(name) => {
            out.push_str("local.");
            out.push_str(name);
        }
        Root::Module(name) => {
            out.push_str("module.");
            out.push_str(name);
        }
        Root::Each => out.push_str("each"),
        Root::Count => out.push_str("count"),
        Root::Path => out.push_str("path"),
        Root::Terraform => out.push_str("terraform"),
        Root::SelfObject => out.push_str("self"),
        Root::Name(name) => out.push_str(name),
    }
}

/// Whether a reference that begins with this name is to something else than a resource of that
/// type.
fn is_reserved(type_name: &str) -> bool {
    matches!(
        type_name,
        "resource"
            | "data"
            | "ephemeral"
            | "var"
            | "local"
            | "module"
            | "each"
            | "count"
            | "path"
            | "terraform"
            | "self"
    )
}

fn index(out: &mut String, key: &Node) {
    out.push('[');
    write(out, key, 0);
    out.push(']');
}

fn write_splat(out: &mut String, splat: &Splat) {
    write(out, &splat.source, POSTFIX);
    out.push_str(if splat.full { "[*]" } else { ".*" });
    for step in &splat.each {
        match step {
            SplatStep::Attribute(name) => {
                out.push('.');
                out.push_str(name);
            }
            SplatStep::Index(key) => index(out, key),
            SplatStep::Splat { full: true } => out.push_str("[*]"),
            SplatStep::Splat { full: false } => out.push_str(".*"),
        }
    }
}

/// Writes items between brackets; a closing `.` means the last one is spread.
fn list(out: &mut String, open: char, items: &[Arc<Node>], close: char) {
    out.push(open);
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push_str(", ");
        }
        write(out, item, 0);
    }
    match close {
        '.' => out.push_str("...)"),
        close => out.push(close),
    }
}

fn object(out: &mut String, entries: &[(Arc<Node>, Arc<Node>)]) {
    out.push('{');
    for (n, (key, value)) in entries.iter().enumerate() {
        out.push_str(if n > 0 { ", " } else { " " });
        object_key(out, key);
        out.push_str(" = ");
        write(out, value, 0);
    }
    out.push_str(if entries.is_empty() { "}" } else { " }" });
}

/// A bare identifier as a key is its own name, so every other expression stands in parentheses.
fn object_key(out: &mut String, key: &Node) {
    match key {
        Node::Text(text) if is_identifier(text) && !is_keyword(text) => out.push_str(text),
        Node::Text(_) | Node::Template(_) => write(out, key, 0),
        _ => {
            out.push('(');
            write(out, key, 0);
            out.push(')');
        }
    }
}

/// `{ for` would begin a comprehension; the others read like values.
fn is_keyword(text: &str) -> bool {
    matches!(text, "for" | "true" | "false" | "null")
}

fn write_for(out: &mut String, each: &For) {
    out.push_str(if each.key.is_some() {
        "{ for "
    } else {
        "[for "
    });
    if let Some(name) = &each.key_name {
        out.push_str(name);
        out.push_str(", ");
    }
    out.push_str(&each.value_name);
    out.push_str(" in ");
    write(out, &each.source, 0);
    out.push_str(" : ");
    if let Some(key) = &each.key {
        write(out, key, 0);
        out.push_str(" => ");
    }
    write(out, &each.value, 0);
    if each.grouped {
        out.push_str("...");
    }
    if let Some(condition) = &each.condition {
        out.push_str(" if ");
        write(out, condition, 0);
    }
    out.push_str(if each.key.is_some() { " }" } else { "]" });
}

fn quoted(out: &mut String, inner: impl FnOnce(&mut String)) {
    out.push('"');
    inner(out);
    out.push('"');
}
