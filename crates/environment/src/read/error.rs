//! What the author's struct refuses.

use std::fmt;

use serde::de::{Expected, Unexpected};
use serde_json::Value as Json;
use terrace_ir::{ArgumentPath, Diagnostic, Step};

use crate::codes::REFUSED;
use crate::finding::{missing_key, must_be, name, not_in_set, unknown_key, value};
use crate::tree::{Node, Span};

/// An error of serde's, on its way out to the root, collecting the path.
#[derive(Debug)]
pub(super) struct Error {
    problem: Problem,
    /// The innermost known place.
    span: Option<Span>,
    /// The steps to it, the last first.
    path: Vec<Step>,
    /// Whether the next step out is none: the place is beside the field that reads it.
    beside: bool,
}

#[derive(Debug)]
enum Problem {
    Refused(String),
    Expected(String),
    MissingKey(&'static str),
    UnknownKey(&'static [&'static str]),
    NotInSet(&'static [&'static str]),
}

impl Error {
    fn new(problem: Problem) -> Self {
        Self {
            problem,
            span: None,
            path: Vec::new(),
            beside: false,
        }
    }

    pub(super) fn at(mut self, span: Span) -> Self {
        self.span.get_or_insert(span);
        self
    }

    pub(super) fn inside(mut self, step: Step) -> Self {
        if !std::mem::take(&mut self.beside) {
            self.path.push(step);
        }
        self
    }

    pub(super) fn beside(mut self) -> Self {
        self.beside = true;
        self
    }

    pub(super) fn finding(self, root: &Node) -> Diagnostic {
        let mut path = ArgumentPath::root();
        let mut node = Some(root);
        for step in self.path.into_iter().rev() {
            node = node.and_then(|node| node.step(&step));
            path.push(step);
        }
        let node = node.unwrap_or(root);
        let span = self.span.unwrap_or(node.span);
        let key = match path.steps().last() {
            Some(Step::Name(key)) => key.to_string(),
            _ => String::new(),
        };
        match self.problem {
            Problem::MissingKey(key) => {
                path.push(Step::Name(key.into()));
                missing_key(&path, key, span)
            }
            Problem::UnknownKey(known) => unknown_key(&path, &key, span, known.iter().copied()),
            Problem::NotInSet(set) => {
                let set: Vec<Json> = set.iter().map(|it| Json::from(*it)).collect();
                not_in_set(&path, node, &set)
            }
            Problem::Expected(what) => value(&REFUSED, &path, node, &must_be(what)),
            Problem::Refused(why) if path.is_root() => {
                Diagnostic::error(&REFUSED, why).at(span.into())
            }
            Problem::Refused(why) => {
                let shown = node.shown();
                Diagnostic::error(&REFUSED, format!("{} is {shown}: {why}", name(&path)))
                    .argument(path.to_string())
                    .value(shown)
            }
        }
        .at(span.into())
    }
}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(Problem::Refused(message.to_string()))
    }

    fn invalid_type(_unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Problem::Expected(words(&expected.to_string())))
    }

    fn invalid_value(_unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::new(Problem::Expected(words(&expected.to_string())))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        let expected = words(&expected.to_string());
        Self::custom(format!("it has {length} entries, but must be {expected}"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(Problem::MissingKey(field))
    }

    fn unknown_field(_field: &str, known: &'static [&'static str]) -> Self {
        Self::new(Problem::UnknownKey(known))
    }

    fn unknown_variant(_variant: &str, known: &'static [&'static str]) -> Self {
        Self::new(Problem::NotInSet(known))
    }
}

/// What serde expects, in the words of TOML.
fn words(expected: &str) -> String {
    let range = |from: i128, to: i128| format!("a whole number from {from} to {to}");
    match expected {
        "u8" => range(0, u8::MAX.into()),
        "u16" => range(0, u16::MAX.into()),
        "u32" => range(0, u32::MAX.into()),
        "u64" | "usize" | "u128" => range(0, i64::MAX.into()),
        "i8" => range(i8::MIN.into(), i8::MAX.into()),
        "i16" => range(i16::MIN.into(), i16::MAX.into()),
        "i32" => range(i32::MIN.into(), i32::MAX.into()),
        "i64" | "isize" | "i128" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "a string" => "text".to_owned(),
        "a boolean" => "`true` or `false`".to_owned(),
        "a sequence" => "a list".to_owned(),
        "a map" => "a table".to_owned(),
        other if other.starts_with("struct ") => "a table".to_owned(),
        other => match other.strip_prefix("a tuple of size ") {
            Some(length) => format!("a list of {length} entries"),
            None => other.to_owned(),
        },
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.problem {
            Problem::Refused(why) => f.write_str(why),
            Problem::Expected(what) => write!(f, "must be {what}"),
            Problem::MissingKey(key) => write!(f, "the key `{key}` is required"),
            Problem::UnknownKey(_) => f.write_str("there is no such key"),
            Problem::NotInSet(_) => f.write_str("not one of the allowed values"),
        }
    }
}

impl std::error::Error for Error {}
