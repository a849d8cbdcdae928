//! Commands that run until they end, or until the user wants everything to end.

use std::cell::{Cell, RefCell};
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// How often a running command and the signals are looked at.
const INTERVAL: Duration = Duration::from_millis(5);

/// How long an interrupted command may take to end in order.
const PATIENCE: Duration = Duration::from_secs(10);

/// A signal by which the user ends everything, with its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted(i32);

impl Interrupted {
    /// What a shell sees of a process that the signal ended: 130 for INT, 143 for TERM.
    #[must_use]
    pub fn exit_code(self) -> u8 {
        u8::try_from(128 + self.0).unwrap_or(1)
    }
}

/// The signals that end everything: HUP, INT and TERM.
#[derive(Default)]
pub struct Interruptions {
    signals: Option<RefCell<Signals>>,
    first: Cell<Option<Interrupted>>,
}

impl Interruptions {
    /// Takes the signals from now on, for as long as this process lives.
    ///
    /// # Errors
    /// What the operating system refused.
    pub fn watched() -> io::Result<Self> {
        let signals = Signals::new([SIGHUP, SIGINT, SIGTERM])?;
        Ok(Self {
            signals: Some(RefCell::new(signals)),
            first: Cell::new(None),
        })
    }

    /// Leaves the signals alone: they end this process at once, as without this crate.
    #[must_use]
    pub fn unwatched() -> Self {
        Self::default()
    }

    /// The first signal that came, if one has come.
    #[must_use]
    pub fn seen(&self) -> Option<Interrupted> {
        self.news();
        self.first.get()
    }

    /// How many signals have come since the last time.
    fn news(&self) -> usize {
        let Some(signals) = &self.signals else {
            return 0;
        };
        let news: Vec<i32> = signals.borrow_mut().pending().collect();
        if let (None, Some(signal)) = (self.first.get(), news.first()) {
            self.first.set(Some(Interrupted(*signal)));
        }
        news.len()
    }

    /// Runs a command, in a process group of its own and without input.
    ///
    /// The first signal interrupts it once, as its terminal would; a second one, or a long time, kills it.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn run(&self, command: &mut Command) -> io::Result<Result<ExitStatus, Interrupted>> {
        if let Some(interrupted) = self.seen() {
            return Ok(Err(interrupted));
        }
        let mut child = command.stdin(Stdio::null()).process_group(0).spawn()?;
        let mut since: Option<Instant> = None;
        let mut is_killed = false;
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(match self.first.get() {
                    Some(interrupted) if since.is_some() => Err(interrupted),
                    _ => Ok(status),
                });
            }
            let news = self.news();
            match since {
                None if news > 0 => {
                    since = Some(Instant::now());
                    send(&child, "INT");
                }
                Some(since) if !is_killed && (news > 0 || since.elapsed() > PATIENCE) => {
                    is_killed = true;
                    send(&child, "KILL");
                }
                _ => sleep(INTERVAL),
            }
        }
    }
}

/// Sends a signal to a command and whatever it has started.
///
/// By the shell's own `kill`: std sends nothing but KILL, and to one process alone.
fn send(child: &Child, signal: &str) {
    let group = format!("-{}", child.id());
    // One that has ended meanwhile needs no signal any more.
    let _ = Command::new("sh")
        .args(["-c", "kill -s \"$0\" -- \"$1\"", signal, &group])
        .stderr(Stdio::null())
        .status();
}
