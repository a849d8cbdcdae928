//! From a schema to a binding.

use std::collections::{BTreeMap, BTreeSet};

use terrace_ir::Type;
use terrace_schema::model::{
    Attribute, BlockType, Choices, Members, MembersForm, NestedBlock, Nesting, Presence, Scalar,
};
use terrace_schema::{Kind, Schema};

use super::choices::Sets;
use super::id_kinds::{IdKind, IdKinds};
use super::model::{Argument, Binding, Block, Choice, KnownTexts, Takes};
use super::walk::{self, Place};
use super::{block_fixups, getters, names, words};

/// What the bindings of one provider share.
pub(crate) struct Context<'a> {
    /// `azurerm`.
    pub(crate) provider: &'a str,
    /// Whether the structs keep the provider's name, `AzapiResource`.
    pub(crate) keeps_prefix: bool,
    pub(crate) id_kinds: &'a IdKinds,
    /// The resource types that are bound.
    pub(crate) bound: &'a BTreeSet<String>,
    /// All resource types of the provider.
    pub(crate) resources: &'a BTreeSet<String>,
}

impl Context<'_> {
    /// A type's name without the provider's, `storage_account`.
    pub(crate) fn module(&self, type_name: &str) -> String {
        let prefix = format!("{}_", self.provider);
        let bare = type_name
            .strip_prefix(&prefix)
            .filter(|_| !self.keeps_prefix);
        names::field(bare.unwrap_or(type_name))
    }

    /// The struct of a type.
    pub(crate) fn struct_name(&self, type_name: &str) -> String {
        names::nested_type(&[self.module(type_name).trim_end_matches('_')], "Type")
    }

    /// The path of the struct that stands for a type's ids.
    pub(crate) fn kind_path(&self, type_name: &str) -> String {
        let module = if self.bound.contains(type_name) {
            "crate"
        } else {
            "crate::kinds"
        };
        format!("{module}::{}", self.struct_name(type_name))
    }
}

/// The binding of a type.
pub(crate) fn binding(context: &Context<'_>, schema: &Schema) -> Binding {
    let name = context.struct_name(&schema.name);
    let (choices, choice_names) = choices(context, schema, &name);
    let mut builder = Builder {
        context,
        schema,
        name: &name,
        choice_names,
        blocks: Vec::new(),
        known: Vec::new(),
    };
    let arguments = builder.arguments(&schema.body, &mut Vec::new());
    let (blocks, known) = (builder.blocks, builder.known);
    Binding {
        kind: schema.kind,
        type_name: schema.name.clone(),
        module: context.module(&schema.name),
        doc: about(schema),
        has_tags: schema
            .body
            .attribute("tags")
            .is_some_and(Attribute::is_settable),
        id_kind: id_kind(context, schema),
        getters: getters::getters(context, schema),
        arguments,
        blocks,
        choices,
        known,
        name,
    }
}

/// The closed sets of a type, and the name of the enum that each argument takes.
fn choices(
    context: &Context<'_>,
    schema: &Schema,
    name: &str,
) -> (Vec<Choice>, BTreeMap<String, String>) {
    let mut sets = Sets::default();
    let mut paths = Vec::new();
    let mut taken = BTreeSet::from([name.to_owned()]);
    walk::arguments(&[schema], &mut |place| {
        taken.extend(
            (1..place.path.len()).map(|depth| names::nested_type(&place.path[..depth], "Block")),
        );
        let closed = place
            .facts
            .choices
            .as_ref()
            .filter(|choices| choices.closed);
        let Some(texts) = closed.and_then(texts) else {
            return;
        };
        let several = is_several(place.attribute);
        if (several || place.attribute.ty == Type::String)
            && context.id_kinds.of_argument(&place).is_none()
        {
            sets.add(place.path, several, texts);
            paths.push(place.path.join("."));
        }
    });
    let is_taken = |name: &str| {
        taken.contains(name.strip_suffix("Args").unwrap_or(name)) || taken.contains(name)
    };
    let (choices, of_set) = sets.named(&is_taken);
    (choices, paths.into_iter().zip(of_set).collect())
}

/// A list or set of texts.
fn is_several(attribute: &Attribute) -> bool {
    matches!(&attribute.ty, Type::List(of) | Type::Set(of) if **of == Type::String)
}

/// The values, where all of them are texts.
fn texts(choices: &Choices) -> Option<Vec<String>> {
    choices
        .values
        .iter()
        .map(|value| match value {
            Scalar::Text(text) => Some(text.clone()),
            _ => None,
        })
        .collect()
}

fn about(schema: &Schema) -> Vec<String> {
    let mut doc = Vec::new();
    if schema.body.deprecated {
        doc.push("Deprecated by the provider.".to_owned());
    }
    if schema.kind == Kind::Resource && schema.never_updates() {
        doc.push("The provider cannot update it: any change replaces it.".to_owned());
    }
    doc
}

fn id_kind(context: &Context<'_>, schema: &Schema) -> Option<String> {
    let is_known = schema.kind == Kind::Resource || context.resources.contains(&schema.name);
    is_known.then(|| context.kind_path(&schema.name))
}

struct Builder<'a> {
    context: &'a Context<'a>,
    schema: &'a Schema,
    /// The struct of the type, which no block may be called.
    name: &'a str,
    /// The enum that the argument at a path takes.
    choice_names: BTreeMap<String, String>,
    blocks: Vec<Block>,
    known: Vec<KnownTexts>,
}

impl Builder<'_> {
    fn arguments(&mut self, body: &BlockType, path: &mut Vec<String>) -> Vec<Argument> {
        let mut arguments = self.attributes(&body.attributes, path);
        for block in &body.blocks {
            arguments.push(self.block(block, path));
        }
        arguments.sort_by(|a, b| a.name.cmp(&b.name));
        arguments
    }

    fn attributes(&mut self, attributes: &[Attribute], path: &mut Vec<String>) -> Vec<Argument> {
        let mut arguments = Vec::new();
        for attribute in attributes
            .iter()
            .filter(|attribute| attribute.is_settable())
        {
            path.push(attribute.name.clone());
            arguments.push(self.attribute(attribute, path));
            path.pop();
        }
        arguments
    }

    fn attribute(&mut self, attribute: &Attribute, path: &mut Vec<String>) -> Argument {
        let takes = match &attribute.members {
            Some(members) => self.block_as_attribute(attribute, members, path),
            None => self.plain(attribute, path),
        };
        let is_typed = matches!(
            takes,
            Takes::Id(_) | Takes::Ids(_) | Takes::AnyId | Takes::AnyIds
        ) || self.choice_names.contains_key(&path.join("."));
        Argument {
            name: attribute.name.clone(),
            is_required: attribute.presence == Presence::Required,
            doc: words::argument(attribute, !is_typed),
            takes,
        }
    }

    fn plain(&mut self, attribute: &Attribute, path: &[String]) -> Takes {
        let facts = walk::facts(attribute);
        let several = is_several(attribute);
        if attribute.ty != Type::String && !several {
            return Takes::Value(rust_type(&attribute.ty, facts.whole));
        }
        match (
            self.context
                .id_kinds
                .of_argument(&self.place(attribute, path)),
            several,
        ) {
            (Some(IdKind::Of(kind)), false) => return Takes::Id(self.context.kind_path(&kind)),
            (Some(IdKind::Of(kind)), true) => return Takes::Ids(self.context.kind_path(&kind)),
            (Some(IdKind::Any), false) => return Takes::AnyId,
            (Some(IdKind::Any), true) => return Takes::AnyIds,
            (None, _) => {}
        }
        if !several && (attribute.sensitive || attribute.write_only) {
            return Takes::Secret;
        }
        let ty = match self.choice_names.get(&path.join(".")) {
            Some(name) => name.clone(),
            None => {
                self.note_known_texts(facts.choices.as_ref(), path);
                "String".to_owned()
            }
        };
        Takes::Value(if several { format!("Vec<{ty}>") } else { ty })
    }

    fn place<'p>(&'p self, attribute: &'p Attribute, path: &'p [String]) -> Place<'p> {
        Place {
            kind: self.schema.kind,
            type_name: &self.schema.name,
            path,
            attribute,
            facts: walk::facts(attribute),
        }
    }

    /// The texts of an open set become constants, unless they are as short as `*`.
    fn note_known_texts(&mut self, choices: Option<&Choices>, path: &[String]) {
        let has_words =
            |texts: &Vec<String>| texts.iter().any(|text| text.contains(char::is_alphabetic));
        if let Some(texts) = choices.and_then(texts).filter(has_words) {
            self.known.push(KnownTexts {
                name: names::nested_type(path, "") + "Texts",
                path: path.join("."),
                constants: texts
                    .into_iter()
                    .map(|text| (names::constant(&text), text))
                    .collect(),
            });
        }
    }

    fn block_as_attribute(
        &mut self,
        attribute: &Attribute,
        members: &Members,
        path: &mut Vec<String>,
    ) -> Takes {
        let is_one = attribute.items.max == Some(1);
        let (nulls, takes): (_, fn(String) -> Takes) = match (members.form, is_one) {
            (MembersForm::BlockAsAttribute, true) => (true, Takes::BlockInList),
            (MembersForm::BlockAsAttribute, false) => (true, Takes::Blocks),
            (MembersForm::Nested(Nesting::Single), _) => (false, Takes::Block),
            (MembersForm::Nested(Nesting::List | Nesting::Set), _) => (false, Takes::Blocks),
            (MembersForm::Nested(Nesting::Map), _) => {
                return Takes::Value("BTreeMap<String, Any>".to_owned());
            }
        };
        let nulls = if nulls {
            members
                .attributes
                .iter()
                .map(|member| member.name.clone())
                .collect()
        } else {
            Vec::new()
        };
        takes(self.struct_of(path, nulls, |builder, path| {
            builder.attributes(&members.attributes, path)
        }))
    }

    fn block(&mut self, block: &NestedBlock, path: &mut Vec<String>) -> Argument {
        path.push(block.name.clone());
        let takes = if path.len() == 1 && block.name == "timeouts" {
            Takes::Timeouts
        } else {
            let name = self.struct_of(path, Vec::new(), |builder, path| {
                builder.arguments(&block.body, path)
            });
            if is_single(self.schema, block, path) {
                Takes::Block(name)
            } else {
                Takes::Blocks(name)
            }
        };
        path.pop();
        let mut doc = words::block(block);
        if takes == Takes::Timeouts {
            let operations: Vec<_> = block
                .body
                .attributes
                .iter()
                .map(|attribute| format!("`{}`", attribute.name))
                .collect();
            doc.push(format!("It has {}.", operations.join(", ")));
        }
        Argument {
            name: block.name.clone(),
            is_required: block.items.min > 0,
            takes,
            doc,
        }
    }

    /// Declares the struct of the block at a path and gives its name.
    fn struct_of(
        &mut self,
        path: &mut Vec<String>,
        nulls: Vec<String>,
        arguments: impl FnOnce(&mut Self, &mut Vec<String>) -> Vec<Argument>,
    ) -> String {
        let mut name = names::nested_type(path, "Block");
        if name == self.name || name == format!("{}Args", self.name) {
            name += "Block";
        }
        let at = self.blocks.len();
        self.blocks.push(Block {
            name: name.clone(),
            path: path.join("."),
            nulls,
            arguments: Vec::new(),
        });
        let mut arguments = arguments(self, path);
        arguments.sort_by(|a, b| a.name.cmp(&b.name));
        self.blocks[at].arguments = arguments;
        name
    }
}

fn is_single(schema: &Schema, block: &NestedBlock, path: &[String]) -> bool {
    block.nesting == Nesting::Single
        || block.items.max == Some(1)
        || (path.len() == 1 && block_fixups::is_one(schema, block))
}

/// The Rust type of a Terraform type. What has no fixed shape is `Any`.
pub(crate) fn rust_type(ty: &Type, whole: bool) -> String {
    match ty {
        Type::String => "String".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::Number if whole => "i64".to_owned(),
        Type::Number => "f64".to_owned(),
        Type::List(of) | Type::Set(of) => format!("Vec<{}>", rust_type(of, whole)),
        Type::Map(of) => format!("BTreeMap<String, {}>", rust_type(of, whole)),
        Type::Dynamic | Type::Object(_) | Type::Tuple(_) => "Any".to_owned(),
    }
}
