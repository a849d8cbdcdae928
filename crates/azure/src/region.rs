//! The public cloud's regions.
//!
//! Source: Azure's list of locations (`az account list-locations`) of August 2026. Where Azure Machine Learning is
//! offered: the locations of `Microsoft.MachineLearningServices` of June 2023, a lower bound.

use crate::cloud::Cloud;
use crate::nearest::nearest;

/// A physical region of the public cloud.
#[derive(Debug, PartialEq, Eq)]
pub struct Region {
    /// The name in Azure's own form: `westeurope`.
    pub name: &'static str,
    /// The name that people read: `West Europe`.
    pub display_name: &'static str,
    /// Where data at rest stays: `Europe`.
    pub geography: &'static str,
    /// How many availability zones there are; 0 where there are none.
    pub zones: u8,
    /// The region that geo-redundant storage copies to. Not always mutual, and not always open to customers
    /// (`swedensouth` is not in this table).
    pub pair: Option<&'static str>,
    ml_documented: bool,
}

/// What is known about a text that stands where a region is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A region of the public cloud.
    Known(&'static Region),
    /// A region of a sovereign cloud by its prefix. Which ones exist there is not in our data.
    Sovereign(Cloud),
    /// `global`, or a geography such as `europe`: a few services take it, resources that run somewhere do not.
    Geography,
    /// Azure has no such region.
    Unknown {
        /// The region that was probably meant.
        nearest: Option<&'static Region>,
    },
}

/// Whether a service is offered somewhere, as far as is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offer {
    /// Documented as offered.
    Documented,
    /// Not documented as offered, which since the list is a lower bound is no proof that it is not: warn, never refuse.
    Unknown,
}

/// How often and where a storage account keeps its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Replication {
    /// Three copies in one datacenter.
    Lrs,
    /// Copies in three zones of the region.
    Zrs,
    /// `Lrs`, and again in the paired region.
    Grs,
    /// `Grs`, and the second region can be read.
    RaGrs,
    /// `Zrs`, and again in the paired region.
    Gzrs,
    /// `Gzrs`, and the second region can be read.
    RaGzrs,
}

impl Region {
    /// All regions of the public cloud, by name.
    pub fn all() -> &'static [Region] {
        &REGIONS
    }

    /// The region of that name or display name, compared as Azure does: `West Europe` is `westeurope`.
    pub fn find(name: &str) -> Option<&'static Region> {
        let name = normalize(name);
        let index = REGIONS
            .binary_search_by(|region| region.name.cmp(&name))
            .ok()?;
        Some(&REGIONS[index])
    }

    /// The region that a misspelt name probably means.
    pub fn nearest(name: &str) -> Option<&'static Region> {
        nearest(&normalize(name), REGIONS.iter().map(|region| region.name)).and_then(Region::find)
    }

    /// Whether Azure Machine Learning is offered here.
    pub fn machine_learning(&self) -> Offer {
        if self.ml_documented {
            Offer::Documented
        } else {
            Offer::Unknown
        }
    }

    /// Whether a storage account here can have that replication: zones are needed for the zone-redundant ones, a paired
    /// region for the geo-redundant ones.
    pub fn supports(&self, replication: Replication) -> bool {
        (!replication.needs_zones() || self.zones > 0)
            && (!replication.needs_pair() || self.pair.is_some())
    }

    /// Whether the region is there for Microsoft's own tests (EUAP, STG) or restricted to one customer (Jio): an
    /// ordinary subscription cannot use it.
    pub fn restricted(&self) -> bool {
        self.name.ends_with("euap") || self.name.ends_with("stg") || self.name.starts_with("jio")
    }
}

impl Replication {
    /// All replications, from the cheapest to the dearest.
    pub const ALL: [Replication; 6] = [
        Replication::Lrs,
        Replication::Zrs,
        Replication::Grs,
        Replication::RaGrs,
        Replication::Gzrs,
        Replication::RaGzrs,
    ];

    /// The replication of that name, as [`Replication::as_str`] spells it.
    pub fn parse(name: &str) -> Option<Replication> {
        Replication::ALL
            .into_iter()
            .find(|replication| replication.as_str() == name)
    }

    /// The name as `account_replication_type` takes it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Replication::Lrs => "LRS",
            Replication::Zrs => "ZRS",
            Replication::Grs => "GRS",
            Replication::RaGrs => "RAGRS",
            Replication::Gzrs => "GZRS",
            Replication::RaGzrs => "RAGZRS",
        }
    }

    /// Whether the region must have availability zones. Crossing this line later replaces the account.
    pub const fn needs_zones(self) -> bool {
        matches!(
            self,
            Replication::Zrs | Replication::Gzrs | Replication::RaGzrs
        )
    }

    /// Whether the region must have a paired region.
    pub const fn needs_pair(self) -> bool {
        !matches!(self, Replication::Lrs | Replication::Zrs)
    }
}

/// The name as Azure compares it: lower case, without blanks.
pub fn normalize(name: &str) -> String {
    name.chars()
        .filter(|c| !c.is_whitespace())
        .flat_map(char::to_lowercase)
        .collect()
}

/// What is known about a text that stands where a region is wanted.
pub fn look_up(name: &str) -> Verdict {
    if let Some(region) = Region::find(name) {
        return Verdict::Known(region);
    }
    let normalized = normalize(name);
    if GEOGRAPHIES.contains(&normalized.as_str()) {
        return Verdict::Geography;
    }
    for (prefix, cloud) in SOVEREIGN_PREFIXES {
        if normalized.starts_with(prefix) {
            return Verdict::Sovereign(cloud);
        }
    }
    Verdict::Unknown {
        nearest: Region::nearest(name),
    }
}

/// How the names of the sovereign clouds' regions begin: `usgovvirginia`, `usdodeast`, `chinanorth3`.
const SOVEREIGN_PREFIXES: [(&str, Cloud); 3] = [
    ("usgov", Cloud::UsGovernment),
    ("usdod", Cloud::UsGovernment),
    ("china", Cloud::China),
];

/// Locations that are no region: `global`, and the geographies of the same list of locations.
const GEOGRAPHIES: [&str; 32] = [
    "asia",
    "asiapacific",
    "australia",
    "austria",
    "belgium",
    "brazil",
    "canada",
    "europe",
    "france",
    "germany",
    "global",
    "india",
    "indonesia",
    "israel",
    "italy",
    "japan",
    "korea",
    "malaysia",
    "mexico",
    "newzealand",
    "norway",
    "poland",
    "qatar",
    "singapore",
    "southafrica",
    "spain",
    "sweden",
    "switzerland",
    "taiwan",
    "uae",
    "uk",
    "unitedstates",
];

const fn region(
    name: &'static str,
    display_name: &'static str,
    geography: &'static str,
    zones: u8,
    pair: Option<&'static str>,
    ml_documented: bool,
) -> Region {
    Region {
        name,
        display_name,
        geography,
        zones,
        pair,
        ml_documented,
    }
}

/// Name, display name, geography, zones, pair, Azure Machine Learning documented; sorted by name.
#[rustfmt::skip]
static REGIONS: [Region; 62] = [
    region("australiacentral", "Australia Central", "Australia", 0, Some("australiacentral2"), false),
    region("australiacentral2", "Australia Central 2", "Australia", 0, Some("australiacentral"), false),
    region("australiaeast", "Australia East", "Australia", 3, Some("australiasoutheast"), true),
    region("australiasoutheast", "Australia Southeast", "Australia", 0, Some("australiaeast"), true),
    region("austriaeast", "Austria East", "Austria", 3, None, false),
    region("belgiumcentral", "Belgium Central", "Belgium", 3, None, false),
    region("brazilsouth", "Brazil South", "Brazil", 3, Some("southcentralus"), true),
    region("brazilsoutheast", "Brazil Southeast", "Brazil", 0, Some("brazilsouth"), false),
    region("canadacentral", "Canada Central", "Canada", 3, Some("canadaeast"), true),
    region("canadaeast", "Canada East", "Canada", 0, Some("canadacentral"), true),
    region("centralindia", "Central India", "India", 3, Some("southindia"), true),
    region("centralus", "Central US", "United States", 3, Some("eastus2"), true),
    region("centraluseuap", "Central US EUAP", "Canary (US)", 0, Some("eastus2euap"), false),
    region("chilecentral", "Chile Central", "Chile", 3, None, false),
    region("denmarkeast", "Denmark East", "Denmark", 3, None, false),
    region("eastasia", "East Asia", "Asia Pacific", 3, Some("southeastasia"), true),
    region("eastus", "East US", "United States", 3, Some("westus"), true),
    region("eastus2", "East US 2", "United States", 3, Some("centralus"), true),
    region("eastus2euap", "East US 2 EUAP", "Canary (US)", 4, Some("centraluseuap"), false),
    region("eastusstg", "East US STG", "Stage (US)", 0, Some("southcentralusstg"), false),
    region("francecentral", "France Central", "France", 3, Some("francesouth"), true),
    region("francesouth", "France South", "France", 0, Some("francecentral"), false),
    region("germanynorth", "Germany North", "Germany", 0, Some("germanywestcentral"), false),
    region("germanywestcentral", "Germany West Central", "Germany", 3, Some("germanynorth"), true),
    region("indonesiacentral", "Indonesia Central", "Indonesia", 3, None, false),
    region("israelcentral", "Israel Central", "Israel", 3, None, false),
    region("italynorth", "Italy North", "Italy", 3, None, false),
    region("japaneast", "Japan East", "Japan", 3, Some("japanwest"), true),
    region("japanwest", "Japan West", "Japan", 3, Some("japaneast"), true),
    region("jioindiacentral", "Jio India Central", "India", 0, Some("jioindiawest"), false),
    region("jioindiawest", "Jio India West", "India", 0, Some("jioindiacentral"), true),
    region("koreacentral", "Korea Central", "Korea", 3, Some("koreasouth"), true),
    region("koreasouth", "Korea South", "Korea", 0, Some("koreacentral"), false),
    region("malaysiawest", "Malaysia West", "Malaysia", 3, None, false),
    region("mexicocentral", "Mexico Central", "Mexico", 3, None, false),
    region("newzealandnorth", "New Zealand North", "New Zealand", 3, None, false),
    region("northcentralus", "North Central US", "United States", 0, Some("southcentralus"), true),
    region("northeurope", "North Europe", "Europe", 3, Some("westeurope"), true),
    region("norwayeast", "Norway East", "Norway", 3, Some("norwaywest"), true),
    region("norwaywest", "Norway West", "Norway", 0, Some("norwayeast"), false),
    region("polandcentral", "Poland Central", "Poland", 3, None, true),
    region("qatarcentral", "Qatar Central", "Qatar", 3, None, true),
    region("southafricanorth", "South Africa North", "South Africa", 3, Some("southafricawest"), true),
    region("southafricawest", "South Africa West", "South Africa", 0, Some("southafricanorth"), false),
    region("southcentralus", "South Central US", "United States", 3, Some("northcentralus"), true),
    region("southcentralusstg", "South Central US STG", "Stage (US)", 0, Some("eastusstg"), false),
    region("southeastasia", "Southeast Asia", "Asia Pacific", 3, Some("eastasia"), true),
    region("southindia", "South India", "India", 0, Some("centralindia"), true),
    region("spaincentral", "Spain Central", "Spain", 3, None, false),
    region("swedencentral", "Sweden Central", "Sweden", 3, Some("swedensouth"), true),
    region("switzerlandnorth", "Switzerland North", "Switzerland", 3, Some("switzerlandwest"), true),
    region("switzerlandwest", "Switzerland West", "Switzerland", 0, Some("switzerlandnorth"), false),
    region("uaecentral", "UAE Central", "UAE", 0, Some("uaenorth"), false),
    region("uaenorth", "UAE North", "UAE", 3, Some("uaecentral"), true),
    region("uksouth", "UK South", "United Kingdom", 3, Some("ukwest"), true),
    region("ukwest", "UK West", "United Kingdom", 0, Some("uksouth"), true),
    region("westcentralus", "West Central US", "United States", 0, Some("westus2"), true),
    region("westeurope", "West Europe", "Europe", 3, Some("northeurope"), true),
    region("westindia", "West India", "India", 0, Some("southindia"), false),
    region("westus", "West US", "United States", 0, Some("eastus"), true),
    region("westus2", "West US 2", "United States", 3, Some("westcentralus"), true),
    region("westus3", "West US 3", "United States", 3, Some("eastus"), true),
];

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn the_table_is_sorted_and_its_names_are_normalized() {
        assert!(REGIONS.is_sorted_by(|a, b| a.name < b.name));
        for region in Region::all() {
            assert_eq!(normalize(region.display_name), region.name);
        }
    }

    #[test]
    fn a_region_is_found_by_either_name_in_any_case() {
        for name in ["westeurope", "West Europe", " WEST EUROPE "] {
            assert_eq!(
                Region::find(name).map(|region| region.name),
                Some("westeurope"),
                "{name}"
            );
        }
        assert_eq!(Region::find("west-europe"), None);
    }

    #[test]
    fn a_misspelt_region_is_unknown_and_has_a_suggestion() {
        let westeurope = Region::find("westeurope");
        assert_eq!(
            look_up("West Eruope"),
            Verdict::Unknown {
                nearest: westeurope
            }
        );
        assert_eq!(look_up("nowhere"), Verdict::Unknown { nearest: None });
        assert_eq!(look_up(""), Verdict::Unknown { nearest: None });
    }

    #[test]
    fn sovereign_regions_are_told_by_their_prefix() {
        assert_eq!(
            look_up("USGov Virginia"),
            Verdict::Sovereign(Cloud::UsGovernment)
        );
        assert_eq!(look_up("chinanorth3"), Verdict::Sovereign(Cloud::China));
    }

    #[test]
    fn global_is_a_location_but_no_region() {
        assert_eq!(look_up("Global"), Verdict::Geography);
        assert_eq!(Region::find("global"), None);
    }

    #[test]
    fn machine_learning_is_documented_in_some_regions_and_unknown_in_the_newer_ones() {
        let offer = |name: &str| Region::find(name).map(Region::machine_learning);
        assert_eq!(offer("westeurope"), Some(Offer::Documented));
        assert_eq!(offer("italynorth"), Some(Offer::Unknown));
    }

    #[test]
    fn replication_follows_from_zones_and_pair() {
        let possible = |name: &str| -> Vec<&str> {
            let region = Region::find(name).expect("a region of the table");
            Replication::ALL
                .into_iter()
                .filter(|&r| region.supports(r))
                .map(Replication::as_str)
                .collect()
        };
        assert_eq!(
            possible("westeurope"),
            ["LRS", "ZRS", "GRS", "RAGRS", "GZRS", "RAGZRS"]
        );
        assert_eq!(possible("polandcentral"), ["LRS", "ZRS"]);
        assert_eq!(possible("westus"), ["LRS", "GRS", "RAGRS"]);
        assert_eq!(possible("eastusstg"), ["LRS", "GRS", "RAGRS"]);
    }

    #[test]
    fn a_replication_is_found_by_the_name_it_gives() {
        for replication in Replication::ALL {
            assert_eq!(Replication::parse(replication.as_str()), Some(replication));
        }
        assert_eq!(Replication::parse("RA-GRS"), None);
    }

    #[test]
    fn regions_that_customers_cannot_use_are_told_apart() {
        let restricted: Vec<&str> = Region::all()
            .iter()
            .filter(|r| r.restricted())
            .map(|r| r.name)
            .collect();
        assert_eq!(
            restricted,
            [
                "centraluseuap",
                "eastus2euap",
                "eastusstg",
                "jioindiacentral",
                "jioindiawest",
                "southcentralusstg"
            ]
        );
    }
}
