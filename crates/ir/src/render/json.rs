//! Writes JSON, two blanks a level, as people read it in a difference.

/// A text that grows to a JSON document.
pub(super) struct Writer {
    out: String,
    depth: usize,
    first: bool,
}

impl Writer {
    pub(super) fn new() -> Self {
        Self {
            out: String::new(),
            depth: 0,
            first: true,
        }
    }

    pub(super) fn object(&mut self, entries: impl FnOnce(&mut Self)) {
        self.nested('{', '}', entries);
    }

    pub(super) fn list(&mut self, items: impl FnOnce(&mut Self)) {
        self.nested('[', ']', items);
    }

    fn nested(&mut self, open: char, close: char, inner: impl FnOnce(&mut Self)) {
        self.out.push(open);
        self.depth += 1;
        self.first = true;
        inner(self);
        self.depth -= 1;
        // Still first: nothing was written, and `{}` stands on one line.
        if !self.first {
            self.line();
        }
        self.first = false;
        self.out.push(close);
    }

    /// Begins an item of a list.
    pub(super) fn item(&mut self) {
        if !self.first {
            self.out.push(',');
        }
        self.first = false;
        self.line();
    }

    /// Begins an entry of an object.
    pub(super) fn key(&mut self, key: &str) {
        self.item();
        self.text(key);
        self.out.push_str(": ");
    }

    pub(super) fn raw(&mut self, digits_or_word: &str) {
        self.out.push_str(digits_or_word);
    }

    /// Text in JSON's quotes.
    pub(super) fn text(&mut self, text: &str) {
        use std::fmt::Write;
        self.out.push('"');
        // Nearly all text is plain; to look at all of it at once is faster than to stop at the first.
        let is_escaped = |byte| matches!(byte, b'"' | b'\\' | 0..0x20);
        if !text.bytes().fold(false, |any, byte| any | is_escaped(byte)) {
            self.out.push_str(text);
            self.out.push('"');
            return;
        }
        let mut plain = 0;
        for (at, byte) in text.bytes().enumerate() {
            let escape = match byte {
                b'"' => "\\\"",
                b'\\' => "\\\\",
                b'\n' => "\\n",
                b'\r' => "\\r",
                b'\t' => "\\t",
                0..0x20 => "",
                _ => continue,
            };
            self.out.push_str(&text[plain..at]);
            plain = at + 1;
            if escape.is_empty() {
                // Writing to a String cannot fail.
                let _ = write!(self.out, "\\u{byte:04x}");
            } else {
                self.out.push_str(escape);
            }
        }
        self.out.push_str(&text[plain..]);
        self.out.push('"');
    }

    pub(super) fn finish(mut self) -> String {
        self.out.push('\n');
        self.out
    }

    fn line(&mut self) {
        self.out.push('\n');
        const BLANKS: &str = "                                        ";
        let mut rest = 2 * self.depth;
        while rest > BLANKS.len() {
            self.out.push_str(BLANKS);
            rest -= BLANKS.len();
        }
        self.out.push_str(&BLANKS[..rest]);
    }
}
