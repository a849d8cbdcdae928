//! A value held against a body type.
//!
//! What is unknown is judged as far as is certain: a value that is known only at apply is refused if its type could
//! never do.

use terrace_ir::{ArgumentPath, Code, Diagnostic, Step};

use super::archive::Bodies;
use super::body_type::{BodyType, ObjectType, Property, TypeIndex, VariantsType};
use super::codes::{MISSING_PROPERTY, READ_ONLY_PROPERTY, UNKNOWN_PROPERTY, UNKNOWN_VARIANT};
use super::scalar::{TEXT, could_be, one_of};
use crate::eval::{Kind, SharedText, Val};
use crate::finding::{Finding, Place};
use crate::nearest::nearest;

/// How a body is judged.
#[derive(Clone, Copy)]
pub(super) struct Judgement {
    /// Whether azapi itself refuses what does not fit. Where it does not, only the service will: that is a warning.
    pub(super) azapi_checks: bool,
    /// Whether the body is the whole of what is sent, so that what is missing is missing.
    pub(super) is_whole: bool,
}

/// A walk through the value of a body.
pub(super) struct Walk<'a> {
    bodies: &'a Bodies,
    judgement: Judgement,
    path: ArgumentPath,
    /// Whether what the walk looks at is a secret, or stands in one.
    pub(super) sensitive: bool,
    /// Whether it stands in a property that the service never returns: free text in there is a secret.
    write_only: bool,
    pub(super) findings: Vec<Finding>,
}

/// The properties that an object may have.
struct Members<'a> {
    /// One after the other, the first that has a name decides.
    sets: Vec<&'a [Property]>,
    additional: Option<TypeIndex>,
    /// `` `computeType` "AmlCompute" ``, where the object has variants.
    variant: Option<String>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(bodies: &'a Bodies, judgement: Judgement) -> Self {
        let mut path = ArgumentPath::root();
        path.push(Step::Name("body".into()));
        Self {
            bodies,
            judgement,
            path,
            sensitive: false,
            write_only: false,
            findings: Vec::new(),
        }
    }

    /// Judges a whole body. Properties in `given` stand beside it as arguments, or azapi fills them in.
    pub(super) fn body(&mut self, body: &'a ObjectType, value: &Val, given: &[&str]) {
        let Some(entries) = value.as_entries() else {
            return;
        };
        let members = Members {
            sets: vec![&body.properties],
            additional: body.additional,
            variant: None,
        };
        self.sensitive = value.marks().sensitive;
        // In validation azapi puts the argument `name` in the place of one in the body.
        let entries: Vec<_> = entries.iter().filter(|(key, _)| &**key != "name").collect();
        self.members(&members, &entries);
        self.required(&members, |name| {
            given.contains(&name) || value.get(name).is_some()
        });
    }

    fn value(&mut self, ty: TypeIndex, value: &Val) {
        let ty = self.bodies.get(ty);
        let is_secret = matches!(ty, BodyType::Text(text) if text.sensitive || self.write_only);
        let inside = self.sensitive || is_secret || value.marks().sensitive;
        let outside = std::mem::replace(&mut self.sensitive, inside);
        self.judge(ty, value);
        self.sensitive = outside;
    }

    fn judge(&mut self, ty: &'a BodyType, value: &Val) {
        match value.kind() {
            Kind::Null(_) => return,
            Kind::Unknown(known) => {
                if !could_be(known, ty) {
                    self.wrong_type(ty, value);
                }
                return;
            }
            _ => {}
        }
        match ty {
            BodyType::Any => {}
            BodyType::Boolean => {
                if value.as_bool().is_none() {
                    self.wrong_type(ty, value);
                }
            }
            BodyType::Number { min, max } => match value.as_number() {
                Some(number) => self.number(*min, *max, number, value),
                None => self.wrong_type(ty, value),
            },
            BodyType::Text(text) => match value.as_text() {
                Some(found) => self.text(text, found, value),
                None => self.wrong_type(ty, value),
            },
            BodyType::Choice { literals, .. } => match value.as_text() {
                Some(found) => self.choice(literals, found, value),
                None => self.wrong_type(ty, value),
            },
            BodyType::List(item) => match value.as_items() {
                Some(items) => {
                    for (at, found) in items.iter().enumerate() {
                        self.step(Step::Index(at), |walk| walk.value(*item, found));
                    }
                }
                None => self.wrong_type(ty, value),
            },
            BodyType::Object(object) => match value.as_entries() {
                Some(entries) => {
                    let members = Members {
                        sets: vec![&object.properties],
                        additional: object.additional,
                        variant: None,
                    };
                    self.members(&members, &entries.iter().collect::<Vec<_>>());
                    self.required(&members, |name| value.get(name).is_some());
                }
                None => self.wrong_type(ty, value),
            },
            BodyType::Variants(variants) => match value.as_entries() {
                Some(_) => self.variants(variants, value),
                None => self.wrong_type(ty, value),
            },
        }
    }

    fn variants(&mut self, variants: &'a VariantsType, value: &Val) {
        let found = value.get(&variants.discriminator);
        let chosen = found.and_then(Val::as_text);
        let variant = chosen
            .and_then(|chosen| variants.variant(chosen))
            .and_then(|variant| self.object(variant));
        let Some(variant) = variant else {
            return self.no_variant(variants, value);
        };
        let members = Members {
            sets: vec![&variants.base, &variant.properties],
            additional: variant.additional,
            variant: found
                .map(|found| format!("`{}` {}", variants.discriminator, self.shown(found))),
        };
        let entries = value.as_entries().unwrap_or_default();
        self.members(&members, &entries.iter().collect::<Vec<_>>());
        self.required(&members, |name| value.get(name).is_some());
    }

    /// Judges an object of which it is not known, or wrong, which variant it is: every variant has the base, and what no
    /// variant has is wrong in any case.
    fn no_variant(&mut self, variants: &'a VariantsType, value: &Val) {
        let entries = value.as_entries().unwrap_or_default();
        let name = &variants.discriminator;
        let found = value.get(name);
        let base = Members {
            sets: vec![&variants.base],
            additional: None,
            variant: None,
        };
        let in_base = |key: &str| variants.property(key).is_some();
        let some_variant_has = |walk: &Self, key: &str| {
            let mut objects = variants
                .variants
                .iter()
                .filter_map(|(_, ty)| walk.object(*ty));
            objects.any(|object| object.additional.is_some() || object.property(key).is_some())
        };
        let is_open = found.is_some_and(|found| !found.is_known() && could_be(&found.ty(), &TEXT))
            || (found.is_none() && !self.judgement.is_whole);
        let judged = entries
            .iter()
            .filter(|(key, _)| in_base(key) || (is_open && !some_variant_has(self, key)));
        self.members(&base, &judged.collect::<Vec<_>>());
        self.required(&base, |name| value.get(name).is_some());
        let Some(found) = found else {
            if self.judgement.is_whole {
                self.step(Step::Name(name.clone().into()), |walk| {
                    walk.missing(variants)
                });
            }
            return;
        };
        self.step(Step::Name(name.clone().into()), |walk| {
            match found.as_text() {
                Some(chosen) => walk.unknown_variant(variants, chosen, found),
                None if found.is_null() => walk.null(),
                None if is_open => {}
                None => walk.wrong_type(&TEXT, found),
            }
        });
    }

    fn object(&self, ty: TypeIndex) -> Option<&'a ObjectType> {
        match self.bodies.get(ty) {
            BodyType::Object(object) => Some(object),
            _ => None,
        }
    }

    fn members(&mut self, members: &Members<'a>, entries: &[&(SharedText, Val)]) {
        for (key, value) in entries {
            self.step(Step::Name(key.to_string().into()), |walk| {
                match (members.property(key), members.additional) {
                    (Some(property), _) if property.read_only => walk.read_only(),
                    (Some(property), _) => {
                        if property.required && value.is_null() {
                            walk.null();
                        }
                        let outside = walk.write_only;
                        walk.write_only |= property.write_only;
                        walk.value(property.ty, value);
                        walk.write_only = outside;
                    }
                    (None, Some(additional)) => walk.value(additional, value),
                    (None, None) => walk.unknown_property(members, key),
                }
            });
        }
    }

    fn required(&mut self, members: &Members<'a>, is_given: impl Fn(&str) -> bool) {
        if !self.judgement.is_whole {
            return;
        }
        for property in members.sets.iter().flat_map(|set| set.iter()) {
            if property.required && !property.read_only && !is_given(&property.name) {
                self.step(Step::Name(property.name.clone().into()), |walk| {
                    let summary = format!("{} is required", walk.here());
                    let finding = walk.refused(&MISSING_PROPERTY, summary);
                    walk.find(finding, Place::Value);
                });
            }
        }
    }

    fn missing(&mut self, variants: &VariantsType) {
        let summary = format!("{} is required", self.here());
        let finding = self.refused(&MISSING_PROPERTY, summary);
        self.find(finding.detail(one_of(variants.values())), Place::Value);
    }

    fn null(&mut self) {
        let summary = format!("{} is `null`, and the service requires it", self.here());
        self.find(
            Diagnostic::warning(&MISSING_PROPERTY, summary),
            Place::Value,
        );
    }

    fn read_only(&mut self) {
        let summary = format!("{} is read-only: only the service sets it", self.here());
        let finding = self.refused(&READ_ONLY_PROPERTY, summary);
        self.find(finding.hint("take it out"), Place::Key);
    }

    fn unknown_property(&mut self, members: &Members<'a>, key: &str) {
        let mut owner = self.path.clone();
        owner.pop();
        let variant = members.variant.as_ref();
        let of_variant = variant.map_or(String::new(), |variant| format!(" of {variant}"));
        let summary = format!("{}{of_variant} has no property `{key}`", in_body(&owner));
        let mut finding = self.refused(&UNKNOWN_PROPERTY, summary);
        finding.hint = self.hint(members, &owner, key);
        self.find(finding, Place::Key);
    }

    /// Where the property belongs, or what was probably meant.
    fn hint(&self, members: &Members<'_>, owner: &ArgumentPath, key: &str) -> Option<String> {
        if owner.steps().len() == 1 && ARGUMENTS.contains(&key) {
            return Some(format!(
                "set `{key}` as an argument of the resource, beside the body"
            ));
        }
        let settable = || members.properties().filter(|property| !property.read_only);
        let holder = settable().find(|property| match self.bodies.get(property.ty) {
            BodyType::Object(object) => object.property(key).is_some(),
            BodyType::Variants(variants) => variants.property(key).is_some(),
            _ => false,
        });
        if let Some(holder) = holder {
            let mut path = owner.clone();
            path.push(Step::Name(holder.name.clone().into()));
            return Some(format!("put it into {}", in_body(&path)));
        }
        nearest(key, settable().map(|property| property.name.as_str()))
            .map(|nearest| format!("did you mean `{nearest}`?"))
    }

    fn unknown_variant(&mut self, variants: &VariantsType, chosen: &str, value: &Val) {
        let summary = format!(
            "{} is {}, which is not allowed",
            self.here(),
            self.shown(value)
        );
        let mut finding = self
            .refused(&UNKNOWN_VARIANT, summary)
            .detail(one_of(variants.values()));
        finding.hint =
            nearest(chosen, variants.values()).map(|it| format!("did you mean \"{it}\"?"));
        self.find_value(finding, value);
    }

    /// What a message calls the value that the walk looks at: its path in the body.
    pub(super) fn here(&self) -> String {
        in_body(&self.path)
    }

    /// An error where azapi refuses it, a warning where only the service does.
    pub(super) fn refused(&self, code: &'static Code, summary: String) -> Diagnostic {
        if self.judgement.azapi_checks {
            Diagnostic::error(code, summary)
        } else {
            Diagnostic::warning(code, summary)
        }
    }

    pub(super) fn find(&mut self, diagnostic: Diagnostic, place: Place) {
        self.findings.push(Finding {
            diagnostic,
            path: self.path.clone(),
            place,
        });
    }

    fn step(&mut self, step: Step, inside: impl FnOnce(&mut Self)) {
        self.path.push(step);
        inside(self);
        self.path.pop();
    }
}

impl<'a> Members<'a> {
    fn property(&self, name: &str) -> Option<&'a Property> {
        self.properties().find(|property| property.name == name)
    }

    fn properties(&self) -> impl Iterator<Item = &'a Property> {
        self.sets.iter().flat_map(|set| set.iter())
    }
}

impl VariantsType {
    fn values(&self) -> impl Iterator<Item = &str> + Clone {
        self.variants.iter().map(|(value, _)| value.as_str())
    }
}

/// Arguments of azapi's resources that people look for in a body.
const ARGUMENTS: [&str; 5] = ["parent_id", "location", "tags", "identity", "resource_id"];

/// A path that starts with `body`, without that.
fn in_body(path: &ArgumentPath) -> String {
    let mut inner = ArgumentPath::root();
    let steps = path.steps().iter().skip(1);
    steps.for_each(|step| inner.push(step.clone()));
    if inner.is_root() {
        "the body".to_owned()
    } else {
        format!("`{inner}`")
    }
}
