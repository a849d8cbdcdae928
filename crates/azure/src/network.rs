//! IPv4 ranges, and what Azure's virtual networks take.
//!
//! Source: Azure's "Virtual Network FAQ" (ranges that cannot be used, the five reserved addresses, the smallest subnet),
//! the pages of the services that demand a subnet of their own, and the documentation of Azure Machine Learning's
//! networking; August 2026.

use std::fmt;
use std::net::Ipv4Addr;

/// An IPv4 range in CIDR notation: `10.1.0.0/16`. The bits behind the prefix are zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cidr {
    address: u32,
    prefix: u8,
}

/// Why a text is no IPv4 range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CidrError {
    /// Not of the form `a.b.c.d/n`.
    Form,
    /// The number after the slash is above 32.
    Prefix,
    /// The address is inside the range, not its first: `10.1.2.3/16`. Azure refuses it.
    HostBits {
        /// The range that the address is in.
        range: Cidr,
    },
}

impl Cidr {
    /// Addresses of each subnet that Azure keeps for itself: the first four and the last.
    pub const RESERVED_IN_SUBNET: u64 = 5;
    /// The longest prefix of a subnet, so the smallest subnet.
    pub const LONGEST_SUBNET_PREFIX: u8 = 29;
    /// The range of docker's bridge on Azure Machine Learning's machines: a network that overlaps it is cut off.
    pub const DOCKER_BRIDGE: Cidr = Cidr::literal([172, 17, 0, 0], 16);

    /// Reads a range, as strictly as Azure does.
    ///
    /// # Errors
    /// What is wrong with it: see [`CidrError`].
    pub fn parse(text: &str) -> Result<Cidr, CidrError> {
        let (address, prefix) = text.split_once('/').ok_or(CidrError::Form)?;
        // The standard library refuses leading zeros, which some readers take for octal numbers.
        let address: Ipv4Addr = address.parse().map_err(|_| CidrError::Form)?;
        let canonical = matches!(
            prefix.as_bytes(),
            [b'0'..=b'9'] | [b'1'..=b'9', b'0'..=b'9', ..]
        );
        if !canonical || !prefix.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(CidrError::Form);
        }
        let prefix = prefix
            .parse()
            .ok()
            .filter(|prefix| *prefix <= 32)
            .ok_or(CidrError::Prefix)?;
        let range = Cidr {
            address: u32::from(address) & mask(prefix),
            prefix,
        };
        if range.first() == address {
            Ok(range)
        } else {
            Err(CidrError::HostBits { range })
        }
    }

    /// The number of fixed bits, 0 to 32.
    pub const fn prefix(self) -> u8 {
        self.prefix
    }

    /// The first address.
    pub fn first(self) -> Ipv4Addr {
        self.address.into()
    }

    /// The last address.
    pub fn last(self) -> Ipv4Addr {
        (self.address | !mask(self.prefix)).into()
    }

    /// How many addresses there are.
    pub const fn size(self) -> u64 {
        1 << (32 - self.prefix)
    }

    /// How many addresses of a subnet with this range are left for resources.
    pub const fn usable_in_subnet(self) -> u64 {
        self.size().saturating_sub(Cidr::RESERVED_IN_SUBNET)
    }

    /// The longest prefix whose subnet has room for that many addresses; `None` if no subnet is that large.
    pub fn prefix_for(addresses: u64) -> Option<u8> {
        (0..=Cidr::LONGEST_SUBNET_PREFIX)
            .rev()
            .find(|&prefix| Cidr { address: 0, prefix }.usable_in_subnet() >= addresses)
    }

    /// Whether all addresses of the other range are in this one.
    pub const fn contains(self, other: Cidr) -> bool {
        self.prefix <= other.prefix && other.address & mask(self.prefix) == self.address
    }

    /// Whether the address is in this range.
    pub fn contains_address(self, address: Ipv4Addr) -> bool {
        u32::from(address) & mask(self.prefix) == self.address
    }

    /// Whether the two ranges have an address in common.
    pub const fn overlaps(self, other: Cidr) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// The `index`-th range of that prefix inside this one, from 0; `None` if there is no such range.
    pub fn subnet(self, prefix: u8, index: u32) -> Option<Cidr> {
        if prefix < self.prefix || prefix > 32 {
            return None;
        }
        let offset = u64::from(index) << (32 - prefix);
        let address = u64::from(self.address) + offset;
        (offset < self.size()).then_some(Cidr {
            address: u32::try_from(address).ok()?,
            prefix,
        })
    }

    /// Whether all addresses are private ones (RFC 1918), which a firewall rule for public addresses cannot name.
    pub fn is_private(self) -> bool {
        PRIVATE.iter().any(|range| range.contains(self))
    }

    /// Why a virtual network cannot have this range, in a few words; `None` if it can.
    pub fn refused_in_virtual_network(self) -> Option<&'static str> {
        REFUSED
            .iter()
            .find(|(range, _)| range.overlaps(self))
            .map(|(_, reason)| *reason)
    }

    const fn literal(octets: [u8; 4], prefix: u8) -> Cidr {
        Cidr {
            address: u32::from_be_bytes(octets),
            prefix,
        }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first(), self.prefix)
    }
}

impl fmt::Display for CidrError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CidrError::Form => f.write_str("not an IPv4 range; write it like 10.1.0.0/16"),
            CidrError::Prefix => f.write_str("the number after the slash must be 0 to 32"),
            CidrError::HostBits { range } => write!(
                f,
                "the address is not the first of its range; write {range}"
            ),
        }
    }
}

impl std::error::Error for CidrError {}

/// A subnet whose name Azure prescribes.
#[derive(Debug, PartialEq, Eq)]
pub struct ReservedSubnet {
    /// The prescribed name.
    pub name: &'static str,
    /// The longest prefix that the service takes.
    pub longest_prefix: u8,
    /// What lives in it.
    pub purpose: &'static str,
    /// Whether it may have a network security group.
    pub security_group: bool,
}

impl ReservedSubnet {
    /// The reserved subnet of that name, in any case, since Azure's names know none.
    pub fn find(name: &str) -> Option<&'static ReservedSubnet> {
        RESERVED_SUBNETS
            .iter()
            .find(|subnet| subnet.name.eq_ignore_ascii_case(name))
    }
}

/// All subnets whose name Azure prescribes and a platform may contain.
pub static RESERVED_SUBNETS: [ReservedSubnet; 4] = [
    reserved("AzureBastionSubnet", 26, "Azure Bastion", true),
    reserved(
        "AzureFirewallManagementSubnet",
        26,
        "the management traffic of Azure Firewall",
        false,
    ),
    reserved("AzureFirewallSubnet", 26, "Azure Firewall", false),
    reserved(
        "GatewaySubnet",
        29,
        "a VPN or ExpressRoute gateway (/27 is recommended)",
        false,
    ),
];

const fn reserved(
    name: &'static str,
    longest_prefix: u8,
    purpose: &'static str,
    security_group: bool,
) -> ReservedSubnet {
    ReservedSubnet {
        name,
        longest_prefix,
        purpose,
        security_group,
    }
}

/// RFC 1918.
const PRIVATE: [Cidr; 3] = [
    Cidr::literal([10, 0, 0, 0], 8),
    Cidr::literal([172, 16, 0, 0], 12),
    Cidr::literal([192, 168, 0, 0], 16),
];

/// What no virtual network may overlap.
const REFUSED: [(Cidr, &str); 5] = [
    (Cidr::literal([127, 0, 0, 0], 8), "127.0.0.0/8 is loopback"),
    (
        Cidr::literal([168, 63, 129, 16], 32),
        "168.63.129.16 is Azure's own DNS and health probe",
    ),
    (
        Cidr::literal([169, 254, 0, 0], 16),
        "169.254.0.0/16 is link-local",
    ),
    (Cidr::literal([224, 0, 0, 0], 4), "224.0.0.0/4 is multicast"),
    (
        Cidr::literal([255, 255, 255, 255], 32),
        "255.255.255.255 is broadcast",
    ),
];

const fn mask(prefix: u8) -> u32 {
    if prefix == 0 {
        0
    } else {
        u32::MAX << (32 - prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn range(text: &str) -> Cidr {
        Cidr::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn a_range_is_written_as_it_was_read() {
        for text in [
            "0.0.0.0/0",
            "10.1.0.0/16",
            "10.1.2.0/29",
            "255.255.255.255/32",
        ] {
            assert_eq!(range(text).to_string(), text);
        }
    }

    #[test]
    fn what_is_no_range_is_refused_with_its_reason() {
        for text in [
            "",
            "/",
            "10.0.0.0",
            "10.0.0/8",
            "010.0.0.0/8",
            "10.0.0.0/+8",
            "10.0.0.0/08",
            "10.0.0.0/ 8",
            "::/0",
        ] {
            assert_eq!(Cidr::parse(text), Err(CidrError::Form), "{text}");
        }
        for text in ["10.0.0.0/33", "10.0.0.0/999"] {
            assert_eq!(Cidr::parse(text), Err(CidrError::Prefix), "{text}");
        }
        let error = Cidr::parse("10.1.2.3/16").map_err(|error| error.to_string());
        assert_eq!(
            error,
            Err("the address is not the first of its range; write 10.1.0.0/16".to_owned())
        );
    }

    #[test]
    fn sizes_leave_out_what_azure_reserves() {
        assert_eq!(range("0.0.0.0/0").size(), 1 << 32);
        assert_eq!(range("10.0.0.0/24").usable_in_subnet(), 251);
        assert_eq!(range("10.0.0.0/29").usable_in_subnet(), 3);
        assert_eq!(range("10.0.0.0/32").usable_in_subnet(), 0);
    }

    #[test]
    fn the_prefix_for_a_number_of_addresses_is_the_smallest_subnet_with_room() {
        assert_eq!(Cidr::prefix_for(0), Some(29));
        assert_eq!(Cidr::prefix_for(3), Some(29));
        assert_eq!(Cidr::prefix_for(4), Some(28));
        assert_eq!(Cidr::prefix_for(251), Some(24));
        assert_eq!(Cidr::prefix_for(u64::MAX), None);
    }

    #[test]
    fn ranges_overlap_when_one_contains_the_other() {
        let (network, subnet, other) = (
            range("10.0.0.0/16"),
            range("10.0.255.0/24"),
            range("10.1.0.0/16"),
        );
        assert!(network.contains(subnet) && !subnet.contains(network));
        assert!(network.overlaps(subnet) && subnet.overlaps(network));
        assert!(!network.overlaps(other));
        assert!(range("0.0.0.0/0").contains(other));
        assert!(
            network.contains_address(network.last()) && !other.contains_address(network.last())
        );
    }

    #[test]
    fn subnets_are_cut_in_order() {
        let network = range("10.0.0.0/16");
        assert_eq!(network.subnet(24, 3), Some(range("10.0.3.0/24")));
        assert_eq!(network.subnet(24, 255), Some(range("10.0.255.0/24")));
        assert_eq!(network.subnet(24, 256), None);
        assert_eq!(network.subnet(15, 0), None);
        assert_eq!(network.subnet(33, 0), None);
        assert_eq!(range("255.255.255.255/32").subnet(32, u32::MAX), None);
        assert_eq!(range("0.0.0.0/0").subnet(0, 1), None);
    }

    #[test]
    fn private_ranges_are_private_as_a_whole() {
        assert!(range("172.31.0.0/16").is_private());
        assert!(!range("172.32.0.0/16").is_private());
        assert!(!range("10.0.0.0/7").is_private());
    }

    #[test]
    fn ranges_that_azure_refuses_say_why() {
        assert_eq!(range("10.0.0.0/8").refused_in_virtual_network(), None);
        assert_eq!(
            range("169.254.1.0/24").refused_in_virtual_network(),
            Some("169.254.0.0/16 is link-local")
        );
        assert!(range("0.0.0.0/0").refused_in_virtual_network().is_some());
    }

    #[test]
    fn the_docker_bridge_is_found_by_overlap() {
        assert!(range("172.16.0.0/12").overlaps(Cidr::DOCKER_BRIDGE));
        assert!(!range("172.18.0.0/16").overlaps(Cidr::DOCKER_BRIDGE));
    }

    #[test]
    fn reserved_subnets_are_found_in_any_case() {
        assert_eq!(
            ReservedSubnet::find("azurebastionsubnet").map(|subnet| subnet.longest_prefix),
            Some(26)
        );
        assert_eq!(ReservedSubnet::find("training"), None);
    }
}
