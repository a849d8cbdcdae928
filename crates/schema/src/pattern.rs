//! Patterns in Go's RE2 syntax, on regex-lite.
//!
//! A pattern is compiled when a value first meets it, and what it said about a value is remembered: ten thousand
//! resources share few resource groups and locations.

use std::cell::RefCell;
use std::collections::HashMap;

use regex_lite::Regex;

/// Verdicts that are kept for one pattern, so that many distinct names do not fill the memory.
const REMEMBERED: usize = 256;

struct Compiled {
    regex: Option<Regex>,
    verdicts: HashMap<Box<str>, bool>,
}

thread_local! {
    static COMPILED: RefCell<HashMap<Box<str>, Compiled>> = RefCell::default();
}

/// Whether the pattern matches somewhere in the text; `None` for a pattern that cannot be compiled.
pub(crate) fn matches(pattern: &str, text: &str) -> Option<bool> {
    COMPILED.with_borrow_mut(|compiled| {
        if !compiled.contains_key(pattern) {
            let regex = compile(pattern).ok();
            compiled.insert(
                pattern.into(),
                Compiled {
                    regex,
                    verdicts: HashMap::new(),
                },
            );
        }
        let entry = compiled.get_mut(pattern)?;
        if let Some(verdict) = entry.verdicts.get(text) {
            return Some(*verdict);
        }
        let verdict = entry.regex.as_ref()?.is_match(text);
        if entry.verdicts.len() < REMEMBERED {
            entry.verdicts.insert(text.into(), verdict);
        }
        Some(verdict)
    })
}

/// Compiles a pattern of Go's.
pub(crate) fn compile(pattern: &str) -> Result<Regex, regex_lite::Error> {
    Regex::new(&adapt(pattern))
}

/// Escapes what means itself inside a character class in Go and something else in regex-lite: a `-` behind a class
/// such as `\w`, which regex-lite takes for a range, and the `&&`, `--`, `~~` and `[` that it reserves.
fn adapt(pattern: &str) -> String {
    let chars: Vec<char> = pattern.chars().collect();
    let mut adapted = String::with_capacity(pattern.len() + 8);
    let mut class = None::<Class>;
    let mut at = 0;
    while at < chars.len() {
        let (char, next) = (chars[at], chars.get(at + 1).copied());
        at += 1;
        let Some(inside) = &mut class else {
            adapted.push(char);
            match char {
                '\\' => {
                    adapted.extend(next);
                    at += 1;
                }
                '[' => {
                    let negated = next == Some('^');
                    if negated {
                        adapted.push('^');
                        at += 1;
                    }
                    // A `]` in the first place means itself.
                    if chars.get(at) == Some(&']') {
                        adapted.push_str("\\]");
                        at += 1;
                    }
                    class = Some(Class::Start);
                }
                _ => {}
            }
            continue;
        };
        match char {
            ']' => {
                adapted.push(']');
                class = None;
            }
            '\\' => {
                let escaped = next.unwrap_or('\\');
                adapted.extend(['\\', escaped]);
                at += 1;
                *inside = match (&inside, escaped) {
                    (_, 'w' | 'W' | 'd' | 'D' | 's' | 'S') => Class::AfterSet,
                    (Class::InRange, _) => Class::AfterRange,
                    _ => Class::AfterChar,
                };
            }
            '-' => {
                let literal = !matches!(inside, Class::AfterChar) || next == Some(']');
                if literal {
                    // The end of a range may be a `-` itself, as in `[+--]`.
                    *inside = match inside {
                        Class::InRange => Class::AfterRange,
                        _ => Class::AfterChar,
                    };
                    adapted.push_str("\\-");
                } else {
                    *inside = Class::InRange;
                    adapted.push('-');
                }
            }
            '[' | '&' | '~' => {
                adapted.extend(['\\', char]);
                *inside = inside.after_char();
            }
            _ => {
                adapted.push(char);
                *inside = inside.after_char();
            }
        }
    }
    adapted
}

/// What stands before the next character inside a character class.
enum Class {
    Start,
    AfterChar,
    InRange,
    AfterRange,
    AfterSet,
}

impl Class {
    fn after_char(&self) -> Self {
        match self {
            Self::InRange => Self::AfterRange,
            _ => Self::AfterChar,
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_dash_behind_a_class_or_a_range_means_itself() {
        assert_eq!(adapt(r"^[\w-._]+$"), r"^[\w\-._]+$");
        assert_eq!(adapt("[a-zA-Z0-9-_.]"), r"[a-zA-Z0-9\-_.]");
        assert_eq!(adapt("[-a-z]"), r"[\-a-z]");
        assert_eq!(adapt("[a-z-]"), r"[a-z\-]");
        assert_eq!(adapt("[()-_.]"), "[()-_.]");
    }

    #[test]
    fn what_go_takes_literally_in_a_class_is_escaped() {
        assert_eq!(adapt("[@$&&~~[]"), r"[@$\&\&\~\~\[]");
        assert_eq!(adapt("[]a]"), r"[\]a]");
        assert_eq!(adapt("[^]a]"), r"[^\]a]");
    }

    #[test]
    fn outside_a_class_nothing_changes() {
        let pattern = r"^(\[a\]|b--c)&&\w-\d{2,3}$";
        assert_eq!(adapt(pattern), pattern);
    }

    #[test]
    fn a_remembered_verdict_is_the_same_as_the_first() {
        assert_eq!(matches("^a$", "a"), Some(true));
        assert_eq!(matches("^a$", "a"), Some(true));
        assert_eq!(matches("^a$", "b"), Some(false));
        assert_eq!(matches("(", "a"), None);
    }
}
