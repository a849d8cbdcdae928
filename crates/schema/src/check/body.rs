//! What stands in a body and cannot be set, what is missing, and how many blocks there are.

use terrace_ir::{Diagnostic, Origin};

use super::codes::{DEPRECATED, MISSING_ARGUMENT, READ_ONLY, WRONG_COUNT};
use super::content::{Argument, Blocks, Content};
use super::walk::Walk;
use crate::language::codes::EPHEMERAL;
use crate::language::report::Step;
use crate::model::{Items, Nesting, Presence};

impl<'a> Walk<'_, 'a> {
    /// Judges a body: each argument and block in it, and what is missing.
    pub(super) fn body(&mut self, content: &Content<'a>) {
        for argument in &content.arguments {
            self.at(&argument.attribute.name, |walk| walk.argument(argument));
        }
        for blocks in &content.blocks {
            self.at(&blocks.block.name, |walk| walk.blocks(blocks));
        }
        for attribute in &content.ty.attributes {
            if attribute.presence == Presence::Required
                && content.argument(&attribute.name).is_none()
            {
                self.at(&attribute.name, |walk| {
                    walk.missing("argument", &attribute.name, content.origin);
                });
            }
        }
        for block in &content.ty.blocks {
            if block.items.min > 0 && content.blocks_of(&block.name).is_none() {
                self.at(&block.name, |walk| {
                    walk.missing("block", &block.name, content.origin);
                });
            }
        }
    }

    fn argument(&mut self, argument: &Argument<'a>) {
        let attribute = argument.attribute;
        if argument.value.is_null() {
            return;
        }
        let origin = argument.written.origin();
        if !attribute.is_settable() {
            let summary = format!("`{}` is set by the provider alone", attribute.name);
            let finding = Diagnostic::error(&READ_ONLY, summary).hint("take it out");
            return self.find(finding, origin);
        }
        if attribute.deprecated {
            self.deprecated(&attribute.name, origin);
        }
        if self.keeps && !attribute.write_only && argument.value.deep_marks().ephemeral {
            let summary = format!("`{}` would keep an ephemeral value", attribute.name);
            let hint = "use a write-only argument, or a value that is not ephemeral";
            self.find_value(Diagnostic::error(&EPHEMERAL, summary).hint(hint), origin);
        }
        match &attribute.members {
            Some(members) => self.objects(argument, members),
            None => self.plain(attribute, &argument.value, argument.written),
        }
    }

    fn blocks(&mut self, blocks: &Blocks<'a>) {
        let was_certain = self.is_certain;
        for one in &blocks.bodies {
            self.is_certain = was_certain && one.is_certain;
            self.inside(one.index, |walk| walk.body(&one.content));
        }
        self.is_certain = was_certain;
        let block = blocks.block;
        if blocks.count == 0 && block.items.min > 0 && !blocks.is_open {
            self.missing("block", &block.name, blocks.origin);
        } else {
            let count = Count::of(blocks.count, blocks.is_open);
            let items = match block.nesting {
                Nesting::Single => Items {
                    max: Some(1),
                    ..block.items
                },
                _ => block.items,
            };
            self.count(&block.name, items, count, "block", blocks.origin);
        }
        if block.body.deprecated && blocks.count > 0 {
            self.deprecated(&block.name, blocks.origin);
        }
    }

    fn deprecated(&mut self, name: &str, origin: Origin) {
        let summary = format!("`{name}` is deprecated");
        self.find(Diagnostic::warning(&DEPRECATED, summary), origin);
    }

    /// Reports that something is missing. The walk stands where it should be.
    pub(super) fn missing(&mut self, what: &str, name: &str, origin: Origin) {
        let summary = format!("the {what} `{name}` is required");
        let finding = Diagnostic::error(&MISSING_ARGUMENT, summary).hint(format!("add `{name}`"));
        self.find(finding, origin);
    }

    /// Checks a number of blocks or elements.
    pub(super) fn count(
        &mut self,
        name: &str,
        items: Items,
        count: Count,
        what: &str,
        origin: Origin,
    ) {
        let plural = |number: u32| match number {
            1 => what.to_owned(),
            _ => format!("{what}s"),
        };
        let summary = if count.most.is_some_and(|most| most < items.min as usize) {
            let (min, found) = (items.min, count.most.unwrap_or_default());
            format!("`{name}` needs at least {min} {}, not {found}", plural(min))
        } else if let Some(max) = items.max.filter(|max| count.least > *max as usize) {
            let found = count.least;
            format!("`{name}` takes at most {max} {}, not {found}", plural(max))
        } else {
            return;
        };
        self.find_value(Diagnostic::error(&WRONG_COUNT, summary), origin);
    }

    /// The type, and the block in it that holds what the walk looks at: `` `identity` of `azurerm_key_vault` ``.
    pub(super) fn owner(&self) -> String {
        let names = self.report.steps().iter().filter_map(|step| match step {
            Step::Name(name) => Some(*name),
            Step::Index(_) => None,
        });
        let mut names: Vec<&str> = names.collect();
        names.pop();
        let owner = self.subject;
        match names.as_slice() {
            [] => format!("`{owner}`"),
            names => format!("`{}` of `{owner}`", names.join(".")),
        }
    }
}

/// How many there are, as far as that is known.
#[derive(Clone, Copy)]
pub(super) struct Count {
    least: usize,
    /// `None` where there may be any number.
    most: Option<usize>,
}

impl Count {
    /// `found`, of which, where the number is open, each stands for any number.
    pub(super) fn of(found: usize, is_open: bool) -> Self {
        match is_open {
            true => Self {
                least: 0,
                most: None,
            },
            false => Self::between(found, found),
        }
    }

    pub(super) fn between(least: usize, most: usize) -> Self {
        Self {
            least,
            most: Some(most),
        }
    }
}
