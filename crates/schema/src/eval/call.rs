//! Calls of functions.

use terrace_ir::functions::{self, Function, Kind as Parameter};
use terrace_ir::node::{Call, For, TemplatePart};
use terrace_ir::{Node, Type};

use super::comprehension::bindings;
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
                "`{}`: {} takes {least}{required} argument{plural}, but {given} {} given",
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
        let body = function::body(function.name);
        if body.nulls == function::Nulls::Refused
            && let Some(n) = values.iter().position(Val::is_null)
        {
            return self.refuse_argument(n, "null is not allowed", whole);
        }
        let returns = || {
            body.returns
                .clone()
                .unwrap_or_else(|| function.returns.into())
        };
        let result = match body.run {
            Body::Marked(run) => run(values)
                .map(|value| value.unwrap_or_else(|| unknown(returns(), all_marks(values)))),
            run => {
                let marks = all_marks(values);
                let plain: Vec<Val> = values.iter().map(Val::without_marks).collect();
                let all_known = plain.iter().all(Val::is_known);
                let some_dynamic = plain.iter().any(Val::is_dynamic);
                let result = match run {
                    Body::Known(run) if all_known => run(&plain),
                    Body::Known(_) if some_dynamic => Ok(Some(Val::dynamic())),
                    Body::Typed(run) => run(&plain),
                    _ => Ok(None),
                };
                result.map(|value| {
                    value
                        .unwrap_or_else(|| Val::unknown(returns()))
                        .marked(marks)
                })
            }
        };
        result.unwrap_or_else(|why| {
            let summary = match all_marks(values).sensitive {
                true => format!(
                    "`{}`: {} does not take these values",
                    shown(whole),
                    function.name
                ),
                false => format!("`{}`: {why}", shown(whole)),
            };
            self.refuse(Problem::new(&INVALID_ARGUMENT, summary))
        })
    }

    /// `try`: the first argument that gives a value.
    fn attempted(&mut self, arguments: &[Argument<'_>], whole: &Node) -> Val {
        let mut last = None;
        for argument in arguments {
            if self.depends_on_unknown(argument) {
                return Val::dynamic();
            }
            let (value, problems) = self.apart(|this| this.argument(argument));
            match problems.into_iter().next() {
                None => return value,
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

    /// `can`: whether the argument gives a value.
    fn possible(&mut self, arguments: &[Argument<'_>]) -> Val {
        let mut possible = true;
        for argument in arguments {
            if self.depends_on_unknown(argument) {
                return Val::unknown(Type::Bool);
            }
            let (_, problems) = self.apart(|this| this.argument(argument));
            possible &= problems.is_empty();
        }
        Val::bool(possible)
    }

    fn depends_on_unknown(&mut self, argument: &Argument<'_>) -> bool {
        match argument {
            Argument::Node(node) => self.refers_to_unknown(node),
            Argument::Value(value) => !value.is_wholly_known(),
        }
    }

    /// Whether any reference in an expression leads to something that is not wholly known.
    fn refers_to_unknown(&mut self, node: &Node) -> bool {
        if is_reference(node) {
            let (value, problems) = self.apart(|this| this.evaluate(node));
            // One that fails for certain does not lead through anything unknown.
            return problems.is_empty() && !value.is_wholly_known();
        }
        match node {
            Node::For(each) => {
                let For {
                    key_name,
                    value_name,
                    source,
                    key,
                    value,
                    condition,
                    ..
                } = &**each;
                let names = bindings(key_name.as_ref(), value_name, Val::null(), Val::null());
                let inner = [Some(value), key.as_ref(), condition.as_ref()];
                self.refers_to_unknown(source)
                    || self.bound(names, |this| {
                        inner
                            .into_iter()
                            .flatten()
                            .any(|node| this.refers_to_unknown(node))
                    })
            }
            Node::Template(parts) => self.parts_refer_to_unknown(parts),
            node => {
                let mut refers = false;
                node.children(&mut |child| refers = refers || self.refers_to_unknown(child));
                refers
            }
        }
    }

    fn parts_refer_to_unknown(&mut self, parts: &[TemplatePart]) -> bool {
        parts.iter().any(|part| match part {
            TemplatePart::Text(_) => false,
            TemplatePart::Interpolation(node) => self.refers_to_unknown(node),
            TemplatePart::If {
                condition,
                then,
                otherwise,
            } => {
                self.refers_to_unknown(condition)
                    || self.parts_refer_to_unknown(then)
                    || self.parts_refer_to_unknown(otherwise)
            }
            TemplatePart::For {
                key_name,
                value_name,
                source,
                body,
            } => {
                let names = bindings(key_name.as_ref(), value_name, Val::null(), Val::null());
                self.refers_to_unknown(source)
                    || self.bound(names, |this| this.parts_refer_to_unknown(body))
            }
        })
    }
}

/// An argument before it is converted.
enum Argument<'n> {
    Node(&'n Node),
    /// One of those that were spread.
    Value(Val),
}

/// Whether a node is a root with attributes and constant indexes.
fn is_reference(node: &Node) -> bool {
    match node {
        Node::Root(_) => true,
        Node::Attribute(source, _) => is_reference(source),
        Node::Index(source, key) => {
            matches!(**key, Node::Number(_) | Node::Text(_)) && is_reference(source)
        }
        _ => false,
    }
}

fn unknown_function(name: &str) -> Problem {
    let problem = Problem::new(&UNKNOWN_FUNCTION, format!("there is no function `{name}`"));
    let plain = name.strip_prefix("core::").unwrap_or(name);
    match nearest(plain, functions::all().iter().map(|function| function.name)) {
        Some(near) => problem.hint(format!("did you mean `{near}`?")),
        None => problem,
    }
}

fn all_marks(values: &[Val]) -> Marks {
    values
        .iter()
        .fold(Marks::NONE, |marks, value| marks.and(value.deep_marks()))
}
