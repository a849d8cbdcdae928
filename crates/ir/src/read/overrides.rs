//! Override files, merged into what the ordinary files declare.
//!
//! Source: Terraform's documentation of override files, each rule tried with Terraform 1.11.4.

use super::codes::{DUPLICATE_BLOCK, IGNORED_OVERRIDE, NOT_OVERRIDABLE, NOTHING_TO_OVERRIDE};
use super::declared::{backends, provider};
use crate::any::{Any, Data, Entry, Object};
use crate::diagnostic::Diagnostic;
use crate::module::{Block, BlockKind};
use crate::source::Origin;

/// Merges the blocks of one override file into those of the module.
pub(super) fn merge(blocks: &mut Vec<Block>, file: Vec<Block>, diagnostics: &mut Vec<Diagnostic>) {
    let mut merging = Merging {
        blocks,
        diagnostics,
        version: false,
        backend: false,
    };
    for block in file {
        merging.block(block);
    }
}

struct Merging<'m> {
    blocks: &'m mut Vec<Block>,
    diagnostics: &'m mut Vec<Diagnostic>,
    /// Whether this file has set the required version or the backend already.
    version: bool,
    backend: bool,
}

impl Merging<'_> {
    fn block(&mut self, over: Block) {
        match over.kind {
            BlockKind::Terraform => self.terraform(over),
            BlockKind::Locals => self.locals(over),
            BlockKind::Provider => {
                let name = provider(&over);
                let base = self
                    .blocks
                    .iter()
                    .position(|base| base.kind == BlockKind::Provider && provider(base) == name);
                match base {
                    Some(base) => merge_bodies(&mut self.blocks[base].body, over.body),
                    // A default configuration is there in any case, if only an empty one.
                    None if over.body.get("alias").is_none() => self.blocks.push(over),
                    None => self.nothing(&name, over.origin),
                }
            }
            BlockKind::Moved | BlockKind::Import | BlockKind::Check => {
                let what = format!("a `{}` block", over.kind.keyword());
                self.refuse(&what, over.origin, over.address());
            }
            BlockKind::Removed | BlockKind::Ephemeral => {
                let what = format!("a `{}` block", over.kind.keyword());
                self.ignored(&what, over.origin, over.address());
            }
            _ => self.declared(over),
        }
    }

    /// What is found by its labels.
    fn declared(&mut self, over: Block) {
        let address = over.address();
        let base = self
            .blocks
            .iter()
            .position(|base| base.kind == over.kind && base.labels == over.labels);
        let Some(base) = base else {
            return self.nothing(&address, over.origin);
        };
        let mut body = Object::new();
        for entry in over.body {
            let refused = match (over.kind, entry.key.as_text().unwrap_or_default()) {
                (_, "depends_on") => {
                    if is_empty(&entry.value) {
                        continue;
                    }
                    true
                }
                (BlockKind::Variable, "validation") | (BlockKind::Output, "precondition") => true,
                (BlockKind::Resource | BlockKind::Data, "lifecycle") => {
                    self.lifecycle(base, entry, &address);
                    continue;
                }
                _ => false,
            };
            if refused {
                let what = format!("`{}`", entry.key.as_text().unwrap_or_default());
                self.refuse(&what, entry.key_origin, address.clone());
            } else {
                body.push(entry);
            }
        }
        merge_bodies(&mut self.blocks[base].body, body);
    }

    /// Merges `lifecycle` argument by argument.
    fn lifecycle(&mut self, base: usize, over: Entry, address: &str) {
        let mut arguments = Object::new();
        for argument in over.value.bodies().flatten() {
            let name = argument.key.as_text().unwrap_or_default();
            match name {
                "precondition" | "postcondition" => {
                    self.refuse(
                        &format!("`{name}`"),
                        argument.key_origin,
                        address.to_owned(),
                    );
                }
                "replace_triggered_by" => {
                    self.ignored(
                        "`replace_triggered_by`",
                        argument.key_origin,
                        address.to_owned(),
                    );
                }
                "ignore_changes" if is_empty(&argument.value) => {}
                _ => arguments.push(argument.clone()),
            }
        }
        let body = &mut self.blocks[base].body;
        match body.get_mut("lifecycle").map(|value| &mut value.data) {
            Some(Data::Object(lifecycle)) => merge_bodies(lifecycle, arguments),
            Some(Data::List(list)) if list.len() == 1 && list[0].as_object().is_some() => {
                if let Data::Object(lifecycle) = &mut list[0].data {
                    merge_bodies(lifecycle, arguments);
                }
            }
            _ => {
                let value = Any::new(Data::Object(arguments), over.value.origin);
                put(body, Entry { value, ..over });
            }
        }
    }

    fn locals(&mut self, over: Block) {
        for entry in over.body {
            let name = entry.key.as_text().unwrap_or_default().to_owned();
            let base = self
                .blocks
                .iter_mut()
                .filter(|base| base.kind == BlockKind::Locals)
                .find(|base| base.body.get(&name).is_some());
            match base {
                Some(base) => put(&mut base.body, entry),
                None => self.nothing(&format!("local.{name}"), entry.key_origin),
            }
        }
    }

    fn terraform(&mut self, over: Block) {
        let several = backends(&over)
            .into_iter()
            .skip(usize::from(!self.backend))
            .collect::<Vec<_>>();
        for (label, origin) in several {
            self.diagnostics.push(
                Diagnostic::error(
                    &DUPLICATE_BLOCK,
                    format!("backend `{label}` is one too many"),
                )
                .hint("keep one backend in the override files")
                .at(origin),
            );
        }
        let mut added = Object::new();
        for entry in over.body {
            match entry.key.as_text().unwrap_or_default() {
                "required_version" => {
                    if !std::mem::replace(&mut self.version, true) {
                        self.remove_everywhere(&["required_version"]);
                    }
                    added.push(entry);
                }
                "backend" | "cloud" => {
                    let first = !std::mem::replace(&mut self.backend, true);
                    if first {
                        self.remove_everywhere(&["backend", "cloud"]);
                        added.push(entry);
                    }
                }
                "required_providers" => {
                    if let Some(entry) = self.required_providers(entry) {
                        added.push(entry);
                    }
                }
                // Terraform ignores the rest here.
                _ => {}
            }
        }
        if !added.is_empty() {
            let mut block = Block::new(BlockKind::Terraform, []);
            block.origin = over.origin;
            block.body = added;
            self.blocks.push(block);
        }
    }

    /// Replaces each provider's requirement in the module's. Gives the entry back if there are none.
    fn required_providers(&mut self, over: Entry) -> Option<Entry> {
        let base = self
            .blocks
            .iter_mut()
            .filter(|base| base.kind == BlockKind::Terraform)
            .find_map(|base| base.body.get_mut("required_providers"));
        let object = match base.map(|base| &mut base.data) {
            None => return Some(over),
            Some(Data::Object(object)) => Some(object),
            Some(Data::List(list)) => list.iter_mut().find_map(|item| match &mut item.data {
                Data::Object(object) => Some(object),
                _ => None,
            }),
            _ => None,
        };
        if let Some(object) = object {
            for requirement in over.value.bodies().flatten() {
                put(object, requirement.clone());
            }
        }
        None
    }

    fn remove_everywhere(&mut self, names: &[&str]) {
        for block in self.blocks.iter_mut() {
            if block.kind == BlockKind::Terraform {
                remove(&mut block.body, |name| names.contains(&name));
            }
        }
    }

    fn nothing(&mut self, what: &str, at: Origin) {
        self.diagnostics.push(
            Diagnostic::error(
                &NOTHING_TO_OVERRIDE,
                format!("there is no `{what}` to override"),
            )
            .hint("correct the name, or declare it in an ordinary file")
            .address(what)
            .at(at),
        );
    }

    fn refuse(&mut self, what: &str, at: Origin, address: String) {
        self.diagnostics.push(
            Diagnostic::error(&NOT_OVERRIDABLE, format!("{what} cannot be overridden"))
                .hint("change it in the file that declares it")
                .address(address)
                .at(at),
        );
    }

    fn ignored(&mut self, what: &str, at: Origin, address: String) {
        self.diagnostics.push(
            Diagnostic::warning(
                &IGNORED_OVERRIDE,
                format!("{what} has no effect in an override file"),
            )
            .hint("move it into an ordinary file")
            .address(address)
            .at(at),
        );
    }
}

/// Puts the entries of one body in place of those of the same name in another. Blocks replace all
/// blocks of their name, also those that a `dynamic` would make, and the other way round.
fn merge_bodies(base: &mut Object, over: Object) {
    for entry in over {
        if entry.key.as_text() == Some("dynamic") {
            let made: Vec<String> = entry
                .value
                .bodies()
                .flatten()
                .filter_map(|entry| entry.key.as_text().map(str::to_owned))
                .collect();
            remove(base, |name| made.iter().any(|made| made == name));
            match base.get_mut("dynamic") {
                Some(dynamic) => {
                    for name in &made {
                        remove_dynamic(dynamic, name);
                    }
                    let before = std::mem::replace(&mut dynamic.data, Data::Null);
                    let mut blocks = into_list(before, dynamic.origin);
                    blocks.extend(into_list(entry.value.data, entry.value.origin));
                    dynamic.data = Data::List(blocks);
                }
                None => base.push(entry),
            }
            continue;
        }
        if let (Some(dynamic), Some(name)) = (base.get_mut("dynamic"), entry.key.as_text()) {
            remove_dynamic(dynamic, name);
        }
        put(base, entry);
    }
}

fn remove_dynamic(dynamic: &mut Any, name: &str) {
    match &mut dynamic.data {
        Data::Object(object) => remove(object, |label| label == name),
        Data::List(list) => list.iter_mut().for_each(|item| remove_dynamic(item, name)),
        _ => {}
    }
}

/// Sets an entry, in the place of the first of its key, or at the end.
fn put(object: &mut Object, entry: Entry) {
    let key = entry.key.clone();
    let mut new = Some(entry);
    let mut entries = Vec::with_capacity(object.len() + 1);
    for old in std::mem::take(object) {
        if old.key == key {
            entries.extend(new.take());
        } else {
            entries.push(old);
        }
    }
    entries.extend(new);
    *object = entries.into_iter().collect();
}

fn remove(object: &mut Object, matches: impl Fn(&str) -> bool) {
    *object = std::mem::take(object)
        .into_iter()
        .filter(|entry| !entry.key.as_text().is_some_and(&matches))
        .collect();
}

fn into_list(data: Data, origin: Origin) -> Vec<Any> {
    match data {
        Data::List(list) => list,
        data => vec![Any::new(data, origin)],
    }
}

fn is_empty(value: &Any) -> bool {
    value.as_list().is_some_and(<[Any]>::is_empty)
}
