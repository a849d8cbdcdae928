//! Facts about Azure itself, as data: what Azure offers and demands, whatever tool talks to it.
//!
//! Every table says where it comes from and of which date it is. The tables are sorted statics that are searched in
//! place, so a program that asks for one role does not pay for the other 851. Nothing here knows Terraform's language:
//! the names of azurerm's types appear only as keys.
//!
//! Three habits hold throughout:
//! - `find` takes a name as Azure takes it and gives the entry, `nearest` gives what a misspelt name probably meant;
//! - a fact that is known to be incomplete says so in its type, so that "not listed" is never mistaken for "refused";
//! - a new fact is one row in one table.

pub mod cloud;
pub mod cron;
pub mod diagnostics;
pub mod federation;
pub mod naming;
mod nearest;
pub mod network;
pub mod policy;
pub mod private_link;
pub mod provider_namespace;
pub mod region;
pub mod role;
pub mod time_zone;
pub mod vm_size;

pub use cloud::Cloud;
pub use diagnostics::Diagnosed;
pub use naming::{NameRule, NameSeed, NameTemplate};
pub use network::Cidr;
pub use policy::PolicyDefinition;
pub use region::Region;
pub use role::Role;
pub use vm_size::VmSize;
