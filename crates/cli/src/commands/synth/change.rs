//! What is different between two versions of an environment's output.

use std::collections::{HashMap, HashSet};

use terrace_ir::{Block, Module, SourceMap};

use crate::output::{Folder, Wanted};
use crate::report::plural;

/// What is different between what stands in a folder and what should, resource by resource.
pub(super) enum Change {
    /// There was none before.
    New,
    /// What stands there was written before.
    Between {
        /// Resources, by address.
        resources: Difference,
        /// Hand-written files beside ours, which can only come and go.
        foreign: Difference,
    },
}

/// Names, in order.
#[derive(Default)]
pub(super) struct Difference {
    added: Vec<String>,
    changed: Vec<String>,
    removed: Vec<String>,
}

impl Change {
    pub(super) fn between(folder: &Folder, wanted: &Wanted) -> Self {
        let Some(before) = folder.main_on_disk() else {
            return Self::New;
        };
        let known = folder.known_foreign();
        let not_in = |others: &[String], names: &[String]| -> Vec<String> {
            let names = names.iter().filter(|name| !others.contains(name));
            names.cloned().collect()
        };
        Self::Between {
            resources: of_resources(&parsed(&before), &parsed(wanted.main())),
            foreign: Difference {
                added: not_in(&known, wanted.foreign()),
                changed: Vec::new(),
                removed: not_in(wanted.foreign(), &known),
            },
        }
    }

    /// In a few words: `1 added, 2 changed`.
    pub(super) fn words(&self) -> String {
        let Self::Between { resources, foreign } = self else {
            return "new".to_owned();
        };
        let count = |names: &[String], what: &str| {
            (!names.is_empty()).then(|| format!("{} {what}", names.len()))
        };
        let files = |names: &[String], what: &str| {
            (!names.is_empty())
                .then(|| format!("{} {what}", plural(names.len(), "hand-written file")))
        };
        let parts: Vec<String> = [
            count(&resources.added, "added"),
            count(&resources.changed, "changed"),
            count(&resources.removed, "removed"),
            files(&foreign.added, "added"),
            files(&foreign.removed, "removed"),
        ]
        .into_iter()
        .flatten()
        .collect();
        if parts.is_empty() {
            "changed beside the resources".to_owned()
        } else {
            parts.join(", ")
        }
    }

    /// A line for each resource and file, with the signs of Terraform's plans; the first ones, where
    /// there are many.
    pub(super) fn lines(&self) -> Vec<String> {
        const SHOWN: usize = 20;
        let Self::Between { resources, foreign } = self else {
            return Vec::new();
        };
        let mut lines = resources.lines("");
        lines.extend(foreign.lines(" (hand-written)"));
        let more = lines.len().saturating_sub(SHOWN);
        if more > 0 {
            lines.truncate(SHOWN);
            lines.push(format!("  and {more} more"));
        }
        lines
    }
}

impl Difference {
    fn lines(&self, what: &str) -> Vec<String> {
        [
            ("+", &self.added),
            ("~", &self.changed),
            ("-", &self.removed),
        ]
        .into_iter()
        .flat_map(|(sign, names)| names.iter().map(move |it| format!("  {sign} {it}{what}")))
        .collect()
    }
}

fn of_resources(before: &Module, after: &Module) -> Difference {
    let old: HashMap<String, &Block> = before.resources().map(|it| (it.address(), it)).collect();
    let mut difference = Difference::default();
    let mut new = HashSet::new();
    for block in after.resources() {
        let address = block.address();
        match old.get(&address) {
            None => difference.added.push(address.clone()),
            Some(old) if old.body != block.body => difference.changed.push(address.clone()),
            Some(_) => {}
        }
        new.insert(address);
    }
    let removed = before.resources().map(Block::address);
    difference.removed = removed.filter(|address| !new.contains(address)).collect();
    difference
}

/// What can be read of a version; what cannot counts as not there.
fn parsed(text: &str) -> Module {
    let mut sources = SourceMap::new();
    terrace_ir::read::files("", &[("main.tf.json", text)], &mut sources).0
}
