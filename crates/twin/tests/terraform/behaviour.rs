//! Single behaviours.
