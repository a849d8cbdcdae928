//! What the strict schema refuses, as findings at their keys and values.

use jsonschema::error::{TypeKind, ValidationErrorKind as Kind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value as Json;
use terrace_ir::{ArgumentPath, Code, Diagnostic, Step};

use crate::codes::{NO_FORM_FITS, OUT_OF_RANGE, REFUSED, WRONG_FORM, WRONG_LENGTH, WRONG_TYPE};
use crate::finding::{amount, any, missing_key, name, not_in_set, unknown_key, value};
use crate::merge::NeverInherited;
use crate::nearest::nearest;
use crate::schema::{Schema, branches};
use crate::tree::{Data, Node, Span};

/// Everything that the schema refuses in a merged tree.
pub(crate) fn check(schema: &Schema, never: &NeverInherited<'_>, root: &Node) -> Vec<Diagnostic> {
    let json = root.to_json();
    let mut checker = Checker {
        schema,
        never,
        root,
        findings: Vec::new(),
        missing: Vec::new(),
        misspelt: Vec::new(),
    };
    for error in schema.validator().iter_errors(&json) {
        checker.error(&error);
    }
    checker.finish()
}

struct Checker<'a> {
    schema: &'a Schema,
    never: &'a NeverInherited<'a>,
    root: &'a Node,
    findings: Vec<Diagnostic>,
    /// Missing keys, by their path.
    missing: Vec<(ArgumentPath, Diagnostic)>,
    /// Keys that an unknown key probably means: not missing, but misspelt.
    misspelt: Vec<ArgumentPath>,
}

impl<'a> Checker<'a> {
    fn finish(self) -> Vec<Diagnostic> {
        let mut findings = self.findings;
        for (path, finding) in self.missing {
            if !self.misspelt.contains(&path) {
                findings.push(finding);
            }
        }
        findings
    }

    fn error(&mut self, error: &ValidationError<'_>) {
        let (path, node) = self.find(error.instance_path().as_str());
        let schema_path = error.schema_path().as_str();
        let owner = schema_path.rsplit_once('/').map_or("", |(owner, _)| owner);
        match error.kind() {
            Kind::AdditionalProperties { unexpected } => {
                for key in unexpected {
                    self.unknown_key(&path, node, key, owner);
                }
            }
            Kind::Required {
                property: Json::String(key),
            } => self.missing_key(path, node, key, owner),
            Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
                self.forms(&path, node, schema_path, context);
            }
            Kind::PropertyNames { error } => self.name_of_key(&path, node, error),
            Kind::UniqueItems => self.unique(&path, node),
            kind => {
                let description = self.schema.at(owner).and_then(|it| it.get("description"));
                let description = description.and_then(Json::as_str).unwrap_or_default();
                let finding = of_value(kind, &path, node)
                    .unwrap_or_else(|| refused(error, &path, node))
                    .detail(description);
                self.findings.push(finding);
            }
        }
    }

    /// The path and the node that a JSON pointer leads to.
    fn find(&self, pointer: &str) -> (ArgumentPath, &'a Node) {
        let mut path = ArgumentPath::root();
        let mut node = self.root;
        for segment in pointer.split('/').skip(1) {
            let step = match (&node.data, segment.parse()) {
                (Data::Array(_), Ok(index)) => Step::Index(index),
                _ => Step::Name(segment.replace("~1", "/").replace("~0", "~").into()),
            };
            let Some(next) = node.step(&step) else {
                break;
            };
            path.push(step);
            node = next;
        }
        (path, node)
    }

    fn unknown_key(&mut self, table: &ArgumentPath, node: &Node, key: &str, owner: &str) {
        let known = self
            .schema
            .at(owner)
            .and_then(|it| it.get("properties")?.as_object());
        let known = known
            .into_iter()
            .flat_map(|it| it.keys().map(String::as_str));
        if let Some(near) = nearest(key, known.clone()) {
            self.misspelt.push(inside(table, near));
        }
        let mut finding = unknown_key(&inside(table, key), key, key_span(node, key), known);
        if let Some(elsewhere) = self.other_variant(owner, key) {
            finding = finding.detail(format!("`{key}` belongs to {elsewhere}"));
        }
        self.findings.push(finding);
    }

    /// The variant of the same tagged enum that does have the key: `` `isolation = "own-vnet"` ``.
    fn other_variant(&self, owner: &str, key: &str) -> Option<String> {
        let parent = owner.rsplit_once("/oneOf/")?.0;
        let tag = self.schema.tag(self.schema.at(parent)?)?;
        let has_key = |variant: &Json| {
            variant
                .get("properties")
                .is_some_and(|it| it.get(key).is_some())
        };
        let (value, _) = tag
            .values()
            .zip(tag.variants)
            .find(|(_, variant)| has_key(variant))?;
        Some(format!("`{} = \"{value}\"`", tag.name))
    }

    fn missing_key(&mut self, table: ArgumentPath, node: &Node, key: &str, owner: &str) {
        let path = inside(&table, key);
        let mut finding = missing_key(&path, key, node.span);
        let schema = self.schema.at(owner).and_then(|it| it.get("properties"));
        let description = schema.and_then(|it| it.get(key)?.get("description")?.as_str());
        if let Some(description) = description {
            finding = finding.detail(description);
        }
        if self.never.contains(&path) {
            finding = finding.hint(format!("`{path}` is never inherited: say it in this file"));
        }
        self.missing.push((path, finding));
    }

    /// None of several forms fits: goes into the one that was meant.
    fn forms(
        &mut self,
        path: &ArgumentPath,
        node: &Node,
        pointer: &str,
        context: &[Vec<ValidationError<'static>>],
    ) {
        let forms = self.schema.at(pointer).and_then(Json::as_array);
        let forms = forms.map(Vec::as_slice).unwrap_or_default();
        let parent = pointer.rsplit_once('/').map_or("", |(parent, _)| parent);
        let tag = self.schema.at(parent).and_then(|it| self.schema.tag(it));
        let meant = match tag {
            Some(tag) => {
                let Some(table) = node.as_table() else {
                    self.findings
                        .push(value(&WRONG_TYPE, path, node, "a table is expected"));
                    return;
                };
                let values: Vec<Json> = tag.values().map(Json::from).collect();
                let path = inside(path, tag.name);
                let Some(entry) = table.get(tag.name) else {
                    let finding = missing_key(&path, tag.name, node.span)
                        .detail(format!("it is {}", any(&values)));
                    self.missing.push((path, finding));
                    return;
                };
                let said = entry.node.as_text().unwrap_or_default();
                let Some((variant, _)) = tag.variant(said) else {
                    self.findings.push(not_in_set(&path, &entry.node, &values));
                    return;
                };
                Some(variant)
            }
            None => meant(context),
        };
        if let Some(errors) = meant.and_then(|form| context.get(form)) {
            errors.iter().for_each(|error| self.error(error));
            return;
        }
        let allowed: Vec<String> = forms
            .iter()
            .map(|form| self.form(self.schema.resolve(form)))
            .collect();
        let problem = format!("{} is expected", allowed.join(" or "));
        self.findings
            .push(value(&NO_FORM_FITS, path, node, &problem));
    }

    /// A form in words.
    fn form(&self, schema: &Json) -> String {
        if let Some(text) = schema.get("const") {
            return any(std::slice::from_ref(text));
        }
        if let Some(Json::Array(texts)) = schema.get("enum") {
            return any(texts);
        }
        if let Some(Json::Array(keys)) = schema.get("required") {
            let keys = crate::nearest::either(keys.iter().filter_map(Json::as_str));
            return format!("a table with {}", keys.replace(" or ", " and "));
        }
        let types = match schema.get("type") {
            Some(Json::Array(types)) => types.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => {
                let forms = branches(schema, "anyOf").or_else(|| branches(schema, "oneOf"));
                let forms: Vec<String> = forms
                    .unwrap_or_default()
                    .iter()
                    .map(|form| self.form(self.schema.resolve(form)))
                    .collect();
                return match forms.as_slice() {
                    [] => "another form".to_owned(),
                    forms => forms.join(" or "),
                };
            }
        };
        let words: Vec<&str> = types
            .iter()
            .filter_map(|it| it.as_str()?.parse().ok())
            .map(words)
            .collect();
        words.join(" or ")
    }

    fn name_of_key(&mut self, table: &ArgumentPath, node: &Node, error: &ValidationError<'_>) {
        let instance = error.instance();
        let key = instance.as_str().unwrap_or_default();
        let as_value = Node {
            data: Data::Text(key.to_owned()),
            span: key_span(node, key),
        };
        let finding = match error.kind() {
            Kind::Enum { options } => not_in_set(
                table,
                &as_value,
                options.as_array().map(Vec::as_slice).unwrap_or_default(),
            ),
            kind => {
                of_value(kind, table, &as_value).unwrap_or_else(|| refused(error, table, &as_value))
            }
        };
        let summary = format!("the key {}", finding.summary);
        self.findings.push(Diagnostic {
            summary: summary.replacen(&name(table), &format!("in {}", name(table)), 1),
            ..finding
        });
    }

    fn unique(&mut self, path: &ArgumentPath, node: &Node) {
        let Data::Array(items) = &node.data else {
            return;
        };
        let json: Vec<Json> = items.iter().map(Node::to_json).collect();
        let again = (0..json.len()).find(|n| json[..*n].contains(&json[*n]));
        if let Some(index) = again {
            let mut path = path.clone();
            path.push(Step::Index(index));
            let problem = "which is in the list already";
            self.findings
                .push(value(&WRONG_LENGTH, &path, &items[index], problem));
        }
    }
}

/// The form whose errors all stand further in; or else the only one that allows the type.
fn meant(context: &[Vec<ValidationError<'static>>]) -> Option<usize> {
    let only = |refuses: &dyn Fn(&ValidationError<'_>) -> bool| {
        let mut fitting = (0..context.len()).filter(|n| !context[*n].iter().any(refuses));
        fitting.next().filter(|_| fitting.next().is_none())
    };
    let depth = |error: &ValidationError<'_>| error.instance_path().as_str().len();
    let outermost = context.iter().flatten().map(depth).min()?;
    let outside = |error: &ValidationError<'_>| depth(error) == outermost;
    only(&outside).or_else(|| {
        only(&|error| {
            let kind = error.kind();
            outside(error)
                && matches!(
                    kind,
                    Kind::Type { .. } | Kind::Constant { .. } | Kind::Enum { .. }
                )
        })
    })
}

/// The finding about a value by itself; `None` for what is rare.
fn of_value(kind: &Kind, path: &ArgumentPath, node: &Node) -> Option<Diagnostic> {
    let of_value = |code: &'static Code, problem: String| value(code, path, node, &problem);
    let of_amount = |problem: String| amount(&WRONG_LENGTH, path, node, &problem);
    Some(match kind {
        Kind::Type { kind } => {
            let words: Vec<&str> = match kind {
                TypeKind::Single(one) => vec![words(*one)],
                TypeKind::Multiple(many) => many.iter().map(words).collect(),
            };
            of_value(&WRONG_TYPE, format!("{} is expected", words.join(" or ")))
        }
        Kind::Enum { options } => not_in_set(path, node, options.as_array()?),
        Kind::Constant { expected_value } => {
            not_in_set(path, node, std::slice::from_ref(expected_value))
        }
        Kind::Maximum { limit } => of_value(&OUT_OF_RANGE, format!("at most {limit} is allowed")),
        Kind::Minimum { limit } => of_value(&OUT_OF_RANGE, format!("at least {limit} is needed")),
        Kind::ExclusiveMaximum { limit } => {
            of_value(&OUT_OF_RANGE, format!("less than {limit} is needed"))
        }
        Kind::ExclusiveMinimum { limit } => {
            of_value(&OUT_OF_RANGE, format!("more than {limit} is needed"))
        }
        Kind::MultipleOf { multiple_of } => of_value(
            &OUT_OF_RANGE,
            format!("a multiple of {multiple_of} is needed"),
        ),
        Kind::MaxLength { limit } | Kind::MaxItems { limit } | Kind::MaxProperties { limit } => {
            of_amount(format!(
                "{}, at most {limit} {} allowed",
                length(node),
                is(*limit)
            ))
        }
        Kind::MinLength { limit } | Kind::MinItems { limit } | Kind::MinProperties { limit } => {
            of_amount(format!(
                "{}, at least {limit} {} needed",
                length(node),
                is(*limit)
            ))
        }
        Kind::Pattern { pattern } => {
            of_value(&WRONG_FORM, format!("which does not match `{pattern}`"))
        }
        Kind::Format { format } => of_value(&WRONG_FORM, format!("which is no `{format}`")),
        _ => return None,
    })
}

/// What the rarer keywords refuse, in jsonschema's words.
fn refused(error: &ValidationError<'_>, path: &ArgumentPath, node: &Node) -> Diagnostic {
    let why = error.masked().to_string();
    value(&REFUSED, path, node, &format!("which is refused: {why}"))
}

/// How much is in a value: `3 characters`, `1 entry`.
fn length(node: &Node) -> String {
    let (count, one, many) = match &node.data {
        Data::Text(text) | Data::Date(text) => (text.chars().count(), "character", "characters"),
        Data::Array(items) => (items.len(), "entry", "entries"),
        Data::Table(table) => (table.len(), "entry", "entries"),
        _ => (0, "entry", "entries"),
    };
    format!("{count} {}", if count == 1 { one } else { many })
}

fn is(count: u64) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

/// A type in the words of TOML.
fn words(ty: JsonType) -> &'static str {
    match ty {
        JsonType::Boolean => "`true` or `false`",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::String => "text",
        JsonType::Array => "a list",
        JsonType::Object => "a table",
        JsonType::Null => "nothing",
    }
}

fn inside(path: &ArgumentPath, key: &str) -> ArgumentPath {
    let mut path = path.clone();
    path.push(Step::Name(key.to_owned().into()));
    path
}

fn key_span(table: &Node, key: &str) -> Span {
    let entry = table.as_table().and_then(|table| table.get(key));
    entry.map_or(table.span, |entry| entry.key)
}
