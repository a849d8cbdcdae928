//! What a reference means: what it must look like, what must be declared for it, and what may be used where.

use terrace_ir::{Any, Diagnostic, Mode, Origin, render};

use super::Walk;
use crate::language::codes::{
    BAD_PROVISIONER, BAD_REFERENCE, INSTANCE_KEY, OUT_OF_PLACE, SELF_REFERENCE, UNDECLARED,
};
use crate::language::declared::{Name, Repetition};
use crate::language::graph::Edge;
use crate::language::traversal::{self, Segment};
use crate::nearest::nearest;

/// For how many undeclared names of a module the nearest one is looked for.
const MOST_PROPOSALS: usize = 200;

impl<'a> Walk<'_, 'a> {
    /// A reference with all its steps.
    pub(super) fn reference(&mut self, steps: &[Segment<'a>], at: Origin) {
        let Some(&Segment::Name(first)) = steps.first() else {
            return;
        };
        if self.scope.names.contains(&first) {
            return;
        }
        if self.scope.at_destroy && !is_there_at_destroy(steps) {
            let finding = Diagnostic::error(
                &BAD_PROVISIONER,
                format!(
                    "a provisioner at destroy time cannot use `{}`",
                    shown(steps)
                ),
            )
            .hint("use `self`, `each.key` or `count.index`");
            self.report.push(finding, at);
            return;
        }
        match first {
            "var" => self.named(steps, at, Name::Variable),
            "local" => self.named(steps, at, Name::Local),
            "module" => self.module_reference(steps, at),
            "data" => self.resource_reference(Mode::Data, &steps[1..], steps, at),
            "ephemeral" => self.resource_reference(Mode::Ephemeral, &steps[1..], steps, at),
            "resource" => self.resource_reference(Mode::Managed, &steps[1..], steps, at),
            "each" => {
                self.repetition_value(steps, at, self.scope.each, "for_each", &["key", "value"])
            }
            "count" => self.repetition_value(steps, at, self.scope.count, "count", &["index"]),
            "path" => self.fixed(steps, at, &["module", "root", "cwd"]),
            "terraform" => self.fixed(steps, at, &["workspace", "applying"]),
            "self" => {
                if !self.scope.self_object {
                    let finding = Diagnostic::error(&OUT_OF_PLACE, "there is no `self` here")
                        .detail(
                            "`self` exists in provisioners, their connections, and postconditions",
                        );
                    self.report
                        .push(finding.hint("refer to the resource by its address"), at);
                }
            }
            "template" | "lazy" | "arg" => {
                let finding = Diagnostic::error(
                    &BAD_REFERENCE,
                    format!("`{first}` is a word that Terraform reserves"),
                );
                self.report.push(
                    finding.hint(format!(
                        "write `resource.{first}` for a resource of that type"
                    )),
                    at,
                );
            }
            _ => self.resource_reference(Mode::Managed, steps, steps, at),
        }
    }

    /// `var.name` and `local.name`.
    fn named(&mut self, steps: &[Segment<'a>], at: Origin, name: fn(&'a str) -> Name<'a>) {
        match steps.get(1) {
            Some(Segment::Name(second)) => self.to(name(second), at),
            _ => self.incomplete(steps, at, "a name"),
        }
    }

    fn module_reference(&mut self, steps: &[Segment<'a>], at: Origin) {
        let Some(&Segment::Name(name)) = steps.get(1) else {
            return self.incomplete(steps, at, "the name of a module");
        };
        let rest = &steps[2..];
        let is_indexed = matches!(rest.first(), Some(step) if step.name().is_none());
        let Some(id) = self.declared.find(Name::Module(name)) else {
            return self.undeclared(Name::Module(name), at);
        };
        let output = &rest[usize::from(is_indexed)..];
        match (output.first(), self.declared.thing(id).repetition) {
            (Some(Segment::Name(_)), Repetition::Count(_)) if !is_indexed => {
                self.missing_key(&Name::Module(name), "count", at);
            }
            (Some(Segment::Name(_)), _) => {}
            (Some(_), _) => return self.incomplete(steps, at, "an output"),
            (None, _) => return self.to(Name::WholeModule(name), at),
        }
        self.to(Name::Module(name), at);
    }

    fn resource_reference(
        &mut self,
        mode: Mode,
        path: &[Segment<'a>],
        steps: &[Segment<'a>],
        at: Origin,
    ) {
        let (Some(&Segment::Name(type_name)), Some(&Segment::Name(name))) =
            (path.first(), path.get(1))
        else {
            return self.no_resource(mode, steps, at);
        };
        let name = Name::Resource(mode, type_name, name);
        let Some(id) = self.declared.find(name) else {
            return self.undeclared(name, at);
        };
        let thing = self.declared.thing(id);
        let has_key = matches!(path.get(2), Some(step) if step.name().is_none());
        match (path.get(2), thing.repetition) {
            (Some(Segment::NoKey), _) => {
                let finding =
                    Diagnostic::error(&INSTANCE_KEY, format!("`{name}` has no such index"));
                self.report
                    .push(finding.hint("use text or a whole number as the index"), at);
            }
            (Some(_), Repetition::Once) if has_key => {
                let finding = Diagnostic::error(
                    &INSTANCE_KEY,
                    format!("`{name}` has neither `count` nor `for_each`, so it has no index"),
                );
                self.report.push(finding.hint("take the index out"), at);
            }
            (Some(_), Repetition::Count(_)) if !has_key => self.missing_key(&name, "count", at),
            (Some(_), Repetition::ForEach(_)) if !has_key => {
                self.missing_key(&name, "for_each", at)
            }
            (Some(Segment::Name("count")), _) => {
                let finding =
                    Diagnostic::error(&BAD_REFERENCE, format!("`{name}` has no attribute `count`"));
                self.report
                    .push(finding.hint(format!("write `length({name})`")), at);
            }
            _ => {}
        }
        if thing.check.is_some() && thing.check != self.scope.check {
            let check = thing.check.unwrap_or_default();
            let finding = Diagnostic::error(
                &UNDECLARED,
                format!("`{name}` can be used in `check.{check}` only"),
            );
            self.report
                .push(finding.hint("declare it outside the `check`"), at);
        }
        self.to(name, at);
    }

    /// `each.key`, `count.index`.
    fn repetition_value(
        &mut self,
        steps: &[Segment<'a>],
        at: Origin,
        is_there: bool,
        argument: &str,
        names: &[&str],
    ) {
        let Some(Segment::Name(name)) = steps.get(1) else {
            return self.incomplete(steps, at, names[0]);
        };
        if !names.contains(name) {
            self.no_attribute(steps, name, names, at);
        } else if !is_there {
            let what = shown(&steps[..2]);
            let finding = Diagnostic::error(
                &OUT_OF_PLACE,
                format!("there is no `{what}` here: the block has no `{argument}`"),
            );
            self.report.push(
                finding.hint(format!("add `{argument}`, or use something else")),
                at,
            );
        }
    }

    /// `path.module`, `terraform.workspace`.
    fn fixed(&mut self, steps: &[Segment<'a>], at: Origin, names: &[&str]) {
        match steps.get(1) {
            Some(Segment::Name(name)) if names.contains(name) => {}
            Some(Segment::Name(name)) => self.no_attribute(steps, name, names, at),
            _ => self.incomplete(steps, at, names[0]),
        }
    }

    fn no_attribute(&mut self, steps: &[Segment<'a>], name: &str, names: &[&str], at: Origin) {
        let first = shown(&steps[..1]);
        let hint = match nearest(name, names.iter().copied()) {
            Some(nearest) => format!("did you mean `{first}.{nearest}`?"),
            None => format!("use `{first}.{}`", names.join(&format!("` or `{first}."))),
        };
        let finding = Diagnostic::error(&BAD_REFERENCE, format!("`{first}` has no `{name}`"));
        self.report.push(finding.hint(hint), at);
    }

    fn incomplete(&mut self, steps: &[Segment<'a>], at: Origin, wanted: &str) {
        let finding = Diagnostic::error(
            &BAD_REFERENCE,
            format!("`{}` is no reference", shown(steps)),
        );
        self.report.push(
            finding.hint(format!("write `{}.` and {wanted}", shown(&steps[..1]))),
            at,
        );
    }

    fn no_resource(&mut self, mode: Mode, steps: &[Segment<'a>], at: Origin) {
        let all = shown(steps);
        let hint = match (mode, steps) {
            (Mode::Data, _) => "write `data.TYPE.NAME`".to_owned(),
            (Mode::Ephemeral, _) => "write `ephemeral.TYPE.NAME`".to_owned(),
            (Mode::Managed, [Segment::Name(word)]) => {
                let known = |name: Name<'_>| self.declared.find(name).map(|_| name.to_string());
                let declared = known(Name::Variable(word)).or_else(|| known(Name::Local(word)));
                let in_scope = || nearest(word, self.scope.names.iter().copied());
                match declared.or_else(|| in_scope().map(str::to_owned)) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => {
                        "write `var.NAME`, `local.NAME` or `TYPE.NAME`; write plain text without `${}`"
                            .to_owned()
                    }
                }
            }
            (Mode::Managed, _) => "write `TYPE.NAME`".to_owned(),
        };
        let finding = Diagnostic::error(&BAD_REFERENCE, format!("`{all}` is no reference"));
        self.report.push(finding.hint(hint), at);
    }

    fn missing_key(&mut self, name: &Name<'_>, argument: &str, at: Origin) {
        let index = match argument {
            "count" => "`[0]`, `[count.index]` or `[*]`",
            _ => "`[\"key\"]`, `[each.key]` or `values(…)[*]`",
        };
        let finding = Diagnostic::error(
            &INSTANCE_KEY,
            format!("`{name}` has `{argument}`, so its attributes belong to one of its instances"),
        );
        self.report
            .push(finding.hint(format!("add an index: {index}")), at);
    }

    /// Follows a reference to what is declared.
    pub(super) fn to(&mut self, name: Name<'_>, at: Origin) {
        let Some(to) = self.declared.find(name) else {
            return self.undeclared(name, at);
        };
        if self.scope.own == Some(to) {
            let finding = Diagnostic::error(&SELF_REFERENCE, format!("`{name}` refers to itself"))
                .hint("use what the value is made of, or another resource");
            self.report.push(finding, at);
        } else if let Some(from) = self.scope.waits {
            self.edges.push(Edge { from, to, at });
        }
    }

    /// What was probably meant by a name that is not declared. Each question goes through all names, so a module in
    /// which everything is missing is not asked about to the end.
    pub(super) fn nearest(&mut self, name: Name<'_>) -> Option<String> {
        self.proposals += 1;
        (self.proposals <= MOST_PROPOSALS).then(|| self.declared.nearest(name))?
    }

    fn undeclared(&mut self, name: Name<'_>, at: Origin) {
        if self.declared.is_partial {
            return;
        }
        let mut finding = Diagnostic::error(&UNDECLARED, format!("`{name}` is not declared"))
            .value(name.to_string());
        // The commonest slip: the same name with or without `data.`.
        let other = match name {
            Name::Resource(Mode::Managed, type_name, name) => {
                Some(Name::Resource(Mode::Data, type_name, name))
            }
            Name::Resource(Mode::Data, type_name, name) => {
                Some(Name::Resource(Mode::Managed, type_name, name))
            }
            Name::Variable(name) => Some(Name::Local(name)),
            Name::Local(name) => Some(Name::Variable(name)),
            _ => None,
        };
        let other = other.filter(|other| self.declared.find(*other).is_some());
        let meant = other
            .map(|other| other.to_string())
            .or_else(|| self.nearest(name));
        finding = match meant {
            Some(meant) => finding.hint(format!("did you mean `{meant}`?")),
            None => finding.hint("declare it in the same module, or mend the name"),
        };
        self.report.push(finding, at);
    }
}

/// What is left when a resource is being destroyed.
fn is_there_at_destroy(steps: &[Segment]) -> bool {
    match steps {
        [Segment::Name("self" | "path" | "terraform"), ..] => true,
        [Segment::Name("count"), Segment::Name(name)] => *name == "index",
        [Segment::Name("each"), Segment::Name(name)] => *name == "key",
        _ => false,
    }
}

/// What stands where a reference stands without `${}`, as a message shows it.
pub(in crate::language) fn shown_bare(value: &Any) -> String {
    match traversal::segments(value) {
        Some(steps) => format!("`{}`", shown(&steps)),
        None => render::shown(value),
    }
}

/// A reference as it is written.
pub(super) fn shown(steps: &[Segment]) -> String {
    let mut text = String::new();
    for (at, step) in steps.iter().enumerate() {
        match step {
            Segment::Name(name) => {
                text.push_str(if at > 0 { "." } else { "" });
                text.push_str(name);
            }
            Segment::Key(key) => text.push_str(&format!("[\"{key}\"]")),
            Segment::Index(index) => text.push_str(&format!("[{index}]")),
            Segment::NoKey | Segment::Dynamic(_) => text.push_str("[…]"),
        }
    }
    text
}
