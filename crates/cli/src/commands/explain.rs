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
                "{}: {}\n\n{}",
                code.id,
                code.title,
                wrapped(code.explanation)
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

/// A page with its paragraphs broken into lines that a terminal holds; examples stay as they are.
fn wrapped(page: &str) -> String {
    const WIDTH: usize = 96;
    let mut out = String::new();
    for (at, part) in page.split("```").enumerate() {
        if at % 2 == 1 {
            out += &format!("```{part}```\n\n");
            continue;
        }
        for paragraph in part.split("\n\n").filter(|it| !it.trim().is_empty()) {
            let mut width = 0;
            for word in paragraph.split_whitespace() {
                let length = word.chars().count();
                if width > 0 {
                    let fits = width + 1 + length <= WIDTH;
                    out.push(if fits { ' ' } else { '\n' });
                    width = if fits { width + 1 } else { 0 };
                }
                out += word;
                width += length;
            }
            out += "\n\n";
        }
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_broken_and_examples_are_not() {
        let example = format!("```json\n{{\"a\": \"{}\"}}\n```", "x".repeat(120));
        let page = format!(
            "{} end.\nNext.\n\n{example}\n\nDo it.",
            "word ".repeat(30).trim()
        );
        let shown = wrapped(&page);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[0].len() <= 96 && lines[0].len() > 85, "{shown}");
        assert!(lines[1].ends_with("word end. Next."), "{shown}");
        assert!(
            shown.contains(&format!("\n\n{example}\n\nDo it.\n")),
            "{shown}"
        );
    }
}
