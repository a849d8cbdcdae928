//! The addresses that are let in from outside: what Azure's network rules take.

use std::net::Ipv4Addr;

use terrace_azure::network::{Cidr, CidrError};
use terrace_core::Scope;
use terrace_ir::Diagnostic;

use super::Access;
use crate::codes;

/// What lets everybody in.
pub(super) const EVERYBODY: &str = "0.0.0.0/0";

/// Reports addresses that Azure's network rules do not take, and ones that let nobody in.
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
    if let Some(first) = access.allowed_addresses.first()
        && !access.public_services
    {
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
        Ok(range) => range,
        Err(CidrError::HostBits { range }) => {
            return refused("is not the first address of its range", instead(range));
        }
        Err(CidrError::Prefix) => {
            return refused(
                "is no range of IPv4 addresses",
                "the number after the slash is 0 to 30".to_owned(),
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
    if range.prefix() == 0 {
        return refused(
            "lets everybody in",
            "name the addresses that you come from".to_owned(),
        );
    }
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
