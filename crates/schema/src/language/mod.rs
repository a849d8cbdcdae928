//! What can be said of a module without knowing any provider: Terraform's own language.
//!
//! [`check`] looks at the structure of every block of the language, at every reference, and at the order in which
//! references let things be made. It follows Terraform 1.11.4: what `terraform validate` refuses for a reason in the
//! language is refused here, and what it accepts is accepted, except what no `plan` could survive (a resource that refers
//! to itself, a `moved` whose source is still declared, an interpolation in a backend).
//!
//! | module | what it looks at |
//! |---|---|
//! | [`codes`] | the codes of the findings, explained |
//! | `shape` | which names a block of the language has, and of what kind they are: one table for all |
//! | `terraform`, `provider`, `variable`, `output`, `resource`, `provisioner`, `module_call`, `check_block`, `moves` | what the table cannot say |
//! | [`type_expression`], [`version`] | the two small languages inside: types of variables, version constraints |
//! | `declared` | what the module declares, by name |
//! | `traversal`, `address` | a reference, step by step; what `moved` and its like name |
//! | `references`, `scope` | every expression with the names that are known where it stands |
//! | `marks` | which values are surely sensitive or ephemeral |
//! | `graph` | what waits for what, and the circles in it |

mod address;
mod check_block;
pub mod codes;
mod declared;
mod graph;
mod marks;
mod module_call;
mod moves;
pub(crate) mod nested;
mod output;
mod provider;
mod provisioner;
mod references;
pub(crate) mod report;
mod resource;
mod scope;
mod shape;
mod terraform;
mod traversal;
pub mod type_expression;
mod variable;
pub mod version;

use terrace_ir::{BlockKind, Diagnostic, Module, Object};

pub use codes::CODES;
pub(crate) use references::{NOT_MADE, dynamic_shape};
pub use resource::is_meta_argument;
pub(crate) use shape::as_bool;

use declared::Declared;
use report::Report;

/// Everything that is wrong with a module as far as the language alone decides it, in no particular order.
///
/// Where native files stand beside the module ([`terrace_ir::module::Beside::native`]), anything may be declared in them:
/// nothing is called undeclared then.
#[must_use]
pub fn check(module: &Module) -> Vec<Diagnostic> {
    check_with(module, &|_| true)
}

/// The same, where `is_made` says whether a `dynamic` with some `content` surely makes a block. What is wrong in others is
/// a warning: Terraform looks at it only once there is something to make blocks of.
pub(crate) fn check_with(module: &Module, is_made: &dyn Fn(&Object) -> bool) -> Vec<Diagnostic> {
    let mut report = Report::new();
    let declared = Declared::of(module, &mut report);
    for block in &module.blocks {
        report.turn_to(block);
        shape::check(&mut report, block);
        match block.kind {
            BlockKind::Terraform => terraform::check(&mut report, &block.body),
            BlockKind::Provider => provider::check(&mut report, block),
            BlockKind::Variable => variable::check(&mut report, block),
            BlockKind::Output => output::check(&mut report, &block.body),
            BlockKind::Resource | BlockKind::Data | BlockKind::Ephemeral => {
                resource::check(&mut report, block);
            }
            BlockKind::Module => module_call::check(&mut report, &block.body),
            BlockKind::Check => check_block::check(&mut report, block),
            BlockKind::Locals | BlockKind::Moved | BlockKind::Import | BlockKind::Removed => {}
        }
    }
    moves::check(&mut report, module, &declared);
    let edges = references::check(&mut report, module, &declared, is_made);
    graph::check(&mut report, &declared, edges);
    report.finish()
}
