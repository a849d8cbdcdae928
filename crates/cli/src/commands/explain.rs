//! `explain`: the page behind a code.

use terrace_ir::nearest::nearest;

use terrace_ir::Code;

use super::{Outcome, print_result};
use crate::arguments::Explain;
use crate::codes;

pub(super) fn run(of_constructs: &[&'static Code], arguments: &Explain) -> Outcome {
    let all = codes::all(of_constructs);
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
            let nearest = nearest(wanted, all.iter().map(|code| code.id))
                .map_or(String::new(), |id| format!("; did you mean `{id}`?"));
            eprintln!(
                "error: there is no code `{wanted}`{nearest}\n\nrun `explain` alone for the list"
            );
            Outcome::Misuse
        }
    }
}
