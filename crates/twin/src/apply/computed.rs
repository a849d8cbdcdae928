//! What only Azure knows, made up from the resource's id and the attribute's name.

use terrace_azure::Role;
use terrace_ir::Type;
use terrace_schema::eval::{Kind, Val};
use terrace_schema::model::Presence;
use terrace_schema::{Member, Schema};

use super::id::{self, snake};
use super::service;
use crate::azure::TENANT;
use crate::plan::framework::search;
use crate::value::{collection, text, with};

/// The state after apply: what is planned, each unknown value filled in, in the provider's subscription.
#[must_use]
pub fn fill(schema: &Schema, planned: &Val, config: &Val, subscription: &str) -> Val {
    let planned = match text(planned, "id") {
        Some(_) => planned.clone(),
        None => with(
            planned,
            "id",
            Val::text(id::make(schema, planned, config, subscription)),
        ),
    };
    let Some(entries) = planned.as_entries() else {
        return planned;
    };
    let id = text(&planned, "id").unwrap_or_default();
    let of = Of {
        schema,
        subscription,
        type_name: &schema.name,
        object: &planned,
        name: text(&planned, "name").unwrap_or_else(|| id::last_name(id)),
        id,
    };
    Val::object(entries.iter().map(|(name, value)| {
        let filled = of.filled(name, value);
        let filled = match &**name {
            "identity" => of.with_principals(&filled),
            _ => filled,
        };
        (name.clone(), filled)
    }))
}

struct Of<'a> {
    schema: &'a Schema,
    subscription: &'a str,
    type_name: &'a str,
    object: &'a Val,
    id: &'a str,
    name: &'a str,
}

impl Of<'_> {
    /// A value of which nothing is unknown any more.
    fn filled(&self, path: &str, value: &Val) -> Val {
        let inside = |name: &str| format!("{path}.{name}");
        match value.kind() {
            Kind::Unknown(ty) => {
                service::fills(self.type_name, path, ty).unwrap_or_else(|| self.value(path, ty))
            }
            Kind::List(ty, items) => {
                let items = items.iter().map(|item| self.filled(path, item));
                Val::list((**ty).clone(), items.collect())
            }
            Kind::Set(ty, items) => {
                let items = items.iter().map(|item| self.filled(path, item));
                Val::set((**ty).clone(), items.collect())
            }
            Kind::Tuple(items) => {
                Val::tuple(items.iter().map(|item| self.filled(path, item)).collect())
            }
            Kind::Map(ty, entries) => {
                let entries = entries.iter();
                let entries =
                    entries.map(|(key, item)| (key.clone(), self.filled(&inside(key), item)));
                Val::map((**ty).clone(), entries.collect())
            }
            Kind::Object(entries) => Val::object(
                entries
                    .iter()
                    .map(|(name, item)| (name.clone(), self.filled(&inside(name), item))),
            ),
            _ => value.clone(),
        }
    }

    /// The blocks of an identity, in which only one that Azure makes itself has a principal. A change of the type alone is
    /// planned with the principal that was there before.
    fn with_principals(&self, identities: &Val) -> Val {
        let one = |identity: &Val| {
            let is_own = text(identity, "type").is_some_and(|ty| ty.contains("SystemAssigned"));
            ["principal_id", "tenant_id"]
                .into_iter()
                .fold(identity.clone(), |identity, name| {
                    let has_one = text(&identity, name).is_some_and(|id| !id.is_empty());
                    let value = match is_own {
                        true if has_one => return identity,
                        true => self.text(&format!("identity.{name}"), name),
                        false => String::new(),
                    };
                    with(&identity, name, Val::text(value))
                })
        };
        match identities.as_items() {
            Some(items) => collection(&identities.ty(), items.iter().map(one).collect()),
            None => identities.clone(),
        }
    }

    fn value(&self, path: &str, ty: &Type) -> Val {
        let name = path.rsplit('.').next().unwrap_or(path);
        match ty {
            Type::String => Val::text(self.text(path, name)),
            Type::Number => Val::whole(match name {
                "ttl" => 3600,
                _ => 1,
            }),
            Type::Bool => Val::bool(matches!(name, "exist" | "exists")),
            Type::List(element) | Type::Set(element) => {
                let is_there = self.is_given_by_azure(path);
                let one = is_there.then(|| {
                    let path = match element.is_primitive() {
                        true => path.trim_end_matches('s'),
                        false => path,
                    };
                    self.value(path, element)
                });
                collection(ty, one.into_iter().collect())
            }
            Type::Map(element) => Val::map((**element).clone(), Vec::new()),
            Type::Object(fields) => Val::object(fields.iter().map(|field| {
                let path = format!("{path}.{}", field.name);
                (field.name.as_str(), self.value(&path, &field.ty))
            })),
            Type::Tuple(types) => Val::tuple(types.iter().map(|ty| self.value(path, ty)).collect()),
            Type::Dynamic => self.response(),
        }
    }

    /// Whether a list is Azure's alone, and so has something in it: others take its first element.
    fn is_given_by_azure(&self, path: &str) -> bool {
        if (self.type_name, path) == ("azurerm_kubernetes_cluster", "kubelet_identity") {
            return true;
        }
        let names: Vec<&str> = path.split('.').collect();
        let mut outer = (1..=names.len()).filter_map(|count| self.schema.member(&names[..count]));
        outer.any(|member| match member {
            Member::Attribute(attribute) => attribute.presence == Presence::Computed,
            Member::Block(_) => false,
        })
    }

    /// What azapi gives of a response: the request's body, or of it what `response_export_values` names. What the body
    /// does not have is made up.
    fn response(&self) -> Val {
        // An action at the end has no response yet.
        if text(self.object, "when") == Some("destroy") {
            return Val::null();
        }
        let nothing: [(&str, Val); 0] = [];
        let body = self
            .object
            .get("body")
            .filter(|body| body.as_entries().is_some());
        let body = body.cloned().unwrap_or_else(|| Val::object(nothing));
        let value = |path: &str| {
            let found = search(&body, path).into_iter().next();
            let name = path.rsplit('.').next().unwrap_or(path);
            found.unwrap_or_else(|| Val::text(self.text(path, &snake(name))))
        };
        let Some(wanted) = self
            .object
            .get("response_export_values")
            .filter(|wanted| !wanted.is_null())
        else {
            return body;
        };
        if let Some(named) = wanted.as_entries() {
            let named = named
                .iter()
                .filter_map(|(name, path)| Some((name.clone(), value(path.as_text()?))));
            return Val::object(named);
        }
        let paths = wanted
            .as_items()
            .unwrap_or_default()
            .iter()
            .filter_map(Val::as_text);
        paths.fold(
            Val::object([] as [(&str, Val); 0]),
            |response, path| match path {
                "*" => body.clone(),
                path => placed(&response, &path.split('.').collect::<Vec<_>>(), value(path)),
            },
        )
    }

    fn text(&self, path: &str, name: &str) -> String {
        let seed = format!("{}|{path}", self.id);
        let host = self.name.to_lowercase();
        match name {
            "id" => self.id.to_owned(),
            "name" => self.name.to_owned(),
            "tenant_id" => TENANT.to_owned(),
            "subscription_id" => self.subscription.to_owned(),
            "resource_group_name" => segment(self.id, "resourceGroups")
                .unwrap_or_default()
                .to_owned(),
            "location" => text(self.object, "location")
                .unwrap_or("westeurope")
                .to_owned(),
            "url" | "resource_manager_id" if self.id.contains("/storageAccounts/") => match name {
                "url" => self.storage_url(),
                _ => self.id.to_owned(),
            },
            "url" if self.id.starts_with("https://") => self.id.to_owned(),
            "vault_uri" => format!("https://{host}.vault.azure.net/"),
            // A key's, made by its vault's interface.
            "key_uri_with_version" => {
                let vault = segment(self.id, "vaults")
                    .unwrap_or_default()
                    .to_lowercase();
                let version = uuid(&seed).replace('-', "");
                format!(
                    "https://{vault}.vault.azure.net/keys/{}/{version}",
                    self.name
                )
            }
            "login_server" => format!("{host}.azurecr.io"),
            "fqdn" if self.id.contains("/publicIPAddresses/") => {
                format!("{host}.westeurope.cloudapp.azure.com")
            }
            "fqdn" | "portal_fqdn" | "private_fqdn" => format!("{host}.hcp.westeurope.azmk8s.io"),
            "oidc_issuer_url" => format!(
                "https://westeurope.oic.prod-aks.azure.com/{TENANT}/{}/",
                uuid(&seed)
            ),
            "discovery_url" => "https://westeurope.api.azureml.ms/discovery".to_owned(),
            "endpoint" if self.id.contains("/accounts/") => {
                format!("https://{host}.cognitiveservices.azure.com/")
            }
            _ if name.ends_with("ip_address") || name.ends_with("ip_addresse") => address(&seed),
            "role_definition_resource_id" => role_definition_path(self.id).to_owned(),
            "role_definition_name" => {
                let role = text(self.object, "role_definition_id").and_then(Role::by_guid);
                role.map_or("Custom", |role| role.name).to_owned()
            }
            "role_definition_id" if self.type_name == "azurerm_role_assignment" => {
                let role = text(self.object, "role_definition_name").and_then(Role::find);
                let own = role.map_or_else(|| uuid(&seed), |role| role.definition_id());
                let subscription = segment(self.id, "subscriptions").unwrap_or(self.subscription);
                format!("/subscriptions/{subscription}{own}")
            }
            "end_date" => self.ten_years_later(),
            "principal_type" => "ServicePrincipal".to_owned(),
            "versionless_id" => versionless(self.id).to_owned(),
            "version" if self.id.starts_with("https://") => id::last_name(self.id).to_owned(),
            "parent_id" => crate::functions::parent(self.id),
            "value" if self.type_name == "azurerm_key_vault_secret" => "not-a-secret".to_owned(),
            "etag" => format!("\"{}\"", &uuid(&seed)[..8]),
            "access_tier" => "Hot".to_owned(),
            _ if name.ends_with("_connection_string") || name == "connection_string" => {
                format!(
                    "Key={};Endpoint=https://{host}.example.invalid/",
                    key(&seed)
                )
            }
            _ if name.ends_with("_key")
                || name.ends_with("_password")
                || name.ends_with("_token") =>
            {
                key(&seed)
            }
            _ if name.ends_with("_endpoint") => self.storage_endpoint(name, &host),
            _ if name.ends_with("_host") => self
                .storage_endpoint(name, &host)
                .trim_start_matches("https://")
                .trim_end_matches('/')
                .to_owned(),
            "principal_id" | "client_id" | "object_id" | "app_id" | "workspace_id"
            | "instance_id" | "resource_guid" | "role_definition_id" | "immutable_id" => {
                uuid(&seed)
            }
            _ if name.ends_with("_id") => uuid(&seed),
            _ if name.ends_with("_uri") || name.ends_with("_url") || name == "url" => {
                format!("https://{host}.example.invalid/")
            }
            _ if name.ends_with("_at") || name.ends_with("_time") || name.ends_with("_date") => {
                "2026-01-01T00:00:00Z".to_owned()
            }
            _ if name.ends_with("location") => String::new(),
            _ => String::new(),
        }
    }

    /// Where a container, share, queue or table is reached.
    fn storage_url(&self) -> String {
        let account = segment(self.id, "storageAccounts").unwrap_or_default();
        let services = ["blob", "file", "queue", "table"].into_iter();
        let service = services
            .into_iter()
            .find(|service| self.id.contains(&format!("/{service}Services/")));
        let service = service.unwrap_or("blob");
        format!("https://{account}.{service}.core.windows.net/{}", self.name)
    }

    /// When a budget ends for which nothing is said.
    fn ten_years_later(&self) -> String {
        let periods = self.object.get("time_period").and_then(Val::as_items);
        let start = periods.and_then(|periods| text(periods.first()?, "start_date"));
        let start = start.unwrap_or("2026-01-01T00:00:00Z");
        let later = start.split_at_checked(4).and_then(|(year, rest)| {
            let year: u32 = year.parse().ok()?;
            Some(format!("{}{rest}", year + 10))
        });
        later.unwrap_or_else(|| start.to_owned())
    }

    /// `primary_blob_endpoint` and its like: `https://NAME.blob.core.windows.net/`, a secondary one with `-secondary`.
    fn storage_endpoint(&self, name: &str, host: &str) -> String {
        let service = ["blob", "dfs", "file", "queue", "table", "web"]
            .into_iter()
            .find(|service| name.contains(service));
        let Some(service) = service.filter(|_| self.id.contains("/storageAccounts/")) else {
            return format!("https://{host}.example.invalid/");
        };
        if name.contains("microsoft") || name.contains("internet") {
            return String::new();
        }
        let copy = match name.starts_with("secondary") {
            true => "-secondary",
            false => "",
        };
        let zone = match service {
            "web" => "z6.web",
            service => service,
        };
        format!("https://{host}{copy}.{zone}.core.windows.net/")
    }
}

/// An object with a value at a path of names.
fn placed(object: &Val, names: &[&str], value: Val) -> Val {
    let Some((name, inner)) = names.split_first() else {
        return value;
    };
    let nothing: [(&str, Val); 0] = [];
    let old = object
        .get(name)
        .cloned()
        .unwrap_or_else(|| Val::object(nothing));
    let entries = object.as_entries().unwrap_or_default().iter().cloned();
    Val::object(entries.chain([((*name).into(), placed(&old, inner, value))]))
}

/// The segment of an id after one of that name.
#[must_use]
pub fn segment<'a>(id: &'a str, name: &str) -> Option<&'a str> {
    let mut segments = id.split('/');
    segments.find(|segment| segment.eq_ignore_ascii_case(name))?;
    segments.next()
}

fn role_definition_path(id: &str) -> &str {
    id.split('|').next().unwrap_or(id)
}

fn versionless(id: &str) -> &str {
    id.rsplit_once('/')
        .map_or(id, |(versionless, _)| versionless)
}

/// FNV-1a, twice with different starts.
pub(super) fn hash(seed: &str) -> u128 {
    let one = |start: u64| {
        seed.bytes().fold(start, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        })
    };
    u128::from(one(0xcbf2_9ce4_8422_2325)) << 64 | u128::from(one(0x9e37_79b9_7f4a_7c15))
}

/// A UUID of the fourth kind that follows from a text.
#[must_use]
pub fn uuid(seed: &str) -> String {
    let hash = hash(seed) & !(0xf << 76) & !(0x3 << 62) | 0x4 << 76 | 0x2 << 62;
    let digits = format!("{hash:032x}");
    let parts = [
        &digits[..8],
        &digits[8..12],
        &digits[12..16],
        &digits[16..20],
        &digits[20..],
    ];
    parts.join("-")
}

/// What looks like a key: base64 in length and characters, and says that it is none.
fn key(seed: &str) -> String {
    format!("not-a-key-{}==", hash(seed))
}

fn address(seed: &str) -> String {
    let hash = hash(seed);
    format!("192.0.2.{}", hash % 250 + 4)
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn a_uuid_follows_from_its_seed_and_has_the_right_form() {
        let made = uuid("a");
        assert_eq!(made, uuid("a"));
        assert_ne!(made, uuid("b"));
        assert_eq!((made.len(), &made[14..15]), (36, "4"));
        assert!("89ab".contains(&made[19..20]), "{made}");
    }
}
