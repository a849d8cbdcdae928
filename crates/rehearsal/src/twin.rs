//! Where the stand-in provider is: beside the running program, on the path, or about to be built by cargo.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;

use terrace_ir::{Diagnostic, reason};

use crate::codes::NO_TWIN;
use crate::{Failure, Interruptions};

/// The program's name.
const NAME: &str = "terrace-twin";

/// Where the twin's sources were when this program was built.
const MANIFEST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../twin/Cargo.toml");

/// Finds the twin, or lets cargo build it.
///
/// # Errors
/// It is nowhere, or does not build.
pub fn find(interruptions: &Interruptions) -> Result<PathBuf, Failure> {
    let folder = own_folder();
    let beside = folder.as_ref().map(|folder| folder.join(NAME));
    if let (Some(cargo), Some(folder)) = (std::env::var_os("CARGO"), &folder)
        && Path::new(MANIFEST).is_file()
        && let Some(target) = Target::of(folder)
    {
        return build(Path::new(&cargo), folder, target, interruptions);
    }
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&on_path).map(|folder| folder.join(NAME));
    let found = beside.into_iter().chain(on_path).find(|it| it.is_file());
    let canonical = found.and_then(|it| it.canonicalize().ok());
    canonical.ok_or_else(|| {
        let summary = format!("`{NAME}` is neither beside this program nor on the path");
        let finding = Diagnostic::error(&NO_TWIN, summary)
            .hint(format!("build it with `cargo build -p {NAME}`"));
        Failure::Found(vec![finding])
    })
}

/// The folder of the running program; cargo keeps those of tests in one below.
fn own_folder() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?.canonicalize().ok()?;
    let folder = program.parent()?;
    let is_of_tests = ["deps", "examples"]
        .iter()
        .any(|name| folder.ends_with(name));
    Some(match is_of_tests {
        true => folder.parent()?.to_owned(),
        false => folder.to_owned(),
    })
}

/// The build folder that a program of cargo's is in.
struct Target<'a> {
    folder: &'a Path,
    /// The platform, where one was asked for by name.
    platform: Option<&'a OsStr>,
}

impl<'a> Target<'a> {
    /// `None` for a folder into which cargo does not build.
    fn of(folder: &'a Path) -> Option<Self> {
        // Cargo writes it into every build folder.
        let is_target = |folder: &Path| folder.join(".rustc_info.json").is_file();
        let above = folder.parent()?;
        if is_target(above) {
            return Some(Self {
                folder: above,
                platform: None,
            });
        }
        let target = above.parent().filter(|target| is_target(target))?;
        Some(Self {
            folder: target,
            platform: above.file_name(),
        })
    }
}

/// Lets cargo bring the twin up to date, in the profile and folder of this program. Says so when it is not there yet: what
/// takes long is the first time.
fn build(
    cargo: &Path,
    folder: &Path,
    target: Target<'_>,
    interruptions: &Interruptions,
) -> Result<PathBuf, Failure> {
    let program = folder.join(NAME);
    if !program.is_file() {
        eprintln!("building the stand-in provider, once: cargo build -p {NAME}");
    }
    let profile = folder.file_name().unwrap_or_default().to_string_lossy();
    let profile = match &*profile {
        "debug" => "dev",
        other => other,
    };
    let failed = |why: String| {
        let finding = Diagnostic::error(&NO_TWIN, format!("cargo cannot build `{NAME}`: {why}"));
        Failure::Found(vec![finding])
    };
    let mut command = Command::new(cargo);
    command
        .args(["build", "--quiet", "--package", NAME, "--profile", profile])
        .arg("--manifest-path")
        .arg(MANIFEST)
        .arg("--target-dir")
        .arg(target.folder);
    if let Some(platform) = target.platform {
        command.arg("--target").arg(platform);
    }
    match interruptions.run(&mut command) {
        Ok(Ok(status)) if status.success() && program.is_file() => Ok(program),
        Ok(Ok(status)) => Err(failed(status.to_string())),
        Ok(Err(interrupted)) => Err(Failure::Interrupted(interrupted)),
        Err(error) => Err(failed(reason(&error))),
    }
}
