//! Attributes that are made of objects, with what is known about the members.

use terrace_ir::{ArgumentPath, Diagnostic, Step, Type};

use super::codes::{DROPPED_MEMBER, WRONG_TYPE};
use super::content::Argument;
use super::walk::Walk;
use super::written::Written;
use crate::eval::problem::described;
use crate::eval::{Val, convert};
use crate::model::{Attribute, Members, MembersForm, Presence};
use crate::nearest::nearest;

impl<'a> Walk<'_, 'a> {
    /// Judges a value that is not null.
    pub(super) fn objects(&mut self, argument: &Argument<'a>, members: &'static Members) {
        let Argument {
            attribute,
            written,
            value,
            ..
        } = argument;
        let all_must_stand = members.form == MembersForm::BlockAsAttribute && !argument.as_blocks;
        let object = |walk: &mut Self, value: &Val, written| {
            walk.object(members, all_must_stand, value, written);
        };
        if !value.is_known() {
            if let Err(problem) = convert(value, &attribute.ty) {
                self.mismatch(attribute, &problem, *written);
            }
            return;
        }
        match (&attribute.ty, value.as_items(), value.as_entries()) {
            (Type::List(_) | Type::Set(_), Some(items), _) => {
                for (index, item) in items.iter().enumerate() {
                    let index = (!argument.as_blocks).then_some(index);
                    let written = index.map_or(*written, |index| written.item(index));
                    self.inside(index, |walk| object(walk, item, written));
                }
                self.count_elements(attribute, value, written.origin());
            }
            (Type::Map(_), _, Some(entries)) => {
                for (key, value) in entries {
                    // The entries of a map have names of their own, which no path of the schema has.
                    object(self, value, written.member(key));
                }
            }
            (Type::Object(_), _, Some(_)) => object(self, value, *written),
            (ty, ..) => {
                let wanted = match ty {
                    Type::List(_) | Type::Set(_) => "a list of objects",
                    _ => "an object",
                };
                let summary = format!(
                    "`{}` must be {wanted}, not {}",
                    attribute.name,
                    match attribute.is_secret() {
                        true => "a sensitive value".to_owned(),
                        false => described(value),
                    }
                );
                self.find_value(Diagnostic::error(&WRONG_TYPE, summary), written.origin());
            }
        }
    }

    fn object(
        &mut self,
        members: &'static Members,
        all_must_stand: bool,
        value: &Val,
        written: Written<'a>,
    ) {
        if value.is_null() || !value.is_known() {
            return;
        }
        let Some(entries) = value.as_entries() else {
            let summary = format!("an object is required, not {}", described(value));
            return self.find_value(Diagnostic::error(&WRONG_TYPE, summary), written.origin());
        };
        for member in &members.attributes {
            self.at(&member.name, |walk| {
                walk.member(member, all_must_stand, value.get(&member.name), written);
            });
        }
        let has = |name: &str| members.attributes.iter().any(|member| member.name == *name);
        for (name, _) in entries.iter().filter(|(name, _)| !has(name)) {
            let names = members.attributes.iter().map(|member| member.name.as_str());
            let summary = format!("there is no member `{name}`, so Terraform drops it");
            let mut finding = Diagnostic::warning(&DROPPED_MEMBER, summary);
            if let Some(nearest) = nearest(name, names) {
                finding = finding.hint(format!("did you mean `{nearest}`?"));
            }
            let mut path = ArgumentPath::root();
            path.push(Step::Name(name.to_string().into()));
            self.report.push_inside(finding, &path, written.key(name));
        }
    }

    fn member(
        &mut self,
        member: &'static Attribute,
        all_must_stand: bool,
        value: Option<&Val>,
        object: Written<'a>,
    ) {
        match value {
            None if all_must_stand => {
                let summary = format!("`{}` must stand in every object", member.name);
                let finding = Diagnostic::error(&WRONG_TYPE, summary)
                    .hint("set it to `null` where it is not used");
                self.find_value(finding, object.origin());
            }
            Some(value) if !value.is_null() => {
                let argument = Argument {
                    attribute: member,
                    written: object.member(&member.name),
                    value: value.clone(),
                    as_blocks: false,
                };
                // What only the provider sets stands there all the same, since every member must.
                match &member.members {
                    Some(members) => self.objects(&argument, members),
                    None => self.plain(member, value, argument.written),
                }
            }
            _ if member.presence == Presence::Required => {
                self.missing("argument", &member.name, object.origin());
            }
            _ => {}
        }
    }
}
