//! Runs Terraform in a folder of its own, with the twin in a mirror of the registry.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value as Json;
use tempfile::TempDir;

/// Namespace, name and version of the providers that the twin serves.
const PROVIDERS: [(&str, &str, &str); 3] = [
    ("hashicorp", "azurerm", "5.2.0"),
    ("azure", "azapi", "2.12.0"),
    ("hashicorp", "time", "0.14.0"),
];

/// The variable that names a second version of Terraform.
const SECOND: &str = "TERRACE_SECOND_TERRAFORM";

/// Where the providers are found, for all tests of this program.
struct Mirror {
    /// Terraform's own configuration, which leads it there.
    config: PathBuf,
}

fn mirror() -> &'static Mirror {
    static MIRROR: OnceLock<Mirror> = OnceLock::new();
    MIRROR.get_or_init(|| {
        let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mirror");
        for (namespace, name, version) in PROVIDERS {
            let folder = root.join(format!(
                "registry.terraform.io/{namespace}/{name}/{version}/{}",
                platform()
            ));
            std::fs::create_dir_all(&folder).unwrap();
            let program = folder.join(format!("terraform-provider-{name}_v{version}"));
            let _ = std::fs::remove_file(&program);
            let twin = env!("CARGO_BIN_EXE_terrace-twin");
            if std::fs::hard_link(twin, &program).is_err() {
                std::fs::copy(twin, &program).unwrap();
            }
        }
        let config = root.join("terraform.rc");
        let text = format!(
            "disable_checkpoint = true\nprovider_installation {{\n  filesystem_mirror {{ path = {root:?} }}\n}}\n"
        );
        std::fs::write(&config, text).unwrap();
        Mirror { config }
    })
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

/// A folder with a configuration, its state, and what the twin remembers.
pub(crate) struct Terraform {
    program: OsString,
    folder: TempDir,
    environment: Vec<(&'static str, String)>,
}

/// What a command gave.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) text: String,
    pub(crate) stdout: String,
}

impl Terraform {
    /// An empty folder; `None`, with a line that says so, where there is no `terraform`.
    pub(crate) fn new(test: &str) -> Option<Self> {
        let found = Command::new("terraform").arg("version").output();
        if !found.is_ok_and(|output| output.status.success()) {
            assert!(
                std::env::var("TERRACE_REQUIRE_TERRAFORM").as_deref() != Ok("1"),
                "`terraform` is not on the path"
            );
            println!("{test}: left out, `terraform` is not on the path");
            return None;
        }
        Some(Self::of("terraform".into()))
    }

    /// An empty folder for each version of Terraform: the one on the path, and the one that a variable names.
    pub(crate) fn versions(test: &str) -> Vec<Self> {
        let second = std::env::var_os(SECOND).filter(|program| !program.is_empty());
        if second.is_none() {
            println!("{test}: with one version of Terraform, {SECOND} names no other");
        }
        let second = second.map(Self::of);
        Self::new(test).into_iter().chain(second).collect()
    }

    fn of(program: OsString) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("work")).unwrap();
        Self {
            program,
            folder,
            environment: Vec::new(),
        }
    }

    pub(crate) fn work(&self) -> PathBuf {
        self.folder.path().join("work")
    }

    /// Sets a variable for the commands that follow.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.environment.push((name, value.into()));
    }

    pub(crate) fn write(&self, name: &str, json: &Json) {
        let file = self.work().join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, json.to_string()).unwrap();
    }

    /// A command in the folder, not started.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(arguments)
            .current_dir(self.work())
            .env("TF_CLI_CONFIG_FILE", &mirror().config)
            .env("TF_DISABLE_PLUGIN_TLS", "1")
            .env("TF_IN_AUTOMATION", "1")
            .env("TERRACE_TWIN_STATE", self.folder.path().join("azure"))
            .envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command(arguments).output().unwrap();
        let stdout = String::from_utf8_lossy(&stdout).into_owned();
        Ran {
            code: status.code(),
            text: format!("{stdout}{}", String::from_utf8_lossy(&stderr)),
            stdout,
        }
    }

    /// Runs a command that must succeed.
    #[track_caller]
    pub(crate) fn succeeds(&self, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, Some(0), "terraform {arguments:?}:\n{}", ran.text);
        ran.stdout
    }

    /// `init` and `apply` of what has been written.
    #[track_caller]
    pub(crate) fn apply(&self) {
        self.succeeds(&["init", "-no-color"]);
        self.succeeds(&["apply", "-auto-approve", "-no-color"]);
    }

    /// A plan as Terraform shows it in JSON, also of one that failed half-way, and what the plan said.
    pub(crate) fn plan(&self, options: &[&str]) -> (Json, Ran) {
        let mut arguments = vec!["plan", "-json", "-input=false", "-out=plan"];
        arguments.extend(options);
        let ran = self.run(&arguments);
        let shown = self.run(&["show", "-json", "plan"]);
        (
            serde_json::from_str(&shown.stdout).unwrap_or(Json::Null),
            ran,
        )
    }
}

/// The JSON of a file beside the tests.
pub(crate) fn data(name: &str) -> Json {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/data")
        .join(name);
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

/// A committed environment, with a local backend, and without what keeps a resource from being destroyed.
pub(crate) fn committed(environment: &str) -> Json {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../synth-out")
        .join(environment);
    let read = |name: &str| -> Json {
        serde_json::from_slice(&std::fs::read(folder.join(name)).unwrap()).unwrap()
    };
    let mut configuration = read("main.tf.json");
    configuration["terraform"] = read("terraform.tf.json")["terraform"].take();
    if let Some(terraform) = configuration["terraform"].as_object_mut() {
        terraform.remove("backend");
    }
    let types = configuration["resource"]
        .as_object_mut()
        .unwrap()
        .values_mut();
    let resources = types.flat_map(|named| named.as_object_mut().unwrap().values_mut());
    for resource in resources {
        let lifecycle = resource.get_mut("lifecycle").and_then(Json::as_object_mut);
        lifecycle.map(|lifecycle| lifecycle.remove("prevent_destroy"));
    }
    configuration
}
