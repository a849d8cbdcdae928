//! Ids of what is there already.

use terrace_azure::provider_namespace;
use terrace_core::Scope;
use terrace_ir::{Diagnostic, Sourced};

use super::Kind;
use crate::codes;

/// Reports an id that is none of a thing of that kind, of the type `type_name` of azurerm unless the kind
/// has another.
pub(super) fn check(scope: &Scope, id: &Sourced<String>, kind: Kind, type_name: &str) {
    let namespace = match kind.arm_type {
        Some(arm_type) => provider_namespace::of_arm_type(arm_type),
        None => provider_namespace::of_type(type_name).first().copied(),
    };
    let is_group = type_name == "azurerm_resource_group";
    let (fits, form) = match (is_group, namespace) {
        (true, _) => (is_of_group(id), String::new()),
        (false, namespace) => {
            let namespace = namespace.unwrap_or("…");
            (
                is_within(id, namespace),
                format!("/providers/{namespace}/…/NAME"),
            )
        }
    };
    if fits {
        return;
    }
    let words = kind.called.replace('_', " ");
    let article = match words.starts_with(['a', 'e', 'i', 'o']) {
        true => "an",
        false => "a",
    };
    scope.report(
        Diagnostic::error(
            &codes::EXISTING,
            format!("`id` is \"{}\", which is no id of {article} {words}", **id),
        )
        .argument("existing.id")
        .value(id.as_str())
        .hint(format!(
            "write \"/subscriptions/…/resourceGroups/…{form}\", which its page in Azure's portal shows"
        ))
        .at(id.origin()),
    );
}

/// `/subscriptions/ID/resourceGroups/NAME`
fn is_of_group(id: &str) -> bool {
    let segments: Vec<&str> = id.split('/').collect();
    matches!(segments.as_slice(), ["", subscriptions, subscription, groups, group]
        if subscriptions.eq_ignore_ascii_case("subscriptions")
            && groups.eq_ignore_ascii_case("resourceGroups")
            && !subscription.is_empty()
            && !group.is_empty())
}

/// `/subscriptions/ID/resourceGroups/NAME/providers/NAMESPACE/TYPE/NAME`
fn is_within(id: &str, namespace: &str) -> bool {
    let segments: Vec<&str> = id.split('/').collect();
    let [group @ .., _, _] = segments.as_slice() else {
        return false;
    };
    let (Some(group), [providers, found, ..]) = (group.get(..5), group.get(5..).unwrap_or(&[]))
    else {
        return false;
    };
    is_of_group(&group.join("/"))
        && providers.eq_ignore_ascii_case("providers")
        && (namespace == "…" || found.eq_ignore_ascii_case(namespace))
        && segments.iter().skip(1).all(|segment| !segment.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{is_of_group, is_within};

    #[test]
    fn an_id_names_a_thing_within_a_namespace() {
        let group = "/subscriptions/s/resourcegroups/g";
        assert!(is_of_group(group));
        assert!(!is_of_group("rg-shared"));
        let vault = format!("{group}/providers/Microsoft.KeyVault/vaults/kv");
        assert!(is_within(&vault, "microsoft.keyvault"));
        assert!(is_within(&vault, "…"));
        for wrong in [
            "kv".to_owned(),
            group.to_owned(),
            format!("{group}/providers/Microsoft.KeyVault"),
            format!("{group}/providers/Microsoft.KeyVault/vaults/"),
            format!("{group}/providers/Microsoft.Storage/storageAccounts/st"),
        ] {
            assert!(!is_within(&wrong, "Microsoft.KeyVault"), "{wrong}");
        }
    }
}
