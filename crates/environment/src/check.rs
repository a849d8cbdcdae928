//! What the strict schema refuses, as findings at their keys and values.

use std::collections::BTreeMap;

use jsonschema::ValidationError;
use jsonschema::error::ValidationErrorKind as Kind;
use serde_json::Value as Json;
use terrace_ir::{ArgumentPath, Diagnostic, Step};

use crate::codes::{NO_FORM_FITS, WRONG_FORM, WRONG_LENGTH, WRONG_TYPE};
use crate::files::INHERITS;
use crate::finding::{
    any, form, missing_key, must_be, name, not_in_set, of_value, refused, unknown_key, value,
};
use crate::merge::NeverInherited;
use crate::nearest::nearest;
use crate::schema::Schema;
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
        in_words: Vec::new(),
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
    /// The arguments whose form is wrong, which was said in words.
    in_words: Vec<Option<String>>,
}

impl<'a> Checker<'a> {
    fn finish(self) -> Vec<Diagnostic> {
        let mut findings = self.findings;
        // The words say how long the text must be, too. A bare pattern says only what its characters are.
        findings.retain(|it| it.code != &WRONG_LENGTH || !self.in_words.contains(&it.argument));
        for (path, finding) in self.missing {
            if !self.misspelt.contains(&path) {
                findings.push(finding);
            }
        }
        findings
    }

    fn error(&mut self, error: &ValidationError<'_>) {
        let (path, node) = self.find(error.instance_path().as_str());
        let owner = owner(error.schema_path().as_str());
        match error.kind() {
            Kind::AdditionalProperties { unexpected } => {
                for key in unexpected {
                    self.unknown_key(&path, node, key, owner);
                }
            }
            // An object without any keys.
            Kind::FalseSchema
                if error
                    .schema_path()
                    .as_str()
                    .ends_with("additionalProperties") =>
            {
                for key in node.as_table().into_iter().flat_map(BTreeMap::keys) {
                    self.unknown_key(&path, node, key, owner);
                }
            }
            Kind::Required {
                property: Json::String(key),
            } => self.missing_key(path, node, key, owner),
            Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
                self.forms(&path, node, error, context);
            }
            Kind::PropertyNames { error } => self.name_of_key(&path, node, error),
            Kind::UniqueItems => self.unique(&path, node),
            // What is no text at all has the wrong type, which is said already.
            Kind::Enum { options } if is_of_another_type(node, options) => {}
            kind => {
                let description = self.schema.at(owner).and_then(|it| it.get("description"));
                let description = description.and_then(Json::as_str).unwrap_or_default();
                let finding = of_value(kind, &path, node)
                    .unwrap_or_else(|| refused(error, &path, node))
                    .detail(description);
                self.add(finding, owner);
            }
        }
    }

    /// Adds a finding about a value or a name that the schema at `owner` refuses.
    fn add(&mut self, finding: Diagnostic, owner: &str) {
        let schema = self.schema.at(owner);
        let has_words = schema.is_some_and(|it| it.get("patternErrorMessage").is_some());
        if finding.code == &WRONG_FORM && has_words {
            self.in_words.push(finding.argument.clone());
        }
        self.findings.push(finding);
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
        let near = nearest(key, known.clone());
        self.misspelt.extend(near.map(|near| inside(table, near)));
        let mut finding = unknown_key(&inside(table, key), key, key_span(node, key), known);
        let elsewhere = match self.other_variant(owner, key) {
            None if !table.steps().is_empty() && self.is_of_the_top(key) => {
                Some("the top of the file, before the first `[table]`".to_owned())
            }
            other => other,
        };
        if let Some(elsewhere) = elsewhere {
            finding = finding.detail(format!("`{key}` belongs to {elsewhere}"));
            // The keys that there are here help nobody then.
            finding.hint.take_if(|_| near.is_none());
        }
        self.findings.push(finding);
    }

    fn is_of_the_top(&self, key: &str) -> bool {
        let keys = self.schema.at("").and_then(|it| it.get("properties"));
        key == INHERITS || keys.is_some_and(|it| it.get(key).is_some())
    }

    /// The variant of the same tagged enum that does have the key: `` `isolation = "own-vnet"` ``.
    fn other_variant(&self, owner: &str, key: &str) -> Option<String> {
        if owner.is_empty() {
            return self.schema.kind_with(key).map(str::to_owned);
        }
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
            finding = finding.hint(format!("set `{path}` in this file: it is never inherited"));
        }
        self.missing.push((path, finding));
    }

    /// None of several forms fits: goes into the one that was meant.
    fn forms(
        &mut self,
        path: &ArgumentPath,
        node: &Node,
        error: &ValidationError<'_>,
        context: &[Vec<ValidationError<'static>>],
    ) {
        let here = error.instance_path().as_str();
        let pointer = error.schema_path().as_str();
        let tag = self
            .schema
            .at(owner(pointer))
            .and_then(|it| self.schema.tag(it));
        let meant = match tag {
            Some(tag) => {
                let Some(table) = node.as_table() else {
                    self.findings
                        .push(value(&WRONG_TYPE, path, node, &must_be("a table")));
                    return;
                };
                let values: Vec<Json> = tag.values().map(Json::from).collect();
                let path = inside(path, tag.name);
                let Some(entry) = table.get(tag.name) else {
                    let finding = missing_key(&path, tag.name, node.span)
                        .detail(format!("must be {}", any(&values)));
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
            None => meant(here, context),
        };
        if let Some(errors) = meant.and_then(|form| context.get(form)) {
            errors.iter().for_each(|error| self.error(error));
            return;
        }
        let forms = self.schema.at(pointer).and_then(Json::as_array);
        let allowed: Vec<String> = forms
            .into_iter()
            .flatten()
            .map(|it| form(self.schema, it))
            .collect();
        let problem = must_be(allowed.join(" or "));
        self.findings
            .push(value(&NO_FORM_FITS, path, node, &problem));
    }

    fn name_of_key(&mut self, table: &ArgumentPath, node: &Node, error: &ValidationError<'_>) {
        let instance = error.instance();
        let key = instance.as_str().unwrap_or_default();
        let path = inside(table, key);
        let as_value = Node {
            data: Data::Text(key.to_owned()),
            span: key_span(node, key),
        };
        let mut finding = of_value(error.kind(), &path, &as_value)
            .unwrap_or_else(|| refused(error, &path, &as_value));
        finding.summary = finding.summary.replacen(&name(&path), "the key", 1);
        let owner = owner(error.schema_path().as_str());
        let description = self
            .schema
            .at(owner)
            .and_then(|it| it.get("description")?.as_str());
        self.add(finding.detail(description.unwrap_or_default()), owner);
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

/// The form that was meant: the only one whose errors all stand further in than at `here`, or else
/// the only one that allows the type.
fn meant(here: &str, context: &[Vec<ValidationError<'static>>]) -> Option<usize> {
    let only = |refuses: &dyn Fn(&Kind) -> bool| {
        let refused = |error: &ValidationError<'_>| {
            error.instance_path().as_str() == here && refuses(error.kind())
        };
        let mut rest = (0..context.len()).filter(|n| !context[*n].iter().any(refused));
        rest.next().filter(|_| rest.next().is_none())
    };
    let of_type = |kind: &Kind| {
        matches!(
            kind,
            Kind::Type { .. } | Kind::Constant { .. } | Kind::Enum { .. }
        )
    };
    only(&|_| true).or_else(|| only(&of_type))
}

/// Whether a set is of texts alone, and the value is none.
fn is_of_another_type(node: &Node, set: &Json) -> bool {
    let texts = set
        .as_array()
        .is_some_and(|set| set.iter().all(Json::is_string));
    texts && node.as_text().is_none()
}

/// The pointer to the schema that holds a keyword.
fn owner(keyword: &str) -> &str {
    keyword.rsplit_once('/').map_or("", |(owner, _)| owner)
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
