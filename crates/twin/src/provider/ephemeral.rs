//! Ephemeral resources: values that never reach plan or state.

use terrace_schema::eval::Val;
use terrace_schema::model::Kind;

use super::{NoSuchCall, Twin, data};
use crate::protocol::*;
use crate::value::{json, text, with};

impl Twin {
    pub(super) fn open(
        &self,
        request: ConfigRequest,
    ) -> Result<OpenEphemeralResourceResponse, NoSuchCall> {
        let typed = self.find(Kind::Ephemeral, &request.type_name)?;
        let config = typed.decode(&request.config)?;
        // The value of a secret is write-only and never stored, so what is opened is made up.
        let found = self.azure.store.all().into_iter().find(|applied| {
            applied.type_name == request.type_name
                && applied.text("name") == text(&config, "name")
                && applied.text("key_vault_id") == text(&config, "key_vault_id")
        });
        let mut result = data::complete(
            typed.schema,
            &config,
            found.as_ref(),
            &self.subscription.borrow(),
        );
        if result.get("value").is_some_and(Val::is_null) || text(&result, "value") == Some("") {
            result = with(&result, "value", Val::text("not-a-secret"));
        }
        if result.get("output").is_some_and(Val::is_null) {
            result = with(&result, "output", json::untyped(&serde_json::json!({})));
        }
        Ok(OpenEphemeralResourceResponse {
            diagnostics: Vec::new(),
            result: typed.encode(&result),
            private: None,
        })
    }
}
