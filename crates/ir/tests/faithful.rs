//! Reading and rendering again changes nothing: arbitrary texts, expressions and modules go there
//! and back, and arbitrary bytes come to no harm.

mod arbitrary;

use std::sync::Arc;

use arbitrary::Source;
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, RngSeed};
use terrace_ir::{Node, SourceMap, read, render};

/// The same cases on every machine and in every run.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        rng_algorithm: RngAlgorithm::ChaCha,
        rng_seed: RngSeed::Fixed(7_440_320),
        ..ProptestConfig::default()
    }
}

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..most)
}

fn same(
    read: Result<Arc<Node>, read::Error>,
    node: &Arc<Node>,
    written: &str,
) -> Result<(), TestCaseError> {
    match read {
        Ok(read) if read == *node => Ok(()),
        Ok(read) => {
            let again = render::expression(&read);
            Err(TestCaseError::fail(format!(
                "{written:?} was read as {again:?}"
            )))
        }
        Err(error) => Err(TestCaseError::fail(format!(
            "{written:?} was refused: {error}"
        ))),
    }
}

fn load(text: &str) -> (terrace_ir::Module, Vec<String>) {
    let (module, findings) = read::files("test", &[("main.tf.json", text)], &mut SourceMap::new());
    let findings = findings.into_iter().map(|finding| finding.summary);
    (module, findings.collect())
}

proptest! {
    #![proptest_config(cases(3_000))]

    #[test]
    fn a_text_is_the_same_text_alone_and_in_quotes(bytes in bytes(12)) {
        let node = Node::text(Source::new(&bytes).text());
        let written = render::template(&node);
        same(read::template(&written), &node, &written)?;
        let written = render::expression(&node);
        same(read::expression(&written), &node, &written)?;
    }

    #[test]
    fn an_expression_is_the_same_tree_alone_and_in_a_template(bytes in bytes(120)) {
        let node = Source::new(&bytes).node(4);
        let written = render::expression(&node);
        same(read::expression(&written), &node, &written)?;
        let written = render::template(&node);
        same(read::template(&written), &node, &written)?;
    }

    #[test]
    fn arbitrary_characters_are_a_template_or_refused(bytes in bytes(40)) {
        let mut source = Source::new(&bytes);
        let text = source.text() + &source.text() + &source.text();
        for result in [read::template(&text), read::expression(&text), read::traversal(&text)] {
            if let Err(error) = result {
                prop_assert!(text.get(error.at.clone()).is_some(), "{text:?}: {error:?}");
            }
        }
        // What was read means the same when it is written.
        if let Ok(node) = read::template(&text) {
            let written = render::template(&node);
            same(read::template(&written), &node, &written)?;
        }
    }
}

proptest! {
    #![proptest_config(cases(1_000))]

    #[test]
    fn a_module_is_written_read_and_written_alike(bytes in bytes(400)) {
        let module = Source::new(&bytes).module();
        let written = render::module(&module, None);
        let (read, findings) = load(&written);
        prop_assert_eq!(findings, Vec::<String>::new(), "{}", &written);
        prop_assert_eq!(render::module(&read, None), written);
    }

    #[test]
    fn arbitrary_json_comes_to_no_harm(bytes in bytes(300)) {
        let text = json(&mut bytes.iter().copied(), 6);
        let (module, findings) = load(&text);
        let written = render::module(&module, None);
        if findings.is_empty() {
            let (again, findings) = load(&written);
            prop_assert_eq!(findings, Vec::<String>::new(), "{} became {}", &text, &written);
            prop_assert_eq!(render::module(&again, None), written);
        }
    }

    #[test]
    fn arbitrary_bytes_come_to_no_harm(bytes in bytes(80), at in 0..200usize) {
        // Alone, and in the middle of a file that is fine without them.
        let fine = r#"{"resource":{"a_b":{"x":{"a":"${b.c[*].d}%{if e}f%{endif}","g":[1,{"h":null}]}}},"locals":{}}"#;
        let mut broken = fine.as_bytes().to_vec();
        let at = at.min(broken.len());
        broken.splice(at..(at + bytes.len() / 8).min(fine.len()), bytes.iter().copied());
        for bytes in [&bytes, &broken] {
            load(&String::from_utf8_lossy(bytes));
        }
    }
}

/// Arbitrary JSON of words that mean something somewhere.
fn json(bytes: &mut impl Iterator<Item = u8>, depth: usize) -> String {
    const WORDS: [&str; 34] = [
        "resource",
        "data",
        "provider",
        "variable",
        "locals",
        "output",
        "module",
        "terraform",
        "moved",
        "import",
        "removed",
        "check",
        "lifecycle",
        "dynamic",
        "provisioner",
        "connection",
        "content",
        "iterator",
        "ignore_changes",
        "depends_on",
        "providers",
        "for_each",
        "backend",
        "required_providers",
        "default",
        "value",
        "a_b",
        "all",
        "${a.b}",
        "${a",
        "%{if a}b%{endif}",
        "//",
        "x.y",
        "",
    ];
    let mut next = |n: usize| usize::from(bytes.next().unwrap_or(0)) % n;
    match next(if depth == 0 { 4 } else { 9 }) {
        0 => "null".to_owned(),
        1 => ["true", "1", "-1.5e3"][next(3)].to_owned(),
        2 | 3 => format!("{:?}", WORDS[next(WORDS.len())]),
        4 | 5 => {
            let items: Vec<String> = (0..next(4)).map(|_| json(bytes, depth - 1)).collect();
            format!("[{}]", items.join(","))
        }
        _ => {
            let count = next(4);
            let mut entries = Vec::new();
            for _ in 0..count {
                let key = WORDS[usize::from(bytes.next().unwrap_or(0)) % WORDS.len()];
                entries.push(format!("{key:?}:{}", json(bytes, depth - 1)));
            }
            format!("{{{}}}", entries.join(","))
        }
    }
}
