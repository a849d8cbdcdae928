//! What each call of the protocol does.
//!
//! | module | what it does |
//! |---|---|
//! | `resource` | plan, apply, read, import and upgrade of resources |
//! | [`data`] | data sources |
//! | `ephemeral` | ephemeral resources |
//! | `embed` | what a parent shows of its children |

pub mod data;
mod embed;
mod ephemeral;
mod resource;

use std::cell::RefCell;

use bytes::Bytes;
use prost::Message;
use terrace_ir::Type;
use terrace_schema::eval::Val;
use terrace_schema::model::{Kind, Provider};
use terrace_schema::{Schema, catalog};

use crate::azure::features::Features;
use crate::azure::{Azure, SUBSCRIPTION};
use crate::functions;
use crate::protocol::schema::{self, object_type};
use crate::protocol::*;
use crate::validate::validate;
use crate::value::{msgpack, text};

/// A provider, as the twin serves it.
pub struct Twin {
    provider: &'static Provider,
    azure: Azure,
    /// What the provider block says, once Terraform has said it.
    features: RefCell<Features>,
    /// The subscription that the provider block says, or the twin's own.
    subscription: RefCell<String>,
}

/// Why a call is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoSuchCall {
    /// There is no such call.
    Unknown,
    /// The request cannot be read.
    Malformed(String),
}

/// A type and the type of its object.
struct Typed {
    schema: &'static Schema,
    ty: Type,
}

impl Typed {
    fn decode(&self, value: &Option<DynamicValue>) -> Result<Val, NoSuchCall> {
        decode(value, &self.ty)
    }

    fn encode(&self, value: &Val) -> Option<DynamicValue> {
        encode(value, &self.ty)
    }
}

impl Twin {
    /// The provider that a program's name says, `terraform-provider-azurerm_v5.2.0`.
    ///
    /// # Errors
    /// The name is of no provider that is known, or of another version of it.
    pub fn called(program: &str) -> Result<Self, String> {
        let known = || {
            let names = catalog().providers().map(|provider| {
                format!(
                    "terraform-provider-{}_v{}",
                    provider.name(),
                    provider.version
                )
            });
            names.collect::<Vec<_>>().join(", ")
        };
        let provider = program
            .strip_prefix("terraform-provider-")
            .map(|rest| rest.split_once("_v").unwrap_or((rest, "")))
            .and_then(|(name, version)| Some((catalog().provider(name)?, version)));
        let Some((provider, version)) = provider else {
            return Err(format!(
                "called as `{program}`, which says no provider: call it by one of {}",
                known()
            ));
        };
        let version = version.split('_').next().unwrap_or(version);
        if !version.is_empty() && version != provider.version {
            return Err(format!(
                "version {version} of {} is not known: call it by one of {}",
                provider.name(),
                known()
            ));
        }
        Ok(Self {
            provider,
            azure: Azure::from_environment(),
            features: RefCell::new(Features::of(None)),
            subscription: RefCell::new(SUBSCRIPTION.to_owned()),
        })
    }

    /// Answers a call of the provider service.
    ///
    /// # Errors
    /// There is no such call, or its request cannot be read.
    pub fn call(&self, name: &str, request: Bytes) -> Result<Vec<u8>, NoSuchCall> {
        match name {
            "GetMetadata" => Ok(self.metadata().encode_to_vec()),
            "GetProviderSchema" => Ok(schema::of_provider(self.provider).encode_to_vec()),
            "GetFunctions" => Ok(GetFunctionsResponse {
                functions: schema::functions(self.provider),
            }
            .encode_to_vec()),
            // Nothing is known of identities, which Terraform takes for a provider without them.
            "GetResourceIdentitySchemas" | "StopProvider" => Ok(Vec::new()),
            "ValidateProviderConfig" => reply(request, |request| self.validate_provider(request)),
            "ValidateResourceConfig" => {
                reply(request, |request| self.validate(Kind::Resource, request))
            }
            "ValidateDataResourceConfig" => {
                reply(request, |request| self.validate(Kind::DataSource, request))
            }
            "ValidateEphemeralResourceConfig" => {
                reply(request, |request| self.validate(Kind::Ephemeral, request))
            }
            "ConfigureProvider" => reply(request, |request| self.configure(request)),
            "UpgradeResourceState" => reply(request, |request| self.upgrade(request)),
            "ReadResource" => reply(request, |request| self.read(request)),
            "PlanResourceChange" => reply(request, |request| self.plan(request)),
            "ApplyResourceChange" => reply(request, |request| self.apply(request)),
            "ImportResourceState" => reply(request, |request| self.import(request)),
            "MoveResourceState" => reply(request, |request| self.move_state(request)),
            "ReadDataSource" => reply(request, |request| self.read_data_source(request)),
            "OpenEphemeralResource" => reply(request, |request| self.open(request)),
            "RenewEphemeralResource" | "CloseEphemeralResource" => Ok(Vec::new()),
            "CallFunction" => reply(request, |request| self.call_function(request)),
            _ => Err(NoSuchCall::Unknown),
        }
    }

    fn metadata(&self) -> GetMetadataResponse {
        let named = |name: &str| Named {
            name: name.to_owned(),
        };
        let of_kind = |kind| schema::names(self.provider, kind).map(named).collect();
        GetMetadataResponse {
            server_capabilities: Some(schema::capabilities(self.provider)),
            data_sources: of_kind(Kind::DataSource),
            resources: of_kind(Kind::Resource),
            functions: self
                .provider
                .functions
                .iter()
                .map(|function| named(&function.name))
                .collect(),
            ephemeral_resources: of_kind(Kind::Ephemeral),
        }
    }

    fn find(&self, kind: Kind, name: &str) -> Result<Typed, NoSuchCall> {
        let own = name.split('_').next() == Some(self.provider.name());
        let schema = catalog().find(kind, name).filter(|_| own);
        let schema = schema.ok_or_else(|| {
            let what = kind.words();
            NoSuchCall::Malformed(format!("the provider has no {what} `{name}`"))
        })?;
        Ok(Typed {
            schema,
            ty: object_type(&schema.body),
        })
    }

    fn validate_provider(
        &self,
        request: ValidateProviderConfigRequest,
    ) -> Result<ValidateProviderConfigResponse, NoSuchCall> {
        let body = &self.provider.configuration.body;
        let config = decode(&request.config, &object_type(body))?;
        Ok(ValidateProviderConfigResponse {
            diagnostics: validate(Kind::Provider, self.provider.name(), body, &config),
        })
    }

    fn validate(
        &self,
        kind: Kind,
        request: ConfigRequest,
    ) -> Result<DiagnosticsResponse, NoSuchCall> {
        let typed = self.find(kind, &request.type_name)?;
        let config = typed.decode(&request.config)?;
        Ok(DiagnosticsResponse {
            diagnostics: validate(kind, &request.type_name, &typed.schema.body, &config),
        })
    }

    fn configure(
        &self,
        request: ConfigureProviderRequest,
    ) -> Result<DiagnosticsResponse, NoSuchCall> {
        let ty = object_type(&self.provider.configuration.body);
        let config = decode(&request.config, &ty)?;
        *self.features.borrow_mut() = Features::of(Some(&config));
        if let Some(own) = text(&config, "subscription_id") {
            own.clone_into(&mut self.subscription.borrow_mut());
        }
        Ok(DiagnosticsResponse::default())
    }

    fn call_function(
        &self,
        request: CallFunctionRequest,
    ) -> Result<CallFunctionResponse, NoSuchCall> {
        let functions = &self.provider.functions;
        let Some(function) = functions
            .iter()
            .find(|function| function.name == request.name)
        else {
            return Err(NoSuchCall::Malformed(format!(
                "no function `{}`",
                request.name
            )));
        };
        let parameters = function
            .parameters
            .iter()
            .chain(function.variadic.iter().cycle());
        let arguments = request
            .arguments
            .into_iter()
            .zip(parameters)
            .map(|(argument, parameter)| decode(&Some(argument), &parameter.ty))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(match functions::call(&request.name, &arguments) {
            Ok(result) => CallFunctionResponse {
                result: encode(&result, &function.returns),
                error: None,
            },
            Err(error) => CallFunctionResponse {
                result: None,
                error: Some(error),
            },
        })
    }
}

fn reply<Q: Message + Default, A: Message>(
    request: Bytes,
    answer: impl FnOnce(Q) -> Result<A, NoSuchCall>,
) -> Result<Vec<u8>, NoSuchCall> {
    let request = Q::decode(request).map_err(|error| NoSuchCall::Malformed(error.to_string()))?;
    answer(request).map(|answer| answer.encode_to_vec())
}

fn decode(value: &Option<DynamicValue>, ty: &Type) -> Result<Val, NoSuchCall> {
    match value {
        Some(value) if !value.msgpack.is_empty() => msgpack::decode(&value.msgpack, ty)
            .map_err(|error| NoSuchCall::Malformed(error.to_string())),
        _ => Ok(Val::null_of(ty.clone())),
    }
}

fn encode(value: &Val, ty: &Type) -> Option<DynamicValue> {
    Some(DynamicValue {
        msgpack: msgpack::encode(value, ty).into(),
        json: Bytes::new(),
    })
}
