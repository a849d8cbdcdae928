//! Work on several threads: what is done for each environment, and what is done beside it.
//!
//! A run takes milliseconds, less than a system takes to spread threads over its processors. So there
//! are few, they live as long as the run, none is put where the main thread is at work, and none sleeps
//! between two pieces of work: one that sleeps may be woken on a processor that is taken.

use std::hint::black_box;
use std::num::NonZero;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

mod processor;

/// More would hardly find work: environments are few.
const MOST: usize = 4;

/// What the main thread has on most systems: constructs and expressions may be nested deeply.
const STACK: usize = 8 << 20;

/// More than a run of a few environments needs, in bytes.
const ROOM: usize = 16 << 20;

/// As long as a thread waits for the next piece of work without sleeping.
const MOMENT: Duration = Duration::from_millis(3);

type Job<'t> = Box<dyn FnOnce() + Send + 't>;

/// The threads of a run, of which the one that has this is one.
pub(crate) struct Threads<'t> {
    jobs: Sender<Job<'t>>,
    queue: Arc<Mutex<Receiver<Job<'t>>>>,
    others: usize,
}

impl<'t> Threads<'t> {
    /// Does `work` with as many threads as there are processors.
    pub(crate) fn with<R>(work: impl FnOnce(&Self) -> R) -> R {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        Self::with_count(processors.min(MOST), work)
    }

    fn with_count<R>(count: usize, work: impl FnOnce(&Self) -> R) -> R {
        reserve();
        reserve();
        let ours = processor::current();
        let (jobs, queue) = channel::<Job<'t>>();
        let queue = Arc::new(Mutex::new(queue));
        thread::scope(|scope| {
            let spawn = |_: &usize| {
                let queue = Arc::clone(&queue);
                let builder = thread::Builder::new().stack_size(STACK);
                let work = move || {
                    if let Some(ours) = ours {
                        processor::leave(ours);
                    }
                    reserve();
                    let next = || wait(&locked(&queue));
                    while let Some(job) = next() {
                        job();
                    }
                };
                builder.spawn_scoped(scope, work).is_ok()
            };
            let others = (1..count).filter(spawn).count();
            let threads = Self {
                jobs,
                queue: Arc::clone(&queue),
                others,
            };
            work(&threads)
        })
    }

    /// Starts `work` on another thread.
    pub(crate) fn start<R: Send + 't>(&self, work: impl FnOnce() -> R + Send + 't) -> Pending<R> {
        let (done, result) = channel();
        self.add(move || drop(done.send(work())));
        Pending(result)
    }

    /// Waits for what was started.
    pub(crate) fn finish<R>(&self, pending: Pending<R>) -> R {
        self.receive(&pending.0)
    }

    /// Does `first` for each number below `count`, and `then` with what it gives, maybe on another
    /// thread. The last number comes first; what comes of it stands in order.
    pub(crate) fn each<A: Send + 't, R: Send + 't>(
        &self,
        count: usize,
        first: impl Fn(usize) -> A + Send + Sync + 't,
        then: impl Fn(A) -> R + Send + Sync + 't,
    ) -> Vec<R> {
        let (done, results) = channel();
        let steps = Arc::new((Mutex::new(Steps::new(count)), first, then));
        let work = move || {
            let (steps, first, then) = &*steps;
            loop {
                let step = locked(steps).next();
                match step {
                    Some(Step::First(place)) => {
                        let begun = first(place);
                        locked(steps).begun.push((place, begun));
                    }
                    Some(Step::Then(place, begun)) => drop(done.send((place, then(begun)))),
                    None => break,
                }
            }
        };
        for _ in 0..self.others.min(count.saturating_sub(1)) {
            self.add(work.clone());
        }
        work();
        // If another thread panics, nobody is left who could send a result.
        drop(work);
        let mut results: Vec<_> = (0..count).map(|_| self.receive(&results)).collect();
        results.sort_by_key(|(place, _)| *place);
        results.into_iter().map(|(_, result)| result).collect()
    }

    fn add(&self, job: impl FnOnce() + Send + 't) {
        // The other end is held by these threads themselves.
        let _ = self.jobs.send(Box::new(job));
    }

    /// Receives a result, and does meanwhile what nobody has begun: other threads may not be there yet.
    fn receive<R>(&self, results: &Receiver<R>) -> R {
        // The one that waits for work holds the queue.
        let next = || self.queue.try_lock().ok()?.try_recv().ok();
        loop {
            if let Ok(result) = results.try_recv() {
                return result;
            }
            match next() {
                Some(job) => job(),
                None => break,
            }
        }
        wait(results).expect("a thread panicked")
    }
}

/// Waits for what comes next, for a moment without sleeping.
fn wait<T>(receiver: &Receiver<T>) -> Option<T> {
    let start = Instant::now();
    while start.elapsed() < MOMENT {
        match receiver.try_recv() {
            Ok(next) => return Some(next),
            Err(TryRecvError::Disconnected) => return None,
            Err(TryRecvError::Empty) => thread::yield_now(),
        }
    }
    receiver.recv().ok()
}

/// The result of what was started.
pub(crate) struct Pending<R>(Receiver<R>);

struct Steps<A> {
    /// How many have not been begun: the first ones.
    rest: usize,
    begun: Vec<(usize, A)>,
}

enum Step<A> {
    First(usize),
    Then(usize, A),
}

impl<A> Steps<A> {
    fn new(count: usize) -> Self {
        Self {
            rest: count,
            begun: Vec::new(),
        }
    }

    fn next(&mut self) -> Option<Step<A>> {
        if let Some(place) = self.rest.checked_sub(1) {
            self.rest = place;
            return Some(Step::First(place));
        }
        let (place, begun) = self.begun.pop()?;
        Some(Step::Then(place, begun))
    }
}

/// Takes memory and gives it back untouched.
///
/// glibc grows a heap by what is asked for, on a thread by single pages, with a system call each. Of what
/// was given back it keeps as much as it has seen at once: the first time teaches it so, the second makes
/// room. Nowhere else this does anything.
fn reserve() {
    drop(black_box(Vec::<u8>::with_capacity(ROOM)));
}

/// A panic elsewhere ends the run anyway.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::thread::sleep;
    use std::time::Duration;

    use pretty_assertions::assert_eq;

    use super::Threads;

    #[test]
    fn results_stand_in_order_however_many_threads_there_are() {
        let wanted: Vec<String> = (0..20).map(|number| format!("{}!", number * 2)).collect();
        for count in [1, 2, 4, 30] {
            let (beside, results) = Threads::with_count(count, |threads| {
                let beside = threads.start(|| "beside");
                let double = |place: usize| {
                    sleep(Duration::from_micros(place as u64 % 7 * 100));
                    place * 2
                };
                let results = threads.each(20, double, |number| format!("{number}!"));
                (threads.finish(beside), results)
            });
            assert_eq!((beside, &results), ("beside", &wanted), "{count} threads");
        }
    }

    #[test]
    fn nothing_to_do_gives_nothing() {
        let none = Threads::with(|threads| threads.each(0, |place| place, |place| place));
        assert!(none.is_empty());
    }
}
