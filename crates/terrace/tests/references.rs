//! References that a stack makes are checked like those that are read from files.

use pretty_assertions::assert_eq;
use terrace::{App, IsResource, Resource, ResourceGroup, Stack, Stage, Storage, StorageSettings};

/// The findings about a stack with a group and a storage account: code, address and argument.
fn findings(inside: impl FnOnce(&Stack, &ResourceGroup, &Storage)) -> Vec<String> {
    let app = App::new();
    // So that the stack's number is not that of the module in which it is read.
    app.stack("before", Stage::Dev);
    let stack = app.stack("dev", Stage::Dev);
    let group = ResourceGroup::new(&stack, "platform", &"westeurope".into());
    let storage = Storage::new(&group, "data", &StorageSettings::default());
    inside(&stack, &group, &storage);
    stack.provider(
        "azurerm",
        terrace::ir::Object::new().with("features", terrace::ir::Object::new()),
    );
    let frozen = app.freeze();
    let of_tree = frozen.diagnostics;
    let of_modules = terrace::schema::check(&frozen.modules);
    let all = of_tree.iter().chain(&of_modules);
    all.map(|finding| {
        let address = finding.address.as_deref().unwrap_or_default();
        let argument = finding.argument.as_deref().unwrap_or_default();
        format!("{} {address} {argument}", finding.code.id)
    })
    .collect()
}

#[test]
fn what_there_is_can_be_referred_to() {
    let found = findings(|stack, _, storage| {
        let account = storage.account().expect("the stack makes it");
        stack.output("endpoint", account.primary_blob_endpoint());
    });
    assert_eq!(found, [""; 0]);
}

#[test]
fn an_attribute_that_there_is_not_is_found() {
    let found = findings(|stack, _, storage| {
        let account = storage.account().expect("the stack makes it").resource();
        stack.output(
            "endpoint",
            account.attribute::<String>("primary_blob_endpoin"),
        );
    });
    assert_eq!(found, ["T0191 output.endpoint value"]);
}

#[test]
fn a_circle_is_found() {
    let found = findings(|_, group, storage| {
        let made = (group.resource_group(), storage.account());
        let (Some(group), Some(account)) = made else {
            panic!("the stack makes both")
        };
        group.depends_on(account);
    });
    assert_eq!(found, ["T0307 azurerm_resource_group.platform "]);
}

#[test]
fn an_id_of_another_kind_is_found_where_no_binding_forbids_it() {
    let found = findings(|_, group, _| {
        Resource::untyped(group, "azurerm_storage_container", "raw")
            .set("name", "raw")
            .set("storage_account_id", group.id());
    });
    assert_eq!(
        found,
        ["T0213 azurerm_storage_container.platform_raw storage_account_id"]
    );
}

#[test]
fn what_belongs_to_another_stack_is_said_once() {
    let app = App::new();
    let hub = app.stack("hub", Stage::Prod);
    let logs = ResourceGroup::new(&hub, "logs", &"westeurope".into());
    let dev = app.stack("dev", Stage::Dev);
    dev.output("logs", logs.id());
    let frozen = app.freeze();
    let mut codes: Vec<&str> = frozen.diagnostics.iter().map(|it| it.code.id).collect();
    let of_modules = terrace::schema::check(&frozen.modules);
    codes.extend(
        of_modules
            .iter()
            .filter(|it| it.address.as_deref() == Some("output.logs"))
            .map(|it| it.code.id),
    );
    assert_eq!(codes, ["T0604"]);
}
