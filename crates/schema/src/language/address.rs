//! Addresses as `moved`, `removed` and `import` take them.

use std::fmt;

use terrace_ir::{Any, Mode};

use super::declared::Name;
use super::traversal::{self, Segment};

/// The address of a resource or a module, as `moved`, `removed` and `import` take it.
#[derive(Clone, PartialEq)]
pub(super) struct Address<'a> {
    pub(super) modules: Vec<(&'a str, Index<'a>)>,
    pub(super) resource: Option<(Mode, &'a str, &'a str, Index<'a>)>,
}

/// Which instance an address means.
#[derive(Clone, Copy)]
pub(super) enum Index<'a> {
    None,
    Number(i64),
    Key(&'a str),
    /// One that only evaluation gives.
    Dynamic,
}

impl PartialEq for Index<'_> {
    /// Two that must be evaluated may be anything.
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::None, Self::None) => true,
            (Self::Number(one), Self::Number(other)) => one == other,
            (Self::Key(one), Self::Key(other)) => one == other,
            _ => false,
        }
    }
}

impl fmt::Display for Index<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None => Ok(()),
            Self::Number(number) => write!(f, "[{number}]"),
            Self::Key(key) => write!(f, "[\"{key}\"]"),
            Self::Dynamic => f.write_str("[…]"),
        }
    }
}

impl fmt::Display for Address<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, index)) in self.modules.iter().enumerate() {
            write!(f, "{}module.{name}{index}", if at > 0 { "." } else { "" })?;
        }
        if let Some((mode, type_name, name, index)) = self.resource {
            let dot = if self.modules.is_empty() { "" } else { "." };
            write!(f, "{dot}{}{index}", Name::Resource(mode, type_name, name))?;
        }
        Ok(())
    }
}

impl<'a> Address<'a> {
    /// Reads an address. `None` where there is none.
    pub(super) fn of(value: &'a Any) -> Option<Self> {
        let steps = traversal::segments(value)?;
        let mut rest = steps.as_slice();
        let mut modules = Vec::new();
        while let [Segment::Name("module"), Segment::Name(name), after @ ..] = rest {
            let (index, after) = index(after)?;
            modules.push((*name, index));
            rest = after;
        }
        if rest.is_empty() {
            return (!modules.is_empty()).then_some(Self {
                modules,
                resource: None,
            });
        }
        let (mode, path) = match rest {
            [Segment::Name("data"), path @ ..] => (Mode::Data, path),
            [Segment::Name("ephemeral"), path @ ..] => (Mode::Ephemeral, path),
            [Segment::Name("resource"), path @ ..] => (Mode::Managed, path),
            // These words begin other references, and no address.
            [
                Segment::Name(
                    "var" | "local" | "path" | "self" | "each" | "count" | "terraform" | "template"
                    | "lazy" | "arg",
                ),
                ..,
            ] => return None,
            path => (Mode::Managed, path),
        };
        let [Segment::Name(type_name), Segment::Name(name), after @ ..] = path else {
            return None;
        };
        let (index, after) = index(after)?;
        after.is_empty().then_some(Self {
            modules,
            resource: Some((mode, type_name, name, index)),
        })
    }

    /// The name of the resource, where it is in the module itself.
    pub(super) fn in_root(&self) -> Option<Name<'a>> {
        let (mode, type_name, name, _) = self.resource?;
        self.modules
            .is_empty()
            .then_some(Name::Resource(mode, type_name, name))
    }

    pub(super) fn is_dynamic(&self) -> bool {
        let mut modules = self.modules.iter().map(|(_, index)| index);
        let resource = self.resource.as_ref().map(|(_, _, _, index)| index);
        let is = |index: &Index| matches!(index, Index::Dynamic);
        modules.any(is) || resource.is_some_and(is)
    }

    /// The index of what is addressed.
    pub(super) fn index(&self) -> Index<'a> {
        let of_module = self.modules.last().map(|(_, index)| *index);
        let of_resource = self.resource.map(|(_, _, _, index)| index);
        of_resource.or(of_module).unwrap_or(Index::None)
    }

    /// The name of what is addressed, where the module itself declares it.
    pub(super) fn declared_name(&self) -> Option<Name<'a>> {
        match (self.resource, self.modules.as_slice()) {
            (None, [(name, _)]) => Some(Name::Module(name)),
            _ => self.in_root(),
        }
    }
}

/// An index at the beginning of some steps, and the steps behind it.
fn index<'s, 'a>(steps: &'s [Segment<'a>]) -> Option<(Index<'a>, &'s [Segment<'a>])> {
    Some(match steps {
        [Segment::Index(number), after @ ..] => (Index::Number(*number), after),
        [Segment::Key(key), after @ ..] => (Index::Key(key), after),
        [Segment::Dynamic(_), after @ ..] => (Index::Dynamic, after),
        [Segment::NoKey, ..] => return None,
        after => (Index::None, after),
    })
}
