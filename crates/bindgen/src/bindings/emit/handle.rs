//! The struct of a type: its constructor, setters and getters.

use std::fmt::Write;

use terrace_schema::Kind;

use super::super::model::{Argument, Binding, Getter, Gives, Takes};
use super::super::names;
use super::{doc, field_value, inline, parameter};

/// The struct of the type with its constructor, setters and getters.
pub(super) fn handle(binding: &Binding) -> String {
    let Binding {
        kind,
        type_name,
        name,
        has_tags,
        ..
    } = binding;
    let mode = match kind {
        Kind::DataSource => "data",
        Kind::Ephemeral => "ephemeral",
        Kind::Resource | Kind::Provider => "managed",
    };
    let mut out = doc(&[
        vec![format!("The {} `{type_name}`.", kind.words())],
        binding.doc.clone(),
    ]
    .concat());
    let _ = write!(
        out,
        "#[derive(Clone)]
        pub struct {name}(Resource);

        impl IsResource for {name} {{
            #[inline]
            fn resource(&self) -> &Resource {{ &self.0 }}
        }}

        impl Binding for {name} {{
            const TYPE: &'static ResourceType =
                &ResourceType::{mode}({type_name:?}, {has_tags});

            #[inline]
            fn of(resource: Resource) -> Self {{ Self(resource) }}
        }}

        impl {name} {{
        "
    );
    let required: Vec<_> = binding
        .arguments
        .iter()
        .filter(|argument| argument.is_required)
        .collect();
    let parameter = if required.is_empty() {
        String::new()
    } else {
        format!(", args: {name}Args")
    };
    let _ = write!(
        out,
        "
        /// Declares it in `scope`, called `name` there.
        #[track_caller]
        pub fn new(scope: &impl InScope, name: &str{parameter}) -> Self {{
            let resource = Resource::typed(scope, Self::TYPE, name);
        "
    );
    for argument in required {
        let _ = writeln!(
            out,
            "resource.set({:?}, {});",
            argument.name,
            field_value(argument)
        );
    }
    out += "Self(resource)\n}\n\n";
    binding
        .arguments
        .iter()
        .for_each(|argument| out += &setter(name, argument));
    out += &id_getter(binding);
    binding.getters.iter().for_each(|one| out += &getter(one));
    out + "}\n\n"
}

fn setter(owner: &str, argument: &Argument) -> String {
    let Argument {
        name,
        is_required,
        takes,
        doc,
        ..
    } = argument;
    let field = names::field(name);
    let lead = if *is_required {
        vec![format!("Sets [`{owner}Args::{field}`] anew.")]
    } else {
        [vec![format!("Sets `{name}`.")], doc.clone()].concat()
    };
    let mut out = self::doc(&lead);
    let (verb, parameter, value) = match takes {
        Takes::Blocks(block) if !is_required => {
            out = self::doc(&[vec![format!("Adds a block `{name}`.")], doc.clone()].concat());
            ("push", format!("block: {block}"), "block.0".to_owned())
        }
        _ => {
            let (parameter, value) = parameter(takes);
            ("set", parameter, value)
        }
    };
    let method = if verb == "push" { "add" } else { "set" };
    let _ = write!(
        out,
        "{}#[track_caller]
        pub fn {method}_{name}(&self, {parameter}) -> &Self {{
            self.0.{verb}({name:?}, {value});
            self
        }}

        ",
        inline(&parameter)
    );
    out
}

fn id_getter(binding: &Binding) -> String {
    let (ty, value) = match &binding.id_kind {
        Some(kind) => (format!("Id<{kind}>"), "self.0.id()"),
        None => ("Expr<String>".to_owned(), "self.0.attribute(\"id\")"),
    };
    format!("/// Its id.\n#[inline]\npub fn id(&self) -> {ty} {{ {value} }}\n\n")
}

fn getter(getter: &Getter) -> String {
    let Getter {
        name,
        doc,
        gives,
        path,
    } = getter;
    let place = path.join("[0].");
    let mut out = self::doc(&[vec![format!("The attribute `{place}`.")], doc.clone()].concat());
    let source = match &path[..] {
        [one] => format!("self.0.attribute({one:?})"),
        [block, member] => format!("in_block(&self.0, {block:?}, {member:?})"),
        _ => String::new(),
    };
    let _ = match gives {
        Gives::Value(ty) => writeln!(
            out,
            "#[inline]\npub fn {name}(&self) -> Expr<{ty}> {{ {source} }}\n"
        ),
        Gives::Id(kind) => writeln!(
            out,
            "#[inline]\npub fn {name}(&self) -> Id<{kind}> {{ Id::from_expr({source}) }}\n"
        ),
    };
    out
}
