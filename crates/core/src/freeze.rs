//! From the tree to modules.

use std::collections::BTreeMap;
use std::sync::Arc;

use terrace_ir::{
    Any, Block, BlockKind, Data, Diagnostic, Entry, Module, Node, Object, Origin, ResourceAddress,
    Root, Text,
};

use crate::codes;
use crate::lifecycle::Lifecycle;
use crate::overrides::Miss;
use crate::resource::Resource;
use crate::tree::{Dependency, ResourceNode, Shared, Tree, first_made};

/// The result of a freeze.
pub struct Frozen {
    /// One module for each stack, in the order in which they were made.
    pub modules: Vec<Module>,
    /// What is wrong with the tree itself. The modules' own findings come from their check.
    pub diagnostics: Vec<Diagnostic>,
}

/// `body` gives what was set of a resource: a copy, or the thing itself.
pub(crate) fn freeze(shared: &Shared, body: impl FnMut(&mut ResourceNode) -> Object) -> Frozen {
    run_aspects(shared);
    let mut tree = shared.borrow_mut();
    tree.frozen = true;
    let mut diagnostics = std::mem::take(&mut tree.diagnostics);
    let mut bodies: Vec<Object> = tree.resources.iter_mut().map(body).collect();
    let modules = (0..tree.stacks.len() as u32)
        .map(|stack| module(&tree, stack, &mut bodies, &mut diagnostics))
        .collect();
    Frozen {
        modules,
        diagnostics,
    }
}

/// Outer aspects first. An aspect may change what it visits and add resources; those that it adds
/// are visited by the aspects after it.
fn run_aspects(shared: &Shared) {
    let scopes = shared.borrow().scopes.len() as u32;
    for scope in 0..scopes {
        let aspects = shared.borrow().scopes[scope as usize].aspects.clone();
        for aspect in aspects {
            let resources = shared.borrow().resources.len() as u32;
            for resource in 0..resources {
                let visited = {
                    let tree = shared.borrow();
                    tree.is_within(tree.resources[resource as usize].scope, scope)
                };
                if visited {
                    aspect(&Resource::new_at(shared.clone(), resource));
                }
            }
        }
    }
}

fn module(
    tree: &Tree,
    stack: u32,
    bodies: &mut [Object],
    diagnostics: &mut Vec<Diagnostic>,
) -> Module {
    let node = &tree.stacks[stack as usize];
    let mut module = Module::new(node.name.clone());
    module.stage = node.stage;
    let first = diagnostics.len();
    let is_twin =
        |it: &Diagnostic| it.code == &codes::PATH_TWICE && it.module == Some(node.name.clone());
    let has_twins = diagnostics.iter().any(is_twin);
    module.blocks = node.blocks.clone();
    module.withheld = node.withheld.clone();
    let mut seen: BTreeMap<Arc<ResourceAddress>, u32> = BTreeMap::new();
    for (index, resource) in tree.resources.iter().enumerate() {
        if tree.scopes[resource.scope as usize].stack != stack {
            continue;
        }
        match seen.get(&resource.address) {
            None => {
                seen.insert(resource.address.clone(), index as u32);
            }
            Some(before) => {
                // What comes of two constructs with one path is said with them: their own resources, and
                // what others make for each of them.
                let (one, other) = (tree.resources[*before as usize].scope, resource.scope);
                let is_said = match one == other {
                    true => has_twins,
                    false => tree.are_twins(one, other),
                };
                if !is_said {
                    diagnostics.push(same_address(tree, *before, resource));
                }
                // The first one stays, so that the module is one that can be checked.
                continue;
            }
        }
        let body = std::mem::take(&mut bodies[index]);
        module
            .blocks
            .push(block(tree, index as u32, body, diagnostics));
    }
    for block in &module.blocks {
        foreign_references(tree, stack, block, diagnostics);
    }
    for diagnostic in &mut diagnostics[first..] {
        diagnostic.module.get_or_insert_with(|| node.name.clone());
    }
    module
}

fn same_address(tree: &Tree, before: u32, after: &ResourceNode) -> Diagnostic {
    let before = &tree.resources[before as usize];
    let path = |resource: &ResourceNode| tree.scopes[resource.scope as usize].path.clone();
    let summary = match (path(before), path(after)) {
        (one, other) if one == other && one.is_empty() => {
            format!("the stack makes `{}` twice", after.address)
        }
        (one, other) if one == other => {
            format!("the construct `{one}` makes `{}` twice", after.address)
        }
        (one, other) => format!(
            "the constructs `{one}` and `{other}` both make `{}`",
            after.address
        ),
    };
    Diagnostic::error(&codes::ADDRESS_TWICE, summary)
        .detail(first_made(before.origin))
        .address(after.address.to_string())
        .hint("rename one of the two")
        .construct(tree.construct_of(after.scope))
        .at(tree.named_at(after.scope).or(after.origin))
}

fn block(tree: &Tree, index: u32, body: Object, diagnostics: &mut Vec<Diagnostic>) -> Block {
    let resource = &tree.resources[index as usize];
    let address = &resource.address;
    let mut block = Block::new(
        BlockKind::from(address.mode),
        [address.type_name.clone(), address.name.clone()],
    );
    block.origin = resource.origin;
    block.construct = tree.construct_of(resource.scope);
    block.body = body;

    let waits_for = dependencies(tree, index);
    if !waits_for.is_empty() {
        block.body.set("depends_on", waits_for);
    }
    if let Some(alias) = provider_alias(tree, resource)
        && block.body.get("provider").is_none()
    {
        block.body.set("provider", alias);
    }
    let mut report = |code, summary: String, hint: &str, origin| {
        diagnostics.push(
            Diagnostic::error(code, summary)
                .address(address.to_string())
                .hint(hint)
                .construct(block.construct.clone())
                .at(origin),
        );
    };
    let lifecycle = lifecycle(tree, resource);
    for path in lifecycle.unreadable_paths() {
        report(
            &codes::OVERRIDE_PATH,
            format!("`ignore_changes` has \"{path}\", which is no path"),
            "write it as Terraform does: `tags[\"owner\"]`",
            resource.origin,
        );
    }
    if let Some(lifecycle) = lifecycle.to_object() {
        block.body.set("lifecycle", lifecycle);
    }
    for (path, change, origin) in &resource.overrides {
        match change.clone().apply(&mut block.body, path, *origin) {
            Ok(()) => {}
            Err(Miss::Path) => report(
                &codes::OVERRIDE_PATH,
                format!("\"{path}\" is no path"),
                "write it as Terraform does: `network_rules[0].bypass`, `tags[\"owner\"]`",
                *origin,
            ),
            Err(Miss::Nothing) => report(
                &codes::OVERRIDE_MISSES,
                format!("nothing stands at `{path}`"),
                "look at the synthesized output for the right path",
                *origin,
            ),
        }
    }
    settle_origins(tree, resource, &mut block.body);
    order(&mut block.body);
    block
}

/// Arguments by name, between the meta-arguments that decide which resource this is and those that
/// decide how it is treated.
fn order(body: &mut Object) {
    fn place(entry: &Entry) -> (u8, &str) {
        let name = entry.key.as_text().unwrap_or_default();
        let rank = match name {
            "provider" => 0,
            "count" | "for_each" => 1,
            "depends_on" => 3,
            "lifecycle" => 4,
            "provisioner" | "connection" => 5,
            _ => 2,
        };
        (rank, name)
    }
    body.sort_by(|one, other| place(one).cmp(&place(other)));
}

/// A line inside a construct's own code says nothing to the author of a stack: such a value is
/// blamed at the line where the construct was made.
fn settle_origins(tree: &Tree, resource: &ResourceNode, body: &mut Object) {
    let Origin::Code(here) = tree.scopes[resource.scope as usize].origin else {
        return;
    };
    settle(body, &|origin| {
        if matches!(origin, Origin::Code(at) if at.file() != here.file()) {
            *origin = Origin::Default;
        }
    });
}

fn settle(body: &mut Object, change: &impl Fn(&mut Origin)) {
    for entry in body.iter_mut() {
        change(&mut entry.key_origin);
        settle_value(&mut entry.value, change);
    }
}

fn settle_value(value: &mut Any, change: &impl Fn(&mut Origin)) {
    change(&mut value.origin);
    match &mut value.data {
        Data::Object(object) => settle(object, change),
        Data::List(items) => items.iter_mut().for_each(|item| settle_value(item, change)),
        _ => {}
    }
}

fn lifecycle(tree: &Tree, resource: &ResourceNode) -> Lifecycle {
    if resource.kind.mode != terrace_ir::Mode::Managed {
        return resource.lifecycle.clone();
    }
    tree.ancestors(resource.scope)
        .fold(resource.lifecycle.clone(), |inner, scope| {
            inner.over(&scope.lifecycle)
        })
}

fn provider_alias(tree: &Tree, resource: &ResourceNode) -> Option<Any> {
    let provider = resource.address.type_name.split('_').next()?;
    let alias = tree.ancestors(resource.scope).find_map(|scope| {
        scope
            .provider_alias
            .iter()
            .rev()
            .find(|(name, _)| name == provider)
            .map(|(_, alias)| alias.clone())
    })?;
    let root = Arc::new(Node::Root(Root::Name(Text::Owned(provider.to_owned()))));
    Some(Data::Expr(Node::attribute(root, alias)).into())
}

/// The addresses that a resource waits for, in order, without itself.
fn dependencies(tree: &Tree, index: u32) -> Vec<Any> {
    let resource = &tree.resources[index as usize];
    let all = resource.depends_on.iter().chain(
        tree.ancestors(resource.scope)
            .flat_map(|scope| &scope.depends_on),
    );
    let stack_of = |other: &ResourceNode| tree.scopes[other.scope as usize].stack + 1;
    let mut targets: Vec<(u32, Arc<ResourceAddress>)> = Vec::new();
    for dependency in all {
        match *dependency {
            Dependency::Resource(other) => {
                let other = &tree.resources[other as usize];
                targets.push((stack_of(other), other.address.clone()));
            }
            Dependency::Scope(scope) => targets.extend(
                tree.resources
                    .iter()
                    .filter(|other| tree.is_within(other.scope, scope))
                    .map(|other| (stack_of(other), other.address.clone())),
            ),
        }
    }
    targets.retain(|target| *target != (stack_of(resource), resource.address.clone()));
    targets.sort();
    targets.dedup();
    targets
        .into_iter()
        .map(|(stack, address)| {
            Data::Expr(Arc::new(Node::Root(Root::Resource { stack, address }))).into()
        })
        .collect()
}

fn foreign_references(tree: &Tree, stack: u32, block: &Block, diagnostics: &mut Vec<Diagnostic>) {
    block.body.expressions(&mut |node, origin| {
        node.visit(&mut |node| {
            let Node::Root(Root::Resource {
                stack: other,
                address,
            }) = node
            else {
                return;
            };
            if *other == 0 || *other == stack + 1 {
                return;
            }
            let name = &tree.stacks[(*other - 1) as usize].name;
            diagnostics.push(
                Diagnostic::error(
                    &codes::OTHER_STACK,
                    format!("`{address}` is a resource of the stack `{name}`"),
                )
                .address(block.address())
                .hint(format!(
                    "declare an output in `{name}` and read it with `remote_state`, or pass the value"
                ))
                .construct(block.construct.clone())
                .at(origin.or(block.origin)),
            );
        });
    });
}
