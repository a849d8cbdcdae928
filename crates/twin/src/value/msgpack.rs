//! cty's encoding of values in MessagePack.
//!
//! The type decides how bytes are read. An unknown value is extension 0, with refinements (which are skipped) extension
//! 12; a number is an integer, a float or its decimal digits as text; a value where the type is dynamic is a pair of its
//! type as JSON and itself. Source: cty's `msgpack` package and its `docs/refinements.md`.

use std::fmt;

use terrace_ir::Type;
use terrace_schema::eval::number::{Number, Parsed};
use terrace_schema::eval::{Kind, Val};

use crate::protocol::schema::to_json;

/// How deep values may be nested.
const MAX_DEPTH: u32 = 200;

/// Why bytes are no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed(String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "malformed value: {}", self.0)
    }
}

impl std::error::Error for Malformed {}

fn malformed<T>(why: impl Into<String>) -> Result<T, Malformed> {
    Err(Malformed(why.into()))
}

/// Reads a value of a type.
///
/// # Errors
/// The bytes are no value of this type.
pub fn decode(bytes: &[u8], ty: &Type) -> Result<Val, Malformed> {
    let mut reader = Reader {
        bytes,
        depth: MAX_DEPTH,
    };
    let value = reader.value(ty)?;
    match reader.bytes {
        [] => Ok(value),
        rest => malformed(format!("{} bytes after its end", rest.len())),
    }
}

/// Writes a value of a type.
#[must_use]
pub fn encode(value: &Val, ty: &Type) -> Vec<u8> {
    let mut out = Vec::new();
    write(value, ty, &mut out);
    out
}

struct Reader<'a> {
    bytes: &'a [u8],
    depth: u32,
}

impl<'a> Reader<'a> {
    fn value(&mut self, ty: &Type) -> Result<Val, Malformed> {
        if self.depth == 0 {
            return malformed("nested too deeply");
        }
        self.depth -= 1;
        let value = self.value_inside(ty);
        self.depth += 1;
        value
    }

    fn value_inside(&mut self, ty: &Type) -> Result<Val, Malformed> {
        match self.peek()? {
            0xc0 => {
                self.take(1)?;
                return Ok(Val::null_of(ty.clone()));
            }
            0xc7..=0xc9 | 0xd4..=0xd8 => {
                self.skip_extension()?;
                return Ok(Val::unknown(ty.clone()));
            }
            _ => {}
        }
        match ty {
            Type::Dynamic => self.dynamic(),
            Type::Bool => match self.byte()? {
                0xc2 => Ok(Val::bool(false)),
                0xc3 => Ok(Val::bool(true)),
                other => malformed(format!("byte {other:#x} for a boolean")),
            },
            Type::String => Ok(Val::text(self.text()?)),
            Type::Number => self.number(),
            Type::List(element) => {
                let items = self.items(element)?;
                Ok(Val::list((**element).clone(), items))
            }
            Type::Set(element) => {
                let items = self.items(element)?;
                Ok(Val::set((**element).clone(), items))
            }
            Type::Map(element) => {
                let count = self.map_length()?;
                let mut entries = Vec::new();
                for _ in 0..count {
                    let key = self.text()?.into();
                    entries.push((key, self.value(element)?));
                }
                Ok(Val::map((**element).clone(), entries))
            }
            Type::Tuple(types) => {
                if self.array_length()? != types.len() {
                    return malformed("a tuple of another length");
                }
                let items = types.iter().map(|ty| self.value(ty));
                Ok(Val::tuple(items.collect::<Result<_, _>>()?))
            }
            Type::Object(fields) => {
                let count = self.map_length()?;
                let mut entries = Vec::with_capacity(count.min(fields.len()));
                for _ in 0..count {
                    let name = self.text()?;
                    let at = fields.binary_search_by(|field| field.name.as_str().cmp(&name));
                    let Ok(at) = at else {
                        return malformed(format!("unexpected attribute {name:?}"));
                    };
                    entries.push((name, self.value(&fields[at].ty)?));
                }
                if entries.len() != fields.len() {
                    return malformed("an object that lacks attributes");
                }
                Ok(Val::object(entries))
            }
        }
    }

    /// A value that brings its type along.
    fn dynamic(&mut self) -> Result<Val, Malformed> {
        if self.array_length()? != 2 {
            return malformed("a dynamic value without its type");
        }
        let json = self.blob()?;
        let ty = serde_json::from_slice(json)
            .ok()
            .and_then(|json| Type::from_json(&json));
        match ty {
            Some(ty) => self.value(&ty),
            None => malformed("a dynamic value of no type"),
        }
    }

    fn items(&mut self, element: &Type) -> Result<Vec<Val>, Malformed> {
        let count = self.array_length()?;
        (0..count).map(|_| self.value(element)).collect()
    }

    fn number(&mut self) -> Result<Val, Malformed> {
        let lead = self.peek()?;
        let whole = match lead {
            0x00..=0x7f | 0xe0..=0xff => Some(i64::from(self.byte()? as i8)),
            0xcc => Some(self.rest::<1>()?[0].into()),
            0xcd => Some(u16::from_be_bytes(self.rest()?).into()),
            0xce => Some(u32::from_be_bytes(self.rest()?).into()),
            0xcf => i64::try_from(u64::from_be_bytes(self.rest()?)).ok(),
            0xd0 => Some(i8::from_be_bytes(self.rest()?).into()),
            0xd1 => Some(i16::from_be_bytes(self.rest()?).into()),
            0xd2 => Some(i32::from_be_bytes(self.rest()?).into()),
            0xd3 => Some(i64::from_be_bytes(self.rest()?)),
            0xca => return decimal(&f32::from_be_bytes(self.rest()?).to_string()),
            0xcb => return decimal(&f64::from_be_bytes(self.rest()?).to_string()),
            _ => {
                let digits = self.text()?;
                return decimal(&digits);
            }
        };
        match whole {
            Some(whole) => Ok(Val::whole(whole)),
            None => malformed("a number of more than 63 bits"),
        }
    }

    fn text(&mut self) -> Result<String, Malformed> {
        let bytes = self.blob()?.to_vec();
        String::from_utf8(bytes).or_else(|_| malformed("text that is not UTF-8"))
    }

    /// Text or bytes.
    fn blob(&mut self) -> Result<&'a [u8], Malformed> {
        let length = match self.byte()? {
            lead @ 0xa0..=0xbf => usize::from(lead & 0x1f),
            0xd9 | 0xc4 => self.big_endian(1)?,
            0xda | 0xc5 => self.big_endian(2)?,
            0xdb | 0xc6 => self.big_endian(4)?,
            other => return malformed(format!("byte {other:#x} for text")),
        };
        self.take(length)
    }

    fn array_length(&mut self) -> Result<usize, Malformed> {
        match self.byte()? {
            lead @ 0x90..=0x9f => Ok(usize::from(lead & 0x0f)),
            0xdc => self.big_endian(2),
            0xdd => self.big_endian(4),
            other => malformed(format!("byte {other:#x} for a list")),
        }
    }

    fn map_length(&mut self) -> Result<usize, Malformed> {
        match self.byte()? {
            lead @ 0x80..=0x8f => Ok(usize::from(lead & 0x0f)),
            0xde => self.big_endian(2),
            0xdf => self.big_endian(4),
            other => malformed(format!("byte {other:#x} for a map")),
        }
    }

    fn skip_extension(&mut self) -> Result<(), Malformed> {
        let length = match self.byte()? {
            0xc7 => self.big_endian(1)?,
            0xc8 => self.big_endian(2)?,
            0xc9 => self.big_endian(4)?,
            lead => 1 << (lead - 0xd4),
        };
        self.take(length + 1).map(drop)
    }

    fn peek(&self) -> Result<u8, Malformed> {
        match self.bytes {
            [first, ..] => Ok(*first),
            [] => malformed("it ends too early"),
        }
    }

    fn byte(&mut self) -> Result<u8, Malformed> {
        Ok(self.take(1)?[0])
    }

    /// What follows the leading byte.
    fn rest<const N: usize>(&mut self) -> Result<[u8; N], Malformed> {
        self.take(1)?;
        let mut rest = [0; N];
        rest.copy_from_slice(self.take(N)?);
        Ok(rest)
    }

    fn big_endian(&mut self, length: usize) -> Result<usize, Malformed> {
        let bytes = self.take(length)?;
        Ok(bytes
            .iter()
            .fold(0, |sum, byte| sum << 8 | usize::from(*byte)))
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], Malformed> {
        match self.bytes.split_at_checked(length) {
            Some((taken, rest)) => {
                self.bytes = rest;
                Ok(taken)
            }
            None => malformed("it ends too early"),
        }
    }
}

fn decimal(digits: &str) -> Result<Val, Malformed> {
    match Number::parse(digits) {
        Parsed::Exact(number) => Ok(Val::number(number)),
        _ => malformed(format!("the number {digits} is out of range")),
    }
}

fn write(value: &Val, ty: &Type, out: &mut Vec<u8>) {
    if *ty == Type::Dynamic && !is_typeless(value) {
        let own = value.ty();
        out.push(0x92);
        write_blob(to_json(&own).to_string().as_bytes(), 0xc4, out);
        return write(value, &own, out);
    }
    match value.kind() {
        Kind::Unknown(_) => out.extend([0xd4, 0x00, 0x00]),
        Kind::Null(_) => out.push(0xc0),
        Kind::Bool(value) => out.push(if *value { 0xc3 } else { 0xc2 }),
        Kind::Number(number) => write_number(*number, out),
        Kind::Text(text) => write_text(text, out),
        Kind::List(_, items) | Kind::Set(_, items) => {
            write_length(items.len(), 0x90, 0xdc, out);
            let element = ty.element().unwrap_or(&Type::Dynamic);
            items.iter().for_each(|item| write(item, element, out));
        }
        Kind::Tuple(items) => {
            write_length(items.len(), 0x90, 0xdc, out);
            match ty {
                Type::Tuple(types) => {
                    let items = items.iter().zip(types);
                    items.for_each(|(item, ty)| write(item, ty, out));
                }
                _ => items.iter().for_each(|item| write(item, &item.ty(), out)),
            }
        }
        Kind::Map(_, entries) => {
            write_length(entries.len(), 0x80, 0xde, out);
            let element = ty.element().unwrap_or(&Type::Dynamic);
            for (key, item) in entries.iter() {
                write_text(key, out);
                write(item, element, out);
            }
        }
        Kind::Object(entries) => {
            write_length(entries.len(), 0x80, 0xde, out);
            for (name, item) in entries.iter() {
                write_text(name, out);
                match ty.field(name) {
                    Some(field) => write(item, &field.ty, out),
                    None => write(item, &item.ty(), out),
                }
            }
        }
    }
}

/// Whether it is unknown or `null` without a type of its own.
fn is_typeless(value: &Val) -> bool {
    match value.kind() {
        Kind::Unknown(ty) | Kind::Null(ty) => **ty == Type::Dynamic,
        _ => false,
    }
}

/// cty writes what is no integer as a float when that is exact, and otherwise as its digits.
fn write_number(number: Number, out: &mut Vec<u8>) {
    if let Some(whole) = number.to_whole() {
        match whole {
            0..=0x7f => out.push(whole as u8),
            _ => {
                out.push(0xd3);
                out.extend(whole.to_be_bytes());
            }
        }
        return;
    }
    match number.to_text() {
        Some(digits)
            if Number::parse(&format!("{:?}", number.to_f64())) != Parsed::Exact(number) =>
        {
            write_text(&digits, out);
        }
        _ => {
            out.push(0xcb);
            out.extend(number.to_f64().to_be_bytes());
        }
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    match text.len() {
        length @ 0..=31 => {
            out.push(0xa0 | length as u8);
            out.extend(text.as_bytes());
        }
        _ => write_blob(text.as_bytes(), 0xd9, out),
    }
}

/// Bytes, or text that is not short, after the marks `lead`, `lead + 1` or `lead + 2` for lengths of 1, 2 or 4 bytes.
fn write_blob(bytes: &[u8], lead: u8, out: &mut Vec<u8>) {
    let length = bytes.len() as u32;
    match length {
        0..=0xff => out.extend([lead, length as u8]),
        0x100..=0xffff => {
            out.push(lead + 1);
            out.extend((length as u16).to_be_bytes());
        }
        _ => {
            out.push(lead + 2);
            out.extend(length.to_be_bytes());
        }
    }
    out.extend(bytes);
}

fn write_length(length: usize, short: u8, long: u8, out: &mut Vec<u8>) {
    match length {
        0..=15 => out.push(short | length as u8),
        16..=0xffff => {
            out.push(long);
            out.extend((length as u16).to_be_bytes());
        }
        _ => {
            out.push(long + 1);
            out.extend((length as u32).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn there_and_back(value: Val, ty: &Type) {
        assert_eq!(decode(&encode(&value, ty), ty), Ok(value));
    }

    #[test]
    fn values_come_back_as_they_went() {
        there_and_back(Val::text("x".repeat(300)), &Type::String);
        there_and_back(Val::text(""), &Type::String);
        for whole in [0, 127, 128, -1, 65_536, i64::MIN, i64::MAX] {
            there_and_back(Val::whole(whole), &Type::Number);
        }
        let tenth = Number::ratio(1, 10).unwrap();
        there_and_back(Val::number(tenth), &Type::Number);
        there_and_back(Val::unknown(Type::Bool), &Type::Bool);
        let numbers: Vec<Val> = (0..70_000).map(Val::whole).collect();
        there_and_back(Val::list(Type::Number, numbers), &Type::list(Type::Number));
        let ty = Type::object([
            ("a".to_owned(), Type::Dynamic),
            ("b".to_owned(), Type::Bool),
        ]);
        let inner = Val::object([("n", Val::null_of(Type::String)), ("t", Val::tuple(vec![]))]);
        there_and_back(Val::object([("a", inner), ("b", Val::bool(true))]), &ty);
    }

    #[test]
    fn what_refines_an_unknown_value_is_skipped() {
        let refined = [0xc7, 0x03, 0x0c, 0x81, 0x01, 0xc2];
        assert_eq!(
            decode(&refined, &Type::String),
            Ok(Val::unknown(Type::String))
        );
    }

    #[test]
    fn numbers_that_come_as_digits_or_floats_are_read() {
        assert_eq!(
            decode(b"\xa30.5", &Type::Number),
            decode(&[0xcb, 0x3f, 0xe0, 0, 0, 0, 0, 0, 0], &Type::Number)
        );
    }

    #[test]
    fn broken_bytes_are_an_error() {
        let list = Type::list(Type::String);
        for bytes in [
            &[][..],
            &[0x91],
            &[0x90, 0x00],
            &[0xdd, 0xff, 0xff, 0xff, 0xff],
            b"\xa1x",
        ] {
            assert!(decode(bytes, &list).is_err(), "{bytes:x?}");
        }
    }
}
