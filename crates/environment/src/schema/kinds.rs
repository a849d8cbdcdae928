//! Kinds of environments: an enum at the top of the settings, tagged by a key.
//!
//! What all kinds have in common are the fields of a struct; one more field is the enum, which
//! schemars is told to flatten. serde is not: the reader knows what stands beside a tag.
//!
//! ```text
//! struct Environment { location: Sourced<String>, #[schemars(flatten)] stack: Kind }
//!
//! #[serde(rename = "stack")]
//! #[schemars(tag = "stack", extend("default" = "platform"))]
//! enum Kind { Platform(Platform), Shared(Shared) }
//! ```
//!
//! Of the one schema that comes from it, the check takes one for each kind, so that no finding has to
//! choose between them. Editors get one for all: what may stand under a key is said once, and
//! which keys a file has by its tag.

use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::iter::once;

use serde_json::{Map, Value as Json, json};
use terrace_ir::{ArgumentPath, Diagnostic, Step};

use super::transform::{DEFINITIONS, Raw};
use super::{Schema, Tag, branches};
use crate::files::INHERITS;
use crate::finding::{any, missing_key, not_in_set};
use crate::tree::{Data, Entry, Node};

type Object = Map<String, Json>;

/// The strict schemas of the kinds of environments: one schema, where the settings know no kinds.
pub(crate) struct Kinds<'a> {
    raw: &'a Raw,
    /// The keys that the files say.
    said: BTreeSet<&'a str>,
    tag: Option<String>,
    /// The kind of a file that does not say it.
    default: Option<String>,
    /// What holds for all of them.
    common: Json,
    first: Kind,
    others: Vec<Kind>,
}

/// A kind of environments.
pub(crate) struct Kind {
    /// What the tag says; empty where there are no kinds.
    pub(crate) name: String,
    /// What holds for it alone.
    own: Json,
    /// The keys that only other kinds have, and how such a kind is said.
    elsewhere: Vec<(String, String)>,
    schema: OnceCell<Schema>,
}

impl<'a> Kinds<'a> {
    pub(super) fn of(raw: &'a Raw, said: BTreeSet<&'a str>) -> Self {
        let mut root = raw.strict_root(&said);
        let Some(split) = Split::of(&root, "oneOf") else {
            return Self {
                raw,
                said,
                tag: None,
                default: None,
                common: root,
                first: Kind::new("", Json::Null, Vec::new()),
                others: Vec::new(),
            };
        };
        let kind = |(name, own): (&str, &Json)| Kind::new(name, own.clone(), split.elsewhere(name));
        let (first, others) = (kind(split.first), split.others().map(kind).collect());
        let tag = Some(split.tag.name.to_owned());
        let default = split.default.map(str::to_owned);
        if let Some(root) = root.as_object_mut() {
            root.remove("oneOf");
            root.remove("default");
        }
        Self {
            raw,
            said,
            tag,
            default,
            common: root,
            first,
            others,
        }
    }

    /// The schema of a kind, compiled when it is first asked for.
    pub(crate) fn schema<'k>(&self, kind: &'k Kind) -> Result<&'k Schema, Box<Diagnostic>> {
        match kind.schema.get() {
            Some(schema) => Ok(schema),
            None => {
                let root = self.joined(&kind.own);
                let schema = Schema::new(root, kind.elsewhere.clone())?;
                Ok(kind.schema.get_or_init(|| schema))
            }
        }
    }

    /// What holds for one kind: what is common, and its own, with the definitions that it refers to.
    fn joined(&self, own: &Json) -> Json {
        let mut definitions = Definitions {
            kinds: self,
            found: Object::new(),
        };
        definitions.of_schema(&self.common);
        definitions.of_schema(own);
        let required = [&self.common, own].map(|it| branches(it, "required").unwrap_or_default());
        let properties = keys(&self.common).chain(keys(own));
        let properties: Object = properties
            .map(|(key, schema)| (key.clone(), schema.clone()))
            .collect();
        let rest = self.common.as_object().into_iter().flatten();
        let mut joined: Object = rest
            .filter(|(key, _)| *key != "properties")
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        joined.insert("properties".to_owned(), properties.into());
        joined.insert("required".to_owned(), required.concat().into());
        joined.insert("additionalProperties".to_owned(), false.into());
        joined.insert(DEFINITIONS.to_owned(), definitions.found.into());
        joined.into()
    }

    /// The key that says the kind.
    pub(crate) fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    fn all(&self) -> impl Iterator<Item = &Kind> {
        once(&self.first).chain(&self.others)
    }

    /// The kind of a file: what it says itself, whatever it inherits.
    pub(crate) fn of_file(&self, root: &Node) -> Result<&Kind, Box<Diagnostic>> {
        let Some(tag) = &self.tag else {
            return Ok(&self.first);
        };
        let mut path = ArgumentPath::root();
        path.push(Step::Name(tag.clone().into()));
        let names: Vec<Json> = self.all().map(|it| it.name.as_str().into()).collect();
        let node = root.step(&Step::Name(tag.clone().into()));
        let said = match node {
            Some(node) => node.as_text(),
            None => self.default.as_deref(),
        };
        let kind = self.all().find(|kind| Some(kind.name.as_str()) == said);
        kind.ok_or_else(|| {
            Box::new(match node {
                Some(node) => not_in_set(&path, node, &names),
                None => {
                    missing_key(&path, tag, root.span).detail(format!("must be {}", any(&names)))
                }
            })
        })
    }

    /// Says the kind where a file leaves it out.
    pub(crate) fn complete(&self, root: &mut Node) {
        if let (Some(tag), Some(default)) = (&self.tag, &self.default)
            && let Data::Table(table) = &mut root.data
        {
            let span = root.span;
            table.entry(tag.clone()).or_insert_with(|| Entry {
                key: span,
                node: Node {
                    data: Data::Text(default.clone()),
                    span,
                },
            });
        }
    }
}

impl Kind {
    fn new(name: &str, own: Json, elsewhere: Vec<(String, String)>) -> Self {
        Self {
            name: name.to_owned(),
            own,
            elsewhere,
            schema: OnceCell::new(),
        }
    }
}

/// The definitions that schemas refer to, and those that they refer to in turn.
struct Definitions<'a> {
    kinds: &'a Kinds<'a>,
    found: Object,
}

impl Definitions<'_> {
    /// Adds those that a schema refers to.
    fn of_schema(&mut self, schema: &Json) {
        match schema {
            Json::Object(object) => {
                if let Some(Json::String(reference)) = object.get("$ref") {
                    self.define(reference.strip_prefix("#/definitions/").unwrap_or_default());
                }
                object.values().for_each(|it| self.of_schema(it));
            }
            Json::Array(items) => items.iter().for_each(|it| self.of_schema(it)),
            _ => {}
        }
    }

    fn define(&mut self, name: &str) {
        if self.found.contains_key(name) {
            return;
        }
        let Kinds { raw, said, .. } = self.kinds;
        if let Some((name, schema)) = raw.strict_definition(name, said) {
            // It may refer to itself.
            self.found.insert(name.clone(), Json::Null);
            self.of_schema(&schema);
            self.found.insert(name.clone(), schema);
        }
    }
}

/// Makes of the schema of all kinds one that editors understand.
pub(super) fn for_editors(root: &mut Json) {
    let Some(split) = Split::of(root, "anyOf") else {
        return;
    };
    let tag = split.tag.name;
    let mut properties = split.common.clone();
    let mut kinds = Vec::new();
    let mut names = Vec::new();
    for (name, variant) in split.kinds() {
        let mut differing = Object::new();
        for (key, schema) in keys(variant).filter(|(key, _)| *key != tag) {
            let known = properties
                .entry(key.clone())
                .or_insert_with(|| schema.clone());
            if known != schema {
                differing.insert(key.clone(), schema.clone());
                *known = json!({ "anyOf": [known.take(), schema] });
            }
        }
        let own = keys(variant).map(|(key, _)| key);
        let mut allowed: Vec<&str> = split.common.keys().chain(own).map(String::as_str).collect();
        allowed.push(INHERITS);
        allowed.sort_unstable();
        let mut test = json!({ "properties": { tag: { "const": name } } });
        if split.default != Some(name) {
            test["required"] = json!([tag]);
        }
        let mut then = json!({ "propertyNames": { "enum": allowed } });
        if !differing.is_empty() {
            then["properties"] = differing.into();
        }
        kinds.push(json!({ "if": test, "then": then }));
        let mut said = json!({ "const": name });
        if let Some(description) = variant.get("description") {
            said["description"] = description.clone();
        }
        names.push(said);
    }
    let mut said = json!({ "oneOf": names });
    if let Some(default) = split.default {
        said["default"] = default.into();
    }
    properties.insert(tag.to_owned(), said);
    let Some(object) = root.as_object_mut() else {
        return;
    };
    object.remove("anyOf");
    object.remove("default");
    object.insert("properties".to_owned(), properties.into());
    object.insert("additionalProperties".to_owned(), false.into());
    object.insert("allOf".to_owned(), kinds.into());
}

/// The parts of the schema of all kinds.
struct Split<'a> {
    tag: Tag<'a>,
    default: Option<&'a str>,
    common: &'a Object,
    first: (&'a str, &'a Json),
}

impl<'a> Split<'a> {
    /// Of a schema whose variants stand under `keyword`; `None` where there are none.
    fn of(root: &'a Json, keyword: &str) -> Option<Self> {
        let tag = Tag::of(branches(root, keyword)?)?;
        let first = tag.values().zip(tag.variants).next()?;
        Some(Self {
            first,
            default: root.get("default").and_then(Json::as_str),
            common: root.get("properties")?.as_object()?,
            tag,
        })
    }

    fn kinds(&self) -> impl Iterator<Item = (&'a str, &'a Json)> {
        self.tag.values().zip(self.tag.variants)
    }

    fn others(&self) -> impl Iterator<Item = (&'a str, &'a Json)> {
        self.kinds().skip(1)
    }

    /// The keys that `name` does not have and others do, with how those are said.
    fn elsewhere(&self, name: &str) -> Vec<(String, String)> {
        let others = self.kinds().filter(|(other, _)| *other != name);
        others
            .flat_map(|(other, variant)| {
                let said = format!("`{} = \"{other}\"`", self.tag.name);
                keys(variant).map(move |(key, _)| (key.clone(), said.clone()))
            })
            .collect()
    }
}

/// The keys of a variant, with what may stand under each.
fn keys(variant: &Json) -> impl Iterator<Item = (&String, &Json)> {
    let properties = variant.get("properties").and_then(Json::as_object);
    properties.into_iter().flatten()
}
