//! Who runs Terraform.

use terrace_azurerm::data::ClientConfig;
use terrace_core::Scope;

/// Who is logged in: the tenant and subscription at apply. One data source serves a whole stack.
#[must_use]
pub fn current(scope: &Scope) -> ClientConfig {
    if let Some(known) = scope.provided::<ClientConfig>() {
        return (*known).clone();
    }
    let root = scope.root();
    let client = ClientConfig::new(&root, "current");
    root.provide(client.clone());
    client
}
