//! The places of the language where references mean more, or less, than in an argument: `depends_on`, `lifecycle`,
//! provisioners, providers, and the bodies that hold them.

use terrace_ir::{Any, Block, Data, Diagnostic, Key, Mode, Node, Object, Origin, render};

use super::Walk;
use super::resolve::{shown, shown_bare};
use crate::language::address::Address;
use crate::language::codes::{BAD_DEPENDENCY, BAD_LIFECYCLE, UNDECLARED_PROVIDER};
use crate::language::declared::{Id, Name, Repetition};
use crate::language::graph::Edge;
use crate::language::nested;
use crate::language::provisioner::{self, Provisioner};
use crate::language::report::Step;
use crate::language::scope::Scope;
use crate::language::traversal::{self, Segment};

impl<'a> Walk<'_, 'a> {
    /// `depends_on`: whole things, and nothing that comes with repetition.
    pub(super) fn depends_on(&mut self, body: &'a Object) {
        let Some(list) = body.get("depends_on").and_then(Any::as_list) else {
            return;
        };
        let outside = Scope {
            waits: self.scope.waits,
            check: self.scope.check,
            ..Scope::default()
        };
        let inside = std::mem::replace(&mut self.scope, outside);
        self.report.enter(Step::Name("depends_on"));
        for (index, item) in list.iter().enumerate() {
            self.report.enter(Step::Index(index));
            match traversal::segments(item) {
                Some(steps) if is_whole(&steps) => self.reference(&steps, item.origin),
                None if traversal::is_unread(item) => {}
                _ => {
                    let shown = shown_bare(item);
                    let finding = Diagnostic::error(&BAD_DEPENDENCY, format!("{shown} is nothing that can be waited for"))
                        .value(shown)
                        .hint("name a resource, data source or module, without an attribute and without `${}`");
                    self.report.push(finding, item.origin);
                }
            }
            self.report.leave();
        }
        self.report.leave();
        self.scope = inside;
    }

    /// The conditions and triggers of a resource.
    pub(super) fn lifecycle(&mut self, body: &'a Object, id: Id) {
        let Some(value) = body.get("lifecycle") else {
            return;
        };
        let outside = self.scope.clone();
        self.scope.own = Some(id);
        self.report.enter(Step::Name("lifecycle"));
        for (index, lifecycle) in nested::bodies(value) {
            if let Some(index) = index {
                self.report.enter(Step::Index(index));
            }
            self.members(lifecycle, &["precondition"]);
            self.scope.self_object = true;
            self.members(lifecycle, &["postcondition"]);
            self.scope.self_object = false;
            self.triggers(lifecycle);
            if index.is_some() {
                self.report.leave();
            }
        }
        self.report.leave();
        self.scope = outside;
    }

    fn triggers(&mut self, lifecycle: &'a Object) {
        let list = lifecycle.get("replace_triggered_by").and_then(Any::as_list);
        self.report.enter(Step::Name("replace_triggered_by"));
        for (index, item) in list.unwrap_or_default().iter().enumerate() {
            self.report.enter(Step::Index(index));
            self.trigger(item);
            self.report.leave();
        }
        self.report.leave();
    }

    fn trigger(&mut self, item: &'a Any) {
        if traversal::is_unread(item) {
            return;
        }
        let references = match &item.data {
            Data::Expr(node) => {
                let mut found = Vec::new();
                references_in(node, &mut found);
                found
            }
            _ => traversal::segments(item).into_iter().collect(),
        };
        let mut resources = 0;
        for steps in &references {
            let first = steps
                .first()
                .and_then(|step| step.name())
                .unwrap_or_default();
            let second = steps.get(1).and_then(|step| step.name());
            match (first, second) {
                ("each", Some("key")) | ("count", Some("index")) => {}
                (
                    "var" | "local" | "module" | "each" | "count" | "path" | "terraform" | "self",
                    _,
                ) => {
                    let summary = format!("`{}` triggers nothing: only resources do", shown(steps));
                    let finding = Diagnostic::error(&BAD_LIFECYCLE, summary)
                        .hint("refer to a resource; a `terraform_data` can hold any value");
                    self.report.push(finding, item.origin);
                    return;
                }
                _ => resources += 1,
            }
            self.reference(steps, item.origin);
        }
        if resources != 1 {
            let shown = render::shown(item);
            let summary = format!("a trigger must be one reference to a resource, not {shown}");
            let finding = Diagnostic::error(&BAD_LIFECYCLE, summary).value(shown);
            self.report.push(
                finding.hint("write one element for each resource"),
                item.origin,
            );
        }
    }

    /// The provisioners of a resource, and the connections that they use.
    pub(super) fn provisioners(&mut self, body: &'a Object) {
        let provisioners = provisioner::all(body);
        for provisioner in &provisioners {
            self.provisioner(provisioner);
        }
        // What no provisioner uses is never evaluated.
        if let Some((_, connection)) = provisioner::connection_of(body)
            && !provisioners.is_empty()
        {
            self.scope.at_destroy = provisioners.iter().any(Provisioner::is_destroy_time);
            self.report.enter(Step::Name("connection"));
            self.arguments(connection, &[]);
            self.report.leave();
            self.scope.at_destroy = false;
        }
    }

    fn provisioner(&mut self, provisioner: &Provisioner<'a>) {
        self.scope.at_destroy = provisioner.is_destroy_time();
        self.report.enter(Step::Name("provisioner"));
        self.report.enter(Step::Name(provisioner.kind));
        if let Some(index) = provisioner.index {
            self.report.enter(Step::Index(index));
        }
        self.arguments(
            provisioner.body,
            &["when", "on_failure", "connection", "lifecycle"],
        );
        if let Some((_, connection)) = provisioner::connection_of(provisioner.body) {
            self.report.enter(Step::Name("connection"));
            self.arguments(connection, &[]);
            self.report.leave();
        }
        if provisioner.index.is_some() {
            self.report.leave();
        }
        self.report.leave();
        self.report.leave();
        self.scope.at_destroy = false;
    }

    pub(super) fn module(&mut self, body: &'a Object, name: &'a str) {
        let found = (
            self.declared.find(Name::Module(name)),
            self.declared.find(Name::WholeModule(name)),
        );
        let (Some(id), Some(whole)) = found else {
            return;
        };
        self.edges.push(Edge {
            from: whole,
            to: id,
            at: Origin::Default,
        });
        self.scope = Scope::of(id);
        self.members(body, &["count", "for_each"]);
        self.not_repeatable(body);
        self.depends_on(body);
        // What is given to a module is not what its outputs wait for, as far as can be seen from outside.
        self.scope = Scope::of(whole).repeated(Repetition::of(body));
        self.arguments(
            body,
            &[
                "source",
                "version",
                "count",
                "for_each",
                "providers",
                "depends_on",
            ],
        );
        let providers = body.get("providers").and_then(Any::as_object);
        self.report.enter(Step::Name("providers"));
        for entry in providers.into_iter().flat_map(Object::iter) {
            let Key::Text(name) = &entry.key else {
                continue;
            };
            self.report.enter(Step::Name(name));
            self.provider_configuration(&entry.value);
            self.report.leave();
        }
        self.report.leave();
    }

    /// The provider configuration that a resource uses, named or by its type.
    pub(super) fn provider(&mut self, body: &'a Object, name: Name<'_>, id: Id) {
        let used = match (body.entry("provider"), name) {
            (Some(entry), _) => {
                self.report.enter(Step::Name("provider"));
                let used = self.provider_configuration(&entry.value);
                self.report.leave();
                used.map(|used| (used, entry.value.origin))
            }
            (None, Name::Resource(_, type_name, _)) => {
                let provider = type_name.split('_').next().unwrap_or(type_name);
                let used = self.declared.find(Name::Provider(provider, None));
                used.map(|used| (used, Origin::Default))
            }
            _ => None,
        };
        if let Some((to, at)) = used {
            self.used.insert(to);
            self.edges.push(Edge { from: id, to, at });
        }
    }

    fn provider_configuration(&mut self, value: &'a Any) -> Option<Id> {
        let names = traversal::names(value)?;
        let name = match names.as_slice() {
            [provider] => Name::Provider(provider, None),
            [provider, alias] => Name::Provider(provider, Some(alias)),
            // Said where the form is checked.
            _ => return None,
        };
        let found = self.declared.find(name);
        // A configuration without an alias need not be written at all.
        if let (None, [provider, alias], false) =
            (found, names.as_slice(), self.declared.is_partial)
        {
            let finding = Diagnostic::error(
                &UNDECLARED_PROVIDER,
                format!("provider `{provider}` has no configuration with the `alias` \"{alias}\""),
            )
            .value(format!("{provider}.{alias}"))
            .hint(match self.nearest(name) {
                Some(nearest) => format!("did you mean `{nearest}`?"),
                None => {
                    format!(
                        "declare it: a `provider` block `{provider}` with `\"alias\": \"{alias}\"`"
                    )
                }
            });
            self.report.push(finding, value.origin);
        }
        self.used.extend(found);
        found
    }

    /// The arguments of a provider configuration. One without an alias reaches into the modules too.
    pub(super) fn provider_block(&mut self, block: &'a Block, has_modules: bool) {
        let Some(name) = block.labels.first() else {
            return;
        };
        let alias = block.body.get("alias").and_then(Any::as_text);
        let id = self.declared.find(Name::Provider(name, alias));
        let is_used = |id: &Id| self.used.contains(id) || (alias.is_none() && has_modules);
        if let Some(id) = id.filter(is_used) {
            self.scope = Scope::of(id);
            self.arguments(&block.body, &["alias", "version"]);
        }
    }

    pub(super) fn check_block(&mut self, body: &'a Object, name: &'a str) {
        if let Some(data) = body.get("data") {
            self.report.enter(Step::Name("data"));
            for (type_name, _, value) in nested::labels(data) {
                self.report.enter(Step::Name(type_name));
                for (label, _, value) in nested::labels(value) {
                    self.report.enter(Step::Name(label));
                    for (_, body) in nested::bodies(value) {
                        self.resource(
                            body,
                            Name::Resource(Mode::Data, type_name, label),
                            Mode::Data,
                        );
                    }
                    self.report.leave();
                }
                self.report.leave();
            }
            self.report.leave();
        }
        self.scope = Scope {
            check: Some(name),
            ..Scope::default()
        };
        self.members(body, &["assert"]);
    }

    /// What is imported waits for what its id is made of.
    pub(super) fn import(&mut self, body: &'a Object) {
        let target = body
            .get("to")
            .and_then(Address::of)
            .and_then(|address| address.in_root());
        let target = target.and_then(|name| self.declared.find(name));
        self.scope = Scope {
            waits: target,
            own: target,
            ..Scope::default()
        };
        self.members(body, &["for_each"]);
        self.scope.each = body.get("for_each").is_some();
        self.members(body, &["id"]);
    }

    /// Nothing of `removed` is evaluated before something is destroyed.
    pub(super) fn removed(&mut self, body: &'a Object) {
        self.scope = Scope {
            each: true,
            count: true,
            self_object: true,
            ..Scope::default()
        };
        for provisioner in &provisioner::all(body) {
            if provisioner.is_destroy_time() {
                self.provisioner(provisioner);
            }
        }
    }
}

/// Whether a reference is to a thing and not into it.
fn is_whole(steps: &[Segment]) -> bool {
    let is_key = |step: Option<&Segment>| matches!(step, Some(step) if step.name().is_none());
    if steps.iter().any(|step| matches!(step, Segment::Dynamic(_))) {
        return false;
    }
    let length = match steps.first().and_then(|step| step.name()) {
        Some("data" | "ephemeral" | "resource") => 3 + usize::from(is_key(steps.get(3))),
        // An output of a module counts as a thing.
        Some("module") => 3 + usize::from(is_key(steps.get(2))),
        Some("var" | "local" | "path" | "terraform" | "each" | "count") => 2,
        Some("self") => 1,
        _ => 2 + usize::from(is_key(steps.get(2))),
    };
    steps.len() <= length
}

/// All references in an expression, each up to an index that must be evaluated.
fn references_in<'n>(node: &'n Node, found: &mut Vec<Vec<Segment<'n>>>) {
    let mut steps = Vec::new();
    let mut at = node;
    loop {
        match at {
            Node::Attribute(source, name) => {
                steps.push(Segment::Name(name));
                at = source;
            }
            Node::Index(source, key) => {
                match Segment::of_index(key) {
                    Segment::Dynamic(key) => {
                        steps.clear();
                        references_in(key, found);
                    }
                    step => steps.push(step),
                }
                at = source;
            }
            Node::Root(root) => {
                steps.extend(
                    traversal::names_of(root)
                        .into_iter()
                        .flatten()
                        .rev()
                        .map(Segment::Name),
                );
                steps.reverse();
                found.push(steps);
                return;
            }
            Node::Splat(splat) => {
                steps.clear();
                at = &splat.source;
            }
            Node::Call(call) => {
                call.arguments
                    .iter()
                    .for_each(|argument| references_in(argument, found));
                return;
            }
            Node::List(items) => {
                items.iter().for_each(|item| references_in(item, found));
                return;
            }
            // Nothing else has one reference to a resource and makes sense as a trigger.
            _ => return,
        }
    }
}
