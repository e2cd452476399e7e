//! Which signals cancel the step, and the exit code of each.

use std::{
    io,
    task::{Context, Poll},
};

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlBreak, CtrlC, CtrlClose, ctrl_break, ctrl_c, ctrl_close};

/// The signals. PID 1 of a container gets no default actions: only a signal with a handler stops it.
#[cfg(unix)]
pub(super) struct Signals(Vec<(Signal, u8)>);

#[cfg(unix)]
impl Signals {
    /// Installs the handlers. Must be called within the runtime.
    pub(super) fn listen() -> io::Result<Self> {
        let mut signals = vec![(signal(SignalKind::interrupt())?, 130), (signal(SignalKind::terminate())?, 143)];
        // A handler would undo what `nohup` did.
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        if !is_hangup_ignored(&status) {
            signals.push((signal(SignalKind::hangup())?, 143));
        }
        Ok(Self(signals))
    }

    /// The exit code of a signal that has arrived.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<u8> {
        for (signal, code) in &mut self.0 {
            if signal.poll_recv(context) == Poll::Ready(Some(())) {
                return Poll::Ready(*code);
            }
        }
        Poll::Pending
    }
}

/// Whether SIGHUP, the first of the signals, is ignored, by what Linux tells of this process. Elsewhere nobody tells.
#[cfg(unix)]
fn is_hangup_ignored(status: &str) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

/// The signals: Ctrl-C is an interrupt, Ctrl-Break and a closed console end the process.
#[cfg(windows)]
pub(super) struct Signals(CtrlC, CtrlBreak, CtrlClose);

#[cfg(windows)]
impl Signals {
    /// Installs the handlers. Must be called within the runtime.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self(ctrl_c()?, ctrl_break()?, ctrl_close()?))
    }

    /// The exit code of a signal that has arrived.
    pub(super) fn poll(&mut self, context: &mut Context<'_>) -> Poll<u8> {
        if self.0.poll_recv(context) == Poll::Ready(Some(())) {
            return Poll::Ready(130);
        }
        let ended = [self.1.poll_recv(context), self.2.poll_recv(context)];
        if ended.contains(&Poll::Ready(Some(()))) { Poll::Ready(143) } else { Poll::Pending }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn an_ignored_hangup_is_told_from_another_signal_and_from_silence() {
        assert!(is_hangup_ignored("Name:\tx\nSigIgn:\t0000000000001001\nSigCgt:\t0\n"));
        assert!(!is_hangup_ignored("SigIgn:\t0000000000001000\n"));
        assert!(!is_hangup_ignored(""));
    }
}
