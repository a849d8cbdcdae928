//! One file: from its root through the labels to the bodies of its blocks.

use super::body::Reader;
use super::codes::{MISSING_LABEL, UNKNOWN_BLOCK};
use super::json::{Json, Value};
use crate::Text;
use crate::diagnostic::Diagnostic;
use crate::module::{Block, BlockKind};
use crate::nearest::nearest;
use crate::render::context::Context;

impl<'s> Reader<'s> {
    /// The blocks of a file, in the order written.
    pub(super) fn file(&mut self, root: &'s Value<'s>) -> Vec<Block> {
        let mut blocks = Vec::new();
        if !matches!(root.json, Json::Object(_) | Json::List(_)) {
            self.wrong_kind("an object", &root.json, root);
            return blocks;
        }
        for member in self.members(root) {
            match BlockKind::from_keyword(&member.key) {
                Some(kind) => self.blocks(&member.value, kind, &mut Vec::new(), &mut blocks),
                None if member.key == "//" => {}
                None => self.unknown(&member.key, self.origin(member.key_start, member.key_end)),
            }
        }
        blocks
    }

    fn unknown(&mut self, key: &str, at: crate::Origin) {
        let nearest = nearest(key, BlockKind::ALL.map(BlockKind::keyword));
        let hint = match (key, nearest) {
            ("required_providers" | "backend" | "cloud" | "required_version", _) => {
                Some(format!("put `{key}` into `terraform`"))
            }
            (_, Some(keyword)) => Some(format!("did you mean `{keyword}`?")),
            _ => None,
        };
        let mut diagnostic =
            Diagnostic::error(&UNKNOWN_BLOCK, format!("`{key}` is no kind of block")).at(at);
        if let Some(hint) = hint {
            diagnostic = diagnostic.hint(hint);
        }
        self.push(diagnostic);
    }

    /// Goes down through the labels that are still missing, and reads the bodies below.
    fn blocks(
        &mut self,
        value: &'s Value<'s>,
        kind: BlockKind,
        labels: &mut Vec<&'s str>,
        blocks: &mut Vec<Block>,
    ) {
        let wanted = kind.labels();
        if labels.len() < wanted {
            let what = if wanted - labels.len() == 2 {
                "type"
            } else {
                "name"
            };
            let wrong = self.diagnostics.len();
            let members = self.members(value);
            if members.is_empty() && self.diagnostics.len() == wrong {
                let summary = format!("`{}` holds no {what}", path(kind, labels));
                let at = self.origin_of(value);
                self.push(
                    Diagnostic::error(&MISSING_LABEL, summary)
                        .hint("leave it out")
                        .at(at),
                );
            }
            for member in members {
                let nothing = match &member.value.json {
                    Json::Null => true,
                    Json::List(items) => items.is_empty(),
                    _ => false,
                };
                if member.key == "//" && !(nothing && labels.len() + 1 == wanted) {
                    let summary = format!(
                        "a comment stands where the {what} of a `{}` belongs",
                        kind.keyword()
                    );
                    let at = self.origin(member.key_start, member.key_end);
                    self.push(
                        Diagnostic::error(&MISSING_LABEL, summary)
                            .hint("move it into the body of a block, or to the root")
                            .at(at),
                    );
                    continue;
                }
                labels.push(&member.key);
                self.blocks(&member.value, kind, labels, blocks);
                labels.pop();
            }
            return;
        }
        match &value.json {
            Json::Null => {}
            Json::Object(_) => blocks.extend(self.block(value, kind, labels)),
            Json::List(items) => {
                for item in items {
                    blocks.extend(self.block(item, kind, labels));
                }
            }
            json => {
                self.address = Some(path(kind, labels));
                self.wrong_kind("the body of a block", json, value);
                self.address = None;
            }
        }
    }

    /// A block: its body is an object, or in a list of blocks a list of objects that are one body,
    /// or nothing. Only local values stand in one object.
    fn block(&mut self, value: &'s Value<'s>, kind: BlockKind, labels: &[&str]) -> Option<Block> {
        let labels = labels.iter().map(|label| Text::Owned((*label).to_owned()));
        let mut block = Block::new(kind, labels);
        block.origin = self.origin_of(value);
        self.address = Some(block.address());
        let is_body = match &value.json {
            Json::Object(_) => true,
            Json::List(_) | Json::Null => kind != BlockKind::Locals,
            _ => false,
        };
        if is_body {
            let members = self.members(value);
            block.body = self.object(&members, Context::of(kind));
        } else {
            self.wrong_kind("the body of a block", &value.json, value);
        }
        self.address = None;
        is_body.then_some(block)
    }
}

/// The way to a block, as far as its labels are known.
fn path(kind: BlockKind, labels: &[&str]) -> String {
    std::iter::once(kind.keyword())
        .chain(labels.iter().copied())
        .collect::<Vec<_>>()
        .join(".")
}
