//! Data sources: from what a test gives, from fixed values, from the facts, or from what has been applied.

use serde_json::Value as Json;
use terrace_azure::Role;
use terrace_schema::eval::{Val, equal};
use terrace_schema::model::{Kind, Presence};
use terrace_schema::{Schema, catalog};

use super::{NoSuchCall, Twin};
use crate::apply::{computed, id};
use crate::azure::store::Applied;
use crate::azure::{CLIENT, OBJECT, TENANT};
use crate::protocol::schema::object_type;
use crate::protocol::*;
use crate::value::{json, text};

/// The variable that names a file of fixtures: a JSON list of objects of `type`, `match` and `attributes`. The first
/// whose type is asked for and whose `match` holds in the configuration answers.
pub const FIXTURES: &str = "TERRACE_TWIN_FIXTURES";

impl Twin {
    pub(super) fn read_data_source(
        &self,
        request: ConfigRequest,
    ) -> Result<StateResponse, NoSuchCall> {
        let typed = self.find(Kind::DataSource, &request.type_name)?;
        let config = typed.decode(&request.config)?;
        let subscription = self.subscription.borrow().clone();
        let found = self.look_up(&request.type_name, &config);
        Ok(match found {
            Ok(Some(found)) => StateResponse {
                state: typed.encode(&complete(
                    typed.schema,
                    &config,
                    Some(&found),
                    &subscription,
                )),
                diagnostics: Vec::new(),
            },
            Ok(None) => StateResponse {
                state: typed.encode(&complete(
                    typed.schema,
                    &config,
                    Some(&made_up(&request.type_name, &config, &subscription)),
                    &subscription,
                )),
                diagnostics: vec![Diagnostic::warning(
                    format!("what data source {} answers is made up", request.type_name),
                    format!(
                        "nothing like it has been applied in this run; a fixture of {FIXTURES} gives the values that matter"
                    ),
                )],
            },
            Err(why) => StateResponse {
                state: None,
                diagnostics: vec![Diagnostic::error(
                    format!("nothing to answer {} with", request.type_name),
                    why,
                )],
            },
        })
    }

    fn look_up(&self, type_name: &str, config: &Val) -> Result<Option<Applied>, String> {
        if let Some(attributes) = fixture(type_name, config)? {
            return Ok(Some(found(type_name, attributes)));
        }
        if let Some(attributes) = fixed(type_name, config, &self.subscription.borrow()) {
            return Ok(Some(found(type_name, attributes)));
        }
        let applied = self.azure.store.all().into_iter();
        let mut of_type =
            applied.filter(|applied| applied.type_name == type_name && !applied.is_soft_deleted);
        Ok(of_type.find(|applied| is_asked_for(applied, config)))
    }
}

/// What stands in Azure already, of which nothing is known here but what the configuration says.
fn made_up(type_name: &str, config: &Val, subscription: &str) -> Applied {
    let asked = catalog()
        .find(Kind::Resource, type_name)
        .filter(|_| text(config, "id").is_none());
    Applied {
        id: asked.map_or_else(String::new, |schema| {
            id::make(schema, config, config, subscription)
        }),
        ..found(type_name, Json::Null)
    }
}

fn found(type_name: &str, attributes: Json) -> Applied {
    Applied {
        type_name: type_name.to_owned(),
        id: String::new(),
        attributes,
        is_soft_deleted: false,
    }
}

/// The attributes that a test gives for what is asked.
fn fixture(type_name: &str, config: &Val) -> Result<Option<Json>, String> {
    let Some(file) = std::env::var_os(FIXTURES) else {
        return Ok(None);
    };
    let shown = file.to_string_lossy().into_owned();
    let text = std::fs::read(&file).map_err(|error| format!("cannot read {shown}: {error}"))?;
    let all: Vec<Json> = serde_json::from_slice(&text)
        .map_err(|error| format!("{shown} is no list of fixtures: {error}"))?;
    let asked = json::plain(config);
    let answers = |fixture: &&Json| {
        let wanted = fixture.get("match").and_then(Json::as_object);
        fixture.get("type").and_then(Json::as_str) == Some(type_name)
            && wanted
                .into_iter()
                .flatten()
                .all(|(name, value)| asked.get(name) == Some(value))
    };
    let fixture = all.iter().find(answers);
    Ok(fixture
        .and_then(|fixture| fixture.get("attributes"))
        .cloned())
}

/// What is the same in every run.
fn fixed(type_name: &str, config: &Val, subscription: &str) -> Option<Json> {
    Some(match type_name {
        "azurerm_client_config" => serde_json::json!({
            "id": CLIENT, "client_id": CLIENT, "object_id": OBJECT,
            "subscription_id": subscription, "tenant_id": TENANT,
        }),
        "azapi_client_config" => serde_json::json!({
            "id": CLIENT, "object_id": OBJECT, "subscription_id": subscription, "tenant_id": TENANT,
            "subscription_resource_id": format!("/subscriptions/{subscription}"),
        }),
        "azurerm_subscription" => {
            let own = text(config, "subscription_id").unwrap_or(subscription);
            serde_json::json!({
                "id": format!("/subscriptions/{own}"), "subscription_id": own, "tenant_id": TENANT,
                "display_name": "twin", "state": "Enabled", "spending_limit": "Off",
                "location_placement_id": "Public_2014-09-01", "quota_id": "EnterpriseAgreement_2014-09-01",
            })
        }
        "azurerm_role_definition" => {
            let role = match text(config, "name") {
                Some(name) => Role::find(name),
                None => Role::by_guid(text(config, "role_definition_id")?),
            }?;
            let scope = text(config, "scope").unwrap_or_default();
            let own = role.definition_id();
            serde_json::json!({
                "id": format!("{scope}{own}"), "role_definition_id": id::last_name(&own),
                "name": role.name, "type": "Microsoft.Authorization/roleDefinitions",
            })
        }
        "azapi_resource_id" => {
            let parent = text(config, "parent_id").unwrap_or_default();
            let ty = text(config, "type")?;
            let (own, parent) = match text(config, "resource_id") {
                Some(own) => (own.to_owned(), crate::functions::parent(own)),
                None => (
                    id::of_azapi(ty, parent, text(config, "name")?),
                    parent.to_owned(),
                ),
            };
            serde_json::json!({
                "id": own, "resource_id": own, "parent_id": parent, "name": id::last_name(&own),
                "resource_group_name": computed::segment(&own, "resourceGroups"),
                "subscription_id": computed::segment(&own, "subscriptions"),
                "provider_namespace": id::resource_type(&own).split('/').next(),
            })
        }
        _ => return None,
    })
}

/// Whether a resource is what a data source asks for: everything that is asked is so.
fn is_asked_for(applied: &Applied, config: &Val) -> bool {
    let Some(entries) = config.as_entries() else {
        return false;
    };
    let asked = entries
        .iter()
        .filter_map(|(name, value)| Some((&**name, value.as_text()?)));
    let is_so = |(name, asked): (&str, &str)| match name {
        "resource_id" | "id" => applied.id.eq_ignore_ascii_case(asked),
        name => applied
            .text(name)
            .is_none_or(|own| own.eq_ignore_ascii_case(asked)),
    };
    asked.into_iter().all(is_so)
}

/// The whole object of a data source or ephemeral resource: what is configured, what was found, and the rest made up.
#[must_use]
pub fn complete(schema: &Schema, config: &Val, found: Option<&Applied>, subscription: &str) -> Val {
    let ty = object_type(&schema.body);
    let attributes = found.map(|found| json::from_json(&found.attributes, &ty));
    let filled = schema.body.attributes.iter().map(|attribute| {
        let name = attribute.name.as_str();
        let of = |object: &Val| object.get(name).filter(|value| !value.is_null()).cloned();
        let known = of(config).or_else(|| attributes.as_ref().and_then(of));
        let value = known.unwrap_or_else(|| match attribute.presence {
            Presence::Computed | Presence::OptionalComputed => Val::unknown(attribute.ty.clone()),
            Presence::Required | Presence::Optional => Val::null_of(attribute.ty.clone()),
        });
        (name, value)
    });
    let blocks = schema.body.blocks.iter().map(|block| {
        let value = config.get(&block.name).cloned();
        (block.name.as_str(), value.unwrap_or_else(Val::null))
    });
    let object = Val::object(filled.chain(blocks));
    // An id that nothing says is one of what the data source describes.
    let id = object
        .get("id")
        .filter(|id| equal(id, id).is_none())
        .map(|_| {
            let own = found
                .map(|found| found.id.clone())
                .filter(|id| !id.is_empty());
            own.unwrap_or_else(|| computed::uuid(&json::plain(config).to_string()))
        });
    let object = match id {
        Some(id) => crate::value::with(&object, "id", Val::text(id)),
        None => object,
    };
    computed::fill(schema, &object, config, subscription)
}
