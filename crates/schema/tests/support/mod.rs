//! Modules from JSON text, checked.

use serde_json::{Value, json};
use terrace_ir::{Diagnostic, Module, SourceMap, read};

/// A module that one file makes. Reading it finds nothing wrong.
pub(crate) fn module(name: &str, text: &str) -> Module {
    let (module, findings) = read::files(name, &[("main.tf.json", text)], &mut SourceMap::new());
    let errors: Vec<_> = findings.iter().map(|finding| &finding.summary).collect();
    assert!(errors.is_empty(), "{text}: {errors:?}");
    module
}

/// The findings about a module that holds one resource of a type, `it`, and a variable of any type, `any`.
#[allow(dead_code)] // not every test has resources alone
pub(crate) fn check(type_name: &str, body: &Value) -> Vec<Diagnostic> {
    let module = module("m", &alone(type_name, body).to_string());
    terrace_schema::check(&[module])
}

/// A root module with one resource and what it needs.
#[allow(dead_code)]
pub(crate) fn alone(type_name: &str, body: &Value) -> Value {
    json!({
        "terraform": { "required_providers": { "azapi": { "source": "azure/azapi" } } },
        "provider": { "azurerm": { "features": {} } },
        "variable": { "any": {} },
        "resource": { type_name: { "it": body } },
    })
}
