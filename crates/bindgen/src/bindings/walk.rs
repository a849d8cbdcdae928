//! A walk over all arguments of schemas.

use terrace_schema::model::{Attribute, BlockType, ValueFacts};
use terrace_schema::{Kind, Schema};

/// An argument and where it stands.
pub(crate) struct Place<'a> {
    /// Whether a resource, data source or ephemeral resource takes it.
    pub(crate) kind: Kind,
    /// The type's name.
    pub(crate) type_name: &'a str,
    /// Names from the type down, `["network_rules", "bypass"]`.
    pub(crate) path: &'a [String],
    /// The argument.
    pub(crate) attribute: &'a Attribute,
    /// What is demanded of its value, or of its elements where it is a list, set or map.
    pub(crate) facts: &'a ValueFacts,
}

/// Calls `see` with every argument that can be set, those of nested blocks too.
pub(crate) fn arguments(schemas: &[&Schema], see: &mut impl FnMut(Place<'_>)) {
    for schema in schemas {
        block(schema, &schema.body, &mut Vec::new(), see);
    }
}

fn block(
    schema: &Schema,
    body: &BlockType,
    path: &mut Vec<String>,
    see: &mut impl FnMut(Place<'_>),
) {
    attributes(schema, &body.attributes, path, see);
    for nested in &body.blocks {
        path.push(nested.name.clone());
        block(schema, &nested.body, path, see);
        path.pop();
    }
}

fn attributes(
    schema: &Schema,
    attributes: &[Attribute],
    path: &mut Vec<String>,
    see: &mut impl FnMut(Place<'_>),
) {
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.is_settable())
    {
        path.push(attribute.name.clone());
        let (kind, type_name) = (schema.kind, schema.name.as_str());
        see(Place {
            kind,
            type_name,
            path,
            attribute,
            facts: facts(attribute),
        });
        if let Some(members) = &attribute.members {
            self::attributes(schema, &members.attributes, path, see);
        }
        path.pop();
    }
}

/// What is demanded of the value, or of each element where there are several.
pub(crate) fn facts(attribute: &Attribute) -> &ValueFacts {
    attribute.element.as_deref().unwrap_or(&attribute.value)
}
