//! How files become modules, seen from outside: each test reads one small file.

use std::sync::Arc;

use pretty_assertions::assert_eq;

use super::{MAX_FILE_SIZE, directory, files, json};
use crate::any::{Any, Data, Object};
use crate::diagnostic::Diagnostic;
use crate::module::{Block, BlockKind, Module};
use crate::node::{Node, Root};
use crate::render;
use crate::source::SourceMap;

/// The module of one file, and what is wrong with it: place, code, address and argument, summary.
fn read(text: &str) -> (Module, Vec<String>) {
    read_all(&[("main.tf.json", text)])
}

fn read_all(texts: &[(&str, &str)]) -> (Module, Vec<String>) {
    let mut sources = SourceMap::new();
    let (module, findings) = files("test", texts, &mut sources);
    let findings = findings.iter().map(|finding| told(finding, &sources));
    (module, findings.collect())
}

fn told(finding: &Diagnostic, sources: &SourceMap) -> String {
    let place = sources.place(finding.origin);
    let place = place.map_or_else(String::new, |place| place.to_string());
    let mut parts = vec![place, finding.code.id.to_owned()];
    parts.extend(finding.address.clone());
    parts.extend(finding.argument.clone());
    parts.push(finding.summary.clone());
    parts.join(" | ")
}

fn none() -> Vec<String> {
    Vec::new()
}

/// The body of the only block of a file without findings.
fn body(text: &str) -> Object {
    let (module, findings) = read(text);
    assert_eq!(findings, none());
    let [block] = module.blocks.as_slice() else {
        panic!("{} blocks", module.blocks.len());
    };
    block.body.clone()
}

/// The body of a resource with these arguments.
fn resource(arguments: &str) -> Object {
    body(&format!(
        r#"{{"resource":{{"a_b":{{"x":{{{arguments}}}}}}}}}"#
    ))
}

fn refused(arguments: &str) -> Vec<String> {
    read(&format!(
        r#"{{"resource":{{"a_b":{{"x":{{{arguments}}}}}}}}}"#
    ))
    .1
}

fn labels(module: &Module) -> Vec<String> {
    module.blocks.iter().map(Block::address).collect()
}

/// An expression, or a text in quotes.
fn shown(any: &Any) -> String {
    match &any.data {
        Data::Expr(node) => render::expression(node),
        _ => render::shown(any),
    }
}

#[test]
fn lists_at_the_root_and_at_labels_are_merged() {
    let (module, findings) = read(
        r#"[{"resource": [{"a_b": [{"x": {}}, {"y": {}}]}, {"a_b": {"z": {}}}]},
            {"variable": {"v": {}}, "moved": [{"from": "a_b.o", "to": "a_b.x"}]}]"#,
    );
    assert_eq!(findings, none());
    assert_eq!(
        labels(&module),
        ["a_b.x", "a_b.y", "a_b.z", "var.v", "moved"]
    );
}

#[test]
fn a_list_of_objects_in_a_list_of_bodies_is_one_body() {
    let (module, findings) = read(r#"{"moved": [[{"from": "a_b.x"}, {"to": "a_b.y"}], null]}"#);
    assert_eq!(findings, none());
    let lengths: Vec<usize> = module.blocks.iter().map(|block| block.body.len()).collect();
    assert_eq!(lengths, [2, 0]);
    let body = resource(r#""lifecycle": [[{"a": 1}, {"b": 2}]]"#);
    assert!(
        body.get("lifecycle").unwrap()
            == &Any::from(vec![Object::new().with("a", 1).with("b", 2).into()])
    );
}

#[test]
fn null_declares_nothing() {
    let (module, findings) = read(r#"{"resource": {"a_b": {"x": null, "y": []}}, "locals": null}"#);
    assert_eq!((labels(&module).len(), findings), (0, none()));
}

#[test]
fn levels_without_labels_are_refused() {
    assert_eq!(
        read(r#"{"variable": {}, "resource": {"a_b": null}, "output": {"//": "x"}}"#).1,
        [
            "main.tf.json:1:14 | T0010 | `variable` holds no name",
            "main.tf.json:1:38 | T0010 | `resource.a_b` holds no name",
            "main.tf.json:1:56 | T0010 | a comment stands where the name of a `output` belongs",
        ]
    );
}

#[test]
fn wrong_kinds_are_refused_at_every_level_and_hide_nothing_else() {
    assert_eq!(
        read(
            "{\"resource\": 1,\n\"data\": {\"a_b\": \"x\"},\n\"output\": {\"o\": true},\n\
             \"provider\": {\"p\": [{}, 5]},\n\"locals\": [[]],\n\"outputs\": {},\n\"required_providers\": {}}"
        )
        .1,
        [
            "main.tf.json:1:14 | T0008 | a number stands where an object belongs",
            "main.tf.json:2:17 | T0008 | a text stands where an object belongs",
            "main.tf.json:3:17 | T0008 | output.o | a boolean stands where the body of a block belongs",
            "main.tf.json:4:24 | T0008 | provider.p | a number stands where the body of a block belongs",
            "main.tf.json:5:12 | T0008 | locals | a list stands where the body of a block belongs",
            "main.tf.json:6:1 | T0009 | `outputs` is no kind of block",
            "main.tf.json:7:1 | T0009 | `required_providers` is no kind of block",
        ]
    );
    assert_eq!(
        read("5").1,
        ["main.tf.json:1:1 | T0008 | a number stands where an object belongs"]
    );
}

#[test]
fn comments_are_dropped_where_terraform_ignores_them_and_kept_where_it_does_not() {
    let body = resource(
        r#""//": "${", "lifecycle": {"//": "${"}, "tags": {"//": "a"},
           "provisioner": [{"local-exec": {"//": "${"}}]"#,
    );
    let names: Vec<_> = body
        .iter()
        .filter_map(|entry| entry.key.as_text())
        .collect();
    assert_eq!(names, ["lifecycle", "tags", "provisioner"]);
    assert!(
        body.get("lifecycle")
            .unwrap()
            .as_object()
            .unwrap()
            .is_empty()
    );
    // A key that would reach the cloud.
    assert!(
        body.get("tags")
            .unwrap()
            .as_object()
            .unwrap()
            .get("//")
            .is_some()
    );
    // A nested block may hold one too, and then it need not be a template.
    let body = resource(r#""nested": {"//": "costs ${", "a": 1}"#);
    assert_eq!(body.get("nested").unwrap().as_object().unwrap().len(), 1);
    assert_eq!(read(r#"{"//": "x", "locals": {"//": "${"}, "terraform": {"required_providers": {"//": "x"}}}"#).1, none());
}

#[test]
fn texts_are_read_by_the_place_where_they_stand() {
    let (module, findings) = read(
        r#"{"terraform": {"backend": {"azurerm": {"key": "${x"}}},
            "variable": {"v": {"default": "${x", "description": "%{", "validation": {"condition": "${var.v != null}"}}},
            "module": {"m": {"source": "./${x", "providers": {"p": "p.west"}, "a": "$${x}"}},
            "output": {"o": {"description": "${", "value": "${1}", "sensitive": "true"}}}"#,
    );
    assert_eq!(findings, none());
    let text = |block: usize, path: &[&str]| {
        let mut object = &module.blocks[block].body;
        let (last, before) = path.split_last().unwrap();
        for key in before {
            object = object.get(key).unwrap().as_object().unwrap();
        }
        shown(object.get(last).unwrap())
    };
    assert_eq!(text(0, &["backend", "azurerm", "key"]), "\"${x\"");
    assert_eq!(text(1, &["default"]), "\"${x\"");
    assert_eq!(text(1, &["validation", "condition"]), "var.v != null");
    assert_eq!(text(2, &["source"]), "\"./${x\"");
    assert_eq!(text(2, &["providers", "p"]), "p.west");
    assert_eq!(text(2, &["a"]), "\"${x}\"");
    assert_eq!(text(3, &["value"]), "1");
    assert_eq!(text(3, &["sensitive"]), "\"true\"");
}

#[test]
fn references_without_braces_are_read_as_references() {
    let body = resource(
        r#""provider": "p.west", "depends_on": ["a_b.y", "module.m", "data.c_d.e[0]"],
           "lifecycle": {"ignore_changes": ["tags[\"a\"]", "x.y"], "replace_triggered_by": ["a_b.y[each.key].id"]},
           "provisioner": {"local-exec": {"when": "destroy"}}"#,
    );
    let lifecycle = body.get("lifecycle").unwrap().as_object().unwrap();
    let roots = |any: &Any| {
        let mut roots = Vec::new();
        any.expressions(&mut |node, _| {
            node.visit(&mut |node| {
                if let Node::Root(root) = node {
                    roots.push(match root {
                        Root::Name(name) => format!("name {name}"),
                        _ => render::expression(&Arc::new(Node::Root(root.clone()))),
                    });
                }
            });
        });
        roots
    };
    assert_eq!(roots(body.get("provider").unwrap()), ["name p"]);
    assert_eq!(
        roots(body.get("depends_on").unwrap()),
        ["a_b.y", "module.m", "data.c_d.e"]
    );
    // Arguments, and no resources of a type `x`.
    assert_eq!(
        roots(lifecycle.get("ignore_changes").unwrap()),
        ["name tags", "name x"]
    );
    assert_eq!(
        roots(lifecycle.get("replace_triggered_by").unwrap()),
        ["a_b.y", "each"]
    );
    assert_eq!(roots(body.get("provisioner").unwrap()), ["name destroy"]);
    let body = resource(r#""lifecycle": {"ignore_changes": "all"}"#);
    assert_eq!(
        shown(
            body.get("lifecycle")
                .unwrap()
                .as_object()
                .unwrap()
                .get("ignore_changes")
                .unwrap()
        ),
        "\"all\""
    );
}

#[test]
fn what_is_no_reference_is_refused_at_its_place() {
    assert_eq!(
        refused(r#""depends_on": ["${a_b.y}"], "lifecycle": {"ignore_changes": ["*", "a.0"]}"#),
        [
            "main.tf.json:1:42 | T0007 | a_b.x | depends_on[0] | `$` stands inside an expression",
            "main.tf.json:1:88 | T0007 | a_b.x | lifecycle.ignore_changes[0] | `*` where a reference should begin with a name",
            "main.tf.json:1:95 | T0007 | a_b.x | lifecycle.ignore_changes[1] | `0` where the name of an attribute should stand",
        ]
    );
}

#[test]
fn names_of_meta_arguments_mean_nothing_inside_a_value() {
    let body = resource(
        r#""body": {"provider": "not a reference", "depends_on": "${var.a}", "lifecycle": {"ignore_changes": ["a b"]}}"#,
    );
    let inner = body.get("body").unwrap().as_object().unwrap();
    assert_eq!(shown(inner.get("provider").unwrap()), "\"not a reference\"");
    assert_eq!(shown(inner.get("depends_on").unwrap()), "var.a");
}

#[test]
fn errors_in_templates_have_their_place_in_the_file() {
    assert_eq!(
        // The keys of a body are names, and no templates.
        refused(r#""a": "x", "b": {"c": ["", "\u00e9\n${upper(}"]}, "k${": 1"#),
        ["main.tf.json:1:69 | T0006 | a_b.x | b.c[1] | `}` where an expression should stand"]
    );
    assert_eq!(
        refused(r#""b": {"é${": 1}"#),
        [
            "main.tf.json:1:36 | T0006 | a_b.x | b[\"é${\"] | the end where an expression should stand"
        ]
    );
}

#[test]
fn the_iterator_of_a_dynamic_block_is_a_name_in_its_content() {
    let body = resource(
        r#""dynamic": {"rule": {"for_each": "${rule.y.z}", "content": {
               "name": "${rule.value}", "other": "${a_b.y.id}",
               "dynamic": {"inner": [{"for_each": "${rule.value.all}", "iterator": "it",
                   "content": {"a": "${it.key}", "b": "${rule.key}", "c": "${inner.value.x}"}}]},
               "after": "${it.z.id}"}}}"#,
    );
    let mut resources = Vec::new();
    body.expressions(&mut |node, _| {
        node.visit(&mut |node| {
            if let Node::Root(Root::Resource { address, .. }) = node {
                resources.push(address.to_string());
            }
        });
    });
    assert_eq!(resources, ["rule.y", "a_b.y", "inner.value", "it.z"]);
}

#[test]
fn keys_of_objects_are_templates_and_names_of_arguments_are_not() {
    let body = resource(r#""tags": {"a${var.b}": 1, "$${c}": 2}"#);
    let tags = body.get("tags").unwrap().as_object().unwrap();
    assert!(tags.iter().next().unwrap().key.as_text().is_none());
    assert!(tags.get("${c}").is_some());
}

#[test]
fn numbers_keep_their_digits() {
    let body = resource(r#""a": 1.50, "b": 12345678901234567890, "c": -0, "d": 1e3, "e": 7"#);
    let digits = |name: &str| render::argument(body.get(name).unwrap());
    assert_eq!(
        ["a", "b", "c", "d", "e"].map(digits),
        ["1.50", "12345678901234567890", "-0", "1e3", "7"]
    );
    assert!(body.get("e").unwrap().data == Data::Int(7));
}

#[test]
fn null_in_braces_is_not_the_null_that_means_no_block() {
    let body = resource(r#""a": null, "b": "${null}", "c": "${true}", "d": "${5}""#);
    assert!(body.get("a").unwrap().data == Data::Null);
    assert!(body.get("b").unwrap().data == Data::Expr(Arc::new(Node::Null)));
    assert!(body.get("c").unwrap().data == Data::Bool(true));
    assert!(body.get("d").unwrap().data == Data::Int(5));
}

#[test]
fn arguments_that_are_set_twice_are_refused_with_both_places() {
    let (_, findings) = read(
        "{\"locals\": {\"a\": 1,\n \"a\": 2}, \"output\": {\"o\": {\"value\": {\"k\": 1, \"k\": 2}}}}",
    );
    assert_eq!(
        findings,
        [
            "main.tf.json:2:2 | T0011 | locals | a | `a` is set twice",
            "main.tf.json:2:46 | T0011 | output.o | value.k | `k` is set twice",
        ]
    );
    let mut sources = SourceMap::new();
    let text = r#"{"resource":{"a_b":{"x":{"count":1,"count":2}}}}"#;
    let (_, findings) = files("test", &[("main.tf.json", text)], &mut sources);
    assert_eq!(findings[0].detail, "it is set first at main.tf.json:1:26");
    assert_eq!(refused(r#""a": "x", "a": {}"#).len(), 1);
}

#[test]
fn blocks_of_the_language_that_are_repeated_become_a_list() {
    let body = resource(
        r#""provisioner": {"local-exec": {"command": "a"}}, "provisioner": [{"local-exec": {"command": "b"}}]"#,
    );
    assert_eq!(body.len(), 1);
    assert_eq!(body.get("provisioner").unwrap().as_list().unwrap().len(), 2);
    // What may be blocks of the provider or an argument set twice is left to its schema.
    assert_eq!(resource(r#""rule": {"a": 1}, "rule": {"a": 2}"#).len(), 2);
}

#[test]
fn what_is_declared_twice_is_refused_with_both_places() {
    let (module, findings) = read_all(&[
        (
            "b.tf.json",
            r#"{"resource": {"a_b": {"x": {}}}, "variable": {"v": {}}, "locals": {"l": 2, "m": 3}}"#,
        ),
        (
            "a.tf.json",
            r#"{"resource": {"a_b": {"x": {"first": true}}}, "variable": {"v": {}}, "locals": {"l": 1},
            "provider": {"p": [{}, {"alias": "w"}, {"alias": "w"}]},
            "terraform": [{"backend": {"local": {}}, "required_providers": {}}, {"cloud": {}, "required_providers": {}}],
            "data": {"a_b": {"x": {}}}, "check": {"c": {"data": {"a_b": {"x": {}}}}}}"#,
        ),
    ]);
    assert_eq!(
        findings,
        [
            "a.tf.json:2:52 | T0012 | provider.p.w | `provider.p.w` is declared twice",
            "b.tf.json:1:28 | T0012 | a_b.x | `a_b.x` is declared twice",
            "b.tf.json:1:52 | T0012 | var.v | `var.v` is declared twice",
            "b.tf.json:1:68 | T0012 | local.l | `local.l` is declared twice",
            "a.tf.json:3:82 | T0012 | terraform | `cloud` is one too many",
            "a.tf.json:3:95 | T0012 | terraform | `required_providers` is one too many",
            "a.tf.json:4:79 | T0012 | data.a_b.x | `data.a_b.x` is declared twice",
        ]
    );
    // The first is kept.
    let kept: Vec<&Block> = module.of(BlockKind::Resource).collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(kept[0].body.len(), 1);
}

#[test]
fn a_broken_file_hides_nothing_of_the_others() {
    let (module, findings) = read_all(&[
        ("a.tf.json", "{\"a\": 1,}"),
        ("b.tf.json", r#"{"output": {"o": {"value": "${"}}}"#),
        ("c.tf.json", r#"{"output": {"p": {"value": 1}}}"#),
    ]);
    assert_eq!(
        findings,
        [
            "a.tf.json:1:9 | T0004 | `}` where a key should stand",
            "b.tf.json:1:31 | T0006 | output.o | value | the end where an expression should stand",
        ]
    );
    assert_eq!(module.beside.unread, ["a.tf.json"]);
    assert_eq!(labels(&module), ["output.o", "output.p"]);
}

#[test]
fn everything_has_its_place() {
    let mut sources = SourceMap::new();
    let text = "{\"output\": {\"o\": {\n  \"value\": [1, \"x\"]}}}";
    let (module, _) = files("test", &[("main.tf.json", text)], &mut sources);
    let block = &module.blocks[0];
    let entry = block.body.entry("value").unwrap();
    let items = entry.value.as_list().unwrap();
    let places = [
        block.origin,
        entry.key_origin,
        entry.value.origin,
        items[1].origin,
    ]
    .map(|origin| {
        format!(
            "{}–{}",
            sources.place(origin).unwrap(),
            sources.end(origin).unwrap()
        )
    });
    assert_eq!(
        places,
        [
            "main.tf.json:1:18–main.tf.json:2:21",
            "main.tf.json:2:3–main.tf.json:2:10",
            "main.tf.json:2:12–main.tf.json:2:20",
            "main.tf.json:2:16–main.tf.json:2:19",
        ]
    );
}

#[test]
fn overrides_are_merged_in_order_of_name() {
    let base = r#"{"resource": {"a_b": {"x": {"keep": 1, "change": 1, "rule": [{"a": 1}, {"b": 1}],
            "dynamic": {"gone": {"content": {}}, "stays": {"content": {}}},
            "lifecycle": {"prevent_destroy": true, "ignore_changes": ["a"]}}}},
        "locals": {"l": 1}, "terraform": {"required_version": "1", "backend": {"local": {}},
            "required_providers": {"p": {"version": "1"}, "q": {"version": "1"}}}}"#;
    let (module, findings) = read_all(&[
        ("main.tf.json", base),
        ("b_override.tf.json", r#"{"locals": {"l": 3}}"#),
        (
            "a_override.tf.json",
            r#"{"resource": {"a_b": {"x": {"change": 2, "new": 3, "rule": {"c": 1}, "gone": {},
                "lifecycle": {"ignore_changes": ["b"]}}}},
            "locals": {"l": 2}, "provider": {"p": {}},
            "terraform": {"required_version": "2", "cloud": {}, "required_providers": {"p": {"version": "2"}}}}"#,
        ),
    ]);
    assert_eq!(findings, none());
    let expected = r#"{"resource": {"a_b": {"x": {"keep": 1, "change": 2, "rule": {"c": 1},
            "dynamic": {"stays": {"content": {}}},
            "lifecycle": {"prevent_destroy": true, "ignore_changes": ["b"]}, "new": 3, "gone": {}}}},
        "locals": {"l": 3}, "provider": {"p": [{}]},
        "terraform": [{"required_providers": {"p": {"version": "2"}, "q": {"version": "1"}}},
            {"required_version": "2", "cloud": {}}]}"#;
    let (expected, _) = read(expected);
    assert_eq!(
        render::module(&module, None),
        render::module(&expected, None)
    );
}

#[test]
fn an_override_replaces_a_list_and_a_backend() {
    let (module, findings) = read_all(&[
        (
            "main.tf.json",
            r#"{"terraform": {"backend": {"local": {}}}, "resource": {"a_b": {"x": {"l": [1, 2]}}}}"#,
        ),
        (
            "override.tf.json",
            r#"{"terraform": {"backend": {"azurerm": {}}}, "resource": {"a_b": {"x": {"l": [3]}}}}"#,
        ),
    ]);
    assert_eq!(findings, none());
    let written = render::module(&module, None);
    assert!(!written.contains("local"), "{written}");
    assert!(
        module
            .of(BlockKind::Resource)
            .next()
            .unwrap()
            .body
            .get("l")
            .unwrap()
            == &Any::from(vec![3.into()])
    );
}

#[test]
fn what_an_override_cannot_do_is_said() {
    let (_, findings) = read_all(&[
        (
            "main.tf.json",
            r#"{"resource": {"a_b": {"x": {}}}, "variable": {"v": {}}}"#,
        ),
        (
            "override.tf.json",
            r#"{"resource": {"a_b": {"x": {"depends_on": ["a_b.y"], "lifecycle": {"precondition": {}, "replace_triggered_by": []}}, "y": {}}},
            "variable": {"v": {"validation": {}}, "w": {}}, "locals": {"l": 1}, "provider": {"p": {"alias": "a"}},
            "moved": {}, "removed": {}, "terraform": {"backend": {"a": {}, "b": {}}}}"#,
        ),
    ]);
    assert_eq!(
        findings,
        [
            "override.tf.json:1:29 | T0014 | a_b.x | `depends_on` cannot be overridden",
            "override.tf.json:1:68 | T0014 | a_b.x | `precondition` cannot be overridden",
            "override.tf.json:1:88 | T0015 | a_b.x | `replace_triggered_by` has no effect in an override file",
            "override.tf.json:1:123 | T0013 | a_b.y | there is no `a_b.y` to override",
            "override.tf.json:2:32 | T0014 | var.v | `validation` cannot be overridden",
            "override.tf.json:2:56 | T0013 | var.w | there is no `var.w` to override",
            "override.tf.json:2:72 | T0013 | local.l | there is no `local.l` to override",
            "override.tf.json:2:99 | T0013 | provider.p.a | there is no `provider.p.a` to override",
            "override.tf.json:3:22 | T0014 | moved | a `moved` block cannot be overridden",
            "override.tf.json:3:37 | T0015 | removed | a `removed` block has no effect in an override file",
            "override.tf.json:3:81 | T0012 | backend `b` is one too many",
        ]
    );
}

#[test]
fn a_directory_is_read_as_terraform_loads_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &[u8]| std::fs::write(folder.path().join(name), text).unwrap();
    write("b.tf.json", b"{\"output\": {\"b\": {\"value\": 1}}}");
    write("a.tf.json", b"{\"output\": {\"a\": {\"value\": 1}}}");
    write("main.tf", b"");
    write("override.tf.json", b"{\"output\": {\"a\": {\"value\": 2}}}");
    for ignored in [
        ".a.tf.json",
        "a.tf.json~",
        "#a.tf.json#",
        "a.json",
        "a.tfvars",
        "a.tofu",
    ] {
        write(ignored, b"no json");
    }
    std::fs::create_dir(folder.path().join("folder.tf.json")).unwrap();
    let mut sources = SourceMap::new();
    let (module, findings) = directory(folder.path(), &mut sources);
    assert!(findings.is_empty());
    assert_eq!(labels(&module), ["output.a", "output.b"]);
    assert!(module.blocks[0].body.get("value").unwrap().data == Data::Int(2));
    assert_eq!(module.beside.native, ["main.tf"]);
    let place = sources.place(module.blocks[0].origin).unwrap();
    assert_eq!(place.file, format!("{}/a.tf.json", folder.path().display()));
}

#[test]
fn a_directory_that_cannot_be_read_is_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    let codes = |path: &std::path::Path| {
        let (_, findings) = directory(path, &mut SourceMap::new());
        findings
            .iter()
            .map(|finding| finding.code.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(folder.path()), ["T0016"]);
    assert_eq!(codes(&folder.path().join("none")), ["T0001"]);
    let file = folder.path().join("main.tf.json");
    std::fs::write(&file, "{}").unwrap();
    assert_eq!(codes(&file), ["T0001"]);
}

#[test]
fn bytes_that_are_not_utf8_are_named_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.tf.json"), b"{\n\"//\": \"\xff\"}").unwrap();
    let mut sources = SourceMap::new();
    let (module, findings) = directory(folder.path(), &mut sources);
    assert_eq!(findings[0].code.id, "T0002");
    assert!(
        findings[0]
            .summary
            .ends_with("is not UTF-8: byte 9 (0xFF) belongs to no character")
    );
    let place = sources.place(findings[0].origin).unwrap();
    assert_eq!((place.line, place.column), (2, 8));
    assert_eq!(module.beside.unread, ["a.tf.json"]);
}

#[test]
fn a_file_beyond_the_limit_is_refused_before_it_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = std::fs::File::create(folder.path().join("a.tf.json")).unwrap();
    file.set_len(MAX_FILE_SIZE + 1).unwrap();
    let (_, findings) = directory(folder.path(), &mut SourceMap::new());
    assert_eq!(findings[0].code.id, "T0003");
}

#[test]
fn values_up_to_the_depth_limits_fit_on_the_stack_of_a_thread() {
    // Spawned threads have 2 MB, as those of tests do; said here so that it stays so.
    let deep = |depth: usize| {
        let expression = "[".repeat(super::MAX_DEPTH - 1) + "1" + &"]".repeat(super::MAX_DEPTH - 1);
        format!(
            r#"{{"resource":{{"a_b":{{"x":{{"a":{}"${{{expression}}}"{}}}}}}}}}"#,
            r#"{"a":["#.repeat(depth / 2),
            "]}".repeat(depth / 2),
        )
    };
    let test = move || {
        let (module, findings) = read(&deep(json::MAX_DEPTH - 4));
        assert_eq!(findings, none());
        let written = render::module(&module, None);
        assert_eq!(read(&written).1, none());
        assert!(module.blocks[0].body.clone() == module.blocks[0].body);
        let findings = read(&deep(json::MAX_DEPTH)).1;
        assert_eq!(findings.len(), 1);
        assert!(findings[0].contains("T0005"));
    };
    std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(test)
        .unwrap()
        .join()
        .unwrap();
}

#[test]
fn every_code_is_explained() {
    for (n, code) in super::CODES.iter().enumerate() {
        assert_eq!(code.id, format!("T{:04}", n + 1));
        assert!(code.explanation.len() > 150, "{}", code.id);
    }
}
