//! TOML into a tree, all syntax errors at once.

use std::ops::Range;

use terrace_ir::Diagnostic;
use toml::de::{DeInteger, DeTable, DeValue};

use crate::codes::{OUT_OF_RANGE, SYNTAX};
use crate::tree::{Data, Entry, Node, Span, Table, short};

/// How many syntax errors of one file are shown. More come from something that is no TOML at all.
const SHOWN: usize = 5;

/// Reads a text whose first byte has the global offset `start`.
///
/// The root's span is empty and at the start of the text. toml itself refuses more than 80 levels,
/// so everything that walks the tree may recurse.
pub(crate) fn parse(text: &str, start: u32) -> Result<Node, Vec<Diagnostic>> {
    let (root, errors) = DeTable::parse_recoverable(text);
    let mut reader = Reader {
        start,
        findings: syntax_errors(text, start, &errors),
    };
    let root = Node {
        data: Data::Table(reader.table(root.into_inner())),
        span: Span { start, end: start },
    };
    if reader.findings.is_empty() {
        Ok(root)
    } else {
        Err(reader.findings)
    }
}

/// The errors in order, one a line: what follows on the same line follows from the first.
fn syntax_errors(text: &str, start: u32, errors: &[toml::de::Error]) -> Vec<Diagnostic> {
    let mut errors: Vec<(Range<usize>, &str)> = errors
        .iter()
        .map(|error| (error.span().unwrap_or_default(), error.message()))
        .collect();
    errors.sort_by_key(|(range, _)| range.start);
    let same_line = |a: usize, b: usize| text.get(a..b).is_some_and(|it| !it.contains('\n'));
    errors.dedup_by(|(later, _), (earlier, _)| same_line(earlier.start, later.start));
    let more = errors.len().saturating_sub(SHOWN);
    let mut findings: Vec<Diagnostic> = errors
        .into_iter()
        .take(SHOWN)
        .map(|(range, message)| {
            let summary = match (message, text.get(range.clone())) {
                ("duplicate key", Some(key)) => format!("`{}` is said twice", short(key)),
                ("recursion limit" | "cannot recurse further; max recursion depth met", _) => {
                    "more than 80 levels deep".to_owned()
                }
                // toml takes whatever it does not know for text without quotes.
                ("string values must be quoted, expected literal string", Some(text)) => {
                    match text.trim() {
                        "" => "a value is missing".to_owned(),
                        text => format!("`{}` is no value: text stands in quotes", short(text)),
                    }
                }
                _ => message.trim_end_matches(", expected nothing").to_owned(),
            };
            Diagnostic::error(&SYNTAX, summary).at(global(start, range).into())
        })
        .collect();
    if let Some(last) = findings.last_mut()
        && more > 0
    {
        last.detail = format!("and {more} more errors in this file");
    }
    findings
}

fn global(start: u32, range: Range<usize>) -> Span {
    // The source map has taken the text in, so its offsets fit.
    let offset = |local: usize| start.saturating_add(u32::try_from(local).unwrap_or(u32::MAX));
    Span {
        start: offset(range.start),
        end: offset(range.end),
    }
}

struct Reader {
    start: u32,
    findings: Vec<Diagnostic>,
}

impl Reader {
    fn table(&mut self, table: DeTable<'_>) -> Table {
        table
            .into_iter()
            .map(|(key, value)| {
                let entry = Entry {
                    key: global(self.start, key.span()),
                    node: self.node(value),
                };
                (key.into_inner().into_owned(), entry)
            })
            .collect()
    }

    fn node(&mut self, value: toml::Spanned<DeValue<'_>>) -> Node {
        let span = global(self.start, value.span());
        let data = match value.into_inner() {
            DeValue::String(text) => Data::Text(text.into_owned()),
            DeValue::Boolean(value) => Data::Bool(value),
            DeValue::Datetime(date) => Data::Date(date.to_string()),
            DeValue::Integer(integer) => self.integer(&integer, span),
            DeValue::Float(float) => self.float(float.as_str(), span),
            DeValue::Array(items) => {
                Data::Array(items.into_iter().map(|item| self.node(item)).collect())
            }
            DeValue::Table(table) => Data::Table(self.table(table)),
        };
        Node { data, span }
    }

    fn integer(&mut self, integer: &DeInteger<'_>, span: Span) -> Data {
        if integer.as_str().is_empty() {
            // What is no number is a syntax error, which is reported already.
            return Data::Integer(0);
        }
        let value = i64::from_str_radix(integer.as_str(), integer.radix());
        Data::Integer(value.unwrap_or_else(|_| self.out_of_range(&integer.to_string(), span)))
    }

    fn float(&mut self, text: &str, span: Span) -> Data {
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() || text.contains(['i', 'n']) => Data::Float(value),
            _ => Data::Float(self.out_of_range(text, span)),
        }
    }

    fn out_of_range<T: Default>(&mut self, text: &str, span: Span) -> T {
        let summary = format!("{text} does not fit a number of 64 bits");
        self.findings
            .push(Diagnostic::error(&OUT_OF_RANGE, summary).at(span.into()));
        T::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn errors(text: &str) -> Vec<String> {
        parse(text, 0)
            .expect_err("the text is wrong")
            .into_iter()
            .map(|finding| {
                let terrace_ir::Origin::File { start, .. } = finding.origin else {
                    panic!("a syntax error has a place");
                };
                format!("{start}: {}", finding.summary)
            })
            .collect()
    }

    #[test]
    fn all_syntax_errors_are_reported_at_once_one_a_line() {
        assert_eq!(
            errors("a = \nb = west europe\nc = \"x\nd = 2\n[z\n"),
            [
                "4: a value is missing",
                "9: `west europe` is no value: text stands in quotes",
                "27: invalid basic string, expected `\"`",
                "36: unclosed table, expected `]`",
            ]
        );
    }

    #[test]
    fn of_very_many_syntax_errors_the_first_are_shown() {
        let findings = parse(&"=\n".repeat(1000), 0).expect_err("the text is wrong");
        assert_eq!(findings.len(), SHOWN);
        assert_eq!(
            findings[SHOWN - 1].detail,
            "and 995 more errors in this file"
        );
    }

    #[test]
    fn a_key_said_twice_is_named() {
        assert_eq!(errors("a = 1\na = 2\n"), ["6: `a` is said twice"]);
    }

    #[test]
    fn a_number_beyond_64_bits_is_an_error() {
        assert_eq!(
            errors("a = 9223372036854775808\nb = 1e999\nc = 0x8000000000000000"),
            [
                "4: 9223372036854775808 does not fit a number of 64 bits",
                "28: 1e999 does not fit a number of 64 bits",
                "38: 0x8000000000000000 does not fit a number of 64 bits",
            ]
        );
        assert!(parse("a = -9_223_372_036_854_775_808\nb = -inf\nc = nan", 0).is_ok());
    }

    #[test]
    fn what_is_no_number_is_no_number_beyond_64_bits_too() {
        assert_eq!(errors("a = 04"), ["4: unexpected leading zero"]);
    }

    #[test]
    fn deep_nesting_is_an_error() {
        let deep = format!("a = {}1{}", "[".repeat(10_000), "]".repeat(10_000));
        assert_eq!(errors(&deep), ["84: more than 80 levels deep"]);
        for path in [
            "a.".repeat(10_000) + "a = 1",
            format!("[{}a]", "a.".repeat(10_000)),
        ] {
            assert_eq!(errors(&path), ["0: more than 80 levels deep"]);
        }
    }
}
