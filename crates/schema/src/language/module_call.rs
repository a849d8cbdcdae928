//! `module` blocks.

use terrace_ir::{Data, Diagnostic, Key, Object, Origin, render};

use super::codes::{BAD_MODULE_SOURCE, BAD_REFERENCE};
use super::report::Report;
use super::resource::{provider_reference, repetition};
use super::shape::wrong_kind;
use super::terraform::{constraint_text, interpolation, read};

/// Checks what the table of names does not say of a `module` block.
pub(super) fn check<'a>(report: &mut Report<'a>, body: &'a Object) {
    repetition(report, body);
    let source = body.get("source");
    if let Some(value) = source {
        report.at("source", |report| match &value.data {
            Data::Text(text) if text.contains("${") => {
                interpolation(report, &render::shown(value), value.origin)
            }
            Data::Text(text) => self::source(report, text, value.origin),
            _ => {}
        });
    }
    if let Some(version) = body.get("version") {
        report.at("version", |report| {
            let Some(text) = constraint_text(report, "version", version, version.origin) else {
                return;
            };
            read(report, &text, version.origin);
            if let Some(source) = source.and_then(|source| source.as_text())
                && is_never_versioned(source)
            {
                let summary = format!(
                    "only a module from a registry has a `version`, and `source` is \"{source}\""
                );
                let finding = Diagnostic::error(&BAD_MODULE_SOURCE, summary);
                report.push(finding.hint("take `version` out"), version.origin);
            }
        });
    }
    if let Some(providers) = body.get("providers") {
        report.at("providers", |report| match &providers.data {
            Data::Object(object) => self::providers(report, object),
            _ => wrong_kind(
                report,
                "providers",
                "a map of provider configurations",
                providers,
                providers.origin,
            ),
        });
    }
}

fn providers<'a>(report: &mut Report<'a>, object: &'a Object) {
    for entry in object {
        let name = match &entry.key {
            Key::Text(name) => name,
            Key::Expr(_) => {
                let finding = Diagnostic::error(
                    &BAD_REFERENCE,
                    "a key of `providers` must be the name of a provider of the child module",
                );
                report.push(
                    finding.hint("write the name without `${}`"),
                    entry.key_origin,
                );
                continue;
            }
        };
        report.at(name, |report| provider_reference(report, &entry.value));
    }
}

/// A folder says by its first characters that it is one, and never has a version.
fn is_never_versioned(source: &str) -> bool {
    is_folder(source) || source.contains("::") || source.contains("://")
}

fn is_folder(source: &str) -> bool {
    ["./", "../", ".\\", "..\\"]
        .iter()
        .any(|start| source.starts_with(start))
}

/// Says of a source that no way of getting a module understands it, where that is certain.
fn source(report: &mut Report, source: &str, at: Origin) {
    if is_folder(source) || source.starts_with('/') || source.contains([':', '\\', '@']) {
        return;
    }
    let package = source.split("//").next().unwrap_or(source);
    let package = package.split('?').next().unwrap_or(package);
    let parts: Vec<&str> = package.split('/').collect();
    let is_host = parts.len() > 1 && parts[0].contains('.') && !parts[0].starts_with('.');
    let is_name = |part: &&str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|c| c.is_ascii_alphanumeric() || c == b'-' || c == b'_')
    };
    if is_host || !source.is_ascii() || (parts.len() == 3 && parts.iter().all(is_name)) {
        return;
    }
    let finding = Diagnostic::error(
        &BAD_MODULE_SOURCE,
        format!("`source` is \"{source}\", where no module can come from"),
    )
    .value(source)
    .hint(match source {
        "" => "give a folder that begins with `./`, or an address".to_owned(),
        _ => format!("begin a folder with `./`: \"./{source}\""),
    });
    report.push(finding, at);
}
