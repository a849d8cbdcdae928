//! The folder in which a rehearsal happens, and what becomes of it.
//!
//! A temporary one is held by a lock for as long as its process lives. One whose lock is free belongs to a process that
//! was killed, and the next rehearsal removes it.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, symlink};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use terrace_ir::{Diagnostic, reason};
use terrace_schema::catalog;

use crate::codes::NO_FOLDER;

/// How the names of temporary folders begin.
const PREFIX: &str = "terrace-rehearsal-";

/// The file that is locked. The twin watches it and ends when it is free.
pub(crate) const LOCK: &str = "lock";

/// Terraform's own configuration, which leads it to the twin.
pub(crate) const CLI_CONFIGURATION: &str = "terraform.rc";

/// How long the twins may take to notice that Terraform is gone.
const PATIENCE: Duration = Duration::from_secs(3);

/// A folder that holds:
///
/// | name | what |
/// |---|---|
/// | `work` | the root module and its state |
/// | `azure` | what the twin remembers |
/// | `mirror`, `terraform.rc` | where Terraform finds the twin |
/// | `STEP.log` | what Terraform said |
pub(crate) struct Folder {
    path: PathBuf,
    is_kept: bool,
    /// Dropping the file lets go of the lock.
    _lock: File,
}

impl Folder {
    /// A temporary folder, or `keep`, which stays.
    pub(crate) fn new(keep: Option<&Path>) -> Result<Self, Box<Diagnostic>> {
        let failed =
            |path: &Path| {
                let path = path.to_owned();
                move |error: io::Error| {
                    let summary = format!("cannot write `{}`: {}", path.display(), reason(&error));
                    let finding = Diagnostic::error(&NO_FOLDER, summary);
                    Box::new(finding.hint(
                        "name a folder that can be written, by `TMPDIR` for the temporary one",
                    ))
                }
            };
        let path = match keep {
            Some(path) => kept(path)?,
            None => {
                let parent = std::env::temp_dir();
                sweep(&parent);
                temporary(&parent).map_err(failed(&parent))?
            }
        };
        let held = hold(&path).map_err(failed(&path));
        let _lock = held.inspect_err(|_| {
            if keep.is_none() {
                // Nothing is in it yet.
                let _ = fs::remove_dir_all(&path);
            }
        })?;
        let folder = Self {
            is_kept: keep.is_some(),
            path,
            _lock,
        };
        for name in ["work", "azure"] {
            let path = folder.path.join(name);
            fs::create_dir(&path).map_err(failed(&path))?;
        }
        Ok(folder)
    }

    /// Puts the twin in the place of every provider that it plays.
    pub(crate) fn install(&self, twin: &Path) -> io::Result<()> {
        // Terraform and OpenTofu look under the names of their own registries.
        for registry in ["registry.terraform.io", "registry.opentofu.org"] {
            for provider in catalog().providers() {
                let version = &provider.version;
                let folder = self
                    .path
                    .join("mirror")
                    .join(registry)
                    .join(provider.short_source().to_lowercase())
                    .join(version)
                    .join(platform());
                fs::create_dir_all(&folder)?;
                let name = format!("terraform-provider-{}_v{version}", provider.name());
                symlink(twin, folder.join(name))?;
            }
        }
        // The path is seen from `work`, so that no path needs quoting and a kept folder can be moved.
        let text = "disable_checkpoint = true\n\
                    provider_installation {\n  filesystem_mirror { path = \"../mirror\" }\n}\n";
        fs::write(self.path.join(CLI_CONFIGURATION), text)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the root module is, and where Terraform runs.
    pub(crate) fn work(&self) -> PathBuf {
        self.path.join("work")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        wait_for_twins(&self.path);
        // What cannot be removed now, the next rehearsal removes.
        if self.is_kept {
            let _ = fs::remove_file(self.path.join(LOCK));
            let _ = fs::remove_file(self.work().join(".terraform.tfstate.lock.info"));
        } else {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

fn platform() -> String {
    let os = match std::env::consts::OS {
        "macos" => "darwin",
        os => os,
    };
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    format!("{os}_{architecture}")
}

/// The folder that the user wants to keep: empty, or not there yet.
fn kept(path: &Path) -> Result<PathBuf, Box<Diagnostic>> {
    let shown = path.display();
    let refused = |why: String| Box::new(Diagnostic::error(&NO_FOLDER, why));
    let refuse = |error: io::Error| refused(format!("cannot use `{shown}`: {}", reason(&error)));
    fs::create_dir_all(path).map_err(refuse)?;
    if fs::read_dir(path).map_err(refuse)?.next().is_some() {
        let mut finding = refused(format!("`{shown}` is not empty"));
        finding.hint = Some("name an empty folder, or one that is not there yet".to_owned());
        return Err(finding);
    }
    path.canonicalize().map_err(refuse)
}

/// A new folder that only this user can read: a state may hold what a variable gave.
fn temporary(parent: &Path) -> io::Result<PathBuf> {
    let parent = parent.canonicalize()?;
    let mut number = 0;
    loop {
        let path = parent.join(format!("{PREFIX}{}-{number}", std::process::id()));
        match DirBuilder::new().mode(0o700).create(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => number += 1,
            made => return made.map(|()| path),
        }
    }
}

fn hold(path: &Path) -> io::Result<File> {
    let lock = File::create(path.join(LOCK))?;
    lock.try_lock().map_err(io::Error::from)?;
    Ok(lock)
}

/// Removes the folders of rehearsals that were killed.
fn sweep(parent: &Path) {
    let entries = fs::read_dir(parent).into_iter().flatten().flatten();
    for entry in entries {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        if is_ours && is_abandoned(&entry.path()) {
            wait_for_twins(&entry.path());
            // What cannot be removed belongs to somebody else, or is removed next time.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

/// Whether nobody holds a folder that was in use. One without `work` may be in the making.
fn is_abandoned(path: &Path) -> bool {
    let is_folder = path.symlink_metadata().is_ok_and(|it| it.is_dir());
    let lock = File::open(path.join(LOCK));
    let is_free = |lock: File| !matches!(lock.try_lock(), Err(TryLockError::WouldBlock));
    is_folder && path.join("work").is_dir() && lock.is_ok_and(is_free)
}

/// Waits until the twins have taken their sockets along: one that lost its Terraform notices by itself.
fn wait_for_twins(path: &Path) {
    let is_socket = |name: &Path| name.extension().is_some_and(|it| it == "sock");
    let until = Instant::now() + PATIENCE;
    while Instant::now() < until {
        let mut entries = fs::read_dir(path).into_iter().flatten().flatten();
        if !entries.any(|entry| is_socket(&entry.path())) {
            return;
        }
        sleep(Duration::from_millis(20));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_whose_process_is_gone_is_removed_and_others_are_not() {
        let parent = tempfile::tempdir().unwrap();
        let dead = parent.path().join(format!("{PREFIX}1-0"));
        let alive = parent.path().join(format!("{PREFIX}2-0"));
        let in_the_making = parent.path().join(format!("{PREFIX}3-0"));
        let strange = parent.path().join("work");
        for path in [&dead, &alive] {
            fs::create_dir_all(path.join("work")).unwrap();
        }
        fs::create_dir(&in_the_making).unwrap();
        fs::create_dir(&strange).unwrap();
        drop(hold(&dead).unwrap());
        let _held = hold(&alive).unwrap();

        sweep(parent.path());
        assert!(!dead.exists());
        assert!(alive.exists() && in_the_making.exists() && strange.exists());
    }

    #[test]
    fn a_folder_that_holds_something_is_not_taken_to_be_kept() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("mine"), "").unwrap();
        let refused = Folder::new(Some(folder.path())).err().unwrap();
        assert!(
            refused.summary.ends_with("is not empty"),
            "{}",
            refused.summary
        );
        assert!(!folder.path().join(LOCK).exists());
    }

    #[test]
    fn a_kept_folder_stays_without_its_lock() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("new");
        drop(Folder::new(Some(&path)).unwrap());
        assert!(path.join("work").is_dir() && !path.join(LOCK).exists());
    }
}
