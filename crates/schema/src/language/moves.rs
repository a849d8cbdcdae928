//! `moved`, `removed` and `import`: the form of their addresses, and whether they agree with what is declared.
//!
//! Source: Terraform 1.11.4; that what was moved or removed is gone, and that moves do not collide, only `plan` checks.

use std::collections::{HashMap, HashSet};

use terrace_ir::{Any, Block, BlockKind, Data, Diagnostic, Mode, Module, Origin, render};

use super::address::{Address, Index};
use super::codes::{BAD_ADDRESS, CONTRADICTION, MISPLACED, REPETITION, UNDECLARED};
use super::declared::{Declared, Name, Repetition};
use super::provisioner;
use super::references::shown_bare;
use super::report::Report;
use super::resource::provider_reference;
use super::traversal::{self, Segment};

/// Checks all `moved`, `removed` and `import` blocks of a module.
pub(super) fn check<'a>(report: &mut Report<'a>, module: &'a Module, declared: &Declared<'a>) {
    let mut moves: Vec<Move<'a>> = Vec::new();
    let mut imported = HashSet::new();
    for block in &module.blocks {
        report.turn_to(block);
        match block.kind {
            BlockKind::Moved => moves.extend(moved(report, block, declared)),
            BlockKind::Removed => removed(report, block, declared),
            BlockKind::Import => {
                let Some(to) = import(report, block, declared) else {
                    continue;
                };
                if !imported.insert(to.to_string()) {
                    let summary = format!("`{to}` is imported twice");
                    // Of one that a stack makes, a setting may say the id.
                    let at = match (block.origin, block.body.get("id")) {
                        (Origin::Code(_), Some(id)) => id.origin.or(block.origin),
                        (said, _) => said,
                    };
                    contradiction(report, "to", summary, "keep one `import`", at);
                }
            }
            _ => {}
        }
    }
    collisions(report, &moves);
}

struct Move<'a> {
    from: Address<'a>,
    to: Address<'a>,
    block: &'a Block,
}

fn moved<'a>(
    report: &mut Report<'a>,
    block: &'a Block,
    declared: &Declared<'a>,
) -> Option<Move<'a>> {
    let mut end = |name: &'static str| {
        let value = block.body.get(name)?;
        let address = Address::of(value).filter(|address| !address.is_dynamic());
        if address.is_none() {
            let wanted = "a resource or a module, with a literal index at most";
            bad_address(report, name, value, wanted);
        }
        address
    };
    let (from, to) = (end("from"), end("to"));
    let (from, to) = (from?, to?);
    if from.resource.is_some() != to.resource.is_some() {
        let finding = Diagnostic::error(
            &BAD_ADDRESS,
            format!("`{from}` and `{to}` are not of one kind"),
        )
        .hint("move a resource to a resource, and a module to a module");
        report.push(finding, block.origin);
        return None;
    }
    if from == to {
        contradiction(
            report,
            "to",
            format!("`{from}` moves to where it is"),
            "take the `moved` block out",
            block.origin,
        );
        return None;
    }
    if is_declared(&from, &to, declared) {
        let summary = format!("`{from}` moves to `{to}`, but is still declared");
        contradiction(
            report,
            "from",
            summary,
            "take the `moved` block out, or the declaration",
            block.origin,
        );
    }
    Some(Move { from, to, block })
}

/// Whether what moves away is surely still there.
fn is_declared(from: &Address, to: &Address, declared: &Declared) -> bool {
    let Some(thing) = from
        .declared_name()
        .and_then(|name| declared.find(name))
        .map(|id| declared.thing(id))
    else {
        return false;
    };
    match (from.index(), thing.repetition) {
        // With an index at the other end this one is the single instance, not the whole.
        (Index::None, repetition) => {
            to.index() == Index::None || matches!(repetition, Repetition::Once)
        }
        (Index::Number(index), Repetition::Count(_)) => thing
            .literal_count()
            .is_some_and(|count| (0..count).contains(&index)),
        (
            Index::Key(key),
            Repetition::ForEach(Any {
                data: Data::Object(object),
                ..
            }),
        ) => object.get(key).is_some(),
        _ => false,
    }
}

fn removed<'a>(report: &mut Report<'a>, block: &'a Block, declared: &Declared<'a>) {
    let Some(value) = block.body.get("from") else {
        return;
    };
    let address = Address::of(value).filter(|address| {
        let no_index = |index: &Index| *index == Index::None;
        no_index(&address.index()) && address.modules.iter().all(|(_, index)| no_index(index))
    });
    let is_data = |mode: Mode| mode != Mode::Managed;
    match address {
        None => {
            let wanted = "a resource or a module, without an index";
            bad_address(report, "from", value, wanted);
        }
        Some(address) if address.resource.is_some_and(|(mode, ..)| is_data(mode)) => {
            let wanted = "a managed resource: others have nothing to destroy";
            bad_address(report, "from", value, wanted);
        }
        Some(address) => {
            if address
                .declared_name()
                .is_some_and(|name| declared.find(name).is_some())
            {
                let summary = format!("`{address}` is removed, but still declared");
                contradiction(
                    report,
                    "from",
                    summary,
                    "take the `removed` block out, or the declaration",
                    value.origin,
                );
            }
            if address.resource.is_none() {
                for name in ["connection", "provisioner"] {
                    if block.body.get(name).is_some() {
                        let finding = Diagnostic::error(
                            &MISPLACED,
                            format!("`{name}` is not allowed here"),
                        )
                        .detail(
                            "only a managed resource has provisioners, and this removes a module",
                        );
                        report.at(name, |report| {
                            report.push(finding.hint(format!("take `{name}` out")), block.origin)
                        });
                    }
                }
            }
        }
    }
    let provisioners = provisioner::all(&block.body);
    provisioner::each(report, &provisioners);
    for provisioner in provisioners.iter().filter(|it| !it.is_destroy_time()) {
        provisioner::inside(report, provisioner, |report| {
            let finding = Diagnostic::error(
                &super::codes::BAD_PROVISIONER,
                "`removed` runs provisioners at destroy time only",
            );
            report.push(
                finding.hint("add `\"when\": \"destroy\"`"),
                provisioner.origin,
            );
        });
    }
}

/// Checks an import, and gives the instance that it imports where that is fixed.
fn import<'a>(
    report: &mut Report<'a>,
    block: &'a Block,
    declared: &Declared<'a>,
) -> Option<Address<'a>> {
    let body = &block.body;
    if let Some(id) = body.get("id") {
        report.at("id", |report| import_id(report, id));
    }
    if let Some(provider) = body.get("provider") {
        report.at("provider", |report| provider_reference(report, provider));
    }
    let for_each = body.get("for_each");
    if let Some(for_each) = for_each
        && !matches!(
            for_each.data,
            Data::Object(_) | Data::List(_) | Data::Expr(_)
        )
    {
        let shown = render::shown(for_each);
        let finding = Diagnostic::error(
            &REPETITION,
            format!("`for_each` is {shown}, but must be an object, a list or a set"),
        );
        report.at("for_each", |report| {
            report.push(
                finding.value(shown).hint("leave `for_each` out"),
                for_each.origin,
            )
        });
    }
    let value = body.get("to")?;
    let address = Address::of(value).filter(|address| address.resource.is_some());
    let is_evaluated = for_each.is_some() && indexes_are_of_each(value);
    let Some(address) = address.filter(|address| is_evaluated || !address.is_dynamic()) else {
        let wanted = "a managed resource, with a literal index, or with `each.key` or `each.value` where there is a `for_each`";
        bad_address(report, "to", value, wanted);
        return None;
    };
    let (mode, type_name, name, index) = address.resource?;
    if mode != Mode::Managed {
        let wanted = "a managed resource: nothing else can be imported";
        bad_address(report, "to", value, wanted);
        return None;
    }
    if let Some((module, _)) = address.modules.first() {
        let module = Name::Module(module);
        if declared.find(module).is_none() && !declared.is_partial {
            let finding = Diagnostic::error(&UNDECLARED, format!("`{module}` is not declared"));
            report.at("to", |report| {
                report.push(
                    finding.hint("declare the module, or import elsewhere"),
                    value.origin,
                )
            });
        }
    } else if let Some(id) = declared.find(Name::Resource(mode, type_name, name)) {
        let problem = match (declared.thing(id).repetition, index) {
            (Repetition::Once, Index::None)
            | (Repetition::Count(_), Index::Number(_) | Index::Dynamic)
            | (Repetition::ForEach(_), Index::Key(_) | Index::Dynamic) => None,
            (Repetition::Once, _) => Some("has neither `count` nor `for_each`: take the index out"),
            (Repetition::Count(_), _) => Some("has `count`: give the number of an instance, `[0]`"),
            (Repetition::ForEach(_), _) => {
                Some("has `for_each`: give the key of an instance, `[\"key\"]`")
            }
        };
        if let Some(problem) = problem {
            let finding = Diagnostic::error(&BAD_ADDRESS, format!("`{address}` is no instance"))
                .value(address.to_string());
            let finding = finding.hint(format!("`{type_name}.{name}` {problem}"));
            report.at("to", |report| report.push(finding, value.origin));
        }
        if let Some(provider) = body.get("provider") {
            let finding = Diagnostic::error(&MISPLACED, "`provider` is not allowed here")
                .detail("the resource is declared, and says itself which configuration it uses");
            report.at("provider", |report| {
                report.push(finding.hint("take `provider` out"), provider.origin)
            });
        }
    }
    (!address.is_dynamic()).then_some(address)
}

/// Whether every index that must be evaluated is `each.key` or `each.value`.
fn indexes_are_of_each(to: &Any) -> bool {
    let steps = traversal::segments(to).unwrap_or_default();
    steps.iter().all(|step| match step {
        Segment::Dynamic(key) => matches!(
            traversal::of_node(key).as_deref(),
            Some([Segment::Name("each"), Segment::Name("key" | "value"), ..])
        ),
        _ => true,
    })
}

fn import_id(report: &mut Report, id: &Any) {
    let is_good = match &id.data {
        Data::Text(text) => !text.is_empty(),
        Data::Null | Data::List(_) | Data::Object(_) => false,
        Data::Bool(_) | Data::Int(_) | Data::Number(_) | Data::Expr(_) => true,
    };
    if !is_good {
        let shown = render::shown(id);
        let finding = Diagnostic::error(
            &BAD_ADDRESS,
            format!("`id` is {shown}, but must be text with something in it"),
        )
        .value(shown);
        report.push(
            finding.hint("give the id that the provider knows the resource by"),
            id.origin,
        );
    }
}

/// Says which moves collide: two to one address, one to two, and circles.
fn collisions<'a>(report: &mut Report<'a>, moves: &[Move<'a>]) {
    let mut targets: HashMap<String, &Address> = HashMap::new();
    let mut sources: HashMap<String, &Address> = HashMap::new();
    for Move { from, to, block } in moves {
        report.turn_to(block);
        match targets.insert(to.to_string(), from) {
            Some(other) if other != from => {
                let summary = format!("`{other}` and `{from}` both move to `{to}`");
                contradiction(
                    report,
                    "to",
                    summary,
                    "give each an address of its own",
                    block.origin,
                );
            }
            _ => {}
        }
        match sources.insert(from.to_string(), to) {
            Some(other) if other != to => {
                let summary = format!("`{from}` moves to `{other}` and to `{to}`");
                contradiction(
                    report,
                    "from",
                    summary,
                    "keep the move that is right",
                    block.origin,
                );
            }
            _ => {}
        }
    }
    // From each move onwards: who comes back to a move that is being followed has found a circle.
    let mut done: HashMap<String, usize> = HashMap::new();
    for (number, start) in moves.iter().enumerate() {
        let mut at = start.from.to_string();
        let mut path = Vec::new();
        while !done.contains_key(&at) {
            let Some(next) = sources.get(&at) else { break };
            done.insert(at.clone(), number);
            path.push(std::mem::replace(&mut at, next.to_string()));
        }
        if let Some(first) = path.iter().position(|address| *address == at) {
            report.turn_to(start.block);
            let circle = format!("`{}` → `{at}`", path[first..].join("` → `"));
            contradiction(
                report,
                "to",
                format!("things move in a circle: {circle}"),
                "take one of them out",
                start.block.origin,
            );
        }
    }
}

fn bad_address<'a>(report: &mut Report<'a>, argument: &'a str, value: &Any, wanted: &str) {
    if traversal::is_unread(value) {
        return;
    }
    let shown = shown_bare(value);
    let summary = format!("`{argument}` is {shown}, which is no address that it takes");
    let finding = Diagnostic::error(&BAD_ADDRESS, summary)
        .value(shown)
        .hint(format!("name {wanted}"));
    report.at(argument, |report| report.push(finding, value.origin));
}

fn contradiction<'a>(
    report: &mut Report<'a>,
    argument: &'a str,
    summary: String,
    hint: &str,
    at: Origin,
) {
    let finding = Diagnostic::error(&CONTRADICTION, summary).hint(hint);
    report.at(argument, |report| report.push(finding, at));
}
