//! A package of somebody else's, outside this workspace, that depends on `terrace` by path and has
//! a `stacks/` of its own.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::workplace::repository;

const MAIN: &str = r#"
use terrace::{Environment, Frame, InScope, Project, ResourceGroup, Sourced, Stack, Stage, Storage, StorageSettings};

#[derive(serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Settings {
    stage: Stage,
    location: Sourced<String>,
    #[serde(default)]
    storage: StorageSettings,
}

impl Environment for Settings {
    fn stage(&self) -> Stage {
        self.stage
    }
    fn frame<'a>(&'a self, project: &'a Project) -> Frame<'a> {
        Frame::new(project, &self.location)
    }
}

fn lake(stack: &Stack, env: &Settings) {
    let group = ResourceGroup::new(stack, "lake", &env.location);
    let raw = Storage::new(&group, "raw", &env.storage);
    raw.customize(|account: &mut terrace::azurerm::StorageAccount| {
        account.set_large_file_share_enabled(true);
    });
}

fn main() -> std::process::ExitCode {
    terrace::main(lake)
}
"#;

/// The profile of this workspace, so that what it has built already serves.
const PROFILE: &str = r#"[profile.dev]
debug = "line-tables-only"

[profile.dev.package."*"]
debug = false
"#;

#[test]
fn a_package_outside_the_workspace_synthesizes_its_own_stacks() {
    let scratch = tempfile::tempdir().unwrap();
    let package = scratch.path().join("lake");
    fs::create_dir_all(package.join("src")).unwrap();
    fs::create_dir_all(package.join("stacks")).unwrap();
    let terrace = repository().join("crates/terrace");
    let manifest = format!(
        "[package]\nname = \"lake\"\nedition = \"2024\"\n\n[dependencies]\nterrace = {{ path = {terrace:?} }}\n\
         serde = {{ version = \"1\", features = [\"derive\"] }}\nschemars = \"1\"\n\n[workspace]\n\n{PROFILE}"
    );
    let files = [
        ("Cargo.toml", manifest.as_str()),
        ("src/main.rs", MAIN),
        ("stacks/terrace.toml", "organization = \"example\"\n"),
        (
            "stacks/test.toml",
            "stage = \"dev\"\nlocation = \"northeurope\"\n",
        ),
    ];
    for (name, text) in files {
        fs::write(package.join(name), text).unwrap();
    }
    // The versions that this workspace is tested with, and what it has built already.
    fs::copy(repository().join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    let run = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--", "synth"])
        .current_dir(&package)
        .env("CARGO_TARGET_DIR", target())
        .env("NO_COLOR", "1")
        .output()
        .unwrap();
    assert!(
        run.status.success(),
        "{}\n{}",
        String::from_utf8_lossy(&run.stdout),
        String::from_utf8_lossy(&run.stderr)
    );
    let output = fs::read_to_string(package.join("synth-out/test/main.tf.json")).unwrap();
    assert!(
        output.contains("\"large_file_share_enabled\": true"),
        "{output}"
    );
}

/// This workspace's own build folder: what is the same is not built again.
fn target() -> PathBuf {
    let scratch = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    scratch.parent().map_or(scratch.clone(), PathBuf::from)
}
