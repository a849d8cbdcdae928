//! The check of modules, as Terraform and the provider would check them, and of one body.
//!
//! What is unknown until apply is judged only as far as is certain, and what the facts do not decide is no finding.
//! All findings come in one go.

mod body;
mod codes;
mod convert;
mod module;
mod relations;
mod values;

use std::collections::BTreeSet;

use terrace_ir::{ArgumentPath, Diagnostic, Object, Origin, Step};

pub use self::codes::CODES;
pub use self::module::check;
use crate::model::{Kind, Schema};

/// Checks the body of a block (arguments, nested blocks and meta-arguments) against its schema.
///
/// `origin` is where the block was said, for findings about what is not there. The findings have no address yet.
pub fn check_body(schema: &Schema, body: &Object, origin: Origin) -> Vec<Diagnostic> {
    let mut walk = Walk {
        schema,
        root: body,
        path: ArgumentPath::root(),
        related: BTreeSet::new(),
        findings: Vec::new(),
    };
    walk.body(&schema.body, body, origin);
    walk.findings
}

/// The walk through one body.
struct Walk<'a> {
    schema: &'a Schema,
    root: &'a Object,
    /// Where the walk stands.
    path: ArgumentPath,
    /// Groups of arguments about whose relation there is a finding already: each member of a group names all others.
    related: BTreeSet<String>,
    findings: Vec<Diagnostic>,
}

impl Walk<'_> {
    /// Does something one step further in.
    fn step<T>(&mut self, step: Step, inside: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let result = inside(self);
        self.path.pop();
        result
    }

    /// Adds a finding about what stands at the path of the walk.
    fn find(&mut self, finding: Diagnostic, origin: Origin) {
        self.findings
            .push(finding.argument(self.path.to_string()).at(origin));
    }

    /// Whether a name in the root body is Terraform's own and not the type's.
    fn is_meta_argument(&self, name: &str) -> bool {
        let common = ["count", "for_each", "depends_on", "provider", "lifecycle"];
        self.path.is_root()
            && match self.schema.kind {
                Kind::Provider => ["alias", "version"].contains(&name),
                Kind::Resource => {
                    common.contains(&name) || ["connection", "provisioner"].contains(&name)
                }
                Kind::DataSource | Kind::Ephemeral => common.contains(&name),
            }
    }
}
