//! The values that Azure would give.
//!
//! Every value follows from the type and what is known of the resource alone, so two runs give the same.
//!
//! | module | what it does |
//! |---|---|
//! | [`id`] | ids, by the form in which a type's are imported |
//! | [`service`] | what Azure fills in where nothing is written |
//! | [`computed`] | endpoints, principals, keys and all else that only Azure knows |

pub mod computed;
pub mod id;
pub mod service;
