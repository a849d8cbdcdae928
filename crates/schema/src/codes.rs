//! The codes of all checks of this crate in one table.

use terrace_ir::Code;

use crate::{azapi, check, eval, language, rules};

/// All codes of this crate: of the language, of expressions, of providers' schemas and their code, and of azapi's bodies.
pub const CODES: &[&Code] = &joined::<COUNT>();

const TABLES: [&[&Code]; 5] = [
    language::CODES,
    eval::CODES,
    check::CODES,
    rules::CODES,
    azapi::CODES,
];

const COUNT: usize = {
    let (mut count, mut table) = (0, 0);
    while table < TABLES.len() {
        count += TABLES[table].len();
        table += 1;
    }
    count
};

const fn joined<const N: usize>() -> [&'static Code; N] {
    let mut all = [TABLES[0][0]; N];
    let (mut table, mut next) = (0, 0);
    while table < TABLES.len() {
        let mut row = 0;
        while row < TABLES[table].len() {
            all[next] = TABLES[table][row];
            next += 1;
            row += 1;
        }
        table += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pretty_assertions::assert_eq;

    use super::*;

    #[test]
    fn every_code_has_one_meaning_and_an_explanation() {
        let ids: BTreeSet<&str> = CODES.iter().map(|code| code.id).collect();
        assert_eq!(ids.len(), CODES.len());
        for code in CODES {
            assert!(code.explanation.len() > 80, "{} is not explained", code.id);
        }
    }
}
