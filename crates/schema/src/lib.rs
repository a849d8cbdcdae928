//! (to come)
pub mod archive;
mod arm_id;
pub mod format;
pub mod model;
pub mod nearest;
mod pattern;
pub mod rule;
