//! The merged tree into the author's struct: a serde deserializer that hands positions over.
//!
//! Beyond serde's data model it knows two things: a [`Sourced`] gets a map of start, end and value; and
//! an enum whose serde name is a key of the table it is read from is tagged by that key. serde's own
//! tagged enums would buffer the table and lose every position in it.

use std::collections::btree_map;
use std::fmt;

use serde::de::value::{BorrowedStrDeserializer, U32Deserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected,
    IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::Value as Json;
use terrace_ir::{ArgumentPath, Diagnostic, Sourced, Step};

use crate::codes::REFUSED;
use crate::finding::{missing_key, name, not_in_set, unknown_key, value};
use crate::tree::{Data, Entry, Node, Span, Table};

/// Reads a tree that the schema has accepted.
pub(crate) fn read<T: DeserializeOwned>(root: &Node) -> Result<T, Box<Diagnostic>> {
    T::deserialize(Reader::new(root)).map_err(|error| Box::new(error.finding(root)))
}

/// Reads a value.
#[derive(Clone, Copy)]
struct Reader<'de> {
    node: &'de Node,
    /// A key that is read already: the tag of the variant whose content this is.
    tag: Option<&'de str>,
}

impl<'de> Reader<'de> {
    fn new(node: &'de Node) -> Self {
        Self { node, tag: None }
    }

    fn entries(self, table: &'de Table) -> Entries<'de> {
        Entries {
            entries: table.iter(),
            tag: self.tag,
            value: None,
        }
    }

    fn table<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.data {
            Data::Table(table) => visitor.visit_map(self.entries(table)),
            _ => Err(Error::invalid_type(self.unexpected(), &visitor)),
        }
        .map_err(|error| error.at(self.node.span))
    }

    fn list<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.data {
            Data::Array(items) => {
                let mut access = Items { items, next: 0 };
                let value = visitor.visit_seq(&mut access)?;
                match access.next {
                    read if read < items.len() => {
                        Err(Error::invalid_length(items.len(), &"fewer entries"))
                    }
                    _ => Ok(value),
                }
            }
            _ => Err(Error::invalid_type(self.unexpected(), &visitor)),
        }
        .map_err(|error| error.at(self.node.span))
    }

    fn unexpected(self) -> Unexpected<'de> {
        match &self.node.data {
            Data::Bool(value) => Unexpected::Bool(*value),
            Data::Integer(value) => Unexpected::Signed(*value),
            Data::Float(value) => Unexpected::Float(*value),
            Data::Text(text) | Data::Date(text) => Unexpected::Str(text),
            Data::Array(_) => Unexpected::Seq,
            Data::Table(_) => Unexpected::Map,
        }
    }
}

impl<'de> Deserializer<'de> for Reader<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.data {
            Data::Bool(value) => visitor.visit_bool(*value),
            Data::Integer(value) => visitor.visit_i64(*value),
            Data::Float(value) => visitor.visit_f64(*value),
            Data::Text(text) | Data::Date(text) => visitor.visit_borrowed_str(text),
            Data::Array(_) => self.list(visitor),
            Data::Table(_) => self.table(visitor),
        }
        .map_err(|error| error.at(self.node.span))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == Sourced::<()>::NAME {
            visitor.visit_map(Origin {
                value: self,
                next: 0,
            })
        } else {
            self.table(visitor)
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.table(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let access = match &self.node.data {
            Data::Text(text) => Variant {
                name: text,
                said: self.node.span,
                key: None,
                content: None,
            },
            Data::Table(table) => {
                if let Some(entry) = table.get(name) {
                    let Data::Text(text) = &entry.node.data else {
                        let unexpected = Reader::new(&entry.node).unexpected();
                        return Err(Error::invalid_type(unexpected, &"text")
                            .inside(Step::Name(name.into()))
                            .at(entry.node.span));
                    };
                    let content = Reader {
                        node: self.node,
                        tag: Some(name),
                    };
                    Variant {
                        name: text,
                        said: entry.node.span,
                        key: Some(name),
                        content: Some(content),
                    }
                } else if let (1, Some((key, entry))) = (table.len(), table.iter().next()) {
                    Variant {
                        name: key,
                        said: entry.key,
                        key: Some(key),
                        content: Some(Reader::new(&entry.node)),
                    }
                } else {
                    return Err(Error::missing_field(name).at(self.node.span));
                }
            }
            _ => {
                return Err(Error::invalid_type(self.unexpected(), &visitor).at(self.node.span));
            }
        };
        visitor
            .visit_enum(access)
            .map_err(|error| error.at(self.node.span))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _length: usize,
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.list(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct identifier
    }
}

/// The three fields by which a [`Sourced`] is read.
struct Origin<'de> {
    value: Reader<'de>,
    next: usize,
}

impl<'de> MapAccess<'de> for Origin<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let field = Sourced::<()>::FIELDS.get(self.next);
        self.next += 1;
        field
            .map(|field| seed.deserialize(BorrowedStrDeserializer::new(field)))
            .transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let span = self.value.node.span;
        let offset = |offset: u32| -> U32Deserializer<Error> { offset.into_deserializer() };
        match self.next {
            1 => seed.deserialize(offset(span.start)),
            2 => seed.deserialize(offset(span.end)),
            _ => seed.deserialize(self.value),
        }
    }
}

struct Entries<'de> {
    entries: btree_map::Iter<'de, String, Entry>,
    tag: Option<&'de str>,
    value: Option<(&'de str, &'de Node)>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let tag = self.tag;
        let Some((key, entry)) = self.entries.find(|(key, _)| Some(key.as_str()) != tag) else {
            return Ok(None);
        };
        self.value = Some((key, &entry.node));
        seed.deserialize(BorrowedStrDeserializer::new(key))
            .map(Some)
            .map_err(|error: Error| error.inside(step(key)).at(entry.key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some((key, node)) = self.value.take() else {
            return Err(Error::custom("a value was read before its key"));
        };
        seed.deserialize(Reader::new(node))
            .map_err(|error| error.at(node.span).inside(step(key)))
    }
}

struct Items<'de> {
    items: &'de [Node],
    next: usize,
}

impl<'de> SeqAccess<'de> for &mut Items<'de> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let index = self.next;
        let Some(node) = self.items.get(index) else {
            return Ok(None);
        };
        self.next += 1;
        seed.deserialize(Reader::new(node))
            .map(Some)
            .map_err(|error| error.at(node.span).inside(Step::Index(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() - self.next)
    }
}

/// The variant of an enum.
struct Variant<'de> {
    name: &'de str,
    /// Where the name was said.
    said: Span,
    /// The key under which the name was said, or which is the name.
    key: Option<&'de str>,
    content: Option<Reader<'de>>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let variant = seed
            .deserialize(BorrowedStrDeserializer::new(self.name))
            .map_err(|error: Error| match self.key {
                Some(key) => error.inside(step(key)).at(self.said),
                None => error.at(self.said),
            })?;
        Ok((variant, self))
    }
}

impl<'de> Variant<'de> {
    /// The content, and for an externally tagged variant the step into it.
    fn content(&self) -> Result<(Reader<'de>, Option<Step>), Error> {
        let content = self
            .content
            .ok_or_else(|| Error::invalid_type(Unexpected::Str(self.name), &"a table"))?;
        let inside = self.key.filter(|_| content.tag.is_none());
        Ok((content, inside.map(step)))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        let (content, inside) = self.content()?;
        seed.deserialize(content)
            .map_err(|error| error.inside_some(inside))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Error> {
        let (content, inside) = self.content()?;
        content
            .list(visitor)
            .map_err(|error| error.inside_some(inside))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let (content, inside) = self.content()?;
        content
            .table(visitor)
            .map_err(|error| error.inside_some(inside))
    }
}

fn step(key: &str) -> Step {
    Step::Name(key.to_owned().into())
}

/// What the author's struct refuses, on its way out to the place where it is known.
#[derive(Debug)]
struct Error {
    problem: Problem,
    /// The innermost known place.
    span: Option<Span>,
    /// The steps to it, the last first.
    path: Vec<Step>,
}

#[derive(Debug)]
enum Problem {
    Refused(String),
    Expected(String),
    MissingKey(&'static str),
    UnknownKey(&'static [&'static str]),
    NotInSet(&'static [&'static str]),
}

impl Error {
    fn new(problem: Problem) -> Self {
        Self {
            problem,
            span: None,
            path: Vec::new(),
        }
    }

    fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }

    fn inside(mut self, step: Step) -> Self {
        self.path.push(step);
        self
    }

    fn inside_some(self, step: Option<Step>) -> Self {
        match step {
            Some(step) => self.inside(step),
            None => self,
        }
    }

    fn finding(self, root: &Node) -> Diagnostic {
        let mut path = ArgumentPath::root();
        let mut node = Some(root);
        for step in self.path.into_iter().rev() {
            node = node.and_then(|node| node.step(&step));
            path.push(step);
        }
        let node = node.unwrap_or(root);
        let span = self.span.unwrap_or(node.span);
        let key = match path.steps().last() {
            Some(Step::Name(key)) => key.to_string(),
            _ => String::new(),
        };
        match self.problem {
            Problem::MissingKey(key) => {
                path.push(Step::Name(key.into()));
                missing_key(&path, key, span)
            }
            Problem::UnknownKey(known) => unknown_key(&path, &key, span, known.iter().copied()),
            Problem::NotInSet(set) => {
                let set: Vec<Json> = set.iter().map(|it| Json::from(*it)).collect();
                not_in_set(&path, node, &set)
            }
            Problem::Expected(what) => value(&REFUSED, &path, node, &format!("{what} is expected")),
            Problem::Refused(why) if path.is_root() => {
                Diagnostic::error(&REFUSED, why).at(span.into())
            }
            Problem::Refused(why) => {
                let shown = node.shown();
                Diagnostic::error(&REFUSED, format!("{} is {shown}: {why}", name(&path)))
                    .argument(path.to_string())
                    .value(shown)
            }
        }
        .at(span.into())
    }
}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Problem::Refused(message.to_string()))
    }

    fn invalid_type(_unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Problem::Expected(words(&expected.to_string())))
    }

    fn invalid_value(_unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Problem::Expected(words(&expected.to_string())))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Problem::MissingKey(field))
    }

    fn unknown_field(_field: &str, known: &'static [&'static str]) -> Self {
        Self::new(Problem::UnknownKey(known))
    }

    fn unknown_variant(_variant: &str, known: &'static [&'static str]) -> Self {
        Self::new(Problem::NotInSet(known))
    }
}

/// What serde expects, in the words of TOML.
fn words(expected: &str) -> String {
    let range = |from: i128, to: i128| format!("a whole number from {from} to {to}");
    match expected {
        "u8" => range(0, u8::MAX.into()),
        "u16" => range(0, u16::MAX.into()),
        "u32" => range(0, u32::MAX.into()),
        "u64" | "usize" | "u128" => range(0, i64::MAX.into()),
        "i8" => range(i8::MIN.into(), i8::MAX.into()),
        "i16" => range(i16::MIN.into(), i16::MAX.into()),
        "i32" => range(i32::MIN.into(), i32::MAX.into()),
        "i64" | "isize" | "i128" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a string" => "text".to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a table".to_owned(),
        other if other.starts_with("struct ") => "a table".to_owned(),
        other => other.to_owned(),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            Problem::Refused(why) => f.write_str(why),
            Problem::Expected(what) => write!(f, "{what} is expected"),
            Problem::MissingKey(key) => write!(f, "missing key `{key}`"),
            Problem::UnknownKey(_) => f.write_str("unknown key"),
            Problem::NotInSet(_) => f.write_str("not one of the allowed values"),
        }
    }
}

impl std::error::Error for Error {}
