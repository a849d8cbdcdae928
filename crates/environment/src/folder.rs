//! The folder of environment files.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use terrace_ir::{Diagnostic, reason};

use crate::codes::{ENVIRONMENT_NAME, NO_FOLDER, UNREADABLE};

/// The name of the folder.
const STACKS: &str = "stacks";
/// The file that all environments share, without `.toml`.
pub(crate) const SHARED: &str = "terrace";
/// How long the name of an environment may be.
const LONGEST_NAME: usize = 40;

/// The folder that holds `terrace.toml` and the environments.
#[derive(Clone, Debug)]
pub struct Folder {
    path: PathBuf,
    name: String,
    /// An environment whose file is not written yet: its name and text.
    draft: Option<(Arc<str>, Arc<str>)>,
}

impl Folder {
    /// A folder, called in findings as it is given here.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let name = shown(&path);
        Self {
            path,
            name,
            draft: None,
        }
    }

    /// The same folder with one file more, `name` without `.toml`, as if it were there: what it would
    /// give is known before anything is written.
    #[must_use]
    pub fn with_draft(&self, name: &str, text: &str) -> Self {
        Self {
            draft: Some((name.into(), text.into())),
            ..self.clone()
        }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What findings call it: as the user named it, or relative to the working directory, with `/`
    /// between folders.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The names of the environments, in order: the files `*.toml` but `terrace.toml`, without their
    /// ending. Hidden files are none.
    ///
    /// # Errors
    /// The folder cannot be read, or a name is not UTF-8.
    pub fn environments(&self) -> Result<Vec<Arc<str>>, Box<Diagnostic>> {
        let failed = |error: &io::Error| {
            let summary = format!("cannot read the folder `{}`: {}", self.name, reason(error));
            Box::new(Diagnostic::error(&UNREADABLE, summary))
        };
        let mut names: Vec<Arc<str>> = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(|error| failed(&error))? {
            let file = entry.map_err(|error| failed(&error))?.file_name();
            let Some(file) = file.to_str() else {
                let file = file.to_string_lossy();
                if !file.ends_with(".toml") {
                    continue;
                }
                let name = format!("{}/{file}", self.name);
                let summary = format!("the name of `{name}` is not UTF-8");
                return Err(Box::new(Diagnostic::error(&UNREADABLE, summary)));
            };
            match file.strip_suffix(".toml") {
                Some(name) if name != SHARED && !file.starts_with('.') => names.push(name.into()),
                _ => {}
            }
        }
        names.extend(self.draft.iter().map(|(name, _)| name.clone()));
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// Why an environment cannot have a name, if it cannot: it becomes part of names in Azure, of a
    /// folder and of the state's key.
    #[must_use]
    pub fn name_problem(name: &str) -> Option<String> {
        let taken = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        if !name.chars().all(|c| taken(c) || "-_".contains(c)) {
            Some("is not lower-case letters, digits, `-` and `_`".into())
        } else if !name.starts_with(taken) {
            Some("does not begin with a letter or digit".into())
        } else if name.len() > LONGEST_NAME {
            Some(format!("has more than {LONGEST_NAME} characters"))
        } else if name == SHARED {
            Some("is that of the file which all environments share".into())
        } else {
            None
        }
    }

    /// Says of an environment's file that its name is none.
    pub(crate) fn check_name(&self, name: &str) -> Option<Diagnostic> {
        let problem = Self::name_problem(name)?;
        let file = self.file_name(name);
        let summary = format!("`{file}` cannot be an environment: its name {problem}");
        Some(Diagnostic::error(&ENVIRONMENT_NAME, summary).hint("rename the file"))
    }

    /// The text of a file, `name` without `.toml`.
    pub(crate) fn read(&self, name: &str) -> io::Result<Vec<u8>> {
        match &self.draft {
            Some((draft, text)) if **draft == *name => Ok(text.as_bytes().to_vec()),
            _ => fs::read(self.file_path(name)),
        }
    }

    /// What findings call a file of the folder, `name` without `.toml`.
    #[must_use]
    pub fn file_name(&self, name: &str) -> String {
        format!("{}/{name}.toml", self.name)
    }

    /// Where a file of the folder is, `name` without `.toml`.
    #[must_use]
    pub fn file_path(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.toml"))
    }
}

/// Finds the folder: `explicit`, or the first `stacks` with a `terrace.toml` in `start` (the working
/// directory) or a folder above it.
///
/// # Errors
/// There is none. The finding says where was looked.
pub fn find(start: &Path, explicit: Option<&Path>) -> Result<Folder, Box<Diagnostic>> {
    match explicit {
        Some(path) => named(path),
        None => upwards(start),
    }
}

fn named(path: &Path) -> Result<Folder, Box<Diagnostic>> {
    let folder = Folder::new(path);
    let problem = if holds_shared(path) {
        return Ok(folder);
    } else if path.is_dir() {
        "holds no `terrace.toml`"
    } else if path.exists() {
        "is not a folder"
    } else {
        "does not exist"
    };
    let summary = format!("`{}` {problem}", folder.name);
    Err(Box::new(Diagnostic::error(&NO_FOLDER, summary).hint(
        "name the folder that holds `terrace.toml` and the environment files",
    )))
}

fn upwards(start: &Path) -> Result<Folder, Box<Diagnostic>> {
    let start = std::path::absolute(start).unwrap_or_else(|_| start.to_owned());
    let mut looked = String::from("looked in:");
    for (levels, above) in start.ancestors().enumerate() {
        let path = above.join(STACKS);
        if holds_shared(&path) {
            let name = format!("{}{STACKS}", "../".repeat(levels));
            return Ok(Folder {
                path,
                name,
                draft: None,
            });
        }
        looked.push_str("\n  ");
        looked.push_str(&shown(&path));
        if path.is_dir() {
            looked.push_str(" (holds no `terrace.toml`)");
        }
    }
    Err(Box::new(
        Diagnostic::error(
            &NO_FOLDER,
            "no folder `stacks` with a `terrace.toml`, neither here nor above",
        )
        .detail(looked)
        .hint("go to the repository, or name the folder with `--stacks`"),
    ))
}

fn holds_shared(path: &Path) -> bool {
    path.join(format!("{SHARED}.toml")).is_file()
}

fn shown(path: &Path) -> String {
    let name = path.to_string_lossy().replace('\\', "/");
    match name.trim_end_matches('/') {
        "" => name,
        trimmed => trimmed.to_owned(),
    }
}
