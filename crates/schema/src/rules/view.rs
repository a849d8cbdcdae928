//! Arguments as the provider's code reads them.
//!
//! The code asks for text, numbers and booleans by path. What is left out reads as its default or else as the zero of its
//! type: `""`, `0`, `false`, no blocks. A [`View`] answers alike, and says when it does not know.

use std::borrow::Cow;

use crate::eval::{Kind, Val};
use crate::model::{Attribute, BlockType, Member, Presence, Scalar};

use super::Truth;

/// How something unknown reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// It is not known, and so is what is left out and the provider fills in: nothing follows from it.
    Certain,
    /// It is not known. What is left out and the provider fills in reads as its zero, as it does in what is made anew.
    OfNew,
    /// As the zero of its type, which is how the provider's code reads it.
    AsZero,
}

/// The arguments of a resource or of one of its blocks.
#[derive(Clone, Copy)]
pub struct View<'a> {
    object: Object<'a>,
    members: Members<'a>,
    reading: Reading,
}

#[derive(Clone, Copy)]
enum Object<'a> {
    There(&'a Val),
    /// A block that is not there: all in it reads as zero, without defaults.
    Absent,
    Unknown,
}

/// What may stand in a place.
#[derive(Clone, Copy)]
enum Members<'a> {
    Body(&'a BlockType),
    Attribute(&'a Attribute),
}

/// What stands at a path.
enum Found<'a> {
    Value(&'a Val),
    Default(&'a Scalar),
    Zero,
    Unknown,
}

impl<'a> View<'a> {
    pub(super) fn new(object: &'a Val, body: &'a BlockType, reading: Reading) -> Self {
        let object = Object::of(object);
        let members = Members::Body(body);
        Self {
            object,
            members,
            reading,
        }
    }

    /// The same arguments, read in another way.
    pub(super) fn read(mut self, reading: Reading) -> Self {
        self.reading = reading;
        self
    }

    /// The text at a path, `""` when there is none; `None` when it is not known.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<Cow<'a, str>> {
        match self.find(path) {
            Found::Value(value) => match value.kind() {
                Kind::Text(text) => Some(Cow::Borrowed(text)),
                Kind::Bool(value) => Some(Cow::Borrowed(if *value { "true" } else { "false" })),
                Kind::Number(number) => number.to_text().map(Cow::Owned),
                _ => None,
            },
            Found::Default(Scalar::Text(text)) => Some(Cow::Borrowed(text)),
            Found::Default(scalar) => Some(Cow::Owned(scalar.to_string())),
            Found::Zero => Some(Cow::Borrowed("")),
            Found::Unknown => None,
        }
    }

    /// The number at a path, 0 when there is none; `None` when it is not known.
    #[must_use]
    pub fn number(&self, path: &str) -> Option<f64> {
        match self.find(path) {
            Found::Value(value) => match value.kind() {
                Kind::Number(number) => Some(number.to_f64()),
                Kind::Text(text) => text.parse().ok(),
                _ => None,
            },
            Found::Default(Scalar::Int(value)) => Some(*value as f64),
            Found::Default(Scalar::Float(value)) => Some(*value),
            Found::Default(_) | Found::Unknown => None,
            Found::Zero => Some(0.0),
        }
    }

    /// Whether the boolean at a path is true.
    #[must_use]
    pub fn flag(&self, path: &str) -> Truth {
        Truth::of(self.text(path), |text| text == "true")
    }

    /// How many blocks, elements or entries there are at a path; `None` when it is not known.
    #[must_use]
    pub fn count(&self, path: &str) -> Option<usize> {
        match self.find(path) {
            Found::Value(value) => match value.kind() {
                Kind::Object(_) => Some(1),
                Kind::Map(_, entries) => Some(entries.len()),
                _ => value.as_items().map(<[Val]>::len),
            },
            Found::Default(_) | Found::Zero => Some(0),
            Found::Unknown => None,
        }
    }

    /// Whether something other than the zero of its type stands at a path.
    #[must_use]
    pub fn is_given(&self, path: &str) -> Truth {
        match self.find(path) {
            Found::Value(value) => match value.kind() {
                Kind::Unknown(_) => Truth::Perhaps,
                Kind::Null(_) => Truth::No,
                Kind::Bool(value) => (*value).into(),
                Kind::Number(number) => (number.to_f64() != 0.0).into(),
                Kind::Text(text) => (!text.is_empty()).into(),
                Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
                    (!items.is_empty()).into()
                }
                Kind::Map(_, entries) => (!entries.is_empty()).into(),
                Kind::Object(_) => Truth::Yes,
            },
            Found::Default(Scalar::Bool(value)) => (*value).into(),
            Found::Default(Scalar::Int(value)) => (*value != 0).into(),
            Found::Default(Scalar::Float(value)) => (*value != 0.0).into(),
            Found::Default(Scalar::Text(text)) => (!text.is_empty()).into(),
            Found::Zero => Truth::No,
            Found::Unknown => Truth::Perhaps,
        }
    }

    /// Whether anything but `null` stands at a path, of what is written alone: neither defaults nor what the provider fills in
    /// count. What is unknown may turn out to be `null`, but the provider's code takes it for written.
    #[must_use]
    pub fn is_written(&self, path: &str) -> Truth {
        let unknown = match self.reading {
            Reading::Certain | Reading::OfNew => Truth::Perhaps,
            Reading::AsZero => Truth::Yes,
        };
        let mut value = match self.object {
            Object::There(value) => value,
            Object::Absent => return Truth::No,
            Object::Unknown => return unknown,
        };
        for name in path.split('.') {
            let Some(object) = first(value) else {
                return Truth::No;
            };
            if !object.is_known() {
                return unknown;
            }
            match object.get(name) {
                Some(inner) => value = inner,
                None => return Truth::No,
            }
        }
        if value.is_known() {
            (!value.is_null()).into()
        } else {
            unknown
        }
    }

    /// The values of a list or set, or the blocks of a name; `None` when it is not known how many there are.
    #[must_use]
    pub fn items(&self, path: &str) -> Option<&'a [Val]> {
        match self.find(path) {
            Found::Value(value) => value.as_items(),
            Found::Default(_) | Found::Zero => Some(&[]),
            Found::Unknown => None,
        }
    }

    /// The blocks at a path of which it is certain that they are there, in order.
    #[must_use]
    pub fn blocks(&self, path: &str) -> Vec<View<'a>> {
        let Some(members) = self.members.at(path) else {
            return Vec::new();
        };
        let one = |item| View {
            object: Object::of(item),
            members,
            reading: self.reading,
        };
        match self.find(path) {
            Found::Value(value) => match value.as_items() {
                Some(items) => items.iter().map(one).collect(),
                None if value.as_entries().is_some() => vec![one(value)],
                None => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The value that stands at a path, known or not; `None` where nothing does.
    #[must_use]
    pub fn raw(&self, path: &str) -> Option<&'a Val> {
        let Object::There(mut value) = self.object else {
            return None;
        };
        for name in path.split('.') {
            value = first(value)?.get(name)?;
        }
        Some(value)
    }

    /// Whether what stands at a path is known in all parts. What is unknown is, where it reads as its zero.
    #[must_use]
    pub fn is_known(&self, path: &str) -> bool {
        match self.find(path) {
            Found::Value(value) => self.reading == Reading::AsZero || value.is_wholly_known(),
            Found::Default(_) | Found::Zero => true,
            Found::Unknown => false,
        }
    }

    fn find(&self, path: &str) -> Found<'a> {
        let mut value = match self.object {
            Object::There(value) => value,
            Object::Absent => return Found::Zero,
            Object::Unknown => return self.unknown(),
        };
        let mut members = self.members;
        let mut names = path.split('.').peekable();
        while let Some(name) = names.next() {
            let Some(member) = members.member(name) else {
                #[cfg(test)]
                panic!("a rule reads `{path}`, which there is not");
                #[cfg(not(test))]
                return Found::Unknown;
            };
            let inner = value.get(name).filter(|inner| !inner.is_null());
            let Some(inner) = inner else {
                return self.left_out(member, names.peek().is_none());
            };
            if !inner.is_known() {
                return self.unknown();
            }
            if names.peek().is_none() {
                return match is_no_change(inner) && self.left_out_is_unknown(member) {
                    true => Found::Unknown,
                    false => Found::Value(inner),
                };
            }
            let Some(object) = first(inner) else {
                return self.left_out(member, false);
            };
            if !object.is_known() {
                return self.unknown();
            }
            (value, members) = (object, Members::of(member));
        }
        Found::Unknown
    }

    fn unknown(&self) -> Found<'a> {
        match self.reading {
            Reading::Certain | Reading::OfNew => Found::Unknown,
            Reading::AsZero => Found::Zero,
        }
    }

    /// What is read where nothing stands: at the end of a path, or on the way.
    fn left_out(&self, member: Member<'a>, is_end: bool) -> Found<'a> {
        match member {
            Member::Attribute(Attribute {
                default: Some(default),
                ..
            }) if is_end => Found::Default(default),
            member if self.left_out_is_unknown(member) => Found::Unknown,
            _ => Found::Zero,
        }
    }

    /// Whether what is left out may have any value, since the provider or the state fills it in.
    fn left_out_is_unknown(&self, member: Member<'a>) -> bool {
        let is_computed = match member {
            Member::Attribute(attribute) => matches!(
                attribute.presence,
                Presence::OptionalComputed | Presence::Computed
            ),
            Member::Block(block) => block.computed,
        };
        is_computed && self.reading == Reading::Certain
    }
}

impl<'a> Object<'a> {
    fn of(value: &'a Val) -> Self {
        match value.kind() {
            Kind::Unknown(_) => Self::Unknown,
            Kind::Null(_) => Self::Absent,
            _ => Self::There(value),
        }
    }
}

impl<'a> Members<'a> {
    fn of(member: Member<'a>) -> Self {
        match member {
            Member::Attribute(attribute) => Self::Attribute(attribute),
            Member::Block(block) => Self::Body(&block.body),
        }
    }

    fn member(self, name: &str) -> Option<Member<'a>> {
        match self {
            Self::Body(body) => body.member(name),
            Self::Attribute(attribute) => attribute.member(name).map(Member::Attribute),
        }
    }

    fn at(self, path: &str) -> Option<Self> {
        path.split('.')
            .try_fold(self, |members, name| members.member(name).map(Members::of))
    }
}

/// The object of a block: the first of a list of blocks, or what stands there alone.
fn first(value: &Val) -> Option<&Val> {
    match value.as_items() {
        Some(items) => items.first(),
        None => Some(value),
    }
}

/// Whether a value is the same as leaving the argument out, for one that the provider fills in: empty text, or no blocks.
fn is_no_change(value: &Val) -> bool {
    value.as_text() == Some("") || value.as_items().is_some_and(<[Val]>::is_empty)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::catalog::catalog;
    use crate::model::Kind as SchemaKind;

    fn read<T>(entries: &[(&str, Val)], reading: Reading, look: impl Fn(View<'_>) -> T) -> T {
        let schema = catalog().find(SchemaKind::Resource, "azurerm_storage_account");
        let object = Val::object(entries.iter().cloned());
        look(View::new(&object, &schema.unwrap().body, reading))
    }

    #[test]
    fn what_is_left_out_reads_as_default_or_zero() {
        read(&[], Reading::Certain, |account| {
            assert_eq!(account.text("account_kind").as_deref(), Some("StorageV2"));
            assert_eq!(account.text("account_tier").as_deref(), Some(""));
            assert_eq!(account.flag("shared_access_key_enabled"), Truth::Yes);
            assert_eq!(account.count("sas_policy"), Some(0));
            // Defaults are those of blocks that are there.
            assert_eq!(
                account.text("sas_policy.expiration_action").as_deref(),
                Some("")
            );
        });
    }

    #[test]
    fn what_the_provider_fills_in_is_known_only_of_what_is_new() {
        for entries in [vec![], vec![("access_tier", Val::text(""))]] {
            let tier = |reading| read(&entries, reading, |account| account.is_given("access_tier"));
            assert_eq!(tier(Reading::Certain), Truth::Perhaps);
            assert_eq!(tier(Reading::OfNew), Truth::No);
            assert_eq!(tier(Reading::AsZero), Truth::No);
        }
    }

    #[test]
    fn what_is_unknown_reads_as_zero_and_counts_as_written() {
        let entries = [
            ("account_kind", Val::dynamic()),
            ("blob_properties", Val::tuple(vec![Val::dynamic()])),
        ];
        read(&entries, Reading::OfNew, |account| {
            assert_eq!(account.text("account_kind"), None);
            assert_eq!(account.is_written("account_kind"), Truth::Perhaps);
            assert_eq!(
                account.flag("blob_properties.versioning_enabled"),
                Truth::Perhaps
            );
            assert_eq!(account.is_given("blob_properties"), Truth::Yes);
        });
        read(&entries, Reading::AsZero, |account| {
            assert_eq!(account.text("account_kind").as_deref(), Some(""));
            assert_eq!(account.is_written("account_kind"), Truth::Yes);
            assert_eq!(
                account.flag("blob_properties.versioning_enabled"),
                Truth::No
            );
        });
    }

    #[test]
    fn numbers_and_booleans_may_be_text() {
        let entries = [("large_file_share_enabled", Val::text("true"))];
        let large = |account: View<'_>| account.flag("large_file_share_enabled");
        assert_eq!(read(&entries, Reading::Certain, large), Truth::Yes);
    }
}
