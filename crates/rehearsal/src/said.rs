//! What Terraform says with `-json`: a line for each thing.

use serde_json::Value as Json;
use terrace_ir::{Diagnostic, Module, Severity};

use crate::codes::{STEP_FAILED, WARNED};
use crate::plan::Counts;
use crate::sandbox::Ran;

/// What a command said.
pub(crate) struct Said {
    /// What it did, or would do.
    pub(crate) counts: Counts,
    /// Errors and warnings, blamed on what the module says.
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl Said {
    /// Reads what a command (`plan`, `apply`) said about a module.
    pub(crate) fn new(step: &str, ran: &Ran, module: &Module) -> Self {
        let mut said = Self {
            counts: Counts::default(),
            diagnostics: Vec::new(),
        };
        let mut errored = Vec::new();
        // A line may be none of Terraform's: it then says nothing that matters here.
        let lines = ran
            .stdout
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok());
        for line in lines {
            let line: Json = line;
            match line["type"].as_str() {
                Some("change_summary") => said.counts = Counts::of(&line["changes"]),
                Some("diagnostic") => {
                    said.diagnostics
                        .extend(diagnostic(step, &line["diagnostic"], module));
                }
                Some("apply_errored") => {
                    let address = line["hook"]["resource"]["addr"].as_str();
                    errored.extend(address.map(str::to_owned));
                }
                _ => {}
            }
        }
        said.blame_deletions(errored, module);
        said
    }

    /// Gives addresses to the errors that Terraform tells without: what cannot be deleted may not be configured any more.
    fn blame_deletions(&mut self, mut errored: Vec<String>, module: &Module) {
        let known = self.diagnostics.iter().filter_map(|it| it.address.clone());
        let known: Vec<String> = known.collect();
        errored.retain(|address| !known.contains(address));
        for finding in &mut self.diagnostics {
            let is_of_type = |address: &String| {
                let type_name = address.split('.').next().unwrap_or_default();
                finding.summary.contains(type_name)
            };
            let is_without = finding.severity == Severity::Error && finding.address.is_none();
            if is_without && let Some(index) = errored.iter().position(is_of_type) {
                let address = errored.remove(index);
                *finding = blame(finding.clone(), &address, module);
            }
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        let mut severities = self.diagnostics.iter().map(|it| it.severity);
        severities.any(|severity| severity == Severity::Error)
    }
}

/// A command that failed without saying why in the form that was asked for.
pub(crate) fn unexplained(step: &str, ran: &Ran, module: &Module) -> Diagnostic {
    let ended = match ran.code {
        Some(code) => format!("ended with exit code {code}"),
        None => "was killed".to_owned(),
    };
    let last: Vec<&str> = ran.stderr.lines().chain(ran.stdout.lines()).collect();
    let last = &last[last.len().saturating_sub(20)..];
    Diagnostic::error(&STEP_FAILED, format!("`terraform {step}` {ended}"))
        .detail(last.join("\n"))
        .in_module(&module.name)
}

fn diagnostic(step: &str, json: &Json, module: &Module) -> Option<Diagnostic> {
    let summary = format!("`terraform {step}`: {}", json["summary"].as_str()?);
    // How an own mirror and lock file would be completed concerns nobody here.
    if step == "init" && json["severity"] == "warning" {
        return None;
    }
    let finding = match json["severity"].as_str()? {
        "error" => Diagnostic::error(&STEP_FAILED, summary),
        _ => Diagnostic::warning(&WARNED, summary),
    };
    let detail = json["detail"].as_str().unwrap_or_default().trim();
    let mut finding = finding.detail(detail).in_module(&module.name);
    let address = json["address"].as_str();
    let address = address.or_else(|| named(detail, module));
    if let Some(address) = address {
        finding = blame(finding, address, module);
    } else if let Some(code) = snippet(json) {
        finding = finding.detail(format!("{detail}\n{code}"));
    }
    Some(finding)
}

/// The finding with an address, and the construct that declared what is there.
pub(crate) fn blame(finding: Diagnostic, address: &str, module: &Module) -> Diagnostic {
    let declared = address.split('[').next().unwrap_or(address);
    let block = module.resources().find(|block| block.address() == declared);
    let finding = finding.address(address);
    match block {
        // The stack's own line is the construct's; a block's may be one of a library.
        Some(block) if block.construct.is_some() => finding.construct(block.construct.clone()),
        Some(block) => finding.at(block.origin),
        None => finding,
    }
}

/// The resource that a text names: Terraform gives no address where it refuses to destroy.
fn named<'a>(text: &'a str, module: &Module) -> Option<&'a str> {
    let words = text.split(|c: char| c.is_whitespace() || "\"'`,()".contains(c));
    let words = words.map(|word| word.trim_end_matches(['.', ':']));
    let is_declared = |word: &&str| {
        let declared = word.split('[').next().unwrap_or(word);
        declared.contains('.') && module.resources().any(|it| it.address() == declared)
    };
    words.into_iter().find(is_declared)
}

/// The line of the configuration, unless it is a whole file on one line.
fn snippet(json: &Json) -> Option<String> {
    let line = json["range"]["start"]["line"].as_u64()?;
    let file = json["range"]["filename"].as_str()?;
    let code = json["snippet"]["code"].as_str()?.trim();
    (code.len() <= 200).then(|| format!("{file}:{line}: {code}"))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use serde_json::json;
    use terrace_ir::{Block, BlockKind, Construct, Origin};

    use super::*;

    fn module() -> Module {
        let mut module = Module::new("prod");
        let labels = ["azurerm_key_vault".into(), "platform_vault".into()];
        let mut vault = Block::new(BlockKind::Resource, labels);
        vault.construct = Some(Construct {
            path: "platform/vault".into(),
            origin: Origin::Default,
        });
        module.blocks.push(vault);
        module
    }

    fn said(lines: &[Json]) -> Said {
        let lines: Vec<String> = lines.iter().map(Json::to_string).collect();
        let ran = Ran {
            code: Some(1),
            stdout: format!("Initializing\n{}\n", lines.join("\n")),
            stderr: String::new(),
        };
        Said::new("plan", &ran, &module())
    }

    #[test]
    fn a_diagnostic_names_the_construct_also_where_only_its_text_names_the_resource() {
        let said = said(&[json!({"type": "diagnostic", "diagnostic": {
            "severity": "error", "summary": "Instance cannot be destroyed",
            "detail": "Resource azurerm_key_vault.platform_vault has lifecycle.prevent_destroy set.",
        }})]);
        let finding = &said.diagnostics[0];
        assert!(said.has_errors());
        assert_eq!(
            finding.summary,
            "`terraform plan`: Instance cannot be destroyed"
        );
        assert_eq!(
            finding.address.as_deref(),
            Some("azurerm_key_vault.platform_vault")
        );
        assert_eq!(
            finding.construct.as_ref().map(|it| &*it.path),
            Some("platform/vault")
        );
    }

    #[test]
    fn a_refused_deletion_is_blamed_on_what_terraform_was_deleting() {
        let errored = json!({"type": "apply_errored",
            "hook": {"resource": {"addr": "azurerm_key_vault.platform_vault"}}});
        let refused = json!({"type": "diagnostic", "diagnostic": {
            "severity": "error", "summary": "cannot delete azurerm_key_vault", "detail": "in use",
        }});
        let said = said(&[errored, refused]);
        let address = said.diagnostics[0].address.as_deref();
        assert_eq!(address, Some("azurerm_key_vault.platform_vault"));
    }

    #[test]
    fn what_would_change_is_counted_by_terraform() {
        let said = said(&[json!({"type": "change_summary",
            "changes": {"add": 3, "change": 1, "import": 0, "remove": 2}})]);
        assert_eq!(
            said.counts.to_string(),
            "3 to add, 1 to change, 2 to destroy"
        );
        assert!(!said.has_errors());
    }
}
