//! The structure of the language's blocks: one table of names, and the check of a body against it.
//!
//! What stands in the table is only what the language itself knows. An [`open`](Body::open) body goes on with names of somebody else: a provider's, a
//! backend's, a child module's.

mod table;

use terrace_ir::{Any, Block, BlockKind, Data, Diagnostic, Key, Object, Origin, render};

use super::codes::{DUPLICATE, MISPLACED, MISSING, UNKNOWN_NAME, WRONG_KIND};
use super::nested::{self, Item};
use super::report::{Report, Step};
use crate::nearest::nearest;
use crate::secrets::is_secret_name;

use Kind::{
    Block as One, Blocks, Bool, Labelled, List, RefusedArgument, RefusedBlock, ReservedArgument,
    ReservedBlock, Text, Value,
};
use table::body_of;

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
                unknown(report, "${…}", body, entry.key_origin);
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
    let finding = Diagnostic::error(&MISSING, format!("`{name}` is required here"));
    report.push(finding.hint(format!("add `{name}`")), origin);
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
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("use one of `{}`", known().collect::<Vec<_>>().join("`, `")),
    };
    let summary = format!("there is no argument or block `{name}` here");
    report.push(Diagnostic::error(&UNKNOWN_NAME, summary).hint(hint), origin);
}

fn value<'a>(report: &mut Report<'a>, member: &'static Member, any: &'a Any, key: Origin) {
    let name = member.name;
    let at = any.origin.or(key);
    match &member.kind {
        Value => {}
        Bool => {
            if as_bool(any).is_none() {
                wrong_kind(report, name, "a literal `true` or `false`", any, at);
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
                let summary = format!("`{name}` stands here {found} times");
                let finding = Diagnostic::error(&DUPLICATE, summary);
                report.push(finding.hint(format!("make it one `{name}`")), at);
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
    let summary = format!("`{name}` is reserved by Terraform and serves nothing here");
    let finding = Diagnostic::error(&UNKNOWN_NAME, summary);
    report.push(finding.hint(format!("take `{name}` out")), at);
}

fn refused(report: &mut Report, name: &str, why: &str, at: Origin) {
    let finding =
        Diagnostic::error(&MISPLACED, format!("`{name}` is not allowed here")).detail(why);
    report.push(finding.hint(format!("take `{name}` out")), at);
}

/// Says that a value is of the wrong kind.
pub(super) fn wrong_kind(report: &mut Report, name: &str, wanted: &str, any: &Any, at: Origin) {
    let finding = if is_secret_name(name) {
        Diagnostic::error(&WRONG_KIND, format!("`{name}` must be {wanted}"))
    } else {
        let shown = render::shown(any);
        let summary = format!("`{name}` is {shown}, but must be {wanted}");
        Diagnostic::error(&WRONG_KIND, summary).value(shown)
    };
    let hint = match any.data {
        Data::Null => format!("leave `{name}` out: `null` is a value here"),
        _ => format!("write {wanted}"),
    };
    report.push(finding.hint(hint), at);
}

/// Whether a value is text, or converts to it.
pub(super) fn is_literal_text(any: &Any) -> bool {
    matches!(
        any.data,
        Data::Text(_) | Data::Bool(_) | Data::Int(_) | Data::Number(_)
    )
}

/// The truth value of a literal, where it is or converts to one.
pub(crate) fn as_bool(any: &Any) -> Option<bool> {
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
