//! `explain`: the page behind a code.

use super::{Outcome, print_result};
use crate::arguments::Explain;
use crate::codes;

pub(super) fn run(arguments: &Explain) -> Outcome {
    let all = codes::all();
    let Some(wanted) = &arguments.code else {
        let lines: String = all
            .iter()
            .map(|code| format!("{}  {}\n", code.id, code.title))
            .collect();
        print_result(&lines);
        return Outcome::Fine;
    };
    match all.iter().find(|code| code.id.eq_ignore_ascii_case(wanted)) {
        Some(code) => {
            print_result(&format!(
                "{}: {}\n\n{}\n",
                code.id, code.title, code.explanation
            ));
            Outcome::Fine
        }
        None => {
            let nearest = all
                .iter()
                .max_by(|a, b| strsim::jaro(a.id, wanted).total_cmp(&strsim::jaro(b.id, wanted)))
                .map_or(String::new(), |code| {
                    format!("; the nearest is {}", code.id)
                });
            eprintln!(
                "error: there is no code `{wanted}`{nearest}\n\nrun `explain` alone for the list"
            );
            Outcome::Misuse
        }
    }
}
