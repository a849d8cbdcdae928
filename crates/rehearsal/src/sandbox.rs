//! Terraform in a folder of its own, with the twin in the place of the providers.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::rc::Rc;

use terrace_ir::{Diagnostic, reason};

use crate::codes::NO_FOLDER;
use crate::folder::{CLI_CONFIGURATION, Folder, LOCK};
use crate::{Failure, Interruptions, Terraform};

/// The variable that names what of Azure's own behaviour the twin shows.
const AZURE: &str = "TERRACE_TWIN_AZURE";

/// All of it but the date: what was begun long ago may be rehearsed today.
const REFUSED: &str = "names,soft-delete,in-use,locks,isolation,subnet-size,addresses,roles";

/// A folder in which Terraform runs offline. Dropped, it is removed, unless it is to be kept.
pub struct Sandbox {
    terraform: Terraform,
    folder: Folder,
    interruptions: Rc<Interruptions>,
}

/// What a command gave.
#[derive(Debug)]
pub struct Ran {
    /// The exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// What it printed on stdout.
    pub stdout: String,
    /// What it printed on stderr.
    pub stderr: String,
}

impl Sandbox {
    /// A folder with the twin installed: a temporary one, or `keep`, which must be empty.
    ///
    /// # Errors
    /// The folder cannot be made or written, or is not empty.
    pub fn new(
        terraform: Terraform,
        twin: &Path,
        keep: Option<&Path>,
        interruptions: Rc<Interruptions>,
    ) -> Result<Self, Failure> {
        let folder = Folder::new(keep).map_err(|finding| Failure::Found(vec![*finding]))?;
        let sandbox = Self {
            terraform,
            folder,
            interruptions,
        };
        let installed = sandbox.folder.install(twin);
        installed.map_err(|error| sandbox.failed("write into", sandbox.path(), &error))?;
        Ok(sandbox)
    }

    /// The whole folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Where the root module is.
    #[must_use]
    pub fn work(&self) -> PathBuf {
        self.folder.work()
    }

    /// The Terraform that runs here.
    #[must_use]
    pub fn terraform(&self) -> &Terraform {
        &self.terraform
    }

    /// Runs Terraform and waits until it ends. `variables` are added to its environment.
    ///
    /// # Errors
    /// It cannot be started, or the user wants everything to end.
    pub fn run(&self, arguments: &[&str], variables: &[(&str, String)]) -> Result<Ran, Failure> {
        let name = arguments.first().unwrap_or(&"terraform");
        let log = |stream| self.path().join(format!("{name}.{stream}.log"));
        let (stdout, stderr) = (log("stdout"), log("stderr"));
        let open = |path: &Path| {
            File::create(path)
                .map(Stdio::from)
                .map_err(|error| self.failed("write", path, &error))
        };
        let mut command = self.command(arguments);
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        command.stdout(open(&stdout)?).stderr(open(&stderr)?);
        let status = self.wait(&mut command)?;
        let read = |path: &Path| {
            fs::read(path)
                .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
                .map_err(|error| self.failed("read", path, &error))
        };
        Ok(Ran {
            code: status.code(),
            stdout: read(&stdout)?,
            stderr: read(&stderr)?,
        })
    }

    /// Runs Terraform with the terminal of this process for its output.
    ///
    /// # Errors
    /// It cannot be started, or the user wants everything to end.
    pub fn show(&self, arguments: &[&str]) -> Result<(), Failure> {
        let mut command = self.command(arguments);
        // A reader that went away (`| head`) is no error.
        self.wait(command.stderr(Stdio::null())).map(|_| ())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.terraform.command();
        command
            .args(arguments)
            .current_dir(self.work())
            .env("TF_CLI_CONFIG_FILE", self.path().join(CLI_CONFIGURATION))
            .env("TF_DISABLE_PLUGIN_TLS", "1")
            // Seen from `work`: the whole path may be longer than an address of a socket can be.
            .env("PLUGIN_UNIX_SOCKET_DIR", "..")
            .env("TERRACE_TWIN_STATE", self.path().join("azure"))
            .env("TERRACE_TWIN_LOCK", self.path().join(LOCK));
        if std::env::var_os(AZURE).is_none() {
            command.env(AZURE, REFUSED);
        }
        command
    }

    fn wait(&self, command: &mut Command) -> Result<ExitStatus, Failure> {
        let program = PathBuf::from(command.get_program());
        let ended = self.interruptions.run(command);
        let ended = ended.map_err(|error| self.failed("run", &program, &error))?;
        ended.map_err(Failure::Interrupted)
    }

    pub(crate) fn failed(&self, verb: &str, path: &Path, error: &std::io::Error) -> Failure {
        let summary = format!("cannot {verb} `{}`: {}", path.display(), reason(error));
        Failure::Found(vec![Diagnostic::error(&NO_FOLDER, summary)])
    }
}
