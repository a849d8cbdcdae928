//! The program `terraform`: which one, and which version.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use terrace_ir::{Diagnostic, reason};

use crate::codes::{NO_TERRAFORM, TERRAFORM_TOO_OLD};

/// The variable that names another program than `terraform` on the path.
pub const VARIABLE: &str = "TERRACE_TERRAFORM";

/// The oldest version, of Terraform and of OpenTofu, that takes what is written.
const OLDEST: (u32, u32) = (1, 11);

/// Terraform, or OpenTofu.
#[derive(Clone, Debug)]
pub struct Terraform {
    program: PathBuf,
    name: String,
}

impl Terraform {
    /// The program that `TERRACE_TERRAFORM` names, else `terraform` on the path.
    ///
    /// # Errors
    /// There is none, it does not run, or it is too old.
    pub fn find() -> Result<Self, Box<Diagnostic>> {
        let named = std::env::var_os(VARIABLE).filter(|value| !value.is_empty());
        let is_named = named.is_some();
        let program = PathBuf::from(named.unwrap_or_else(|| OsString::from("terraform")));
        // Terraform runs in another folder than this program.
        let is_path = program.components().count() > 1;
        let program = match is_path {
            true => std::path::absolute(&program).unwrap_or(program),
            false => program,
        };
        let shown = program.display();
        let output = Command::new(&program)
            .arg("version")
            .env("CHECKPOINT_DISABLE", "1")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| missing(&program, is_named, &reason(&error)))?;
        let text = String::from_utf8_lossy(&output.stdout);
        let Some((name, version)) = parse(&text) else {
            let first = text.lines().next().unwrap_or_default();
            return Err(missing(
                &program,
                is_named,
                &format!("`{shown} version` says \"{first}\", which is no version of Terraform"),
            ));
        };
        let name = format!("{name} {}", version.text);
        if version.number < OLDEST {
            let (major, minor) = OLDEST;
            return Err(Box::new(
                Diagnostic::error(
                    &TERRAFORM_TOO_OLD,
                    format!("`{shown}` is {name}, but {major}.{minor} or later is needed"),
                )
                .hint(format!(
                    "install a later one, or name one with `{VARIABLE}`"
                )),
            ));
        }
        Ok(Self { program, name })
    }

    /// Its name and version: `Terraform 1.11.4`.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A command of it, without what the user's own environment would change about it.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os() {
            if is_foreign(&name.to_string_lossy()) {
                command.env_remove(name);
            }
        }
        command
            .env("CHECKPOINT_DISABLE", "1")
            .env("TF_IN_AUTOMATION", "1")
            .env("TF_INPUT", "0");
        command
    }
}

/// Whether a variable leads Terraform to other folders, options or providers.
fn is_foreign(name: &str) -> bool {
    const NAMES: [&str; 6] = [
        "TF_CLI_CONFIG_FILE",
        "TF_DATA_DIR",
        "TF_PLUGIN_CACHE_DIR",
        "TF_REATTACH_PROVIDERS",
        "TF_WORKSPACE",
        "TERRAFORM_CONFIG",
    ];
    NAMES.contains(&name) || name.starts_with("TF_CLI_ARGS")
}

fn missing(program: &Path, is_named: bool, why: &str) -> Box<Diagnostic> {
    let summary = match is_named {
        true => format!(
            "`{VARIABLE}` names `{}`, which does not run",
            program.display()
        ),
        false => "there is no `terraform` to rehearse with".to_owned(),
    };
    let hint = match !is_named && is_there("tofu") {
        true => format!("OpenTofu is there: set `{VARIABLE}=tofu`"),
        false => format!(
            "install Terraform {}.{} or later, or name it with `{VARIABLE}`",
            OLDEST.0, OLDEST.1
        ),
    };
    // That what nobody named does not exist is said already.
    let detail = if is_named { why } else { "" };
    let finding = Diagnostic::error(&NO_TERRAFORM, summary).detail(detail);
    Box::new(finding.hint(hint))
}

fn is_there(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

struct Version<'a> {
    text: &'a str,
    number: (u32, u32),
}

/// Product and version of `terraform version`: `Terraform v1.11.4`, `OpenTofu v1.11.0-rc1`.
fn parse(text: &str) -> Option<(&str, Version<'_>)> {
    let is_version =
        |line: &&str| line.starts_with("Terraform v") || line.starts_with("OpenTofu v");
    let (name, text) = text.lines().find(is_version)?.trim_end().split_once(" v")?;
    let mut numbers = text.split('.').map(|number| number.parse::<u32>().ok());
    let number = (numbers.next()??, numbers.next()??);
    Some((name, Version { text, number }))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn versions_of_both_products_are_read() {
        let read = |text| parse(text).map(|(name, version)| (name, version.number));
        assert_eq!(
            read("Terraform v1.11.4\non linux_amd64\n"),
            Some(("Terraform", (1, 11)))
        );
        assert_eq!(
            read("OpenTofu v1.12.0-beta1\n"),
            Some(("OpenTofu", (1, 12)))
        );
        // Warnings stand above it.
        let warned = "There are some problems with the CLI configuration:\nTerraform v1.9.8\n";
        assert_eq!(read(warned), Some(("Terraform", (1, 9))));
        assert_eq!(read("command not found"), None);
    }

    #[test]
    fn what_leads_terraform_elsewhere_is_not_passed_on() {
        assert!(is_foreign("TF_CLI_ARGS_plan") && is_foreign("TF_DATA_DIR"));
        assert!(!is_foreign("TF_VAR_password") && !is_foreign("TF_LOG"));
    }
}
