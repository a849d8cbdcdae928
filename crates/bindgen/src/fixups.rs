//! Named corrections of what upstream says about itself.
//!
//! Each names what it mends and why, and fails when the mistake is no longer there, so that none outlives its reason.

use terrace_schema::model::Schema;

/// A correction of one provider's model.
pub(crate) struct FixUp {
    pub(crate) name: &'static str,
    pub(crate) provider: &'static str,
    /// Why it is needed, and how that was found.
    pub(crate) reason: &'static str,
    /// Mends the model, or says why there is nothing to mend.
    pub(crate) apply: fn(&mut [Schema]) -> Result<(), String>,
}

/// All corrections, applied in this order.
pub(crate) const FIX_UPS: &[FixUp] = &[];

/// Applies the corrections of one provider.
///
/// # Errors
/// When one no longer matches.
pub(crate) fn apply(provider: &str, schemas: &mut [Schema]) -> Result<(), String> {
    for fix_up in FIX_UPS.iter().filter(|fix_up| fix_up.provider == provider) {
        (fix_up.apply)(schemas).map_err(|error| {
            format!(
                "the fix-up {:?} no longer applies: {error} (its reason was: {})",
                fix_up.name, fix_up.reason
            )
        })?;
    }
    Ok(())
}
