//! All body types in one file of bytes: written once by bindgen, embedded in the program, of which only the types that
//! are asked for are decoded.
//!
//! ```text
//! length: u32, little-endian   of the index
//! index                        postcard: `Index`
//! types                        postcard: a `BodyType` each, one behind the other
//! ```

use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::body_type::{BodyType, ObjectType, TypeIndex};
use super::resource_type::ResourceType;
use crate::nearest::nearest;

/// What stands at the head of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// The namespace to which all types belong, `Microsoft.MachineLearningServices`.
    pub namespace: String,
    /// The API versions that are described, oldest first.
    pub api_versions: Vec<String>,
    /// The resource types, in order of name.
    pub resources: Vec<Resource>,
    /// Where each type ends, counted from the first byte behind the index.
    ends: Vec<u32>,
}

/// A resource type and its bodies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// `Microsoft.MachineLearningServices/workspaces/computes`
    pub name: String,
    /// The body at each of [`Index::api_versions`], where the type exists there. An [`ObjectType`].
    pub bodies: Vec<Option<TypeIndex>>,
}

/// The packed body types.
pub struct Bodies {
    bytes: &'static [u8],
    index: OnceLock<Index>,
    types: OnceLock<Vec<OnceLock<Box<BodyType>>>>,
}

/// What is known about the body of a resource type at an API version.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Lookup<'a> {
    /// It is described.
    Known(&'a ObjectType),
    /// The namespace is described at that version, and there is no such type.
    UnknownType {
        /// The type that was probably meant.
        nearest: Option<&'a str>,
    },
    /// The namespace is described, but not at that version.
    OtherVersion,
    /// The namespace is not described.
    OtherNamespace,
}

static BODIES: Bodies = Bodies::new(include_bytes!("../../data/azapi-bodies.bin"));

/// The body types that are embedded: those of `Microsoft.MachineLearningServices` as azapi 2.12.0 knows them.
pub fn bodies() -> &'static Bodies {
    &BODIES
}

impl Bodies {
    /// Body types over bytes that [`pack`] wrote. Costs nothing until they are asked for.
    pub const fn new(bytes: &'static [u8]) -> Self {
        Self {
            bytes,
            index: OnceLock::new(),
            types: OnceLock::new(),
        }
    }

    /// Which resource types there are, at which API versions.
    pub fn index(&self) -> &Index {
        self.index.get_or_init(|| decode(self.split().0))
    }

    /// What is known about the body of a resource type. Its name is compared without regard to case, as azapi does.
    pub fn find(&self, wanted: &ResourceType<'_>) -> Lookup<'_> {
        let index = self.index();
        if !wanted
            .namespace()
            .eq_ignore_ascii_case(index.namespace.as_str())
        {
            return Lookup::OtherNamespace;
        }
        let mut versions = index.api_versions.iter();
        let Some(version) = versions.position(|known| known == wanted.api_version) else {
            return Lookup::OtherVersion;
        };
        let body = self
            .resource(wanted.name)
            .and_then(|resource| *resource.bodies.get(version)?);
        match body.map(|body| self.get(body)) {
            Some(BodyType::Object(body)) => Lookup::Known(body),
            _ => Lookup::UnknownType {
                nearest: nearest(wanted.name, self.names()),
            },
        }
    }

    /// The resource type of a name, without regard to case.
    pub fn resource(&self, name: &str) -> Option<&Resource> {
        let mut resources = self.index().resources.iter();
        resources.find(|known| known.name.eq_ignore_ascii_case(name))
    }

    /// The names of all resource types, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.index()
            .resources
            .iter()
            .map(|known| known.name.as_str())
    }

    /// The type at an index of this table; [`BodyType::Any`] for an index that it does not have.
    pub fn get(&self, at: TypeIndex) -> &BodyType {
        static ANY: BodyType = BodyType::Any;
        let (index, at) = (self.index(), at as usize);
        let types = self
            .types
            .get_or_init(|| index.ends.iter().map(|_| OnceLock::new()).collect());
        let (Some(cell), Some(end)) = (types.get(at), index.ends.get(at)) else {
            return &ANY;
        };
        let start = at.checked_sub(1).map_or(0, |before| index.ends[before]);
        cell.get_or_init(|| Box::new(decode(&self.split().1[start as usize..*end as usize])))
    }

    /// The index, and what stands behind it.
    fn split(&self) -> (&'static [u8], &'static [u8]) {
        let (length, rest) = self.bytes.split_at(4);
        let length = u32::from_le_bytes([length[0], length[1], length[2], length[3]]);
        rest.split_at(length as usize)
    }
}

/// The bytes of [`Bodies`].
///
/// # Errors
/// When a type cannot be encoded, or all of them together exceed 4 GB.
pub fn pack(
    namespace: String,
    api_versions: Vec<String>,
    resources: Vec<Resource>,
    types: &[BodyType],
) -> Result<Vec<u8>, String> {
    let mut packed = Vec::new();
    let mut ends = Vec::new();
    for ty in types {
        packed.extend(encode(ty)?);
        ends.push(length(&packed)?);
    }
    let index = encode(&Index {
        namespace,
        api_versions,
        resources,
        ends,
    })?;
    let mut bytes = length(&index)?.to_le_bytes().to_vec();
    bytes.extend(index);
    bytes.extend(packed);
    Ok(bytes)
}

fn length(bytes: &[u8]) -> Result<u32, String> {
    u32::try_from(bytes.len()).map_err(|_| "the packed bodies are larger than 4 GB".to_owned())
}

fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, String> {
    postcard::to_allocvec(value).map_err(|error| format!("cannot encode a body type: {error}"))
}

/// Decodes a part of the embedded file. A test holds it against what bindgen writes, so a failure is a fault of the
/// build and not of anything that a user gave.
fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> T {
    postcard::from_bytes(bytes)
        .expect("the embedded bodies are what this version of the model wrote")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn find(text: &str) -> Lookup<'static> {
        bodies().find(&ResourceType::parse(text).unwrap())
    }

    #[test]
    fn a_body_is_found_at_every_version_that_is_described() {
        for version in ["2025-12-01", "2026-05-01"] {
            let text = format!("Microsoft.MachineLearningServices/workspaces/computes@{version}");
            let Lookup::Known(body) = find(&text) else {
                panic!("{text} is described")
            };
            assert!(body.property("properties").is_some());
        }
    }

    #[test]
    fn the_case_of_a_type_does_not_matter() {
        let known = find("microsoft.machinelearningservices/Workspaces@2025-12-01");
        assert!(matches!(known, Lookup::Known(_)));
    }

    #[test]
    fn what_is_not_described_says_why() {
        assert_eq!(
            find("Microsoft.MachineLearningServices/workspaces/compute@2025-12-01"),
            Lookup::UnknownType {
                nearest: Some("Microsoft.MachineLearningServices/workspaces/computes")
            }
        );
        assert_eq!(
            find("Microsoft.MachineLearningServices/workspaces@2024-04-01"),
            Lookup::OtherVersion
        );
        assert_eq!(
            find("Microsoft.KeyVault/vaults@2023-07-01"),
            Lookup::OtherNamespace
        );
    }

    #[test]
    fn both_versions_share_their_types() {
        let shared = |resource: &Resource| resource.bodies[0] == resource.bodies[1];
        assert!(bodies().index().resources.iter().all(shared));
        assert_eq!(bodies().index().resources.len(), 41);
    }

    #[test]
    fn every_type_can_be_decoded_and_every_pattern_that_go_compiles_compiles() {
        for at in 0..bodies().index().ends.len() {
            let BodyType::Text(text) = bodies().get(at as u32) else {
                continue;
            };
            if let Some(pattern) = text.pattern.as_deref().filter(|it| !it.contains("(?!")) {
                assert!(crate::pattern::compile(pattern).is_ok(), "{pattern}");
            }
        }
    }
}
