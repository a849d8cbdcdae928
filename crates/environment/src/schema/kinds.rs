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

use schemars::JsonSchema;
use serde_json::{Map, Value as Json, json};
use terrace_ir::{ArgumentPath, Diagnostic, Step};

use super::{Schema, Tag, branches, strict};
use crate::files::INHERITS;
use crate::finding::{any, missing_key, not_in_set};
use crate::tree::{Data, Entry, Node};

type Object = Map<String, Json>;

/// The strict schemas of the kinds of environments: one schema, where the settings know no kinds.
pub(crate) struct Kinds {
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

impl Kinds {
    pub(crate) fn of<T: JsonSchema>() -> Self {
        let mut root = strict::<T>();
        let Some(split) = Split::of(&root, "oneOf") else {
            return Self {
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
            tag,
            default,
            common: root,
            first,
            others,
        }
    }

    /// The schema of a kind, compiled when it is first asked for.
    ///
    /// Of the keys at the top only those that some file has, as `said` says, are described: compiling is
    /// a good part of a whole run, and most files say a few of the many.
    pub(crate) fn schema<'k>(
        &self,
        kind: &'k Kind,
        said: &BTreeSet<&str>,
    ) -> Result<&'k Schema, Box<Diagnostic>> {
        match kind.schema.get() {
            Some(schema) => Ok(schema),
            None => {
                let root = joined(&self.common, &kind.own, said);
                let schema = Schema::new(root, kind.elsewhere.clone())?;
                Ok(kind.schema.get_or_init(|| schema))
            }
        }
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

/// What holds for one kind: what is common, and its own, with the definitions that it refers to.
fn joined(common: &Json, own: &Json, said: &BTreeSet<&str>) -> Json {
    let Some(object) = common.as_object() else {
        return common.clone();
    };
    let all = object.get(DEFINITIONS).and_then(Json::as_object);
    let rest = object.iter().filter(|(key, _)| *key != DEFINITIONS);
    let mut joined: Object = rest
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect();
    let required = [common, own].map(|it| branches(it, "required").unwrap_or_default());
    let required = required.concat();
    // Further down the same keys may be said.
    let is_recursive = [common, own].into_iter().any(refers_to_root);
    let describe = |(key, schema): (&String, &Json)| {
        let is_needed =
            is_recursive || said.contains(key.as_str()) || required.iter().any(|it| it == key);
        let schema = if is_needed {
            schema.clone()
        } else {
            true.into()
        };
        (key.clone(), schema)
    };
    let properties: Object = keys(common).chain(keys(own)).map(describe).collect();
    joined.insert("properties".to_owned(), properties.into());
    joined.insert("required".to_owned(), required.into());
    joined.insert("additionalProperties".to_owned(), false.into());
    let mut definitions = Object::new();
    if let Some(all) = all {
        for schema in joined.values() {
            define(schema, all, &mut definitions);
        }
    }
    joined.insert(DEFINITIONS.to_owned(), definitions.into());
    joined.into()
}

const DEFINITIONS: &str = "definitions";

/// Whether a schema has the whole within it again.
fn refers_to_root(schema: &Json) -> bool {
    match schema {
        Json::Object(object) => {
            object.get("$ref").is_some_and(|it| it == "#") || object.values().any(refers_to_root)
        }
        Json::Array(items) => items.iter().any(refers_to_root),
        _ => false,
    }
}

/// Adds the definitions that a schema refers to, and those that they refer to.
fn define(schema: &Json, all: &Object, definitions: &mut Object) {
    match schema {
        Json::Object(object) => {
            let reference = object.get("$ref").and_then(Json::as_str);
            let name = reference.and_then(|it| it.strip_prefix("#/definitions/"));
            if let Some((name, target)) = name.and_then(|name| all.get_key_value(name))
                && !definitions.contains_key(name)
            {
                definitions.insert(name.clone(), target.clone());
                define(target, all, definitions);
            }
            object.values().for_each(|it| define(it, all, definitions));
        }
        Json::Array(items) => items.iter().for_each(|it| define(it, all, definitions)),
        _ => {}
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
    object.shift_remove("anyOf");
    object.shift_remove("default");
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
