//! Names: what stands in a body and does not belong there, what is missing, and how many blocks there are.

use terrace_ir::{Any, Data, Diagnostic, Key, Object, Origin, Step};

use super::Walk;
use super::codes::{
    DEPRECATED, MISSING_ARGUMENT, READ_ONLY, UNKNOWN_ARGUMENT, WRONG_COUNT, WRONG_TYPE,
};
use super::convert::kind_of;
use crate::model::{Attribute, BlockType, Items, NestedBlock, Presence};
use crate::nearest::nearest;

impl<'a> Walk<'a> {
    /// Checks a body against what may stand in it.
    pub(super) fn body(&mut self, ty: &'a BlockType, body: &'a Object, origin: Origin) {
        for entry in body {
            let Key::Text(name) = &entry.key else {
                continue;
            };
            if name == "//" || name == "dynamic" || self.is_meta_argument(name) {
                continue;
            }
            self.step(Step::Name(name.clone()), |walk| {
                if let Some(attribute) = ty.attribute(name) {
                    walk.attribute(attribute, &entry.value);
                } else if ty.block(name).is_none() {
                    walk.unknown(
                        ty.settable_names(),
                        name,
                        entry.key_origin.or(entry.value.origin),
                    );
                }
            });
        }
        for block in &ty.blocks {
            self.blocks(block, body, origin);
        }
        for attribute in &ty.attributes {
            let is_given = body
                .get(&attribute.name)
                .is_some_and(|value| value.data != Data::Null);
            if attribute.presence == Presence::Required && !is_given {
                self.step(Step::Name(attribute.name.clone().into()), |walk| {
                    walk.missing(&attribute.name, "argument", origin);
                });
            }
        }
        self.dynamic_names(ty, body);
        self.relations(ty, body, origin);
    }

    fn attribute(&mut self, attribute: &'a Attribute, value: &'a Any) {
        if value.data == Data::Null {
            return;
        }
        if !attribute.is_settable() {
            let summary = format!("{} is set by the provider alone", attribute.name);
            self.find(
                Diagnostic::error(&READ_ONLY, summary).hint("take it out"),
                value.origin,
            );
            return;
        }
        if attribute.deprecated {
            let summary = format!("{} is deprecated", attribute.name);
            self.find(Diagnostic::warning(&DEPRECATED, summary), value.origin);
        }
        self.value(attribute, value);
    }

    pub(super) fn missing(&mut self, name: &str, what: &str, origin: Origin) {
        let summary = format!("the {what} {name} is required");
        self.find(Diagnostic::error(&MISSING_ARGUMENT, summary), origin);
    }

    fn unknown(&mut self, known: impl Iterator<Item = &'a str>, name: &str, origin: Origin) {
        let mut finding = Diagnostic::error(
            &UNKNOWN_ARGUMENT,
            format!("{} has no argument or block {name}", self.owner()),
        );
        if let Some(nearest) = nearest(name, known) {
            finding = finding.hint(format!("did you mean {nearest}?"));
        }
        self.find(finding, origin);
    }

    /// The type, and the block in it that holds what the walk looks at: `identity of azurerm_key_vault`.
    pub(super) fn owner(&self) -> String {
        let names = self.path.steps().iter().filter_map(|step| match step {
            Step::Name(name) => Some(name.as_ref()),
            Step::Index(_) => None,
        });
        let mut names: Vec<&str> = names.collect();
        names.pop();
        match names.as_slice() {
            [] => self.schema.name.clone(),
            names => format!("{} of {}", names.join("."), self.schema.name),
        }
    }

    /// Checks the nested blocks of one name: written as one object, as a list, and as `dynamic`.
    fn blocks(&mut self, block: &'a NestedBlock, body: &'a Object, origin: Origin) {
        let value = body.get(&block.name);
        let dynamic: Vec<_> = dynamics(body)
            .filter(|(name, _)| *name == block.name)
            .collect();
        let origin = value.map_or(origin, |value| value.origin.or(origin));
        self.step(Step::Name(block.name.clone().into()), |walk| {
            let written = match value.map(|value| (value, &value.data)) {
                None | Some((_, Data::Null)) => 0,
                Some((value, Data::Object(object))) => {
                    walk.body(&block.body, object, value.origin);
                    1
                }
                Some((_, Data::List(list))) => {
                    for (index, item) in list.iter().enumerate() {
                        walk.step(Step::Index(index), |walk| walk.block(block, item));
                    }
                    list.len()
                }
                Some((value, _)) => return walk.not_a_block(&block.name, value),
            };
            for (_, content) in &dynamic {
                walk.body(&block.body, content, origin);
            }
            walk.count(
                &block.name,
                block.items,
                written,
                !dynamic.is_empty(),
                "block",
                origin,
            );
            if block.body.deprecated && written > 0 {
                walk.find(
                    Diagnostic::warning(&DEPRECATED, format!("{} is deprecated", block.name)),
                    origin,
                );
            }
        });
    }

    fn block(&mut self, block: &'a NestedBlock, item: &'a Any) {
        match &item.data {
            Data::Object(object) => self.body(&block.body, object, item.origin),
            _ => self.not_a_block(&block.name, item),
        }
    }

    fn not_a_block(&mut self, name: &str, value: &Any) {
        let summary = format!("{name} is a block, not {}", kind_of(value));
        let finding =
            Diagnostic::error(&WRONG_TYPE, summary).hint("give an object, or a list of objects");
        self.find(finding, value.origin);
    }

    /// Checks a number of blocks or elements. There may be more where some are made by an expression.
    pub(super) fn count(
        &mut self,
        name: &str,
        items: Items,
        given: usize,
        or_more: bool,
        what: &str,
        origin: Origin,
    ) {
        let plural = |number: u32| {
            if number == 1 {
                what.to_owned()
            } else {
                format!("{what}s")
            }
        };
        if given < items.min as usize && !or_more {
            if given == 0 && what == "block" {
                return self.missing(name, what, origin);
            }
            let summary = format!(
                "{name} needs {} or more {}, not {given}",
                items.min,
                plural(items.min)
            );
            self.find(Diagnostic::error(&WRONG_COUNT, summary), origin);
        }
        if let Some(max) = items.max.filter(|max| given > *max as usize) {
            let summary = format!("{name} takes at most {max} {}, not {given}", plural(max));
            self.find(Diagnostic::error(&WRONG_COUNT, summary), origin);
        }
    }

    /// Checks that `dynamic` makes blocks that the type has.
    fn dynamic_names(&mut self, ty: &'a BlockType, body: &'a Object) {
        let Some(dynamic) = body.get("dynamic") else {
            return;
        };
        for entry in dynamic.bodies().flatten() {
            let Some(name) = entry.key.as_text() else {
                continue;
            };
            if ty.block(name).is_none() {
                self.step(Step::Name(name.to_owned().into()), |walk| {
                    walk.unknown(
                        ty.blocks.iter().map(|block| block.name.as_str()),
                        name,
                        entry.key_origin,
                    );
                });
            }
        }
    }
}

/// The `dynamic` blocks of a body: the name of the blocks that they make, and what each holds.
pub(super) fn dynamics(body: &Object) -> impl Iterator<Item = (&str, &Object)> {
    let entries = body
        .get("dynamic")
        .into_iter()
        .flat_map(|dynamic| dynamic.bodies().flatten());
    entries
        .filter_map(|entry| Some((entry.key.as_text()?, &entry.value)))
        .flat_map(|(name, value)| {
            let contents = value.bodies().filter_map(|one| one.get("content"));
            contents
                .flat_map(Any::bodies)
                .map(move |content| (name, content))
        })
}
