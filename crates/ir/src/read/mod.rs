//! Terraform JSON as a module.
//!
//! | module | what it reads |
//! |---|---|
//! | `directory` | the files of a directory, ordinary ones and overrides, into one module |
//! | `declared`, `overrides` | what may be declared once, and what override files change |
//! | `file`, `body` | one file: labels and bodies, each value by its context |
//! | [`json`] | JSON with positions |
//! | `expression`, `template`, `reference` | HCL's expressions into the expression tree |
//! | [`codes`] | the codes of the findings, explained |
//!
//! Whether a text is a template, a reference or plain text is decided by the table that rendering
//! uses too, so that reading and rendering again changes nothing that Terraform would see.
//!
//! What only a provider's schema can tell apart stays as it was written: below an argument of a
//! resource, a key that stands twice with objects or lists stays there twice (more blocks of one
//! name, or an argument set twice), and so does `"//"` (a comment in a nested block, a key of an
//! object).

mod body;
pub mod codes;
mod declared;
mod directory;
mod error;
mod expression;
#[cfg(test)]
mod expression_tests;
mod file;
pub mod json;
mod overrides;
mod parser;
mod piece;
mod reference;
mod scan;
mod template;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use crate::Text;
use crate::node::Node;
use parser::Parser;

pub use codes::CODES;
pub use directory::{MAX_FILE_SIZE, directory, files};
pub use error::Error;
pub use parser::MAX_DEPTH;

/// Reads an expression as it stands between `${` and `}`.
///
/// ```
/// use terrace_ir::{read, render};
/// let node = read::expression("upper(var.name) == \"A\" ? 1 : local.sizes[0]").unwrap();
/// assert_eq!(render::expression(&node), "upper(var.name) == \"A\" ? 1 : local.sizes[0]");
/// ```
///
/// # Errors
/// The first thing that is no expression, or nested deeper than [`MAX_DEPTH`].
pub fn expression(text: &str) -> Result<Arc<Node>, Error> {
    expression_within(text, &[])
}

/// Reads a template as it stands in a JSON string: text alone becomes [`Node::Text`], a single
/// `${…}` the expression in it, which keeps its type.
///
/// # Errors
/// The first thing that is no template, or nested deeper than [`MAX_DEPTH`].
pub fn template(text: &str) -> Result<Arc<Node>, Error> {
    template_within(text, &[])
}

/// Reads a reference as `depends_on` takes it: names and literal indexes, without `${}`.
///
/// # Errors
/// The first thing that does not belong into a reference.
pub fn traversal(text: &str) -> Result<Arc<Node>, Error> {
    Parser::new(text, &[]).traversal(false)
}

/// Reads a reference whose first name means something only where it stands: a provider, an
/// argument, a keyword.
fn name(text: &str) -> Result<Arc<Node>, Error> {
    Parser::new(text, &[]).traversal(true)
}

/// Reads an expression in which some names are bound: `setting` in the content of
/// `dynamic "setting"`.
fn expression_within(text: &str, bound: &[Text]) -> Result<Arc<Node>, Error> {
    let mut parser = Parser::new(text, bound);
    let tree = parser.expression()?;
    parser.end()?;
    Ok(tree.node)
}

fn template_within(text: &str, bound: &[Text]) -> Result<Arc<Node>, Error> {
    // Most texts are plain.
    if !text.contains(['$', '%', '\r']) && !text.starts_with('\u{feff}') {
        return Ok(Node::text(text));
    }
    let tree = Parser::new(text, bound).bare()?;
    Ok(tree.node)
}
