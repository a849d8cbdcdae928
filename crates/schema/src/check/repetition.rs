//! What the language itself evaluates: `count`, `for_each`, and conditions.

use terrace_ir::{Any, Diagnostic, Object, Origin, Type};

use super::walk::Walk;
use crate::eval::problem::described;
use crate::eval::{Kind, Val, convert};
use crate::language::codes::REPETITION;
use crate::language::nested;

/// How many instances there are of something.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Instances {
    /// None, for certain.
    None,
    /// At least one, for certain.
    Some,
    /// That is not known.
    Unknown,
}

impl<'a> Walk<'_, 'a> {
    /// Checks `count` and `for_each`, and says how many instances there are.
    pub(super) fn repetition(&mut self, body: &'a Object) -> Instances {
        let count = body.entry("count").map(|entry| {
            self.at("count", |walk| {
                let value = walk.value(&entry.value, entry.key_origin);
                walk.count_of_instances(&entry.value, &value, entry.key_origin)
            })
        });
        let for_each = body.entry("for_each").map(|entry| {
            self.at("for_each", |walk| {
                let value = walk.value(&entry.value, entry.key_origin);
                walk.keys_of_instances(&entry.value, &value, entry.key_origin)
            })
        });
        count.or(for_each).unwrap_or(Instances::Some)
    }

    fn count_of_instances(&mut self, written: &Any, value: &Val, key: Origin) -> Instances {
        let number = convert(value, &Type::Number).ok();
        let number = number.filter(|number| !number.is_null());
        let whole = match number.as_ref().map(Val::kind) {
            Some(Kind::Number(number)) => number.to_whole().filter(|whole| *whole >= 0),
            Some(_) => return Instances::Unknown,
            None => None,
        };
        match whole {
            Some(0) => Instances::None,
            Some(_) => Instances::Some,
            None => {
                // A literal is the language's to check.
                if is_expression(written) {
                    let summary = format!(
                        "`count` is {}, but must be a whole number from 0 on",
                        described(value)
                    );
                    self.find(
                        Diagnostic::error(&REPETITION, summary),
                        written.origin.or(key),
                    );
                }
                Instances::Unknown
            }
        }
    }

    fn keys_of_instances(&mut self, written: &Any, value: &Val, key: Origin) -> Instances {
        let instances = |is_empty: bool| {
            if is_empty {
                Instances::None
            } else {
                Instances::Some
            }
        };
        let wrong = match (value.kind(), value.ty()) {
            (Kind::Null(_), _) => true,
            (Kind::Unknown(_), Type::Dynamic | Type::Map(_) | Type::Object(_) | Type::Set(_)) => {
                return Instances::Unknown;
            }
            (Kind::Map(_, entries) | Kind::Object(entries), _) => {
                return instances(entries.is_empty());
            }
            (Kind::Set(_, items), _) if items.is_empty() => return Instances::None,
            (Kind::Set(_, items), Type::Set(of)) => {
                let is_text = matches!(*of, Type::String | Type::Dynamic);
                if is_text && !items.iter().any(Val::is_null) {
                    return Instances::Some;
                }
                true
            }
            _ => true,
        };
        if wrong && is_expression(written) {
            let summary = format!(
                "`for_each` is {}, but must be a map, or a set of text",
                described(value)
            );
            let finding = Diagnostic::error(&REPETITION, summary);
            let finding = match value.ty() {
                Type::List(_) | Type::Tuple(_) => {
                    finding.hint("make the list a set with `toset(…)`")
                }
                _ => finding,
            };
            self.find(finding, written.origin.or(key));
        }
        Instances::Unknown
    }

    /// Checks conditions: `precondition`, `postcondition`, `assert`, `validation`.
    pub(super) fn conditions(&mut self, body: &'a Object, kind: &'static str) {
        let Some(value) = body.get(kind) else {
            return;
        };
        for (index, condition) in nested::bodies(value) {
            self.at(kind, |walk| {
                walk.inside(index, |walk| {
                    walk.typed(condition, "condition", &Type::Bool);
                    walk.typed(condition, "error_message", &Type::String);
                });
            });
        }
    }

    /// Checks that an argument, where it is set, converts to a type.
    fn typed(&mut self, body: &'a Object, name: &'static str, ty: &Type) {
        let Some(entry) = body.entry(name) else {
            return;
        };
        self.at(name, |walk| {
            let value = walk.value(&entry.value, entry.key_origin);
            if let Err(problem) = convert(&value, ty) {
                walk.find_problem(&problem, entry.value.origin.or(entry.key_origin));
            }
        });
    }
}

fn is_expression(written: &Any) -> bool {
    matches!(written.data, terrace_ir::Data::Expr(_))
}
