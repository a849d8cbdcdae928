//! Collects findings, and knows where the check stands while it does: the block and the path in it.

use terrace_ir::{ArgumentPath, Block, BlockKind, Diagnostic, Origin};

/// A step into a body, borrowed: paths become text only when something is found.
#[derive(Clone, Copy)]
pub(super) enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

/// What was found so far, and where the check stands.
pub(super) struct Report<'a> {
    findings: Vec<Diagnostic>,
    block: Option<&'a Block>,
    path: Vec<Step<'a>>,
}

impl<'a> Report<'a> {
    pub(super) fn new() -> Self {
        Self {
            findings: Vec::new(),
            block: None,
            path: Vec::new(),
        }
    }

    /// Turns to a block; everything found from here on is about it.
    pub(super) fn turn_to(&mut self, block: &'a Block) {
        self.block = Some(block);
        self.path.clear();
    }

    pub(super) fn enter(&mut self, step: Step<'a>) {
        self.path.push(step);
    }

    pub(super) fn leave(&mut self) {
        self.path.pop();
    }

    /// Looks at a member of the body in which the check stands.
    pub(super) fn at<T>(&mut self, name: &'a str, look: impl FnOnce(&mut Self) -> T) -> T {
        self.enter(Step::Name(name));
        let result = look(self);
        self.leave();
        result
    }

    /// Adds a finding about `origin`, or about the block where that is not known.
    pub(super) fn push(&mut self, finding: Diagnostic, origin: Origin) {
        let Some(block) = self.block else {
            self.findings.push(finding.at(origin));
            return;
        };
        let mut finding = finding
            .address(self.address(block))
            .at(origin.or(block.origin))
            .construct(block.construct.clone());
        if !self.path.is_empty() {
            finding = finding.argument(self.argument());
        }
        self.findings.push(finding);
    }

    pub(super) fn finish(self) -> Vec<Diagnostic> {
        self.findings
    }

    /// A local value is what its entry says, wherever in a `locals` block it stands.
    fn address(&self, block: &Block) -> String {
        match (block.kind, self.path.first()) {
            (BlockKind::Locals, Some(Step::Name(name))) => format!("local.{name}"),
            _ => block.address(),
        }
    }

    fn argument(&self) -> String {
        let mut path = ArgumentPath::root();
        for step in &self.path {
            path.push(match *step {
                Step::Name(name) => terrace_ir::Step::Name(name.to_owned().into()),
                Step::Index(index) => terrace_ir::Step::Index(index),
            });
        }
        path.to_string()
    }
}
