//! A body in words.

use std::fmt::Write;

use super::Description;
use crate::azapi::archive::{Bodies, bodies};
use crate::azapi::body_type::{BodyType, ObjectType, Property, TypeIndex, VariantsType};
use crate::azapi::check::BECOME_PROPERTIES;

impl Description {
    /// The body in words: required properties first, what is nested indented, each object once.
    pub fn to_text(&self) -> String {
        let mut text = self.resource_type.clone();
        for step in &self.path {
            text += &format!(".{step}");
        }
        text += &format!(
            "\nthe request body at API version {}\n\n",
            self.api_versions.join(", ")
        );
        let mut writer = Writer {
            bodies: bodies(),
            text,
            around: Vec::new(),
            whole: self.path.is_empty(),
        };
        let ty = writer.bodies.inside(self.ty);
        if !writer.members(ty, 0) {
            let summary = writer.summary(self.ty);
            writer.text += &format!("{summary}\n");
        }
        writer.text
    }
}

struct Writer<'a> {
    bodies: &'a Bodies,
    text: String,
    /// The types in which the writer stands, to stop where one contains itself.
    around: Vec<TypeIndex>,
    /// Whether the outermost type is a whole body.
    whole: bool,
}

impl Writer<'_> {
    /// Writes what an object holds, and says whether there was anything.
    fn members(&mut self, ty: TypeIndex, depth: usize) -> bool {
        if self.around.contains(&ty) {
            let indent = "  ".repeat(depth);
            self.text += &format!("{indent}(as above)\n");
            return true;
        }
        self.around.push(ty);
        let wrote = match self.bodies.get(ty) {
            BodyType::Object(object) => {
                self.object(object, None, depth);
                !object.properties.is_empty()
            }
            BodyType::Variants(variants) => {
                self.variants(variants, depth);
                true
            }
            _ => false,
        };
        self.around.pop();
        wrote
    }

    fn variants(&mut self, variants: &VariantsType, depth: usize) {
        let indent = "  ".repeat(depth);
        let name = &variants.discriminator;
        let values: Vec<_> = variants
            .variants
            .iter()
            .map(|(value, _)| quoted(value))
            .collect();
        let _ = writeln!(
            self.text,
            "{indent}{name}  required: {}",
            values.join(" | ")
        );
        self.properties(&variants.base, None, depth);
        for (value, ty) in &variants.variants {
            let BodyType::Object(object) = self.bodies.get(*ty) else {
                continue;
            };
            let _ = writeln!(self.text, "{indent}with {name} = {}:", quoted(value));
            self.object(object, Some(name), depth + 1);
        }
    }

    fn object(&mut self, object: &ObjectType, without: Option<&String>, depth: usize) {
        self.properties(&object.properties, without, depth);
        if let Some(additional) = object.additional {
            let (indent, summary) = ("  ".repeat(depth), self.summary(additional));
            let _ = writeln!(self.text, "{indent}(any other key: {summary})");
            self.members(self.bodies.inside(additional), depth + 1);
        }
    }

    fn properties(&mut self, properties: &[Property], without: Option<&String>, depth: usize) {
        let indent = "  ".repeat(depth);
        let shown = |property: &&Property| Some(&property.name) != without;
        let (read_only, mut settable): (Vec<_>, Vec<_>) = properties
            .iter()
            .filter(shown)
            .partition(|property| property.read_only);
        settable.sort_by_key(|property| !property.required);
        for property in settable {
            let required = if property.required { "required: " } else { "" };
            let summary = self.summary(property.ty);
            let is_outermost = self.whole && depth == 0;
            let note = match property.name.as_str() {
                name if is_outermost && (name == "name" || BECOME_PROPERTIES.contains(&name)) => {
                    "  (an argument of azapi_resource)"
                }
                _ if property.write_only => "  (never returned)",
                _ => "",
            };
            let _ = writeln!(
                self.text,
                "{indent}{}  {required}{summary}{note}",
                property.name
            );
            if note.is_empty() || property.write_only {
                self.members(self.bodies.inside(property.ty), depth + 1);
            }
        }
        if !read_only.is_empty() {
            let names: Vec<_> = read_only
                .iter()
                .map(|property| property.name.as_str())
                .collect();
            let _ = writeln!(self.text, "{indent}(read-only: {})", names.join(", "));
        }
    }

    /// What a type is, on one line.
    fn summary(&self, ty: TypeIndex) -> String {
        match self.bodies.get(ty) {
            BodyType::Any => "anything".to_owned(),
            BodyType::Boolean => "true | false".to_owned(),
            BodyType::Number { min, max } => {
                let limit = |word: &str, limit: &Option<i64>| {
                    limit.map_or(String::new(), |limit| format!(", {word} {limit}"))
                };
                format!("number{}{}", limit("at least", min), limit("at most", max))
            }
            BodyType::Text(text) => {
                let mut parts = vec![
                    if text.sensitive {
                        "secret text"
                    } else {
                        "text"
                    }
                    .to_owned(),
                ];
                parts.extend(
                    text.min_length
                        .map(|min| format!("at least {min} characters")),
                );
                parts.extend(
                    text.max_length
                        .map(|max| format!("at most {max} characters")),
                );
                parts.extend(
                    text.pattern
                        .as_ref()
                        .map(|pattern| format!("matching {pattern}")),
                );
                parts.join(", ")
            }
            BodyType::Choice { literals, .. } => {
                let literals: Vec<_> = literals.iter().map(|literal| quoted(literal)).collect();
                literals.join(" | ")
            }
            BodyType::List(item) => format!("list of {}", self.summary(*item)),
            BodyType::Object(ObjectType {
                properties,
                additional: Some(value),
                ..
            }) if properties.is_empty() => format!("map of {}", self.summary(*value)),
            BodyType::Object(object) => object.name.clone(),
            BodyType::Variants(variants) => {
                format!("{}, by {}", variants.name, variants.discriminator)
            }
        }
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
