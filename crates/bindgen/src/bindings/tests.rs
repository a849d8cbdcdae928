//! What the generator writes for small schemas, one for each thing that it can say.

use terrace_schema::model::{Attribute, BlockType};
use terrace_schema::{Kind, Schema};

/// A resource type.
pub(crate) fn resource(name: &str, body: BlockType) -> Schema {
    Schema {
        kind: Kind::Resource,
        name: name.to_owned(),
        version: 0,
        body,
        behaviour: None,
    }
}

/// A body of attributes.
pub(crate) fn with_attributes<const N: usize>(attributes: [Attribute; N]) -> BlockType {
    let mut attributes = Vec::from(attributes);
    attributes.sort_by(|a, b| a.name.cmp(&b.name));
    BlockType {
        attributes,
        ..BlockType::default()
    }
}
