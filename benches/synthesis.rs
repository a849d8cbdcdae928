//! How long it takes to build, freeze, check and render stacks of a thousand and ten thousand
//! resources that refer to each other, with all checks on. `cargo bench` runs it; whole processes
//! are timed by `benches/whole-process`.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use terrace::ir::{Module, render};
use terrace::{App, Resource, Scope, Stage};

fn build(resources: u32) -> Module {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    let group = Resource::untyped(&stack, "azurerm_resource_group", "platform");
    group
        .set("name", "rg-platform")
        .set("location", "westeurope");
    for number in 0..resources / 10 {
        let scope = Scope::new(&stack, &format!("shelf{number}"));
        let account = Resource::untyped(&scope, "azurerm_storage_account", terrace::MAIN);
        account
            .set("name", format!("stbench{number}"))
            .set("resource_group_name", group.attribute::<String>("name"))
            .set("location", group.attribute::<String>("location"))
            .set("account_tier", "Standard")
            .set("account_replication_type", "LRS");
        for container in 0..9 {
            Resource::untyped(
                &scope,
                "azurerm_storage_container",
                &format!("c{container}"),
            )
            .set("name", format!("container-{container}"))
            .set("storage_account_id", account.id::<()>());
        }
    }
    let mut frozen = app.freeze();
    assert!(frozen.diagnostics.is_empty());
    frozen.modules.remove(0)
}

fn synthesis(criterion: &mut Criterion) {
    for resources in [1_000, 10_000] {
        let module = build(resources);
        let mut group = criterion.benchmark_group("synthesis");
        group.sample_size(20);
        group.bench_function(BenchmarkId::new("build", resources), |bencher| {
            bencher.iter(|| build(resources));
        });
        group.bench_function(BenchmarkId::new("check", resources), |bencher| {
            bencher.iter(|| terrace::schema::check(std::slice::from_ref(&module)));
        });
        group.bench_function(BenchmarkId::new("render", resources), |bencher| {
            bencher.iter(|| render::module(&module, None));
        });
        group.finish();
    }
}

criterion_group!(benches, synthesis);
criterion_main!(benches);
