//! Collects findings, and knows where the check stands while it does: the block and the path in it.

use terrace_ir::{ArgumentPath, Block, BlockKind, Diagnostic, Origin, Severity};

/// A step into a body, borrowed: paths become text only when something is found.
#[derive(Clone, Copy)]
pub(crate) enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

/// What was found so far, and where the check stands.
pub(crate) struct Report<'a> {
    findings: Vec<Diagnostic>,
    block: Option<&'a Block>,
    path: Vec<Step<'a>>,
    /// Why Terraform may never look at what the check looks at, so that what is wrong with it is a warning.
    doubt: Option<&'static str>,
}

impl<'a> Report<'a> {
    pub(crate) fn new() -> Self {
        Self {
            findings: Vec::new(),
            block: None,
            path: Vec::new(),
            doubt: None,
        }
    }

    /// Turns to a block; everything found from here on is about it.
    pub(crate) fn turn_to(&mut self, block: &'a Block) {
        self.block = Some(block);
        self.path.clear();
    }

    /// Says why Terraform may never look at what comes next, and gives what was said before.
    pub(crate) fn doubt(&mut self, why: Option<&'static str>) -> Option<&'static str> {
        std::mem::replace(&mut self.doubt, why)
    }

    pub(crate) fn enter(&mut self, step: Step<'a>) {
        self.path.push(step);
    }

    pub(crate) fn leave(&mut self) {
        self.path.pop();
    }

    /// Looks at a member of the body in which the check stands.
    pub(crate) fn at<T>(&mut self, name: &'a str, look: impl FnOnce(&mut Self) -> T) -> T {
        self.enter(Step::Name(name));
        let result = look(self);
        self.leave();
        result
    }

    /// Looks at an element of a list, or at what stands there alone.
    pub(crate) fn inside<T>(
        &mut self,
        index: Option<usize>,
        look: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let Some(index) = index else {
            return look(self);
        };
        self.enter(Step::Index(index));
        let result = look(self);
        self.leave();
        result
    }

    /// Adds a finding about `origin`, or about the block where that is not known. Its address is the block's, unless it
    /// has one.
    pub(crate) fn push(&mut self, mut finding: Diagnostic, origin: Origin) {
        if let Some(why) = self.doubt
            && finding.severity == Severity::Error
        {
            finding.severity = Severity::Warning;
            if finding.detail.is_empty() {
                why.clone_into(&mut finding.detail);
            }
        }
        let Some(block) = self.block else {
            self.findings.push(finding.at(origin));
            return;
        };
        let address = finding
            .address
            .take()
            .unwrap_or_else(|| self.address(block));
        let mut finding = finding
            .address(address)
            .at(origin.or(block.origin))
            .construct(block.construct.clone());
        if !self.path.is_empty() {
            finding = finding.argument(self.path().to_string());
        }
        self.findings.push(finding);
    }

    /// Adds a finding about something further in than where the check stands.
    pub(crate) fn push_inside(&mut self, finding: Diagnostic, path: &ArgumentPath, origin: Origin) {
        self.push(finding, origin);
        let mut whole = self.path();
        path.steps()
            .iter()
            .for_each(|step| whole.push(step.clone()));
        if let Some(pushed) = self.findings.last_mut()
            && !path.is_root()
        {
            pushed.argument = Some(whole.to_string());
        }
    }

    /// Where the check stands in the block.
    pub(crate) fn steps(&self) -> &[Step<'a>] {
        &self.path
    }

    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        self.findings
    }

    /// A local value is what its entry says, wherever in a `locals` block it stands.
    fn address(&self, block: &Block) -> String {
        match (block.kind, self.path.first()) {
            (BlockKind::Locals, Some(Step::Name(name))) => format!("local.{name}"),
            _ => block.address(),
        }
    }

    /// The name of the member at which the check stands.
    pub(crate) fn name(&self) -> &'a str {
        let names = self.path.iter().rev().find_map(|step| match step {
            Step::Name(name) => Some(*name),
            Step::Index(_) => None,
        });
        names.unwrap_or_default()
    }

    /// The path of the body in which the check stands, as text.
    pub(crate) fn holder(&self) -> String {
        let mut path = self.path();
        path.pop();
        path.to_string()
    }

    fn path(&self) -> ArgumentPath {
        let mut path = ArgumentPath::root();
        for step in &self.path {
            path.push(match *step {
                Step::Name(name) => terrace_ir::Step::Name(name.to_owned().into()),
                Step::Index(index) => terrace_ir::Step::Index(index),
            });
        }
        path
    }
}
