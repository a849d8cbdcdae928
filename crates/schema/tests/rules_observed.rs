//! The rules held against the real azurerm 5.2.0: what its plans made of one changed argument in two bases that were applied.
//!
//! What a plan does to the resource itself is foretold from its configuration before and after, by the facts, the check and the
//! rules. What it does to others is not.

mod support;

use std::fs;
use std::path::Path;

use pretty_assertions::assert_eq;
use serde::Deserialize;
use serde_json::Value;
use terrace_ir::{ArgumentPath, Severity, Step};
use terrace_schema::eval::{Number, Val};
use terrace_schema::model::{Attribute, NestedBlock, Presence, Scalar};
use terrace_schema::rules::{self, Change};
use terrace_schema::{BlockType, Kind, Schema, catalog};

/// One changed argument: the base, the resource, the path of the argument, its new value (`null`: taken out), and what the plan
/// did: `no change`, `update`, `replace PATH`, `refused`.
#[derive(Deserialize)]
struct Observation(String, String, Vec<Value>, Value, String);

const BASES: [&str; 2] = ["base-1", "base-2"];

/// What Azure fills in where the base leaves it out, and rules read from the state.
const FILLED_IN: [(&str, &str, &str); 1] = [("azurerm_storage_account", "access_tier", "Hot")];

#[test]
fn plans_are_foretold() {
    let bases = BASES.map(|name| (name, base(name)));
    let changes = read("azurerm-changes.jsonl");
    let (mut all, mut missed) = (0, Vec::new());
    for line in changes.lines() {
        let Observation(base, address, path, new, seen) = serde_json::from_str(line).unwrap();
        let (_, base) = bases.iter().find(|(name, _)| *name == base).unwrap();
        let foretold = foretell(base, &address, &path, new);
        all += 1;
        if foretold != seen {
            missed.push(format!("{seen}, not {foretold}: {line}"));
        }
    }
    missed.iter().for_each(|line| println!("{line}"));
    println!("{} of {all} plans foretold", all - missed.len());
    assert_eq!(all, 303);
    assert!(
        missed.is_empty(),
        "{} of {all} plans are other than foretold",
        missed.len()
    );
}

#[test]
fn what_was_applied_breaks_no_rule() {
    for name in BASES {
        let base = base(name);
        for (type_name, resources) in base["resource"].as_object().unwrap() {
            let schema = catalog().find(Kind::Resource, type_name).unwrap();
            for body in resources.as_object().unwrap().values() {
                let body = to_val(body, &|_| Val::dynamic());
                let refused = rules::refused_configuration(&Change::configured(schema, &body));
                let names: Vec<_> = refused.iter().map(|refused| refused.rule.name).collect();
                assert_eq!(names, [""; 0], "{name} {type_name}");
            }
        }
    }
}

fn foretell(base: &Value, address: &str, path: &[Value], new: Value) -> String {
    let (type_name, name) = address.split_once('.').unwrap();
    let schema = catalog().find(Kind::Resource, type_name).unwrap();
    let mut changed = base.clone();
    put(&mut changed["resource"][type_name][name], path, new);
    let module = support::module("m", &changed.to_string());
    let errors = terrace_schema::check(&[module]).into_iter();
    if errors
        .filter(|finding| finding.severity == Severity::Error)
        .count()
        > 0
    {
        return "refused".to_owned();
    }
    let (old, new) = (
        &base["resource"][type_name][name],
        &changed["resource"][type_name][name],
    );
    let written = val(new);
    let nothing = Value::Null;
    let mut state = planned(&schema.body, old, &nothing);
    for (of, name, value) in FILLED_IN {
        if of == type_name && state[name].is_null() {
            state[name] = value.into();
        }
    }
    let plan = planned(&schema.body, new, &state);
    let (state, plan) = (val(&state), val(&plan));
    let change = Change::update(schema, &state, &written, &plan);
    if !rules::refused_plan(&change).is_empty() {
        return "refused".to_owned();
    }
    let mut diff = Diff {
        schema,
        change,
        path: ArgumentPath::root(),
        changed: 0,
        replaces: Vec::new(),
    };
    diff.body(&schema.body, &state, &plan);
    if !diff.replaces.is_empty() {
        let create = Change::create(schema, &written, &plan);
        if !rules::refused_plan(&create).is_empty() {
            return "refused".to_owned();
        }
        return format!("replace {}", diff.replaces.join(" "));
    }
    match diff.changed {
        0 => "no change".to_owned(),
        _ => "update".to_owned(),
    }
}

/// What changes in a resource.
struct Diff<'a> {
    schema: &'a Schema,
    change: Change<'a>,
    path: ArgumentPath,
    changed: usize,
    replaces: Vec<String>,
}

impl Diff<'_> {
    fn body(&mut self, body: &BlockType, old: &Val, new: &Val) {
        let null = Val::null();
        for attribute in &body.attributes {
            let of = |object: &Val| object.get(&attribute.name).unwrap_or(&null).clone();
            self.inside(Step::Name(attribute.name.clone().into()), |diff| {
                diff.attribute(attribute, &of(old), &of(new));
            });
        }
        for block in &body.blocks {
            let of = |object: &Val| {
                let blocks = object.get(&block.name).and_then(Val::as_items);
                blocks.unwrap_or_default().to_vec()
            };
            self.inside(Step::Name(block.name.clone().into()), |diff| {
                diff.blocks(block, &of(old), &of(new));
            });
        }
    }

    fn attribute(&mut self, attribute: &Attribute, old: &Val, new: &Val) {
        let is_spelling = attribute.normalized && plain(old) == plain(new);
        if zero(old) == zero(new)
            || is_spelling
            || rules::ignores(&self.change, self.path.steps(), old, new).is_some()
        {
            return;
        }
        self.changed += 1;
        let by_rule = rules::replacement(&self.change, self.path.steps());
        if by_rule.map_or(attribute.force_new, |(replaces, _)| replaces.may_be()) {
            self.replace();
        }
    }

    fn blocks(&mut self, block: &NestedBlock, old: &[Val], new: &[Val]) {
        if old.len() != new.len() {
            self.changed += 1;
            if block.force_new {
                self.replace();
            }
        }
        for (index, (old, new)) in old.iter().zip(new).enumerate() {
            self.inside(Step::Index(index), |diff| diff.body(&block.body, old, new));
        }
    }

    fn replace(&mut self) {
        let steps = self.path.steps().iter().map(|step| match step {
            Step::Name(name) => name.to_string(),
            Step::Index(index) => index.to_string(),
        });
        let path: Vec<String> = steps.collect();
        assert!(self.schema.member(&path[..1]).is_some());
        self.replaces.push(path.join("."));
    }

    fn inside(&mut self, step: Step, look: impl FnOnce(&mut Self)) {
        self.path.push(step);
        look(self);
        self.path.pop();
    }
}

/// A body with its defaults, and with what the state keeps of what is left out and the provider fills in.
fn planned(body: &BlockType, written: &Value, state: &Value) -> Value {
    let mut planned = serde_json::Map::new();
    for attribute in &body.attributes {
        let name = &attribute.name;
        let value = match &written[name] {
            Value::Null => match (&attribute.default, attribute.presence) {
                (Some(default), _) => scalar(default),
                (None, Presence::OptionalComputed) => state[name].clone(),
                _ => Value::Null,
            },
            value => value.clone(),
        };
        planned.insert(name.clone(), value);
    }
    for block in &body.blocks {
        let blocks = bodies(&written[&block.name]);
        let kept = bodies(&state[&block.name]);
        let blocks: Vec<Value> = match blocks.is_empty() && block.computed {
            true => kept,
            false => {
                let nothing = Value::Null;
                let with_state = blocks.iter().enumerate();
                with_state
                    .map(|(at, one)| planned_in(block, one, kept.get(at).unwrap_or(&nothing)))
                    .collect()
            }
        };
        planned.insert(block.name.clone(), blocks.into());
    }
    planned.into()
}

fn planned_in(block: &NestedBlock, written: &Value, state: &Value) -> Value {
    planned(&block.body, written, state)
}

/// The blocks of a name, of which one may stand without a list.
fn bodies(value: &Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items.clone(),
        Value::Object(_) => vec![value.clone()],
        _ => Vec::new(),
    }
}

/// Sets or takes out what stands at a path.
fn put(body: &mut Value, path: &[Value], new: Value) {
    let Some((last, way)) = path.split_last() else {
        return;
    };
    let place = way.iter().fold(body, |place, step| match step {
        Value::Number(index) => &mut place[index.as_u64().unwrap() as usize],
        name => &mut place[name.as_str().unwrap()],
    });
    place[last.as_str().unwrap()] = new;
}

/// A value, with `null` for the zero of its type: the provider does not tell them apart.
fn zero(value: &Val) -> Val {
    let is_zero = value.as_text() == Some("")
        || value.as_bool() == Some(false)
        || value.as_number() == Some(Number::whole(0))
        || value.as_items().is_some_and(<[Val]>::is_empty)
        || value.as_entries().is_some_and(<[_]>::is_empty);
    if is_zero { Val::null() } else { value.clone() }
}

fn plain(value: &Val) -> Option<String> {
    Some(value.as_text()?.replace(' ', "").to_lowercase())
}

fn scalar(value: &Scalar) -> Value {
    match value {
        Scalar::Bool(value) => (*value).into(),
        Scalar::Int(value) => (*value).into(),
        Scalar::Float(value) => (*value).into(),
        Scalar::Text(value) => value.as_str().into(),
    }
}

/// A body in which references are as good as any text: whatever they lead to, they lead there before and after.
fn val(json: &Value) -> Val {
    to_val(json, &|text| Val::text(text))
}

fn to_val(json: &Value, reference: &dyn Fn(&str) -> Val) -> Val {
    match json {
        Value::Null => Val::null(),
        Value::Bool(value) => Val::bool(*value),
        Value::Number(number) => Val::whole(number.as_i64().unwrap()),
        Value::String(text) if text.contains("${") => reference(text),
        Value::String(text) => Val::text(text.as_str()),
        Value::Array(items) => {
            Val::tuple(items.iter().map(|item| to_val(item, reference)).collect())
        }
        Value::Object(entries) => {
            let entries = entries.iter();
            Val::object(entries.map(|(key, value)| (key.as_str(), to_val(value, reference))))
        }
    }
}

/// A root module that was applied.
fn base(name: &str) -> Value {
    serde_json::from_str(&read(&format!("modules/{name}.tf.json"))).unwrap()
}

fn read(file: &str) -> String {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    fs::read_to_string(data.join(file)).unwrap()
}
