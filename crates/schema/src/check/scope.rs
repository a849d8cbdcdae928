//! What references stand for: the values of a module's resources, variables and locals, as far as they are known before
//! apply.

use std::cell::OnceCell;
use std::rc::Rc;

use foldhash::{HashMap, HashMapExt as _};
use terrace_ir::node::Root;
use terrace_ir::{Any, BlockKind, Key, Mode, Module, Node, Object, Type};

use super::providers::Providers;
use crate::eval::{Marks, Problem, Scope, SharedText, Val, from_any};
use crate::language::nested;
use crate::language::type_expression;
use crate::model::{Attribute, BlockType, Kind, NestedBlock, Nesting, Schema};

/// What a module declares, with values.
///
/// As in Terraform's own check, a variable is unknown whatever its default, and so is every attribute of a resource.
pub(super) struct Declared<'a> {
    resources: Vec<Resource>,
    types: Types,
    /// Where each is in `resources`.
    addresses: HashMap<(Mode, &'a str, &'a str), usize>,
    variables: HashMap<&'a str, Val>,
    locals: HashMap<&'a str, Local<'a>>,
}

/// A resource, data source or ephemeral resource.
#[derive(Clone)]
pub(super) struct Resource {
    /// What is known about its type, if the type is described.
    pub(super) schema: Option<&'static Schema>,
    of_type: Option<Rc<Instance>>,
    is_ephemeral: bool,
    /// Whether there may be several, or none.
    pub(super) is_repeated: bool,
}

impl Resource {
    /// What a reference to one instance of it stands for.
    pub(super) fn instance(&self) -> Val {
        let instance = self.of_type.as_ref();
        let instance = instance.map_or_else(Val::dynamic, |instance| instance.value().clone());
        match self.is_ephemeral {
            true => instance.marked(Marks::EPHEMERAL),
            false => instance,
        }
    }
}

/// What references to resources stand for, by their types.
#[derive(Default)]
struct Types(HashMap<*const Schema, Rc<Instance>>);

impl Types {
    fn of(&mut self, schema: &'static Schema) -> Rc<Instance> {
        let known = self.0.entry(std::ptr::from_ref(schema));
        let make = || {
            Rc::new(Instance {
                schema,
                value: OnceCell::new(),
            })
        };
        known.or_insert_with(make).clone()
    }
}

/// What references to resources of one type stand for, made when the first is followed: most are never
/// referred to.
struct Instance {
    schema: &'static Schema,
    value: OnceCell<Val>,
}

impl Instance {
    fn value(&self) -> &Val {
        self.value.get_or_init(|| block_value(&self.schema.body))
    }
}

struct Local<'a> {
    written: &'a Any,
    value: Option<Val>,
    problems: Vec<Problem>,
}

impl<'a> Declared<'a> {
    pub(super) fn of(module: &'a Module, providers: &mut Providers<'a>) -> Self {
        let mut declared = Self {
            resources: Vec::with_capacity(module.blocks.len()),
            types: Types::default(),
            addresses: HashMap::with_capacity(module.blocks.len()),
            variables: HashMap::new(),
            locals: HashMap::new(),
        };
        for block in &module.blocks {
            match (block.kind, block.labels.as_slice()) {
                (BlockKind::Variable, [name, ..]) => {
                    declared.variables.insert(name, variable(&block.body));
                }
                (BlockKind::Locals, _) => declared.locals.extend(locals(&block.body)),
                (BlockKind::Check, _) => {
                    for (type_name, name, _, body) in data_in_check(&block.body) {
                        let key = (Mode::Data, type_name, name);
                        declared.resource(key, body, providers);
                    }
                }
                (kind, [type_name, name, ..]) => {
                    if let Some(mode) = kind.mode() {
                        let key = (mode, &**type_name, &**name);
                        declared.resource(key, &block.body, providers);
                    }
                }
                _ => {}
            }
        }
        declared.evaluate_locals();
        declared
    }

    fn resource(
        &mut self,
        key: (Mode, &'a str, &'a str),
        body: &'a Object,
        providers: &mut Providers<'a>,
    ) {
        let schema = providers.schema(kind_of(key.0), key.1, body);
        let resource = Resource {
            schema,
            of_type: schema.map(|schema| self.types.of(schema)),
            is_ephemeral: key.0 == Mode::Ephemeral,
            is_repeated: body.get("count").is_some() || body.get("for_each").is_some(),
        };
        self.addresses.insert(key, self.resources.len());
        self.resources.push(resource);
    }

    /// Evaluates all locals, each after those that it refers to. What stands in a circle is unknown.
    fn evaluate_locals(&mut self) {
        let mut names: Vec<&'a str> = self.locals.keys().copied().collect();
        names.sort_unstable();
        let mut seen: HashMap<&'a str, ()> = HashMap::with_capacity(names.len());
        let mut waiting: Vec<(&'a str, Vec<&'a str>)> = Vec::new();
        for name in names {
            if seen.insert(name, ()).is_none() {
                waiting.push((name, self.locals_in(name)));
            }
            while let Some((name, needs)) = waiting.last_mut() {
                if let Some(next) = needs.pop() {
                    if seen.insert(next, ()).is_none() {
                        waiting.push((next, self.locals_in(next)));
                    }
                    continue;
                }
                let name = *name;
                waiting.pop();
                let Some(written) = self.locals.get(name).map(|local| local.written) else {
                    continue;
                };
                let (value, problems) = from_any(written, &Place::at_root(self));
                if let Some(local) = self.locals.get_mut(name) {
                    (local.value, local.problems) = (Some(value), problems);
                }
            }
        }
    }

    /// The locals that a local refers to.
    fn locals_in(&self, name: &str) -> Vec<&'a str> {
        let mut found = Vec::new();
        if let Some(local) = self.locals.get(name) {
            local.written.expressions(&mut |node, _| {
                node.visit(&mut |node| {
                    if let Node::Root(Root::Local(name)) = node
                        && let Some((name, _)) = self.locals.get_key_value(name.as_ref())
                    {
                        found.push(*name);
                    }
                });
            });
        }
        found
    }

    /// The problems in the value of a local.
    pub(super) fn problems_of_local(&self, name: &str) -> &[Problem] {
        self.locals
            .get(name)
            .map_or(&[], |local| local.problems.as_slice())
    }

    /// What a local is set to.
    pub(super) fn local(&self, name: &str) -> Option<&'a Any> {
        self.locals.get(name).map(|local| local.written)
    }

    pub(super) fn find(&self, mode: Mode, type_name: &str, name: &str) -> Option<&Resource> {
        // The map's keys live as long as the module; a shorter life serves for asking.
        let addresses: &HashMap<(Mode, &str, &str), usize> = &self.addresses;
        let at = addresses.get(&(mode, type_name, name)).copied()?;
        self.resources.get(at)
    }
}

/// A place in a module where an expression stands, with the names that are known only there.
pub(super) struct Place<'d, 'a> {
    pub(super) declared: &'d Declared<'a>,
    /// Iterators of `dynamic`, the innermost last.
    pub(super) iterators: Vec<(&'a str, Val)>,
    /// What `self` stands for, where it is known.
    pub(super) self_object: Option<Resource>,
}

impl<'d, 'a> Place<'d, 'a> {
    pub(super) fn at_root(declared: &'d Declared<'a>) -> Self {
        Self {
            declared,
            iterators: Vec::new(),
            self_object: None,
        }
    }
}

impl Scope for Place<'_, '_> {
    fn root(&self, root: &Root) -> Val {
        match root {
            Root::Resource { address, .. } => {
                let resource = self
                    .declared
                    .find(address.mode, &address.type_name, &address.name);
                // How many instances there are decides what a repeated resource is: nothing certain follows.
                resource
                    .filter(|resource| !resource.is_repeated)
                    .map_or_else(Val::dynamic, Resource::instance)
            }
            Root::Variable(name) => {
                let value = self.declared.variables.get(name.as_ref());
                value.cloned().unwrap_or_else(Val::dynamic)
            }
            Root::Local(name) => {
                let local = self.declared.locals.get(name.as_ref());
                local
                    .and_then(|local| local.value.clone())
                    .unwrap_or_else(Val::dynamic)
            }
            Root::Each => Val::object([
                ("key", Val::unknown(Type::String)),
                ("value", Val::dynamic()),
            ]),
            Root::Count => Val::object([("index", Val::unknown(Type::Number))]),
            Root::Path => Val::object([
                ("module", Val::text(".")),
                ("root", Val::text(".")),
                ("cwd", Val::unknown(Type::String)),
            ]),
            Root::Terraform => Val::object([
                ("workspace", Val::unknown(Type::String)),
                (
                    "applying",
                    Val::unknown(Type::Bool).marked(Marks::EPHEMERAL),
                ),
            ]),
            Root::Name(name) => {
                let bound = self.iterators.iter().rev().find(|(bound, _)| bound == name);
                bound.map_or_else(Val::dynamic, |(_, value)| value.clone())
            }
            Root::SelfObject => {
                let object = self.self_object.as_ref();
                object.map_or_else(Val::dynamic, Resource::instance)
            }
            Root::Module(_) => Val::dynamic(),
        }
    }
}

/// What kind of schema a mode of resources has.
pub(super) fn kind_of(mode: Mode) -> Kind {
    match mode {
        Mode::Managed => Kind::Resource,
        Mode::Data => Kind::DataSource,
        Mode::Ephemeral => Kind::Ephemeral,
    }
}

/// The data sources inside a `check`: type, name, whether it stands in a list, and body.
pub(super) fn data_in_check(
    body: &Object,
) -> impl Iterator<Item = (&str, &str, Option<usize>, &Object)> {
    let types = body.get("data").into_iter().flat_map(nested::labels);
    types.flat_map(|(type_name, _, names)| {
        nested::labels(names).flat_map(move |(name, _, bodies)| {
            nested::bodies(bodies).map(move |(index, body)| (type_name, name, index, body))
        })
    })
}

fn locals(body: &Object) -> impl Iterator<Item = (&str, Local<'_>)> {
    let entries = body.iter().filter_map(|entry| match &entry.key {
        Key::Text(name) if name != "//" => Some((name.as_ref(), &entry.value)),
        _ => None,
    });
    entries.map(|(name, written)| {
        let local = Local {
            written,
            value: None,
            problems: Vec::new(),
        };
        (name, local)
    })
}

fn variable(body: &Object) -> Val {
    let ty = body.get("type").and_then(Any::as_text);
    let ty = ty.and_then(|text| type_expression::parse(text).ok());
    let is = |flag: &str| {
        body.get(flag)
            .is_some_and(|value| *value == Any::from(true) || value.as_text() == Some("true"))
    };
    Val::unknown(ty.unwrap_or(Type::Dynamic)).marked(Marks {
        sensitive: is("sensitive"),
        ephemeral: is("ephemeral"),
    })
}

/// An object of unknown attributes, as references see what a block describes.
fn block_value(ty: &'static BlockType) -> Val {
    let attributes = ty.attributes.iter().map(|attribute| {
        let sensitive = Marks {
            sensitive: attribute.sensitive,
            ..Marks::NONE
        };
        let value = Val::unknown(attribute.ty.clone()).marked(sensitive);
        (SharedText::fixed(&attribute.name), value)
    });
    let blocks = ty.blocks.iter().map(|block| {
        (
            SharedText::fixed(&block.name),
            Val::unknown(blocks_type(block)),
        )
    });
    Val::object(attributes.chain(blocks))
}

fn blocks_type(block: &NestedBlock) -> Type {
    let one = block_type(&block.body);
    match block.nesting {
        Nesting::Single => one,
        Nesting::List => Type::list(one),
        Nesting::Set => Type::set(one),
        Nesting::Map => Type::map(one),
    }
}

fn block_type(ty: &BlockType) -> Type {
    let attributes = ty.attributes.iter();
    let attributes =
        attributes.map(|attribute: &Attribute| (attribute.name.clone(), attribute.ty.clone()));
    let blocks = ty
        .blocks
        .iter()
        .map(|block| (block.name.clone(), blocks_type(block)));
    Type::object(attributes.chain(blocks))
}
