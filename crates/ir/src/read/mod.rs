//! Terraform JSON as a module.
