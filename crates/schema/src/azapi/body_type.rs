//! What a request body looks like, as data.
//!
//! Types refer to each other by [`TypeIndex`], since some of them contain themselves. The source is what azapi embeds.

use serde::{Deserialize, Serialize};

/// The place of a type in the table of all types.
pub type TypeIndex = u32;

/// The type of a value in a request body.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BodyType {
    /// Anything.
    Any,
    /// `true` or `false`.
    Boolean,
    /// A number. Fractions too: azapi's source says integer of both.
    Number {
        /// The least that the service takes.
        min: Option<i64>,
        /// The most that the service takes.
        max: Option<i64>,
    },
    /// Text.
    Text(Text),
    /// One of some texts.
    Choice {
        /// The texts that the service knows, in the order in which it lists them.
        literals: Vec<String>,
        /// Whether azapi lets any other text pass too.
        open: bool,
    },
    /// A list of values of one type.
    List(TypeIndex),
    /// Named properties.
    Object(ObjectType),
    /// Named properties, of which one says which others there are.
    Variants(VariantsType),
}

/// What is demanded of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    /// The least number of bytes.
    pub min_length: Option<u32>,
    /// The greatest number of bytes.
    pub max_length: Option<u32>,
    /// A pattern in Go's syntax. What Go cannot compile, azapi passes over.
    pub pattern: Option<String>,
    /// Whether it is a secret.
    pub sensitive: bool,
}

/// An object and its properties.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ObjectType {
    /// What the service calls it: `AmlComputeProperties`.
    pub name: String,
    /// In order of name.
    pub properties: Vec<Property>,
    /// The type of the values under any other key; none when there may be no other.
    pub additional: Option<TypeIndex>,
}

/// An object whose discriminator decides which properties it has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct VariantsType {
    /// What the service calls it: `Compute`.
    pub name: String,
    /// The property that decides: `computeType`.
    pub discriminator: String,
    /// The properties of every variant, in order of name.
    pub base: Vec<Property>,
    /// The values of the discriminator, in order, and the further properties of each: an [`ObjectType`] that has the
    /// discriminator among its properties.
    pub variants: Vec<(String, TypeIndex)>,
}

/// A property of an object.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Property {
    /// Its name, in the one casing that the service takes.
    pub name: String,
    /// The type of its value.
    pub ty: TypeIndex,
    /// Whether it must be given.
    pub required: bool,
    /// Whether only the service sets it.
    pub read_only: bool,
    /// Whether the service never returns it.
    pub write_only: bool,
}

impl ObjectType {
    /// The property of a name.
    pub fn property(&self, name: &str) -> Option<&Property> {
        find(&self.properties, name)
    }
}

impl VariantsType {
    /// The property of a name that every variant has.
    pub fn property(&self, name: &str) -> Option<&Property> {
        find(&self.base, name)
    }

    /// The further properties of a variant.
    pub fn variant(&self, value: &str) -> Option<TypeIndex> {
        let known = self.variants.iter().find(|(known, _)| known == value);
        known.map(|(_, ty)| *ty)
    }
}

fn find<'a>(properties: &'a [Property], name: &str) -> Option<&'a Property> {
    let at = properties
        .binary_search_by(|property| property.name.as_str().cmp(name))
        .ok()?;
    Some(&properties[at])
}
