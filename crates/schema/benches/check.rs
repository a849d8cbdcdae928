//! The check of a large module: 10,000 resources that refer to each other, all checks on.
//!
//! `cargo bench -p terrace-schema`

use std::fmt::Write;

use criterion::{Criterion, criterion_group, criterion_main};
use terrace_ir::{Module, SourceMap, read};

/// So many storage accounts with nine containers each, in one resource group.
fn storage(accounts: usize) -> Module {
    let (mut all_accounts, mut all_containers) = (String::new(), String::new());
    for n in 0..accounts {
        let comma = if n > 0 { "," } else { "" };
        let _ = write!(
            all_accounts,
            r#"{comma}"a{n}": {{
                "name": "data{n}", "account_tier": "Standard", "account_replication_type": "LRS",
                "resource_group_name": "${{azurerm_resource_group.main.name}}",
                "location": "${{azurerm_resource_group.main.location}}",
                "network_rules": {{"default_action": "Deny", "bypass": ["AzureServices"]}},
                "tags": "${{merge(local.tags, {{n = \"{n}\"}})}}"
            }}"#
        );
        for m in 0..9 {
            let comma = if n + m > 0 { "," } else { "" };
            let _ = write!(
                all_containers,
                r#"{comma}"a{n}_{m}": {{
                    "name": "${{local.prefix}}-{m}", "storage_account_id": "${{azurerm_storage_account.a{n}.id}}",
                    "metadata": {{"owner": "team", "group": "${{azurerm_resource_group.main.name}}"}}
                }}"#
            );
        }
    }
    let text = format!(
        r#"{{
            "provider": {{"azurerm": {{"features": {{}}}}}},
            "variable": {{"location": {{"type": "string"}}}},
            "locals": {{"prefix": "raw", "tags": {{"owner": "team"}}}},
            "resource": {{
                "azurerm_resource_group": {{"main": {{"name": "main", "location": "${{var.location}}"}}}},
                "azurerm_storage_account": {{{all_accounts}}},
                "azurerm_storage_container": {{{all_containers}}}
            }}
        }}"#
    );
    let (module, findings) =
        read::files("large", &[("main.tf.json", &text)], &mut SourceMap::new());
    assert!(findings.is_empty());
    module
}

fn check(criterion: &mut Criterion) {
    for accounts in [100, 1_000] {
        let modules = [storage(accounts)];
        assert!(terrace_schema::check(&modules).is_empty());
        criterion.bench_function(&format!("check {} resources", accounts * 10), |bencher| {
            bencher.iter(|| terrace_schema::check(&modules));
        });
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = check
}
criterion_main!(benches);
