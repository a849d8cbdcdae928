//! Evaluation with unknown values: what is said, what is not, and where.

use std::sync::Arc;

use pretty_assertions::assert_eq;
use terrace_ir::node::TemplatePart;
use terrace_ir::{Any, Data, Key, Mode, Node, Object, Origin, ResourceAddress, Root, Type, read};
use terrace_schema::eval::{Kind, Marks, Scope, Val, eval, from_any};

/// `azurerm_storage_account.data` with some attributes, `var.secret`, `var.zones`, `each`, and `local.huge`.
struct Module;

impl Scope for Module {
    fn root(&self, root: &Root) -> Val {
        match root {
            Root::Resource { .. } => Val::unknown(Type::object([
                ("id".to_owned(), Type::String),
                ("account_tier".to_owned(), Type::String),
                (
                    "identity".to_owned(),
                    Type::list(Type::object([("principal_id".to_owned(), Type::String)])),
                ),
            ])),
            Root::Variable(name) if name == "secret" => {
                Val::unknown(Type::String).marked(Marks::SENSITIVE)
            }
            Root::Variable(name) if name == "token" => {
                Val::unknown(Type::String).marked(Marks::EPHEMERAL)
            }
            Root::Variable(name) if name == "zones" => Val::unknown(Type::list(Type::String)),
            Root::Each => Val::object([
                ("key", Val::unknown(Type::String)),
                ("value", Val::dynamic()),
            ]),
            Root::Path => Val::object([("module", Val::text("."))]),
            _ => Val::dynamic(),
        }
    }
}

fn value(text: &str) -> Val {
    let (value, problems) = evaluated(text);
    assert_eq!(problems, Vec::<String>::new(), "{text}");
    value
}

fn problem(text: &str) -> String {
    evaluated(text).1.join("\n")
}

fn evaluated(text: &str) -> (Val, Vec<String>) {
    let node = read::expression(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
    let (value, problems) = eval(&node, &Module);
    let told = problems.into_iter().map(|problem| match problem.hint {
        Some(hint) => format!("{} ({hint})", problem.summary),
        None => problem.summary,
    });
    (value, told.collect())
}

fn any(data: impl Into<Data>, start: u32) -> Any {
    Any::new(
        data.into(),
        Origin::File {
            start,
            end: start + 1,
        },
    )
}

#[test]
fn a_missing_attribute_of_a_resource_names_its_neighbour() {
    assert_eq!(
        problem("azurerm_storage_account.data.account_teir"),
        "`azurerm_storage_account.data.account_teir`: there is no attribute `account_teir` \
         (did you mean `account_tier`?)"
    );
}

#[test]
fn an_attribute_of_a_whole_list_shows_both_ways_out() {
    assert_eq!(
        problem("azurerm_storage_account.data.identity.principal_id"),
        "`azurerm_storage_account.data.identity.principal_id`: a list of object has no attribute \
         `principal_id` (take one element, `[0].principal_id`, or that of all, `[*].principal_id`)"
    );
    let one = value("azurerm_storage_account.data.identity[0].principal_id");
    assert_eq!(one, Val::unknown(Type::String));
    let all = value("azurerm_storage_account.data.identity[*].principal_id");
    assert_eq!(all, Val::unknown(Type::list(Type::String)));
}

#[test]
fn what_is_unknown_takes_the_type_that_it_will_have() {
    assert_eq!(value("\"${each.key}-x\""), Val::unknown(Type::String));
    assert_eq!(value("length(var.zones) > 2"), Val::unknown(Type::Bool));
    assert_eq!(value("each.value.a[0].b"), Val::dynamic());
    assert_eq!(
        value("[each.key, 1]").ty(),
        Type::Tuple(vec![Type::String, Type::Number])
    );
    assert_eq!(value("path.module"), Val::text("."));
}

#[test]
fn nothing_is_said_of_what_may_be_right() {
    for text in [
        "lower(each.value)",
        "each.value + 1",
        "each.value[0][\"a\"].b[*].c",
        "[for x in each.value : x.y if x.z]",
        "{ for x in var.zones : x => lookup(each.value, x, null) }",
        "each.value ? each.value : []",
        "merge(each.value, { a = 1 }).b",
        "element(var.zones, 7)",
        "var.zones[7]",
        "cidrsubnet(each.value, 8, 1)",
        "jsondecode(each.value).a.b",
        "try(each.value.a, each.key)",
        "flatten([var.zones, each.value])",
        "provider::azapi::parse_resource_id(\"a\", each.key).name",
        "templatefile(\"a.tftpl\", { a = each.key })",
        "format(\"%d\", each.key)",
        "regex(\"(?<!a)b\", \"b\")",
        "undeclared.thing",
    ] {
        assert_eq!(problem(text), "", "{text}");
    }
}

#[test]
fn a_value_of_the_wrong_type_is_refused_with_what_was_found() {
    assert_eq!(
        problem("lower(azurerm_storage_account.data.identity)"),
        "`lower(azurerm_storage_account.data.identity)`: argument 1: a string is required, \
         but this is a value of type list of object that is known at apply"
    );
    assert_eq!(
        problem("1 + \"a\""),
        "`1 + \"a\"`: a number is required, but this is the text \"a\" \
         (join text by a template: `\"${a}${b}\"`)"
    );
    assert_eq!(
        problem("true ? 1 : []"),
        "the results of a conditional must have one type, but one is the number 1 and the other is \
         a list of 0 elements (write `null` where nothing is meant)"
    );
}

#[test]
fn results_without_a_common_type_have_a_code_of_their_own() {
    let node = read::expression("true ? 1 : []").unwrap();
    let (_, problems) = eval(&node, &Module);
    assert_eq!(problems[0].code.id, "T0197");
}

#[test]
fn calls_are_held_against_the_signature() {
    assert_eq!(
        problem("lowr(\"A\")"),
        "there is no function `lowr` (did you mean `lower`?)"
    );
    assert_eq!(
        problem("lower()"),
        "`lower()`: `lower` takes 1 argument, but 0 are given"
    );
    assert_eq!(
        problem("substr(\"a\", 1)"),
        "`substr(\"a\", 1)`: `substr` takes 3 arguments, but 2 are given"
    );
}

#[test]
fn a_problem_in_the_body_of_a_for_is_told_once() {
    assert_eq!(
        evaluated("[for x in [\"a\", \"b\", \"c\"] : x.y]").1.len(),
        1
    );
}

#[test]
fn the_branch_that_is_not_taken_is_not_blamed() {
    assert_eq!(problem("false ? null.x : 1"), "");
    assert_eq!(problem("each.value == 1 ? null.x : 1"), "");
    assert!(problem("true ? null.x : 1").contains("`null` has no attribute `x`"));
}

#[test]
fn marks_stick_and_sensitive_values_are_never_told() {
    assert_eq!(value("\"a${var.secret}\"").marks(), Marks::SENSITIVE);
    assert_eq!(value("[var.secret, 1]").marks(), Marks::NONE);
    assert_eq!(value("[var.secret, 1]").deep_marks(), Marks::SENSITIVE);
    assert_eq!(value("upper(var.token)").marks(), Marks::EPHEMERAL);
    assert_eq!(value("ephemeralasnull(var.token)").marks(), Marks::NONE);
    let told = problem("sensitive(\"hunter2\") + 1");
    assert!(
        told.contains("this is a sensitive value (string)"),
        "{told}"
    );
}

#[test]
fn a_problem_in_an_argument_says_where_inside_it_is_and_where_it_was_said() {
    let expression = |text: &str, start| any(read::expression(text).unwrap(), start);
    let argument = any(
        Data::List(vec![
            any("fine", 1),
            any(Object::new().with("ports", expression("[null.x]", 20)), 10),
        ]),
        0,
    );
    let (value, problems) = from_any(&argument, &Module);
    let [problem] = problems.as_slice() else {
        panic!("{problems:?}")
    };
    assert_eq!(problem.path.to_string(), "[1].ports");
    assert!(matches!(problem.origin, Origin::File { start: 20, .. }));
    assert_eq!(value.as_items().map(<[Val]>::len), Some(2));
}

#[test]
fn an_object_with_an_unknown_key_is_unknown_as_a_whole() {
    let mut object = Object::new().with("a", 1_i64);
    assert_eq!(
        from_any(&any(object.clone(), 0), &Module).0.get("a"),
        Some(&Val::whole(1))
    );
    object.push(terrace_ir::Entry {
        key: Key::Expr(read::expression("each.key").unwrap()),
        key_origin: Origin::Default,
        value: any("x", 0),
    });
    assert!(from_any(&any(object, 0), &Module).0.is_dynamic());
}

#[test]
fn resources_are_asked_for_by_their_address() {
    let address = Arc::new(ResourceAddress::new(
        Mode::Managed,
        "azurerm_key_vault",
        "a",
    ));
    let node = Arc::new(Node::Root(Root::Resource { stack: 0, address }));
    let id = Node::attribute(node, "id");
    assert_eq!(eval(&id, &Module).0, Val::unknown(Type::String));
}

#[test]
fn what_is_nested_too_deep_or_grows_too_big_is_unknown() {
    // Deeper than any reader lets through.
    let mut deep = Node::text("x");
    for _ in 0..5000 {
        deep = Arc::new(Node::List(vec![deep]));
    }
    let (value, problems) = eval(&deep, &Module);
    assert!(problems.is_empty());
    assert!(!value.is_wholly_known());
    // Dropping the tree itself is the reader's concern: it limits the depth.
    std::mem::forget(deep);

    // Each level doubles the text: a thousand million characters.
    let mut text = "\"0123456789\"".to_owned();
    for _ in 0..27 {
        text = format!("[for x in [{text}] : \"${{x}}${{x}}\"][0]");
    }
    let value = self::value(&text);
    assert!(matches!(value.kind(), Kind::Unknown(ty) if **ty == Type::String));

    // Fifty thousand times fifty thousand characters in one call.
    let long = "join(\"\", [for a in range(1000) : join(\"\", [for b in range(50) : \"x\"])])";
    let value = self::value(&format!("replace({long}, \"x\", {long})"));
    assert!(!value.is_known());

    // A million million steps.
    let many = "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : [for d in range(1000) : 1]]]]";
    assert_eq!(problem(many), "");
}

#[test]
fn a_template_of_a_single_expression_keeps_its_type() {
    let node = Arc::new(Node::Template(vec![
        TemplatePart::Text("n".into()),
        TemplatePart::Interpolation(Arc::new(Node::Number("5".into()))),
    ]));
    assert_eq!(eval(&node, &Module).0, Val::text("n5"));
    assert_eq!(value("\"${5}\""), Val::whole(5));
}
