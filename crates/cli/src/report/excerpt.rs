//! The line of a file that a finding is about, with the place underlined.
//!
//! What is shown is safe for a terminal: control characters are made visible, tabs become blanks, wide characters count
//! as two columns, a long line is cut around the place, and a span that is hidden in the [`SourceMap`] is blotted out.

use std::fmt::Write as _;

use terrace_ir::{Origin, SourceMap};

use super::Colour;

/// How many columns of a line are shown.
const WIDEST: usize = 120;
/// How many of them stand before the place in a line that is cut.
const BEFORE: usize = 40;
/// How many bytes before and behind the place are looked at: a file of one line may have millions.
const AROUND: usize = 1000;
const TAB: &str = "    ";
const BLOTTED: &str = "(sensitive)";

/// Writes the line with the place underlined; nothing for an origin outside files. Gives the width of the line's number.
pub(super) fn write(
    out: &mut String,
    origin: Origin,
    sources: &SourceMap,
    colour: Colour,
) -> usize {
    let (Some(place), Some(line)) = (sources.place(origin), Line::of(origin, sources)) else {
        return 1;
    };
    let (text, indent, width) = line.cut();
    let number = place.line.to_string();
    let margin = " ".repeat(number.len());
    let bar = colour.paint("34", "|");
    let underline = colour.paint("1;31", &"^".repeat(width));
    let _ = writeln!(out, " {margin} {bar}");
    let _ = writeln!(out, " {} {bar} {text}", colour.paint("34", &number));
    let _ = writeln!(out, " {margin} {bar} {}{underline}", " ".repeat(indent));
    number.len()
}

/// A line as it is shown: pieces of text with their widths. Of a very long one only what surrounds the place.
struct Line {
    /// Whether there is more before and behind.
    is_cut: (bool, bool),
    cells: Vec<Cell>,
    /// The cells that are underlined; none where the place is the end of the line.
    marked: std::ops::Range<usize>,
}

struct Cell {
    text: String,
    width: usize,
}

impl Line {
    fn of(origin: Origin, sources: &SourceMap) -> Option<Self> {
        let Origin::File { start, end } = origin else {
            return None;
        };
        let (line_start, line) = sources.line(origin)?;
        let at = (start - line_start) as usize;
        let from = line.floor_char_boundary(at.saturating_sub(AROUND));
        let to = line.floor_char_boundary(at + AROUND);
        let is_cut = (from > 0, to < line.len());
        let (line_start, line) = (line_start + from as u32, &line[from..to]);
        let mut cells: Vec<Cell> = Vec::new();
        let (mut first, mut last) = (None, 0);
        let mut hidden_until = 0;
        for (at, c) in line.char_indices() {
            let at = line_start + at as u32;
            // Cells are made of what is shown, so the span is found in them while they are made.
            if at >= start && first.is_none() {
                let inside_blot = at < hidden_until && !cells.is_empty();
                first = Some(cells.len() - usize::from(inside_blot));
            }
            if at >= hidden_until {
                match sources.hidden_at(at) {
                    Some(until) => {
                        hidden_until = until;
                        cells.push(Cell::of_text(BLOTTED));
                    }
                    None => cells.push(Cell::of(c)),
                }
            }
            if at < end {
                last = cells.len();
            }
        }
        let first = first.unwrap_or(cells.len());
        Some(Self {
            is_cut,
            marked: first..last.max(first),
            cells,
        })
    }

    /// What fits, with the indent and the width of the underline.
    fn cut(&self) -> (String, usize, usize) {
        let width = |range: std::ops::Range<usize>| -> usize {
            self.cells[range].iter().map(|cell| cell.width).sum()
        };
        let (mut from, mut to) = (0, self.cells.len());
        let (mut more_before, mut more_behind) = self.is_cut;
        if width(0..to) > WIDEST {
            from = self.marked.start;
            let mut before = 0;
            while from > 0 && before + self.cells[from - 1].width <= BEFORE {
                from -= 1;
                before += self.cells[from].width;
            }
            to = from;
            let mut all = 0;
            while to < self.cells.len() && all + self.cells[to].width <= WIDEST {
                all += self.cells[to].width;
                to += 1;
            }
            more_before |= from > 0;
            more_behind |= to < self.cells.len();
        }
        let mut text = String::from(if more_before { "…" } else { "" });
        self.cells[from..to]
            .iter()
            .for_each(|cell| text += &cell.text);
        if more_behind {
            text.push('…');
        }
        let indent = usize::from(more_before) + width(from..self.marked.start);
        let marked = width(self.marked.start..self.marked.end.clamp(self.marked.start, to));
        (text, indent, marked.max(1))
    }
}

impl Cell {
    fn of(c: char) -> Self {
        match c {
            '\t' => Self::of_text(TAB),
            c => Self {
                text: visible(c).to_string(),
                width: columns(visible(c)),
            },
        }
    }

    fn of_text(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            width: text.len(),
        }
    }
}

/// Text without what a terminal would obey: escape sequences, a change of the direction of writing.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if c == '\n' { c } else { visible(c) })
        .collect()
}

/// Text as one line.
pub(super) fn one_line(text: &str) -> String {
    text.chars().map(visible).collect()
}

fn visible(c: char) -> char {
    match c {
        // Unicode has pictures of the control characters of ASCII.
        '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or('�'),
        '\x7f' => '␡',
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '�',
        c => c,
    }
}

/// How many columns of a terminal a character takes, by Unicode's East Asian Width in broad ranges.
fn columns(c: char) -> usize {
    match c as u32 {
        0x0300..=0x036f | 0x200b..=0x200f | 0xfe00..=0xfe0f | 0xfeff => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    /// The excerpt for the first `marked` of a file.
    fn excerpt(text: &str, marked: &str, hidden: Option<&str>) -> String {
        let mut sources = SourceMap::new();
        let start = sources.add("a", text).unwrap();
        let span = |of: &str| {
            let at = start + text.find(of).unwrap() as u32;
            Origin::File {
                start: at,
                end: at + of.len() as u32,
            }
        };
        if let Some(hidden) = hidden {
            sources.hide(span(hidden));
        }
        let mut out = String::new();
        write(&mut out, span(marked), &sources, Colour::Off);
        out.lines()
            .skip(1)
            .map(|line| format!("{line}\n"))
            .collect()
    }

    #[test]
    fn tabs_and_wide_characters_keep_the_underline_below_the_place() {
        assert_eq!(
            excerpt("\tname = \"日本\", x = 1\r\n", "x = 1", None),
            " 1 |     name = \"日本\", x = 1\n   |                    ^^^^^\n"
        );
        assert_eq!(
            excerpt("\tname = \"日本\"\n", "\"日本\"", None),
            " 1 |     name = \"日本\"\n   |            ^^^^^^\n"
        );
    }

    #[test]
    fn a_long_line_is_cut_around_the_place() {
        let text = format!(
            "{{\"a\": \"{}\", \"b\": 1, \"c\": \"{}\"}}",
            "x".repeat(500),
            "y".repeat(500)
        );
        let shown = excerpt(&text, "\"b\"", None);
        let lines: Vec<&str> = shown.lines().collect();
        assert!(lines[0].starts_with(" 1 | …xxx"), "{shown}");
        assert!(lines[0].ends_with("yyy…"), "{shown}");
        assert!(lines[0].chars().count() < 130, "{shown}");
        let at = |line: &str, what: &str| line[..line.find(what).unwrap()].chars().count();
        assert_eq!(at(lines[0], "\"b\""), at(lines[1], "^^^"));
    }

    #[test]
    fn a_span_over_several_lines_is_underlined_to_the_end_of_the_first() {
        assert_eq!(
            excerpt("a = [\n 1,\n]\n", "[\n 1,\n]", None),
            " 1 | a = [\n   |     ^\n"
        );
    }

    #[test]
    fn the_end_of_a_line_is_a_place_too() {
        let mut sources = SourceMap::new();
        sources.add("a", "a =\n").unwrap();
        let mut out = String::new();
        let end = Origin::File { start: 3, end: 3 };
        write(&mut out, end, &sources, Colour::Off);
        assert_eq!(out, "   |\n 1 | a =\n   |    ^\n");
    }

    #[test]
    fn what_is_hidden_is_blotted_out_wherever_the_place_is() {
        let text = "{\"value\": \"hunter2\", \"nmae\": 1}";
        assert_eq!(
            excerpt(text, "\"nmae\"", Some("\"hunter2\"")),
            " 1 | {\"value\": (sensitive), \"nmae\": 1}\n   |                        ^^^^^^\n"
        );
        assert_eq!(
            excerpt(text, "\"hunter2\"", Some("\"hunter2\"")),
            " 1 | {\"value\": (sensitive), \"nmae\": 1}\n   |           ^^^^^^^^^^^\n"
        );
        assert_eq!(
            excerpt(text, "ter", Some("\"hunter2\"")),
            " 1 | {\"value\": (sensitive), \"nmae\": 1}\n   |           ^^^^^^^^^^^\n"
        );
    }

    #[test]
    fn a_hidden_text_of_several_lines_stays_hidden_in_each() {
        assert_eq!(
            excerpt(
                "a = \"\"\"\nkey\n\"\"\"\n",
                "key",
                Some("\"\"\"\nkey\n\"\"\"")
            ),
            " 2 | (sensitive)\n   | ^^^^^^^^^^^\n"
        );
    }

    #[test]
    fn nothing_reaches_the_terminal_as_a_command() {
        assert_eq!(
            excerpt("a = \"\x1b[31m\"", "a", None),
            " 1 | a = \"␛[31m\"\n   | ^\n"
        );
        assert_eq!(one_line("a\nb\x07"), "a␊b␇");
        assert_eq!(printable("a\nb\x07"), "a\nb␇");
    }
}
