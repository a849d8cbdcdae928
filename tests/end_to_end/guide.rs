//! The samples of environment files in the documentation are taken as they stand there.

use crate::workplace::{Workplace, repository};

/// The blocks of TOML in a page, each with its line.
fn samples(page: &str) -> Vec<(usize, String)> {
    let text = std::fs::read_to_string(repository().join(page)).unwrap();
    let mut samples = Vec::new();
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once("```toml\n") {
        let line = text[..text.len() - after.len()].matches('\n').count() + 1;
        let (sample, after) = after.split_once("```").unwrap();
        samples.push((line, sample.to_owned()));
        rest = after;
    }
    samples
}

/// The kind of environment that a sample belongs to; `None` for what stands in `terrace.toml` or in a
/// package's own file.
fn kind(sample: &str) -> Option<&'static str> {
    let has = |table: &str| sample.lines().any(|line| line.starts_with(table));
    if has("[naming") || has("[dependencies]") {
        None
    } else if has("[account]") {
        Some("bootstrap")
    } else if has("[hub") {
        Some("shared")
    } else {
        Some("platform")
    }
}

#[test]
fn every_sample_of_the_documentation_is_an_environment_file() {
    for page in ["docs/guide.md", "docs/environments.md"] {
        for (line, sample) in samples(page) {
            let Some(kind) = kind(&sample) else {
                continue;
            };
            // The samples leave out what their environment says beside them.
            let place = Workplace::new();
            let head = match sample.starts_with("inherits") {
                true => String::new(),
                false => {
                    format!("stack = \"{kind}\"\nstage = \"dev\"\nlocation = \"westeurope\"\n")
                }
            };
            place.write("stacks/sample.toml", head + &sample);
            let said = place.run(&["validate", "--env", "sample"]).stderr();
            // A sample may go on where another one ended, so that a key is missing; what is there is right.
            let schema = [
                "T0504", "T0508", "T0510", "T0511", "T0512", "T0513", "T0514", "T0515", "T0516",
            ];
            let wrong = schema
                .iter()
                .any(|code| said.contains(&format!("error[{code}]")));
            assert!(!wrong, "{page}:{line}\n{said}");
        }
    }
}
