//! Every expression of a module, with the names that are known where it stands.
//!
//! Source: how Terraform 1.11.4 parses references and resolves them while it validates, each rule tried with
//! `terraform validate`.

mod dynamic;
mod kept;
mod places;
mod resolve;

pub(super) use resolve::shown_bare;

use std::collections::HashSet;

use terrace_ir::node::{For, SplatStep, TemplatePart};
use terrace_ir::{
    Any, Block, BlockKind, Data, Key, Mode, Module, Node, Object, Origin, ResourceAddress, Root,
};

use super::declared::{Declared, Id, Name, Repetition};
use super::graph::Edge;
use super::marks::Marks;
use super::report::{Report, Step};
use super::scope::Scope;
use super::traversal::{self, Segment};

pub(crate) use dynamic::{NOT_MADE, dynamic_shape};

/// Checks every reference, and gives what waits for what. `is_made` says whether a `dynamic` with some `content` surely
/// makes a block.
pub(super) fn check<'a>(
    report: &mut Report<'a>,
    module: &'a Module,
    declared: &Declared<'a>,
    is_made: &dyn Fn(&Object) -> bool,
) -> Vec<Edge> {
    let mut walk = Walk {
        is_made,
        report,
        declared,
        marks: Marks::new(declared),
        edges: Vec::new(),
        scope: Scope::default(),
        steps: Vec::new(),
        used: HashSet::new(),
        proposals: 0,
    };
    let is_provider = |block: &&Block| block.kind == BlockKind::Provider;
    for block in module.blocks.iter().filter(|block| !is_provider(block)) {
        walk.report.turn_to(block);
        walk.block(block);
    }
    // Terraform evaluates a provider configuration only where something uses it, which is known now.
    let has_modules = module.of(BlockKind::Module).next().is_some();
    for block in module.blocks.iter().filter(is_provider) {
        walk.report.turn_to(block);
        walk.provider_block(block, has_modules);
    }
    walk.edges
}

/// Whether a condition refers to anything at all.
pub(super) fn refers_to_something(condition: &Any) -> bool {
    roots(condition).any(|_| true)
}

/// Whether a condition refers to a variable.
pub(super) fn refers_to_variable(condition: &Any, name: &str) -> bool {
    let mut names = roots(condition);
    names.any(|root| matches!(root, Root::Variable(variable) if variable == name))
}

/// Where the references in a value begin, without the names that its own `for` expressions bring.
fn roots(any: &Any) -> impl Iterator<Item = Root> {
    fn collect(node: &Node, bound: &mut Vec<String>, found: &mut Vec<Root>) {
        let depth = bound.len();
        match node {
            Node::Root(root) => {
                let first = traversal::names_of(root).into_iter().flatten().next();
                if first.is_none_or(|name| !bound.iter().any(|it| it == name)) {
                    found.push(root.clone());
                }
            }
            Node::For(each) => {
                collect(&each.source, bound, found);
                bound.extend(
                    each.key_name
                        .iter()
                        .chain([&each.value_name])
                        .map(ToString::to_string),
                );
                let inner = each.key.iter().chain([&each.value]).chain(&each.condition);
                inner.for_each(|node| collect(node, bound, found));
            }
            node => {
                // Names of a template's `for` are not told apart here: one reference more changes nothing.
                node.children(&mut |child| collect(child, bound, found));
            }
        }
        bound.truncate(depth);
    }
    let mut found = Vec::new();
    any.expressions(&mut |node, _| collect(node, &mut Vec::new(), &mut found));
    found.into_iter()
}

struct Walk<'w, 'a> {
    is_made: &'w dyn Fn(&Object) -> bool,
    report: &'w mut Report<'a>,
    declared: &'w Declared<'a>,
    marks: Marks<'w, 'a>,
    edges: Vec<Edge>,
    scope: Scope<'a>,
    /// The steps of the reference at hand; kept to spare the allocation.
    steps: Vec<Segment<'a>>,
    /// Provider configurations that something uses, by their place among what is declared.
    used: HashSet<Id>,
    /// How often the nearest name was asked for.
    proposals: usize,
}

impl<'a> Walk<'_, 'a> {
    fn block(&mut self, block: &'a Block) {
        let label = |at: usize| block.labels.get(at).map_or("", AsRef::<str>::as_ref);
        let body = &block.body;
        match block.kind {
            BlockKind::Resource | BlockKind::Data | BlockKind::Ephemeral => {
                let mode = block.kind.mode().unwrap_or(Mode::Managed);
                self.resource(body, Name::Resource(mode, label(0), label(1)), mode);
            }
            BlockKind::Variable => {
                if let Some(id) = self.declared.find(Name::Variable(label(0))) {
                    // A validation waits for what it refers to, and what refers to the variable waits for it.
                    self.scope = Scope::of(id);
                    self.members(body, &["validation"]);
                }
            }
            BlockKind::Locals => {
                for entry in body {
                    let Key::Text(name) = &entry.key else {
                        continue;
                    };
                    if name == "//" {
                        continue;
                    }
                    if let Some(id) = self.declared.find(Name::Local(name)) {
                        self.scope = Scope::of(id);
                        self.scope.own = Some(id);
                        self.member(name, &entry.value, entry.key_origin);
                    }
                }
            }
            BlockKind::Output => {
                self.scope = Scope::default();
                self.members(body, &["value", "precondition"]);
                self.depends_on(body);
                self.exposed(body);
            }
            BlockKind::Module => self.module(body, label(0)),
            BlockKind::Check => self.check_block(body, label(0)),
            BlockKind::Import => self.import(body),
            BlockKind::Removed => self.removed(body),
            BlockKind::Terraform | BlockKind::Moved | BlockKind::Provider => {}
        }
    }

    fn resource(&mut self, body: &'a Object, name: Name<'_>, mode: Mode) {
        let Some(id) = self.declared.find(name) else {
            return;
        };
        let repetition = Repetition::of(body);
        let mut own = Scope::of(id);
        own.check = self.declared.thing(id).check;
        let mut inner = own.clone().repeated(repetition);
        own.own = Some(id);
        self.scope = own;
        self.members(body, &["count", "for_each"]);
        self.not_repeatable(body);
        self.provider(body, name, id);

        self.scope = inner.clone();
        self.depends_on(body);
        self.lifecycle(body, id);
        if mode == Mode::Managed {
            inner.self_object = true;
            self.scope = inner.clone();
            self.provisioners(body);
            inner.self_object = false;
        }

        inner.own = Some(id);
        self.scope = inner;
        let language: &[&str] = match mode {
            Mode::Managed => &[
                "count",
                "for_each",
                "provider",
                "depends_on",
                "lifecycle",
                "provisioner",
                "connection",
            ],
            _ => &[
                "count",
                "for_each",
                "provider",
                "depends_on",
                "lifecycle",
                "provisioner",
            ],
        };
        self.arguments(body, language);
        if mode == Mode::Data {
            self.kept(body, language);
        }
    }

    /// The arguments that belong to a provider: everything but what the language has itself.
    fn arguments(&mut self, body: &'a Object, language: &[&str]) {
        for entry in body {
            match &entry.key {
                Key::Text(name) if name == "//" || language.contains(&name.as_ref()) => {}
                Key::Text(name) if name == "dynamic" => {
                    self.report.enter(Step::Name("dynamic"));
                    self.dynamics(&entry.value, true);
                    self.report.leave();
                }
                Key::Text(name) => self.member(name, &entry.value, entry.key_origin),
                Key::Expr(node) => {
                    self.node(node, entry.key_origin);
                    self.any(&entry.value, entry.key_origin);
                }
            }
        }
    }

    /// Some members of a body, where they are there.
    fn members(&mut self, body: &'a Object, names: &[&'static str]) {
        for name in names {
            if let Some(entry) = body.entry(name) {
                self.member(name, &entry.value, entry.key_origin);
            }
        }
    }

    fn member(&mut self, name: &'a str, value: &'a Any, key: Origin) {
        self.report.enter(Step::Name(name));
        self.any(value, key);
        self.report.leave();
    }

    /// A value and everything in it.
    fn any(&mut self, any: &'a Any, at: Origin) {
        let at = any.origin.or(at);
        match &any.data {
            Data::Expr(node) => self.node(node, at),
            Data::List(list) => {
                for (index, item) in list.iter().enumerate() {
                    self.report.enter(Step::Index(index));
                    self.any(item, at);
                    self.report.leave();
                }
            }
            Data::Object(object) => {
                for entry in object {
                    match &entry.key {
                        // In a nested block a comment, and in an object hardly anything else.
                        Key::Text(name) if name == "//" => {}
                        Key::Text(name)
                            if name == "dynamic" && dynamic::is_dynamic(&entry.value) =>
                        {
                            self.report.enter(Step::Name("dynamic"));
                            self.dynamics(&entry.value, false);
                            self.report.leave();
                        }
                        Key::Text(name) => self.member(name, &entry.value, entry.key_origin),
                        Key::Expr(node) => {
                            self.node(node, entry.key_origin);
                            self.any(&entry.value, entry.key_origin);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn node(&mut self, node: &'a Node, at: Origin) {
        match node {
            Node::Root(_) | Node::Attribute(..) | Node::Index(..) => self.chain(node, at),
            Node::For(each) => self.for_expression(each, at),
            Node::Template(parts) => self.template(parts, at),
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::Text(_) => {}
            Node::List(items) => items.iter().for_each(|item| self.node(item, at)),
            Node::Object(entries) => {
                for (key, value) in entries {
                    self.node(key, at);
                    self.node(value, at);
                }
            }
            Node::Splat(splat) => {
                self.node(&splat.source, at);
                for step in &splat.each {
                    if let SplatStep::Index(key) = step {
                        self.node(key, at);
                    }
                }
            }
            Node::Call(call) => call
                .arguments
                .iter()
                .for_each(|argument| self.node(argument, at)),
            Node::Unary(_, operand) => self.node(operand, at),
            Node::Binary(_, left, right) => {
                self.node(left, at);
                self.node(right, at);
            }
            Node::Conditional(condition, then, otherwise) => {
                self.node(condition, at);
                self.node(then, at);
                self.node(otherwise, at);
            }
        }
    }

    fn for_expression(&mut self, each: &'a For, at: Origin) {
        self.node(&each.source, at);
        let depth = self.scope.names.len();
        self.scope.names.extend(each.key_name.as_deref());
        self.scope.names.push(&each.value_name);
        for node in each.key.iter().chain([&each.value]).chain(&each.condition) {
            self.node(node, at);
        }
        self.scope.names.truncate(depth);
    }

    fn template(&mut self, parts: &'a [TemplatePart], at: Origin) {
        for part in parts {
            match part {
                TemplatePart::Text(_) => {}
                TemplatePart::Interpolation(node) => self.node(node, at),
                TemplatePart::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    self.node(condition, at);
                    self.template(then, at);
                    self.template(otherwise, at);
                }
                TemplatePart::For {
                    key_name,
                    value_name,
                    source,
                    body,
                } => {
                    self.node(source, at);
                    let depth = self.scope.names.len();
                    self.scope.names.extend(key_name.as_deref());
                    self.scope.names.push(value_name);
                    self.template(body, at);
                    self.scope.names.truncate(depth);
                }
            }
        }
    }

    /// Whether this module does not declare a resource.
    fn is_elsewhere(&self, address: &ResourceAddress) -> bool {
        let name = Name::Resource(address.mode, &address.type_name, &address.name);
        self.declared.find(name).is_none()
    }

    /// A reference with its steps, or steps behind something else. As in Terraform, what follows an index that must be
    /// evaluated is no part of the reference.
    fn chain(&mut self, node: &'a Node, at: Origin) {
        let mut steps = std::mem::take(&mut self.steps);
        steps.clear();
        let mut node = node;
        loop {
            match node {
                Node::Attribute(source, name) => {
                    steps.push(Segment::Name(name));
                    node = source;
                }
                Node::Index(source, key) => {
                    match Segment::of_index(key) {
                        Segment::Dynamic(key) => {
                            steps.clear();
                            // This asks for the buffer too, which is why it was taken.
                            self.node(key, at);
                        }
                        step => steps.push(step),
                    }
                    node = source;
                }
                // A resource of another stack: the freeze has said so.
                Node::Root(Root::Resource { stack, address })
                    if *stack != 0 && self.is_elsewhere(address) =>
                {
                    break;
                }
                Node::Root(root) => {
                    steps.extend(
                        traversal::names_of(root)
                            .into_iter()
                            .flatten()
                            .rev()
                            .map(Segment::Name),
                    );
                    steps.reverse();
                    self.reference(&steps, at);
                    break;
                }
                node => {
                    self.node(node, at);
                    break;
                }
            }
        }
        self.steps = steps;
    }
}
