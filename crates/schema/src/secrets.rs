//! Where secrets stand in modules, so that nobody shows them.
//!
//! A finding names no secret, but it shows the line that it is about: what stands there must be known to be hidden.
//! Secret is what a provider calls sensitive or write-only, what an azapi body calls a secret, the default of a sensitive
//! variable, and the arguments of backends, providers and connections that are passwords and keys.

use terrace_ir::{Any, Block, BlockKind, Data, Entry, Key, Module, Node, Object, Origin};

use crate::azapi::body_type::{BodyType, Property, TypeIndex};
use crate::azapi::{self, ResourceType, bodies};
use crate::catalog::catalog;
use crate::language::nested;
use crate::model::{BlockType, Kind, Member};
use crate::nearest::nearest;

/// The places in files where secrets of the modules were said.
#[must_use]
pub fn secrets(modules: &[Module]) -> Vec<Origin> {
    let mut found = Vec::new();
    let blocks = modules.iter().flat_map(|module| &module.blocks);
    blocks.for_each(|block| of_block(block, &mut found));
    found
}

/// Whether an argument of a backend, a provider or a connection takes a secret, by its name.
pub(crate) fn is_secret_name(name: &str) -> bool {
    const SECRET: [&str; 17] = [
        "access_key",
        "bastion_password",
        "bastion_private_key",
        "client_certificate",
        "client_certificate_password",
        "client_secret",
        "conn_str",
        "credentials",
        "encryption_key",
        "oidc_request_token",
        "oidc_token",
        "password",
        "private_key",
        "proxy_user_password",
        "sas_token",
        "secret_key",
        "token",
    ];
    SECRET.contains(&name)
}

fn of_block(block: &Block, found: &mut Vec<Origin>) {
    let body = &block.body;
    let label = block.labels.first().map_or("", AsRef::as_ref);
    let is_set = |flag: &str| body.get(flag).and_then(crate::language::as_bool) == Some(true);
    match block.kind {
        BlockKind::Resource => of_type(Kind::Resource, label, body, found),
        BlockKind::Data => of_type(Kind::DataSource, label, body, found),
        BlockKind::Ephemeral => of_type(Kind::Ephemeral, label, body, found),
        BlockKind::Provider => {
            block
                .body
                .iter()
                .for_each(|entry| entry_by_name(entry, found));
            if let Some(provider) = catalog().provider(label) {
                of_body(&provider.configuration.body, body, found);
            }
        }
        BlockKind::Variable if is_set("sensitive") || is_set("ephemeral") => {
            body.get("default")
                .into_iter()
                .for_each(|value| literals(value, found));
        }
        BlockKind::Terraform => {
            let backends = ["backend", "cloud"].map(|name| body.get(name));
            backends
                .into_iter()
                .flatten()
                .for_each(|value| by_name(value, found));
        }
        _ => {}
    }
}

fn of_type(kind: Kind, type_name: &str, body: &Object, found: &mut Vec<Origin>) {
    for name in ["connection", "provisioner"] {
        body.get(name)
            .into_iter()
            .for_each(|value| by_name(value, found));
    }
    if let Some(schema) = catalog().find(kind, type_name) {
        of_body(&schema.body, body, found);
    }
    if let Some(text) = body.get("type").and_then(Any::as_text)
        && let Some(wanted) = ResourceType::parse(text).filter(|_| type_name.starts_with("azapi_"))
        && let azapi::Lookup::Known(known) = bodies().find(&wanted)
    {
        let values = body.get("body").and_then(Any::as_object);
        for entry in values.into_iter().flat_map(Object::iter) {
            let property = entry.key.as_text().and_then(|name| known.property(name));
            if let Some(property) = property {
                of_property(property, &entry.value, false, found);
            }
        }
    }
}

fn of_body(ty: &BlockType, body: &Object, found: &mut Vec<Origin>) {
    for entry in body {
        let Key::Text(name) = &entry.key else {
            continue;
        };
        if let Some(member) = ty.member(name).or_else(|| meant(ty, name)) {
            of_member(member, &entry.value, found);
        } else if name == "dynamic" {
            for (label, _, value) in nested::labels(&entry.value) {
                let contents = nested::bodies(value).filter_map(|(_, it)| it.get("content"));
                if let Some(member) = ty.member(label) {
                    contents.for_each(|content| of_member(member, content, found));
                }
            }
        }
    }
}

/// The secret that a misspelt name was meant for.
fn meant<'a>(ty: &'a BlockType, name: &str) -> Option<Member<'a>> {
    let secrets = ty.attributes.iter().filter(|it| it.is_secret());
    ty.member(nearest(name, secrets.map(|it| it.name.as_str()))?)
}

fn of_member(member: Member<'_>, value: &Any, found: &mut Vec<Origin>) {
    match member {
        Member::Attribute(attribute) if attribute.is_secret() => literals(value, found),
        Member::Attribute(attribute) if attribute.members.is_none() => {}
        member => {
            for (_, object) in nested::bodies(value) {
                for entry in object {
                    let inner = entry.key.as_text().and_then(|name| member.member(name));
                    if let Some(inner) = inner {
                        of_member(inner, &entry.value, found);
                    }
                }
            }
        }
    }
}

fn of_property(property: &Property, value: &Any, write_only: bool, found: &mut Vec<Origin>) {
    of_azapi(property.ty, value, write_only || property.write_only, found);
}

/// Free text is a secret where its type says so, and in a property that the service never returns.
fn of_azapi(ty: TypeIndex, value: &Any, write_only: bool, found: &mut Vec<Origin>) {
    let types = bodies();
    match (types.get(ty), &value.data) {
        (BodyType::Text(text), _) if text.sensitive || write_only => literals(value, found),
        (BodyType::List(item), Data::List(items)) => {
            let items = items.iter();
            items.for_each(|value| of_azapi(*item, value, write_only, found));
        }
        (BodyType::Object(object), Data::Object(entries)) => {
            for entry in entries {
                let known = entry.key.as_text().and_then(|name| object.property(name));
                match (known, object.additional) {
                    (Some(property), _) => of_property(property, &entry.value, write_only, found),
                    (None, Some(ty)) => of_azapi(ty, &entry.value, write_only, found),
                    // Perhaps a secret under a misspelt name.
                    (None, None) if write_only => literals(&entry.value, found),
                    (None, None) => {}
                }
            }
        }
        (BodyType::Variants(variants), Data::Object(entries)) => {
            for entry in entries {
                if let Some(property) = entry.key.as_text().and_then(|it| variants.property(it)) {
                    of_property(property, &entry.value, write_only, found);
                }
            }
            let chosen = entries.get(&variants.discriminator).and_then(Any::as_text);
            match chosen.and_then(|chosen| variants.variant(chosen)) {
                Some(variant) => of_azapi(variant, value, write_only, found),
                // A wrong choice may still hold a right secret.
                None => variants
                    .variants
                    .iter()
                    .for_each(|(_, variant)| of_azapi(*variant, value, write_only, found)),
            }
        }
        _ => {}
    }
}

/// What stands under names of secrets, however deep.
fn by_name(value: &Any, found: &mut Vec<Origin>) {
    match &value.data {
        Data::List(items) => items.iter().for_each(|item| by_name(item, found)),
        Data::Object(entries) => entries.iter().for_each(|entry| entry_by_name(entry, found)),
        _ => {}
    }
}

fn entry_by_name(entry: &Entry, found: &mut Vec<Origin>) {
    match &entry.key {
        Key::Text(name) if is_secret_name(name) => literals(&entry.value, found),
        _ => by_name(&entry.value, found),
    }
}

/// The places of what is written out. A reference is no secret, and neither are `true` and `null`.
fn literals(value: &Any, found: &mut Vec<Origin>) {
    match &value.data {
        Data::List(items) => items.iter().for_each(|item| literals(item, found)),
        Data::Object(entries) => entries
            .iter()
            .for_each(|entry| literals(&entry.value, found)),
        Data::Null | Data::Bool(_) => {}
        Data::Expr(node) if is_reference(node) => {}
        Data::Int(_) | Data::Number(_) | Data::Text(_) | Data::Expr(_) => {
            found.extend(value.origin.is_file().then_some(value.origin));
        }
    }
}

fn is_reference(node: &Node) -> bool {
    match node {
        Node::Root(_) => true,
        Node::Attribute(source, _) => is_reference(source),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use terrace_ir::SourceMap;

    use super::*;

    /// The texts that are secrets of a module.
    fn hidden(json: &str) -> Vec<String> {
        let mut sources = SourceMap::new();
        let files = [("main.tf.json", json)];
        let (module, _) = terrace_ir::read::files("m", &files, &mut sources);
        let texts = secrets(&[module]).into_iter().map(|origin| match origin {
            Origin::File { start, end } => sources.span(start, end).to_owned(),
            _ => String::new(),
        });
        texts.collect()
    }

    #[test]
    fn what_the_provider_calls_sensitive_or_write_only_is_secret() {
        assert_eq!(
            hidden(
                r#"{"resource": {"azurerm_key_vault_secret": {"s": {
                    "name": "open", "value": "a", "value_wo": "b${var.x}", "value_wo_version": 1
                }}}}"#
            ),
            ["\"a\"", "\"b${var.x}\""]
        );
        assert_eq!(
            hidden(
                r#"{"resource": {"azurerm_key_vault_secret": {"s": {"value": "${var.secret}"}}}}"#
            ),
            Vec::<String>::new()
        );
        assert_eq!(
            hidden(
                r#"{"resource": {"azurerm_key_vault_secret": {"s": {"valeu": "a", "nmae": "b"}}}}"#
            ),
            ["\"a\""]
        );
        assert_eq!(
            hidden(r#"{"provider": {"azurerm": {"client_secret": "a", "features": {}}}}"#),
            ["\"a\""]
        );
    }

    #[test]
    fn the_default_of_a_sensitive_variable_is_secret() {
        assert_eq!(
            hidden(
                r#"{"variable": {"a": {"sensitive": true, "default": {"k": ["x", 1]}}, "b": {"default": "y"}}}"#
            ),
            ["\"x\"", "1"]
        );
    }

    #[test]
    fn passwords_of_backends_and_connections_are_secret() {
        assert_eq!(
            hidden(
                r#"{"terraform": {"backend": {"azurerm": {"key": "open", "access_key": "a"}}},
                    "resource": {"terraform_data": {"d": {"connection": {"host": "open", "password": "b"}}}}}"#
            ),
            ["\"a\"", "\"b\""]
        );
    }

    #[test]
    fn secrets_of_azapi_bodies_are_found_by_their_types() {
        assert_eq!(
            hidden(
                r#"{"resource": {"azapi_resource": {"d": {
                    "type": "Microsoft.MachineLearningServices/workspaces/datastores@2025-12-01",
                    "body": {"properties": {"datastoreType": "AzureBlob", "accountName": "open", "credentials": {
                        "credentialsType": "AccountKey", "secrets": {"secretsType": "AccountKey", "key": "a"}}}},
                    "sensitive_body": {"properties": {"x": "b"}}
                }}}}"#
            ),
            ["\"b\"", "\"a\""]
        );
    }
}
