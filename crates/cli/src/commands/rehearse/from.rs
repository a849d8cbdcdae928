//! What `--from` names: the output that a git reference holds, or a directory.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use terrace_ir::{Diagnostic, reason};
use terrace_rehearsal::Configuration;
use terrace_rehearsal::codes::NOTHING_STANDS;
use terrace_rehearsal::configuration::is_used;

use crate::synthesis::Destination;

/// A root module that is to be applied first.
pub(super) struct Standing {
    /// By which it is shown.
    pub(super) name: String,
    /// Its files, by their paths in its folder.
    pub(super) files: Vec<(PathBuf, Vec<u8>)>,
}

/// Finds what stands: a directory of that name, else what the reference's commit holds of the environment.
pub(super) fn find(
    from: &str,
    environment: &str,
    destination: &Destination,
) -> Result<Standing, Box<Diagnostic>> {
    let path = Path::new(from);
    match path.is_dir() {
        true => in_directory(path, environment),
        false => Repository::around(destination)?.standing(from, environment),
    }
}

fn in_directory(path: &Path, environment: &str) -> Result<Standing, Box<Diagnostic>> {
    let shown = path.display().to_string();
    let is_module = |path: &Path| {
        let entries = path.read_dir().into_iter().flatten().flatten();
        let mut names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names.any(|name| name.ends_with(".tf.json") || name.ends_with(".tf"))
    };
    if !is_module(path) {
        let finding = nothing(format!("`{shown}` holds no `*.tf.json` and no `*.tf`"));
        return Err(match is_module(&path.join(environment)) {
            true => hint(finding, format!("did you mean `{shown}/{environment}`?")),
            false => finding,
        });
    }
    let files = Configuration::files_in(path)
        .map_err(|error| nothing(format!("cannot read `{shown}`: {}", reason(&error))))?;
    Ok(Standing { name: shown, files })
}

/// The repository that the output is committed to.
struct Repository<'a> {
    /// A folder in it, in which git runs.
    folder: PathBuf,
    /// The output's folder, seen from there.
    output: &'a str,
}

impl<'a> Repository<'a> {
    fn around(destination: &'a Destination) -> Result<Self, Box<Diagnostic>> {
        let parent = destination.path.parent().unwrap_or(Path::new(""));
        let name = destination.path.file_name().and_then(|name| name.to_str());
        let repository = Self {
            folder: match parent.as_os_str().is_empty() {
                true => PathBuf::from("."),
                false => parent.to_owned(),
            },
            output: name.unwrap_or("synth-out"),
        };
        repository.git(&["rev-parse", "--git-dir"]).map_err(|why| {
            let finding = nothing("`--from` names no directory, and this is no git repository");
            Box::new(finding.detail(why))
        })?;
        Ok(repository)
    }

    fn standing(&self, reference: &str, environment: &str) -> Result<Standing, Box<Diagnostic>> {
        let commit = format!("{reference}^{{commit}}");
        let arguments = [
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &commit,
        ];
        let commit = self.git(&arguments).map_err(|_| {
            nothing(format!(
                "`{reference}` is neither a directory nor a git reference"
            ))
        })?;
        let commit = String::from_utf8_lossy(&commit).trim().to_owned();
        let folder = format!("{}/{environment}/", self.output);
        let mut files = Vec::new();
        for path in self.list(&commit, &["-r", &commit, &folder])? {
            let Some(below) = path.strip_prefix(&folder).map(PathBuf::from) else {
                continue;
            };
            if is_used(&below) {
                let object = format!("{commit}:./{path}");
                let text = self.git(&["cat-file", "blob", &object]).map_err(|why| {
                    let finding = nothing(format!("git cannot read `{path}` of `{reference}`"));
                    Box::new(finding.detail(why))
                })?;
                files.push((below, text));
            }
        }
        let is_module = |(path, _): &(PathBuf, _)| {
            let name = path.to_string_lossy();
            !name.contains('/') && (name.ends_with(".tf.json") || name.ends_with(".tf"))
        };
        if !files.iter().any(is_module) {
            let finding = nothing(format!("`{reference}` holds no output in `{folder}`"));
            let others = self.list(&commit, &["-d", &commit, &format!("{}/", self.output)])?;
            let others: Vec<&str> = others
                .iter()
                .filter_map(|path| Some(path.rsplit_once('/')?.1))
                .collect();
            return Err(match others.is_empty() {
                true => hint(finding, "name a reference in which the output is committed"),
                false => hint(
                    finding,
                    format!("there is output of: {}", others.join(", ")),
                ),
            });
        }
        Ok(Standing {
            name: format!("`{reference}`"),
            files,
        })
    }

    /// The paths that a commit holds, seen from the folder.
    fn list(&self, commit: &str, what: &[&str]) -> Result<Vec<String>, Box<Diagnostic>> {
        let arguments = [&["ls-tree", "-z", "--name-only"], what].concat();
        let listed = self
            .git(&arguments)
            .map_err(|why| Box::new(nothing(format!("git cannot list `{commit}`")).detail(why)))?;
        let listed = String::from_utf8_lossy(&listed);
        let paths = listed.split('\0').filter(|path| !path.is_empty());
        Ok(paths.map(str::to_owned).collect())
    }

    /// Runs git; what it says when it fails.
    fn git(&self, arguments: &[&str]) -> Result<Vec<u8>, String> {
        let output = Command::new("git")
            .arg("-C")
            .arg(&self.folder)
            .args(arguments)
            // A hook of another repository may have set them.
            .env_remove("GIT_DIR")
            .env_remove("GIT_WORK_TREE")
            .env_remove("GIT_INDEX_FILE")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("git does not run: {}", reason(&error)))?;
        match output.status.success() {
            true => Ok(output.stdout),
            false => Err(String::from_utf8_lossy(&output.stderr).trim().to_owned()),
        }
    }
}

fn nothing(summary: impl Into<String>) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(&NOTHING_STANDS, summary))
}

fn hint(mut finding: Box<Diagnostic>, hint: impl Into<String>) -> Box<Diagnostic> {
    finding.hint = Some(hint.into());
    finding
}
