//! An apply that is interrupted half-way: what stands is known, nothing runs on, and the next apply goes on.
#![cfg(target_os = "linux")]

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use pretty_assertions::assert_eq;
use serde_json::{Value as Json, json};

use crate::terraform::Terraform;

/// A group, then something slow unless `QUICK` is set, then a vault.
fn configuration() -> Json {
    json!({
        "terraform": {"required_providers": {"azurerm": {"source": "hashicorp/azurerm", "version": "5.2.0"}}},
        "provider": {"azurerm": {"features": {}}},
        "resource": {
            "azurerm_resource_group": {"g": {"name": "g", "location": "westeurope"}},
            "terraform_data": {"slow": {
                "depends_on": ["azurerm_resource_group.g"],
                "provisioner": [{"local-exec": {"command": "test -n \"$QUICK\" || { touch started; exec sleep 20; }"}}],
            }},
            "azurerm_key_vault": {"v": {
                "name": "kv-1", "location": "westeurope", "resource_group_name": "${azurerm_resource_group.g.name}",
                "tenant_id": "00000000-0000-0000-0000-000000000001", "sku_name": "standard",
                "rbac_authorization_enabled": true, "depends_on": ["terraform_data.slow"],
            }},
        },
    })
}

#[track_caller]
fn goes_on_after(signal: &str) {
    let Some(mut terraform) = Terraform::new("goes_on_after") else {
        return;
    };
    terraform.write("main.tf.json", &configuration());
    terraform.succeeds(&["init", "-no-color"]);
    let mut apply = terraform.command(&["apply", "-auto-approve", "-no-color"]);
    let mut apply = apply
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    until("the slow one runs", || {
        terraform.work().join("started").exists()
    });
    assert!(twins(&terraform.work()) > 0);
    let id = apply.id().to_string();
    let sent = std::process::Command::new("kill")
        .args([signal, &id])
        .status();
    assert!(sent.unwrap().success());
    assert!(!apply.wait().unwrap().success());
    until("no plugin runs", || twins(&terraform.work()) == 0);
    assert_eq!(
        terraform.succeeds(&["state", "list"]).lines().next(),
        Some("azurerm_resource_group.g")
    );

    terraform.set("QUICK", "1");
    terraform.succeeds(&["apply", "-auto-approve", "-no-color"]);
    assert_eq!(terraform.run(&["plan", "-detailed-exitcode"]).code, Some(0));
}

#[track_caller]
fn until(what: &str, holds: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < end, "never: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// How many plugins run in a folder.
fn twins(folder: &Path) -> usize {
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let folders = processes.filter(|process| {
        let name = std::fs::read_to_string(process.path().join("comm")).unwrap_or_default();
        let is_here = std::fs::read_link(process.path().join("cwd")).is_ok_and(|cwd| cwd == folder);
        name.starts_with("terraform-provi") && is_here
    });
    folders.count()
}

#[test]
fn an_apply_goes_on_after_an_interrupt() {
    goes_on_after("-INT");
}

#[test]
fn an_apply_goes_on_after_a_termination() {
    goes_on_after("-TERM");
}

#[test]
fn an_apply_goes_on_after_a_kill() {
    goes_on_after("-KILL");
}
