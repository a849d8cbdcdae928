//! The twin under the real Terraform, offline.
//!
//! Without `terraform` on the path these tests say so and pass; with `TERRACE_REQUIRE_TERRAFORM=1` they fail.

mod applied;
mod behaviour;
mod changes;
mod interrupted;
mod life;
mod observed;
mod schemas;
mod terraform;
