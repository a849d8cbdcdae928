//! Values that may be unknown in part.

use std::rc::Rc;

use terrace_ir::Type;
use terrace_ir::types::Field;

use super::number::Number;

mod build;
mod shared;

pub(super) use build::{MAX_TEXT, MAX_WEIGHT};
pub use shared::SharedText;

/// A value as far as it is known before apply.
///
/// Cloning is cheap: what is big is shared. Equality is that of the representation; whether Terraform's `==` holds
/// is [`super::equal`]'s answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Val {
    kind: Kind,
    marks: Marks,
    depth: u8,
    /// How many values it holds, a text counting for one in 16 bytes.
    weight: u32,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// Known only at apply; of this type, or of a type that is itself unknown ([`Type::Dynamic`]).
    Unknown(Rc<Type>),
    /// `null` of this type.
    Null(Rc<Type>),
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(SharedText),
    /// Elements of one type, in order.
    List(Rc<Type>, Rc<[Val]>),
    /// Distinct elements of one type, in Terraform's order of them.
    Set(Rc<Type>, Rc<[Val]>),
    /// Elements of one type, in order of their keys.
    Map(Rc<Type>, Entries),
    /// Elements of a type each.
    Tuple(Rc<[Val]>),
    /// Named attributes, in order of their names.
    Object(Entries),
}

/// Keys and values, in order of the keys, each key once.
pub type Entries = Rc<[(SharedText, Val)]>;

/// What sticks to a value and to all that is made of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Not to be shown.
    pub sensitive: bool,
    /// Never in state or plan.
    pub ephemeral: bool,
}

impl Marks {
    /// No marks.
    pub const NONE: Self = Self {
        sensitive: false,
        ephemeral: false,
    };
    /// Only `sensitive`.
    pub const SENSITIVE: Self = Self {
        sensitive: true,
        ephemeral: false,
    };
    /// Only `ephemeral`.
    pub const EPHEMERAL: Self = Self {
        sensitive: false,
        ephemeral: true,
    };

    /// The marks of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            sensitive: self.sensitive || other.sensitive,
            ephemeral: self.ephemeral || other.ephemeral,
        }
    }
}

impl Val {
    /// What it is.
    #[must_use]
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// The marks of the value itself. Those of its elements are theirs.
    #[must_use]
    pub fn marks(&self) -> Marks {
        self.marks
    }

    /// The marks of the value and of everything in it.
    #[must_use]
    pub fn deep_marks(&self) -> Marks {
        let mut marks = self.marks;
        self.children(&mut |child| marks = marks.and(child.deep_marks()));
        marks
    }

    /// The value with these marks too.
    #[must_use]
    pub fn marked(mut self, marks: Marks) -> Self {
        self.marks = self.marks.and(marks);
        self
    }

    /// The value without the marks of its own.
    #[must_use]
    pub(super) fn unmarked(mut self) -> Self {
        self.marks = Marks::NONE;
        self
    }

    /// The value without any mark, also inside.
    #[must_use]
    pub(super) fn without_marks(&self) -> Self {
        if self.deep_marks() == Marks::NONE {
            return self.clone();
        }
        let all = |items: &Rc<[Val]>| items.iter().map(Self::without_marks).collect();
        let each = |entries: &Entries| {
            entries
                .iter()
                .map(|(key, item)| (key.clone(), item.without_marks()))
                .collect()
        };
        let kind = match &self.kind {
            Kind::List(ty, items) => Kind::List(ty.clone(), all(items)),
            Kind::Set(ty, items) => Kind::Set(ty.clone(), all(items)),
            Kind::Map(ty, entries) => Kind::Map(ty.clone(), each(entries)),
            Kind::Tuple(items) => Kind::Tuple(all(items)),
            Kind::Object(entries) => Kind::Object(each(entries)),
            leaf => leaf.clone(),
        };
        Self {
            kind,
            marks: Marks::NONE,
            ..*self
        }
    }

    /// How many values it holds.
    pub(super) fn weight(&self) -> u32 {
        self.weight
    }

    /// Whether the value itself is known. Elements of it may be unknown.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !matches!(self.kind, Kind::Unknown(_))
    }

    /// Whether the value and everything in it is known.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        let mut known = self.is_known();
        self.children(&mut |child| known = known && child.is_wholly_known());
        known
    }

    /// Whether it is `null`, for certain.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null(_))
    }

    /// Whether not even the type is known. A `null` without a type is not meant.
    #[must_use]
    pub fn is_dynamic(&self) -> bool {
        matches!(&self.kind, Kind::Unknown(ty) if **ty == Type::Dynamic)
    }

    /// The text, when it is known text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, when it is a known number.
    #[must_use]
    pub fn as_number(&self) -> Option<Number> {
        match self.kind {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The truth value, when it is a known one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The elements of a known list, set or tuple.
    #[must_use]
    pub fn as_items(&self) -> Option<&[Val]> {
        match &self.kind {
            Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a known map or object.
    #[must_use]
    pub fn as_entries(&self) -> Option<&[(SharedText, Val)]> {
        match &self.kind {
            Kind::Map(_, entries) | Kind::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of a key, in a known map or object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Val> {
        let entries = self.as_entries()?;
        let at = entries
            .binary_search_by(|(name, _)| (**name).cmp(key))
            .ok()?;
        Some(&entries[at].1)
    }

    /// The type.
    #[must_use]
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Unknown(ty) | Kind::Null(ty) => (**ty).clone(),
            Kind::Bool(_) => Type::Bool,
            Kind::Number(_) => Type::Number,
            Kind::Text(_) => Type::String,
            Kind::List(element, _) => Type::list((**element).clone()),
            Kind::Set(element, _) => Type::set((**element).clone()),
            Kind::Map(element, _) => Type::map((**element).clone()),
            Kind::Tuple(items) => Type::Tuple(items.iter().map(Self::ty).collect()),
            Kind::Object(entries) => Type::Object(
                entries
                    .iter()
                    .map(|(name, item)| Field {
                        name: name.to_string(),
                        ty: item.ty(),
                        optional: false,
                    })
                    .collect(),
            ),
        }
    }

    /// Whether `ty` is its type, without making the type.
    #[must_use]
    pub fn is_of(&self, ty: &Type) -> bool {
        match (&self.kind, ty) {
            (Kind::Unknown(own) | Kind::Null(own), ty) => **own == *ty,
            (Kind::Bool(_), Type::Bool)
            | (Kind::Number(_), Type::Number)
            | (Kind::Text(_), Type::String) => true,
            (Kind::List(own, _), Type::List(element))
            | (Kind::Set(own, _), Type::Set(element))
            | (Kind::Map(own, _), Type::Map(element)) => **own == **element,
            (Kind::Tuple(items), Type::Tuple(types)) => {
                items.len() == types.len()
                    && items.iter().zip(types).all(|(item, ty)| item.is_of(ty))
            }
            (Kind::Object(entries), Type::Object(fields)) => {
                entries.len() == fields.len()
                    && entries.iter().zip(fields).all(|((name, item), field)| {
                        **name == *field.name && !field.optional && item.is_of(&field.ty)
                    })
            }
            _ => false,
        }
    }

    fn children(&self, see: &mut impl FnMut(&Val)) {
        if let Some(items) = self.as_items() {
            items.iter().for_each(see);
        } else if let Some(entries) = self.as_entries() {
            entries.iter().for_each(|(_, item)| see(item));
        }
    }
}

/// The type without its notes that attributes may be left out: those matter where a value is converted, a value has
/// all its attributes. The fields are in order of name.
pub(super) fn plain(ty: Type) -> Type {
    match ty {
        Type::List(element) => Type::list(plain(*element)),
        Type::Set(element) => Type::set(plain(*element)),
        Type::Map(element) => Type::map(plain(*element)),
        Type::Tuple(types) => Type::Tuple(types.into_iter().map(plain).collect()),
        Type::Object(fields) => Type::object(
            fields
                .into_iter()
                .map(|field| (field.name, plain(field.ty))),
        ),
        ty => ty,
    }
}
