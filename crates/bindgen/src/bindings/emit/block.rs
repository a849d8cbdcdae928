//! The struct of a nested block.

use std::fmt::Write;

use super::super::model::{Argument, Block, Takes};
use super::super::names;
use super::{arguments_struct, doc, field_value, inline, parameter};

/// The struct of a nested block.
pub(super) fn block(block: &Block) -> String {
    let Block {
        name,
        path,
        nulls,
        arguments,
    } = block;
    let required: Vec<_> = arguments
        .iter()
        .filter(|argument| argument.is_required)
        .collect();
    let nulls: Vec<_> = nulls.iter().map(|name| format!("{name:?}")).collect();
    let empty = if nulls.is_empty() {
        "Object::new()".to_owned()
    } else {
        format!("nulls(&[{}])", nulls.join(", "))
    };
    let default = if required.is_empty() && nulls.is_empty() {
        ", Default"
    } else {
        ""
    };
    let mut out = format!(
        "/// The block `{path}`.
        #[derive(Clone{default})]
        #[must_use = \"a block says nothing until it is set\"]
        pub struct {name}(Object);

        impl {name} {{
        "
    );
    if required.is_empty() {
        let _ = write!(
            out,
            "/// A block in which nothing is set.
            #[inline]
            pub fn new() -> Self {{ Self({empty}) }}

            "
        );
    } else {
        let _ = write!(
            out,
            "/// A block with what it cannot be without.
            #[inline]
            #[track_caller]
            pub fn new(args: {name}Args) -> Self {{
                let body = {empty};
            "
        );
        for argument in required {
            let _ = writeln!(
                out,
                "let body = argument(body, {:?}, {});",
                argument.name,
                field_value(argument)
            );
        }
        out += "Self(body)\n}\n\n";
    }
    arguments
        .iter()
        .filter(|argument| !argument.is_required)
        .for_each(|one| out += &block_setter(one));
    out += "}\n\n";
    if default.is_empty() && arguments.iter().all(|argument| !argument.is_required) {
        let _ = writeln!(
            out,
            "impl Default for {name} {{ fn default() -> Self {{ Self::new() }} }}\n"
        );
    }
    let _ = writeln!(
        out,
        "impl IsBlock for {name} {{ #[inline] fn into_object(self) -> Object {{ self.0 }} }}\n"
    );
    if arguments.iter().any(|argument| argument.is_required) {
        out += &arguments_struct(
            &format!("What a [`{name}`] cannot be without."),
            name,
            arguments,
        );
    }
    out
}

fn block_setter(argument: &Argument) -> String {
    let Argument {
        name, takes, doc, ..
    } = argument;
    let (verb, method, function, (parameter, value)) = match takes {
        Takes::Blocks(block) => (
            "Adds a block",
            format!("add_{name}"),
            "nested",
            (format!("block: {block}"), "block.0".to_owned()),
        ),
        _ => ("Sets", names::field(name), "argument", parameter(takes)),
    };
    let mut out = self::doc(&[vec![format!("{verb} `{name}`.")], doc.clone()].concat());
    let _ = write!(
        out,
        "{}#[track_caller]
        pub fn {method}(self, {parameter}) -> Self {{ Self({function}(self.0, {name:?}, {value})) }}

        ",
        inline(&parameter)
    );
    out
}
