//! What is wrong with a configuration, as the check of modules says it.
//!
//! Terraform asks for one block at a time, evaluated. It becomes a module of this one block again, in which each unknown
//! value is an expression that is known only at apply.

use std::sync::Arc;

use terrace_ir::{
    Any, ArgumentPath, Block, BlockKind, Data, Diagnostic, Module, Node, Object, Origin, Root,
    Severity, Step,
};
use terrace_schema::eval::{Kind, Val};
use terrace_schema::model::{self, BlockType, Nesting};
use terrace_schema::rules;

use crate::protocol::{self, AttributePath, AttributePathStep, Selector};

/// The name of the variable that stands for whatever is unknown.
const UNKNOWN: &str = "unknown";

/// The findings about one evaluated block.
#[must_use]
pub fn validate(
    kind: model::Kind,
    type_name: &str,
    body: &BlockType,
    config: &Val,
) -> Vec<protocol::Diagnostic> {
    let (kind, labels): (BlockKind, &[&str]) = match kind {
        model::Kind::Provider => (BlockKind::Provider, &[type_name]),
        model::Kind::Resource => (BlockKind::Resource, &[type_name, "this"]),
        model::Kind::DataSource => (BlockKind::Data, &[type_name, "this"]),
        model::Kind::Ephemeral => (BlockKind::Ephemeral, &[type_name, "this"]),
    };
    let mut module = Module::new("twin");
    module
        .blocks
        .push(Block::new(BlockKind::Variable, [UNKNOWN.into()]));
    let mut block = Block::new(kind, labels.iter().map(|label| (*label).to_owned().into()));
    block.body = object(config, body);
    let address = block.address();
    module.blocks.push(block);
    terrace_schema::check(&[module])
        .iter()
        .filter(|finding| finding.address.as_deref() == Some(&address))
        .filter_map(|finding| to_protocol(finding, body))
        .collect()
}

fn object(value: &Val, body: &BlockType) -> Object {
    let mut object = Object::new();
    for (name, value) in value.as_entries().unwrap_or_default() {
        let is_empty_block =
            body.block(name).is_some() && value.as_items().is_some_and(<[Val]>::is_empty);
        if !value.is_null() && !is_empty_block {
            let value = match body.block(name) {
                Some(block) => blocks(value, &block.body),
                None => any(value),
            };
            object.set(name.to_string(), value);
        }
    }
    object
}

fn blocks(value: &Val, body: &BlockType) -> Any {
    match value.kind() {
        Kind::List(_, items) | Kind::Set(_, items) => Any::from(
            items
                .iter()
                .map(|item| blocks(item, body))
                .collect::<Vec<_>>(),
        ),
        Kind::Object(_) => Any::from(object(value, body)),
        _ => any(value),
    }
}

fn any(value: &Val) -> Any {
    let data = match value.kind() {
        Kind::Unknown(_) => Data::Expr(Arc::new(Node::Root(Root::Variable(UNKNOWN.into())))),
        Kind::Null(_) => Data::Null,
        Kind::Bool(value) => Data::Bool(*value),
        Kind::Number(number) => match number.to_whole() {
            Some(whole) => Data::Int(whole),
            None => Data::Number(number.to_text().unwrap_or_default().into()),
        },
        Kind::Text(text) => Data::Text((&**text).into()),
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
            Data::List(items.iter().map(any).collect())
        }
        Kind::Map(_, entries) | Kind::Object(entries) => {
            let mut object = Object::new();
            for (key, item) in entries.iter() {
                object.set(key.to_string(), any(item));
            }
            Data::Object(object)
        }
    };
    Any::new(data, Origin::Default)
}

/// A finding in the protocol's words. Notes are not for Terraform, and neither is what a lone block cannot know: which
/// other blocks there are. What the provider's code refuses later, it refuses in the plan and in the apply.
fn to_protocol(finding: &Diagnostic, body: &BlockType) -> Option<protocol::Diagnostic> {
    if rules::CODES.contains(&finding.code) {
        return None;
    }
    let severity = match finding.severity {
        Severity::Error => 1,
        Severity::Warning if finding.argument.is_some() => 2,
        Severity::Warning | Severity::Note => return None,
    };
    let parts = [
        Some(finding.detail.as_str()),
        finding.hint.as_deref(),
        Some(finding.code.id),
    ];
    let detail: Vec<&str> = parts
        .into_iter()
        .flatten()
        .filter(|part| !part.is_empty())
        .collect();
    let argument = finding.argument.as_deref().and_then(ArgumentPath::parse);
    Some(protocol::Diagnostic {
        severity,
        summary: finding.summary.clone(),
        detail: detail.join("\n"),
        attribute: argument.map(|path| attribute_path(&path, body)),
    })
}

/// The path as far as Terraform can follow it: the elements of a set have no index.
fn attribute_path(path: &ArgumentPath, body: &BlockType) -> AttributePath {
    let mut steps = Vec::new();
    let mut names: Vec<&str> = Vec::new();
    for step in path.steps() {
        let selector = match step {
            Step::Name(name) => {
                names.push(name);
                Selector::AttributeName(name.to_string())
            }
            Step::Index(index) if !is_set(body, &names) => {
                Selector::ElementKeyInt(i64::try_from(*index).unwrap_or(i64::MAX))
            }
            Step::Index(_) => break,
        };
        steps.push(AttributePathStep {
            selector: Some(selector),
        });
        // What is inside an argument's value is blamed on the argument: it may have been written in another form.
        if is_attribute(body, &names) {
            break;
        }
    }
    AttributePath { steps }
}

fn is_attribute(body: &BlockType, names: &[&str]) -> bool {
    member(body, names).is_none_or(|member| matches!(member, model::Member::Attribute(_)))
}

fn is_set(body: &BlockType, names: &[&str]) -> bool {
    matches!(member(body, names), Some(model::Member::Block(block)) if block.nesting == Nesting::Set)
}

fn member<'a>(body: &'a BlockType, names: &[&str]) -> Option<model::Member<'a>> {
    let (first, rest) = names.split_first()?;
    let mut member = body.member(first)?;
    for name in rest {
        member = member.member(name)?;
    }
    Some(member)
}
