//! Calls of functions.

use terrace_ir::functions::{self, Function, Kind as Parameter};
use terrace_ir::node::Call;
use terrace_ir::{Node, Type};

use super::convert::convert;
use super::function::{self, Body};
use super::operator::shown;
use super::problem::{INVALID_ARGUMENT, Problem, UNKNOWN_FUNCTION, WRONG_ARITY, described};
use super::value::{Marks, Val};
use super::{Evaluator, unknown};
use crate::nearest::nearest;

impl Evaluator<'_> {
    pub(super) fn call(&mut self, call: &Call, whole: &Node) -> Val {
        if call.name.starts_with("provider::") {
            // What providers' functions take and give is not known here.
            for argument in &call.arguments {
                self.evaluate(argument);
            }
            return Val::dynamic();
        }
        let Some(function) = functions::find(&call.name) else {
            return self.refuse(unknown_function(&call.name));
        };
        let Some(arguments) = self.arguments(function, call, whole) else {
            return Val::dynamic();
        };
        match function.name {
            "try" => self.attempted(&arguments, whole),
            "can" => self.possible(&arguments),
            _ => {
                let failures = self.failures;
                let values = self.converted(function, &arguments, whole);
                match self.failures == failures {
                    true => self.invoke(function, &values, whole),
                    false => Val::dynamic(),
                }
            }
        }
    }

    /// The arguments, of which a spread one has become many; `None` when they are not known or their number is wrong.
    fn arguments<'n>(
        &mut self,
        function: &Function,
        call: &'n Call,
        whole: &Node,
    ) -> Option<Vec<Argument<'n>>> {
        let mut arguments: Vec<Argument<'n>> = call
            .arguments
            .iter()
            .map(|node| Argument::Node(node))
            .collect();
        if call.spread
            && let Some(Argument::Node(last)) = arguments.pop()
        {
            let value = self.evaluate(last);
            let marks = value.marks();
            if value.is_dynamic() {
                return None;
            }
            match value.as_items() {
                Some(items) => {
                    arguments.extend(
                        items
                            .iter()
                            .map(|item| Argument::Value(item.clone().marked(marks))),
                    );
                }
                None => {
                    let sequence =
                        matches!(value.ty(), Type::List(_) | Type::Set(_) | Type::Tuple(_));
                    if !sequence || value.is_null() {
                        let summary = format!(
                            "`{}`: `...` spreads a list, a tuple or a set, but this is {}",
                            shown(whole),
                            described(&value)
                        );
                        self.refuse(Problem::new(&INVALID_ARGUMENT, summary));
                    }
                    return None;
                }
            }
        }
        let required = function.parameters.len();
        let given = arguments.len();
        if given < required || given > required && function.variadic.is_none() {
            let least = if function.variadic.is_some() {
                "at least "
            } else {
                ""
            };
            let plural = if required == 1 { "" } else { "s" };
            let summary = format!(
                "`{}`: `{}` takes {least}{required} argument{plural}, but {given} {} given",
                shown(whole),
                function.name,
                if given == 1 { "is" } else { "are" },
            );
            self.refuse(Problem::new(&WRONG_ARITY, summary));
            return None;
        }
        Some(arguments)
    }

    /// The arguments as values of the types that the function takes.
    fn converted(
        &mut self,
        function: &Function,
        arguments: &[Argument<'_>],
        whole: &Node,
    ) -> Vec<Val> {
        let parameters = function.parameters.iter().copied();
        let types = parameters.chain(std::iter::repeat(
            function.variadic.unwrap_or(Parameter::Any),
        ));
        let mut values = Vec::with_capacity(arguments.len());
        for (n, (argument, ty)) in arguments.iter().zip(types).enumerate() {
            let value = self.argument(argument);
            let converted = match ty {
                Parameter::Any => Ok(value),
                ty => convert(&value, &ty.into()),
            };
            match converted {
                Ok(value) => values.push(value),
                Err(problem) => {
                    self.refuse_argument(n, &problem.told(), whole);
                }
            }
        }
        values
    }

    fn argument(&mut self, argument: &Argument<'_>) -> Val {
        match argument {
            Argument::Node(node) => self.evaluate(node),
            Argument::Value(value) => value.clone(),
        }
    }

    fn refuse_argument(&mut self, n: usize, why: &str, whole: &Node) -> Val {
        let summary = format!("`{}`: argument {}: {why}", shown(whole), n + 1);
        self.refuse(Problem::new(&INVALID_ARGUMENT, summary))
    }

    fn invoke(&mut self, function: &Function, values: &[Val], whole: &Node) -> Val {
        let name = function.name;
        let body = function::body(name);
        // In this order: what stands behind an argument of no known type, Terraform does not look at.
        for (n, value) in values.iter().enumerate() {
            if value.is_null() && !function::takes_null(name, n) {
                return self.refuse_argument(n, "`null` is not allowed", whole);
            }
            if value.is_of(&Type::Dynamic) && !function::takes_untyped(name, n) {
                return unknown(Type::Dynamic, marks_of_result(body, values));
            }
        }
        let bearable = self.can_bear(values);
        let result = match body {
            _ if !bearable => Ok(None),
            Body::Marked(run) => run(values),
            Body::Typed(run) => run(&without_marks(values)),
            Body::Known(run) if values.iter().all(Val::is_known) => run(&without_marks(values)),
            Body::Known(_) | Body::Opaque => Ok(None),
        };
        let result = result.map(|value| match (value, body) {
            (Some(value), Body::Marked(_)) => value,
            (Some(value), _) => value.marked(all_marks(values)),
            (None, _) => {
                let ty = function::returns(name).unwrap_or_else(|| function.returns.into());
                unknown(ty, marks_of_result(body, values))
            }
        });
        result.unwrap_or_else(|why| {
            let summary = match all_marks(values).sensitive {
                true => format!(
                    "`{}`: `{}` does not take these values",
                    shown(whole),
                    function.name
                ),
                false => format!("`{}`: {why}", shown(whole)),
            };
            self.refuse(Problem::new(&INVALID_ARGUMENT, summary))
        })
    }

    /// `try`: the first argument that is not refused. One that is refused now will be at apply too; one that is not wholly
    /// known may be refused then, so that another would be taken.
    fn attempted(&mut self, arguments: &[Argument<'_>], whole: &Node) -> Val {
        let mut last = None;
        for argument in arguments {
            let (value, problems) = self.apart(|this| this.argument(argument));
            match problems.into_iter().next() {
                None if value.is_wholly_known() => return value,
                None => return Val::dynamic(),
                Some(problem) => last = Some(problem.summary),
            }
        }
        let why = last.map_or_else(
            || "at least one argument is needed".to_owned(),
            |last| format!("no argument gives a value; the last: {last}"),
        );
        self.refuse(Problem::new(
            &INVALID_ARGUMENT,
            format!("`{}`: {why}", shown(whole)),
        ))
    }

    /// `can`: whether the argument is not refused.
    fn possible(&mut self, arguments: &[Argument<'_>]) -> Val {
        let mut known = true;
        for argument in arguments {
            let (value, problems) = self.apart(|this| this.argument(argument));
            if !problems.is_empty() {
                return Val::bool(false);
            }
            known &= value.is_wholly_known();
        }
        match known {
            true => Val::bool(true),
            false => Val::unknown(Type::Bool),
        }
    }
}

/// An argument before it is converted.
enum Argument<'n> {
    Node(&'n Node),
    /// One of those that were spread.
    Value(Val),
}

fn unknown_function(name: &str) -> Problem {
    let problem = Problem::new(&UNKNOWN_FUNCTION, format!("there is no function `{name}`"));
    let plain = name.strip_prefix("core::").unwrap_or(name);
    match nearest(plain, functions::all().iter().map(|function| function.name)) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem,
    }
}

fn without_marks(values: &[Val]) -> Vec<Val> {
    values.iter().map(Val::without_marks).collect()
}

/// The marks of a result of which nothing is known.
fn marks_of_result(body: Body, values: &[Val]) -> Marks {
    match body {
        Body::Marked(_) => values
            .iter()
            .fold(Marks::NONE, |marks, value| marks.and(value.marks())),
        _ => all_marks(values),
    }
}

fn all_marks(values: &[Val]) -> Marks {
    values
        .iter()
        .fold(Marks::NONE, |marks, value| marks.and(value.deep_marks()))
}
