//! The `terraform` block: versions, providers, the backend.

use terrace_ir::{Any, BlockKind, Data, Diagnostic, Key, Module, Object, Origin, render};

use super::codes::{
    BAD_PROVIDER_REQUIREMENT, BAD_VERSION, DUPLICATE, EXPERIMENT, INTERPOLATION, WRONG_TERRAFORM,
};
use super::nested;
use super::provider::name_problem;
use super::report::{Report, Step};
use super::shape::wrong_kind;
use super::traversal;
use super::version::{Constraint, Version};
use crate::secrets::is_secret_name;

/// The Terraform whose rules the checks follow.
const TERRAFORM: [u64; 3] = [1, 11, 4];

/// Checks one `terraform` block.
pub(super) fn check<'a>(report: &mut Report<'a>, body: &'a Object) {
    for entry in body {
        let Key::Text(name) = &entry.key else {
            continue;
        };
        let at = entry.value.origin.or(entry.key_origin);
        report.at(name, |report| match &**name {
            "required_version" => required_version(report, &entry.value, at),
            "required_providers" => {
                for (index, object) in nested::bodies(&entry.value) {
                    report.inside(index, |report| required_providers(report, object));
                }
            }
            "experiments" => {
                let summary = "`experiments` work only in alpha releases of Terraform";
                let finding = Diagnostic::error(&EXPERIMENT, summary);
                report.push(finding.hint("take `experiments` out"), at);
            }
            "language" if traversal::keyword(&entry.value) != Some("TF2021") => {
                let summary = "`language` takes `TF2021` only, which is the default";
                let finding = Diagnostic::error(&EXPERIMENT, summary);
                let finding = finding.value(render::shown(&entry.value));
                report.push(finding.hint("take `language` out"), at);
            }
            "backend" | "cloud" | "provider_meta" => interpolations(report, &entry.value, at),
            _ => {}
        });
    }
}

/// What must be once in a module, however many `terraform` blocks it has. Of files this was said when they were read.
pub(super) fn check_all<'a>(report: &mut Report<'a>, module: &'a Module) {
    let (mut requirements, mut states): (usize, Vec<&str>) = (0, Vec::new());
    for block in module
        .of(BlockKind::Terraform)
        .filter(|block| !block.origin.is_file())
    {
        report.turn_to(block);
        if let Some(value) = block.body.get("required_providers") {
            for _ in nested::blocks(value).unwrap_or_default() {
                requirements += 1;
                if requirements == 2 {
                    let summary = "`required_providers` is declared twice";
                    let finding = Diagnostic::error(&DUPLICATE, summary)
                        .hint("make it one `required_providers`");
                    report.at("required_providers", |report| {
                        report.push(finding, value.origin);
                    });
                }
            }
        }
        let mut state = |report: &mut Report<'a>, name: &'static str, kind: &'a str, at: Origin| {
            if let Some(first) = states.first() {
                let summary = format!("there are two places for the state: `{first}` and `{kind}`");
                let finding = Diagnostic::error(&DUPLICATE, summary);
                report.at(name, |report| report.push(finding.hint("keep one"), at));
            }
            states.push(kind);
        };
        if let Some(value) = block.body.get("backend") {
            for (kind, origin, value) in nested::labels(value) {
                for _ in nested::blocks(value).unwrap_or_default() {
                    state(report, "backend", kind, origin);
                }
            }
        }
        if let Some(value) = block.body.get("cloud") {
            // Two of them in one block are found there.
            if !nested::blocks(value).unwrap_or_default().is_empty() {
                state(report, "cloud", "cloud", value.origin);
            }
        }
    }
}

fn required_version(report: &mut Report, value: &Any, at: Origin) {
    let Some(text) = constraint_text(report, "required_version", value, at) else {
        return;
    };
    let Some(constraint) = read(report, &text, at) else {
        return;
    };
    let ours = Version::new(TERRAFORM);
    if constraint.has_pre_release() {
        let summary = format!("`required_version` is \"{text}\", and takes no pre-release");
        let finding = Diagnostic::error(&BAD_VERSION, summary).value(text);
        report.push(finding.hint("leave out what stands behind `-`"), at);
    } else if !constraint.allows(&ours) {
        let summary =
            format!("`required_version` is \"{text}\", which does not admit Terraform 1.11.4");
        let finding = if constraint.allows_from(&ours) {
            Diagnostic::warning(&WRONG_TERRAFORM, summary)
                .detail("the module was checked by the rules of 1.11.4; what is new in later versions is not known")
        } else {
            Diagnostic::error(&WRONG_TERRAFORM, summary).detail("it admits no later version either")
        };
        report.push(
            finding
                .value(text)
                .hint("widen it, for example to \">= 1.11\""),
            at,
        );
    }
}

/// The text of a version constraint; `None` for `null`, which is none, and for what is no text, after saying so.
pub(super) fn constraint_text(
    report: &mut Report,
    name: &str,
    value: &Any,
    at: Origin,
) -> Option<String> {
    match &value.data {
        Data::Null => None,
        Data::Text(text) => Some(text.to_string()),
        Data::Bool(value) => Some(value.to_string()),
        Data::Int(number) => Some(number.to_string()),
        Data::Number(digits) => Some(digits.to_string()),
        _ => {
            wrong_kind(report, name, "a version constraint as text", value, at);
            None
        }
    }
}

/// Reads a version constraint, and says so where it does not read.
pub(super) fn read(report: &mut Report, text: &str, at: Origin) -> Option<Constraint> {
    let constraint = Constraint::parse(text);
    if text.contains("${") {
        interpolation(report, &format!("\"{text}\""), at);
    } else if constraint.is_none() {
        let name = report.name();
        let summary = format!("`{name}` is \"{text}\", which is no version constraint");
        let finding = Diagnostic::error(&BAD_VERSION, summary)
            .value(text)
            .hint("write it like \">= 1.2, < 2.0\" or \"~> 1.2\"");
        report.push(finding, at);
    }
    constraint
}

fn required_providers<'a>(report: &mut Report<'a>, object: &'a Object) {
    for entry in object {
        let Key::Text(name) = &entry.key else {
            continue;
        };
        if name == "//" {
            continue;
        }
        let at = entry.value.origin.or(entry.key_origin);
        report.at(name, |report| {
            if let Some(problem) = name_problem(name) {
                bad_requirement(
                    report,
                    format!("`{name}` is not allowed as the name of a provider"),
                    &problem,
                    entry.key_origin,
                );
            }
            match &entry.value.data {
                // The way of Terraform 0.12: the version alone.
                Data::Text(_) | Data::Bool(_) | Data::Int(_) | Data::Number(_) => {
                    provider_version(report, &entry.value, at);
                }
                Data::Object(requirement) => self::requirement(report, name, requirement),
                _ => wrong_kind(
                    report,
                    name,
                    "an object with `source` and `version`",
                    &entry.value,
                    at,
                ),
            }
        });
    }
}

fn requirement<'a>(report: &mut Report<'a>, provider: &str, requirement: &'a Object) {
    for entry in requirement {
        let name = entry.key.as_text().unwrap_or("an expression");
        let at = entry.value.origin.or(entry.key_origin);
        report.enter(Step::Name(name));
        match name {
            "version" => match &entry.value.data {
                Data::Text(_) => provider_version(report, &entry.value, at),
                _ => wrong_kind(
                    report,
                    name,
                    "a version constraint as text",
                    &entry.value,
                    at,
                ),
            },
            "source" => match &entry.value.data {
                Data::Text(source) => self::source(report, source, at),
                _ => wrong_kind(report, name, "text", &entry.value, at),
            },
            "configuration_aliases" => aliases(report, provider, &entry.value, at),
            _ => {
                let hint =
                    "use `source`, `version` and `configuration_aliases` only, and no comments";
                bad_requirement(
                    report,
                    format!("there is no argument `{name}` in an entry of `required_providers`"),
                    hint,
                    entry.key_origin,
                );
            }
        }
        report.leave();
    }
}

fn provider_version(report: &mut Report, value: &Any, at: Origin) {
    let Some(text) = constraint_text(report, "version", value, at) else {
        return;
    };
    let refused = read(report, &text, at).and_then(|constraint| constraint.refused_for_providers());
    if let Some(hint) = refused {
        let name = report.name();
        let summary = format!("`{name}` is \"{text}\", which no provider can have");
        report.push(
            Diagnostic::error(&BAD_VERSION, summary)
                .value(text)
                .hint(hint),
            at,
        );
    }
}

fn source(report: &mut Report, source: &str, at: Origin) {
    let parts: Vec<&str> = source.split('/').collect();
    let (type_name, before) = match parts.as_slice() {
        [before @ .., type_name]
            if before.len() < 3 && parts.iter().all(|part| !part.is_empty()) =>
        {
            (*type_name, before)
        }
        _ => {
            let hint = "write `[host/][namespace/]name`, for example \"hashicorp/azurerm\"";
            bad_requirement(
                report,
                format!("`source` is \"{source}\", where no provider can come from"),
                hint,
                at,
            );
            return;
        }
    };
    let problem = if before.is_empty() || !type_name.starts_with("terraform-") {
        name_problem(&type_name.to_lowercase())
    } else {
        let name = type_name.strip_prefix("terraform-provider-");
        let name = name
            .or_else(|| type_name.strip_prefix("terraform-"))
            .unwrap_or(type_name);
        Some(format!("leave out what stands before `{name}`"))
    };
    // `-` is where providers from before namespaces live.
    let namespace = before.last().filter(|namespace| **namespace != "-");
    let problem = problem.or_else(|| name_problem(&namespace?.to_lowercase()));
    if let Some(problem) = problem {
        bad_requirement(
            report,
            format!("`source` is \"{source}\", where no provider can come from"),
            &problem,
            at,
        );
    }
}

fn aliases<'a>(report: &mut Report<'a>, provider: &str, value: &'a Any, at: Origin) {
    let Some(list) = value.as_list() else {
        wrong_kind(report, "configuration_aliases", "a list", value, at);
        return;
    };
    for (index, item) in list.iter().enumerate() {
        report.inside(Some(index), |report| {
            if traversal::names(item).is_none_or(|names| names.first() != Some(&provider)) {
                let shown = render::shown(item);
                let hint = format!("write `{provider}.` and the alias");
                let summary = format!("{shown} is no configuration of `{provider}`");
                bad_requirement(report, summary, &hint, item.origin.or(at));
            }
        });
    }
}

fn bad_requirement(report: &mut Report, summary: String, hint: &str, at: Origin) {
    report.push(
        Diagnostic::error(&BAD_PROVIDER_REQUIREMENT, summary).hint(hint),
        at,
    );
}

/// Says of every text with an interpolation that it will be taken as it is.
pub(super) fn interpolations<'a>(report: &mut Report<'a>, value: &'a Any, at: Origin) {
    let at = value.origin.or(at);
    match &value.data {
        Data::Text(text) if text.contains("${") => interpolation(report, &render::shown(value), at),
        Data::Expr(_) => interpolation(report, &render::shown(value), at),
        Data::List(list) => {
            for (index, item) in list.iter().enumerate() {
                report.inside(Some(index), |report| interpolations(report, item, at));
            }
        }
        Data::Object(object) => {
            for entry in object {
                if let Key::Text(name) = &entry.key
                    && name != "//"
                {
                    report.at(name, |report| interpolations(report, &entry.value, at));
                }
            }
        }
        _ => {}
    }
}

/// Says that one text will be taken as it is.
pub(super) fn interpolation(report: &mut Report, shown: &str, at: Origin) {
    let is_secret = report
        .steps()
        .iter()
        .any(|step| matches!(step, Step::Name(name) if is_secret_name(name)));
    let name = report.name();
    let finding = if is_secret {
        let summary = format!("`{name}` has an interpolation, where nothing is evaluated");
        Diagnostic::error(&INTERPOLATION, summary)
    } else {
        let summary = format!("`{name}` is {shown}, where nothing is evaluated");
        Diagnostic::error(&INTERPOLATION, summary).value(shown)
    };
    report.push(finding.hint("write the value out"), at);
}
