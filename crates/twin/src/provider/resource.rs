//! Plan, apply, read, import and upgrade of resources.

use serde_json::Value as Json;
use terrace_schema::eval::Val;
use terrace_schema::model::Kind;

use super::{NoSuchCall, Twin, Typed, embed};
use crate::apply::{computed, id};
use crate::azure::store::Applied;
use crate::functions;
use crate::plan::{self, Asked, Planned, framework, legacy};
use crate::protocol::*;
use crate::value::{json, text, with};

impl Twin {
    /// Whether the real provider is built on the SDK whose plans Terraform holds less strictly against the configuration.
    fn is_legacy(&self) -> bool {
        self.provider.name() == "azurerm"
    }

    pub(super) fn plan(
        &self,
        request: PlanResourceChangeRequest,
    ) -> Result<PlanResourceChangeResponse, NoSuchCall> {
        let typed = self.find(Kind::Resource, &request.type_name)?;
        let prior = typed.decode(&request.prior_state)?;
        let proposed = typed.decode(&request.proposed_new_state)?;
        let config = plan::written(typed.schema, &typed.decode(&request.config)?);
        let mut response = PlanResourceChangeResponse {
            planned_private: request.prior_private,
            legacy_type_system: self.is_legacy(),
            ..Default::default()
        };
        if proposed.is_null() {
            response.planned_state = typed.encode(&proposed);
            return Ok(response);
        }
        let asked = Asked {
            schema: typed.schema,
            prior: Some(&prior).filter(|prior| !prior.is_null()),
            proposed: &proposed,
            config: &config,
        };
        let Planned { value, replace } = match self.is_legacy() {
            true => legacy::plan(asked),
            false => framework::plan(asked),
        };
        response.diagnostics = plan::refused_plan(&asked, &value);
        response.planned_state = typed.encode(&value);
        response.requires_replace = replace.iter().map(|steps| plan::path(steps)).collect();
        Ok(response)
    }

    pub(super) fn apply(
        &self,
        request: ApplyResourceChangeRequest,
    ) -> Result<ApplyResourceChangeResponse, NoSuchCall> {
        let typed = self.find(Kind::Resource, &request.type_name)?;
        let prior = typed.decode(&request.prior_state)?;
        let planned = typed.decode(&request.planned_state)?;
        let config = plan::written(typed.schema, &typed.decode(&request.config)?);
        let mut response = ApplyResourceChangeResponse {
            private: request.planned_private,
            legacy_type_system: self.is_legacy(),
            ..Default::default()
        };
        match self.applied(&typed, &prior, &planned, &config) {
            Ok(new) => response.new_state = typed.encode(&new),
            Err(findings) => {
                // Nothing was done: what stood still stands.
                response.new_state = typed.encode(&prior);
                response.diagnostics = findings;
            }
        }
        Ok(response)
    }

    fn applied(
        &self,
        typed: &Typed,
        prior: &Val,
        planned: &Val,
        config: &Val,
    ) -> Result<Val, Vec<Diagnostic>> {
        let type_name = typed.schema.name.as_str();
        let features = *self.features.borrow();
        let refuse = |what: &str, why: String| {
            vec![Diagnostic::error(format!("cannot {what} {type_name}"), why)]
        };
        if planned.is_null() {
            if let Some(why) = self.azure.refuses_deletion(type_name, prior, features) {
                return Err(refuse("delete", why));
            }
            let deleted = self.azure.delete(type_name, prior, features);
            deleted.map_err(|why| refuse("delete", why))?;
            return Ok(planned.clone());
        }
        let asked = Asked {
            schema: typed.schema,
            prior: Some(prior).filter(|prior| !prior.is_null()),
            proposed: planned,
            config,
        };
        let refused = plan::refused_apply(&asked, planned);
        if !refused.is_empty() {
            return Err(refused);
        }
        let mut new = computed::fill(typed.schema, planned, config, &self.subscription.borrow());
        match asked.prior {
            None => {
                if let Some(why) = self.azure.refuses_creation(type_name, &new, features) {
                    return Err(refuse("create", why));
                }
            }
            Some(prior) => {
                if let Some(why) = self.azure.refuses_update(type_name, prior, &new) {
                    return Err(refuse("update", why));
                }
                new = plan::without_unsent(&asked, planned, new);
            }
        }
        let applied = Applied {
            type_name: type_name.to_owned(),
            id: text(&new, "id").unwrap_or_default().to_owned(),
            attributes: json::to_json(&embed::without_children(type_name, &new, config), &typed.ty),
            is_soft_deleted: false,
        };
        let stored = self.azure.store.put(&applied);
        stored.map_err(|why| refuse("remember", why))?;
        Ok(new)
    }

    pub(super) fn read(
        &self,
        request: ReadResourceRequest,
    ) -> Result<ReadResourceResponse, NoSuchCall> {
        let typed = self.find(Kind::Resource, &request.type_name)?;
        let current = typed.decode(&request.current_state)?;
        let stored =
            text(&current, "id").and_then(|id| self.azure.store.get(&request.type_name, id));
        let new = match stored {
            Some(stored) => json::from_json(&stored.attributes, &typed.ty),
            None if self.is_legacy() => current,
            None => self.made_by_another(&typed, current),
        };
        let new = embed::with_children(&request.type_name, &new, &self.azure.store);
        Ok(ReadResourceResponse {
            new_state: typed.encode(&new),
            diagnostics: Vec::new(),
            private: request.private,
        })
    }

    /// What azapi reads of a resource that azurerm has made: what all resources have alike.
    fn made_by_another(&self, typed: &Typed, current: Val) -> Val {
        let id = text(&current, "id").unwrap_or_default();
        let stored = self.azure.store.all();
        let Some(stored) = stored
            .iter()
            .find(|other| other.id.eq_ignore_ascii_case(id))
        else {
            return current;
        };
        let found = json::from_json(&stored.attributes, &typed.ty);
        ["location", "tags"]
            .into_iter()
            .fold(current.clone(), |state, name| {
                match (state.get(name), found.get(name)) {
                    (Some(own), Some(value)) if own.is_null() => with(&state, name, value.clone()),
                    _ => state,
                }
            })
    }

    pub(super) fn upgrade(
        &self,
        request: UpgradeResourceStateRequest,
    ) -> Result<StateResponse, NoSuchCall> {
        let typed = self.find(Kind::Resource, &request.type_name)?;
        let raw = request.raw_state.unwrap_or_default();
        let state: Json = serde_json::from_slice(&raw.json)
            .map_err(|error| NoSuchCall::Malformed(format!("the state is no JSON: {error}")))?;
        Ok(StateResponse {
            state: typed.encode(&json::from_json(&state, &typed.ty)),
            diagnostics: Vec::new(),
        })
    }

    pub(super) fn import(
        &self,
        request: ImportResourceStateRequest,
    ) -> Result<ImportResourceStateResponse, NoSuchCall> {
        let typed = self.find(Kind::Resource, &request.type_name)?;
        let form = id::form(typed.schema);
        let mut response = ImportResourceStateResponse::default();
        let type_name = &request.type_name;
        if let Some(form) = form.filter(|form| !id::is_of(&request.id, form)) {
            let why = format!(
                "`{}` is no id of {type_name}, which looks like {form}",
                request.id
            );
            response
                .diagnostics
                .push(Diagnostic::error("the id is of another type", why));
            return Ok(response);
        }
        let state = match self.azure.store.get(type_name, &request.id) {
            Some(stored) => json::from_json(&stored.attributes, &typed.ty),
            None => bare(&typed, &request.id),
        };
        response.imported_resources.push(ImportedResource {
            type_name: type_name.clone(),
            state: typed.encode(&state),
            private: Default::default(),
        });
        Ok(response)
    }

    /// azapi takes over what azurerm has made, by its id. Nothing else becomes of another type.
    pub(super) fn move_state(
        &self,
        request: MoveResourceStateRequest,
    ) -> Result<StateResponse, NoSuchCall> {
        let typed = self.find(Kind::Resource, &request.target_type_name)?;
        let raw = request.source_state.unwrap_or_default();
        let source: Option<Json> = serde_json::from_slice(&raw.json).ok();
        let id = source
            .as_ref()
            .and_then(|source| source.get("id")?.as_str());
        let is_taken_over = request.target_type_name == "azapi_resource"
            && request.source_type_name.starts_with("azurerm_");
        let Some(id) = id.filter(|id| is_taken_over && id.starts_with('/')) else {
            let why = format!(
                "a state of {} cannot become one of {}: remove the one and import the other",
                request.source_type_name, request.target_type_name
            );
            return Ok(StateResponse {
                diagnostics: vec![Diagnostic::error("the state cannot be moved", why)],
                ..Default::default()
            });
        };
        Ok(StateResponse {
            state: typed.encode(&bare(&typed, id)),
            ..Default::default()
        })
    }
}

/// What an id alone says of a resource.
fn bare(typed: &Typed, id: &str) -> Val {
    let null = json::from_json(&Json::Object(Default::default()), &typed.ty);
    let state = with(&null, "id", Val::text(id));
    let state = with(&state, "name", Val::text(id::last_name(id)));
    if typed.schema.name.starts_with("azapi_") {
        // The version of the API may follow the id.
        let (id, version) = id.split_once("?api-version=").unwrap_or((id, ""));
        let ty = match (id::resource_type(id), version) {
            (ty, "") => ty,
            (ty, version) => format!("{ty}@{version}"),
        };
        return ["id", "name", "parent_id", "type"]
            .into_iter()
            .zip([id, id::last_name(id), &functions::parent(id), &ty])
            .fold(state, |state, (name, value)| {
                with(&state, name, Val::text(value))
            });
    }
    match computed::segment(id, "resourceGroups") {
        Some(group) => with(&state, "resource_group_name", Val::text(group)),
        None => state,
    }
}
