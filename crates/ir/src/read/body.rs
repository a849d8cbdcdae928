//! The bodies of blocks: JSON values by the context in which they stand.

use std::collections::HashMap;
use std::sync::Arc;

use super::codes::{DUPLICATE_ARGUMENT, NOT_A_REFERENCE, NOT_AN_EXPRESSION, TOO_DEEP, WRONG_KIND};
use super::json::{Json, Member, Value, raw_offset};
use super::{Error, expression_within, name, template_within, traversal};
use crate::Text;
use crate::address::{ArgumentPath, Step};
use crate::any::{Any, Data, Entry, Key, Object};
use crate::diagnostic::{Code, Diagnostic};
use crate::node::Node;
use crate::render::context::{Bare, Body, Context};
use crate::source::{Origin, SourceMap};

/// Reads the values of one file, and collects what is wrong with them.
pub(super) struct Reader<'s> {
    pub(super) sources: &'s SourceMap,
    pub(super) text: &'s str,
    /// The global offset of the file.
    pub(super) start: u32,
    pub(super) diagnostics: Vec<Diagnostic>,
    /// The address of the block that is read.
    pub(super) address: Option<String>,
    path: Vec<At<'s>>,
    /// The label of the `dynamic` block that is read, and the iterators of those around it.
    dynamic: &'s str,
    iterators: Vec<Text>,
}

/// A step to the value that is read.
#[derive(Clone, Copy)]
enum At<'s> {
    Key(&'s str),
    Index(usize),
}

impl<'s> Reader<'s> {
    pub(super) fn new(sources: &'s SourceMap, text: &'s str, start: u32) -> Self {
        Self {
            sources,
            text,
            start,
            diagnostics: Vec::new(),
            address: None,
            path: Vec::new(),
            dynamic: "",
            iterators: Vec::new(),
        }
    }

    pub(super) fn origin(&self, start: u32, end: u32) -> Origin {
        Origin::File {
            start: self.start + start,
            end: self.start + end,
        }
    }

    pub(super) fn origin_of(&self, value: &Value) -> Origin {
        self.origin(value.start, value.end)
    }

    /// Where an origin is, for a message: `main.tf.json:3:5`.
    pub(super) fn place(&self, origin: Origin) -> String {
        self.sources
            .place(origin)
            .map_or_else(String::new, |place| place.to_string())
    }

    pub(super) fn report(&mut self, code: &'static Code, summary: String, at: Origin) {
        self.push(Diagnostic::error(code, summary).at(at));
    }

    pub(super) fn push(&mut self, mut diagnostic: Diagnostic) {
        if let Some(address) = &self.address {
            diagnostic = diagnostic.address(address);
        }
        if !self.path.is_empty() {
            let mut path = ArgumentPath::root();
            for at in &self.path {
                path.push(match at {
                    At::Key(key) => Step::Name((*key).to_owned().into()),
                    At::Index(index) => Step::Index(*index),
                });
            }
            diagnostic = diagnostic.argument(path.to_string());
        }
        self.diagnostics.push(diagnostic);
    }

    /// The members of an object, or of a list of objects as if it were one: both are one body.
    pub(super) fn members(&mut self, value: &'s Value<'s>) -> Vec<&'s Member<'s>> {
        let mut members = Vec::new();
        match &value.json {
            Json::Null => {}
            Json::Object(object) => members.extend(object),
            Json::List(items) => {
                for item in items {
                    match &item.json {
                        Json::Object(object) => members.extend(object),
                        json => self.wrong_kind("an object", json, item),
                    }
                }
            }
            json => self.wrong_kind("an object", json, value),
        }
        members
    }

    pub(super) fn wrong_kind(&mut self, wanted: &str, found: &Json, value: &Value) {
        let summary = format!("{} stands where {wanted} belongs", found.kind());
        self.report(&WRONG_KIND, summary, self.origin_of(value));
    }

    /// A body or an object, in a context.
    pub(super) fn object(&mut self, members: &[&'s Member<'s>], context: Context) -> Object {
        let mut entries: Vec<Entry> = Vec::with_capacity(members.len());
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for member in members {
            let raw: &'s str = &member.key;
            if raw == "//" && context.is_block() {
                continue;
            }
            self.path.push(At::Key(raw));
            let wrong = self.diagnostics.len();
            let key_origin = self.origin(member.key_start, member.key_end);
            let key = self.key(member, context);
            let value = self.member(raw, &member.value, context);
            // What may be a comment in a nested block need not be a template.
            let comment = raw == "//" && self.diagnostics.len() > wrong;
            if comment && context == Context::Body(Body::Nested) {
                self.diagnostics.truncate(wrong);
                self.path.pop();
                continue;
            }
            let entry = Entry {
                key,
                key_origin,
                value,
            };
            match seen.get(raw) {
                None => {
                    seen.insert(raw, entries.len());
                    entries.push(entry);
                }
                Some(first) => {
                    let first = *first;
                    self.again(&mut entries, first, entry, context.enter(raw));
                }
            }
            self.path.pop();
        }
        entries.into_iter().collect()
    }

    /// An entry whose key was there before: one more block of a kind, or an argument set twice.
    /// What only a provider's schema can tell apart stays there twice.
    fn again(&mut self, entries: &mut Vec<Entry>, first: usize, entry: Entry, context: Context) {
        let before = &mut entries[first];
        match context {
            Context::Body(Body::Nested)
                if may_be_blocks(&before.value) && may_be_blocks(&entry.value) =>
            {
                entries.push(entry);
            }
            Context::Body(body) if !matches!(body, Body::Nested | Body::Providers) => {
                let data = std::mem::replace(&mut before.value.data, Data::Null);
                let mut blocks = into_blocks(data, before.value.origin);
                blocks.extend(into_blocks(entry.value.data, entry.value.origin));
                before.value.data = Data::List(blocks);
            }
            _ => {
                let place = self.place(before.key_origin);
                let key = match &entry.key {
                    Key::Text(text) => text.to_string(),
                    Key::Expr(node) => crate::render::template(node),
                };
                self.push(
                    Diagnostic::error(&DUPLICATE_ARGUMENT, format!("`{key}` is set twice"))
                        .detail(format!("it is set first at {place}"))
                        .hint("keep one of the two")
                        .at(entry.key_origin),
                );
            }
        }
    }

    fn key(&mut self, member: &'s Member<'s>, context: Context) -> Key {
        let raw: &'s str = &member.key;
        if !context.has_template_keys() {
            return Key::Text(raw.to_owned().into());
        }
        match template_within(raw, &self.iterators) {
            Ok(node) => match &*node {
                Node::Text(text) => Key::Text(text.to_string().into()),
                _ => Key::Expr(node),
            },
            Err(error) => {
                self.unreadable(&NOT_AN_EXPRESSION, raw, error, member.key_start);
                Key::Text(raw.to_owned().into())
            }
        }
    }

    /// The value of a key. In the content of a `dynamic` block its iterator is a name.
    fn member(&mut self, key: &'s str, value: &'s Value<'s>, context: Context) -> Any {
        let inner = context.enter(key);
        match context {
            Context::Body(Body::Dynamics) => {
                let outside = std::mem::replace(&mut self.dynamic, key);
                let value = self.value(value, inner);
                self.dynamic = outside;
                value
            }
            Context::Body(Body::Dynamic) if matches!(key, "content" | "labels") => {
                // `dynamic` holds the iterator by now, see `value`.
                self.iterators.push(self.dynamic.to_owned().into());
                let value = self.value(value, inner);
                self.iterators.pop();
                value
            }
            _ => self.value(value, inner),
        }
    }

    pub(super) fn value(&mut self, value: &'s Value<'s>, context: Context) -> Any {
        let data = match &value.json {
            Json::Null => Data::Null,
            Json::Bool(value) => Data::Bool(*value),
            Json::Number(digits) => number(digits),
            Json::Text(text) => self.text(text, value, context),
            Json::List(items) => {
                let items = items.iter().enumerate();
                Data::List(
                    items
                        .map(|(n, item)| self.element(n, item, context))
                        .collect(),
                )
            }
            Json::Object(members) => {
                let outside = self.dynamic;
                if context == Context::Body(Body::Dynamic)
                    && let Some(member) = members.iter().find(|member| member.key == "iterator")
                    && let Json::Text(name) = &member.value.json
                {
                    self.dynamic = name;
                }
                let members: Vec<_> = members.iter().collect();
                let object = self.object(&members, context);
                self.dynamic = outside;
                Data::Object(object)
            }
        };
        Any::new(data, self.origin_of(value))
    }

    fn element(&mut self, n: usize, item: &'s Value<'s>, context: Context) -> Any {
        self.path.push(At::Index(n));
        let any = match &item.json {
            // A list of objects in a list of bodies is one body.
            Json::List(_) if context.is_block() => {
                let members = self.members(item);
                let object = self.object(&members, context);
                Any::new(Data::Object(object), self.origin_of(item))
            }
            _ => self.value(item, context.element()),
        };
        self.path.pop();
        any
    }

    fn text(&mut self, text: &str, value: &Value, context: Context) -> Data {
        let (code, parsed) = match context {
            // One word in place of a list (`ignore_changes = all`) is no reference.
            Context::Literal | Context::BareList(_) => return Data::Text(text.into()),
            Context::Bare(Bare::Reference) => (&NOT_A_REFERENCE, traversal(text)),
            Context::Bare(Bare::Target) => (&NOT_A_REFERENCE, expression_within(text, &[])),
            Context::Bare(Bare::Name) => (&NOT_A_REFERENCE, name(text)),
            Context::Template | Context::Body(_) => {
                (&NOT_AN_EXPRESSION, template_within(text, &self.iterators))
            }
        };
        match parsed {
            Ok(node) => data(node, context),
            Err(error) => {
                let hint = (code == &NOT_A_REFERENCE && text.contains("${"))
                    .then_some("write the reference without `${}`");
                let error = Error {
                    hint: hint.or(error.hint),
                    ..error
                };
                self.unreadable(code, text, error, value.start);
                Data::Text(text.into())
            }
        }
    }

    /// Reports an error in a text that stands in quotes at `start`.
    fn unreadable(&mut self, code: &'static Code, text: &str, error: Error, start: u32) {
        let inner = start as usize + 1;
        let raw = self.text.get(inner..).unwrap_or("");
        let from = raw_offset(raw, error.at.start.min(text.len()));
        let to = raw_offset(raw, error.at.end.min(text.len())).max(from);
        let origin = self.origin((inner + from) as u32, (inner + to) as u32);
        let code = if error.too_deep { &TOO_DEEP } else { code };
        let mut diagnostic = Diagnostic::error(code, error.message).at(origin);
        if let Some(hint) = error.hint {
            diagnostic = diagnostic.hint(hint);
        }
        self.push(diagnostic);
    }
}

/// What an expression is as data. In a template, a null that was written as an expression stays
/// one: in place of a block it is not the same.
fn data(node: Arc<Node>, context: Context) -> Data {
    match (&*node, context) {
        (Node::Null, _) | (_, Context::Bare(_)) => Data::Expr(node),
        _ => Data::from(node),
    }
}

/// A whole number in its usual form, or the digits.
fn number(digits: &str) -> Data {
    match digits.parse::<i64>() {
        Ok(value) if value.to_string() == digits => Data::Int(value),
        _ => Data::Number(digits.into()),
    }
}

fn may_be_blocks(value: &Any) -> bool {
    matches!(value.data, Data::Null | Data::List(_) | Data::Object(_))
}

/// A value in place of blocks, as a list of them.
fn into_blocks(data: Data, origin: Origin) -> Vec<Any> {
    match data {
        Data::Null => Vec::new(),
        Data::List(items) => items,
        data => vec![Any::new(data, origin)],
    }
}
