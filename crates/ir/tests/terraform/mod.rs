//! Asks the real Terraform what a module without providers gives.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value as Json;

/// Whether Terraform is on the path. Without it the tests that ask it are skipped with a line that
/// says so, unless `TERRACE_REQUIRE_TERRAFORM=1` asks for a failure.
pub(crate) fn is_there(test: &str) -> bool {
    let found = Command::new("terraform").arg("version").output().is_ok();
    if !found {
        let required = std::env::var("TERRACE_REQUIRE_TERRAFORM").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "terraform is not on the path, and TERRACE_REQUIRE_TERRAFORM=1"
        );
        println!("skipped {test}: terraform is not on the path");
    }
    found
}

/// The values of the outputs of a module, given as its files, as `terraform plan` computes them.
///
/// # Panics
/// When Terraform refuses the module; the message holds what it said.
pub(crate) fn outputs(files: &[(&str, &str)]) -> serde_json::Map<String, Json> {
    let directory = tempfile::tempdir().unwrap();
    // The user's own settings have no say here.
    std::fs::write(directory.path().join("empty.tfrc"), "").unwrap();
    for (name, text) in files {
        std::fs::write(directory.path().join(name), text).unwrap();
    }
    let plan = run(
        directory.path(),
        &[
            "plan",
            "-refresh=false",
            "-input=false",
            "-no-color",
            "-out=plan",
        ],
    );
    assert!(
        plan.status.success(),
        "terraform refused the module:\n{}",
        String::from_utf8_lossy(&plan.stderr)
    );
    let shown = run(directory.path(), &["show", "-json", "plan"]);
    let shown: Json = serde_json::from_slice(&shown.stdout).unwrap();
    let outputs = shown["planned_values"]["outputs"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    outputs
        .into_iter()
        .map(|(name, output)| (name, output["value"].clone()))
        .collect()
}

fn run(directory: &Path, arguments: &[&str]) -> Output {
    Command::new("terraform")
        .args(arguments)
        .current_dir(directory)
        .env("TF_CLI_CONFIG_FILE", directory.join("empty.tfrc"))
        .env("TF_DATA_DIR", directory.join(".terraform"))
        .env("CHECKPOINT_DISABLE", "1")
        .env_remove("TF_LOG")
        .env_remove("TF_CLI_ARGS")
        .env_remove("TF_WORKSPACE")
        .output()
        .unwrap()
}
