//! What a module declares, by name: what references can refer to, and the nodes of the graph.

use std::fmt;

use foldhash::{HashMap, HashMapExt as _};
use terrace_ir::address::is_identifier;
use terrace_ir::{Any, Block, BlockKind, Data, Diagnostic, Key, Mode, Module, Origin};

use super::codes::{BAD_NAME, DUPLICATE};
use super::nested;
use super::report::Report;
use super::resource::declared_twice;
use super::shape::as_bool;
use super::terraform;
use crate::nearest::nearest;

/// The name of something declared.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Name<'a> {
    Resource(Mode, &'a str, &'a str),
    Variable(&'a str),
    Local(&'a str),
    /// A module as far as its outputs wait for it: its repetition and what it depends on.
    Module(&'a str),
    /// A module with everything that is given to it.
    WholeModule(&'a str),
    /// The local name of a provider, and the alias of the configuration.
    Provider(&'a str, Option<&'a str>),
    Output(&'a str),
    Check(&'a str),
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Resource(Mode::Managed, type_name, name) => write!(f, "{type_name}.{name}"),
            Self::Resource(Mode::Data, type_name, name) => write!(f, "data.{type_name}.{name}"),
            Self::Resource(Mode::Ephemeral, type_name, name) => {
                write!(f, "ephemeral.{type_name}.{name}")
            }
            Self::Variable(name) => write!(f, "var.{name}"),
            Self::Local(name) => write!(f, "local.{name}"),
            Self::Module(name) | Self::WholeModule(name) => write!(f, "module.{name}"),
            Self::Provider(name, None) => write!(f, "provider.{name}"),
            Self::Provider(name, Some(alias)) => write!(f, "provider.{name}.{alias}"),
            Self::Output(name) => write!(f, "output.{name}"),
            Self::Check(name) => write!(f, "check.{name}"),
        }
    }
}

/// How many instances there are of a resource or module.
#[derive(Clone, Copy)]
pub(super) enum Repetition<'a> {
    /// One, without an index.
    Once,
    Count(&'a Any),
    ForEach(&'a Any),
}

impl<'a> Repetition<'a> {
    pub(super) fn of(body: &'a terrace_ir::Object) -> Self {
        match (body.get("count"), body.get("for_each")) {
            (Some(count), _) => Self::Count(count),
            (None, Some(for_each)) => Self::ForEach(for_each),
            (None, None) => Self::Once,
        }
    }
}

/// Something declared.
pub(super) struct Thing<'a> {
    pub(super) name: Name<'a>,
    pub(super) block: &'a Block,
    pub(super) repetition: Repetition<'a>,
    /// The check that a data source stands in, which alone can use it.
    pub(super) check: Option<&'a str>,
    /// The value of a local.
    pub(super) value: Option<&'a Any>,
    /// Of variables: whether what they hold is sensitive.
    pub(super) sensitive: bool,
    /// Of variables: whether what they hold is ephemeral.
    pub(super) ephemeral: bool,
}

/// The place of a thing in [`Declared::things`], and its node in the graph.
pub(super) type Id = u32;

/// All that a module declares.
pub(super) struct Declared<'a> {
    pub(super) things: Vec<Thing<'a>>,
    ids: HashMap<Name<'a>, Id>,
    /// Whether files that were not read may declare anything more.
    pub(super) is_partial: bool,
}

impl<'a> Declared<'a> {
    /// Takes in what a module declares, and says what is declared twice or has no possible name.
    pub(super) fn of(module: &'a Module, report: &mut Report<'a>) -> Self {
        let mut declared = Self {
            things: Vec::with_capacity(module.blocks.len()),
            ids: HashMap::with_capacity(module.blocks.len()),
            is_partial: !module.beside.native.is_empty(),
        };
        for block in &module.blocks {
            report.turn_to(block);
            declared.block(report, block);
        }
        terraform::check_all(report, module);
        declared
    }

    /// The thing of a name.
    pub(super) fn find(&self, name: Name<'_>) -> Option<Id> {
        // The map's keys live as long as the module; a shorter life serves for asking.
        let ids: &HashMap<Name<'_>, Id> = &self.ids;
        ids.get(&name).copied()
    }

    pub(super) fn thing(&self, id: Id) -> &Thing<'a> {
        &self.things[id as usize]
    }

    /// What was probably meant by a name that is not declared.
    pub(super) fn nearest(&self, name: Name<'_>) -> Option<String> {
        let same = |other: Name<'a>| match (name, other) {
            (Name::Resource(mode, type_name, _), Name::Resource(its_mode, its_type, its_name)) => {
                (mode == its_mode && type_name == its_type).then_some(its_name)
            }
            (Name::Variable(_), Name::Variable(name))
            | (Name::Local(_), Name::Local(name))
            | (Name::Module(_), Name::Module(name)) => Some(name),
            (Name::Provider(provider, _), Name::Provider(its_provider, alias)) => {
                alias.filter(|_| provider == its_provider)
            }
            _ => None,
        };
        let wanted = match name {
            Name::Resource(_, _, name)
            | Name::Variable(name)
            | Name::Local(name)
            | Name::Module(name)
            | Name::Provider(_, Some(name)) => name,
            _ => return None,
        };
        let candidates = self.things.iter().filter_map(|thing| same(thing.name));
        let found = nearest(wanted, candidates)?;
        let found = match name {
            Name::Resource(mode, type_name, _) => Name::Resource(mode, type_name, found),
            Name::Variable(_) => Name::Variable(found),
            Name::Local(_) => Name::Local(found),
            Name::Provider(provider, _) => return Some(format!("{provider}.{found}")),
            _ => Name::Module(found),
        };
        Some(found.to_string())
    }

    fn block(&mut self, report: &mut Report<'a>, block: &'a Block) {
        let label = |at: usize| block.labels.get(at).map(AsRef::<str>::as_ref);
        match (block.kind, label(0), label(1)) {
            (
                BlockKind::Resource | BlockKind::Data | BlockKind::Ephemeral,
                Some(type_name),
                Some(name),
            ) => {
                let mode = block.kind.mode().unwrap_or(Mode::Managed);
                self.resource(report, block, mode, type_name, name);
            }
            (BlockKind::Variable, Some(name), _) => {
                let is = |flag: &str| block.body.get(flag).and_then(as_bool) == Some(true);
                let thing = Thing {
                    sensitive: is("sensitive"),
                    ephemeral: is("ephemeral"),
                    ..Thing::new(Name::Variable(name), block)
                };
                self.add(report, thing, name, block.origin);
            }
            (BlockKind::Output, Some(name), _) => {
                self.add(
                    report,
                    Thing::new(Name::Output(name), block),
                    name,
                    block.origin,
                );
            }
            (BlockKind::Module, Some(name), _) => {
                let thing = |name| Thing {
                    repetition: Repetition::of(&block.body),
                    ..Thing::new(name, block)
                };
                self.add(report, thing(Name::Module(name)), name, block.origin);
                self.insert(thing(Name::WholeModule(name)));
            }
            (BlockKind::Provider, Some(name), _) => {
                let alias = block.body.get("alias").and_then(Any::as_text);
                let name = Name::Provider(name, alias);
                if !self.insert(Thing::new(name, block)) {
                    let what = match alias {
                        None => "the provider configuration without an `alias`".to_owned(),
                        Some(alias) => {
                            format!("the provider configuration with the `alias` \"{alias}\"")
                        }
                    };
                    declared_twice(report, &what, block);
                }
            }
            (BlockKind::Check, Some(name), _) => {
                self.add(
                    report,
                    Thing::new(Name::Check(name), block),
                    name,
                    block.origin,
                );
                self.data_in_check(report, block, name);
            }
            (BlockKind::Locals, _, _) => self.locals(report, block),
            _ => {}
        }
    }

    fn resource(
        &mut self,
        report: &mut Report<'a>,
        block: &'a Block,
        mode: Mode,
        type_name: &'a str,
        name: &'a str,
    ) {
        if !is_identifier(type_name) {
            bad_name(report, type_name, block.origin);
        }
        let thing = Thing {
            repetition: Repetition::of(&block.body),
            ..Thing::new(Name::Resource(mode, type_name, name), block)
        };
        self.add(report, thing, name, block.origin);
    }

    fn locals(&mut self, report: &mut Report<'a>, block: &'a Block) {
        for entry in &block.body {
            let Key::Text(name) = &entry.key else {
                bad_name(report, "${…}", entry.key_origin);
                continue;
            };
            if name == "//" {
                continue;
            }
            let thing = Thing {
                value: Some(&entry.value),
                ..Thing::new(Name::Local(name), block)
            };
            report.at(name, |report| {
                self.add(report, thing, name, entry.key_origin)
            });
        }
    }

    fn data_in_check(&mut self, report: &mut Report<'a>, block: &'a Block, check: &'a str) {
        let Some(data) = block.body.get("data") else {
            return;
        };
        let mut first = None;
        for (type_name, type_origin, value) in nested::labels(data) {
            for (name, origin, value) in nested::labels(value) {
                let thing = Thing {
                    check: Some(check),
                    ..Thing::new(Name::Resource(Mode::Data, type_name, name), block)
                };
                report.at("data", |report| {
                    if !is_identifier(type_name) {
                        bad_name(report, type_name, type_origin);
                    }
                    self.add(report, thing, name, origin);
                    let many = value.as_list().is_some_and(|list| list.len() > 1);
                    if many || first.replace(name).is_some() {
                        let finding =
                            Diagnostic::error(&DUPLICATE, "a `check` has one data source at most");
                        report.push(finding.hint("keep one, or write another `check`"), origin);
                    }
                });
            }
        }
    }

    fn add(&mut self, report: &mut Report<'a>, thing: Thing<'a>, name: &str, origin: Origin) {
        if !is_identifier(name) {
            bad_name(report, name, origin);
        }
        let (shown, block) = (thing.name, thing.block);
        if !self.insert(thing) {
            declared_twice(report, &format!("`{shown}`"), block);
        }
    }

    /// Whether the thing is the first of its name.
    fn insert(&mut self, thing: Thing<'a>) -> bool {
        // Four thousand million things do not fit into the 4 GiB that a run can read.
        let id = Id::try_from(self.things.len()).unwrap_or(Id::MAX);
        let is_first = *self.ids.entry(thing.name).or_insert(id) == id;
        self.things.push(thing);
        is_first
    }
}

impl<'a> Thing<'a> {
    fn new(name: Name<'a>, block: &'a Block) -> Self {
        Self {
            name,
            block,
            repetition: Repetition::Once,
            check: None,
            value: None,
            sensitive: false,
            ephemeral: false,
        }
    }

    /// How many instances `count` makes, where that is literal.
    pub(super) fn literal_count(&self) -> Option<i64> {
        match self.repetition {
            Repetition::Count(Any {
                data: Data::Int(count),
                ..
            }) => Some(*count),
            _ => None,
        }
    }
}

fn bad_name(report: &mut Report, name: &str, origin: Origin) {
    let finding = Diagnostic::error(&BAD_NAME, format!("`{name}` is not allowed as a name"))
        .value(name)
        .hint("begin with a letter or `_`, and go on with letters, digits, `_` and `-`");
    report.push(finding, origin);
}
