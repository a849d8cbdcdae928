//! How expressions, templates and references are read.

use super::*;
use crate::Mode;
use crate::node::Root;
use crate::render;
use pretty_assertions::assert_eq;

/// Ways to nest an expression: what stands before, in the middle and behind.
const NESTS: [(&str, &str, &str); 20] = [
    ("(", "1", ")"),
    ("[", "1", "]"),
    ("{a=", "1", "}"),
    ("{(a)=1,b=", "1", "}"),
    ("!", "true", ""),
    ("-", "a.b", ""),
    ("max(1, ", "1", ")"),
    ("x[", "0", "]"),
    ("x[*][", "0", "]"),
    ("\"a${", "1", "}\""),
    ("\"${", "1", "}\""),
    ("\"%{if ", "true", "}a%{endif}\""),
    ("\"%{if true}${", "1", "}%{else}b%{endif}\""),
    ("true ? ", "1", " : 2"),
    ("true ? 1 : ", "2", ""),
    ("[for x in ", "y", " : x]"),
    ("{for k, v in y : k => ", "v", "}"),
    ("1 + ", "1", ""),
    ("1 * (1 + ", "1", ")"),
    ("<<A\n${", "1", "}\nA\n"),
];

/// Ways to go on with an expression: what stands before, and what is repeated behind.
const CHAINS: [(&str, &str); 9] = [
    ("1", " + 1"),
    ("a", " || b"),
    ("a", " == b && c < d + e * f"),
    ("a.b", ".c"),
    ("a", "[0]"),
    ("a", "[*]"),
    ("a", "[*].b"),
    ("a", ".*.b[0]"),
    ("a", ".0[0]"),
];

/// Everything that walks a tree recursively.
fn use_up(node: &Arc<Node>) {
    let written = render::expression(node);
    let mut count = 0;
    node.visit(&mut |_| count += 1);
    assert!(count > 0);
    assert!(Node::clone(node) == **node);
    match expression(&written) {
        Ok(again) => assert!(again == *node, "{written}"),
        // Parentheses that were written for clarity are levels too.
        Err(error) => assert!(error.too_deep, "{written}: {error}"),
    }
}

/// Half of what a thread has, so that there is room for what others do with a tree.
fn on_a_small_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new()
        .stack_size(1 << 20)
        .spawn(test)
        .unwrap()
        .join()
        .unwrap();
}

fn longest(text: impl Fn(usize) -> String) -> usize {
    let (mut fits, mut fails) = (0, 2 * MAX_DEPTH);
    while fits + 1 < fails {
        let n = (fits + fails) / 2;
        match expression(&text(n)) {
            Ok(_) => fits = n,
            Err(_) => fails = n,
        }
    }
    fits
}

#[test]
fn nesting_up_to_the_limit_fits_on_a_small_stack() {
    on_a_small_stack(|| {
        for (before, middle, behind) in NESTS {
            let text = |n: usize| before.repeat(n) + middle + &behind.repeat(n);
            let n = longest(text);
            assert!(n >= MAX_DEPTH / 3, "`{before}` is refused {n} levels deep");
            use_up(&expression(&text(n)).unwrap());
            let error = expression(&text(100_000)).err().unwrap();
            assert!(error.too_deep, "{before}: {error}");
        }
    });
}

#[test]
fn chains_up_to_the_limit_fit_on_a_small_stack() {
    on_a_small_stack(|| {
        for (before, repeated) in CHAINS {
            let text = |n: usize| before.to_owned() + &repeated.repeat(n);
            let n = longest(text);
            assert!(n >= MAX_DEPTH / 3, "`{repeated}` is refused {n} times");
            use_up(&expression(&text(n)).unwrap());
            let error = expression(&text(100_000)).err().unwrap();
            assert!(error.too_deep, "{repeated}: {error}");
        }
    });
}

#[test]
fn many_elements_beside_each_other_are_not_deep() {
    let list = format!("[{}]", "a.b, ".repeat(10_000));
    assert!(expression(&list).is_ok());
    let text = format!("{{a = \"{}\"}}", "${a.b}%{if a}b%{endif}".repeat(10_000));
    assert!(expression(&text).is_ok());
}

fn root(text: &str) -> Root {
    let mut roots = Vec::new();
    expression(text).unwrap().visit(&mut |node| {
        if let Node::Root(root) = node {
            roots.push(root.clone());
        }
    });
    assert_eq!(roots.len(), 1, "{text}");
    roots.remove(0)
}

#[test]
fn references_begin_with_what_they_name() {
    let resource = |mode| Root::Resource {
        stack: 0,
        address: Arc::new(crate::ResourceAddress::new(mode, "azurerm_key_vault", "v")),
    };
    let name = |name: &'static str| Root::Name(name.into());
    for (text, expected) in [
        ("azurerm_key_vault.v.id", resource(Mode::Managed)),
        (
            "resource.azurerm_key_vault.v[0].id",
            resource(Mode::Managed),
        ),
        ("data.azurerm_key_vault.v", resource(Mode::Data)),
        ("ephemeral.azurerm_key_vault.v", resource(Mode::Ephemeral)),
        ("var.a.b", Root::Variable("a".into())),
        ("local.a[0]", Root::Local("a".into())),
        ("module.a.b", Root::Module("a".into())),
        ("each.key", Root::Each),
        ("count.index", Root::Count),
        ("path.module", Root::Path),
        ("terraform.workspace", Root::Terraform),
        ("self.id", Root::SelfObject),
        ("setting", name("setting")),
        ("setting[0].x", name("setting")),
        ("var", name("var")),
        ("var[\"a\"]", name("var")),
        ("data.azurerm_key_vault", name("data")),
    ] {
        assert!(root(text) == expected, "{text}");
    }
}

#[test]
fn names_of_a_for_hide_the_roots_of_the_language() {
    let node = expression("[for var in local.a : var.x if var.y]").unwrap();
    let mut variables = 0;
    node.visit(&mut |node| {
        variables += usize::from(matches!(node, Node::Root(Root::Variable(_))));
    });
    assert_eq!(variables, 0);
    // Behind the `for`, and in what it goes through, they do not.
    assert!(root("[for var in var.x : 1]") == Root::Variable("x".into()));
    let node = template("%{for var in [1]}${var.x}%{endfor}${var.x}").unwrap();
    let mut roots = Vec::new();
    node.visit(&mut |node| {
        if let Node::Root(root) = node {
            roots.push(root.clone());
        }
    });
    assert!(roots == [Root::Name("var".into()), Root::Variable("x".into())]);
}

#[test]
fn names_that_are_bound_outside_stay_names() {
    let bound = [Text::Borrowed("setting")];
    let node = template_within("${setting.value.x}", &bound).unwrap();
    assert_eq!(render::expression(&node), "setting.value.x");
    let mut name = false;
    node.visit(&mut |node| name |= matches!(node, Node::Root(Root::Name(_))));
    assert!(name);
}

#[test]
fn a_splat_keeps_what_belongs_to_it() {
    for (text, written) in [
        ("a.b[*].c[0].d", "a.b[*].c[0].d"),
        ("a.b.*.c[0]", "(a.b.*.c)[0]"),
        ("a.b.*.c.0.d", "a.b[*].c[0].d"),
        ("a.b[*].c[*].d", "a.b[*].c[*].d"),
        ("a.b[*].c.*.d[0]", "a.b[*].c.*.d[0]"),
        ("(a.b[*].c)[0]", "(a.b[*].c)[0]"),
        ("a.b.0.c", "a.b[0].c"),
    ] {
        assert_eq!(render::expression(&expression(text).unwrap()), written);
    }
}

#[test]
fn numbers_keep_their_digits() {
    for (text, written) in [
        (
            "123456789012345678901234567890.10",
            "123456789012345678901234567890.10",
        ),
        ("1E+5", "1E+5"),
        ("007", "7"),
        ("1.e5", "1e5"),
        ("-5", "-5"),
        ("- 5", "-5"),
    ] {
        assert_eq!(render::expression(&expression(text).unwrap()), written);
    }
}

#[test]
fn references_alone_take_literal_indexes_only() {
    for text in [
        "a.b",
        "data.a.b[0]",
        "a.b[\"x y\"].c",
        "module.a",
        "a.b [0] . c",
    ] {
        assert!(traversal(text).is_ok(), "{text}");
    }
    for text in [
        "",
        "${a.b}",
        "a.b.0",
        "a.b[*]",
        "a.b.*.c",
        "a.b[each.key]",
        "a.b[\"${x}\"]",
        "a.b c",
        "1",
        "\"a\"",
        "a.",
        "a[",
        "a[0",
        "(a.b)",
        "*",
    ] {
        assert!(traversal(text).is_err(), "{text} was taken");
    }
    assert!(name("tags[\"a\"]").is_ok_and(|node| {
        node == Arc::new(Node::Index(
            Arc::new(Node::Root(Root::Name("tags".into()))),
            Node::text("a"),
        ))
    }));
}

#[test]
fn errors_say_what_should_stand_there_and_where() {
    for (text, message, at) in [
        ("a b ${x", "`${` is never closed", 4..6),
        (
            "${upper(\"a\"}",
            "`}` where `,` or `)` should stand behind an argument",
            11..12,
        ),
        ("${}", "`}` where an expression should stand", 2..3),
        ("${1 +}", "`}` where an expression should stand", 5..6),
        (
            "${a ? b}",
            "`}` where `:` and what holds otherwise should stand",
            7..8,
        ),
        ("${'a'}", "text stands in single quotes", 2..3),
        ("%{if a}b", "this `%{if}` is closed by no `%{endif}`", 0..7),
        ("b%{endfor}", "`%{endfor}` closes no `%{for}`", 1..10),
        ("%{foo}", "`foo` is no directive", 2..5),
        ("${\"a\\x\"}", "`\\x` is no escape sequence", 4..6),
        (
            "${\"a\n\"}",
            "a text in quotes runs over more than one line",
            4..5,
        ),
        (
            "${{a=1 b=2}}",
            "`b` where `,`, a new line or `}` should stand behind an entry",
            7..8,
        ),
        (
            "${[for x in y : k => v]}",
            "`[for …]` makes a list, which has no keys",
            15..22,
        ),
        (
            "${a.0.1}",
            "two indexes cannot follow each other with dots",
            4..7,
        ),
        ("${1.2.3}", "`1.2.3` is no number", 2..7),
    ] {
        let error = template(text).err().unwrap();
        assert_eq!((error.message.as_str(), error.at), (message, at), "{text}");
    }
}
