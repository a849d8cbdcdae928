//! Where a value came from.
//!
//! Every value carries an [`Origin`]. One from a file is a span in a [`SourceMap`], which holds all
//! files of a run one after the other, so that a span needs no file beside it.

use std::borrow::{Borrow, Cow};
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Deref;
use std::panic::Location;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};

/// Where a value came from.
#[derive(Clone, Copy, Debug, Default)]
pub enum Origin {
    /// A span of a file: global offsets in bytes, resolved by [`SourceMap::place`].
    File {
        /// Offset of the first byte.
        start: u32,
        /// Offset behind the last byte.
        end: u32,
    },
    /// A line of Rust.
    Code(&'static Location<'static>),
    /// Nobody said it: a default.
    #[default]
    Default,
}

impl Origin {
    /// The line of Rust that called the function that calls this.
    #[track_caller]
    #[must_use]
    pub fn caller() -> Self {
        Self::Code(Location::caller())
    }

    /// Whether this is a span of a file.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(self, Self::File { .. })
    }

    /// This origin, or `other` where this one is [`Origin::Default`].
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match self {
            Self::Default => other,
            known => known,
        }
    }
}

/// A place that a person can go to: file, line and column.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file as the user named it, with `/` between folders.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1; 0 where only the line is known.
    pub column: u32,
    /// Offset in the file, in bytes, from 0.
    pub byte: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)?;
        if self.column > 0 {
            write!(f, ":{}", self.column)?;
        }
        Ok(())
    }
}

#[derive(Debug)]
struct SourceFile {
    name: String,
    text: String,
    start: u32,
    /// Where its lines begin, found when a place is asked for.
    lines: OnceCell<Vec<u32>>,
}

/// The texts of all files of a run.
#[derive(Debug, Default)]
pub struct SourceMap {
    files: Vec<SourceFile>,
    /// Spans that are never shown, by their starts.
    hidden: BTreeMap<u32, u32>,
}

impl SourceMap {
    /// An empty map.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes a file in and gives the global offset of its first byte.
    ///
    /// `name` is what a finding will call it. Returns `None` when all files together would pass
    /// 4 GiB, the range of an offset.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> Option<u32> {
        let text = text.into();
        // One byte between two files, so that the end of one is not the start of the next.
        let start = self
            .files
            .last()
            .map_or(0, |file| file.start as usize + file.text.len() + 1);
        u32::try_from(start + text.len() + 1).ok()?;
        let start = start as u32;
        self.files.push(SourceFile {
            name: name.into(),
            text,
            start,
            lines: OnceCell::new(),
        });
        Some(start)
    }

    /// The text of the file that starts at the global offset `start`.
    #[must_use]
    pub fn text(&self, start: u32) -> &str {
        self.file(start).map_or("", |file| &file.text)
    }

    /// The text of a span.
    #[must_use]
    pub fn span(&self, start: u32, end: u32) -> &str {
        self.file(start).map_or("", |file| {
            let from = (start - file.start) as usize;
            let to = (end - file.start) as usize;
            file.text.get(from..to).unwrap_or("")
        })
    }

    /// The place where an origin begins; `None` for [`Origin::Default`].
    #[must_use]
    pub fn place(&self, origin: Origin) -> Option<Place> {
        match origin {
            Origin::File { start, .. } => self.locate(start),
            Origin::Code(location) => Some(Place {
                file: location.file().replace('\\', "/"),
                line: location.line(),
                column: 0,
                byte: 0,
            }),
            Origin::Default => None,
        }
    }

    /// The place where an origin ends, for spans of files.
    #[must_use]
    pub fn end(&self, origin: Origin) -> Option<Place> {
        match origin {
            Origin::File { start, end } => {
                let file = self.file(start)?;
                Some(file.locate(end))
            }
            _ => None,
        }
    }

    /// The line of text in which a span of a file begins, for showing it, and the global offset of its first byte.
    #[must_use]
    pub fn line(&self, origin: Origin) -> Option<(u32, &str)> {
        let Origin::File { start, .. } = origin else {
            return None;
        };
        let file = self.file(start)?;
        let (_, from) = file.line(start - file.start);
        let rest = &file.text[from as usize..];
        let line = rest.split('\n').next().unwrap_or(rest);
        Some((file.start + from, line.trim_end_matches('\r')))
    }

    /// Makes a span of a file one that is never shown: it holds a secret. Other origins have nothing to hide.
    pub fn hide(&mut self, origin: Origin) {
        if let Origin::File { start, end } = origin {
            let end = end.max(self.hidden_at(start).unwrap_or(0));
            self.hidden.insert(start, end);
            for (_, until) in self.hidden.range_mut(start..end) {
                *until = end.max(*until);
            }
        }
    }

    /// Where the hidden span ends in which an offset lies, if it lies in one.
    #[must_use]
    pub fn hidden_at(&self, offset: u32) -> Option<u32> {
        let (_, until) = self.hidden.range(..=offset).next_back()?;
        Some(*until).filter(|until| offset < *until)
    }

    fn locate(&self, offset: u32) -> Option<Place> {
        Some(self.file(offset)?.locate(offset))
    }

    fn file(&self, offset: u32) -> Option<&SourceFile> {
        let after = self.files.partition_point(|file| file.start <= offset);
        self.files.get(after.checked_sub(1)?)
    }
}

impl SourceFile {
    fn locate(&self, offset: u32) -> Place {
        let at = offset
            .saturating_sub(self.start)
            .min(self.text.len() as u32);
        let (number, start) = self.line(at);
        let before = self.text.get(start as usize..at as usize);
        Place {
            file: self.name.clone(),
            line: number,
            column: before.unwrap_or_default().chars().count() as u32 + 1,
            byte: at,
        }
    }

    /// The number of the line in which an offset of the file lies, and where the line begins.
    fn line(&self, at: u32) -> (u32, u32) {
        let lines = self.lines.get_or_init(|| {
            let newlines = self.text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
            let behind = newlines.map(|(at, _)| at as u32 + 1);
            std::iter::once(0).chain(behind).collect()
        });
        let number = lines.partition_point(|start| *start <= at);
        (number as u32, lines[number - 1])
    }
}

/// A leaf of a settings struct: a value and where it was said.
///
/// It dereferences to the value, and reads from an environment file like the value. Made in code
/// (`From<T>`), its origin is [`Origin::Default`], and a finding names the construct's line. As the
/// key of a map (`BTreeMap<Sourced<String>, _>`) it knows where the key stands.
///
/// ```
/// use terrace_ir::Sourced;
/// let days: Sourced<u32> = 30.into();
/// assert_eq!(*days, 30);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Sourced<T> {
    value: T,
    origin: Origin,
}

impl<T> Sourced<T> {
    /// The name by which a deserializer recognizes a sourced value: it then hands over a map of
    /// the three [`Sourced::FIELDS`].
    pub const NAME: &'static str = "$terrace::Sourced";
    /// Start and end of the span (global offsets), and the value.
    pub const FIELDS: &'static [&'static str] = &["start", "end", "value"];

    /// A value with its origin.
    pub const fn new(value: T, origin: Origin) -> Self {
        Self { value, origin }
    }

    /// Where it was said.
    pub const fn origin(&self) -> Origin {
        self.origin
    }

    /// The value, without its origin.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The value made into another, said at the same place.
    pub fn map<U>(&self, to: impl FnOnce(&T) -> U) -> Sourced<U> {
        Sourced::new(to(&self.value), self.origin)
    }
}

impl<T> Deref for Sourced<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> From<T> for Sourced<T> {
    fn from(value: T) -> Self {
        Self::new(value, Origin::Default)
    }
}

impl From<&str> for Sourced<String> {
    fn from(value: &str) -> Self {
        value.to_owned().into()
    }
}

impl From<&String> for Sourced<String> {
    fn from(value: &String) -> Self {
        value.clone().into()
    }
}

impl From<&Sourced<String>> for Sourced<String> {
    fn from(value: &Sourced<String>) -> Self {
        value.clone()
    }
}

impl<T: PartialEq> PartialEq for Sourced<T> {
    /// Two sourced values are equal when the values are, wherever they were said.
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Sourced<T> {}

impl<T: PartialOrd> PartialOrd for Sourced<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        self.value.partial_cmp(&other.value)
    }
}

impl<T: Ord> Ord for Sourced<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.value.cmp(&other.value)
    }
}

/// A map whose keys know where they were said is asked by plain text.
impl Borrow<str> for Sourced<String> {
    fn borrow(&self) -> &str {
        &self.value
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Sourced<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Fields<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Fields<T> {
            type Value = Sourced<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value with its position")
            }
            // A buffer of serde's own (`tag`, `untagged`, `flatten`) has no positions: what it
            // hands over is not this map, and losing the origin quietly would be worse.
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut field = |name: &str| match map.next_key::<Cow<'de, str>>()? {
                    Some(key) if key == name => Ok(()),
                    _ => Err(A::Error::custom(
                        "a sourced value was read through a deserializer without positions",
                    )),
                };
                field("start")?;
                let start = map.next_value()?;
                let mut field = |name: &str| match map.next_key::<Cow<'de, str>>()? {
                    Some(key) if key == name => Ok(()),
                    _ => Err(A::Error::custom("a sourced value lacks its end")),
                };
                field("end")?;
                let end = map.next_value()?;
                match map.next_key::<Cow<'de, str>>()? {
                    Some(key) if key == "value" => {}
                    _ => return Err(A::Error::custom("a sourced value lacks its value")),
                }
                let value = map.next_value()?;
                Ok(Sourced::new(value, Origin::File { start, end }))
            }
        }
        deserializer.deserialize_struct(Self::NAME, Self::FIELDS, Fields(std::marker::PhantomData))
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Sourced<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn a_span_is_found_in_its_own_file() {
        let mut map = SourceMap::new();
        map.add("a.toml", "one\n").unwrap();
        let start = map.add("b.toml", "é = 1\nname = 2\n").unwrap();
        let origin = Origin::File {
            start: start + 14,
            end: start + 15,
        };
        assert_eq!(map.place(origin).unwrap().to_string(), "b.toml:2:8");
        assert_eq!(map.line(origin), Some((start + 7, "name = 2")));
    }

    #[test]
    fn columns_count_characters_not_bytes() {
        let mut map = SourceMap::new();
        let start = map.add("a", "é = 1").unwrap();
        let at = Origin::File {
            start: start + 5,
            end: start + 6,
        };
        assert_eq!(map.place(at).unwrap().column, 5);
    }

    #[test]
    fn what_is_hidden_is_known_at_each_of_its_bytes() {
        let mut map = SourceMap::new();
        map.add("a", "a = \"secret\"").unwrap();
        map.hide(Origin::File { start: 4, end: 12 });
        map.hide(Origin::Default);
        assert_eq!(map.hidden_at(3), None);
        assert_eq!(map.hidden_at(4), Some(12));
        assert_eq!(map.hidden_at(11), Some(12));
        assert_eq!(map.hidden_at(12), None);
    }

    #[test]
    fn a_sourced_value_refuses_a_deserializer_without_positions() {
        assert!(serde_json::from_str::<Sourced<u32>>("3").is_err());
    }
}
