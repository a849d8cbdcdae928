//! Azure as far as the twin knows it: what has been applied, and what is refused.
//!
//! | module | what it holds |
//! |---|---|
//! | [`store`] | what has been applied so far, in a folder that the processes of one run share |
//! | [`refusal`] | what Azure refuses, each switchable |

pub mod refusal;
pub mod store;

/// The subscription of everything. No real one has this id.
pub const SUBSCRIPTION: &str = "00000000-0000-0000-0000-000000000000";

/// The tenant. No real one has this id.
pub const TENANT: &str = "00000000-0000-0000-0000-000000000001";

/// The application that applies.
pub const CLIENT: &str = "00000000-0000-0000-0000-000000000002";

/// Who applies.
pub const OBJECT: &str = "00000000-0000-0000-0000-000000000003";
