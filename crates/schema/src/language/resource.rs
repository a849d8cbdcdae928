//! What resources, data sources and ephemeral resources have from the language: meta-arguments, `lifecycle`, conditions.

use terrace_ir::{Any, Block, BlockKind, Data, Diagnostic, Object, render};

use super::codes::{BAD_CONDITION, BAD_LIFECYCLE, BAD_REFERENCE, DUPLICATE, REPETITION};
use super::references::refers_to_something;
use super::report::Report;
use super::traversal::{self, Segment};
use super::{nested, provisioner, shape};

/// Whether a name in the body of a resource, data source, ephemeral resource or provider belongs to the language, so that it
/// is none of the provider's arguments. `dynamic` is not in here: what it makes are the provider's blocks.
#[must_use]
pub fn is_meta_argument(kind: BlockKind, name: &str) -> bool {
    (kind.mode().is_some() || kind == BlockKind::Provider) && shape::knows(kind, name)
}

/// Checks what the table of names does not say of a resource.
pub(super) fn check<'a>(report: &mut Report<'a>, block: &'a Block) {
    repetition(report, &block.body);
    if let Some(provider) = block.body.get("provider") {
        report.at("provider", |report| provider_reference(report, provider));
    }
    if let Some(lifecycle) = block.body.get("lifecycle") {
        report.at("lifecycle", |report| {
            for (index, lifecycle) in nested::bodies(lifecycle) {
                report.inside(index, |report| {
                    if block.kind == BlockKind::Resource
                        && let Some(ignored) = lifecycle.get("ignore_changes")
                    {
                        report.at("ignore_changes", |report| ignore_changes(report, ignored));
                    }
                    conditions(report, lifecycle, "precondition");
                    conditions(report, lifecycle, "postcondition");
                });
            }
        });
    }
    if block.kind == BlockKind::Resource {
        provisioner::check(report, &block.body);
    }
}

/// Checks `count` and `for_each` as far as they are literal.
pub(super) fn repetition<'a>(report: &mut Report<'a>, body: &'a Object) {
    let (count, for_each) = (body.get("count"), body.get("for_each"));
    if let (Some(_), Some(for_each)) = (count, for_each) {
        let summary = "`count` and `for_each` exclude each other";
        let finding = Diagnostic::error(&REPETITION, summary).hint("keep one of the two");
        report.at("for_each", |report| report.push(finding, for_each.origin));
    }
    if let Some(count) = count
        && !is_count(count)
    {
        let summary = format!(
            "`count` is {}, but must be a whole number from 0 on",
            render::shown(count)
        );
        not_repeatable(
            report,
            "count",
            summary,
            "give a number, or leave `count` out",
            count,
        );
    }
    if let Some(for_each) = for_each
        && !matches!(for_each.data, Data::Object(_) | Data::Expr(_))
    {
        let summary = format!(
            "`for_each` is {}, but must be an object or a set of text",
            render::shown(for_each)
        );
        let hint = match for_each.data {
            Data::List(_) => "make the list a set: `\"${toset([…])}\"`",
            _ => "give an object, or leave `for_each` out",
        };
        not_repeatable(report, "for_each", summary, hint, for_each);
    }
}

fn not_repeatable<'a>(
    report: &mut Report<'a>,
    name: &'a str,
    summary: String,
    hint: &str,
    value: &Any,
) {
    let finding = Diagnostic::error(&REPETITION, summary)
        .value(render::shown(value))
        .hint(hint);
    report.at(name, |report| report.push(finding, value.origin));
}

fn is_count(count: &Any) -> bool {
    let is_whole = |number: f64| number >= 0.0 && number.fract() == 0.0;
    match &count.data {
        Data::Expr(_) => true,
        Data::Int(number) => *number >= 0,
        Data::Number(digits) => digits.parse().is_ok_and(is_whole),
        Data::Text(text) => text.parse().is_ok_and(is_whole),
        _ => false,
    }
}

/// Checks the form of a reference to a provider configuration: a local name, and an alias behind a dot.
pub(super) fn provider_reference(report: &mut Report, value: &Any) {
    let is_one = traversal::names(value).is_some_and(|names| matches!(names.len(), 1 | 2));
    if !is_one && !traversal::is_unread(value) {
        let shown = render::shown(value);
        let summary = format!("{shown} names no provider configuration");
        let finding = Diagnostic::error(&BAD_REFERENCE, summary).value(shown);
        let hint = "write the provider's local name, and its alias behind a dot: `azurerm.hub`";
        report.push(finding.hint(hint), value.origin);
    }
}

fn ignore_changes<'a>(report: &mut Report<'a>, value: &'a Any) {
    if traversal::keyword(value) == Some("all") {
        return;
    }
    let Some(list) = value.as_list() else {
        shape::wrong_kind(
            report,
            "ignore_changes",
            "a list of arguments, or `\"all\"`",
            value,
            value.origin,
        );
        return;
    };
    for (index, item) in list.iter().enumerate() {
        let problem = match traversal::segments(item) {
            Some(path) => match path.as_slice() {
                [Segment::Name("all")] => {
                    Some("write `\"ignore_changes\": \"all\"`, without a list")
                }
                path if path.iter().any(|step| matches!(step, Segment::Dynamic(_))) => {
                    Some("use a literal index")
                }
                _ => None,
            },
            None if traversal::is_unread(item) => None,
            None if item.as_text() == Some("*") => Some("write `\"ignore_changes\": \"all\"`"),
            None => Some("name an argument of the resource: `\"tags\"`, `\"identity[0].type\"`"),
        };
        if let Some(hint) = problem {
            let shown = render::shown(item);
            let summary = format!("{shown} names no argument to ignore");
            let finding = Diagnostic::error(&BAD_LIFECYCLE, summary)
                .value(shown)
                .hint(hint);
            report.inside(Some(index), |report| report.push(finding, item.origin));
        }
    }
}

/// Checks that every condition of a kind refers to something.
pub(super) fn conditions<'a>(report: &mut Report<'a>, body: &'a Object, kind: &'a str) {
    let Some(value) = body.get(kind) else {
        return;
    };
    report.at(kind, |report| {
        for (index, condition) in nested::bodies(value) {
            let Some(condition) = condition.get("condition") else {
                continue;
            };
            if refers_to_something(condition) {
                continue;
            }
            let summary = "the condition refers to nothing, so its result is always the same";
            let finding = Diagnostic::error(&BAD_CONDITION, summary)
                .value(render::shown(condition))
                .hint(format!(
                    "refer to what is to be checked, or take the `{kind}` out"
                ));
            report.inside(index, |report| {
                report.at("condition", |report| report.push(finding, condition.origin));
            });
        }
    });
}

/// Says that a name is declared twice. Of files this was said when they were read.
pub(super) fn declared_twice(report: &mut Report, what: &str, block: &Block) {
    if block.origin.is_file() {
        return;
    }
    let finding = Diagnostic::error(&DUPLICATE, format!("{what} is declared twice"));
    report.push(
        finding.hint("take one out, or give it another name"),
        block.origin,
    );
}
