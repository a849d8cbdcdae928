//! Attributes, indexes and splats.

use terrace_ir::node::{Splat, SplatStep};
use terrace_ir::{Node, Type};

use super::convert::convert;
use super::operator::shown;
use super::problem::{
    INVALID_EXPRESSION, INVALID_INDEX, Problem, UNSUPPORTED_ATTRIBUTE, a_type, described, shortened,
};
use super::value::{Kind, Marks, Val};
use super::{Evaluator, unknown};
use crate::nearest::nearest;

impl Evaluator<'_> {
    /// `source.name`
    pub(super) fn attribute(&mut self, source: &Val, name: &str, whole: &Node) -> Val {
        self.step(attribute(source, name), whole)
    }

    /// `source[key]`
    pub(super) fn index(&mut self, source: &Val, key: &Val, whole: &Node) -> Val {
        self.step(index(source, key), whole)
    }

    fn step(&mut self, result: Result<Val, Problem>, whole: &Node) -> Val {
        result.unwrap_or_else(|mut problem| {
            problem.summary = format!("`{}`: {}", shown(whole), problem.summary);
            self.refuse(problem)
        })
    }

    /// `source[*].a.b`: of each element of a list, set or tuple; of any other value as if it were alone in a tuple; none of
    /// `null`.
    pub(super) fn splat(&mut self, splat: &Splat, whole: &Node) -> Val {
        let source = self.evaluate(&splat.source);
        self.every(source, &splat.each, whole)
    }

    /// The steps applied to each element of a value.
    fn every(&mut self, source: Val, each: &[SplatStep], whole: &Node) -> Val {
        let ty = source.ty();
        let sequence = matches!(ty, Type::List(_) | Type::Set(_) | Type::Tuple(_));
        let marks = source.marks();
        if source.is_null() {
            return match sequence {
                false => Val::tuple(Vec::new()),
                true => self.refuse(Problem::new(
                    &INVALID_EXPRESSION,
                    format!("`{}`: `null` has no elements", shown(whole)),
                )),
            };
        }
        if source.is_dynamic() {
            return source;
        }
        if !sequence {
            let item = self.each_step(source.clone(), each, whole);
            // Null would give an empty tuple.
            return match source.is_known() {
                true => Val::tuple(vec![item.marked(marks)]),
                false => unknown(Type::Dynamic, marks),
            };
        }
        match (source.as_items(), ty) {
            (Some(items), Type::Tuple(_)) => {
                let items = items
                    .iter()
                    .map(|item| self.each_step(item.clone(), each, whole));
                Val::tuple(items.collect()).marked(marks)
            }
            (Some(items), Type::List(element) | Type::Set(element)) if !items.is_empty() => {
                let items: Vec<Val> = items
                    .iter()
                    .map(|item| self.each_step(item.clone(), each, whole))
                    .collect();
                let ty = items.first().map_or(*element, Val::ty);
                Val::list(ty, items).marked(marks)
            }
            (items, Type::List(element) | Type::Set(element)) => {
                let element = self.each_step(Val::unknown(*element), each, whole).ty();
                match items {
                    Some(_) => Val::list(element, Vec::new()).marked(marks),
                    None => unknown(Type::list(element), marks),
                }
            }
            (_, Type::Tuple(types)) => {
                let types = types
                    .into_iter()
                    .map(|ty| self.each_step(Val::unknown(ty), each, whole).ty());
                let ty = Type::Tuple(types.collect());
                unknown(ty, marks)
            }
            (_, _) => unknown(Type::Dynamic, marks),
        }
    }

    fn each_step(&mut self, item: Val, each: &[SplatStep], whole: &Node) -> Val {
        let mut value = item;
        let mut steps = each;
        while let [step, rest @ ..] = steps {
            steps = rest;
            value = match step {
                SplatStep::Splat { full } => {
                    let attributes = rest
                        .iter()
                        .take_while(|step| matches!(step, SplatStep::Attribute(_)));
                    let inner = if *full {
                        rest.len()
                    } else {
                        attributes.count()
                    };
                    steps = &rest[inner..];
                    self.every(value, &rest[..inner], whole)
                }
                SplatStep::Attribute(name) => self.attribute(&value, name, whole),
                SplatStep::Index(key) => {
                    let key = self.evaluate(key);
                    self.index(&value, &key, whole)
                }
            };
        }
        value
    }
}

/// The attribute of a value.
pub(crate) fn attribute(source: &Val, name: &str) -> Result<Val, Problem> {
    let marks = source.marks();
    let refuse = |summary: String| Err(Problem::new(&UNSUPPORTED_ATTRIBUTE, summary));
    match source.kind() {
        Kind::Null(_) => refuse(format!("`null` has no attribute `{name}`")),
        Kind::Object(entries) => match source.get(name) {
            Some(value) => Ok(value.clone().marked(marks)),
            None => Err(no_attribute(name, entries.iter().map(|(name, _)| &**name))),
        },
        Kind::Map(..) => match source.get(name) {
            Some(value) => Ok(value.clone().marked(marks)),
            None => Err(no_key(name, source)),
        },
        Kind::Unknown(ty) => match &**ty {
            Type::Dynamic => Ok(source.clone()),
            Type::Map(element) => Ok(unknown((**element).clone(), marks)),
            Type::Object(fields) => match ty.field(name) {
                Some(field) => Ok(unknown(field.ty.clone(), marks)),
                None => Err(no_attribute(
                    name,
                    fields.iter().map(|field| field.name.as_str()),
                )),
            },
            ty => Err(without_attributes(ty, name)),
        },
        _ => Err(without_attributes(&source.ty(), name)),
    }
}

fn no_attribute<'a>(name: &str, names: impl Iterator<Item = &'a str> + Clone) -> Problem {
    let problem = Problem::new(
        &UNSUPPORTED_ATTRIBUTE,
        format!("there is no attribute `{name}`"),
    );
    if let Some(near) = nearest(name, names.clone()) {
        return problem.hint(format!("did you mean `{near}`?"));
    }
    let some: Vec<&str> = names.take(8).collect();
    match some.is_empty() {
        true => problem,
        false => problem.hint(format!("use one of `{}`", some.join("`, `"))),
    }
}

fn without_attributes(ty: &Type, name: &str) -> Problem {
    let problem = Problem::new(
        &UNSUPPORTED_ATTRIBUTE,
        format!("{} has no attribute `{name}`", a_type(ty)),
    );
    match ty {
        Type::List(_) | Type::Tuple(_) => problem.hint(format!(
            "take one element, `[0].{name}`, or that of all, `[*].{name}`"
        )),
        Type::Set(_) => problem.hint(format!("take that of all elements, `[*].{name}`")),
        _ => problem,
    }
}

fn no_key(key: &str, map: &Val) -> Problem {
    let problem = Problem::new(
        &INVALID_INDEX,
        format!("there is no key {}", shortened(key)),
    );
    let keys = map.as_entries().unwrap_or_default();
    match nearest(key, keys.iter().map(|(key, _)| &**key)) {
        Some(near) => problem.hint(format!("did you mean {}?", shortened(near))),
        None => problem,
    }
}

/// The element of a value.
pub(crate) fn index(source: &Val, key: &Val) -> Result<Val, Problem> {
    let refuse = |summary: String| Err(Problem::new(&INVALID_INDEX, summary));
    let marks = source.marks();
    if source.is_null() {
        return refuse("`null` has no elements".to_owned());
    }
    if key.is_null() {
        return refuse("`null` is no index".to_owned());
    }
    if source.is_dynamic() || key.is_dynamic() {
        return Ok(unknown(Type::Dynamic, marks));
    }
    match source.ty() {
        Type::List(element) => {
            let key = key_of(key, &Type::Number)?;
            match (source.as_items(), key.as_number()) {
                (Some(items), Some(number)) => {
                    in_range(items, position(number)?, marks.and(key.marks()))
                }
                _ => Ok(unknown(*element, marks)),
            }
        }
        Type::Tuple(types) => {
            let key = key_of(key, &Type::Number)?;
            let Some(number) = key.as_number() else {
                return Ok(unknown(Type::Dynamic, marks));
            };
            let at = position(number)?;
            match (source.as_items(), types.get(at)) {
                (Some(items), _) => in_range(items, at, marks.and(key.marks())),
                (None, Some(ty)) => Ok(unknown(ty.clone(), marks)),
                (None, None) => refuse(out_of_range(at, types.len())),
            }
        }
        Type::Map(element) => {
            let key = key_of(key, &Type::String)?;
            match (source.is_known(), key.as_text()) {
                (true, Some(text)) => match source.get(text) {
                    Some(value) => Ok(value.clone().marked(marks.and(key.marks()))),
                    None if key.marks().sensitive => refuse("there is no such key".to_owned()),
                    None => Err(no_key(text, source)),
                },
                _ => Ok(unknown(*element, marks)),
            }
        }
        Type::Object(_) => {
            let key = key_of(key, &Type::String)?;
            match key.as_text() {
                // Terraform does not look at the keys of an object that is unknown.
                Some(text) if source.is_known() => attribute(source, text),
                _ => Ok(unknown(Type::Dynamic, marks)),
            }
        }
        Type::Set(_) => Err(Problem::new(
            &INVALID_INDEX,
            "the elements of a set have no order, so it has no index",
        )
        .hint("make it a list, `tolist(…)[0]`, or take its only element, `one(…)`")),
        ty => refuse(format!("{} has no elements", a_type(&ty))),
    }
}

fn key_of(key: &Val, ty: &Type) -> Result<Val, Problem> {
    convert(key, ty).map_err(|_| {
        let kind = if *ty == Type::Number {
            "a number"
        } else {
            "text"
        };
        Problem::new(
            &INVALID_INDEX,
            format!("the index must be {kind}, but this is {}", described(key)),
        )
    })
}

fn position(number: super::Number) -> Result<usize, Problem> {
    let whole = number
        .to_whole()
        .and_then(|whole| usize::try_from(whole).ok());
    whole.ok_or_else(|| {
        let shown = number.to_text().unwrap_or_else(|| "a fraction".to_owned());
        Problem::new(
            &INVALID_INDEX,
            format!("the index must be a whole number from 0 on, but this is {shown}"),
        )
    })
}

fn in_range(items: &[Val], at: usize, marks: Marks) -> Result<Val, Problem> {
    match items.get(at) {
        Some(item) => Ok(item.clone().marked(marks)),
        None => Err(Problem::new(&INVALID_INDEX, out_of_range(at, items.len()))),
    }
}

fn out_of_range(at: usize, length: usize) -> String {
    match length {
        0 => format!("there is no element {at}: there are none at all"),
        length => format!("there is no element {at}: the last one is {}", length - 1),
    }
}
