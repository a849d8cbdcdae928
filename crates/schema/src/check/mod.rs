//! The check of modules, as Terraform and the providers would check them.
//!
//! What is unknown until apply is judged only as far as is certain, and what the facts do not decide is no finding.
//! All findings of all modules come in one go.
//!
//! | module | what it does |
//! |---|---|
//! | `module` | goes through the blocks of one module |
//! | `providers` | which provider serves a resource, and what is not checked |
//! | `scope` | what references stand for |
//! | `walk` | evaluates, follows references, and takes findings down |
//! | `content`, `dynamic` | a body as Terraform sees it: arguments evaluated, blocks made, unknown names reported |
//! | `written` | what was written, beside its value |
//! | `body` | what cannot be set, what is missing, how many blocks there are |
//! | `values`, `objects` | types, and what the validators take |
//! | `ids` | references to ids of the wrong kind |
//! | `relations` | arguments that exclude or need each other |
//! | `repetition`, `lifecycle` | `count`, `for_each`, conditions; what is ignored, and what triggers |
//! | `global_names` | names that there can be only once in Azure |
//! | `remote` | outputs that a module reads from the state of another |
//! | `state` | states that two modules share |

mod body;
mod codes;
mod content;
mod dynamic;
mod global_names;
mod ids;
mod lifecycle;
mod module;
mod objects;
mod providers;
mod relations;
mod remote;
mod repetition;
mod scope;
mod state;
mod values;
mod walk;
mod written;

use terrace_ir::{Diagnostic, Module};

pub use self::codes::CODES;
pub use self::module::Checked;

/// Everything that is wrong with some modules, in the order in which it is shown.
///
/// All modules of a run are given at once, since names that there can be only once in Azure are held against each other.
/// Where native files stand beside a module, they may declare anything: nothing is called undeclared there.
#[must_use]
pub fn check(modules: &[Module]) -> Vec<Diagnostic> {
    together(modules, modules.iter().map(alone))
}

/// The first half of [`check`], whatever stands in other modules. Modules can go through it on threads of their own.
#[must_use]
pub fn alone(module: &Module) -> Checked {
    module::check(module)
}

/// The second half of [`check`]: holds modules against each other, given what was found in each alone, in their order.
#[must_use]
pub fn together(modules: &[Module], checked: impl IntoIterator<Item = Checked>) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    let mut claims = Vec::new();
    for (module, checked) in modules.iter().zip(checked) {
        let of_module = checked.findings.into_iter();
        findings.extend(of_module.map(|finding| finding.in_module(&module.name)));
        claims.extend(checked.claims);
    }
    findings.extend(global_names::check(&claims));
    findings.extend(state::check(modules));
    findings.extend(remote::check(modules));
    findings.sort_by(Diagnostic::order);
    // What a `dynamic` makes of several elements can be wrong in the same way for each.
    findings.dedup_by(|next, first| {
        next.order(first).is_eq() && next.value == first.value && next.detail == first.detail
    });
    findings
}
