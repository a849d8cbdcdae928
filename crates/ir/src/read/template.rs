//! HCL's templates: text with `${…}` and `%{…}` in it, alone, in quotes or as a heredoc.

use std::ops::Range;

use super::Error;
use super::parser::{Parser, Tree};
use super::piece::Piece;
use super::scan::Token;

/// Where a template stands, which decides how its text is written and where it ends.
#[derive(Clone, Copy)]
enum Frame<'t> {
    /// Alone: up to the end, no escapes but `$${` and `%%{`.
    Bare,
    /// Up to `"`, on one line, with escapes.
    Quoted,
    /// Up to a line with nothing but the marker.
    Heredoc { marker: &'t str },
}

impl<'t> Parser<'t> {
    /// The whole text as a template.
    pub(super) fn bare(&mut self) -> Result<Tree, Error> {
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
        }
        let end = self.text.len();
        let pieces = self.pieces(Frame::Bare, 0..end)?;
        self.assemble(pieces)
    }

    /// A template in quotes, of which the opening one at `open` was taken.
    pub(super) fn quoted(&mut self, open: Range<usize>) -> Result<Tree, Error> {
        let pieces = self.pieces(Frame::Quoted, open)?;
        self.assemble(pieces)
    }

    /// The lines behind `<<MARKER`, which stood at `open`.
    pub(super) fn heredoc(
        &mut self,
        marker: &'t str,
        flush: bool,
        open: Range<usize>,
    ) -> Result<Tree, Error> {
        let mut pieces = self.pieces(Frame::Heredoc { marker }, open)?;
        if flush {
            unindent(&mut pieces);
        }
        self.assemble(pieces)
    }

    fn pieces(&mut self, frame: Frame<'t>, open: Range<usize>) -> Result<Vec<Piece>, Error> {
        let outside = self.bound.len();
        let mut loops = Vec::new();
        let mut pieces = Vec::new();
        let mut trim = false;
        let mut line_start = true;
        loop {
            let rest = &self.text[self.at..];
            let unclosed = || match frame {
                Frame::Heredoc { marker } => {
                    Error::new(format!("`<<{marker}` is never closed"), open.clone())
                        .hint("put the marker alone on the last line, with a new line behind it")
                }
                _ => Error::new("this text is never closed", open.clone()),
            };
            match frame {
                Frame::Bare if rest.is_empty() => break,
                _ if rest.is_empty() => return Err(unclosed()),
                Frame::Quoted if rest.starts_with('"') => {
                    self.at += 1;
                    break;
                }
                Frame::Heredoc { marker } if line_start => {
                    let line = rest.find('\n').map_or(rest, |end| &rest[..end]);
                    if line.len() < rest.len() && line.trim() == marker {
                        // The newline behind the marker belongs to what follows.
                        self.at += line.trim_end_matches('\r').len();
                        break;
                    }
                }
                _ => {}
            }
            line_start = false;
            if rest.starts_with("${") || rest.starts_with("%{") {
                let start = self.at;
                let directive = rest.starts_with('%');
                self.at += 2;
                if self.text[self.at..].starts_with('~') {
                    self.at += 1;
                    if let Some(Piece::Text(before)) = pieces.last_mut() {
                        before.truncate(before.trim_end().len());
                    }
                }
                let newlines = self.set_newlines(false);
                let piece = match directive {
                    true => self.directive(start)?,
                    false => self.interpolation(start)?,
                };
                self.set_newlines(newlines);
                trim = self.text[..self.at].ends_with("~}");
                match &piece {
                    Piece::For(key, value, ..) => {
                        loops.push(self.bound.len());
                        self.bound.extend(key.clone());
                        self.bound.push(value.clone());
                    }
                    Piece::EndFor(_) => {
                        let outside = loops.pop().unwrap_or(outside);
                        self.bound.truncate(outside);
                    }
                    _ => {}
                }
                pieces.push(piece);
                continue;
            }
            let start = self.at;
            let mut text = self.run(frame)?;
            line_start = self.text[start..self.at].ends_with('\n');
            if std::mem::take(&mut trim) {
                text = text.trim_start().to_owned();
            }
            pieces.push(Piece::Text(text));
        }
        self.bound.truncate(outside);
        Ok(pieces)
    }

    /// One run of plain text as HCL cuts it: a sign that begins no sequence is one for itself, and
    /// a newline ends one.
    fn run(&mut self, frame: Frame<'t>) -> Result<String, Error> {
        let text = self.text;
        let start = self.at;
        let rest = &text[start..];
        if rest.starts_with("$${") || rest.starts_with("%%{") {
            self.at += 3;
            return Ok(rest[1..3].to_owned());
        }
        let mut out = String::new();
        while let Some(c) = text[self.at..].chars().next() {
            let first = self.at == start;
            match c {
                '"' if matches!(frame, Frame::Quoted) => break,
                '\\' if matches!(frame, Frame::Quoted) => {
                    out.push(self.escape()?);
                    continue;
                }
                '\n' | '\r' if matches!(frame, Frame::Quoted) => {
                    return Err(Error::new(
                        "a text in quotes runs over more than one line",
                        self.at..self.at + 1,
                    )
                    .hint(r"write `\n` for a new line"));
                }
                '$' | '%' if !first => break,
                '\r' if !text[self.at..].starts_with("\r\n") => {
                    return match frame {
                        // HCL gives up here and takes all the rest as text.
                        Frame::Bare => {
                            self.at = text.len();
                            Ok(rest.replace("$${", "${").replace("%%{", "%{"))
                        }
                        _ => Err(Error::new(
                            "a carriage return stands without its newline",
                            self.at..self.at + 1,
                        )),
                    };
                }
                _ => {}
            }
            out.push(c);
            self.at += c.len_utf8();
            if c == '\n' {
                break;
            }
            if matches!(c, '$' | '%') && !text[self.at..].starts_with(['\n', '\r']) {
                break;
            }
        }
        Ok(out)
    }

    /// The character of an escape sequence in quotes.
    fn escape(&mut self) -> Result<char, Error> {
        let start = self.at;
        let rest = &self.text[start + 1..];
        let selector = rest.chars().next();
        let (c, length) = match selector {
            Some('n') => (Some('\n'), 1),
            Some('r') => (Some('\r'), 1),
            Some('t') => (Some('\t'), 1),
            Some('"') => (Some('"'), 1),
            Some('\\') => (Some('\\'), 1),
            Some('u') => (code_point(rest, 4), 5),
            Some('U') => (code_point(rest, 8), 9),
            _ => (None, 0),
        };
        let Some(c) = c else {
            let end = start + 1 + selector.map_or(0, char::len_utf8);
            let shown = &self.text[start..end];
            return Err(
                Error::new(format!("`{shown}` is no escape sequence"), start..end).hint(
                    r#"use `\n` `\r` `\t` `\"` `\\`, or `\u` with four or `\U` with eight digits"#,
                ),
            );
        };
        self.at = start + 1 + length;
        Ok(c)
    }

    fn interpolation(&mut self, start: usize) -> Result<Piece, Error> {
        let tree = self.expression()?;
        self.close(start)?;
        Ok(Piece::Interpolation(tree))
    }

    fn directive(&mut self, start: usize) -> Result<Piece, Error> {
        let keyword = self.identifier("`if`, `for`, `else`, `endif` or `endfor` should stand")?;
        let word = self.at;
        let mut condition = None;
        let mut names = None;
        match keyword {
            "if" => condition = Some(self.expression()?),
            "for" => names = Some((self.for_names()?, self.expression()?)),
            "else" | "endif" | "endfor" => {}
            _ => {
                let at = word - keyword.len()..word;
                return Err(Error::new(format!("`{keyword}` is no directive"), at).hint(
                    "use `if`, `else`, `endif`, `for` or `endfor`; for a plain `%{` write `%%{`",
                ));
            }
        }
        self.close(start)?;
        let at = start..self.at;
        Ok(match (keyword, condition, names) {
            ("if", Some(condition), _) => Piece::If(condition, at),
            ("for", _, Some(((key, value), source))) => Piece::For(key, value, source, at),
            ("else", ..) => Piece::Else(at),
            ("endif", ..) => Piece::EndIf(at),
            _ => Piece::EndFor(at),
        })
    }

    /// `}` or `~}`.
    fn close(&mut self, start: usize) -> Result<(), Error> {
        if self.takes("~}")? || self.takes("}")? {
            return Ok(());
        }
        if self.peek()?.0 == Token::End {
            let shown = &self.text[start..start + 2];
            return Err(Error::new(
                format!("`{shown}` is never closed"),
                start..start + 2,
            ));
        }
        Err(self
            .unexpected("`}` should close the sequence")
            .hint("for a plain `${` or `%{` write `$${` or `%%{`"))
    }
}

/// The character of so many hexadecimal digits behind a selector.
fn code_point(rest: &str, digits: usize) -> Option<char> {
    let digits = rest.get(1..=digits)?;
    let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    hex.then(|| u32::from_str_radix(digits, 16).ok())
        .flatten()
        .and_then(char::from_u32)
}

/// Takes away the blanks that all lines begin with, as `<<-` wants. Lines of nothing but blanks do
/// not count.
fn unindent(pieces: &mut [Piece]) {
    let mut least = None;
    let mut lines = Vec::new();
    let mut line_start = true;
    for (n, piece) in pieces.iter().enumerate() {
        let Piece::Text(text) = piece else {
            if std::mem::take(&mut line_start) {
                least = Some(0);
            }
            continue;
        };
        let ends = text.ends_with('\n');
        if line_start {
            let inner = text.trim_start();
            if !(inner.is_empty() && ends) {
                let blanks = text[..text.len() - inner.len()].chars().count();
                least = Some(least.map_or(blanks, |least: usize| least.min(blanks)));
                lines.push(n);
            }
        }
        line_start = ends;
    }
    let least = least.unwrap_or(0);
    for n in lines {
        if let Piece::Text(text) = &mut pieces[n] {
            *text = text.chars().skip(least).collect();
        }
    }
}
