//! `variable` blocks: names, types, defaults, validations.

use terrace_ir::{Any, Block, BlockKind, Data, Diagnostic, Object, Root, Type, render};

use super::codes::{BAD_CONDITION, BAD_DEFAULT, BAD_NAME, BAD_TYPE};
use super::references::refers_to_variable;
use super::report::Report;
use super::resource::conditions;
use super::shape::{self, as_bool};
use super::{nested, type_expression};
use crate::eval::{Scope, Val, convert, from_any};

/// Checks what the table of names does not say of a `variable` block.
pub(super) fn check<'a>(report: &mut Report<'a>, block: &'a Block) {
    let Some(name) = block.labels.first() else {
        return;
    };
    // The arguments of `module` blocks, where a variable of that name could not be set.
    if shape::knows(BlockKind::Module, name) {
        let summary =
            format!("`{name}` is an argument of every `module` block, and no name for a variable");
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
        .hint("use `string`, `number`, `bool`, `any`, `list(…)`, `set(…)`, `map(…)`, `tuple([…])` or `object({…})`");
    report.push(finding, value.origin);
    None
}

fn default(report: &mut Report, body: &Object, default: &Any, ty: Option<&Type>) {
    let is = |name: &str, wanted: bool| body.get(name).and_then(as_bool) == Some(wanted);
    let finding = if default.data == Data::Null {
        if !is("nullable", false) {
            return;
        }
        let summary = "`default` is `null`, and the variable is not nullable";
        Diagnostic::error(&BAD_DEFAULT, summary).hint("give another default, or none")
    } else {
        let Some(problem) = ty.and_then(|ty| mismatch(default, ty)) else {
            return;
        };
        let summary = "`default` does not fit the type";
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
        let summary = format!("`condition` does not refer to `var.{name}`");
        let finding = Diagnostic::error(&BAD_CONDITION, summary);
        report.at("condition", |report| {
            report.push(
                finding.hint(format!(
                    "refer to `var.{name}`, or take the `validation` out"
                )),
                condition.origin,
            );
        });
    }
}

/// Why a literal does not convert to a type, by Terraform's rules; `None` when it does, and when that is not certain.
pub(super) fn mismatch(value: &Any, ty: &Type) -> Option<String> {
    /// A literal refers to nothing.
    struct Nothing;
    impl Scope for Nothing {
        fn root(&self, _: &Root) -> Val {
            Val::dynamic()
        }
    }
    let (value, _) = from_any(value, &Nothing);
    let problem = convert(&value, ty).err()?;
    Some(match problem.path.is_root() {
        true => problem.summary,
        false => format!("{}: {}", problem.path, problem.summary),
    })
}

#[cfg(test)]
mod tests {
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
        let problem = mismatch(&value, &ty).unwrap_or_default();
        assert!(problem.starts_with("[0].a: "), "{problem}");
    }
}
