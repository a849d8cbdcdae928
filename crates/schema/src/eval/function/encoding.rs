//! JSON, Base64 and URLs.

use std::fmt::Write;

use serde_json::Value as Json;
use terrace_ir::Type;

use super::{Outcome, known, text};
use crate::eval::expression::number;
use crate::eval::value::{Kind, Val};

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

pub(super) fn base64encode(values: &[Val]) -> Outcome {
    let mut out = String::new();
    for chunk in text(values, 0).as_bytes().chunks(3) {
        let bits = chunk.iter().enumerate().fold(0_u32, |bits, (n, byte)| {
            bits | u32::from(*byte) << (16 - 8 * n)
        });
        for n in 0..4 {
            match n <= chunk.len() {
                true => out.push(char::from(BASE64[(bits >> (18 - 6 * n) & 63) as usize])),
                false => out.push('='),
            }
        }
    }
    known(out)
}

pub(super) fn base64decode(values: &[Val]) -> Outcome {
    let refuse = || Err("this is no Base64".to_owned());
    // Go skips line ends.
    let encoded: Vec<u8> = text(values, 0)
        .bytes()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    let digits: &[u8] = match encoded.as_slice() {
        [rest @ .., b'=', b'='] | [rest @ .., b'='] => rest,
        all => all,
    };
    if !encoded.len().is_multiple_of(4) || digits.len() % 4 == 1 {
        return refuse();
    }
    let mut out = Vec::new();
    for chunk in digits.chunks(4) {
        let mut bits = 0_u32;
        for (n, digit) in chunk.iter().enumerate() {
            match BASE64.iter().position(|known| known == digit) {
                Some(value) => bits |= (value as u32) << (18 - 6 * n),
                None => return refuse(),
            }
        }
        out.extend_from_slice(&bits.to_be_bytes()[1..chunk.len()]);
    }
    match String::from_utf8(out) {
        Ok(text) => known(text),
        Err(_) => Err("what is decoded from this Base64 is no text".to_owned()),
    }
}

pub(super) fn urlencode(values: &[Val]) -> Outcome {
    let mut out = String::new();
    for byte in text(values, 0).bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push(char::from(byte))
            }
            b' ' => out.push('+'),
            byte => {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
            }
        }
    }
    known(out)
}

pub(super) fn jsonencode(values: &[Val]) -> Outcome {
    let mut out = String::new();
    let written = values.first().and_then(|value| write_json(value, &mut out));
    Ok(written.map(|()| Val::text(out)))
}

/// Writes a value as JSON, as Go does; `None` when a part of it is unknown.
pub(super) fn write_json(value: &Val, out: &mut String) -> Option<()> {
    match value.kind() {
        Kind::Unknown(_) => return None,
        Kind::Null(_) => out.push_str("null"),
        Kind::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Kind::Number(number) => out.push_str(&number.to_text()?),
        Kind::Text(text) => write_json_text(text, out),
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                out.push_str(if n > 0 { "," } else { "" });
                write_json(item, out)?;
            }
            out.push(']');
        }
        Kind::Map(_, entries) | Kind::Object(entries) => {
            out.push('{');
            for (n, (key, item)) in entries.iter().enumerate() {
                out.push_str(if n > 0 { "," } else { "" });
                write_json_text(key, out);
                out.push(':');
                write_json(item, out)?;
            }
            out.push('}');
        }
    }
    Some(())
}

fn write_json_text(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..' ' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

pub(super) fn jsondecode(values: &[Val]) -> Outcome {
    match serde_json::from_str::<Json>(text(values, 0)) {
        Ok(json) => known(from_json(&json)),
        // Go reads deeper than this.
        Err(error) if error.to_string().contains("recursion limit") => Ok(None),
        Err(error) => Err(format!("this is no JSON: {error}")),
    }
}

fn from_json(json: &Json) -> Val {
    match json {
        Json::Null => Val::null(),
        Json::Bool(value) => Val::bool(*value),
        Json::Number(digits) => match digits.to_string() {
            // Beyond these the digits that stood there are lost.
            text if digits.is_f64() && text.len() > 15 => Val::unknown(Type::Number),
            text => number(&text),
        },
        Json::String(text) => Val::text(text.as_str()),
        Json::Array(items) => Val::tuple(items.iter().map(from_json).collect()),
        Json::Object(entries) => Val::object(
            entries
                .iter()
                .map(|(key, item)| (key.as_str(), from_json(item))),
        ),
    }
}
