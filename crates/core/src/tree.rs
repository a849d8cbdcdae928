//! The arena that all handles point into.

use std::any::Any as AnyType;
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

use terrace_ir::address::is_identifier;
use terrace_ir::{Block, BlockKind, Diagnostic, Object, Origin, ResourceAddress, Stage, Text};

use crate::codes;
use crate::lifecycle::Lifecycle;
use crate::overrides::Override;
use crate::resource::{Resource, ResourceType};

/// A tree shared by its handles.
pub(crate) type Shared = Rc<RefCell<Tree>>;

#[derive(Default)]
pub(crate) struct Tree {
    pub(crate) stacks: Vec<StackNode>,
    pub(crate) scopes: Vec<ScopeNode>,
    /// The first scope of each path of a stack, in lower case: finds a path that is used twice.
    paths: HashMap<(u32, String), u32>,
    pub(crate) resources: Vec<ResourceNode>,
    pub(crate) frozen: bool,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

pub(crate) struct StackNode {
    pub(crate) name: Arc<str>,
    pub(crate) stage: Stage,
    /// Blocks that are no resources.
    pub(crate) blocks: Vec<Block>,
    /// Outputs that it could give and does not, with their descriptions.
    pub(crate) withheld: BTreeMap<Text, String>,
}

/// What is called with every resource of a subtree before the freeze.
pub(crate) type Aspect = Rc<dyn Fn(&Resource)>;

pub(crate) struct ScopeNode {
    pub(crate) stack: u32,
    /// None for the stack itself.
    pub(crate) parent: Option<u32>,
    /// Names from the stack down, joined by `/`; empty for the stack itself.
    pub(crate) path: Arc<str>,
    pub(crate) origin: Origin,
    /// Where its name was said, if a setting says it.
    pub(crate) named_at: Origin,
    pub(crate) aspects: Vec<Aspect>,
    pub(crate) provided: Vec<Rc<dyn AnyType>>,
    pub(crate) provider_alias: Vec<(Text, Text)>,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) depends_on: Vec<Dependency>,
}

/// What something waits for.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Dependency {
    Resource(u32),
    /// All resources in a scope and below it.
    Scope(u32),
}

pub(crate) struct ResourceNode {
    pub(crate) scope: u32,
    pub(crate) address: Arc<ResourceAddress>,
    pub(crate) kind: &'static ResourceType,
    pub(crate) body: Object,
    pub(crate) origin: Origin,
    pub(crate) lifecycle: Lifecycle,
    pub(crate) depends_on: Vec<Dependency>,
    pub(crate) overrides: Vec<(String, Override, Origin)>,
}

impl Tree {
    pub(crate) fn add_stack(&mut self, name: &str, stage: Stage, origin: Origin) -> u32 {
        let stack = self.stacks.len() as u32;
        self.stacks.push(StackNode {
            name: name.into(),
            stage,
            blocks: Vec::new(),
            withheld: BTreeMap::new(),
        });
        self.push_scope(stack, None, "".into(), (Origin::Default, origin))
    }

    /// `named_at` is where a setting says the name, `origin` the line that makes the scope.
    pub(crate) fn add_scope(
        &mut self,
        parent: u32,
        name: &str,
        named_at: Origin,
        origin: Origin,
    ) -> u32 {
        self.check_open(origin, name);
        let name = self.checked_name(parent, name, named_at.or(origin));
        let path: Arc<str> = join(&self.scopes[parent as usize].path, &name, "/").into();
        let stack = self.scopes[parent as usize].stack;
        // What is inside of a twin is twice for no reason of its own.
        let is_inside_of_twin =
            self.first_at(stack, &self.scopes[parent as usize].path) != Some(parent);
        if let Some(twin) = self.first_at(stack, &path)
            && !is_inside_of_twin
        {
            self.report_twin(twin, &path, stack, (named_at, origin));
        }
        self.push_scope(stack, Some(parent), path, (named_at, origin))
    }

    /// The first scope of a path, however that is spelt.
    fn first_at(&self, stack: u32, path: &str) -> Option<u32> {
        let first = self.paths.get(&(stack, path.to_ascii_lowercase()));
        first.copied()
    }

    /// Whether two scopes have one path.
    pub(crate) fn are_twins(&self, one: u32, other: u32) -> bool {
        let path = |scope: u32| &self.scopes[scope as usize].path;
        one != other && path(one).eq_ignore_ascii_case(path(other))
    }

    /// Reports a path that is used again, at the setting that says its name: the second one's, or else the
    /// first one's.
    fn report_twin(&mut self, twin: u32, path: &str, stack: u32, again: (Origin, Origin)) {
        let (named_at, origin) = again;
        let first = &self.scopes[twin as usize];
        let (at, detail) = match (named_at, first.named_at) {
            (Origin::Default, said @ Origin::File { .. }) => (said, made_at("made again", origin)),
            _ => (named_at.or(origin), made_at("first made", first.origin)),
        };
        let finding = match *first.path == *path {
            true => Diagnostic::error(
                &codes::PATH_TWICE,
                format!("the construct path `{path}` is used twice"),
            )
            .detail(detail),
            false => Diagnostic::error(
                &codes::PATH_TWICE,
                format!(
                    "the construct paths `{}` and `{path}` differ in upper and lower case alone",
                    first.path
                ),
            )
            .detail("Azure tells no names apart by that"),
        };
        self.diagnostics.push(
            finding
                .hint("give one of the two another name")
                .in_module(&self.stacks[stack as usize].name)
                .at(at),
        );
    }

    fn push_scope(
        &mut self,
        stack: u32,
        parent: Option<u32>,
        path: Arc<str>,
        (named_at, origin): (Origin, Origin),
    ) -> u32 {
        let index = self.scopes.len() as u32;
        let spelt_alike = path.to_ascii_lowercase();
        self.paths.entry((stack, spelt_alike)).or_insert(index);
        self.scopes.push(ScopeNode {
            stack,
            parent,
            path,
            origin,
            named_at,
            aspects: Vec::new(),
            provided: Vec::new(),
            provider_alias: Vec::new(),
            lifecycle: Lifecycle::default(),
            depends_on: Vec::new(),
        });
        index
    }

    pub(crate) fn add_resource(
        &mut self,
        scope: u32,
        kind: &'static ResourceType,
        type_name: Text,
        name: &str,
        origin: Origin,
    ) -> u32 {
        self.check_open(origin, name);
        let is_main = name.is_empty() && !self.scopes[scope as usize].path.is_empty();
        let name = match is_main {
            true => Cow::Borrowed(name),
            false => self.checked_name(scope, name, origin),
        };
        let full = join(
            &self.scopes[scope as usize].path.replace('/', "_"),
            &name,
            "_",
        );
        self.resources.push(ResourceNode {
            scope,
            address: Arc::new(ResourceAddress::new(kind.mode, type_name, full)),
            kind,
            body: Object::new(),
            origin,
            lifecycle: Lifecycle::default(),
            depends_on: Vec::new(),
            overrides: Vec::new(),
        });
        self.resources.len() as u32 - 1
    }

    pub(crate) fn add_block(
        &mut self,
        scope: u32,
        kind: BlockKind,
        labels: Vec<Text>,
        body: Object,
        origin: Origin,
    ) {
        self.check_open(origin, kind.keyword());
        let construct = self.construct_of(scope);
        let stack = self.scopes[scope as usize].stack as usize;
        let mut block = Block::new(kind, labels);
        block.body = body;
        block.origin = origin;
        block.construct = construct;
        self.stacks[stack].blocks.push(block);
    }

    /// The construct that a scope is; none for the stack itself.
    pub(crate) fn construct_of(&self, scope: u32) -> Option<terrace_ir::Construct> {
        let scope = &self.scopes[scope as usize];
        (!scope.path.is_empty()).then(|| terrace_ir::Construct {
            path: scope.path.clone(),
            origin: scope.origin,
        })
    }

    /// Where a setting says the name of a scope, or of the nearest one above it that has its name
    /// from a setting.
    pub(crate) fn named_at(&self, scope: u32) -> Origin {
        self.ancestors(scope)
            .map(|scope| scope.named_at)
            .find(|origin| !matches!(origin, Origin::Default))
            .unwrap_or_default()
    }

    /// The scope and all above it, the nearest first.
    pub(crate) fn ancestors(&self, scope: u32) -> impl Iterator<Item = &ScopeNode> {
        std::iter::successors(Some(&self.scopes[scope as usize]), |scope| {
            scope.parent.map(|parent| &self.scopes[parent as usize])
        })
    }

    /// Whether `scope` is `ancestor` or lies below it.
    pub(crate) fn is_within(&self, scope: u32, ancestor: u32) -> bool {
        let mut at = Some(scope);
        while let Some(here) = at {
            if here == ancestor {
                return true;
            }
            at = self.scopes[here as usize].parent;
        }
        false
    }

    /// Records that something was changed too late; `what` names it.
    pub(crate) fn check_open(&mut self, origin: Origin, what: &str) {
        if self.frozen {
            self.diagnostics.push(
                Diagnostic::error(
                    &codes::FROZEN,
                    format!("`{what}` was changed after the stacks were built"),
                )
                .hint("make the change while the stack is built, or in an aspect")
                .at(origin),
            );
        }
    }

    /// The name, or where it is reported as none, one that nothing else finds fault with.
    fn checked_name<'a>(&mut self, scope: u32, name: &'a str, origin: Origin) -> Cow<'a, str> {
        if is_identifier(name) {
            return Cow::Borrowed(name);
        }
        let stack = self.scopes[scope as usize].stack as usize;
        self.diagnostics.push(
            Diagnostic::error(
                &codes::INVALID_NAME,
                format!("`{name}` is not allowed as the name of a construct or resource"),
            )
            .value(name)
            .hint("begin with a letter or `_`, and go on with letters, digits, `_` and `-`")
            .in_module(&self.stacks[stack].name)
            .at(origin),
        );
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        Cow::Owned(format!("_{}", name.replace(|c| !allowed(c), "_")))
    }
}

/// Where the first of two was made, for a finding about the second.
pub(crate) fn first_made(origin: Origin) -> String {
    made_at("first made", origin)
}

fn made_at(how: &str, origin: Origin) -> String {
    match origin {
        Origin::Code(at) => format!("{how} at {}:{}", at.file().replace('\\', "/"), at.line()),
        _ => String::new(),
    }
}

fn join(path: &str, name: &str, by: &str) -> String {
    match (path, name) {
        ("", name) => name.to_owned(),
        (path, "") => path.to_owned(),
        (path, name) => format!("{path}{by}{name}"),
    }
}
