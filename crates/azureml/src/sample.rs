//! What the sample environments come with, and nobody should apply.

use terrace_core::Scope;
use terrace_ir::{Diagnostic, Sourced};

use crate::codes;

/// How the object ids of the samples begin: nothing in Entra has such a one.
const OBJECT_ID: &str = "00000000-0000-0000-0000-";

/// How the repositories of the samples begin: GitHub gives nobody a name with two hyphens in a row.
const REPOSITORY: &str = "your--organization/";

/// That a stack was told already.
struct Told;

/// Reports an object id or a repository that is the sample's, the first of a stack alone.
pub(crate) fn report(scope: &Scope, argument: &'static str, said: &Sourced<String>) {
    let root = scope.root();
    let is_sample = said.starts_with(OBJECT_ID) || said.starts_with(REPOSITORY);
    if !is_sample || root.provided::<Told>().is_some() {
        return;
    }
    root.provide(Told);
    scope.report(
        Diagnostic::warning(
            &codes::SAMPLE_ACCESS,
            format!("`{argument}` is \"{}\", the sample's", **said),
        )
        .argument(argument)
        .value(said.as_str())
        .hint("write your own groups and repositories into `[people]` and `[ci]` before the first apply")
        .at(said.origin()),
    );
}
