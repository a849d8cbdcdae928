//! The plugin as a process: how it starts, and that nothing of it stays.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;

/// A folder with the plugin under its name, in which its socket will be.
fn plugin() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("terraform-provider-time_v0.14.0");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_terrace-twin"), &program).unwrap();
    (folder, program)
}

fn as_terraform(command: &mut Command, folder: &Path) -> (Child, PathBuf) {
    let mut child = command
        .env(
            "TF_PLUGIN_MAGIC_COOKIE",
            "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
        )
        .env("PLUGIN_PROTOCOL_VERSIONS", "5,6")
        .env("PLUGIN_UNIX_SOCKET_DIR", folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let parts: Vec<&str> = line.trim_end().split('|').collect();
    assert_eq!((&parts[..3], parts[4]), (&["1", "6", "unix"][..], "grpc"));
    let socket = PathBuf::from(parts[3]);
    assert!(socket.exists());
    (child, socket)
}

#[track_caller]
fn goes_away(socket: &Path) {
    let until = Instant::now() + Duration::from_secs(10);
    while socket.exists() {
        assert!(
            Instant::now() < until,
            "{} is still there",
            socket.display()
        );
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
}

#[test]
fn asked_to_terminate_it_takes_its_socket_along() {
    let (folder, program) = plugin();
    let (mut child, socket) = as_terraform(&mut Command::new(program), folder.path());
    signal(&child, "-TERM");
    assert!(child.wait().unwrap().success());
    assert!(!socket.exists());
}

#[test]
fn an_interrupt_is_left_to_terraform() {
    let (folder, program) = plugin();
    let (mut child, socket) = as_terraform(&mut Command::new(program), folder.path());
    signal(&child, "-INT");
    std::thread::sleep(Duration::from_millis(300));
    assert!(child.try_wait().unwrap().is_none());
    signal(&child, "-TERM");
    child.wait().unwrap();
    assert!(!socket.exists());
}

#[test]
fn it_ends_when_its_parent_is_gone() {
    let (folder, program) = plugin();
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("{} & wait", program.display()));
    let (mut shell, socket) = as_terraform(&mut shell, folder.path());
    shell.kill().unwrap();
    shell.wait().unwrap();
    goes_away(&socket);
}

#[test]
fn started_by_hand_it_says_what_it_is() {
    let (_folder, program) = plugin();
    let said = |command: &mut Command| {
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(
        said(&mut Command::new(program)),
        "terrace-twin: this is a plugin: Terraform starts it\n"
    );
    let nameless = said(&mut Command::new(env!("CARGO_BIN_EXE_terrace-twin")));
    assert!(
        nameless.contains("terraform-provider-azurerm_v5.2.0"),
        "{nameless}"
    );
}
