//! The check of the language against a table of modules, and the table against Terraform.
//!
//! `tests/language/cases.txt` says of each module what is found. Where Terraform is on the path, it must agree about which
//! modules are wrong, and where; without it that part says that it was left out, unless `TERRACE_REQUIRE_TERRAFORM=1`
//! asks for a failure.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};
use terrace_ir::{
    Any, Block, BlockKind, Diagnostic, Expr, Module, Object, Origin, Severity, SourceMap, expr,
    read,
};
use terrace_schema::language;

/// A module of the table.
struct Case {
    /// What is found, in order: `T0301 output.o`, a warning with `!` behind its code.
    says: Vec<String>,
    /// Whether Terraform accepts it all the same.
    is_stricter: bool,
    module: String,
}

fn cases() -> Vec<Case> {
    let table = include_str!("language/cases.txt").lines();
    table
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (says, module) = line.split_once(" | ").expect("a case has a bar");
            let stricter = says.strip_prefix("stricter ");
            let says = stricter.unwrap_or(says);
            Case {
                says: says
                    .split(", ")
                    .filter(|it| *it != "fine")
                    .map(str::to_owned)
                    .collect(),
                is_stricter: stricter.is_some(),
                module: module.to_owned(),
            }
        })
        .collect()
}

/// What is found in a module of one file, by reading it and by checking it.
fn findings(module: &str) -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::new();
    let (module, mut findings) = read::files("m", &[("main.tf.json", module)], &mut sources);
    findings.extend(language::check(&module));
    (sources, findings)
}

fn said(findings: &[Diagnostic]) -> Vec<String> {
    let said: BTreeSet<String> = findings
        .iter()
        .map(|finding| {
            let sign = if finding.severity == Severity::Error {
                ""
            } else {
                "!"
            };
            let address = finding.address.as_deref().unwrap_or("");
            format!("{}{sign} {address}", finding.code.id)
                .trim_end()
                .to_owned()
        })
        .collect();
    said.into_iter().collect()
}

#[test]
fn the_table_holds() {
    for case in cases() {
        assert_eq!(
            said(&findings(&case.module).1),
            case.says,
            "{}",
            case.module
        );
    }
}

#[test]
fn terraform_agrees_with_the_table() {
    if Command::new("terraform").arg("version").output().is_err() {
        assert_ne!(
            std::env::var("TERRACE_REQUIRE_TERRAFORM").as_deref(),
            Ok("1"),
            "terraform is not on the path, and TERRACE_REQUIRE_TERRAFORM=1"
        );
        println!("left out: terraform is not on the path");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let (together, cases): (Vec<Case>, Vec<Case>) = cases().into_iter().partition(is_for_all);
    let answer = validate_together(&together, &folder.path().join("together"));
    assert_eq!(
        answer["diagnostics"],
        json!([]),
        "what is fine is fine in one run"
    );

    let next = AtomicUsize::new(0);
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let place = tempfile::tempdir_in(&folder).unwrap();
                    if let Err(what) = compare(case, place.path()) {
                        wrong
                            .lock()
                            .unwrap()
                            .push(format!("{what}\n  {}", case.module));
                    }
                }
            });
        }
    });
    let wrong = wrong.into_inner().unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a module is fine and stays so when others call it, so that one run of Terraform can judge many.
fn is_for_all(case: &Case) -> bool {
    let module: Json = serde_json::from_str(&case.module).unwrap();
    let every = |kind: &str, is: fn(&Json) -> bool| {
        module[kind]
            .as_object()
            .is_none_or(|blocks| blocks.values().all(is))
    };
    let kinds = [
        "resource", "data", "locals", "module", "check", "moved", "removed", "variable",
    ];
    case.says.is_empty()
        && module
            .as_object()
            .unwrap()
            .keys()
            .all(|kind| kinds.contains(&kind.as_str()))
        && every("variable", |variable| variable.get("default").is_some())
}

fn validate_together(cases: &[Case], folder: &Path) -> Json {
    let mut calls = serde_json::Map::new();
    let mut installed = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let name = format!("c{at}");
        write(&folder.join(&name), "main.tf.json", &case.module);
        calls.insert(name.clone(), json!({"source": format!("./{name}")}));
        installed.push(json!({"Key": name, "Source": format!("./{name}"), "Dir": name}));
        for call in modules_of(&case.module) {
            installed.push(
                json!({"Key": format!("{name}.{call}"), "Source": "./child", "Dir": "child"}),
            );
        }
    }
    run_terraform(&json!({"module": calls}).to_string(), installed, folder)
}

/// Holds a case against `terraform validate`.
fn compare(case: &Case, folder: &Path) -> Result<(), String> {
    let answer = validate(&case.module, folder);
    let is_wrong = case.says.iter().any(|finding| !finding.contains('!'));
    let accepted = answer["valid"] == json!(true);
    if accepted == (is_wrong && !case.is_stricter) {
        return Err(format!("Terraform says {answer:#}"));
    }
    let places: Vec<&str> = answer["diagnostics"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|diagnostic| diagnostic["severity"] == "error")
        .filter_map(|diagnostic| diagnostic["snippet"]["context"].as_str())
        .collect();
    let ours = || {
        case.says
            .iter()
            .filter_map(|finding| finding.split_once(' '))
    };
    let agrees =
        ours().any(|(_, address)| places.iter().any(|place| is_same_place(address, place)));
    match agrees || accepted || places.is_empty() || ours().next().is_none() {
        true => Ok(()),
        false => Err(format!("Terraform finds it at {places:?}")),
    }
}

/// Whether an address is where Terraform's path of blocks leads, as far as either of them goes.
fn is_same_place(address: &str, context: &str) -> bool {
    let context = match context.split_once('.') {
        Some(("resource", rest)) => rest,
        None if context == "resource" => return true,
        _ => context,
    };
    let address = match address.split_once('.') {
        Some(("var", name)) => format!("variable.{name}"),
        Some(("local", _)) => "locals".to_owned(),
        Some(("provider", name)) => format!("provider.{}", name.split('.').next().unwrap_or(name)),
        // A check with its data source, and a list of blocks with the number of one.
        Some(("data", rest)) if context.starts_with("check.") => {
            return context.ends_with(rest)
                || rest.starts_with(context.rsplit('.').next().unwrap_or(""));
        }
        _ => address.to_owned(),
    };
    let without_index = context.split('[').next().unwrap_or(context);
    [context, without_index]
        .iter()
        .any(|context| context.starts_with(&address) || address.starts_with(context))
}

fn validate(module: &str, folder: &Path) -> Json {
    let calls = modules_of(module).into_iter();
    let installed = calls.map(|name| json!({"Key": name, "Source": "./child", "Dir": "child"}));
    run_terraform(module, installed.collect(), folder)
}

fn modules_of(module: &str) -> Vec<String> {
    let module: Json = serde_json::from_str(module).unwrap();
    let calls = module["module"].as_object();
    calls
        .into_iter()
        .flat_map(|calls| calls.keys().cloned())
        .collect()
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// Runs `terraform validate` on a module. `installed` is what `init` would have written of the modules that it calls.
fn run_terraform(module: &str, mut installed: Vec<Json>, folder: &Path) -> Json {
    installed.push(json!({"Key": "", "Source": "", "Dir": "."}));
    let child = json!({
        "variable": {"a": {"default": 1}, "e": {"default": null, "ephemeral": true}},
        "output": {"o": {"value": 1}},
    });
    write(folder, "main.tf.json", module);
    write(folder, "child/main.tf.json", &child.to_string());
    let installed = json!({"Modules": installed}).to_string();
    write(folder, ".terraform/modules/modules.json", &installed);

    let output = Command::new("terraform")
        .args(["validate", "-json"])
        .current_dir(folder)
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .unwrap();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
        let text = String::from_utf8_lossy(&output.stderr);
        panic!("terraform answered no JSON: {text}")
    })
}

/// The findings of a module as a person reads them, the place first.
fn told(module: &Json) -> Vec<String> {
    let (sources, findings) = findings(&module.to_string());
    let told = findings.iter().map(|finding| {
        let place = match finding.origin {
            Origin::File { start, end } => sources.span(start, end),
            _ => "",
        };
        let argument = finding.argument.as_deref().unwrap_or("");
        let hint = finding.hint.as_deref().unwrap_or("");
        format!("{place} | {argument} | {}; {hint}", finding.summary)
    });
    told.collect()
}

#[test]
fn a_finding_has_its_place_its_path_and_what_to_do() {
    assert_eq!(
        told(&json!({
            "variable": {"region": {}},
            "resource": {"a_b": {"c": {"x": [{"y": "${var.regoin}"}]}}},
        })),
        ["\"${var.regoin}\" | x[0].y | `var.regoin` is not declared; did you mean `var.region`?"]
    );
    assert_eq!(
        told(&json!({"output": {"o": {"valeu": 1, "value": 1}}})),
        ["\"valeu\" | valeu | there is no argument or block `valeu` here; did you mean `value`?"]
    );
}

#[test]
fn a_local_with_the_name_of_the_missing_variable_is_proposed() {
    assert_eq!(
        told(&json!({"locals": {"a": "${var.b}", "b": 1}})),
        ["\"${var.b}\" | a | `var.b` is not declared; did you mean `local.b`?"]
    );
}

#[test]
fn the_iterator_of_a_dynamic_block_is_known_in_its_content_only() {
    let block = |for_each: &str, value: &str, iterator: Json| {
        let mut dynamic = json!({"for_each": for_each, "content": {"v": value}});
        if !iterator.is_null() {
            dynamic["iterator"] = iterator;
        }
        let module = json!({"resource": {"a_b": {"c": {"dynamic": {"setting": dynamic}}}}});
        said(&findings(&module.to_string()).1)
    };
    let none: [&str; 0] = [];
    assert_eq!(block("${[1]}", "${setting.value}", Json::Null), none);
    assert_eq!(block("${[1]}", "${it.value}", json!("it")), none);
    assert_eq!(
        block("${[1]}", "${setting.value}", json!("it")),
        ["T0301 a_b.c"]
    );
    assert_eq!(
        block("${[setting.value]}", "x", Json::Null),
        ["T0301 a_b.c"]
    );
}

#[test]
fn dynamic_blocks_nest() {
    let inner = json!({"inner": {"for_each": "${outer.value}", "content": {"v": "${outer.key}${inner.value}"}}});
    let outer = json!({"outer": {"for_each": "${[]}", "content": {"dynamic": inner}}});
    let module = json!({"resource": {"a_b": {"c": {"dynamic": outer}}}});
    assert_eq!(told(&module), Vec::<String>::new());
}

#[test]
fn a_dynamic_block_needs_what_it_goes_through_and_one_content() {
    let dynamic = json!({"setting": {"iterater": "x"}});
    assert_eq!(
        told(&json!({"resource": {"a_b": {"c": {"dynamic": dynamic}}}})),
        [
            "\"iterater\" | dynamic.setting.iterater | `dynamic` has no argument `iterater`; put what the blocks hold into \
             `content`; beside it stand `for_each` and `iterator` only",
            "{\"iterater\":\"x\"} | dynamic.setting.for_each | `for_each` is required here; add `for_each`",
            "{\"iterater\":\"x\"} | dynamic.setting.content | `content` is required here; add `content`",
        ]
    );
}

#[test]
fn beside_native_files_nothing_is_undeclared() {
    let module = json!({
        "output": {"o": {"value": "${var.x}${local.y}${a_b.c.id}${module.m.o}"}},
        "resource": {"a_b": {"d": {"provider": "a.west", "name": "${each.key}"}}},
    });
    let files = [("main.tf.json", &*module.to_string()), ("other.tf", "")];
    let (module, _) = read::files("m", &files, &mut SourceMap::new());
    assert_eq!(said(&language::check(&module)), ["T0303 a_b.d"]);
}

#[test]
fn each_circle_is_shown_once_with_its_path() {
    let told = told(&json!({"locals": {
        "a": "${local.b}", "b": "${local.c}", "c": "${local.a}${local.b}", "d": "${local.e}", "e": "${local.d}",
        "f": "${local.a}",
    }}));
    let circles: Vec<&str> = told
        .iter()
        .filter_map(|told| told.split(['(', ';']).next())
        .collect();
    assert_eq!(
        circles,
        [
            "\"${local.b}\" |  | these wait for each other: `local.a` → `local.b` → `local.c` → `local.a`",
            "\"${local.c}\" |  | these wait for each other: `local.b` → `local.c` → `local.b`",
            "\"${local.e}\" |  | these wait for each other: `local.d` → `local.e` → `local.d`",
        ]
    );
}

#[test]
fn a_provider_that_waits_for_its_own_resource_is_a_circle() {
    let told = told(&json!({
        "provider": {"a": {"x": "${a_b.c.id}"}},
        "resource": {"a_b": {"c": {}}},
    }));
    assert_eq!(
        told,
        [
            "\"${a_b.c.id}\" |  | these wait for each other: `provider.a` → `a_b.c` → `provider.a`; break the circle at one of these references"
        ]
    );
}

#[test]
fn a_sensitive_default_is_not_shown() {
    let told = told(
        &json!({"variable": {"x": {"type": "number", "default": "hunter2", "sensitive": true}}}),
    );
    assert_eq!(
        told,
        ["\"hunter2\" | default | `default` does not fit the type; change the default or the type"]
    );
}

#[test]
fn a_module_from_the_tree_is_checked_alike() {
    let mut module = Module::new("prod");
    let mut resource = |name: &'static str, body: Object| {
        let mut block = Block::new(BlockKind::Resource, ["a_b".into(), name.into()]);
        block.body = body;
        module.blocks.push(block);
    };
    let id: Expr<String> = expr::name::<()>("a_b")
        .attribute::<()>("two")
        .attribute("id");
    resource(
        "one",
        Object::new().with("x", terrace_ir::Value::from(id).into_any()),
    );
    resource(
        "one",
        Object::new().with("depends_on", Any::from(vec![Any::from("a_b.tow")])),
    );
    resource(
        "two",
        Object::new().with("lifecycle", Object::new().with("prevent_destroy", "yes")),
    );
    assert_eq!(
        said(&language::check(&module)),
        ["T0103 a_b.two", "T0105 a_b.one", "T0301 a_b.one"]
    );
}

#[test]
fn ten_thousand_resources_in_a_chain_are_checked_at_once() {
    let mut module = Module::new("large");
    for at in 0..10_000_u32 {
        let mut block = Block::new(BlockKind::Resource, ["a_b".into(), format!("r{at}").into()]);
        if at > 0 {
            let before: Expr<String> = expr::name::<()>("a_b")
                .attribute::<()>(format!("r{}", at - 1))
                .attribute("id");
            block
                .body
                .set("x", terrace_ir::Value::from(before).into_any());
        }
        module.blocks.push(block);
    }
    let start = std::time::Instant::now();
    assert_eq!(said(&language::check(&module)), Vec::<String>::new());
    println!("10,000 resources: {:?}", start.elapsed());
}

#[test]
fn every_code_is_explained() {
    for code in language::CODES {
        assert!(
            code.explanation.contains("```json"),
            "{} has no example",
            code.id
        );
        assert!(
            code.title
                .starts_with(|c: char| c.is_lowercase() || c == '`'),
            "{}",
            code.id
        );
    }
    let ids: BTreeSet<&str> = language::CODES.iter().map(|code| code.id).collect();
    assert_eq!(ids.len(), language::CODES.len());
}
