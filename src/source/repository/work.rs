//! Counts steps in tests: reading a repository is linear in its size, and a count says so on every machine.

#[cfg(test)]
thread_local! {
    static STEPS: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

/// One piece of work of bounded cost.
pub fn step() {
    #[cfg(test)]
    STEPS.set(STEPS.get() + 1);
}

/// The steps of this thread so far.
#[cfg(test)]
pub fn steps() -> usize {
    STEPS.get()
}
