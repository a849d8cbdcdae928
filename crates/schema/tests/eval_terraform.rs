//! Our evaluation against that of the real Terraform: the same expressions are refused, and the others have the same
//! values and types.
//!
//! The expressions stand in `eval/expressions.txt`. Each becomes an output of one module. `terraform validate` says which
//! it refuses, with the variables unknown; `terraform plan` gives the values of the rest. Left out where there is no
//! Terraform, unless `TERRACE_REQUIRE_TERRAFORM` is set.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use pretty_assertions::assert_eq;
use serde_json::{Map, Value as Json, json};
use terrace_ir::{Root, Type, read};
use terrace_schema::eval::{Kind, Scope, Val, eval};

/// The variables, with their types as Terraform writes them.
const VARIABLES: [(&str, &str); 10] = [
    ("any", "any"),
    ("bool", "bool"),
    ("list", "list(string)"),
    ("map", "map(string)"),
    ("number", "number"),
    ("object", "object({ a = string })"),
    ("objects", "list(object({ a = string }))"),
    ("set", "set(string)"),
    ("text", "string"),
    ("tuple", "tuple([string])"),
];

struct Variables;

impl Scope for Variables {
    fn root(&self, root: &Root) -> Val {
        let object = || Type::object([("a".to_owned(), Type::String)]);
        let Root::Variable(name) = root else {
            return Val::dynamic();
        };
        Val::unknown(match &**name {
            "bool" => Type::Bool,
            "list" => Type::list(Type::String),
            "map" => Type::map(Type::String),
            "number" => Type::Number,
            "object" => object(),
            "objects" => Type::list(object()),
            "set" => Type::set(Type::String),
            "text" => Type::String,
            "tuple" => Type::Tuple(vec![Type::String]),
            _ => Type::Dynamic,
        })
    }
}

/// An expression of the table, and whether ours is expected to be unknown where Terraform's is not.
struct Case {
    text: &'static str,
    ours_is_unknown: bool,
}

fn cases() -> Vec<Case> {
    include_str!("eval/expressions.txt")
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with("# "))
        .map(|line| Case {
            text: line.strip_prefix("? ").unwrap_or(line),
            ours_is_unknown: line.starts_with("? "),
        })
        .collect()
}

fn evaluated(case: &Case) -> (Val, Vec<String>) {
    let node = read::expression(case.text)
        .unwrap_or_else(|error| panic!("{} is no expression: {error:?}", case.text));
    let (value, problems) = eval(&node, &Variables);
    (
        value,
        problems
            .into_iter()
            .map(|problem| problem.summary)
            .collect(),
    )
}

#[test]
fn expressions_are_refused_and_valued_as_by_terraform() {
    if Command::new("terraform").arg("version").output().is_err() {
        assert!(
            std::env::var_os("TERRACE_REQUIRE_TERRAFORM").is_none(),
            "terraform is not on the path"
        );
        println!("left out: terraform is not on the path");
        return;
    }
    let cases = cases();
    let mut differences = Vec::new();

    let directory = tempfile::tempdir().unwrap();
    write_module(directory.path(), &cases.iter().collect::<Vec<_>>());
    let refused = refused(directory.path());
    let mut accepted = Vec::new();
    for (n, case) in cases.iter().enumerate() {
        let (value, problems) = evaluated(case);
        match (refused.get(&n), problems.as_slice()) {
            (None, []) => accepted.push((case, value)),
            (Some(_), [_, ..]) => {}
            (Some(theirs), []) => {
                differences.push(format!("{}\n  Terraform refuses it: {theirs}", case.text));
            }
            (None, ours) => {
                differences.push(format!(
                    "{}\n  we refuse it: {}",
                    case.text,
                    ours.join("; ")
                ));
            }
        }
    }

    let directory = tempfile::tempdir().unwrap();
    accepted.retain(|(case, _)| !case.text.contains("var."));
    let texts: Vec<&Case> = accepted.iter().map(|(case, _)| *case).collect();
    write_module(directory.path(), &texts);
    let planned = planned(directory.path());
    assert_eq!(planned.len(), accepted.len());
    for ((case, ours), (ty, value)) in accepted.iter().zip(planned) {
        let theirs = json!({ "type": ty, "value": value });
        let ours =
            json_of(ours).map(|value| json!({ "type": ours.ty().to_json(), "value": value }));
        match (ours, case.ours_is_unknown) {
            (Some(ours), false) if same(&ours, &theirs) => {}
            (None, true) => {}
            (ours, _) => {
                let ours = ours.unwrap_or("unknown".into());
                differences.push(format!(
                    "{}\n  Terraform: {theirs}\n  ours:      {ours}",
                    case.text
                ));
            }
        }
    }
    assert_eq!(differences.join("\n"), "");
}

/// How many expressions stand in one file. Terraform reads the whole file again for each thing that it refuses.
const IN_ONE_FILE: usize = 32;

/// Writes the module: files with one output each, whose value is a list of expressions on lines of their own, from line
/// [`FIRST_LINE`] on.
fn write_module(directory: &Path, cases: &[&Case]) {
    let variables = VARIABLES
        .iter()
        .map(|(name, ty)| format!("variable \"{name}\" {{\n  type = {ty}\n  default = null\n}}\n"));
    std::fs::write(
        directory.join("variables.tf"),
        variables.collect::<String>(),
    )
    .unwrap();
    for (n, chunk) in cases.chunks(IN_ONE_FILE).enumerate() {
        let lines: String = chunk
            .iter()
            .map(|case| format!("{},\n", case.text))
            .collect();
        let text = format!("output \"e{n}\" {{\n  sensitive = true\n  value = [\n{lines}]\n}}\n");
        std::fs::write(directory.join(format!("e{n}.tf")), text).unwrap();
    }
}

/// The line of the first expression in a file.
const FIRST_LINE: usize = 4;

fn terraform(directory: &Path, arguments: &[&str]) -> Output {
    Command::new("terraform")
        .args(arguments)
        .current_dir(directory)
        .env("TF_IN_AUTOMATION", "1")
        .env("CHECKPOINT_DISABLE", "1")
        .output()
        .unwrap()
}

/// What `terraform validate` says of the expressions that it refuses, by their position.
fn refused(directory: &Path) -> BTreeMap<usize, String> {
    let output = terraform(directory, &["validate", "-json"]);
    let report: Json = serde_json::from_slice(&output.stdout).unwrap();
    let mut refused = BTreeMap::new();
    for diagnostic in report["diagnostics"].as_array().unwrap() {
        let text = |key: &str| diagnostic[key].as_str().unwrap_or_default();
        let file = diagnostic["range"]["filename"].as_str().unwrap_or_default();
        let file: usize = file
            .trim_start_matches('e')
            .trim_end_matches(".tf")
            .parse()
            .unwrap_or_else(|_| panic!("{diagnostic}"));
        let line = diagnostic["range"]["start"]["line"].as_u64().unwrap() as usize;
        let says = format!("{}: {}", text("summary"), text("detail"));
        refused.insert(file * IN_ONE_FILE + line - FIRST_LINE, says);
    }
    refused
}

/// The types and values that `terraform plan` gives, in order.
fn planned(directory: &Path) -> Vec<(Json, Json)> {
    let plan = terraform(
        directory,
        &["plan", "-input=false", "-no-color", "-out=plan"],
    );
    assert!(
        plan.status.success(),
        "{}",
        String::from_utf8_lossy(&plan.stderr)
    );
    let shown = terraform(directory, &["show", "-json", "plan"]);
    let shown: Json = serde_json::from_slice(&shown.stdout).unwrap();
    let outputs = &shown["planned_values"]["outputs"];
    let mut planned = Vec::new();
    for n in 0.. {
        let output = &outputs[format!("e{n}")];
        let (Some(types), Some(values)) =
            (output["type"][1].as_array(), output["value"].as_array())
        else {
            break;
        };
        planned.extend(types.iter().cloned().zip(values.iter().cloned()));
    }
    planned
}

/// A value as JSON; `None` when a part of it is unknown.
fn json_of(value: &Val) -> Option<Json> {
    let all = |items: &[Val]| {
        items
            .iter()
            .map(json_of)
            .collect::<Option<Vec<_>>>()
            .map(Json::from)
    };
    Some(match value.kind() {
        Kind::Unknown(_) => return None,
        Kind::Null(_) => Json::Null,
        Kind::Bool(value) => Json::from(*value),
        Kind::Number(number) => serde_json::from_str(&number.to_text()?).unwrap(),
        Kind::Text(text) => Json::from(&**text),
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => return all(items),
        Kind::Map(_, entries) | Kind::Object(entries) => entries
            .iter()
            .map(|(key, item)| Some((key.to_string(), json_of(item)?)))
            .collect::<Option<Map<_, _>>>()?
            .into(),
    })
}

/// Whether two documents are equal, `1` and `1.0` being the same number.
fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) => a.as_f64() == b.as_f64(),
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        (a, b) => a == b,
    }
}
