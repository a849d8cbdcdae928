//! What a new sandbox says, beside whose it is, to cost next to nothing while nobody works in it.

use terrace::ir::Module;
use terrace::sandbox::existing;

use crate::environment::{Environment, Platform};

/// The file of a sandbox that is like a platform, which is built as `module`.
pub(crate) fn like(env: &Environment, own: &Platform, module: &Module, owner: &str) -> String {
    let mut file = String::new();
    // What is shared is looked up in the subscription of the sandbox.
    if let Some(id) = &env.subscription_id {
        file += &format!("subscription_id = \"{}\"\n", **id);
    }
    // Registries have a price per day, and logs are read together.
    for (table, resource_type, name) in [
        ("registry", "azurerm_container_registry", "platform_images"),
        ("models", "azapi_resource", "platform_models"),
        ("logs", "azurerm_log_analytics_workspace", "platform_logs"),
    ] {
        if let Some(existing) = existing(module, resource_type, name) {
            let shared = &module.name;
            file += &format!(
                "\n# That of `{shared}`, which must be there first.\n[{table}]\n{existing}"
            );
        }
    }
    if !own.ci.is_empty() {
        let like = &module.name;
        file += &format!("\n# What deploys to `{like}` has no rights here.\n[ci]\n");
        for name in own.ci.keys() {
            file += &format!("{} = false\n", **name);
        }
    }
    if let Some(budget) = &own.budget {
        let (like, amount) = (&module.name, (*budget.amount / 10.0).ceil());
        file += &format!(
            "\n# A tenth of what `{like}` may cost. Whoever is told must see to it: nothing stops by itself.\n\
             [budget]\namount = {amount}\nemails = [\"{owner}\"]\n"
        );
    }
    file
}
