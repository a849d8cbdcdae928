//! Arbitrary texts, expressions and modules, made from arbitrary bytes: proptest shrinks the bytes,
//! and the trees need no `Debug`.

#![allow(dead_code)] // each test uses a part

use std::sync::Arc;

use terrace_ir::node::{BinaryOperator, Call, For, Splat, SplatStep, TemplatePart, UnaryOperator};
use terrace_ir::{
    Any, Block, BlockKind, Data, Entry, Key, Mode, Module, Node, Object, Origin, ResourceAddress,
    Root, Text,
};

/// Bytes that decide. Behind their end all are zero, which leads to the smallest choice.
pub(crate) struct Source<'b>(std::slice::Iter<'b, u8>);

const SPECIAL: [&str; 36] = [
    "a", "$", "%", "{", "}", "${", "%{", "$${", "%%{", "\"", "\\", "\n", "\t", "\r", "\r\n", "~",
    "'", "\u{feff}", "\u{0}", "\u{7f}", "\u{2028}", "é", "😀", "#", "//", "/*", "<<EOT\n", "\\n",
    "\\u0041", "${a}", "%{if x}", "%{endif}", "}}", " ", "${\"$\"}", "B7",
];
const NAMES: [&str; 12] = [
    "a", "b_c", "d-e", "_f", "for", "if", "in", "null", "true", "var", "data", "ünï",
];
/// What a `for` binds: names that nothing else has.
const BOUND: [&str; 4] = ["x", "y_1", "key", "ü"];
const OPERATORS: [BinaryOperator; 13] = [
    BinaryOperator::Or,
    BinaryOperator::And,
    BinaryOperator::Equal,
    BinaryOperator::NotEqual,
    BinaryOperator::Less,
    BinaryOperator::LessOrEqual,
    BinaryOperator::Greater,
    BinaryOperator::GreaterOrEqual,
    BinaryOperator::Add,
    BinaryOperator::Subtract,
    BinaryOperator::Multiply,
    BinaryOperator::Divide,
    BinaryOperator::Modulo,
];

impl<'b> Source<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self(bytes.iter())
    }

    fn below(&mut self, n: usize) -> usize {
        usize::from(self.0.next().copied().unwrap_or(0)) % n
    }

    fn is(&mut self) -> bool {
        self.below(2) == 1
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn many<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| make(self)).collect()
    }

    /// A text of what is special somewhere: in JSON, in quotes, in templates.
    pub(crate) fn text(&mut self) -> String {
        self.many(8, |this| this.one(&SPECIAL)).concat()
    }

    fn name(&mut self) -> Text {
        Text::Borrowed(self.one(&NAMES))
    }

    fn bound(&mut self) -> Text {
        Text::Borrowed(self.one(&BOUND))
    }

    /// Digits as JSON takes them too.
    fn digits(&mut self) -> Box<str> {
        let mut digits = self
            .one(&["0", "7", "-1", "-0", "123456789012345678901234567890"])
            .to_owned();
        digits += self.one(&["", "", ".5", ".10"]);
        digits += self.one(&["", "", "e3", "E-2"]);
        digits.into()
    }

    fn resource(&mut self, mode: Mode, type_name: Text) -> Root {
        let address = Arc::new(ResourceAddress::new(mode, type_name, self.name()));
        Root::Resource { stack: 0, address }
    }

    fn root(&mut self) -> Root {
        match self.below(11) {
            0 => Root::Each,
            1 => Root::Count,
            2 => Root::Path,
            3 => Root::Terraform,
            4 => Root::SelfObject,
            5 => Root::Variable(self.name()),
            6 => Root::Local(self.name()),
            7 => Root::Module(self.name()),
            8 => {
                let type_name = Text::Borrowed(self.one(&["a_b", "data", "module", "c-d"]));
                self.resource(Mode::Managed, type_name)
            }
            n => {
                let type_name = self.name();
                self.resource([Mode::Data, Mode::Ephemeral][n - 9], type_name)
            }
        }
    }

    /// An expression in the form in which it is read: neighbouring texts of a template joined, and
    /// a negated number a negative one.
    pub(crate) fn node(&mut self, depth: usize) -> Arc<Node> {
        let choices = if depth == 0 { 5 } else { 16 };
        Arc::new(match self.below(choices) {
            0 => Node::Null,
            1 => Node::Bool(self.is()),
            2 => Node::Number(self.digits()),
            3 => Node::Text(self.text().into()),
            4 => Node::Root(self.root()),
            5 => Node::List(self.many(3, |this| this.node(depth - 1))),
            6 => Node::Object(self.many(3, |this| (this.node(depth - 1), this.node(depth - 1)))),
            7 => Node::Attribute(self.node(depth - 1), self.name()),
            8 => Node::Index(self.node(depth - 1), self.node(depth - 1)),
            9 => self.splat(depth - 1),
            10 => {
                let arguments = self.many(3, |this| this.node(depth - 1));
                Node::Call(Box::new(Call {
                    name: self.one(&["f", "core::lower", "provider::a::b_c"]).into(),
                    spread: self.is() && !arguments.is_empty(),
                    arguments,
                }))
            }
            11 => {
                let operand = self.node(depth - 1);
                let positive =
                    matches!(&*operand, Node::Number(digits) if !digits.starts_with('-'));
                match self.is() && !positive {
                    true => Node::Unary(UnaryOperator::Negate, operand),
                    false => Node::Unary(UnaryOperator::Not, operand),
                }
            }
            12 => Node::Binary(
                self.one(&OPERATORS),
                self.node(depth - 1),
                self.node(depth - 1),
            ),
            13 => {
                let (condition, then) = (self.node(depth - 1), self.node(depth - 1));
                Node::Conditional(condition, then, self.node(depth - 1))
            }
            14 => self.comprehension(depth - 1),
            _ => {
                let mut parts = self.parts(depth - 1);
                // Neither plain text nor an expression alone.
                while matches!(
                    parts.as_slice(),
                    [] | [TemplatePart::Text(_) | TemplatePart::Interpolation(_)]
                ) {
                    parts.push(TemplatePart::Interpolation(Arc::new(Node::Root(
                        Root::Each,
                    ))));
                }
                Node::Template(parts)
            }
        })
    }

    /// A constant expression that gives a number, or a truth.
    pub(crate) fn constant(&mut self, truth: bool, depth: usize) -> Arc<Node> {
        use BinaryOperator as B;
        Arc::new(match (truth, self.below(if depth == 0 { 1 } else { 5 })) {
            (true, 0) => Node::Bool(self.is()),
            (false, 0) => Node::Number(self.one(&["1", "2", "-3", "0.5"]).into()),
            (_, 1) => {
                let condition = self.constant(true, depth - 1);
                let then = self.constant(truth, depth - 1);
                Node::Conditional(condition, then, self.constant(truth, depth - 1))
            }
            (true, 2) => Node::Unary(UnaryOperator::Not, self.constant(true, depth - 1)),
            (false, 2) => Node::Unary(UnaryOperator::Negate, self.constant(false, depth - 1)),
            (true, 3) => {
                let operator = self.one(&[B::Less, B::LessOrEqual, B::Greater, B::GreaterOrEqual]);
                let left = self.constant(false, depth - 1);
                Node::Binary(operator, left, self.constant(false, depth - 1))
            }
            (true, _) => {
                let operator = self.one(&[B::Or, B::And, B::Equal, B::NotEqual]);
                let left = self.constant(true, depth - 1);
                Node::Binary(operator, left, self.constant(true, depth - 1))
            }
            (false, _) => {
                let operator = self.one(&[B::Add, B::Subtract, B::Multiply]);
                let left = self.constant(false, depth - 1);
                Node::Binary(operator, left, self.constant(false, depth - 1))
            }
        })
    }

    fn optional(&mut self, depth: usize) -> Option<Arc<Node>> {
        self.is().then(|| self.node(depth))
    }

    fn comprehension(&mut self, depth: usize) -> Node {
        let value_name = self.bound();
        let element = Arc::new(Node::Root(Root::Name(value_name.clone())));
        let key = self.optional(depth);
        Node::For(Box::new(For {
            key_name: self.is().then(|| self.bound()),
            value_name,
            source: self.node(depth),
            grouped: self.is() && key.is_some(),
            key,
            // The name with a step behind it, which reads like a resource elsewhere.
            value: Arc::new(Node::List(vec![
                Node::attribute(element, "a"),
                self.node(depth),
            ])),
            condition: self.optional(depth),
        }))
    }

    fn splat(&mut self, depth: usize) -> Node {
        let source = self.node(depth);
        let full = self.is();
        // Behind `.*` stand names only; an index ends a `.*` inside another splat.
        let mut names_only = !full;
        let each = self.many(4, |this| match this.below(if full { 4 } else { 1 }) {
            1 => {
                names_only = false;
                SplatStep::Index(this.node(depth))
            }
            2 => {
                names_only = false;
                SplatStep::Splat { full: true }
            }
            3 if !names_only => {
                names_only = true;
                SplatStep::Splat { full: false }
            }
            _ => SplatStep::Attribute(this.name()),
        });
        Node::Splat(Box::new(Splat { source, full, each }))
    }

    fn parts(&mut self, depth: usize) -> Vec<TemplatePart> {
        let parts = self.many(4, |this| match this.below(5) {
            0 | 1 => TemplatePart::Text(this.text().into()),
            2 => TemplatePart::Interpolation(this.node(depth)),
            3 if depth > 0 => TemplatePart::If {
                condition: this.node(depth),
                then: this.parts(depth - 1),
                otherwise: this.parts(depth - 1),
            },
            4 if depth > 0 => TemplatePart::For {
                key_name: this.is().then(|| this.bound()),
                value_name: this.bound(),
                source: this.node(depth),
                body: this.parts(depth - 1),
            },
            _ => TemplatePart::Interpolation(this.node(0)),
        });
        joined(parts)
    }

    /// A value of an argument.
    fn value(&mut self, depth: usize) -> Any {
        let choices = if depth == 0 { 6 } else { 8 };
        Any::from(match self.below(choices) {
            0 => Data::Null,
            1 => Data::Bool(self.is()),
            2 => Data::Int(self.one(&[0, 1, -7, i64::MAX])),
            3 => Data::Number(self.digits()),
            4 => Data::Text(self.text().into()),
            5 => Data::from(self.node(2)),
            6 => Data::List(self.many(3, |this| this.value(depth - 1))),
            _ => Data::Object(self.object(depth - 1)),
        })
    }

    fn object(&mut self, depth: usize) -> Object {
        let mut object = Object::new();
        for _ in 0..self.below(4) {
            let key = match self.below(4) {
                0 => Key::Text(self.text().into()),
                1 => match self.node(1) {
                    node if matches!(*node, Node::Text(_)) => continue,
                    node => Key::Expr(node),
                },
                _ => Key::Text(self.name()),
            };
            let value = self.value(depth);
            if object.iter().all(|entry| entry.key != key) {
                object.push(Entry {
                    key,
                    key_origin: Origin::Default,
                    value,
                });
            }
        }
        object
    }

    /// A module with blocks of most kinds, arbitrary where Terraform's language leaves it open.
    pub(crate) fn module(&mut self) -> Module {
        let mut module = Module::new("arbitrary");
        for n in 0..self.below(5) {
            let kind = self.one(&[
                BlockKind::Locals,
                BlockKind::Resource,
                BlockKind::Data,
                BlockKind::Provider,
                BlockKind::Variable,
                BlockKind::Output,
                BlockKind::Module,
                BlockKind::Terraform,
            ]);
            let labels = [Text::Borrowed("a_b"), Text::Owned(format!("n{n}"))];
            let labels = labels.into_iter().skip(2 - kind.labels());
            let mut block = Block::new(kind, labels);
            for n in 0..self.below(4) {
                let name = match kind {
                    BlockKind::Variable => "default".to_owned(),
                    BlockKind::Terraform => "required_version".to_owned(),
                    BlockKind::Locals => format!("l{}_{n}", module.blocks.len()),
                    _ => self.name().into_owned(),
                };
                let literal = matches!(kind, BlockKind::Variable | BlockKind::Terraform);
                let value = if literal {
                    Any::from(self.text())
                } else {
                    self.value(3)
                };
                block.body.set(name, value);
            }
            if kind == BlockKind::Resource && self.is() {
                block.body.set(
                    "depends_on",
                    vec![Any::from(Data::Expr(Arc::new(Node::Root(self.root()))))],
                );
                let ignored =
                    Node::attribute(Arc::new(Node::Root(Root::Name(self.name()))), self.name());
                let ignored = vec![Any::from(Data::Expr(ignored))];
                block
                    .body
                    .set("lifecycle", Object::new().with("ignore_changes", ignored));
            }
            module.blocks.push(block);
        }
        module
    }
}

/// Neighbouring texts as one, also those that stand in `${"…"}`.
fn joined(parts: Vec<TemplatePart>) -> Vec<TemplatePart> {
    let mut joined: Vec<TemplatePart> = Vec::new();
    for part in parts {
        let part = match part {
            TemplatePart::Interpolation(node) => match &*node {
                Node::Text(text) => TemplatePart::Text(text.clone()),
                _ => TemplatePart::Interpolation(node),
            },
            part => part,
        };
        match (joined.last_mut(), part) {
            (_, TemplatePart::Text(text)) if text.is_empty() => {}
            (Some(TemplatePart::Text(before)), TemplatePart::Text(text)) => {
                *before = format!("{before}{text}").into();
            }
            (_, part) => joined.push(part),
        }
    }
    joined
}
