//! The text of a schema for editors.
//!
//! One definition is changed and written after the other: all of them at once would be a megabyte, of which
//! the system has to find every page.

use serde::ser::{Serialize, SerializeMap as _, Serializer};
use serde_json::{Map, Value as Json};

use super::transform::{DEFINITIONS, Raw};

type Object = Map<String, Json>;
type Change<'a> = &'a dyn Fn(&mut Object);

/// The text of a root with the definitions of `raw`, changed by `change`: pretty, with a line feed at the
/// end.
pub(super) fn text(root: &Json, raw: &Raw, change: Change<'_>) -> String {
    let definitions = Definitions { raw, change };
    // All keys are texts, and a String takes what is written to it.
    let mut text = serde_json::to_string_pretty(&Whole { root, definitions }).unwrap_or_default();
    text.push('\n');
    text
}

struct Whole<'a> {
    root: &'a Json,
    definitions: Definitions<'a>,
}

impl Serialize for Whole<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let root = self.root.as_object().into_iter().flatten();
        let (before, after): (Vec<_>, Vec<_>) =
            root.partition(|(keyword, _)| keyword.as_str() < DEFINITIONS);
        let mut map = serializer.serialize_map(None)?;
        for (keyword, value) in before {
            map.serialize_entry(keyword, value)?;
        }
        if !self.definitions.raw.is_alone() {
            map.serialize_entry(DEFINITIONS, &self.definitions)?;
        }
        for (keyword, value) in after {
            map.serialize_entry(keyword, value)?;
        }
        map.end()
    }
}

struct Definitions<'a> {
    raw: &'a Raw,
    change: Change<'a>,
}

impl Serialize for Definitions<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.raw.definitions(self.change))
    }
}
