//! Provisioners and their connections.
//!
//! Source: the schemas of the three provisioners that Terraform 1.11.4 has built in, and of all its kinds of connections
//! taken together.

use terrace_ir::{Any, Data, Diagnostic, Key, Object, Origin, Type, render};

use super::codes::{BAD_PROVISIONER, UNKNOWN_NAME};
use super::nested;
use super::report::Report;
use super::shape::{self, missing};
use super::traversal;
use super::variable::mismatch;
use crate::nearest::nearest;

#[derive(Clone, Copy)]
enum Kind {
    Text,
    Number,
    Bool,
    Texts,
    TextMap,
}

use Kind::{Bool, Number, Text, TextMap, Texts};

#[rustfmt::skip]
const PROVISIONERS: [(&str, &[(&str, Kind)]); 3] = [
    ("file", &[("source", Text), ("content", Text), ("destination", Text)]),
    ("local-exec", &[("command", Text), ("interpreter", Texts), ("working_dir", Text), ("environment", TextMap), ("quiet", Bool)]),
    ("remote-exec", &[("inline", Texts), ("script", Text), ("scripts", Texts)]),
];

#[rustfmt::skip]
const CONNECTION: &[(&str, Kind)] = &[
    ("host", Text), ("type", Text), ("user", Text), ("password", Text), ("port", Number), ("timeout", Text),
    ("script_path", Text), ("target_platform", Text), ("private_key", Text), ("certificate", Text), ("host_key", Text),
    ("agent", Bool), ("agent_identity", Text), ("proxy_scheme", Text), ("proxy_host", Text), ("proxy_port", Number),
    ("proxy_user_name", Text), ("proxy_user_password", Text), ("proxy_command", Text), ("bastion_host", Text),
    ("bastion_host_key", Text), ("bastion_port", Number), ("bastion_user", Text), ("bastion_password", Text),
    ("bastion_private_key", Text), ("bastion_certificate", Text), ("https", Bool), ("insecure", Bool), ("cacert", Text),
    ("use_ntlm", Bool),
];

/// Names in a provisioner that belong to every kind of it.
const META: [&str; 6] = [
    "when",
    "on_failure",
    "connection",
    "lifecycle",
    "_",
    "dynamic",
];

/// One provisioner: its kind, its body, and where both stand.
pub(super) struct Provisioner<'a> {
    pub(super) kind: &'a str,
    pub(super) origin: Origin,
    pub(super) index: Option<usize>,
    pub(super) body: &'a Object,
}

impl Provisioner<'_> {
    /// Whether it runs when the resource is destroyed.
    pub(super) fn is_destroy_time(&self) -> bool {
        self.body.get("when").and_then(traversal::keyword) == Some("destroy")
    }
}

/// The provisioners in the body of a resource or of `removed`.
pub(super) fn all(body: &Object) -> Vec<Provisioner<'_>> {
    let Some(value) = body.get("provisioner") else {
        return Vec::new();
    };
    nested::labels(value)
        .flat_map(|(kind, origin, value)| {
            nested::bodies(value).map(move |(index, body)| Provisioner {
                kind,
                origin,
                index,
                body,
            })
        })
        .collect()
}

/// Checks the provisioners and connections in the body of a managed resource.
pub(super) fn check<'a>(report: &mut Report<'a>, body: &'a Object) {
    let provisioners = all(body);
    each(report, &provisioners);
    // A connection that nothing uses is not looked at by Terraform either.
    if provisioners.is_empty() {
        return;
    }
    let base = connection_of(body);
    if let Some((value, base)) = base {
        let alone = provisioners
            .iter()
            .any(|it| connection_of(it.body).is_none());
        report.at("connection", |report| {
            connection(report, base, alone, value.origin)
        });
    }
    let has_host = base.is_some_and(|(_, base)| base.get("host").is_some());
    for provisioner in &provisioners {
        if let Some((value, own)) = connection_of(provisioner.body) {
            inside(report, provisioner, |report| {
                report.at("connection", |report| {
                    connection(report, own, !has_host, value.origin)
                });
            });
        }
    }
}

/// Checks provisioners without their connections.
pub(super) fn each<'a>(report: &mut Report<'a>, provisioners: &[Provisioner<'a>]) {
    for provisioner in provisioners {
        inside(report, provisioner, |report| one(report, provisioner));
    }
}

/// Looks into a provisioner. The check stands at the block that holds it.
pub(super) fn inside<'a>(
    report: &mut Report<'a>,
    provisioner: &Provisioner<'a>,
    look: impl FnOnce(&mut Report<'a>),
) {
    report.at("provisioner", |report| {
        report.at(provisioner.kind, |report| {
            report.inside(provisioner.index, look)
        });
    });
}

/// The connection in a body, where it is one object.
pub(super) fn connection_of(body: &Object) -> Option<(&Any, &Object)> {
    let value = body.get("connection")?;
    let (_, object) = nested::bodies(value).next()?;
    Some((value, object))
}

fn one<'a>(report: &mut Report<'a>, provisioner: &Provisioner<'a>) {
    let (kind, body) = (provisioner.kind, provisioner.body);
    let Some((_, arguments)) = PROVISIONERS.iter().find(|(name, _)| *name == kind) else {
        let summary = match kind {
            "chef" | "habitat" | "puppet" | "salt-masterless" => {
                format!("the provisioner `{kind}` was removed from Terraform")
            }
            _ => format!("there is no provisioner `{kind}`"),
        };
        let finding = Diagnostic::error(&BAD_PROVISIONER, summary).value(kind);
        report.push(
            finding.hint("use `local-exec`, `remote-exec` or `file`"),
            provisioner.origin,
        );
        return;
    };
    keyword(report, body, "when", &["create", "destroy"]);
    keyword(report, body, "on_failure", &["continue", "fail"]);
    names(report, body, arguments, &META);
    for (_, escaped) in body.get("_").into_iter().flat_map(nested::bodies) {
        report.at("_", |report| names(report, escaped, arguments, &[]));
    }

    let escaped = body.get("_").and_then(|value| nested::bodies(value).next());
    let get = |name: &str| {
        let value = body.get(name).or_else(|| escaped?.1.get(name))?;
        (value.data != Data::Null).then_some(value)
    };
    let has = |name: &str| {
        body.get(name).is_some() || escaped.is_some_and(|(_, it)| it.get(name).is_some())
    };
    let given = |names: &[&str]| names.iter().filter(|name| get(name).is_some()).count();
    let required = match kind {
        "local-exec" => Some("command"),
        "file" => Some("destination"),
        _ => None,
    };
    if let Some(name) = required
        && !has(name)
    {
        report.at(name, |report| missing(report, name, provisioner.origin));
    }
    let one_of: &[&str] = match kind {
        "file" => &["source", "content"],
        "remote-exec" => &["inline", "script", "scripts"],
        _ => return,
    };
    if given(one_of) != 1 {
        let choice = one_of.join("`, `");
        let summary = format!("exactly one of `{choice}` is needed");
        report.push(
            Diagnostic::error(&BAD_PROVISIONER, summary).hint("give one of them"),
            provisioner.origin,
        );
    }
}

fn keyword<'a>(report: &mut Report<'a>, body: &'a Object, name: &'a str, words: &[&str]) {
    let Some(value) = body.get(name) else {
        return;
    };
    let is_known = traversal::keyword(value).is_some_and(|word| words.contains(&word));
    if !is_known && !traversal::is_unread(value) {
        let shown = render::shown(value);
        let summary = format!(
            "`{name}` is {shown}, but must be \"{}\"",
            words.join("\" or \"")
        );
        let finding = Diagnostic::error(&BAD_PROVISIONER, summary).value(shown);
        report.at(name, |report| {
            report.push(
                finding.hint(format!("write \"{}\"", words[0])),
                value.origin,
            )
        });
    }
}

fn connection<'a>(report: &mut Report<'a>, body: &'a Object, needs_host: bool, origin: Origin) {
    names(report, body, CONNECTION, &["dynamic"]);
    if needs_host && body.get("host").is_none() {
        report.at("host", |report| missing(report, "host", origin));
    }
}

/// Checks that a body holds known arguments only, of their kinds.
fn names<'a>(report: &mut Report<'a>, body: &'a Object, known: &[(&str, Kind)], others: &[&str]) {
    for entry in body {
        let Key::Text(name) = &entry.key else {
            continue;
        };
        if name == "//" || others.contains(&name.as_ref()) {
            continue;
        }
        let at = entry.value.origin.or(entry.key_origin);
        report.at(name, |report| {
            let Some((_, kind)) = known.iter().find(|(known, _)| known == name) else {
                let known = known.iter().map(|(name, _)| *name);
                let hint = match nearest(name, known.clone()) {
                    Some(nearest) => format!("did you mean `{nearest}`?"),
                    None => format!("use one of `{}`", known.collect::<Vec<_>>().join("`, `")),
                };
                let summary = format!("there is no argument `{name}` here");
                report.push(
                    Diagnostic::error(&UNKNOWN_NAME, summary).hint(hint),
                    entry.key_origin,
                );
                return;
            };
            let (ty, wanted) = match kind {
                Text => (Type::String, "text"),
                Number => (Type::Number, "a number"),
                Bool => (Type::Bool, "`true` or `false`"),
                Texts => (Type::list(Type::String), "a list of text"),
                TextMap => (Type::map(Type::String), "a map of text"),
            };
            if mismatch(&entry.value, &ty).is_some() {
                shape::wrong_kind(report, name, wanted, &entry.value, at);
            }
        });
    }
}
