//! A finding about a part of a block, before it is known where that part was said.

use terrace_ir::{ArgumentPath, Block, Data, Diagnostic, Origin, Step};

/// What was found, and at which part of a block.
pub(crate) struct Finding {
    pub(crate) diagnostic: Diagnostic,
    /// From the block to the value.
    pub(crate) path: ArgumentPath,
    pub(crate) place: Place,
}

/// Which part of an entry is to blame.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// The name: it should not be there.
    Key,
    /// What it is set to, or, where it is missing, what should hold it.
    Value,
}

impl Finding {
    /// The diagnostic, with address, argument, construct and origin.
    pub(crate) fn in_block(self, block: &Block) -> Diagnostic {
        let origin = origin(block, &self.path, self.place);
        self.diagnostic
            .address(block.address())
            .argument(self.path.to_string())
            .at(origin)
            .construct(block.construct.clone())
    }
}

/// Where a part of a block was said: the place of the innermost part around it that has one.
fn origin(block: &Block, path: &ArgumentPath, place: Place) -> Origin {
    let (mut found, mut key) = (block.origin, Origin::Default);
    let mut value: Option<&Data> = None;
    for step in path.steps() {
        let inner = match (value, step) {
            (None, Step::Name(name)) => block.body.entry(name).map(Part::Entry),
            (Some(Data::Object(object)), Step::Name(name)) => object.entry(name).map(Part::Entry),
            (Some(Data::List(list)), Step::Index(at)) => list.get(*at).map(Part::Item),
            // A nested block that stands once may be written without a list around it.
            (Some(Data::Object(_)), Step::Index(0)) => continue,
            _ => None,
        };
        let Some(inner) = inner else {
            return found;
        };
        let (any, key_origin) = match inner {
            Part::Entry(entry) => (&entry.value, entry.key_origin),
            Part::Item(item) => (item, Origin::Default),
        };
        key = key_origin;
        found = any.origin.or(key_origin).or(found);
        value = Some(&any.data);
    }
    match place {
        Place::Key => key.or(found),
        Place::Value => found,
    }
}

enum Part<'a> {
    Entry(&'a terrace_ir::Entry),
    Item(&'a terrace_ir::Any),
}
