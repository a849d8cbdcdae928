//! Facts that most arguments do not have.

use std::ops::{Deref, DerefMut};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Relations, ValueFacts};

/// Facts of a kind, of which most arguments have none: those take one word, and one byte of a packed file.
/// Read and changed like `T` itself.
#[derive(Debug, Clone)]
pub struct Sparse<T>(Option<Box<T>>);

/// Facts that may be none.
pub trait Facts: Default + PartialEq + 'static {
    /// What holds nothing.
    const NONE: &'static Self;
}

impl Facts for ValueFacts {
    const NONE: &'static Self = &Self {
        rule: None,
        choices: None,
        range: None,
        shape: None,
        formats: Vec::new(),
        accepts_ids_of: Vec::new(),
        accepts_any_id: false,
        whole: false,
        nonempty: false,
        validated: false,
    };
}

impl Facts for Relations {
    const NONE: &'static Self = &Self {
        conflicts_with: Vec::new(),
        exactly_one_of: Vec::new(),
        at_least_one_of: Vec::new(),
        required_with: Vec::new(),
    };
}

impl<T> Default for Sparse<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Facts> From<T> for Sparse<T> {
    fn from(facts: T) -> Self {
        Self((facts != *T::NONE).then(|| Box::new(facts)))
    }
}

impl<T: Facts> Deref for Sparse<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_deref().unwrap_or(T::NONE)
    }
}

impl<T: Facts> DerefMut for Sparse<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.get_or_insert_default()
    }
}

impl<T: Facts> PartialEq for Sparse<T> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<T: Facts + Serialize> Serialize for Sparse<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        plain::serialize(&**self, serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sparse<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(Option::deserialize(deserializer)?))
    }
}

/// The same in a packed file, for what is small in memory anyway.
pub(super) mod plain {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(in crate::model) fn serialize<T: Serialize + Default + PartialEq, S: Serializer>(
        value: &T,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        (*value != T::default())
            .then_some(value)
            .serialize(serializer)
    }

    pub(in crate::model) fn deserialize<
        'de,
        T: Deserialize<'de> + Default,
        D: Deserializer<'de>,
    >(
        deserializer: D,
    ) -> Result<T, D::Error> {
        Ok(Option::deserialize(deserializer)?.unwrap_or_default())
    }
}
