//! What was asked for: the arguments of `new`, all checked at once.

use terrace_core::Stage;
use terrace_environment::{Folder as Stacks, is_uuid, load};
use terrace_ir::{Date, Diagnostic, NoDate, Severity, SourceMap};

use crate::arguments::New;
use crate::codes;
use crate::program::{Program, Settings};
use crate::report::plural;
use crate::state;
use crate::synthesis::{Destination, synthesize};

/// A longer life than this is worth a warning, in days.
const LONG: u32 = 366;

/// A sandbox that can be made, as far as its arguments say.
pub(super) struct Request<'a> {
    arguments: &'a New,
    expires: Date,
    /// What stands in its file beside what was asked for.
    beside: String,
}

impl<'a> Request<'a> {
    /// The request, unless something is wrong; and all that is, or that is worth a warning.
    pub(super) fn check<P: Settings, E: Settings>(
        program: &Program<'_, P, E>,
        stacks: &Stacks,
        destination: &Destination,
        arguments: &'a New,
        today: Date,
        sources: &mut SourceMap,
    ) -> (Option<Self>, Vec<Diagnostic>) {
        let mut findings = Vec::new();
        findings.extend(name(stacks, destination, &arguments.name));
        let beside = from(program, stacks, destination, arguments, sources)
            .map_err(|wrong| findings.extend(wrong))
            .unwrap_or_default();
        findings.extend(owner(&arguments.owner));
        findings.extend(arguments.owner_object_id.as_deref().and_then(object_id));
        let expires = last_day(&arguments.expires, today)
            .map_err(|finding| findings.push(*finding))
            .ok();
        findings.extend(expires.and_then(|day| long_life(&arguments.expires, day, today)));
        let is_wrong = findings.iter().any(|it| it.severity == Severity::Error);
        let request = expires.filter(|_| !is_wrong).map(|expires| Self {
            arguments,
            expires,
            beside,
        });
        (request, findings)
    }

    /// In a few words, for people.
    pub(super) fn what(&self) -> String {
        let owner = &self.arguments.owner;
        format!("a sandbox of {owner} until {}", self.expires)
    }

    /// The environment's file.
    pub(super) fn file(&self) -> String {
        let New {
            from,
            owner,
            owner_object_id,
            ..
        } = self.arguments;
        let object_id = owner_object_id
            .as_ref()
            .map(|id| format!("owner_object_id = \"{id}\"\n"))
            .unwrap_or_default();
        format!(
            "#:schema ./environment.schema.json
# A sandbox: what `{from}` is, but for what stands here.
inherits = \"{from}\"
{}
[sandbox]
owner = \"{owner}\"
{object_id}expires = \"{}\"
",
            self.beside, self.expires
        )
    }
}

fn wrong(argument: &str, said: &str, problem: &str) -> Diagnostic {
    let summary = format!("`{argument}` is \"{said}\", {problem}");
    Diagnostic::error(&codes::ARGUMENT, summary).value(said)
}

/// A name that no environment can have, or that is taken.
fn name(stacks: &Stacks, destination: &Destination, name: &str) -> Option<Diagnostic> {
    if let Some(problem) = Stacks::name_problem(name) {
        let problem = format!("which cannot be an environment's: it {problem}");
        return Some(wrong("NAME", name, &problem));
    }
    let others = stacks.environments().unwrap_or_default();
    if others.iter().any(|other| **other == *name) {
        let finding = wrong("NAME", name, "which is an environment already");
        return Some(finding.hint("choose another name"));
    }
    // Storage accounts and registries have neither in their names.
    let plain = |name: &str| name.replace(['-', '_'], "");
    if let Some(other) = others.iter().find(|other| plain(other) == plain(name)) {
        let problem = format!("which differs from `{other}` in `-` and `_` alone");
        let finding = wrong("NAME", name, &problem);
        return Some(finding.hint("choose a name that can be told from it, also in Azure"));
    }
    let folder = destination.folder(name);
    let held = match state::local(folder.path()) {
        Ok(0) => return None,
        Ok(resources) => plural(resources, "resource"),
        Err(_) => "what cannot be read".to_owned(),
    };
    let output = folder.shown();
    let problem = format!("of which `{output}` holds a state with {held}");
    Some(wrong("NAME", name, &problem).hint(format!(
        "choose another name, or destroy that first: `terraform -chdir={output} destroy`"
    )))
}

/// What the environment gives that the sandbox is to be like, or why it cannot be.
fn from<P: Settings, E: Settings>(
    program: &Program<'_, P, E>,
    stacks: &Stacks,
    destination: &Destination,
    arguments: &New,
    sources: &mut SourceMap,
) -> Result<String, Vec<Diagnostic>> {
    let from = &*arguments.from;
    let which = [from.to_owned()];
    let loaded = load(
        &program.settings,
        stacks,
        &which,
        program.never_inherited,
        sources,
    );
    let (Some(_), Some(environment)) = (loaded.shared, loaded.environments.first()) else {
        return Err(loaded.diagnostics);
    };
    let settings = &environment.settings;
    let stage = (program.stage)(settings);
    if stage != Stage::Dev {
        return Err(vec![
            wrong("--from", from, &format!("which is of stage \"{stage}\""))
                .detail("what protects that stage keeps a sandbox from being destroyed")
                .hint("name an environment of stage \"dev\""),
        ]);
    }
    if (program.sandbox)(settings).is_some() {
        return Err(vec![
            wrong("--from", from, "which is a sandbox itself")
                .detail("one that others inherit cannot be removed")
                .hint("name the environment that it inherits"),
        ]);
    }
    // What is wrong with it is found again in the sandbox, and told there.
    let synthesis = synthesize(program, stacks, destination, &which, sources);
    synthesis
        .built
        .first()
        .and_then(|built| (program.new_sandbox)(settings, &built.module, &arguments.owner))
        .ok_or_else(|| vec![wrong("--from", from, "which no sandbox can be like")])
}

fn owner(said: &str) -> Option<Diagnostic> {
    (!is_address(said)).then(|| wrong("--owner", said, "which is no e-mail address"))
}

fn object_id(said: &str) -> Option<Diagnostic> {
    let problem = "which is no id of the form 00000000-0000-0000-0000-000000000000";
    (!is_uuid(said)).then(|| {
        wrong("--owner-object-id", said, problem).hint(
            "print it: `az ad user show --id ADDRESS --query id`, \
             or `az ad group show --group NAME --query id`",
        )
    })
}

/// A day, or so many days from today.
fn last_day(said: &str, today: Date) -> Result<Date, Box<Diagnostic>> {
    let digits = |text: &&str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    let day = match said.strip_suffix('d').filter(digits) {
        Some(days) => days.parse().ok().and_then(|days| today.plus_days(days)),
        None => said.parse().ok(),
    };
    let problem = match day {
        Some(day) if day >= today => return Ok(day),
        Some(_) => format!("which is past: today is {today}"),
        None => format!("which is {NoDate}, and no number of days like 30d"),
    };
    Err(Box::new(wrong("--expires", said, &problem)))
}

/// Warns of a sandbox that is meant to stay.
fn long_life(said: &str, day: Date, today: Date) -> Option<Diagnostic> {
    let latest = today.plus_days(LONG)?;
    (day > latest).then(|| {
        let summary = format!("`--expires` is \"{said}\", which is more than a year away");
        Diagnostic::warning(&codes::LONG_LIFE, summary)
            .value(said)
            .hint("name a nearer day: it can be moved when it comes")
    })
}

/// Something, one `@`, and the name of a domain, as addresses in Entra are.
fn is_address(text: &str) -> bool {
    let in_local = |c: char| c.is_ascii_graphic() && !"\"\\()<>[],:;@".contains(c);
    let is_label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let has_local = !local.is_empty() && local.chars().all(in_local);
    has_local && domain.contains('.') && domain.split('.').all(is_label) && text.len() <= 254
}
