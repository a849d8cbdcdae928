//! A module as Terraform JSON.
//!
//! The same text is written differently by the place where it stands; Terraform's language decides
//! which of four contexts a place is:
//!
//! | context | where | how |
//! |---|---|---|
//! | template | argument values and the keys of objects in them | `${` and `%{` of plain text are escaped, an expression is `${…}` |
//! | quoted | text inside an expression | HCL's quotes ([`expression`]) |
//! | bare | `depends_on`, `ignore_changes`, `provider`, `moved.from` … | the reference without `${}` |
//! | literal | `terraform`, `variable.default`, `module.source` … | never evaluated, so never escaped |
//!
//! Source: Terraform 1.11's JSON syntax, tried with Terraform 1.11.4.

pub(crate) mod context;
mod expression;
mod json;
mod template;

use crate::any::{Any, Data, Key, Object};
use crate::module::{Block, BlockKind, Module};
use crate::node::Node;

use context::Context;
use json::Writer;

pub use expression::expression;
pub use template::template;

/// The module as one file of Terraform JSON, ending in a newline, with an optional comment as its
/// first entry (`"//"`, which Terraform ignores).
///
/// Blocks of one kind stand together in the order of [`BlockKind::ALL`], sorted by their labels
/// where they have any; the entries of a body keep their order.
#[must_use]
pub fn module(module: &Module, comment: Option<&str>) -> String {
    blocks(module, &BlockKind::ALL, comment)
}

/// The blocks of some kinds as one file of Terraform JSON, as [`module()`] writes them.
#[must_use]
pub fn blocks(module: &Module, kinds: &[BlockKind], comment: Option<&str>) -> String {
    let mut writer = Writer::new();
    writer.object(|writer| {
        if let Some(comment) = comment {
            writer.key("//");
            writer.text(comment);
        }
        for &kind in kinds {
            let mut blocks: Vec<&Block> = module.of(kind).collect();
            if blocks.is_empty() {
                continue;
            }
            blocks.sort_by(|a, b| a.labels.cmp(&b.labels));
            writer.key(kind.keyword());
            labelled(writer, kind, &blocks, 0);
        }
    });
    writer.finish()
}

/// One block's body as Terraform JSON, ending in a newline.
#[must_use]
pub fn body(block: &Block) -> String {
    let mut writer = Writer::new();
    object(&mut writer, &block.body, Context::of(block.kind));
    writer.finish()
}

/// Writes blocks that agree in their first `depth` labels.
fn labelled(writer: &mut Writer, kind: BlockKind, blocks: &[&Block], depth: usize) {
    if depth < kind.labels() {
        writer.object(|writer| {
            for group in blocks.chunk_by(|a, b| a.labels[depth] == b.labels[depth]) {
                writer.key(&group[0].labels[depth]);
                labelled(writer, kind, group, depth + 1);
            }
        });
        return;
    }
    // Terraform takes an object or a list of objects for every kind. These are lists by nature.
    let is_list = matches!(
        kind,
        BlockKind::Provider | BlockKind::Moved | BlockKind::Import | BlockKind::Removed
    );
    match blocks {
        [one] if !is_list => object(writer, &one.body, Context::of(kind)),
        many => writer.list(|writer| {
            for block in many {
                writer.item();
                object(writer, &block.body, Context::of(kind));
            }
        }),
    }
}

fn object(writer: &mut Writer, object: &Object, context: Context) {
    writer.object(|writer| {
        for entry in object {
            match &entry.key {
                Key::Text(text) => {
                    writer.key(&context.key(text));
                    value(writer, &entry.value, context.enter(text));
                }
                Key::Expr(node) => {
                    writer.key(&template(node));
                    value(writer, &entry.value, Context::Template);
                }
            }
        }
    });
}

fn value(writer: &mut Writer, any: &Any, context: Context) {
    match &any.data {
        Data::Null => writer.raw("null"),
        Data::Bool(value) => writer.raw(if *value { "true" } else { "false" }),
        Data::Int(value) => writer.raw(&value.to_string()),
        Data::Number(digits) => writer.raw(digits),
        Data::Text(text) => writer.text(&context.text(text)),
        Data::Expr(node) => writer.text(&context.expression(node)),
        Data::List(items) => writer.list(|writer| {
            for item in items {
                writer.item();
                value(writer, item, context.element());
            }
        }),
        Data::Object(entries) => object(writer, entries, context),
    }
}

/// One value in template context as JSON, without a newline: how an argument of it is written.
#[must_use]
pub fn argument(any: &Any) -> String {
    let mut writer = Writer::new();
    value(&mut writer, any, Context::Template);
    writer.finish().trim_end().to_owned()
}

/// What a reader should see of a value in a message: plain text in quotes, an expression as `${…}`. What is long is cut.
#[must_use]
pub fn shown(any: &Any) -> String {
    const LONGEST: usize = 80;
    let cut = |text: &str| match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    };
    match &any.data {
        Data::Text(text) => format!("\"{}\"", cut(text)),
        Data::Expr(node) => match &**node {
            Node::Template(_) => format!("\"{}\"", cut(&template(node))),
            _ => cut(&template(node)),
        },
        Data::Null | Data::Bool(_) => format!("`{}`", argument(any)),
        _ => cut(&argument(any)),
    }
}
