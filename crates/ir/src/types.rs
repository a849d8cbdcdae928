//! Terraform's types, and the two ways in which they are written: as a type expression in a
//! `variable` block, and as JSON in a provider's schema.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// A type of Terraform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Type {
    /// Decided only by the value: `any`, or `dynamic` in a schema.
    Dynamic,
    /// Text.
    String,
    /// A number.
    Number,
    /// True or false.
    Bool,
    /// An ordered collection of one element type.
    List(Box<Type>),
    /// An unordered collection of distinct elements of one type.
    Set(Box<Type>),
    /// Text keys to elements of one type.
    Map(Box<Type>),
    /// Named attributes, in order of name.
    Object(Vec<Field>),
    /// A fixed number of elements, each with its type.
    Tuple(Vec<Type>),
}

/// An attribute of an object type.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Field {
    /// The attribute's name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// Whether it may be left out.
    pub optional: bool,
}

impl Type {
    /// A list of `element`.
    #[must_use]
    pub fn list(element: Type) -> Self {
        Self::List(Box::new(element))
    }

    /// A set of `element`.
    #[must_use]
    pub fn set(element: Type) -> Self {
        Self::Set(Box::new(element))
    }

    /// A map of `element`.
    #[must_use]
    pub fn map(element: Type) -> Self {
        Self::Map(Box::new(element))
    }

    /// An object of required attributes.
    #[must_use]
    pub fn object(fields: impl IntoIterator<Item = (String, Type)>) -> Self {
        let mut fields: Vec<Field> = fields
            .into_iter()
            .map(|(name, ty)| Field {
                name,
                ty,
                optional: false,
            })
            .collect();
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        Self::Object(fields)
    }

    /// Whether this is `string`, `number` or `bool`.
    #[must_use]
    pub fn is_primitive(&self) -> bool {
        matches!(self, Self::String | Self::Number | Self::Bool)
    }

    /// The type of the elements of a list, set or map.
    #[must_use]
    pub fn element(&self) -> Option<&Type> {
        match self {
            Self::List(element) | Self::Set(element) | Self::Map(element) => Some(element),
            _ => None,
        }
    }

    /// The attribute of an object type.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        match self {
            Self::Object(fields) => fields.iter().find(|field| field.name == name),
            _ => None,
        }
    }

    /// Reads the JSON notation of a provider's schema: `"string"`, `["list","string"]`,
    /// `["object",{"a":"bool"}]`, `["object",{…},["optional names"]]`.
    ///
    /// Returns `None` for anything else.
    #[must_use]
    pub fn from_json(json: &Json) -> Option<Self> {
        if let Some(name) = json.as_str() {
            return match name {
                "string" => Some(Self::String),
                "number" => Some(Self::Number),
                "bool" => Some(Self::Bool),
                "dynamic" => Some(Self::Dynamic),
                _ => None,
            };
        }
        let parts = json.as_array()?;
        let of = parts.get(1)?;
        match parts.first()?.as_str()? {
            "list" => Self::from_json(of).map(Self::list),
            "set" => Self::from_json(of).map(Self::set),
            "map" => Self::from_json(of).map(Self::map),
            "tuple" => of
                .as_array()?
                .iter()
                .map(Self::from_json)
                .collect::<Option<_>>()
                .map(Self::Tuple),
            "object" => {
                let optional: Vec<&str> = parts
                    .get(2)
                    .and_then(Json::as_array)
                    .into_iter()
                    .flatten()
                    .filter_map(Json::as_str)
                    .collect();
                let mut fields = of
                    .as_object()?
                    .iter()
                    .map(|(name, ty)| {
                        Some(Field {
                            name: name.clone(),
                            ty: Self::from_json(ty)?,
                            optional: optional.contains(&name.as_str()),
                        })
                    })
                    .collect::<Option<Vec<_>>>()?;
                fields.sort_by(|a, b| a.name.cmp(&b.name));
                Some(Self::Object(fields))
            }
            _ => None,
        }
    }

    /// The JSON notation of a provider's schema.
    #[must_use]
    pub fn to_json(&self) -> Json {
        match self {
            Self::Dynamic => Json::from("dynamic"),
            Self::String => Json::from("string"),
            Self::Number => Json::from("number"),
            Self::Bool => Json::from("bool"),
            Self::List(of) => Json::from(vec![Json::from("list"), of.to_json()]),
            Self::Set(of) => Json::from(vec![Json::from("set"), of.to_json()]),
            Self::Map(of) => Json::from(vec![Json::from("map"), of.to_json()]),
            Self::Tuple(of) => Json::from(vec![
                Json::from("tuple"),
                Json::from(of.iter().map(Self::to_json).collect::<Vec<_>>()),
            ]),
            Self::Object(fields) => {
                let of = fields
                    .iter()
                    .map(|field| (field.name.clone(), field.ty.to_json()))
                    .collect::<serde_json::Map<_, _>>();
                let optional: Vec<Json> = fields
                    .iter()
                    .filter(|field| field.optional)
                    .map(|field| Json::from(field.name.as_str()))
                    .collect();
                let mut parts = vec![Json::from("object"), Json::from(of)];
                if !optional.is_empty() {
                    parts.push(Json::from(optional));
                }
                Json::from(parts)
            }
        }
    }
}

impl fmt::Display for Type {
    /// The type expression, as it stands in a `variable` block.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dynamic => f.write_str("any"),
            Self::String => f.write_str("string"),
            Self::Number => f.write_str("number"),
            Self::Bool => f.write_str("bool"),
            Self::List(of) => write!(f, "list({of})"),
            Self::Set(of) => write!(f, "set({of})"),
            Self::Map(of) => write!(f, "map({of})"),
            Self::Tuple(of) => {
                f.write_str("tuple([")?;
                for (n, ty) in of.iter().enumerate() {
                    write!(f, "{}{ty}", if n > 0 { ", " } else { "" })?;
                }
                f.write_str("])")
            }
            Self::Object(fields) => {
                f.write_str("object({")?;
                for (n, field) in fields.iter().enumerate() {
                    f.write_str(if n > 0 { ", " } else { "" })?;
                    if field.optional {
                        write!(f, "{} = optional({})", field.name, field.ty)?;
                    } else {
                        write!(f, "{} = {}", field.name, field.ty)?;
                    }
                }
                f.write_str("})")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use serde_json::json;

    #[test]
    fn a_schema_type_survives_the_way_there_and_back() {
        let json = json!(["list", ["object", {"a": "bool", "b": ["set", "string"]}, ["a"]]]);
        let ty = Type::from_json(&json).unwrap();
        assert_eq!(ty.to_json(), json);
        assert_eq!(
            ty.to_string(),
            "list(object({a = optional(bool), b = set(string)}))"
        );
    }

    #[test]
    fn a_word_that_is_no_type_is_none() {
        assert_eq!(Type::from_json(&json!("int")), None);
    }
}
