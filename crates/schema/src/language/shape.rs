//! The structure of the language's blocks: one table of names, and the check of a body against it.
//!
//! Source: the block schemas of Terraform 1.11.4, each line tried with `terraform validate`. What stands here is only
//! what the language itself knows. An [`open`](Body::open) body goes on with names of somebody else: a provider's, a
//! backend's, a child module's.

use terrace_ir::{Any, Block, BlockKind, Data, Diagnostic, Key, Object, Origin, render};

use super::codes::{DUPLICATE, MISPLACED, MISSING, UNKNOWN_NAME, WRONG_KIND};
use super::nested::{self, Item};
use super::report::{Report, Step};
use crate::nearest::nearest;

/// What a body of the language may hold.
pub(super) struct Body {
    members: &'static [Member],
    open: bool,
}

struct Member {
    name: &'static str,
    kind: Kind,
    required: bool,
}

/// What the value of a member must be.
enum Kind {
    /// Anything; what more there is to say is said elsewhere.
    Value,
    /// A literal `true` or `false`, or text that converts to one.
    Bool,
    /// Literal text, or what converts to it.
    Text,
    /// A list, literally.
    List,
    /// A block, at most once.
    Block(&'static Body),
    /// A block, any number of times.
    Blocks(&'static Body),
    /// Blocks behind so many labels.
    Labelled(u8, &'static Body),
    /// An argument that Terraform keeps for itself and does not take yet.
    ReservedArgument,
    /// A block that Terraform keeps for itself and does not take yet.
    ReservedBlock,
    /// An argument that is known, but not here, and why.
    RefusedArgument(&'static str),
    /// A block that is known, but not here, and why.
    RefusedBlock(&'static str),
}

use Kind::{
    Block as One, Blocks, Bool, Labelled, List, RefusedArgument, RefusedBlock, ReservedArgument,
    ReservedBlock, Text, Value,
};

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
    may("count", RefusedArgument("a data source inside a check is read once: it takes neither count nor for_each")),
    may("for_each", RefusedArgument("a data source inside a check is read once: it takes neither count nor for_each")),
    may("provider", Value),
    may("depends_on", List),
    may("lifecycle", RefusedBlock("the check itself is what a data source inside it would say in lifecycle")),
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
    may("provider", RefusedArgument("a module takes providers, a map of provider configurations")),
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

fn body_of(kind: BlockKind) -> &'static Body {
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

/// Whether a kind of block has a member of this name in the language.
pub(super) fn knows(kind: BlockKind, name: &str) -> bool {
    body_of(kind)
        .members
        .iter()
        .any(|member| member.name == name)
}

/// Checks the structure of a block: the names in it, and what kind of thing each holds.
pub(super) fn check<'a>(report: &mut Report<'a>, block: &'a Block) {
    let table = body_of(block.kind);
    body(report, Some(&block.body), table, block.origin);
}

fn body<'a>(
    report: &mut Report<'a>,
    object: Option<&'a Object>,
    body: &'static Body,
    origin: Origin,
) {
    for entry in object.into_iter().flat_map(Object::iter) {
        let Key::Text(name) = &entry.key else {
            if !body.open {
                unknown(
                    report,
                    "with an expression in its name",
                    body,
                    entry.key_origin,
                );
            }
            continue;
        };
        if name == "//" {
            continue;
        }
        let member = body.members.iter().find(|member| member.name == name);
        report.enter(Step::Name(name));
        match member {
            Some(member) => value(report, member, &entry.value, entry.key_origin),
            None if body.open => {}
            None => unknown(report, name, body, entry.key_origin),
        }
        report.leave();
    }
    for member in body.members.iter().filter(|member| member.required) {
        if object.is_none_or(|object| object.get(member.name).is_none()) {
            report.at(member.name, |report| missing(report, member.name, origin));
        }
    }
}

/// Says that a member is missing. The check stands at the member.
pub(super) fn missing(report: &mut Report, name: &str, origin: Origin) {
    let finding = Diagnostic::error(&MISSING, format!("{name} is required here"));
    report.push(finding.hint(format!("add {name}")), origin);
}

fn unknown(report: &mut Report, name: &str, body: &Body, origin: Origin) {
    let known = || {
        let members = body.members.iter().filter(|member| {
            !matches!(
                member.kind,
                RefusedArgument(_) | RefusedBlock(_) | ReservedArgument | ReservedBlock
            )
        });
        members.map(|member| member.name)
    };
    let hint = match nearest(name, known()) {
        Some(nearest) => format!("did you mean {nearest}?"),
        None => format!("known here: {}", known().collect::<Vec<_>>().join(", ")),
    };
    let summary = format!("there is no argument or block {name} here");
    report.push(Diagnostic::error(&UNKNOWN_NAME, summary).hint(hint), origin);
}

fn value<'a>(report: &mut Report<'a>, member: &'static Member, any: &'a Any, key: Origin) {
    let name = member.name;
    let at = any.origin.or(key);
    match &member.kind {
        Value => {}
        Bool => {
            if as_bool(any).is_none() {
                wrong_kind(report, name, "a literal true or false", any, at);
            }
        }
        Text => {
            if !is_literal_text(any) {
                wrong_kind(report, name, "literal text", any, at);
            }
        }
        List => {
            if any.as_list().is_none() {
                wrong_kind(report, name, "a list of references", any, at);
            }
        }
        One(inner) => {
            let found = blocks(report, name, any, at, inner);
            if found > 1 {
                let summary = format!("{name} stands here {found} times");
                let finding = Diagnostic::error(&DUPLICATE, summary);
                report.push(finding.hint(format!("make it one {name}")), at);
            }
        }
        Blocks(inner) => {
            blocks(report, name, any, at, inner);
        }
        Labelled(labels, inner) => labelled(report, name, any, at, *labels, inner),
        ReservedArgument => reserved(report, name, at),
        ReservedBlock if has_blocks(any) => reserved(report, name, at),
        RefusedArgument(why) => refused(report, name, why, at),
        RefusedBlock(why) if has_blocks(any) => refused(report, name, why, at),
        ReservedBlock | RefusedBlock(_) => {}
    }
}

fn has_blocks(any: &Any) -> bool {
    nested::blocks(any).is_none_or(|blocks| !blocks.is_empty())
}

fn reserved(report: &mut Report, name: &str, at: Origin) {
    let summary = format!("{name} is reserved by Terraform and serves nothing here");
    let finding = Diagnostic::error(&UNKNOWN_NAME, summary);
    report.push(finding.hint(format!("take {name} out")), at);
}

fn refused(report: &mut Report, name: &str, why: &str, at: Origin) {
    let finding = Diagnostic::error(&MISPLACED, format!("{name} is not allowed here")).detail(why);
    report.push(finding.hint(format!("take {name} out")), at);
}

/// Says that a value is of the wrong kind.
pub(super) fn wrong_kind(report: &mut Report, name: &str, wanted: &str, any: &Any, at: Origin) {
    let finding = Diagnostic::error(&WRONG_KIND, format!("{name} must be {wanted}"));
    let hint = match any.data {
        Data::Null => format!("null is a value here: leave {name} out"),
        _ => format!("write {wanted}"),
    };
    report.push(finding.value(render::shown(any)).hint(hint), at);
}

/// Whether a value is text, or converts to it.
pub(super) fn is_literal_text(any: &Any) -> bool {
    matches!(
        any.data,
        Data::Text(_) | Data::Bool(_) | Data::Int(_) | Data::Number(_)
    )
}

/// The truth value of a literal, where it is or converts to one.
pub(super) fn as_bool(any: &Any) -> Option<bool> {
    match &any.data {
        Data::Bool(value) => Some(*value),
        Data::Text(text) => match &**text {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// Checks the bodies of a nested block, and gives how many blocks there are.
fn blocks<'a>(
    report: &mut Report<'a>,
    name: &str,
    any: &'a Any,
    at: Origin,
    inner: &'static Body,
) -> usize {
    let Some(found) = nested::blocks(any) else {
        wrong_kind(report, name, "an object or a list of objects", any, at);
        return 0;
    };
    for nested in &found {
        let at = nested.value.origin.or(at);
        report.inside(nested.index, |report| match nested.item {
            Item::Body(object) => body(report, object, inner, at),
            Item::Wrong => wrong_kind(report, name, "an object", nested.value, at),
            Item::Merged => {}
        });
    }
    found.len()
}

/// Checks the blocks behind so many labels.
fn labelled<'a>(
    report: &mut Report<'a>,
    name: &str,
    any: &'a Any,
    at: Origin,
    labels: u8,
    inner: &'static Body,
) {
    if labels == 0 {
        blocks(report, name, any, at, inner);
        return;
    }
    let mut found = false;
    for (label, origin, value) in nested::labels(any) {
        found = true;
        report.at(label, |report| {
            labelled(
                report,
                name,
                value,
                value.origin.or(origin),
                labels - 1,
                inner,
            );
        });
    }
    if !found {
        let what = "an object whose keys are labels";
        wrong_kind(report, name, what, any, at);
    }
}
