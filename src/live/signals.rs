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
pub(super) struct Signals([(Signal, u8); 3]);

#[cfg(unix)]
impl Signals {
    /// Installs the handlers. Must be called within the runtime.
    pub(super) fn listen() -> io::Result<Self> {
        Ok(Self([
            (signal(SignalKind::interrupt())?, 130),
            (signal(SignalKind::terminate())?, 143),
            (signal(SignalKind::hangup())?, 143),
        ]))
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
