//! The folder of an environment's output, and how it is kept whole.
//!
//! A file is old or new, never torn: it is written beside and renamed. The manifest is written
//! last, so a run that is killed leaves a manifest that is older than the files, and the next run
//! writes what differs. Only files that are ours are replaced or deleted: those that the manifest
//! lists, and those that begin with our comment (the manifest may not have been written yet).
//! Hand-written files beside them are listed as foreign, so that a reviewer sees them come and go.

mod write;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use terrace_ir::{BlockKind, Diagnostic, Module, render};

use crate::codes;

use self::write::beside;
pub use self::write::{Lock, cannot, create, replace};

/// The file that holds what the stack is made of.
const MAIN: &str = "main.tf.json";
/// The file that holds what is said to Terraform itself. It stands apart because checkov reads no
/// JSON file with a block whose members are no blocks, as these are.
const TERRAFORM: &str = "terraform.tf.json";
/// What stands there.
const TO_TERRAFORM: [BlockKind; 4] = [
    BlockKind::Terraform,
    BlockKind::Moved,
    BlockKind::Import,
    BlockKind::Removed,
];
/// What every environment has.
const ALWAYS: [&str; 2] = [MAIN, TERRAFORM];
/// The file that says what is ours.
const MANIFEST: &str = "manifest.json";
/// How every file of ours begins its comment.
const MARK: &str = "Written by Terrace";

/// What stands beside the output: which files are ours, and which construct made which resource.
#[derive(Serialize, Deserialize, Debug, PartialEq, Eq)]
struct Manifest {
    /// The version of this format.
    format: u32,
    stage: String,
    /// Our files, without the manifest itself.
    files: Vec<String>,
    /// Hand-written files that Terraform reads together with ours.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    foreign: Vec<String>,
    /// The construct path of each address.
    constructs: BTreeMap<String, String>,
}

/// What an environment's folder should hold.
pub struct Wanted {
    environment: String,
    files: Vec<(&'static str, String)>,
    foreign: Vec<String>,
}

impl Wanted {
    /// The files of a checked module, which knows what stands beside it.
    #[must_use]
    pub fn new(module: &Module) -> Self {
        let comment = format!(
            "{MARK} for the environment {}: change its sources and run synth.",
            module.name
        );
        let constructs = module
            .resources()
            .filter_map(|block| {
                let construct = block.construct.as_ref()?;
                Some((block.address(), construct.path.to_string()))
            })
            .collect();
        let manifest = Manifest {
            format: 1,
            stage: module.stage.to_string(),
            files: ALWAYS.map(str::to_owned).to_vec(),
            foreign: module.beside.native.clone(),
            constructs,
        };
        // A map of text to text and a list of names always serialize.
        let main: Vec<BlockKind> = BlockKind::ALL
            .into_iter()
            .filter(|kind| !TO_TERRAFORM.contains(kind))
            .collect();
        let manifest = serde_json::to_string_pretty(&manifest).unwrap_or_default() + "\n";
        Self {
            environment: module.name.to_string(),
            files: vec![
                (MAIN, render::blocks(module, &main, Some(&comment))),
                (
                    TERRAFORM,
                    render::blocks(module, &TO_TERRAFORM, Some(&comment)),
                ),
                (MANIFEST, manifest),
            ],
            foreign: module.beside.native.clone(),
        }
    }

    /// The hand-written files that stand beside ours, in order.
    #[must_use]
    pub fn foreign(&self) -> &[String] {
        &self.foreign
    }

    /// The environment's name.
    #[must_use]
    pub fn environment(&self) -> &str {
        &self.environment
    }

    /// What the stack is made of, rendered.
    #[must_use]
    pub fn main(&self) -> &str {
        &self.files[0].1
    }
}

/// How a file on disk differs from what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It is not there.
    Missing,
    /// It says something else.
    Different,
    /// It is there, is ours, and should not be.
    Superfluous,
}

impl Difference {
    /// In words, for `synth --check`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Missing => "is missing",
            Self::Different => "differs",
            Self::Superfluous => "should not be there",
        }
    }
}

/// The folder of one environment's output.
pub struct Folder {
    path: PathBuf,
    shown: String,
}

impl Folder {
    /// The folder of `environment` in the output folder `out`, shown to people as `shown`.
    #[must_use]
    pub fn new(out: &Path, shown: &str, environment: &str) -> Self {
        Self {
            path: out.join(environment),
            shown: format!("{shown}/{environment}"),
        }
    }

    /// The folder as people see it.
    #[must_use]
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// The folder's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The module file as it stands on disk, when it can be read.
    #[must_use]
    pub fn main_on_disk(&self) -> Option<String> {
        fs::read_to_string(self.path.join(MAIN)).ok()
    }

    /// Whether a file of the folder is one that we write.
    #[must_use]
    pub fn is_ours(&self, name: &str) -> bool {
        ALWAYS.contains(&name) || name == MANIFEST || self.listed().iter().any(|ours| ours == name)
    }

    /// Files that Terraform would read and that are not ours, in order of name.
    #[must_use]
    pub fn foreign(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(&self.path)
            .into_iter()
            .flatten()
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.ends_with(".tf") || name.ends_with(".tf.json"))
            .filter(|name| !name.starts_with('.') && !ALWAYS.contains(&name.as_str()))
            .collect();
        if !names.is_empty() {
            let ours = self.listed();
            names.retain(|name| !ours.contains(name));
        }
        names.sort();
        names
    }

    /// The foreign files that were there when the manifest was written.
    #[must_use]
    pub fn known_foreign(&self) -> Vec<String> {
        self.manifest()
            .map_or_else(Vec::new, |manifest| manifest.foreign)
    }

    /// What differs, in the order in which it is mended.
    ///
    /// # Errors
    /// A file that cannot be read, or one of somebody else in our place.
    pub fn compare(&self, wanted: &Wanted) -> Result<Vec<(String, Difference)>, Box<Diagnostic>> {
        let found = |name: &str| fs::read(self.path.join(name));
        let is_same =
            |(name, text): &(&str, String)| found(name).is_ok_and(|found| found == text.as_bytes());
        // What the manifest lists is then what is wanted.
        if wanted.files.iter().all(is_same) {
            return Ok(Vec::new());
        }
        let listed = self.listed();
        let mut differences = Vec::new();
        for (name, text) in &wanted.files {
            match found(name) {
                Ok(found) if found == text.as_bytes() => {}
                Ok(found) => {
                    let ours = *name == MANIFEST && self.manifest().is_some()
                        || listed.iter().any(|ours| ours == name)
                        || is_marked(&found);
                    if !ours {
                        return Err(self.not_ours(name));
                    }
                    differences.push(((*name).to_owned(), Difference::Different));
                }
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    differences.push(((*name).to_owned(), Difference::Missing));
                }
                Err(error) => return Err(self.failed("read", name, &error)),
            }
        }
        for name in listed {
            let wanted = wanted.files.iter().any(|(wanted, _)| *wanted == name);
            if !wanted && is_plain(&name) && self.path.join(&name).is_file() {
                differences.push((name, Difference::Superfluous));
            }
        }
        Ok(differences)
    }

    /// Makes the folder what it should be.
    ///
    /// # Errors
    /// What the operating system refused; every file is then old or new.
    pub fn write(
        &self,
        wanted: &Wanted,
        differences: &[(String, Difference)],
    ) -> Result<(), Box<Diagnostic>> {
        fs::create_dir_all(&self.path).map_err(|error| self.failed("make", "", &error))?;
        let differs = |name: &str| differences.iter().any(|(differs, _)| differs == name);
        for (name, text) in &wanted.files {
            if *name == MANIFEST {
                self.delete(differences)?;
            }
            if differs(name) {
                replace(&self.path, name, text)
                    .map_err(|error| self.failed("write", name, &error))?;
            }
        }
        Ok(())
    }

    /// Takes our files away, the manifest last, and the folder where nothing else is in it. What is
    /// left, in order of name, is not ours.
    ///
    /// # Errors
    /// What the operating system refused; what is left of ours is then still known as such.
    pub fn remove(&self) -> Result<Vec<String>, Box<Diagnostic>> {
        let is_ours = |name: &str| fs::read(self.path.join(name)).is_ok_and(|it| is_marked(&it));
        let listed = self.listed().into_iter().filter(|name| is_plain(name));
        let mut ours: Vec<String> = listed.collect();
        for name in ALWAYS {
            if is_ours(name) {
                ours.push(name.to_owned());
            }
            // What a killed run leaves beside.
            ours.push(beside(name));
        }
        ours.push(beside(MANIFEST));
        if self.manifest().is_some() {
            ours.push(MANIFEST.to_owned());
        }
        for name in ours {
            match fs::remove_file(self.path.join(&name)) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(self.failed("delete", &name, &error));
                }
                _ => {}
            }
        }
        let entries = match fs::read_dir(&self.path) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(self.failed("read", "", &error)),
        };
        let mut left: Vec<String> = entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect();
        left.sort();
        if left.is_empty() {
            fs::remove_dir(&self.path).map_err(|error| self.failed("delete", "", &error))?;
        }
        Ok(left)
    }

    /// The stage of the environment when it was last written; `None` where it was not.
    #[must_use]
    pub fn known_stage(&self) -> Option<String> {
        self.manifest().map(|manifest| manifest.stage)
    }

    fn delete(&self, differences: &[(String, Difference)]) -> Result<(), Box<Diagnostic>> {
        for (name, difference) in differences {
            if *difference == Difference::Superfluous {
                fs::remove_file(self.path.join(name))
                    .map_err(|error| self.failed("delete", name, &error))?;
            }
        }
        Ok(())
    }

    fn manifest(&self) -> Option<Manifest> {
        let text = fs::read_to_string(self.path.join(MANIFEST)).ok()?;
        serde_json::from_str(&text).ok()
    }

    fn listed(&self) -> Vec<String> {
        self.manifest()
            .map_or_else(Vec::new, |manifest| manifest.files)
    }

    fn not_ours(&self, name: &str) -> Box<Diagnostic> {
        Box::new(
            Diagnostic::error(
                &codes::NOT_OURS,
                format!("`{}/{name}` was not written by `synth`", self.shown),
            )
            .hint("move it away: until then the environment is not written"),
        )
    }

    fn failed(&self, verb: &str, name: &str, error: &io::Error) -> Box<Diagnostic> {
        let file = if name.is_empty() {
            self.shown.clone()
        } else {
            format!("{}/{name}", self.shown)
        };
        cannot(verb, &file, error)
    }
}

fn is_marked(found: &[u8]) -> bool {
    let start = &found[..found.len().min(64)];
    start
        .windows(MARK.len())
        .any(|window| window == MARK.as_bytes())
}

/// A manifest that somebody changed must not make us delete a file elsewhere.
fn is_plain(name: &str) -> bool {
    !name.contains(['/', '\\']) && name != ".." && !name.starts_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn wanted(name: &str) -> Wanted {
        Wanted::new(&Module::new(name))
    }

    fn synthesize(out: &Path) -> Result<Vec<(String, Difference)>, Box<Diagnostic>> {
        let folder = Folder::new(out, "synth-out", "dev");
        let differences = folder.compare(&wanted("dev"))?;
        folder.write(&wanted("dev"), &differences)?;
        Ok(differences)
    }

    #[test]
    fn what_was_written_differs_no_more() {
        let out = tempfile::tempdir().unwrap();
        assert_eq!(synthesize(out.path()).unwrap().len(), 3);
        assert_eq!(synthesize(out.path()).unwrap(), []);
    }

    #[test]
    fn a_strangers_file_in_our_place_is_left_alone() {
        let out = tempfile::tempdir().unwrap();
        fs::create_dir(out.path().join("dev")).unwrap();
        let file = out.path().join("dev/main.tf.json");
        fs::write(&file, "{}").unwrap();
        let finding = synthesize(out.path()).unwrap_err();
        assert_eq!(
            finding.summary,
            "`synth-out/dev/main.tf.json` was not written by `synth`"
        );
        assert_eq!(fs::read_to_string(file).unwrap(), "{}");
        assert!(!out.path().join("dev/manifest.json").exists());
    }

    #[test]
    fn a_run_killed_before_its_manifest_is_mended_by_the_next() {
        let out = tempfile::tempdir().unwrap();
        synthesize(out.path()).unwrap();
        fs::remove_file(out.path().join("dev/manifest.json")).unwrap();
        let main = out.path().join("dev/main.tf.json");
        let old = fs::read_to_string(&main).unwrap().replace('}', " }");
        fs::write(&main, old).unwrap();
        assert_eq!(synthesize(out.path()).unwrap().len(), 2);
        assert_eq!(synthesize(out.path()).unwrap(), []);
    }

    #[test]
    fn a_listed_file_that_is_wanted_no_more_is_deleted_and_others_are_not() {
        let out = tempfile::tempdir().unwrap();
        synthesize(out.path()).unwrap();
        let dev = out.path().join("dev");
        for name in ["old.tf.json", "mine.tf"] {
            fs::write(dev.join(name), "{}").unwrap();
        }
        let manifest = fs::read_to_string(dev.join("manifest.json")).unwrap();
        let manifest = manifest.replace("\"main.tf.json\"", "\"main.tf.json\",\"old.tf.json\"");
        fs::write(dev.join("manifest.json"), manifest).unwrap();
        assert_eq!(Folder::new(out.path(), "", "dev").foreign(), ["mine.tf"]);
        synthesize(out.path()).unwrap();
        assert!(!dev.join("old.tf.json").exists());
        assert!(dev.join("mine.tf").exists());
    }
}
