//! The expression tree, untyped.
//!
//! A reference never passes through text: it stays a [`Node`] until [`crate::render`] writes it by
//! the rules of the place where it stands. Trees are immutable and shared.

use std::sync::Arc;

use crate::Text;
use crate::address::ResourceAddress;

/// An expression of Terraform's language.
#[derive(Clone, PartialEq)]
pub enum Node {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, in the digits in which it was written.
    Number(Box<str>),
    /// Plain text, not escaped.
    Text(Box<str>),
    /// `[a, b]`
    List(Vec<Arc<Node>>),
    /// `{ key = value }`, in the order written.
    Object(Vec<(Arc<Node>, Arc<Node>)>),
    /// Where a reference begins.
    Root(Root),
    /// `source.name`
    Attribute(Arc<Node>, Text),
    /// `source[key]`
    Index(Arc<Node>, Arc<Node>),
    /// `source[*].a.b` or `source.*.a.b`
    Splat(Box<Splat>),
    /// `name(arguments)`
    Call(Box<Call>),
    /// `-a` or `!a`
    Unary(UnaryOperator, Arc<Node>),
    /// `a + b`
    Binary(BinaryOperator, Arc<Node>, Arc<Node>),
    /// `condition ? then : otherwise`
    Conditional(Arc<Node>, Arc<Node>, Arc<Node>),
    /// `[for …]` or `{for …}`
    For(Box<For>),
    /// Text with expressions in it. Never a single expression alone, which would keep its type.
    Template(Vec<TemplatePart>),
}

/// Where a reference begins.
#[derive(Clone, PartialEq)]
pub enum Root {
    /// A resource, data source or ephemeral resource.
    Resource {
        /// The stack that holds it, counted from 1, when the expression comes from a tree; 0 for one
        /// that was read, whose resource is in the same module. What a tree refers to in another
        /// stack is found by its freeze, so that all else may look at the address alone.
        stack: u32,
        /// Its address there.
        address: Arc<ResourceAddress>,
    },
    /// `var.name`
    Variable(Text),
    /// `local.name`
    Local(Text),
    /// `module.name`
    Module(Text),
    /// `each`, before `.key` or `.value`
    Each,
    /// `count`, before `.index`
    Count,
    /// `path`, before `.module`, `.root` or `.cwd`
    Path,
    /// `terraform`, before `.workspace`
    Terraform,
    /// `self`, in provisioners and postconditions
    SelfObject,
    /// A name of its own scope: the variable of a `for`, the iterator of a `dynamic`, an argument
    /// in `ignore_changes`.
    Name(Text),
}

/// `source[*].a.b` (full) or `source.*.a.b` (attributes only).
#[derive(Clone, PartialEq)]
pub struct Splat {
    /// What is splatted.
    pub source: Arc<Node>,
    /// Whether written `[*]`; `.*` takes only attributes after it.
    pub full: bool,
    /// The steps applied to each element.
    pub each: Vec<SplatStep>,
}

/// A step applied to each element of a splat.
#[derive(Clone, PartialEq)]
pub enum SplatStep {
    /// `.name`
    Attribute(Text),
    /// `[key]`, only after `[*]`
    Index(Arc<Node>),
    /// `[*]` (full) or `.*` inside a full splat: the steps behind it apply to each element of each
    /// element, as they would behind a splat of its own.
    Splat {
        /// Whether written `[*]`.
        full: bool,
    },
}

/// A call of a function.
#[derive(Clone, PartialEq)]
pub struct Call {
    /// The function's name, for example `lower` or `provider::azapi::parse_resource_id`.
    pub name: Text,
    /// What it is given.
    pub arguments: Vec<Arc<Node>>,
    /// Whether the last argument is spread: `max(list...)`.
    pub spread: bool,
}

/// `-` or `!`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOperator {
    /// `-`
    Negate,
    /// `!`
    Not,
}

/// An operator between two expressions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // each is named by its sign below
pub enum BinaryOperator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
}

impl BinaryOperator {
    /// The sign, for example `&&`.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::Or => "||",
            Self::And => "&&",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Modulo => "%",
        }
    }

    /// How tightly it binds: a higher number binds tighter. All associate to the left.
    #[must_use]
    pub fn precedence(self) -> u8 {
        match self {
            Self::Or => 1,
            Self::And => 2,
            Self::Equal | Self::NotEqual => 3,
            Self::Less | Self::LessOrEqual | Self::Greater | Self::GreaterOrEqual => 4,
            Self::Add | Self::Subtract => 5,
            Self::Multiply | Self::Divide | Self::Modulo => 6,
        }
    }
}

/// `[for key, value in source : result if condition]`, or `{for … : name => result}`.
#[derive(Clone, PartialEq)]
pub struct For {
    /// The name of the key or index, if one is taken.
    pub key_name: Option<Text>,
    /// The name of the value.
    pub value_name: Text,
    /// What is gone through.
    pub source: Arc<Node>,
    /// The key of the result: makes an object instead of a list.
    pub key: Option<Arc<Node>>,
    /// The value of the result.
    pub value: Arc<Node>,
    /// Whether values of one key are grouped into a list (`...`).
    pub grouped: bool,
    /// Which elements are taken.
    pub condition: Option<Arc<Node>>,
}

/// A part of a template.
#[derive(Clone, PartialEq)]
pub enum TemplatePart {
    /// Plain text, not escaped.
    Text(Box<str>),
    /// `${…}`
    Interpolation(Arc<Node>),
    /// `%{if}…%{else}…%{endif}`
    If {
        /// What decides.
        condition: Arc<Node>,
        /// What stands there when it is true.
        then: Vec<TemplatePart>,
        /// What stands there otherwise.
        otherwise: Vec<TemplatePart>,
    },
    /// `%{for}…%{endfor}`
    For {
        /// The name of the key or index, if one is taken.
        key_name: Option<Text>,
        /// The name of the value.
        value_name: Text,
        /// What is gone through.
        source: Arc<Node>,
        /// What stands there for each element.
        body: Vec<TemplatePart>,
    },
}

impl Node {
    /// Plain text.
    #[must_use]
    pub fn text(text: impl Into<Box<str>>) -> Arc<Self> {
        Arc::new(Self::Text(text.into()))
    }

    /// `source.name`
    #[must_use]
    pub fn attribute(source: Arc<Self>, name: impl Into<Text>) -> Arc<Self> {
        Arc::new(Self::Attribute(source, name.into()))
    }

    /// Joins parts into one template: neighbouring texts become one, so that escaping sees what
    /// really stands side by side. Text alone becomes plain text, an expression alone itself:
    /// Terraform converts it where text is wanted.
    #[must_use]
    pub fn template(parts: impl IntoIterator<Item = TemplatePart>) -> Arc<Self> {
        let mut joined: Vec<TemplatePart> = Vec::new();
        let mut push = |part: TemplatePart| match (joined.last_mut(), part) {
            (_, TemplatePart::Text(text)) if text.is_empty() => {}
            (Some(TemplatePart::Text(before)), TemplatePart::Text(text)) => {
                *before = format!("{before}{text}").into();
            }
            (_, part) => joined.push(part),
        };
        for part in parts {
            match part {
                TemplatePart::Interpolation(node) => match &*node {
                    Self::Text(text) => push(TemplatePart::Text(text.clone())),
                    Self::Template(inner) => inner.iter().cloned().for_each(&mut push),
                    _ => push(TemplatePart::Interpolation(node)),
                },
                part => push(part),
            }
        }
        match joined.as_slice() {
            [] => Self::text(""),
            [TemplatePart::Text(text)] => Arc::new(Self::Text(text.clone())),
            [TemplatePart::Interpolation(node)] => node.clone(),
            _ => Arc::new(Self::Template(joined)),
        }
    }

    /// Calls `see` with this node and every node in it, outer ones first.
    pub fn visit(&self, see: &mut impl FnMut(&Node)) {
        see(self);
        self.children(&mut |child| child.visit(see));
    }

    /// Calls `see` with every node directly in this one.
    pub fn children(&self, see: &mut impl FnMut(&Node)) {
        fn each_part(parts: &[TemplatePart], see: &mut impl FnMut(&Node)) {
            for part in parts {
                match part {
                    TemplatePart::Text(_) => {}
                    TemplatePart::Interpolation(node) => see(node),
                    TemplatePart::If {
                        condition,
                        then,
                        otherwise,
                    } => {
                        see(condition);
                        each_part(then, see);
                        each_part(otherwise, see);
                    }
                    TemplatePart::For { source, body, .. } => {
                        see(source);
                        each_part(body, see);
                    }
                }
            }
        }
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Text(_) | Self::Root(_) => {}
            Self::List(items) => items.iter().for_each(|item| see(item)),
            Self::Object(entries) => entries.iter().for_each(|(key, value)| {
                see(key);
                see(value);
            }),
            Self::Attribute(source, _) | Self::Unary(_, source) => see(source),
            Self::Index(left, right) | Self::Binary(_, left, right) => {
                see(left);
                see(right);
            }
            Self::Splat(splat) => {
                see(&splat.source);
                for step in &splat.each {
                    if let SplatStep::Index(key) = step {
                        see(key);
                    }
                }
            }
            Self::Call(call) => call.arguments.iter().for_each(|argument| see(argument)),
            Self::Conditional(condition, then, otherwise) => {
                see(condition);
                see(then);
                see(otherwise);
            }
            Self::For(each) => {
                see(&each.source);
                if let Some(key) = &each.key {
                    see(key);
                }
                see(&each.value);
                if let Some(condition) = &each.condition {
                    see(condition);
                }
            }
            Self::Template(inner) => each_part(inner, see),
        }
    }

    /// Whether the tree refers to nothing and calls nothing, so that its value is known.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        let mut constant = true;
        self.visit(&mut |node| {
            constant &= !matches!(node, Self::Root(_) | Self::Call(_));
        });
        constant
    }
}
