//! Addresses of networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use terrace_ir::Type;

use super::{Outcome, known, text, whole};
use crate::eval::value::Val;

/// A network: its first address as a number, how many bits an address has, and how many the prefix has.
#[derive(Clone, Copy)]
struct Network {
    address: u128,
    bits: u32,
    prefix: u32,
}

impl Network {
    /// `Ok(None)` for an address that Go may read where Rust does not: one with leading zeros.
    fn parse(text: &str) -> Result<Option<Self>, String> {
        let refuse = || format!("\"{text}\" is no CIDR block such as 10.0.0.0/16");
        let (address, prefix) = text.split_once('/').ok_or_else(refuse)?;
        let zeros = |part: &str| part.len() > 1 && part.starts_with('0');
        let (address, bits) = match address.parse() {
            Ok(IpAddr::V4(address)) => (u128::from(address.to_bits()), 32),
            Ok(IpAddr::V6(address)) => (address.to_bits(), 128),
            Err(_) if address.split('.').any(zeros) => return Ok(None),
            Err(_) => return Err(refuse()),
        };
        let prefix = prefix
            .parse()
            .ok()
            .filter(|n| *n <= bits && prefix.bytes().all(|digit| digit.is_ascii_digit()))
            .ok_or_else(refuse)?;
        let network = Self {
            address,
            bits,
            prefix,
        };
        Ok(Some(Self {
            address: address & !network.hosts(),
            ..network
        }))
    }

    /// The mask of what is not prefix, which is also the number of the last address.
    fn hosts(self) -> u128 {
        mask(self.bits - self.prefix)
    }

    fn show(self, address: u128) -> String {
        match self.bits {
            32 => Ipv4Addr::from_bits(address as u32).to_string(),
            _ => Ipv6Addr::from_bits(address).to_string(),
        }
    }

    /// The network with a prefix that is longer by `bits`.
    fn extended(self, bits: i64) -> Result<u32, String> {
        u32::try_from(bits)
            .ok()
            .and_then(|bits| self.prefix.checked_add(bits))
            .filter(|prefix| *prefix <= self.bits)
            .ok_or_else(|| {
                format!(
                    "a prefix of {} bits cannot be extended by {bits} bits",
                    self.prefix
                )
            })
    }
}

/// As many ones.
fn mask(bits: u32) -> u128 {
    match bits {
        128.. => u128::MAX,
        bits => (1 << bits) - 1,
    }
}

pub(super) fn cidrhost(values: &[Val]) -> Outcome {
    let Some(network) = Network::parse(text(values, 0))? else {
        return Ok(None);
    };
    let number = whole(values, 1)?;
    let magnitude = u128::from(number.unsigned_abs());
    let fits = match number < 0 {
        true => magnitude <= network.hosts().saturating_add(1),
        false => magnitude <= network.hosts(),
    };
    if !fits {
        return Err(format!(
            "a prefix of {} bits has no host {number}",
            network.prefix
        ));
    }
    let host = match number < 0 {
        true => network.hosts() - (magnitude - 1),
        false => magnitude,
    };
    known(network.show(network.address | host))
}

pub(super) fn cidrnetmask(values: &[Val]) -> Outcome {
    let Some(network) = Network::parse(text(values, 0))? else {
        return Ok(None);
    };
    if network.bits != 32 {
        return Err("only IPv4 has netmasks".to_owned());
    }
    known(network.show(mask(32) & !network.hosts()))
}

pub(super) fn cidrsubnet(values: &[Val]) -> Outcome {
    let Some(network) = Network::parse(text(values, 0))? else {
        return Ok(None);
    };
    let (bits, number) = (whole(values, 1)?, whole(values, 2)?);
    let prefix = network.extended(bits)?;
    let fits = u128::try_from(number)
        .ok()
        .filter(|number| *number <= mask(prefix - network.prefix));
    let Some(number) = fits else {
        return match number < 0 {
            true => Ok(None),
            false => Err(format!("{bits} more bits have no subnet {number}")),
        };
    };
    let address = network.address | number.checked_shl(network.bits - prefix).unwrap_or(0);
    known(format!("{}/{prefix}", network.show(address)))
}

pub(super) fn cidrsubnets(values: &[Val]) -> Outcome {
    let Some(network) = Network::parse(text(values, 0))? else {
        return Ok(None);
    };
    let mut subnets = Vec::new();
    // The first address that is free; `None` behind the last of all.
    let mut free = Some(network.address);
    for n in 1..values.len() {
        let bits = whole(values, n)?;
        if bits < 1 {
            return Err(format!("a subnet needs at least 1 more bit, not {bits}"));
        }
        let prefix = network.extended(bits)?;
        let hosts = mask(network.bits - prefix);
        let start = free.and_then(|free| Some(free.checked_add(hosts)? & !hosts));
        match start.filter(|start| start | network.hosts() == network.address | network.hosts()) {
            Some(start) => {
                subnets.push(Val::text(format!("{}/{prefix}", network.show(start))));
                free = (start | hosts).checked_add(1);
            }
            None => return Err(format!("there is no room for a subnet of {prefix} bits")),
        }
    }
    known(Val::list(Type::String, subnets))
}
