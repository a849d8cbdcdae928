//! The addresses that are let in from outside: what Azure's network rules take.

use std::net::Ipv4Addr;

use terrace_azure::network::{Cidr, CidrError};
use terrace_core::{Scope, Stage};
use terrace_ir::Diagnostic;

use super::Access;
use crate::codes;

/// What lets everybody in.
pub(super) const EVERYBODY: &str = "0.0.0.0/0";

/// The longest prefix of a range that is too large to be anybody's own.
const NOBODYS: u8 = 7;

/// Reports addresses that Azure's network rules do not take, ones that let nobody in, and ones that let
/// everybody in where that is more than a trial.
pub(super) fn check(scope: &Scope, access: &Access) {
    let single = access.allowed_addresses.iter();
    for address in single.filter(|it| ***it != EVERYBODY) {
        if let Err(refused) = check_address(address) {
            scope.report(
                Diagnostic::error(
                    &codes::ADDRESS,
                    format!(
                        "`allowed_addresses` has \"{}\", which {}",
                        **address, refused.problem
                    ),
                )
                .argument("allowed_addresses")
                .value(address.as_str())
                .hint(refused.hint)
                .at(address.origin()),
            );
        }
    }
    if access.public_services {
        check_everybody(scope, access);
    } else if let Some(first) = access.allowed_addresses.first() {
        scope.report(
            Diagnostic::warning(
                &codes::CONTRADICTION,
                "`allowed_addresses` lets nobody in: storage, vault and registry have no public access",
            )
            .argument("allowed_addresses")
            .hint("set `public_access = true` and no `private_services`, or leave the addresses out")
            .at(first.origin()),
        );
    }
}

/// Reports who lets everybody in, and whom they name in vain.
fn check_everybody(scope: &Scope, access: &Access) {
    let addresses = || access.allowed_addresses.iter();
    let Some(everybody) = addresses().find(|it| ***it == EVERYBODY) else {
        return;
    };
    if scope.stage() != Stage::Dev {
        scope.report(
            Diagnostic::warning(
                &codes::EVERYBODY,
                format!(
                    "storage, vault and registry let everybody in, in {}",
                    scope.stage().as_str()
                ),
            )
            .argument("allowed_addresses")
            .value(EVERYBODY)
            .hint("name the addresses that you come from, or let compute run in a managed network")
            .at(everybody.origin()),
        );
    }
    if let Some(other) = addresses().find(|it| ***it != EVERYBODY) {
        scope.report(
            Diagnostic::warning(
                &codes::CONTRADICTION,
                format!(
                    "\"{}\" in `allowed_addresses` changes nothing: \"{EVERYBODY}\" lets everybody in",
                    **other
                ),
            )
            .argument("allowed_addresses")
            .value(other.as_str())
            .hint("keep one of the two")
            .at(other.origin()),
        );
    }
}

struct Refused {
    problem: &'static str,
    hint: String,
}

/// What the network rules of storage accounts, vaults and registries all take: public IPv4
/// addresses, and ranges of them up to `/30`.
/// Source: "Configure Azure Storage firewalls", "Configure Azure Key Vault networking settings".
fn check_address(text: &str) -> Result<(), Refused> {
    let refused = |problem, hint: String| Err(Refused { problem, hint });
    let range = match text.parse::<Ipv4Addr>() {
        Ok(_) => Cidr::parse(&format!("{text}/32")),
        Err(_) => Cidr::parse(text),
    };
    let range = match range {
        Ok(range) | Err(CidrError::HostBits { range }) if range.prefix() <= NOBODYS => {
            return refused(
                "is no network of yours",
                format!(
                    "name the addresses that you come from; only `{EVERYBODY}` lets everybody in"
                ),
            );
        }
        Ok(range) => range,
        Err(CidrError::HostBits { range }) => {
            return refused("is not the first address of its range", instead(range));
        }
        Err(CidrError::Prefix) => {
            return refused(
                "is no range of IPv4 addresses",
                "the number after the slash is 8 to 30".to_owned(),
            );
        }
        Err(CidrError::Form) if text.contains(':') => {
            return refused(
                "is no IPv4 address",
                "Azure's network rules take no IPv6".to_owned(),
            );
        }
        Err(CidrError::Form) => {
            return refused(
                "is no IPv4 address or range",
                "write `203.0.113.7` or `203.0.113.0/24`".to_owned(),
            );
        }
    };
    if range.is_private() {
        return refused(
            "is private, and Azure sees the public address that you come from",
            "write the address by which your network reaches the internet".to_owned(),
        );
    }
    if range.prefix() > 30 && text.contains('/') {
        return refused("is a range that Azure does not take", instead(range));
    }
    Ok(())
}

fn instead(range: Cidr) -> String {
    match range.prefix() {
        32 => format!("write `{}`", range.first()),
        31 => format!("write `{}` and `{}`", range.first(), range.last()),
        _ => format!("write `{range}`"),
    }
}
