//! The check of one module, block by block.

use std::collections::{BTreeSet, HashSet};

use terrace_ir::{
    Any, Block, BlockKind, Code, Diagnostic, Key, Mode, Module, Object, Origin, Severity,
};

use super::codes::{NO_SOURCE, NOT_CONFIGURED};
use super::content::Content;
use super::global_names::Claim;
use super::ids;
use super::providers::{Notes, Providers, Served, configuration, prefix};
use super::repetition::Instances;
use super::scope::{Declared, data_in_check, kind_of};
use super::walk::Walk;
use crate::azapi;
use crate::catalog;
use crate::eval::problem::{INVALID_INDEX, UNSUPPORTED_ATTRIBUTE};
use crate::finding::{Finding, Place};
use crate::language::codes::{BAD_REFERENCE, INSTANCE_KEY, SENSITIVE_OUTPUT};
use crate::language::report::Step;
use crate::language::{self, is_meta_argument};
use crate::model::{Kind, Schema};
use crate::rules::{self, Change};

/// What the check of one module gives before it is held against others.
pub struct Checked {
    pub(super) findings: Vec<Diagnostic>,
    /// The names in it that there can be only once in Azure.
    pub(super) claims: Vec<Claim>,
}

/// Checks one module, whatever stands in others.
pub(super) fn check(module: &Module) -> Checked {
    let mut providers = Providers::of(module);
    let declared = Declared::of(module, &mut providers);
    let mut check = Check {
        module,
        declared: &declared,
        providers,
        notes: Notes::default(),
        walk: Walk::new(&declared),
        used: BTreeSet::new(),
        configurations: HashSet::new(),
        claims: Vec::new(),
        findings: Vec::new(),
    };
    let is_provider = |block: &&Block| block.kind == BlockKind::Provider;
    for block in module.blocks.iter().filter(|block| !is_provider(block)) {
        check.walk.report.turn_to(block);
        check.block(block);
    }
    // Terraform looks at a configuration only where something uses it, which is known now.
    for block in module.blocks.iter().filter(is_provider) {
        check.walk.report.turn_to(block);
        check.provider(block);
    }
    check.unconfigured();
    check.notes.native_files(&module.beside.native);
    let Check {
        walk,
        notes,
        claims,
        findings: others,
        ..
    } = check;
    let is_made = |content: &Object| walk.made.contains(&std::ptr::from_ref(content));
    let mut findings = language::check_with(module, &is_made);
    let mut ours = walk.report.finish();
    leave_to_the_language(&mut ours, &findings);
    findings.extend(ours);
    findings.extend(others);
    findings.extend(notes.into_findings());
    Checked { findings, claims }
}

/// Takes out what the check of the language says already, in the words that fit it.
fn leave_to_the_language(ours: &mut Vec<Diagnostic>, said: &[Diagnostic]) {
    let place = |finding: &Diagnostic| (finding.address.clone(), finding.argument.clone());
    let of = |codes: &[&'static Code]| -> HashSet<_> {
        let said = said.iter().filter(|finding| codes.contains(&finding.code));
        said.map(place).collect()
    };
    let references = of(&[&BAD_REFERENCE, &INSTANCE_KEY]);
    let outputs = of(&[&SENSITIVE_OUTPUT]);
    ours.retain(|finding| {
        if finding.code == &UNSUPPORTED_ATTRIBUTE || finding.code == &INVALID_INDEX {
            !references.contains(&place(finding))
        } else if finding.code == &SENSITIVE_OUTPUT {
            !outputs.contains(&place(finding))
        } else {
            true
        }
    });
}

struct Check<'w, 'a> {
    module: &'a Module,
    declared: &'w Declared<'a>,
    providers: Providers<'a>,
    notes: Notes,
    walk: Walk<'w, 'a>,
    /// Local names of the providers that resources are served by.
    used: BTreeSet<&'a str>,
    /// Configurations of providers that something uses, by local name and alias.
    configurations: HashSet<(&'a str, Option<&'a str>)>,
    claims: Vec<Claim>,
    /// What is wrong with bodies of azapi's requests, and what the providers' code refuses.
    findings: Vec<Diagnostic>,
}

impl<'a> Check<'_, 'a> {
    fn block(&mut self, block: &'a Block) {
        let body = &block.body;
        match (block.kind, block.labels.as_slice()) {
            (BlockKind::Resource | BlockKind::Data | BlockKind::Ephemeral, [type_name, _]) => {
                let mode = block.kind.mode().unwrap_or(Mode::Managed);
                self.resource(block, mode, type_name, body);
            }
            (BlockKind::Variable, _) => self.walk.conditions(body, "validation"),
            (BlockKind::Locals, _) => self.locals(body),
            (BlockKind::Output, _) => self.output(body),
            (BlockKind::Module, _) => {
                self.notes.child_module(block.origin);
                self.walk.repetition(body);
                let providers = body.get("providers").and_then(Any::as_object);
                let given = providers.into_iter().flat_map(Object::iter);
                self.configurations
                    .extend(given.filter_map(|entry| configuration(&entry.value)));
                let language = [
                    "source",
                    "version",
                    "count",
                    "for_each",
                    "providers",
                    "depends_on",
                ];
                self.anything(body, &|name| language.contains(&name));
            }
            (BlockKind::Check, _) => {
                self.data_in_check(block);
                self.walk.conditions(body, "assert");
            }
            (BlockKind::Import, _) => {
                self.anything(body, &|name| name == "to" || name == "provider");
                if let (Some(finding), Some(id)) = (ids::imported(body), body.get("id")) {
                    let report = &mut self.walk.report;
                    report.at("id", |report| report.push(finding, id.origin));
                }
            }
            _ => {}
        }
    }

    fn resource(&mut self, block: &'a Block, mode: Mode, type_name: &'a str, body: &'a Object) {
        let is_meta = |name: &str| is_meta_argument(block.kind, name);
        let instances = self.walk.repetition(body);
        let address = block.resource_address();
        let own = address.and_then(|it| self.declared.find(it.mode, &it.type_name, &it.name));
        self.walk.place.self_object = own.cloned();
        self.walk.lifecycle(body);
        if mode == Mode::Managed {
            self.provisioners(body);
        }
        self.walk.place.self_object = None;
        self.uses(type_name, body);
        let Some(content) = self.described(kind_of(mode), type_name, body, block.origin, &is_meta)
        else {
            return;
        };
        if mode == Mode::Managed {
            self.walk.ignored(block);
            self.claims
                .extend(Claim::of(&self.module.name, block, &content, instances));
        }
        if mode == Mode::Managed && instances != Instances::None {
            self.refused(block, type_name, &content);
        }
        if type_name.starts_with("azapi_") {
            let arguments = content.to_value();
            azapi::check_resource(block, &arguments, &mut self.findings);
        }
    }

    /// What the provider's own code refuses at plan or apply. Terraform's `validate` accepts it, so
    /// in a module that was read it is a warning; in one of ours nothing would be gained by writing it.
    fn refused(&mut self, block: &Block, type_name: &str, content: &Content<'a>) {
        if rules::of(type_name).is_empty() {
            return;
        }
        let Some(schema) = catalog().find(Kind::Resource, type_name) else {
            return;
        };
        let severity = match block.origin.is_file() {
            true => Severity::Warning,
            false => Severity::Error,
        };
        let written = content.to_value();
        for refused in rules::refused_configuration(&Change::configured(schema, &written)) {
            let finding = Finding {
                diagnostic: refused.to_diagnostic(severity),
                path: refused.path,
                place: Place::Value,
            };
            self.findings.push(finding.in_block(block));
        }
    }

    /// Checks a body against the schema of its type. Where there is none, only its expressions are looked at.
    fn described(
        &mut self,
        kind: Kind,
        type_name: &'a str,
        body: &'a Object,
        origin: Origin,
        is_meta: &dyn Fn(&str) -> bool,
    ) -> Option<Content<'a>> {
        let Some(schema) = self.providers.schema(kind, type_name, body) else {
            let notes = &mut self.notes;
            let finding = self
                .providers
                .without_schema(kind, type_name, body, notes, origin);
            if let Some(finding) = finding {
                self.walk.find(finding, origin);
            }
            self.anything(body, is_meta);
            return None;
        };
        Some(self.content(schema, type_name, body, origin, is_meta))
    }

    fn content(
        &mut self,
        schema: &'static Schema,
        subject: &'a str,
        body: &'a Object,
        origin: Origin,
        is_meta: &dyn Fn(&str) -> bool,
    ) -> Content<'a> {
        self.walk.subject = subject;
        self.walk.expanded = 0;
        // What a data source was given the language looks at, without knowing the provider.
        self.walk.keeps = schema.kind == Kind::Resource;
        let content = self.walk.content(&schema.body, Some(body), origin, is_meta);
        self.walk.body(&content);
        self.walk.relations(&content);
        content
    }

    /// The arguments of provisioners and connections. What they may be is the language's.
    fn provisioners(&mut self, body: &'a Object) {
        for name in ["provisioner", "connection"] {
            if let Some(entry) = body.entry(name) {
                self.walk
                    .at(name, |walk| walk.value(&entry.value, entry.key_origin));
            }
        }
    }

    /// A body about which nothing is known: only its expressions are looked at.
    fn anything(&mut self, body: &'a Object, is_meta: &dyn Fn(&str) -> bool) {
        for entry in body {
            if let Key::Text(name) = &entry.key
                && name != "//"
                && !is_meta(name)
            {
                self.walk
                    .at(name, |walk| walk.value(&entry.value, entry.key_origin));
            }
        }
    }

    /// Takes down which configuration of a provider serves a resource.
    fn uses(&mut self, type_name: &'a str, body: &'a Object) {
        let named = body.get("provider").and_then(configuration);
        let (name, alias) = named.unwrap_or((prefix(type_name), None));
        self.used.insert(name);
        self.configurations.insert((name, alias));
    }

    /// Whether something may use a configuration: a resource, a module that is called, or a file that is not read.
    fn is_used(&self, name: &str, alias: Option<&str>) -> bool {
        let has_modules = || self.module.of(BlockKind::Module).next().is_some();
        !self.module.beside.native.is_empty()
            || self.configurations.contains(&(name, alias))
            || (alias.is_none() && has_modules())
    }

    fn provider(&mut self, block: &'a Block) {
        let Some(name) = block.labels.first() else {
            return;
        };
        let alias = block.body.get("alias").and_then(Any::as_text);
        let is_used = self.is_used(name, alias);
        let doubt = (!is_used)
            .then_some("nothing uses this configuration, so Terraform does not look at it");
        let before = self.walk.report.doubt(doubt);
        self.configured(block, name);
        self.walk.report.doubt(before);
    }

    /// A configuration of a provider.
    fn configured(&mut self, block: &'a Block, name: &'a str) {
        let is_meta = |name: &str| is_meta_argument(BlockKind::Provider, name);
        match self.providers.served(name) {
            Served::Known(provider) => {
                self.content(
                    &provider.configuration,
                    name,
                    &block.body,
                    block.origin,
                    &is_meta,
                );
            }
            Served::Unchecked(why) => {
                self.providers
                    .note_block(name, why, &mut self.notes, block.origin);
                self.anything(&block.body, &is_meta);
            }
        }
    }

    fn locals(&mut self, body: &'a Object) {
        let declared = self.declared;
        for entry in body {
            let Key::Text(name) = &entry.key else {
                continue;
            };
            if name == "//" {
                continue;
            }
            self.walk.at(name, |walk| {
                let has_bad_reference = walk.references(&entry.value, entry.key_origin);
                for problem in declared.problems_of_local(name) {
                    let is_said = has_bad_reference
                        && (problem.code == &UNSUPPORTED_ATTRIBUTE
                            || problem.code == &INVALID_INDEX);
                    if !is_said {
                        walk.find_problem(problem, entry.value.origin.or(entry.key_origin));
                    }
                }
            });
        }
    }

    fn output(&mut self, body: &'a Object) {
        self.walk.conditions(body, "precondition");
        let Some(entry) = body.entry("value") else {
            return;
        };
        self.walk.at("value", |walk| {
            let value = walk.value(&entry.value, entry.key_origin);
            let is_marked = body
                .get("sensitive")
                .is_some_and(|flag| *flag != Any::from(false));
            if value.deep_marks().sensitive && !is_marked {
                let summary = "the output shows a value that the provider calls sensitive";
                let finding = Diagnostic::warning(&SENSITIVE_OUTPUT, summary)
                    .detail("`terraform plan` refuses it")
                    .hint("add `\"sensitive\": true`, or leave the output out");
                walk.find(finding, entry.value.origin.or(entry.key_origin));
            }
        });
    }

    fn data_in_check(&mut self, block: &'a Block) {
        for (type_name, name, index, body) in data_in_check(&block.body) {
            let names = ["data", type_name, name].map(Step::Name);
            let steps = names.into_iter().chain(index.map(Step::Index));
            let mut depth = 0;
            for step in steps {
                self.walk.report.enter(step);
                depth += 1;
            }
            let is_meta = |name: &str| is_meta_argument(BlockKind::Data, name);
            self.uses(type_name, body);
            self.described(Kind::DataSource, type_name, body, block.origin, &is_meta);
            (0..depth).for_each(|_| self.walk.report.leave());
        }
    }

    /// Providers that resources use and no block configures, or that Terraform will look for in vain.
    fn unconfigured(&mut self) {
        if !self.module.beside.native.is_empty() {
            return;
        }
        let first = |local_name: &str| {
            self.module.resources().find(|block| {
                block
                    .labels
                    .first()
                    .is_some_and(|type_name| prefix(type_name) == local_name)
            })
        };
        for local_name in self.used.clone() {
            let Served::Known(provider) = self.providers.served(local_name) else {
                continue;
            };
            let Some(block) = first(local_name) else {
                continue;
            };
            let mut found = Vec::new();
            if self.providers.lacks_source(local_name) {
                let summary = format!(
                    "`required_providers` gives `{local_name}` no `source`, so Terraform looks for `hashicorp/{local_name}`"
                );
                let hint = format!("add `\"source\": \"{}\"`", provider.short_source());
                found.push(Diagnostic::warning(&NO_SOURCE, summary).hint(hint));
            }
            let is_configured = self
                .module
                .of(BlockKind::Provider)
                .any(|block| block.labels.first().is_some_and(|name| name == local_name));
            let blocks = &provider.configuration.body.blocks;
            let needed = blocks.iter().find(|block| block.items.min > 0);
            if let (false, Some(needed)) = (is_configured, needed) {
                let summary = format!(
                    "no `provider` block configures `{local_name}`, which needs `{}`",
                    needed.name
                );
                let hint = format!(
                    "add `{{\"provider\": {{\"{local_name}\": {{\"{}\": {{}}}}}}}}`",
                    needed.name
                );
                let detail = "a module that others call is given the configuration by them; any other fails at plan";
                found.push(
                    Diagnostic::warning(&NOT_CONFIGURED, summary)
                        .detail(detail)
                        .hint(hint),
                );
            }
            self.walk.report.turn_to(block);
            for finding in found {
                self.walk.find(finding, Origin::Default);
            }
        }
    }
}
