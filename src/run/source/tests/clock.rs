//! Virtual time: a clock that jumps to the next moment that is waited for, and an executor of one future.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use crate::model::duration::Elapsed;

/// The time of a whole case, over all its steps.
#[derive(Default)]
pub(super) struct Clock {
    now: Cell<Elapsed>,
    waits: RefCell<BTreeMap<(Elapsed, u64), Waker>>,
    count: Cell<u64>,
}

impl Clock {
    pub(super) fn now(&self) -> Elapsed {
        self.now.get()
    }

    /// Time passes, and nothing happens.
    pub(super) fn pass(&self, time: Elapsed) {
        self.now.set(self.now.get() + time);
    }

    pub(super) fn sleep_until(&self, at: Elapsed) -> Sleep<'_> {
        let nth = self.count.get();
        self.count.set(nth + 1);
        Sleep { clock: self, key: (at, nth) }
    }

    /// Goes to the next moment that is waited for; `false`: nothing is.
    fn advance(&self) -> bool {
        let Some(((at, _), waker)) = self.waits.borrow_mut().pop_first() else { return false };
        self.now.set(self.now.get().max(at));
        waker.wake();
        true
    }

    /// Runs a future to its end; `None`: it was stopped before, and is dropped.
    pub(super) fn run<T>(&self, future: impl Future<Output = T>, is_stopped: impl Fn() -> bool) -> Option<T> {
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&flag));
        let mut future = pin!(future);
        loop {
            if flag.0.swap(false, Ordering::Relaxed) {
                if let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return Some(value);
                }
                if is_stopped() {
                    return None;
                }
            } else {
                assert!(self.advance(), "it waits for something that never comes");
            }
        }
    }
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Waits for a moment.
pub(super) struct Sleep<'c> {
    clock: &'c Clock,
    key: (Elapsed, u64),
}

impl Future for Sleep<'_> {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.clock.now() >= self.key.0 {
            return Poll::Ready(());
        }
        self.clock.waits.borrow_mut().insert(self.key, context.waker().clone());
        Poll::Pending
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        self.clock.waits.borrow_mut().remove(&self.key);
    }
}
