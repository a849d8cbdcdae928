//! The files of a directory as one module.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::body::Reader;
use super::codes::{NOT_JSON, NOT_UTF8, NOTHING_THERE, TOO_DEEP, TOO_LARGE, UNREADABLE};
use super::{declared, json, overrides};
use crate::diagnostic::{Diagnostic, reason};
use crate::module::{Block, Module};
use crate::source::{Origin, SourceMap};

/// How large a file may be, in bytes: 64 MiB.
pub const MAX_FILE_SIZE: u64 = 64 << 20;

/// Reads a directory of Terraform JSON as Terraform loads it: every `*.tf.json`, ordinary files in
/// order of name, then `override.tf.json` and `*_override.tf.json` merged into them. Hidden files
/// and backups of editors are left out. Native files are not read: [`Module::beside`] names them.
///
/// The module is called as the user named the directory. All findings come at once; what is wrong
/// is left out of the module.
#[must_use]
pub fn directory(path: &Path, sources: &mut SourceMap) -> (Module, Vec<Diagnostic>) {
    let name = path.display().to_string().replace('\\', "/");
    let mut loading = Loading::new(&name, sources);
    let folder = match name.trim_end_matches('/') {
        "." => String::new(),
        "" => name.clone(),
        folder => format!("{}/", folder.strip_prefix("./").unwrap_or(folder)),
    };
    match list(path) {
        Ok(names) => {
            let mut found = false;
            for file in names.into_iter().filter(|name| is_loaded(name)) {
                if file.ends_with(".tf") {
                    loading.module.beside.native.push(file);
                    found = true;
                } else if file.ends_with(".tf.json") {
                    loading.read(path, &folder, &file);
                    found = true;
                }
            }
            if !found {
                let summary = format!("`{name}` holds no `*.tf.json` and no `*.tf`");
                loading.push(Diagnostic::warning(&NOTHING_THERE, summary));
            }
        }
        Err(error) => {
            let summary = format!("`{name}` cannot be read: {}", reason(&error));
            loading.push(Diagnostic::error(&UNREADABLE, summary));
        }
    }
    loading.finish()
}

/// Reads files that are given as names and texts, as [`directory`] reads those of a directory.
#[must_use]
pub fn files(
    name: &str,
    files: &[(&str, &str)],
    sources: &mut SourceMap,
) -> (Module, Vec<Diagnostic>) {
    let mut files = files.to_vec();
    files.sort_by_key(|(name, _)| *name);
    let mut loading = Loading::new(name, sources);
    for (file, text) in files.into_iter().filter(|(name, _)| is_loaded(name)) {
        if file.ends_with(".tf") {
            loading.module.beside.native.push(file.to_owned());
        } else if text.len() as u64 > MAX_FILE_SIZE {
            loading.too_large(file, file);
        } else if file.ends_with(".tf.json") {
            loading.add(file, file, text.to_owned());
        }
    }
    loading.finish()
}

/// The names of the files of a directory, in order.
fn list(path: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Through a link too.
        let is_directory = fs::metadata(entry.path()).is_ok_and(|metadata| metadata.is_dir());
        if !is_directory {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Whether Terraform loads a file: it is not hidden and no backup of an editor.
fn is_loaded(name: &str) -> bool {
    let backup = name.ends_with('~') || (name.starts_with('#') && name.ends_with('#'));
    !name.starts_with('.') && !backup
}

/// Whether a file changes what others declare.
fn is_override(name: &str) -> bool {
    let stem = name.strip_suffix(".tf.json").unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}

struct Loading<'s> {
    sources: &'s mut SourceMap,
    module: Module,
    diagnostics: Vec<Diagnostic>,
    /// The names of the files that were read, and where they begin.
    files: Vec<(String, u32)>,
}

impl<'s> Loading<'s> {
    fn new(name: &str, sources: &'s mut SourceMap) -> Self {
        Self {
            sources,
            module: Module::new(name),
            diagnostics: Vec::new(),
            files: Vec::new(),
        }
    }

    fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    fn read(&mut self, path: &Path, folder: &str, file: &str) {
        let shown = format!("{folder}{file}");
        let mut bytes = Vec::new();
        let result = fs::File::open(path.join(file))
            .and_then(|open| open.take(MAX_FILE_SIZE + 1).read_to_end(&mut bytes));
        if let Err(error) = result {
            self.module.beside.unread.push(file.to_owned());
            let summary = format!("`{shown}` cannot be read: {}", reason(&error));
            self.push(Diagnostic::error(&UNREADABLE, summary));
        } else if bytes.len() as u64 > MAX_FILE_SIZE {
            self.too_large(file, &shown);
        } else {
            match String::from_utf8(bytes) {
                Ok(text) => self.add(file, &shown, text),
                Err(error) => self.not_utf8(file, &shown, &error),
            }
        }
    }

    fn too_large(&mut self, file: &str, shown: &str) {
        self.module.beside.unread.push(file.to_owned());
        let limit = MAX_FILE_SIZE >> 20;
        self.push(
            Diagnostic::error(&TOO_LARGE, format!("`{shown}` has more than {limit} MiB"))
                .hint("split the module, or look whether the file is what it should be"),
        );
    }

    fn not_utf8(&mut self, file: &str, shown: &str, error: &std::string::FromUtf8Error) {
        self.module.beside.unread.push(file.to_owned());
        let valid = error.utf8_error().valid_up_to();
        let byte = error.as_bytes()[valid];
        let summary =
            format!("`{shown}` is not UTF-8: byte {valid} (0x{byte:02X}) belongs to no character");
        let mut diagnostic = Diagnostic::error(&NOT_UTF8, summary).hint("save the file as UTF-8");
        // The text up to there gives the line and the column.
        let before = String::from_utf8_lossy(&error.as_bytes()[..valid]).into_owned();
        if let Some(start) = self.sources.add(shown, before) {
            let at = start + valid as u32;
            diagnostic = diagnostic.at(Origin::File { start: at, end: at });
        }
        self.push(diagnostic);
    }

    fn add(&mut self, file: &str, shown: &str, text: String) {
        match self.sources.add(shown, text) {
            Some(start) => self.files.push((file.to_owned(), start)),
            None => {
                self.module.beside.unread.push(file.to_owned());
                let summary = format!("with `{shown}`, all files together have more than 4 GiB");
                self.push(Diagnostic::error(&TOO_LARGE, summary));
            }
        }
    }

    fn finish(mut self) -> (Module, Vec<Diagnostic>) {
        let mut ordinary = Vec::new();
        let mut changes = Vec::new();
        for (file, start) in std::mem::take(&mut self.files) {
            match self.file(start) {
                Some(blocks) if is_override(&file) => changes.push(blocks),
                Some(blocks) => ordinary.extend(blocks),
                None => self.module.beside.unread.push(file),
            }
        }
        let mut blocks = declared::once(ordinary, self.sources, &mut self.diagnostics);
        for file in changes {
            overrides::merge(&mut blocks, file, &mut self.diagnostics);
        }
        self.module.blocks = blocks;
        self.module.beside.unread.sort();
        let name = self.module.name.clone();
        let diagnostics = self.diagnostics.into_iter();
        let diagnostics = diagnostics.map(|diagnostic| diagnostic.in_module(&name));
        (self.module, diagnostics.collect())
    }

    /// The blocks of a file; `None` when it is not JSON.
    fn file(&mut self, start: u32) -> Option<Vec<Block>> {
        let text = self.sources.text(start);
        match json::parse(text) {
            Ok(root) => {
                let mut reader = Reader::new(self.sources, text, start);
                let blocks = reader.file(&root);
                self.diagnostics.extend(reader.diagnostics);
                Some(blocks)
            }
            Err(error) => {
                let code = if error.too_deep { &TOO_DEEP } else { &NOT_JSON };
                let mut diagnostic = Diagnostic::error(code, error.message).at(Origin::File {
                    start: start + error.at.start as u32,
                    end: start + error.at.end as u32,
                });
                if let Some(hint) = error.hint {
                    diagnostic = diagnostic.hint(hint);
                }
                self.diagnostics.push(diagnostic);
                None
            }
        }
    }
}
