//! Where threads run.
//!
//! A system may have a new thread share the processor of the one that made it, also while another is idle,
//! and takes longer to part them than a run takes: without this, three environments took a tenth to a third
//! longer on two processors. Elsewhere than on Linux nothing is done about it.

/// The processor that the caller, the first thread of the process, is on.
#[cfg(target_os = "linux")]
pub(super) fn current() -> Option<usize> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    last_processor(&stat)
}

/// Keeps the calling thread off a processor, if it may run on another one.
#[cfg(target_os = "linux")]
pub(super) fn leave(processor: usize) {
    use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

    // The threads are as good where they are, only slower.
    let Ok(mut allowed) = sched_getaffinity(None) else {
        return;
    };
    if processor < CpuSet::MAX_CPU {
        allowed.unset(processor);
    }
    if allowed.count() > 0 {
        let _ = sched_setaffinity(None, &allowed);
    }
}

/// Field 39 of what Linux says of a process (proc(5)). Field 2 is the program's name in brackets, which may
/// hold anything.
#[cfg(any(target_os = "linux", test))]
fn last_processor(stat: &str) -> Option<usize> {
    let (_, from_the_third) = stat.rsplit_once(')')?;
    from_the_third
        .split_ascii_whitespace()
        .nth(36)?
        .parse()
        .ok()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn current() -> Option<usize> {
    None
}

#[cfg(not(target_os = "linux"))]
pub(super) fn leave(_processor: usize) {}

#[cfg(test)]
mod tests {
    use pretty_assertions::assert_eq;

    use super::last_processor;

    #[test]
    fn the_processor_is_read_behind_any_name_of_a_program() {
        let before: String = (4..39).map(|field| format!(" {field}")).collect();
        let stat = |name: &str| format!("17 ({name}) R{before} 5 40 41");
        assert_eq!(last_processor(&stat("stacks")), Some(5));
        assert_eq!(last_processor(&stat("a) R 1 2 (b")), Some(5));
        assert_eq!(last_processor("17 (stacks) R 4"), None);
    }
}
