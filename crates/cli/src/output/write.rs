//! Writing, so that a file is old or new and one run at a time writes.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;

use terrace_ir::{Diagnostic, reason};

use crate::codes;

/// Replaces a file of a folder as a whole: writes beside, under one fixed name, so that what a killed
/// run left is overwritten, and renames.
///
/// # Errors
/// What the operating system refused; the file is then the old one.
pub fn replace(folder: &Path, name: &str, text: &str) -> io::Result<()> {
    let beside = folder.join(beside(name));
    let write = || {
        let mut file = File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        drop(file);
        fs::rename(&beside, folder.join(name))
    };
    write().inspect_err(|_| {
        // Half a file helps nobody; that it cannot be removed either changes nothing.
        let _ = fs::remove_file(&beside);
    })
}

/// What a file is called while it is written.
pub(crate) fn beside(name: &str) -> String {
    format!(".{name}.new")
}

/// Writes a file that is not there yet, as a whole or not at all.
///
/// # Errors
/// What the operating system refused, or that there is one already.
pub fn create(file: &Path, text: &str) -> io::Result<()> {
    let mut created = File::create_new(file)?;
    created.write_all(text.as_bytes()).inspect_err(|_| {
        // Half a file helps nobody; that it cannot be removed either changes nothing.
        let _ = fs::remove_file(file);
    })
}

/// What the operating system refused.
#[must_use]
pub fn cannot(verb: &str, file: &str, error: &io::Error) -> Box<Diagnostic> {
    Box::new(Diagnostic::error(
        &codes::CANNOT_WRITE,
        format!("cannot {verb} `{file}`: {}", reason(error)),
    ))
}

/// Held while output is written: a second run waits for the first.
pub struct Lock {
    // Dropping the file lets go of the lock.
    _file: File,
}

impl Lock {
    /// Takes the lock of an output folder, making the folder if need be. Waits for another run and
    /// says so on stderr.
    ///
    /// # Errors
    /// What the operating system refused.
    pub fn take(out: &Path, shown: &str) -> Result<Self, Box<Diagnostic>> {
        let take = || {
            fs::create_dir_all(out)?;
            let file = File::options()
                .write(true)
                .create(true)
                .truncate(false)
                .open(out.join(".lock"))?;
            if file.try_lock().is_err() {
                eprintln!("waiting for another run to finish writing {shown}");
                file.lock()?;
            }
            Ok(file)
        };
        take()
            .map(|file| Self { _file: file })
            .map_err(|error: io::Error| cannot("write", shown, &error))
    }
}
