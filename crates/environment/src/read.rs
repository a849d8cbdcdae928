//! The merged tree into the author's struct: a serde deserializer that hands positions over.
//!
//! Beyond serde's data model it knows three things: a [`Sourced`] gets a map of start, end and value; an
//! enum whose serde name is a key of the table it is read from is tagged by that key; and one whose serde
//! name is the key of the field it is read from is tagged by that field, and has its content beside it, in
//! the keys that are no fields of the struct. serde's own tagged enums and `flatten` would buffer the table
//! and lose every position in it.

use std::collections::btree_map;

use serde::de::value::{BorrowedStrDeserializer, U32Deserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer,
    MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use terrace_ir::{Diagnostic, Sourced, Step};

mod error;

use crate::tree::{Data, Entry, Node, Span};
use error::Error;

/// Reads a tree that the schema has accepted.
pub(crate) fn read<T: DeserializeOwned>(root: &Node) -> Result<T, Box<Diagnostic>> {
    T::deserialize(Reader::new(root)).map_err(|error| Box::new(error.finding(root)))
}

/// Reads a value.
#[derive(Clone, Copy)]
struct Reader<'de> {
    node: &'de Node,
    /// What of the table is read already.
    done: Done<'de>,
    /// The field of a struct that the value is.
    field: Option<Field<'de>>,
}

/// The keys of a table that are read already.
#[derive(Clone, Copy)]
enum Done<'de> {
    None,
    /// The tag of the variant whose content the table is.
    Tag(&'de str),
    /// The fields of the struct beside which the content stands.
    Fields(&'static [&'static str]),
}

impl Done<'_> {
    fn contains(self, key: &str) -> bool {
        match self {
            Self::None => false,
            Self::Tag(tag) => key == tag,
            Self::Fields(fields) => fields.contains(&key),
        }
    }
}

/// A field of a struct, and what stands beside it.
#[derive(Clone, Copy)]
struct Field<'de> {
    name: &'de str,
    table: &'de Node,
    fields: &'static [&'static str],
}

impl<'de> Reader<'de> {
    fn new(node: &'de Node) -> Self {
        Self {
            node,
            done: Done::None,
            field: None,
        }
    }

    fn table<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match &self.node.data {
            Data::Table(table) => visitor.visit_map(Entries {
                table: self.node,
                entries: table.iter(),
                done: self.done,
                fields,
                value: None,
            }),
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
                    read if read < items.len() => Err(Error::custom(format!(
                        "it has {} entries, {read} are expected",
                        items.len()
                    ))),
                    _ => Ok(value),
                }
            }
            _ => Err(Error::invalid_type(self.unexpected(), &visitor)),
        }
        .map_err(|error| error.at(self.node.span))
    }

    /// What stands beside an enum that is tagged by the field that it is.
    fn beside(self, name: &str) -> Option<Self> {
        let field = self.field.filter(|field| field.name == name)?;
        Some(Self {
            node: field.table,
            done: Done::Fields(field.fields),
            field: None,
        })
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
            Data::Table(_) => self.table(&[], visitor),
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
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == Sourced::<()>::NAME {
            visitor.visit_map(Fields {
                value: self,
                span: self.node.span,
                next: 0,
            })
        } else {
            self.table(fields, visitor)
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.table(&[], visitor)
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
                content: self.beside(name),
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
                        done: Done::Tag(name),
                        ..self
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

/// Reads the key of an entry.
#[derive(Clone, Copy)]
struct Key<'de> {
    text: &'de str,
    span: Span,
}

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.text)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == Sourced::<()>::NAME {
            visitor.visit_map(Fields {
                value: self,
                span: self.span,
                next: 0,
            })
        } else {
            self.deserialize_any(visitor)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        BorrowedStrDeserializer::new(self.text).deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// The three fields by which a [`Sourced`] is read.
struct Fields<D> {
    value: D,
    span: Span,
    next: usize,
}

impl<'de, D: Deserializer<'de, Error = Error> + Copy> MapAccess<'de> for Fields<D> {
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
        let span = self.span;
        let offset = |offset: u32| -> U32Deserializer<Error> { offset.into_deserializer() };
        match self.next {
            1 => seed.deserialize(offset(span.start)),
            2 => seed.deserialize(offset(span.end)),
            _ => seed.deserialize(self.value),
        }
    }
}

struct Entries<'de> {
    table: &'de Node,
    entries: btree_map::Iter<'de, String, Entry>,
    done: Done<'de>,
    fields: &'static [&'static str],
    value: Option<(&'de str, &'de Node)>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let done = self.done;
        let Some((key, entry)) = self.entries.find(|(key, _)| !done.contains(key)) else {
            return Ok(None);
        };
        self.value = Some((key, &entry.node));
        let (text, span) = (key.as_str(), entry.key);
        seed.deserialize(Key { text, span })
            .map(Some)
            .map_err(|error: Error| error.inside(step(key)).at(entry.key))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some((key, node)) = self.value.take() else {
            return Err(Error::custom("a value was read before its key"));
        };
        let field = Field {
            name: key,
            table: self.table,
            fields: self.fields,
        };
        let reader = Reader {
            field: Some(field),
            ..Reader::new(node)
        };
        seed.deserialize(reader)
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
    /// Reads the content, and says in errors where it stands.
    fn content<V>(self, read: impl FnOnce(Reader<'de>) -> Result<V, Error>) -> Result<V, Error> {
        let content = self
            .content
            .ok_or_else(|| Error::invalid_type(Unexpected::Str(self.name), &"a table"))?;
        read(content).map_err(|error| match (content.done, self.key) {
            (Done::Fields(_), _) => error.beside(),
            (Done::None, Some(key)) => error.inside(step(key)),
            _ => error,
        })
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Error> {
        self.content(|content| seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Result<V::Value, Error> {
        self.content(|content| content.list(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.content(|content| content.table(fields, visitor))
    }
}

fn step(key: &str) -> Step {
    Step::Name(key.to_owned().into())
}
