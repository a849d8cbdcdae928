//! One provider in one file of bytes: written once by bindgen, embedded in the program, read without decoding more than
//! what is asked for.
//!
//! The file is a table of rows, the names, and the entries, all little-endian:
//!
//! ```text
//! count: u32
//! (count + 1) rows of { name: u32, entry: u32 }   offsets from the start of the file; the last row ends the others
//! names                                           one byte of kind, then the name; sorted, so rows are searched by half
//! entries                                         postcard: the `Provider` first, then each `Schema`
//! ```

use std::sync::OnceLock;

use crate::model::{Kind, Provider, Schema};

/// A provider's packed file, whose schemas are decoded when first asked for and then kept.
pub struct Archive {
    bytes: &'static [u8],
    provider: OnceLock<Provider>,
    schemas: OnceLock<Vec<OnceLock<Box<Schema>>>>,
}

const ROW: usize = 8;

impl Archive {
    /// An archive over bytes that [`pack`] wrote. Costs nothing until it is asked.
    pub const fn new(bytes: &'static [u8]) -> Self {
        Self {
            bytes,
            provider: OnceLock::new(),
            schemas: OnceLock::new(),
        }
    }

    /// The provider itself.
    pub fn provider(&self) -> &Provider {
        self.provider.get_or_init(|| decode(self.entry(0)))
    }

    /// The type of that kind and name, or `None` if the provider has none.
    pub fn find(&self, kind: Kind, name: &str) -> Option<&Schema> {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            let (of_kind, of_name) = self.key(middle);
            match of_kind
                .cmp(&(kind as u8))
                .then_with(|| of_name.cmp(name.as_bytes()))
            {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(self.get(middle)),
            }
        }
        None
    }

    /// The names of all schemas of a kind, sorted, none of them decoded.
    pub fn names(&self, kind: Kind) -> impl Iterator<Item = &'static str> {
        (1..self.len())
            .map(|row| self.key(row))
            .filter(move |key| key.0 == kind as u8)
            .map(|key| std::str::from_utf8(key.1).unwrap_or_default())
    }

    /// All schemas, decoded one after the other.
    pub fn schemas(&self) -> impl Iterator<Item = &Schema> {
        (1..self.len()).map(|row| self.get(row))
    }

    fn get(&self, row: usize) -> &Schema {
        let schemas = self
            .schemas
            .get_or_init(|| (0..self.len()).map(|_| OnceLock::new()).collect());
        schemas[row].get_or_init(|| Box::new(decode(self.entry(row))))
    }

    fn len(&self) -> usize {
        self.number(0)
    }

    /// The kind as a byte, and the name. The provider's own row comes first, with an empty name.
    fn key(&self, row: usize) -> (u8, &'static [u8]) {
        let at = 4 + row * ROW;
        let key = &self.bytes[self.number(at)..self.number(at + ROW)];
        (key[0], &key[1..])
    }

    fn entry(&self, row: usize) -> &'static [u8] {
        let at = 4 + row * ROW + 4;
        &self.bytes[self.number(at)..self.number(at + ROW)]
    }

    fn number(&self, at: usize) -> usize {
        let bytes = &self.bytes[at..at + 4];
        u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) as usize
    }
}

/// The bytes of an [`Archive`].
///
/// # Errors
/// When an entry cannot be encoded, or all of them together exceed 4 GB.
pub fn pack(provider: &Provider, schemas: &[Schema]) -> Result<Vec<u8>, String> {
    let mut rows = vec![(vec![0], encode(provider)?)];
    for schema in schemas {
        let key = [&[schema.kind as u8], schema.name.as_bytes()].concat();
        rows.push((key, encode(schema)?));
    }
    rows.sort();

    let mut bytes = Vec::new();
    let names_start = 4 + (rows.len() + 1) * ROW;
    let entries_start = names_start + rows.iter().map(|row| row.0.len()).sum::<usize>();
    let (mut name, mut entry) = (names_start, entries_start);
    push(&mut bytes, rows.len())?;
    for row in &rows {
        push(&mut bytes, name)?;
        push(&mut bytes, entry)?;
        name += row.0.len();
        entry += row.1.len();
    }
    push(&mut bytes, name)?;
    push(&mut bytes, entry)?;
    bytes.extend(rows.iter().flat_map(|row| &row.0));
    bytes.extend(rows.iter().flat_map(|row| &row.1));
    Ok(bytes)
}

fn push(bytes: &mut Vec<u8>, number: usize) -> Result<(), String> {
    let number =
        u32::try_from(number).map_err(|_| "the packed provider is larger than 4 GB".to_owned())?;
    bytes.extend(number.to_le_bytes());
    Ok(())
}

fn encode<T: serde::Serialize>(value: &T) -> Result<Vec<u8>, String> {
    postcard::to_allocvec(value).map_err(|error| format!("cannot encode an entry: {error}"))
}

/// Decodes an entry of an embedded file. Such a file is compared with what bindgen writes on every test run, so a
/// failure is a fault of the build and not of anything that a user gave.
fn decode<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> T {
    postcard::from_bytes(bytes)
        .expect("the embedded snapshot is what this version of the model wrote")
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;
    use crate::model::BlockType;

    fn schema(kind: Kind, name: &str) -> Schema {
        Schema {
            kind,
            name: name.to_owned(),
            version: 0,
            body: BlockType::default(),
            behaviour: None,
        }
    }

    fn archive(schemas: &[Schema]) -> Archive {
        let provider = Provider {
            source: "registry.terraform.io/hashicorp/azurerm".to_owned(),
            version: "5.2.0".to_owned(),
            configuration: schema(Kind::Provider, "azurerm"),
            functions: Vec::new(),
            undescribed: Vec::new(),
        };
        Archive::new(pack(&provider, schemas).unwrap().leak())
    }

    #[test]
    fn what_was_packed_is_found_by_kind_and_name() {
        let packed = [
            schema(Kind::Resource, "b"),
            schema(Kind::DataSource, "a"),
            schema(Kind::Resource, "a"),
        ];
        let archive = archive(&packed);
        assert_eq!(archive.find(Kind::Resource, "b"), Some(&packed[0]));
        assert_eq!(archive.find(Kind::DataSource, "a"), Some(&packed[1]));
        assert_eq!(archive.find(Kind::Resource, "a"), Some(&packed[2]));
        assert_eq!(archive.find(Kind::Ephemeral, "a"), None);
        assert_eq!(archive.find(Kind::Resource, ""), None);
        assert_eq!(
            archive.names(Kind::Resource).collect::<Vec<_>>(),
            ["a", "b"]
        );
        assert_eq!(archive.provider().name(), "azurerm");
    }

    #[test]
    fn an_archive_without_schemas_finds_nothing() {
        assert_eq!(archive(&[]).find(Kind::Resource, "a"), None);
    }
}
