//! The walk through a module: where it stands, what it knows there, and what it found.

use std::collections::HashSet;

use terrace_ir::node::{Root, SplatStep};
use terrace_ir::{Any, Data, Diagnostic, Key, Node, Object, Origin, Severity};

use super::scope::{Declared, Place, Resource};
use crate::eval::operator::shown;
use crate::eval::problem::{INVALID_INDEX, UNSUPPORTED_ATTRIBUTE};
use crate::eval::{Problem, Val, from_any, traverse};
use crate::language::NOT_MADE;
use crate::language::report::{Report, Step};

/// The walk through the blocks of a module.
pub(super) struct Walk<'w, 'a> {
    pub(super) report: Report<'a>,
    pub(super) place: Place<'w, 'a>,
    /// Whether what the walk looks at surely comes to be. The blocks that a `dynamic` makes of something unknown may not:
    /// Terraform looks at their values only when they do.
    pub(super) is_certain: bool,
    /// Whether what the walk looks at is a secret: an expression may hold it as text.
    pub(super) is_secret: bool,
    /// The type whose body is looked at.
    pub(super) subject: &'a str,
    /// Whether what is set in the body is kept in the state.
    pub(super) keeps: bool,
    /// How many blocks the `dynamic`s of the body made so far.
    pub(super) expanded: usize,
    /// The `content` of each `dynamic` that surely makes a block.
    pub(super) made: HashSet<*const Object>,
}

impl<'w, 'a> Walk<'w, 'a> {
    pub(super) fn new(declared: &'w Declared<'a>) -> Self {
        Self {
            report: Report::new(),
            place: Place::at_root(declared),
            is_certain: true,
            is_secret: false,
            subject: "",
            keeps: false,
            expanded: 0,
            made: HashSet::new(),
        }
    }

    /// Does something one step further in.
    pub(super) fn at<T>(&mut self, name: &'a str, look: impl FnOnce(&mut Self) -> T) -> T {
        self.report.enter(Step::Name(name));
        let result = look(self);
        self.report.leave();
        result
    }

    /// Does something inside an element of a list, or inside what stands there alone.
    pub(super) fn inside<T>(
        &mut self,
        index: Option<usize>,
        look: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let Some(index) = index else {
            return look(self);
        };
        self.report.enter(Step::Index(index));
        let result = look(self);
        self.report.leave();
        result
    }

    /// Adds a finding about the names of arguments and blocks: Terraform looks at those wherever they stand.
    pub(super) fn find(&mut self, finding: Diagnostic, origin: Origin) {
        self.report.push(finding, origin);
    }

    /// Adds a finding about a value.
    pub(super) fn find_value(&mut self, finding: Diagnostic, origin: Origin) {
        let finding = self.as_certain(finding);
        self.report.push(finding, origin);
    }

    /// Adds a problem in a value that stands where the walk does.
    pub(super) fn find_problem(&mut self, problem: &Problem, origin: Origin) {
        let mut finding = self.as_certain(problem.to_diagnostic());
        if self.is_secret {
            finding.summary = finding.code.title.to_owned();
            finding.hint = None;
        }
        let origin = problem.origin.or(origin);
        self.report.push_inside(finding, &problem.path, origin);
    }

    pub(super) fn as_certain(&self, mut finding: Diagnostic) -> Diagnostic {
        if !self.is_certain && finding.severity == Severity::Error {
            finding.severity = Severity::Warning;
            if finding.detail.is_empty() {
                NOT_MADE.clone_into(&mut finding.detail);
            }
        }
        finding
    }

    /// Evaluates what is set, and reports everything in it that Terraform would refuse.
    pub(super) fn value(&mut self, any: &'a Any, key: Origin) -> Val {
        match &any.data {
            // What most arguments are.
            Data::Text(text) => return Val::text(&**text),
            Data::Bool(value) => return Val::bool(*value),
            Data::Int(value) => return Val::whole(*value),
            _ => {}
        }
        let at = any.origin.or(key);
        let has_bad_reference = self.references(any, at);
        let (value, problems) = from_any(any, &self.place);
        for problem in &problems {
            let is_said = has_bad_reference
                && (problem.code == &UNSUPPORTED_ATTRIBUTE || problem.code == &INVALID_INDEX);
            if !is_said {
                self.find_problem(problem, at);
            }
        }
        value
    }

    /// Checks that all references in a value lead to attributes that there are, and says whether one does not.
    ///
    /// Terraform looks at them before it evaluates anything, so also at those inside `try`, and in the branch of a
    /// conditional that is not taken; but not in blocks that a `dynamic` does not make.
    pub(super) fn references(&mut self, any: &'a Any, at: Origin) -> bool {
        let at = any.origin.or(at);
        match &any.data {
            Data::Expr(node) => self.references_in(node, at),
            Data::List(list) => {
                let mut bad = false;
                for (index, item) in list.iter().enumerate() {
                    bad |= self.inside(Some(index), |walk| walk.references(item, at));
                }
                bad
            }
            Data::Object(object) => {
                let mut bad = false;
                for entry in object {
                    bad |= match &entry.key {
                        Key::Text(name) => self.at(name, |walk| walk.references(&entry.value, at)),
                        Key::Expr(node) => {
                            let in_key = self.references_in(node, entry.key_origin.or(at));
                            self.references(&entry.value, at) || in_key
                        }
                    };
                }
                bad
            }
            _ => false,
        }
    }

    fn references_in(&mut self, node: &Node, at: Origin) -> bool {
        match node {
            Node::Root(_) | Node::Attribute(..) | Node::Index(..) => {
                let mut bad = false;
                if let Err(problem) = self.follow(node, at, &mut bad) {
                    let shown = shown(node);
                    let mut finding = problem.to_diagnostic();
                    finding.summary = format!("`{shown}`: {}", finding.summary);
                    self.find_value(finding, at);
                    bad = true;
                }
                bad
            }
            Node::Splat(splat) => {
                let mut bad = self.references_in(&splat.source, at);
                for step in &splat.each {
                    if let SplatStep::Index(key) = step {
                        bad |= self.references_in(key, at);
                    }
                }
                bad
            }
            node => {
                let mut bad = false;
                node.children(&mut |child| bad |= self.references_in(child, at));
                bad
            }
        }
    }

    /// Follows a reference from its root as far as it goes by names and literal indexes.
    fn follow(&mut self, node: &Node, at: Origin, bad: &mut bool) -> Result<Reached, Problem> {
        match node {
            Node::Root(Root::Resource { address, .. }) => {
                let resource =
                    self.place
                        .declared
                        .find(address.mode, &address.type_name, &address.name);
                Ok(resource.map_or(Reached::Unknown, |resource| {
                    Reached::Resource(resource.clone())
                }))
            }
            Node::Root(Root::SelfObject) => Ok(self
                .place
                .self_object
                .clone()
                .map_or(Reached::Unknown, Reached::Resource)),
            Node::Root(_) => Ok(Reached::Unknown),
            Node::Attribute(source, name) => match self.follow(source, at, bad)? {
                Reached::Resource(resource) => {
                    traverse::attribute(&resource.instance(), name).map(Reached::Value)
                }
                Reached::Value(value) => traverse::attribute(&value, name).map(Reached::Value),
                Reached::Unknown => Ok(Reached::Unknown),
            },
            Node::Index(source, key) => {
                let reached = self.follow(source, at, bad)?;
                let key = match &**key {
                    Node::Text(text) => Val::text(&**text),
                    Node::Number(digits) => {
                        digits.parse().map_or_else(|_| Val::dynamic(), Val::whole)
                    }
                    key => {
                        *bad |= self.references_in(key, at);
                        return Ok(Reached::Unknown);
                    }
                };
                match reached {
                    // One of the instances. Whether there are several is the language's to check.
                    Reached::Resource(resource) => Ok(Reached::Value(resource.instance())),
                    Reached::Value(value) => traverse::index(&value, &key).map(Reached::Value),
                    Reached::Unknown => Ok(Reached::Unknown),
                }
            }
            node => {
                *bad |= self.references_in(node, at);
                Ok(Reached::Unknown)
            }
        }
    }
}

/// Where a reference has led so far.
enum Reached {
    Resource(Resource),
    Value(Val),
    Unknown,
}
