//! Named corrections of how many blocks of a name there may be.
//!
//! Each fails when its block is gone, or when the provider has learnt to say it itself.

use terrace_schema::Schema;
use terrace_schema::model::NestedBlock;

/// A block at the root of a type of which there can be only one, though the schema gives no limit.
struct OneBlock {
    name: &'static str,
    type_name: &'static str,
    block: &'static str,
    /// Why there can be only one.
    reason: &'static str,
}

const FIX_UPS: &[OneBlock] = &[OneBlock {
    name: "one identity",
    type_name: "azapi_resource",
    block: "identity",
    reason: "a resource of Azure has one identity object, and azapi's schema carries no limits",
}];

/// Whether there can be only one block of a name at the root of a type.
pub(crate) fn is_one(schema: &Schema, block: &NestedBlock) -> bool {
    FIX_UPS
        .iter()
        .any(|fix_up| fix_up.type_name == schema.name && fix_up.block == block.name)
}

/// Whether every correction of a provider still mends something.
///
/// # Errors
/// When one does not.
pub(crate) fn check(provider: &str, schemas: &[&Schema]) -> Result<(), String> {
    let of_provider = |fix_up: &&OneBlock| fix_up.type_name.split('_').next() == Some(provider);
    FIX_UPS
        .iter()
        .filter(of_provider)
        .try_for_each(|fix_up| check_one(fix_up, schemas))
}

fn check_one(fix_up: &OneBlock, schemas: &[&Schema]) -> Result<(), String> {
    let OneBlock {
        name,
        type_name,
        block,
        reason,
    } = fix_up;
    let found = schemas
        .iter()
        .filter(|schema| schema.name == *type_name)
        .find_map(|schema| schema.body.block(block));
    let complaint = match found.map(|block| block.items.max) {
        Some(None) => return Ok(()),
        Some(Some(_)) => "the schema says so itself",
        None => "there is no such block",
    };
    Err(format!(
        "the fix-up {name:?} no longer applies to {type_name}.{block}: {complaint} (its reason was: {reason})"
    ))
}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;
    use terrace_schema::model::BlockType;

    use super::*;
    use crate::bindings::tests::resource;

    const FIX_UP: OneBlock = OneBlock {
        name: "one x",
        type_name: "t_a",
        block: "x",
        reason: "for the test",
    };

    #[test]
    fn a_fix_up_of_a_block_that_is_gone_is_an_error() {
        let schema = resource("t_a", BlockType::default());
        assert_eq!(
            check_one(&FIX_UP, &[&schema]).unwrap_err(),
            "the fix-up \"one x\" no longer applies to t_a.x: there is no such block (its reason was: for the test)"
        );
    }
}
