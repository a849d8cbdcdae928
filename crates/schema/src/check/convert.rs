//! Types: whether Terraform can convert a value to the type of an argument.

use terrace_ir::{Any, Data, Diagnostic, Key, Step, Type};

use super::Walk;
use super::codes::{DROPPED_MEMBER, WRONG_TYPE};
use crate::model::{Attribute, Members, MembersForm, Presence};
use crate::nearest::nearest;

impl<'a> Walk<'a> {
    /// Checks that a value converts to a type, and says whether it does. An expression might.
    pub(super) fn converts(&mut self, value: &'a Any, ty: &Type) -> bool {
        match (&value.data, ty) {
            (Data::Null | Data::Expr(_), _) | (_, Type::Dynamic) => true,
            (Data::List(list), Type::List(of) | Type::Set(of)) => {
                let mut all = true;
                for (index, item) in list.iter().enumerate() {
                    all &= self.step(Step::Index(index), |walk| walk.converts(item, of));
                }
                all
            }
            (Data::List(list), Type::Tuple(types)) if list.len() == types.len() => {
                let mut all = true;
                for (index, (item, of)) in list.iter().zip(types).enumerate() {
                    all &= self.step(Step::Index(index), |walk| walk.converts(item, of));
                }
                all
            }
            (Data::Object(object), Type::Map(of)) => {
                let mut all = true;
                for entry in object {
                    let Key::Text(name) = &entry.key else {
                        continue;
                    };
                    all &= self.step(Step::Name(name.clone()), |walk| {
                        walk.converts(&entry.value, of)
                    });
                }
                all
            }
            (Data::Object(object), Type::Object(fields)) => {
                let mut all = true;
                for field in fields {
                    all &= self.step(Step::Name(field.name.clone().into()), |walk| {
                        match object.get(&field.name) {
                            Some(member) => walk.converts(member, &field.ty),
                            None if field.optional => true,
                            None => {
                                walk.mismatch(
                                    value,
                                    format!("{} must stand in every object", field.name),
                                );
                                false
                            }
                        }
                    });
                }
                all
            }
            _ => {
                let converts = converts_scalar(value, ty);
                if !converts {
                    self.mismatch(
                        value,
                        format!("must be {}, not {}", words(ty), kind_of(value)),
                    );
                }
                converts
            }
        }
    }

    /// Checks the objects of an attribute that is made of objects, with what is known about their members.
    pub(super) fn objects(
        &mut self,
        attribute: &'a Attribute,
        members: &'a Members,
        value: &'a Any,
    ) {
        match (&value.data, attribute.ty.element()) {
            (Data::Null | Data::Expr(_), _) => {}
            (Data::List(list), Some(_)) if !matches!(attribute.ty, Type::Map(_)) => {
                for (index, item) in list.iter().enumerate() {
                    self.step(Step::Index(index), |walk| walk.object(members, item));
                }
                self.count_elements(attribute, value, list);
            }
            (Data::Object(object), Some(_)) if matches!(attribute.ty, Type::Map(_)) => {
                for entry in object {
                    let Key::Text(name) = &entry.key else {
                        continue;
                    };
                    self.step(Step::Name(name.clone()), |walk| {
                        walk.object(members, &entry.value)
                    });
                }
            }
            (Data::Object(_), None) => self.object(members, value),
            _ => {
                let wanted = if attribute.ty.element().is_some() {
                    "a list of objects"
                } else {
                    "an object"
                };
                self.mismatch(value, format!("must be {wanted}, not {}", kind_of(value)));
            }
        }
    }

    fn object(&mut self, members: &'a Members, value: &'a Any) {
        let object = match &value.data {
            Data::Object(object) => object,
            Data::Null | Data::Expr(_) => return,
            _ => return self.mismatch(value, format!("must be an object, not {}", kind_of(value))),
        };
        let all_must_stand = members.form == MembersForm::BlockAsAttribute;
        for member in &members.attributes {
            let given = object.get(&member.name);
            self.step(Step::Name(member.name.clone().into()), |walk| {
                match given.map(|value| (value, &value.data)) {
                    None if all_must_stand => walk.mismatch(
                        value,
                        format!(
                            "{} must stand in every object, with null where it is not used",
                            member.name
                        ),
                    ),
                    None | Some((_, Data::Null)) => {
                        if member.presence == Presence::Required {
                            walk.missing(&member.name, "argument", value.origin);
                        }
                    }
                    // What only the provider sets stands there all the same, since every member must.
                    Some((given, _)) => walk.value(member, given),
                }
            });
        }
        for entry in object {
            let Key::Text(name) = &entry.key else {
                continue;
            };
            if !members
                .attributes
                .iter()
                .any(|member| member.name == **name)
            {
                self.step(Step::Name(name.clone()), |walk| {
                    let summary =
                        format!("{} has no member {name}: Terraform drops it", walk.owner());
                    let mut finding = Diagnostic::warning(&DROPPED_MEMBER, summary);
                    if let Some(nearest) = nearest(
                        name,
                        members.attributes.iter().map(|member| member.name.as_str()),
                    ) {
                        finding = finding.hint(format!("did you mean {nearest}?"));
                    }
                    walk.find(finding, entry.key_origin.or(entry.value.origin));
                });
            }
        }
    }

    pub(super) fn mismatch(&mut self, value: &Any, what: String) {
        let name = self.path.to_string();
        let summary = if what.starts_with("must") {
            format!("{name} {what}")
        } else {
            what
        };
        self.find(Diagnostic::error(&WRONG_TYPE, summary), value.origin);
    }
}

/// Terraform's conversions between plain values: any of them to text, text to a number or a boolean that it spells.
fn converts_scalar(value: &Any, ty: &Type) -> bool {
    match (&value.data, ty) {
        (Data::Text(_) | Data::Bool(_) | Data::Int(_) | Data::Number(_), Type::String) => true,
        (Data::Int(_) | Data::Number(_), Type::Number) | (Data::Bool(_), Type::Bool) => true,
        (Data::Text(text), Type::Number) => number(text).is_some(),
        (Data::Text(text), Type::Bool) => ["true", "false", "1", "0"].contains(&&**text),
        _ => false,
    }
}

/// The number that a text spells, if Terraform takes it for one.
pub(super) fn number(text: &str) -> Option<f64> {
    let is_decimal = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse().ok().filter(|_| is_decimal)
}

/// A type in words, with its article.
fn words(ty: &Type) -> String {
    match ty {
        Type::String => "text".to_owned(),
        Type::Number => "a number".to_owned(),
        Type::Bool => "true or false".to_owned(),
        Type::List(_) | Type::Set(_) => "a list".to_owned(),
        Type::Map(_) | Type::Object(_) => "an object".to_owned(),
        ty => ty.to_string(),
    }
}

/// What a value is, in words, with its article.
pub(super) fn kind_of(value: &Any) -> &'static str {
    match &value.data {
        Data::Null => "null",
        Data::Bool(_) => "a boolean",
        Data::Int(_) | Data::Number(_) => "a number",
        Data::Text(_) => "text",
        Data::List(_) => "a list",
        Data::Object(_) => "an object",
        Data::Expr(_) => "an expression",
    }
}
