//! What must not compile, and what the compiler says then: beside each file in `ui` stands its message.
//!
//! `TRYBUILD=overwrite cargo test -p terrace-azurerm` writes the messages anew; read them as a user would.

#[test]
fn mistakes_are_explained_by_the_compiler() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
