//! Conversions, and functions about marks.

use terrace_ir::Type;

use super::{Outcome, known};
use crate::eval::convert::{convert, converted};
use crate::eval::problem::{a_type, described};
use crate::eval::value::{Kind, Marks, Val};

fn to(values: &[Val], want: &Type) -> Outcome {
    let Some(value) = values.first() else {
        return Ok(None);
    };
    if let Kind::Unknown(ty) = value.kind() {
        // Of an unknown value Terraform knows no more than that it will be of this kind.
        return match (**ty == *want, converted(ty, want)) {
            (true, _) => known(value.clone()),
            (_, Some(_)) => known(Val::unknown(want.clone()).marked(value.marks())),
            (_, None) => Err(format!(
                "{} is required, but this is {}",
                a_type(want),
                described(value)
            )),
        };
    }
    convert(value, want)
        .map(Some)
        .map_err(|problem| problem.told())
}

pub(super) fn tobool(values: &[Val]) -> Outcome {
    to(values, &Type::Bool)
}

pub(super) fn tolist(values: &[Val]) -> Outcome {
    to(values, &Type::list(Type::Dynamic))
}

pub(super) fn tomap(values: &[Val]) -> Outcome {
    to(values, &Type::map(Type::Dynamic))
}

pub(super) fn tonumber(values: &[Val]) -> Outcome {
    to(values, &Type::Number)
}

pub(super) fn toset(values: &[Val]) -> Outcome {
    to(values, &Type::set(Type::Dynamic))
}

pub(super) fn tostring(values: &[Val]) -> Outcome {
    to(values, &Type::String)
}

pub(super) fn sensitive(values: &[Val]) -> Outcome {
    Ok(values
        .first()
        .map(|value| value.clone().marked(Marks::SENSITIVE)))
}

pub(super) fn nonsensitive(values: &[Val]) -> Outcome {
    Ok(values.first().map(|value| {
        let ephemeral = value.marks().ephemeral;
        let marks = if ephemeral {
            Marks::EPHEMERAL
        } else {
            Marks::NONE
        };
        value.clone().unmarked().marked(marks)
    }))
}

pub(super) fn issensitive(values: &[Val]) -> Outcome {
    match values.first() {
        Some(value) if value.marks().sensitive => known(true),
        Some(value) if value.is_known() => known(false),
        _ => Ok(None),
    }
}

pub(super) fn ephemeralasnull(values: &[Val]) -> Outcome {
    Ok(values.first().map(
        |value| match (value.marks().ephemeral, value.deep_marks()) {
            (true, marks) => Val::null_of(value.ty()).marked(Marks {
                ephemeral: false,
                ..marks
            }),
            (
                false,
                Marks {
                    ephemeral: false, ..
                },
            ) => value.clone(),
            // Somewhere inside: that part alone becomes null.
            (false, marks) => Val::unknown(value.ty()).marked(Marks {
                ephemeral: false,
                ..marks
            }),
        },
    ))
}
