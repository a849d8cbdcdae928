//! How values are made.

use std::rc::Rc;

use terrace_ir::Type;

use super::{Entries, Kind, Marks, SharedText, Val, plain};
use crate::eval::number::Number;
use crate::eval::set;

/// A value at most this deep and this big is looked at; what would be deeper or bigger is unknown. It bounds all work
/// on values, also where a module doubles a list a hundred times.
const MAX_DEPTH: u8 = 100;
pub(in crate::eval) const MAX_WEIGHT: u32 = 1_000_000;
/// How long a text of the greatest weight is.
pub(in crate::eval) const MAX_TEXT: usize = 16 * MAX_WEIGHT as usize;

impl Val {
    /// Neither the value nor its type is known.
    #[must_use]
    pub fn dynamic() -> Self {
        Self::unknown(Type::Dynamic)
    }

    /// A value of a type, known only at apply.
    #[must_use]
    pub fn unknown(ty: Type) -> Self {
        Self::leaf(Kind::Unknown(Rc::new(plain(ty))))
    }

    /// `null`, which takes any type.
    #[must_use]
    pub fn null() -> Self {
        Self::null_of(Type::Dynamic)
    }

    /// `null` of a type.
    #[must_use]
    pub fn null_of(ty: Type) -> Self {
        Self::leaf(Kind::Null(Rc::new(plain(ty))))
    }

    /// `true` or `false`.
    #[must_use]
    pub fn bool(value: bool) -> Self {
        Self::leaf(Kind::Bool(value))
    }

    /// A number.
    #[must_use]
    pub fn number(value: Number) -> Self {
        Self::leaf(Kind::Number(value))
    }

    /// A whole number.
    #[must_use]
    pub fn whole(value: i64) -> Self {
        Self::number(Number::whole(value))
    }

    /// Text.
    #[must_use]
    pub fn text(value: impl Into<SharedText>) -> Self {
        let value = value.into();
        let weight = 1 + u32::try_from(value.len() / 16).unwrap_or(u32::MAX - 1);
        Self {
            weight,
            ..Self::leaf(Kind::Text(value))
        }
        .within_limits(|| Type::String)
    }

    /// A list. The items are of type `element`; where one is not, the list is one of unknown element type.
    #[must_use]
    pub fn list(element: Type, items: Vec<Val>) -> Self {
        Self::collection(element, items, Type::list, Kind::List)
    }

    /// A set. The items are of type `element`; they are put in order, equal ones become one, and their marks become
    /// the set's.
    #[must_use]
    pub fn set(element: Type, items: Vec<Val>) -> Self {
        let marks = items
            .iter()
            .fold(Marks::NONE, |marks, item| marks.and(item.deep_marks()));
        let items = items.into_iter().map(|item| item.without_marks()).collect();
        Self::collection(element, set::ordered(items), Type::set, Kind::Set).marked(marks)
    }

    /// A map. The values are of type `element`; of two with one key the later one counts.
    #[must_use]
    pub fn map(element: Type, entries: Vec<(SharedText, Val)>) -> Self {
        let element = plain(element);
        if !entries.iter().all(|(_, item)| item.is_of(&element)) {
            return Self::unknown(Type::map(Type::Dynamic));
        }
        let entries = ordered(entries);
        let size = size(entries.iter().map(|(_, item)| item));
        let ty = Rc::new(element);
        Self::branch(Kind::Map(ty.clone(), entries), size)
            .within_limits(|| Type::map((*ty).clone()))
    }

    /// A tuple.
    #[must_use]
    pub fn tuple(items: Vec<Val>) -> Self {
        let size = size(items.iter());
        Self::branch(Kind::Tuple(items.into()), size).within_limits(|| Type::Dynamic)
    }

    /// An object. Of two attributes of one name the later one counts.
    #[must_use]
    pub fn object<K: Into<SharedText>>(entries: impl IntoIterator<Item = (K, Val)>) -> Self {
        let entries: Vec<_> = entries
            .into_iter()
            .map(|(key, value)| (key.into(), value))
            .collect();
        let entries = ordered(entries);
        let size = size(entries.iter().map(|(_, item)| item));
        Self::branch(Kind::Object(entries), size).within_limits(|| Type::Dynamic)
    }

    fn collection(
        element: Type,
        items: Vec<Val>,
        whole: fn(Type) -> Type,
        kind: fn(Rc<Type>, Rc<[Val]>) -> Kind,
    ) -> Self {
        let element = plain(element);
        if !items.iter().all(|item| item.is_of(&element)) {
            return Self::unknown(whole(Type::Dynamic));
        }
        let size = size(items.iter());
        let ty = Rc::new(element);
        Self::branch(kind(ty.clone(), items.into()), size).within_limits(|| whole((*ty).clone()))
    }

    fn leaf(kind: Kind) -> Self {
        Self {
            kind,
            marks: Marks::NONE,
            depth: 1,
            weight: 1,
        }
    }

    fn branch(kind: Kind, (depth, weight): (u8, u32)) -> Self {
        Self {
            kind,
            marks: Marks::NONE,
            depth,
            weight,
        }
    }

    fn within_limits(self, ty: impl FnOnce() -> Type) -> Self {
        if self.depth > MAX_DEPTH || self.weight > MAX_WEIGHT {
            return Self::unknown(ty()).marked(self.deep_marks());
        }
        self
    }
}

/// Depth and weight of a value of these children.
fn size<'a>(children: impl Iterator<Item = &'a Val>) -> (u8, u32) {
    children.fold((1, 1), |(depth, weight), child| {
        (
            depth.max(child.depth.saturating_add(1)),
            weight.saturating_add(child.weight),
        )
    })
}

fn ordered(mut entries: Vec<(SharedText, Val)>) -> Entries {
    if !entries.is_sorted_by(|a, b| a.0 < b.0) {
        // The sort is stable, so the later of two is behind the earlier.
        entries.sort_by(|a, b| a.0.cmp(&b.0));
        entries.reverse();
        entries.dedup_by(|later, earlier| later.0 == earlier.0);
        entries.reverse();
    }
    entries.into()
}

impl From<&str> for Val {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Val {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<bool> for Val {
    fn from(value: bool) -> Self {
        Self::bool(value)
    }
}

impl From<Number> for Val {
    fn from(value: Number) -> Self {
        Self::number(value)
    }
}
