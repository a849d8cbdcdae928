//! What we write means for Terraform what we meant.

mod arbitrary;
mod terraform;

use std::sync::Arc;

use arbitrary::Source;
use pretty_assertions::assert_eq;
use serde_json::{Map, Value as Json, json};
use terrace_ir::node::UnaryOperator;
use terrace_ir::{
    Any, Block, BlockKind, Data, Module, Node, Object, Root, SourceMap, Text, read, render,
};

/// Bytes that are the same in every run (xorshift, from a fixed seed).
fn bytes(seed: u64) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..24)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        })
        .collect()
}

fn texts() -> Vec<String> {
    let mut texts: Vec<String> = (0..300)
        .map(|seed| Source::new(&bytes(seed)).text())
        .collect();
    texts.sort();
    texts.dedup();
    texts
}

fn output(name: String, value: impl Into<Any>) -> Block {
    let mut block = Block::new(BlockKind::Output, [Text::Owned(name)]);
    block.body.set("value", value);
    block
}

#[test]
fn every_text_comes_out_as_that_text() {
    if !terraform::is_there("every_text_comes_out_as_that_text") {
        return;
    }
    let mut module = Module::new("texts");
    let mut expected = Map::new();
    let mut variables = Vec::new();
    let mut add = |name: String, value: Any, meant: Json| {
        expected.insert(name.clone(), meant);
        module.blocks.push(output(name, value));
    };
    let each = || Arc::new(Node::Number("1".into()));
    for (n, text) in texts().iter().enumerate() {
        let node = || Node::text(text.as_str());
        // A JSON string; quotes in an expression; between references; a key of either kind.
        add(format!("text_{n}"), text.as_str().into(), json!(text));
        let list = Node::List(vec![node()]);
        add(
            format!("quoted_{n}"),
            Data::from(Arc::new(list)).into(),
            json!([text]),
        );
        let around = Node::template([
            (&Any::from(Data::Expr(each()))).into(),
            (&Any::from(text.as_str())).into(),
            (&Any::from(Data::Expr(each()))).into(),
        ]);
        add(
            format!("around_{n}"),
            Data::from(around).into(),
            json!(format!("1{text}1")),
        );
        let key = format!("{text}k");
        let object = Object::new().with(key.clone(), true);
        add(
            format!("key_{n}"),
            object.into(),
            json!({key.as_str(): true}),
        );
        let object = Node::Object(vec![(Node::text(key.as_str()), each())]);
        add(
            format!("quoted_key_{n}"),
            Data::from(Arc::new(object)).into(),
            json!({key.as_str(): 1}),
        );
        // Never evaluated at all.
        let mut variable = Block::new(BlockKind::Variable, [Text::Owned(format!("v_{n}"))]);
        variable.body.set("default", text.as_str());
        variables.push(variable);
        let reference = Node::Root(Root::Variable(format!("v_{n}").into()));
        add(
            format!("default_{n}"),
            Data::from(Arc::new(reference)).into(),
            json!(text),
        );
    }
    module.blocks.extend(variables);
    let written = render::module(&module, None);
    assert_eq!(terraform::outputs(&[("main.tf.json", &written)]), expected);
}

/// An expression with every parenthesis that there can be.
fn parenthesized(node: &Node) -> String {
    match node {
        Node::Unary(UnaryOperator::Not, operand) => format!("(!{})", parenthesized(operand)),
        Node::Unary(UnaryOperator::Negate, operand) => format!("(-{})", parenthesized(operand)),
        Node::Binary(operator, left, right) => {
            let (left, right) = (parenthesized(left), parenthesized(right));
            format!("({left} {} {right})", operator.sign())
        }
        Node::Conditional(condition, then, otherwise) => {
            let parts = [condition, then, otherwise].map(|part| parenthesized(part));
            format!("({} ? {} : {})", parts[0], parts[1], parts[2])
        }
        leaf => format!("({})", render::expression(&Arc::new(leaf.clone()))),
    }
}

#[test]
fn parentheses_that_are_left_out_are_not_needed() {
    if !terraform::is_there("parentheses") {
        return;
    }
    let mut outputs = Map::new();
    let mut shorter = 0;
    for seed in 0..300 {
        let node = Source::new(&bytes(seed)).constant(seed % 2 == 0, 4);
        let (full, written) = (parenthesized(&node), render::expression(&node));
        shorter += usize::from(written.len() < full.len());
        outputs.insert(
            format!("full_{seed}"),
            json!({"value": format!("${{{full}}}")}),
        );
        outputs.insert(
            format!("written_{seed}"),
            json!({"value": format!("${{{written}}}")}),
        );
    }
    assert!(shorter > 200);
    let module = json!({"output": outputs}).to_string();
    let values = terraform::outputs(&[("main.tf.json", &module)]);
    for seed in 0..300 {
        let [full, written] = ["full", "written"].map(|name| &values[&format!("{name}_{seed}")]);
        assert_eq!(written, full, "{}", outputs[&format!("written_{seed}")]);
    }
}

#[test]
fn every_form_of_an_expression_means_the_same_when_it_was_read_and_written() {
    let original = include_str!("data/expressions.tf.json");
    let mut sources = SourceMap::new();
    let (module, findings) = read::files("forms", &[("main.tf.json", original)], &mut sources);
    let findings: Vec<String> = findings
        .into_iter()
        .map(|finding| finding.summary)
        .collect();
    assert_eq!(findings, Vec::<String>::new());
    let written = render::module(&module, None);
    let (again, _) = read::files("forms", &[("main.tf.json", &written)], &mut sources);
    assert_eq!(render::module(&again, None), written);

    if !terraform::is_there("every_form_of_an_expression") {
        return;
    }
    let meant = terraform::outputs(&[("main.tf.json", original)]);
    assert!(meant.len() > 50, "{}", meant.len());
    assert_eq!(terraform::outputs(&[("main.tf.json", &written)]), meant);
}

#[test]
fn override_files_change_what_terraform_changes() {
    if !terraform::is_there("override_files") {
        return;
    }
    let files = [
        (
            "main.tf.json",
            r#"{"locals": {"a": [1, 2], "b": 1}, "variable": {"v": {"default": "x", "description": "d"}},
                "resource": {"terraform_data": {"x": {"input": [1, 2]}}},
                "output": {"o": {"value": "${local.a}"}, "v": {"value": "${var.v}"}, "b": {"value": "${local.b}"},
                    "x": {"value": "${terraform_data.x.input}"}}}"#,
        ),
        (
            "b_override.tf.json",
            r#"{"locals": {"a": [4]}, "variable": {"v": {"default": "z"}}}"#,
        ),
        (
            "a_override.tf.json",
            r#"{"locals": [{"a": [3]}, {"b": 2}], "output": {"o": {"description": "more"}},
                "resource": {"terraform_data": {"x": {"input": [3]}}}}"#,
        ),
    ];
    let (module, findings) = read::files("overrides", &files, &mut SourceMap::new());
    assert!(findings.is_empty());
    let written = render::module(&module, None);
    assert_eq!(
        terraform::outputs(&[("main.tf.json", &written)]),
        terraform::outputs(&files)
    );
}
