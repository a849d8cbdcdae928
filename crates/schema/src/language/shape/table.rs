//! The table: which names the blocks of the language have, and what each holds.
//!
//! Source: the block schemas of Terraform 1.11.4, each line tried with `terraform validate`.

use terrace_ir::BlockKind;

use super::Kind::{
    Block as One, Blocks, Bool, Labelled, List, RefusedArgument, RefusedBlock, ReservedArgument,
    ReservedBlock, Text, Value,
};
use super::{Body, Kind, Member};

const fn may(name: &'static str, kind: Kind) -> Member {
    Member {
        name,
        kind,
        required: false,
    }
}

const fn must(name: &'static str, kind: Kind) -> Member {
    Member {
        name,
        kind,
        required: true,
    }
}

const fn closed(members: &'static [Member]) -> Body {
    Body {
        members,
        open: false,
    }
}

const fn open(members: &'static [Member]) -> Body {
    Body {
        members,
        open: true,
    }
}

static ANYTHING: Body = open(&[]);
static CONDITION: Body = closed(&[must("condition", Value), must("error_message", Value)]);

#[rustfmt::skip]
static TERRAFORM: Body = closed(&[
    may("required_version", Value),
    may("required_providers", One(&ANYTHING)),
    may("backend", Labelled(1, &ANYTHING)),
    may("cloud", One(&ANYTHING)),
    may("provider_meta", Labelled(1, &ANYTHING)),
    may("experiments", Value),
    may("language", Value),
]);

#[rustfmt::skip]
static PROVIDER: Body = open(&[
    may("alias", Text),
    may("version", Value),
    may("_", One(&ANYTHING)),
    may("count", ReservedArgument),
    may("depends_on", ReservedArgument),
    may("for_each", ReservedArgument),
    may("source", ReservedArgument),
    may("lifecycle", ReservedBlock),
    may("locals", ReservedBlock),
]);

#[rustfmt::skip]
static VARIABLE: Body = closed(&[
    may("type", Value),
    may("default", Value),
    may("description", Text),
    may("sensitive", Bool),
    may("nullable", Bool),
    may("ephemeral", Bool),
    may("validation", Blocks(&CONDITION)),
]);

#[rustfmt::skip]
static OUTPUT: Body = closed(&[
    must("value", Value),
    may("description", Text),
    may("sensitive", Bool),
    may("ephemeral", Bool),
    may("depends_on", List),
    may("precondition", Blocks(&CONDITION)),
    may("postcondition", RefusedBlock("an output has preconditions only: its value is there before it is shown")),
]);

#[rustfmt::skip]
static RESOURCE: Body = open(&[
    may("count", Value),
    may("for_each", Value),
    may("provider", Value),
    may("depends_on", List),
    may("lifecycle", One(&LIFECYCLE)),
    may("connection", One(&ANYTHING)),
    may("provisioner", Labelled(1, &PROVISIONER)),
    may("_", One(&ANYTHING)),
    may("locals", ReservedBlock),
]);

#[rustfmt::skip]
static DATA: Body = open(&[
    may("count", Value),
    may("for_each", Value),
    may("provider", Value),
    may("depends_on", List),
    may("lifecycle", One(&CONDITIONS_ONLY)),
    may("provisioner", RefusedArgument("only managed resources have provisioners")),
    may("_", One(&ANYTHING)),
    may("locals", ReservedBlock),
]);

#[rustfmt::skip]
static DATA_IN_CHECK: Body = open(&[
    may("count", RefusedArgument("a data source inside a check is read once: it takes neither `count` nor `for_each`")),
    may("for_each", RefusedArgument("a data source inside a check is read once: it takes neither `count` nor `for_each`")),
    may("provider", Value),
    may("depends_on", List),
    may("lifecycle", RefusedBlock("the check itself is what a data source inside it would say in `lifecycle`")),
    may("provisioner", RefusedArgument("only managed resources have provisioners")),
    may("_", One(&ANYTHING)),
    may("locals", ReservedBlock),
]);

#[rustfmt::skip]
static LIFECYCLE: Body = closed(&[
    may("create_before_destroy", Bool),
    may("prevent_destroy", Bool),
    may("ignore_changes", Value),
    may("replace_triggered_by", List),
    may("precondition", Blocks(&CONDITION)),
    may("postcondition", Blocks(&CONDITION)),
]);

const MANAGED_ONLY: &str = "only managed resources take this argument";

#[rustfmt::skip]
static CONDITIONS_ONLY: Body = closed(&[
    may("precondition", Blocks(&CONDITION)),
    may("postcondition", Blocks(&CONDITION)),
    may("create_before_destroy", RefusedArgument(MANAGED_ONLY)),
    may("prevent_destroy", RefusedArgument(MANAGED_ONLY)),
    may("ignore_changes", RefusedArgument(MANAGED_ONLY)),
    may("replace_triggered_by", RefusedArgument(MANAGED_ONLY)),
]);

#[rustfmt::skip]
static PROVISIONER: Body = open(&[
    may("when", Value),
    may("on_failure", Value),
    may("connection", One(&ANYTHING)),
    may("_", One(&ANYTHING)),
    may("lifecycle", ReservedBlock),
]);

#[rustfmt::skip]
static MODULE: Body = open(&[
    must("source", Text),
    may("version", Value),
    may("count", Value),
    may("for_each", Value),
    may("providers", Value),
    may("depends_on", List),
    may("_", One(&ANYTHING)),
    may("lifecycle", ReservedBlock),
    may("locals", ReservedBlock),
    may("provider", RefusedArgument("a module takes `providers`, a map of provider configurations")),
]);

static MOVED: Body = closed(&[must("from", Value), must("to", Value)]);

#[rustfmt::skip]
static IMPORT: Body = closed(&[
    must("to", Value),
    must("id", Value),
    may("for_each", Value),
    may("provider", Value),
]);

#[rustfmt::skip]
static REMOVED: Body = closed(&[
    must("from", Value),
    may("lifecycle", Blocks(&REMOVED_LIFECYCLE)),
    may("connection", One(&ANYTHING)),
    may("provisioner", Labelled(1, &PROVISIONER)),
]);

static REMOVED_LIFECYCLE: Body = closed(&[may("destroy", Bool)]);

#[rustfmt::skip]
static CHECK: Body = closed(&[
    must("assert", Blocks(&CONDITION)),
    may("data", Labelled(2, &DATA_IN_CHECK)),
]);

/// The table of a kind of block.
pub(super) fn body_of(kind: BlockKind) -> &'static Body {
    match kind {
        BlockKind::Terraform => &TERRAFORM,
        BlockKind::Provider => &PROVIDER,
        BlockKind::Variable => &VARIABLE,
        BlockKind::Output => &OUTPUT,
        BlockKind::Resource => &RESOURCE,
        BlockKind::Data | BlockKind::Ephemeral => &DATA,
        BlockKind::Module => &MODULE,
        BlockKind::Moved => &MOVED,
        BlockKind::Import => &IMPORT,
        BlockKind::Removed => &REMOVED,
        BlockKind::Check => &CHECK,
        // Its names are the module's own.
        BlockKind::Locals => &ANYTHING,
    }
}
