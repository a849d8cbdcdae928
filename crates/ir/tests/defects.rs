//! Defects that other synthesizers have, each shown absent.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use terrace_ir::expr::{call, var};
use terrace_ir::{
    Any, Block, BlockKind, Expr, Module, Object, Origin, SourceMap, Text, read, render, tf,
};

/// One resource with these arguments, as it is written.
fn written(arguments: impl IntoIterator<Item = (&'static str, Any)>) -> String {
    let labels = ["azurerm_a", "b"].map(Text::Borrowed);
    let mut block = Block::new(BlockKind::Resource, labels);
    block.body = arguments.into_iter().collect();
    render::body(&block)
}

fn argument(value: impl Into<Any>) -> String {
    render::argument(&value.into())
}

/// 1: `"$"` in front of a reference made the escape `$${…}`, and the reference became text.
#[test]
fn a_dollar_in_front_of_a_reference_leaves_it_a_reference() {
    let price: Expr<String> = var("price");
    assert_eq!(argument(tf!("${}", price)), r#""${\"$\"}${var.price}""#);
    assert_eq!(
        argument(tf!("100%{}", price)),
        r#""100${\"%\"}${var.price}""#
    );
    for text in ["$", "$$", "%", "a$%$"] {
        let node = tf!("{}{}", text, price).into_node();
        let read = read::template(&render::template(&node)).unwrap();
        let mut references = 0;
        read.visit(&mut |node| {
            references += usize::from(matches!(node, terrace_ir::Node::Root(_)))
        });
        assert_eq!(references, 1, "{text}");
    }
}

/// 2: two resources that met in one address were silently merged.
#[test]
fn two_resources_of_one_address_are_never_merged_into_one() {
    let mut module = Module::new("test");
    for value in [1, 2] {
        let mut block = Block::new(BlockKind::Resource, ["azurerm_a", "b"].map(Text::Borrowed));
        block.body.set("a", value);
        module.blocks.push(block);
    }
    let text = render::module(&module, None);
    let (_, findings) = read::files("test", &[("main.tf.json", &text)], &mut SourceMap::new());
    assert_eq!(findings[0].code, &read::codes::DUPLICATE_BLOCK);
}

/// 3: arithmetic or a function on a reference lost it, or leaked an internal marker.
#[test]
fn arithmetic_and_functions_on_a_reference_keep_it() {
    let count: Expr<i64> = var("count");
    let name: Expr<String> = var("name");
    assert_eq!(argument(count.add(1).mul(2)), r#""${(var.count + 1) * 2}""#);
    let upper: Expr<String> = call("upper", [&name]);
    assert_eq!(argument(tf!("{}-x", upper)), r#""${upper(var.name)}-x""#);
    assert_eq!(
        argument(count.less(3).choose::<String>("few", &name)),
        r#""${var.count < 3 ? \"few\" : var.name}""#
    );
}

/// 4: a user's own `${…}` and `%{…}` went out unescaped; a quote or a newline in an argument of a
/// function made invalid HCL.
#[test]
fn what_looks_like_a_template_stays_text_and_quotes_and_newlines_stay_in_theirs() {
    for text in [
        "${literal}",
        "%{if x}",
        "$${a",
        "a \"b\"\n\\ ${c} %{d}",
        "\r",
        "\u{feff}x",
        "<<EOT\n",
    ] {
        let template = argument(text);
        let inner: String = serde_json::from_str(&template).unwrap();
        assert!(
            *read::template(&inner).unwrap() == terrace_ir::Node::Text(text.into()),
            "{template}"
        );
        let node = call::<String>("f", [text]).into_node();
        let call = render::expression(&node);
        assert!(!call.contains(['\n', '\r']), "{call}");
        assert!(read::expression(&call).unwrap() == node, "{call}");
    }
    // Keys too, where they are templates.
    let tags: BTreeMap<&str, &str> = BTreeMap::from([("${key}", "v")]);
    let tags: Object = tags.into_iter().collect();
    assert_eq!(
        written([("tags", tags.into())]),
        "{\n  \"tags\": {\n    \"$${key}\": \"v\"\n  }\n}\n"
    );
}

/// 5: an override of a list concatenated instead of replacing, and one of a backend gave two.
#[test]
fn an_override_replaces_a_list_and_a_backend() {
    let files = [
        (
            "main.tf.json",
            r#"{"terraform": {"backend": {"local": {}}}, "locals": {"l": [1, 2]}}"#,
        ),
        (
            "override.tf.json",
            r#"{"terraform": {"backend": {"http": {}}}, "locals": {"l": [3]}}"#,
        ),
    ];
    let (module, findings) = read::files("test", &files, &mut SourceMap::new());
    assert!(findings.is_empty());
    let text = render::module(&module, None);
    assert!(
        text.contains("\"http\"") && !text.contains("\"local\""),
        "{text}"
    );
    assert!(text.contains("\"l\": [\n      3\n    ]"), "{text}");
}

/// 6: paths of the machine, versions and hashes stood in the output.
#[test]
fn where_a_value_was_said_does_not_show_in_the_output() {
    let here = Any::new("x".into(), Origin::caller());
    let elsewhere = Any::from("x");
    assert_eq!(written([("a", here)]), written([("a", elsewhere)]));
}

/// 9: what was not set came out as `null`.
#[test]
fn what_is_not_set_is_not_written() {
    assert_eq!(written([]), "{}\n");
    assert!(!written([("a", "x".into()), ("b", Object::new().into())]).contains("null"));
}
