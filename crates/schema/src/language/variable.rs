//! `variable` blocks: names, types, defaults, validations.

use terrace_ir::{Any, Block, BlockKind, Data, Diagnostic, Object, Type, render};

use super::codes::{BAD_CONDITION, BAD_DEFAULT, BAD_NAME, BAD_TYPE};
use super::references::refers_to_variable;
use super::report::Report;
use super::resource::conditions;
use super::shape::{self, as_bool};
use super::{nested, type_expression};

/// Checks what the table of names does not say of a `variable` block.
pub(super) fn check<'a>(report: &mut Report<'a>, block: &'a Block) {
    let Some(name) = block.labels.first() else {
        return;
    };
    // The arguments of `module` blocks, where a variable of that name could not be set.
    if shape::knows(BlockKind::Module, name) {
        let summary =
            format!("{name} is an argument of every module block, and no name for a variable");
        let finding = Diagnostic::error(&BAD_NAME, summary).value(name.as_ref());
        report.push(finding.hint("choose another name"), block.origin);
    }
    let ty = block.body.get("type").map_or(Some(Type::Dynamic), |value| {
        report.at("type", |report| declared_type(report, value))
    });
    if let Some(default) = block.body.get("default") {
        report.at("default", |report| {
            self::default(report, &block.body, default, ty.as_ref());
        });
    }
    conditions(report, &block.body, "validation");
    if let Some(value) = block.body.get("validation") {
        report.at("validation", |report| {
            for (index, validation) in nested::bodies(value) {
                report.inside(index, |report| about_itself(report, name, validation));
            }
        });
    }
}

fn declared_type(report: &mut Report, value: &Any) -> Option<Type> {
    let problem = match &value.data {
        Data::Text(text) => match type_expression::parse(text) {
            Ok(ty) => return Some(ty),
            Err(problem) => problem,
        },
        // A type is a text, and an interpolation in it is none.
        _ => format!("{} is no type", render::shown(value)),
    };
    let finding = Diagnostic::error(&BAD_TYPE, problem)
        .value(render::shown(value))
        .hint("the types are string, number, bool, any, list(…), set(…), map(…), tuple([…]) and object({…})");
    report.push(finding, value.origin);
    None
}

fn default(report: &mut Report, body: &Object, default: &Any, ty: Option<&Type>) {
    let is = |name: &str, wanted: bool| body.get(name).and_then(as_bool) == Some(wanted);
    let finding = if default.data == Data::Null {
        if !is("nullable", false) {
            return;
        }
        let summary = "null is no default of a variable that is not nullable";
        Diagnostic::error(&BAD_DEFAULT, summary).hint("give another default, or none")
    } else {
        let Some(problem) = ty.and_then(|ty| mismatch(default, ty)) else {
            return;
        };
        let summary = "the default does not fit the type";
        let finding = if is("sensitive", true) {
            Diagnostic::error(&BAD_DEFAULT, summary)
        } else {
            Diagnostic::error(&BAD_DEFAULT, format!("{summary}: {problem}"))
                .value(render::shown(default))
        };
        finding.hint("change the default or the type")
    };
    report.push(finding, default.origin);
}

fn about_itself(report: &mut Report, name: &str, validation: &Object) {
    let Some(condition) = validation.get("condition") else {
        return;
    };
    if !refers_to_variable(condition, name) {
        let summary = format!("the condition does not refer to var.{name}");
        let finding = Diagnostic::error(&BAD_CONDITION, summary);
        report.at("condition", |report| {
            report.push(
                finding.hint(format!("refer to var.{name}, or take the validation out")),
                condition.origin,
            );
        });
    }
}

/// Why a literal does not convert to a type, by Terraform's rules; `None` when it does, and when that is not certain.
pub(super) fn mismatch(value: &Any, ty: &Type) -> Option<String> {
    let wanted = |what: &str| Some(format!("{} is no {what}", render::shown(value)));
    match (&value.data, ty) {
        (Data::Null | Data::Expr(_), _) | (_, Type::Dynamic) => None,
        (Data::Bool(_) | Data::Int(_) | Data::Number(_) | Data::Text(_), Type::String)
        | (Data::Int(_) | Data::Number(_), Type::Number)
        | (Data::Bool(_), Type::Bool) => None,
        (Data::Text(text), Type::Number) if is_number(text) => None,
        (Data::Text(text), Type::Bool) if matches!(&**text, "true" | "false" | "1" | "0") => None,
        (Data::List(items), Type::List(element) | Type::Set(element)) => {
            elements(items.iter().enumerate(), element, |(at, item)| {
                (format!("[{at}]"), item)
            })
        }
        (Data::Object(object), Type::Map(element)) => elements(object.iter(), element, |entry| {
            (
                format!("[\"{}\"]", entry.key.as_text().unwrap_or("…")),
                &entry.value,
            )
        }),
        (Data::Object(object), Type::Object(fields)) => fields.iter().find_map(|field| {
            let problem = match object.get(&field.name) {
                None if field.optional => None,
                None => return Some(format!("the attribute {} is missing", field.name)),
                Some(value) => mismatch(value, &field.ty),
            };
            problem.map(|problem| format!("{}: {problem}", field.name))
        }),
        (Data::List(items), Type::Tuple(types)) => {
            if items.len() != types.len() {
                return Some(format!(
                    "{} elements are wanted, {} given",
                    types.len(),
                    items.len()
                ));
            }
            let pairs = items.iter().zip(types).enumerate();
            pairs
                .filter_map(|(at, (item, ty))| Some(format!("[{at}]: {}", mismatch(item, ty)?)))
                .next()
        }
        (_, Type::String) => wanted("text"),
        (_, Type::Number) => wanted("number"),
        (_, Type::Bool) => wanted("true or false"),
        (_, Type::List(_) | Type::Set(_)) => wanted("list"),
        (_, Type::Map(_)) => wanted("map"),
        (_, Type::Object(_)) => wanted("object"),
        (_, Type::Tuple(_)) => wanted("list"),
    }
}

/// Checks the elements of a collection. Where their type is open they must still have one in common: a simple value and
/// a structure never do.
fn elements<'v, I>(
    items: impl Iterator<Item = I>,
    element: &Type,
    split: impl Fn(I) -> (String, &'v Any),
) -> Option<String> {
    let (mut simple, mut list, mut object) = (false, false, false);
    for item in items {
        let (place, item) = split(item);
        match &item.data {
            Data::Null | Data::Expr(_) => {}
            Data::List(_) => list = true,
            Data::Object(_) => object = true,
            _ => simple = true,
        }
        if let Some(problem) = mismatch(item, element) {
            return Some(format!("{place}: {problem}"));
        }
    }
    (*element == Type::Dynamic && usize::from(simple) + usize::from(list) + usize::from(object) > 1)
        .then(|| "the elements have no type in common".to_owned())
}

/// Whether text converts to a number: digits with an optional sign, fraction and exponent.
fn is_number(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    match text.bytes().next() {
        Some(b'0'..=b'9' | b'.') => text.parse::<f64>().is_ok(),
        // Words for the infinite: not judged.
        Some(b'i' | b'I') => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    fn fits(value: impl Into<Any>, ty: &str) -> bool {
        mismatch(
            &value.into(),
            &type_expression::parse(ty).unwrap_or(Type::Dynamic),
        )
        .is_none()
    }

    #[test]
    fn defaults_convert_as_terraform_converts() {
        assert!(fits("5", "number") && fits("1e3", "number") && fits(true, "string"));
        assert!(fits("1", "bool") && !fits(1, "bool") && !fits("yes", "bool"));
        assert!(!fits("0x1F", "number") && !fits(" 5", "number") && !fits(true, "number"));
        assert!(
            !fits("a", "list(string)") && fits(vec![Any::from(1), Any::from("a")], "list(string)")
        );
        assert!(
            !fits(Object::new(), "object({a = string})")
                && fits(Object::new(), "object({a = optional(string)})")
        );
        assert!(
            fits(Object::new().with("b", 1), "map(string)") && !fits(Vec::new(), "map(string)")
        );
    }

    #[test]
    fn elements_of_an_open_type_need_one_in_common() {
        assert!(fits(vec![Any::from(1), Any::from("a")], "list(any)"));
        assert!(!fits(
            vec![Any::from(1), Any::from(Object::new())],
            "list(any)"
        ));
    }

    #[test]
    fn the_problem_says_where() {
        let value = Any::from(vec![Any::from(Object::new().with("a", "x"))]);
        let ty = type_expression::parse("list(object({a = number}))").unwrap();
        assert_eq!(
            mismatch(&value, &ty).as_deref(),
            Some("[0]: a: \"x\" is no number")
        );
    }
}
