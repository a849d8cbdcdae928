//! What the tree promises: addresses, blame, inheritance of settings, and what the freeze finds.

use pretty_assertions::assert_eq;
use terrace_core::ir::{Object, Origin, Place, SourceMap, Sourced, render};
use terrace_core::{
    App, Frozen, InScope, IsResource, Lifecycle, MAIN, Override, Resource, Scope, Stage,
};

fn rendered(app: &App) -> String {
    let frozen = app.freeze();
    assert_eq!(summaries(&frozen), Vec::<String>::new());
    render::module(&frozen.modules[0], None)
}

fn summaries(frozen: &Frozen) -> Vec<String> {
    frozen
        .diagnostics
        .iter()
        .map(|d| format!("{}: {}", d.code.id, d.summary))
        .collect()
}

/// A construct as an author writes one: its own scope, a main resource, a child.
struct Shelf {
    scope: Scope,
    main: Resource,
}

impl InScope for Shelf {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

impl Shelf {
    #[track_caller]
    fn new(parent: &impl InScope, name: &str) -> Self {
        let scope = Scope::new(parent, name);
        let main = Resource::untyped(&scope, "azurerm_storage_account", MAIN);
        let book = Resource::untyped(&scope, "azurerm_storage_container", "book");
        book.set("storage_account_id", main.id::<()>());
        Self { scope, main }
    }
}

#[test]
fn a_main_resource_takes_the_constructs_name_and_children_hang_below() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    let group = Scope::new(&stack, "platform");
    let shelf = Shelf::new(&group, "data");
    assert_eq!(
        shelf.main.address().to_string(),
        "azurerm_storage_account.platform_data"
    );
    assert_eq!(
        rendered(&app),
        r#"{
  "resource": {
    "azurerm_storage_account": {
      "platform_data": {}
    },
    "azurerm_storage_container": {
      "platform_data_book": {
        "storage_account_id": "${azurerm_storage_account.platform_data.id}"
      }
    }
  }
}
"#
    );
}

#[test]
fn two_paths_that_meet_in_one_address_are_an_error_that_names_both() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    Resource::untyped(&Scope::new(&stack, "a"), "azurerm_subnet", "b_c");
    Resource::untyped(&Scope::new(&stack, "a_b"), "azurerm_subnet", "c");
    assert_eq!(
        summaries(&app.freeze()),
        ["T0602: the constructs `a` and `a_b` both make `azurerm_subnet.a_b_c`"]
    );
}

#[test]
fn one_construct_that_makes_an_address_twice_is_an_error_that_names_it() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    let shelf = Scope::new(&stack, "shelf");
    Resource::untyped(&shelf, "azurerm_subnet", "a");
    Resource::untyped(&shelf, "azurerm_subnet", "a");
    let frozen = app.freeze();
    assert_eq!(
        summaries(&frozen),
        ["T0602: the construct `shelf` makes `azurerm_subnet.shelf_a` twice"]
    );
    assert_eq!(frozen.modules[0].blocks.len(), 1);
}

#[test]
fn the_resources_of_a_path_used_twice_are_not_reported_too() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    for _ in 0..2 {
        let data = Scope::new(&stack, "data");
        Resource::untyped(&data, "azurerm_subnet", "a");
    }
    assert_eq!(
        summaries(&app.freeze()),
        ["T0601: the construct path `data` is used twice"]
    );
}

#[test]
fn a_name_that_a_setting_says_is_blamed_there_when_it_collides() {
    let origin = |start| Origin::File { start, end: 9 };
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    for start in [1, 2] {
        Scope::named(&stack, &Sourced::new("data".to_owned(), origin(start)));
    }
    Resource::untyped(&Scope::new(&stack, "a_b"), "azurerm_subnet", "c");
    let inner = Scope::named(&stack, &Sourced::new("a".to_owned(), origin(3)));
    Resource::untyped(&inner, "azurerm_subnet", "b_c");
    let blamed: Vec<(&str, Option<u32>)> = app
        .freeze()
        .diagnostics
        .iter()
        .map(|finding| match finding.origin {
            Origin::File { start, .. } => (finding.code.id, Some(start)),
            _ => (finding.code.id, None),
        })
        .collect();
    assert_eq!(blamed, [("T0601", Some(2)), ("T0602", Some(3))]);
}

#[test]
fn paths_that_differ_in_case_alone_are_one_path() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    Scope::new(&stack, "data");
    Scope::new(&Scope::new(&stack, "Data"), "inside");
    assert_eq!(
        summaries(&app.freeze()),
        ["T0601: the construct paths `data` and `Data` differ in upper and lower case alone"]
    );
}

#[test]
fn a_path_used_twice_is_found_where_it_is_used_again() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    Scope::new(&stack, "data");
    Scope::new(&stack, "data");
    let second_line = line!() - 1;
    let frozen = app.freeze();
    assert_eq!(
        summaries(&frozen),
        ["T0601: the construct path `data` is used twice"]
    );
    let place = SourceMap::new()
        .place(frozen.diagnostics[0].origin)
        .unwrap();
    assert_eq!(place.line, second_line);
}

#[test]
fn everything_in_a_construct_is_blamed_at_the_line_that_made_it() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    Shelf::new(&stack, "data");
    let made = line!() - 1;
    let frozen = app.freeze();
    for block in &frozen.modules[0].blocks {
        let construct = block.construct.as_ref().unwrap();
        let place = |origin| -> Place { SourceMap::new().place(origin).unwrap() };
        assert_eq!(place(construct.origin).line, made);
        assert_eq!(place(block.origin).line, made);
    }
}

#[test]
fn a_name_that_no_address_can_hold_is_an_error() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    Resource::untyped(&Scope::new(&stack, "my data"), "azurerm_subnet", "a");
    let frozen = app.freeze();
    assert_eq!(
        summaries(&frozen),
        ["T0603: `my data` is not allowed as the name of a construct or resource"]
    );
    let address = frozen.modules[0].blocks[0].address();
    assert_eq!(address, "azurerm_subnet._my_data_a", "said once, not again");
}

#[test]
fn a_reference_to_another_stack_is_an_error_that_says_what_to_do() {
    let app = App::new();
    let hub = app.stack("hub", Stage::Prod);
    let network = Resource::untyped(&hub, "azurerm_virtual_network", "hub");
    let dev = app.stack("dev", Stage::Dev);
    let peering = Resource::untyped(&dev, "azurerm_virtual_network_peering", "hub");
    peering.set("remote_virtual_network_id", network.id::<()>());
    let frozen = app.freeze();
    assert_eq!(
        summaries(&frozen),
        ["T0604: `azurerm_virtual_network.hub` is a resource of the stack `hub`"]
    );
    let finding = &frozen.diagnostics[0];
    assert_eq!(finding.module.as_deref(), Some("dev"));
    assert!(finding.hint.as_ref().unwrap().contains("remote_state"));
}

#[test]
fn waiting_for_another_stack_is_an_error_too() {
    let app = App::new();
    let hub = app.stack("hub", Stage::Prod);
    let network = Resource::untyped(&hub, "azurerm_virtual_network", "hub");
    let dev = app.stack("dev", Stage::Dev);
    Resource::untyped(&dev, "azurerm_subnet", "a").depends_on(&network);
    assert_eq!(summaries(&app.freeze()).len(), 1);
}

#[test]
fn an_override_has_the_last_word_and_replaces_a_list_as_a_whole() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    let vault = Resource::untyped(&stack, "azurerm_key_vault", "vault");
    vault.set(
        "network_acls",
        Object::new().with("ip_rules", vec!["1.2.3.4".into()]),
    );
    vault.override_(
        "network_acls[0].ip_rules",
        Override::replace(vec!["5.6.7.8".into()]),
    );
    vault.override_("tags", Override::Merge(Object::new().with("a", "1")));
    stack.aspect(|resource| {
        resource.set("tags", Object::new().with("b", "2"));
    });
    assert_eq!(
        rendered(&app),
        r#"{
  "resource": {
    "azurerm_key_vault": {
      "vault": {
        "network_acls": {
          "ip_rules": [
            "5.6.7.8"
          ]
        },
        "tags": {
          "b": "2",
          "a": "1"
        }
      }
    }
  }
}
"#
    );
}

#[test]
fn an_override_that_finds_nothing_says_so() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    let vault = Resource::untyped(&stack, "azurerm_key_vault", "vault");
    vault.override_("network_acl.ip_rules", Override::Remove);
    vault.override_("tags[", Override::Remove);
    assert_eq!(
        summaries(&app.freeze()),
        [
            "T0606: nothing stands at `network_acl.ip_rules`",
            "T0607: \"tags[\" is no path"
        ]
    );
}

#[test]
fn lifecycle_dependencies_and_providers_hold_for_a_whole_subtree() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    let first = Resource::untyped(&stack, "azurerm_subnet", "first");
    let shelf = Shelf::new(&stack, "data");
    shelf
        .scope()
        .set_lifecycle(Lifecycle::protected())
        .depends_on_resource(&first)
        .use_provider("azurerm", "hub");
    shelf.main.set_lifecycle(Lifecycle {
        prevent_destroy: Some(false),
        ignore_changes: vec!["tags[\"owner\"]".into()],
        ..Lifecycle::default()
    });
    assert_eq!(
        rendered(&app),
        r#"{
  "resource": {
    "azurerm_storage_account": {
      "data": {
        "provider": "azurerm.hub",
        "depends_on": [
          "azurerm_subnet.first"
        ],
        "lifecycle": {
          "ignore_changes": [
            "tags.owner"
          ],
          "prevent_destroy": false
        }
      }
    },
    "azurerm_storage_container": {
      "data_book": {
        "provider": "azurerm.hub",
        "storage_account_id": "${azurerm_storage_account.data.id}",
        "depends_on": [
          "azurerm_subnet.first"
        ],
        "lifecycle": {
          "prevent_destroy": true
        }
      }
    },
    "azurerm_subnet": {
      "first": {}
    }
  }
}
"#
    );
}

#[test]
fn a_change_after_the_freeze_is_a_finding_not_a_panic() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    let subnet = Resource::untyped(&stack, "azurerm_subnet", "a");
    let _ = app.freeze();
    subnet.set("name", "late");
    let late = app.late();
    assert_eq!(late.len(), 1);
    assert_eq!(
        late[0].summary,
        "`azurerm_subnet.a.name` was changed after the stacks were built"
    );
}

#[test]
fn what_is_provided_is_found_from_below_the_nearest_first() {
    let app = App::new();
    let stack = app.stack("dev", Stage::Dev);
    stack.provide(1_u32);
    let inner = Scope::new(&stack, "a");
    inner.provide(2_u32);
    let below = Scope::new(&inner, "b");
    assert_eq!(below.provided::<u32>().as_deref(), Some(&2));
    assert_eq!(stack.provided::<u32>().as_deref(), Some(&1));
    assert!(stack.provided::<String>().is_none());
}
