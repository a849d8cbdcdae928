//! Further storage accounts that computes are given rights on.

use std::cell::RefCell;
use std::collections::BTreeMap;

use terrace_core::Scope;
use terrace_ir::{Diagnostic, Sourced};

use super::DataAccess;
use crate::codes;
use crate::grant::{Principal, StorageRole};
use crate::storage::Storage;

/// The accounts that a workspace knows beside its own, by their names.
#[derive(Default)]
pub(crate) struct Accounts(RefCell<BTreeMap<String, Storage>>);

impl Accounts {
    pub(crate) fn add(&self, name: &str, storage: &Storage) {
        self.0.borrow_mut().insert(name.to_owned(), storage.clone());
    }

    /// Lets somebody use the blobs of accounts. Reported, at `scope`, are accounts that the workspace
    /// does not know.
    #[track_caller]
    pub(super) fn grant(
        &self,
        scope: &Scope,
        to: &Principal,
        access: &BTreeMap<Sourced<String>, Sourced<DataAccess>>,
    ) {
        let known = self.0.borrow();
        for (name, access) in access {
            match known.get(name.as_str()) {
                Some(account) => on(account, to, **access),
                None => scope.report(unknown(name, known.keys())),
            }
        }
    }
}

/// Reports rights on accounts that are said for a compute without an identity of its own.
pub(super) fn without_identity(
    scope: &Scope,
    access: &BTreeMap<Sourced<String>, Sourced<DataAccess>>,
) {
    if let Some(name) = access.keys().next() {
        scope.report(
            Diagnostic::error(
                &codes::CONTRADICTION,
                "`accounts` gives rights to an identity, and `identity` is \"none\"",
            )
            .argument("accounts")
            .detail("jobs act as whoever submitted them")
            .hint("take `accounts` out, or give the compute an identity")
            .at(name.origin()),
        );
    }
}

/// Lets somebody use the blobs of an account.
#[track_caller]
pub(super) fn on(account: &Storage, to: &Principal, access: DataAccess) {
    match access {
        DataAccess::None => {}
        DataAccess::Read => {
            account.grant(to, StorageRole::BlobDataReader);
        }
        DataAccess::Write => {
            account.grant(to, StorageRole::BlobDataContributor);
        }
    }
}

fn unknown<'a>(name: &Sourced<String>, known: impl Iterator<Item = &'a String>) -> Diagnostic {
    let known: Vec<String> = known.map(|name| format!("`{name}`")).collect();
    Diagnostic::error(
        &codes::CONTRADICTION,
        format!(
            "`accounts` names `{}`, which is no account here",
            name.as_str()
        ),
    )
    .argument("accounts")
    .value(name.as_str())
    .hint(match known.as_slice() {
        [] => "make it: `[accounts.NAME]`".to_owned(),
        some => format!("name one of {}", some.join(", ")),
    })
    .at(name.origin())
}
