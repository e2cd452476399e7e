//! The loopback server: one thread per connection, and an end that leaves none behind.

use std::collections::HashMap;
use std::io::{self, Read as _};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::fault::{Fault, Manner};
use super::gateway::{Admitted, Gateway};
use super::http::{Answer, Request, Unread};
use super::playback::Played;

/// A running server; it ends, with all its connections, when it is dropped.
#[derive(Debug)]
pub(super) struct Server {
    pub(super) address: SocketAddr,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

/// What the threads of a server share.
#[derive(Debug)]
struct Shared {
    gateway: Arc<Gateway>,
    stopped: Mutex<bool>,
    stopping: Condvar,
    open: Mutex<HashMap<u64, TcpStream>>,
}

impl Server {
    /// Listens on a free port of the loopback interface.
    pub(super) fn start(gateway: Arc<Gateway>) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            gateway,
            stopped: Mutex::new(false),
            stopping: Condvar::new(),
            open: Mutex::new(HashMap::new()),
        });
        let acceptor = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || shared.accept(&listener))
        };
        Ok(Self { address, shared, acceptor: Some(acceptor) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        *lock(&self.shared.stopped) = true;
        self.shared.stopping.notify_all();
        // The acceptor looks at `stopped` only when somebody connects. Where that fails,
        // the listener is gone already.
        let _woken = TcpStream::connect(self.address);
        if let Some(acceptor) = self.acceptor.take() {
            // A thread that panicked has reported it itself.
            let _ended = acceptor.join();
        }
    }
}

impl Shared {
    fn accept(self: &Arc<Self>, listener: &TcpListener) {
        let mut conversations: Vec<JoinHandle<()>> = Vec::new();
        for (number, stream) in (0..).zip(listener.incoming()) {
            if *lock(&self.stopped) {
                break;
            }
            let Ok(stream) = stream else { continue };
            let Ok(handle) = stream.try_clone() else { continue };
            lock(&self.open).insert(number, handle);
            let shared = Arc::clone(self);
            conversations.retain(|conversation| !conversation.is_finished());
            conversations.push(thread::spawn(move || {
                shared.converse(stream, number);
                lock(&shared.open).remove(&number);
            }));
        }
        for stream in lock(&self.open).values() {
            // A connection that the client closed first cannot be shut down again.
            let _shut = stream.shutdown(Shutdown::Both);
        }
        for conversation in conversations {
            let _ended = conversation.join();
        }
    }

    /// Answers the requests of one connection until it ends.
    fn converse(&self, mut stream: TcpStream, number: u64) {
        loop {
            let request = match Request::read(&mut stream) {
                Ok(request) => request,
                Err(Unread::Gone) => return,
                Err(Unread::Malformed(why)) => {
                    let answer = self.gateway.malformed(&why);
                    // Unread bytes would reset the connection before the answer is read.
                    let _drained = stream.read(&mut vec![0; 64 * 1024]);
                    // The client may be gone; there is nothing more to do for it.
                    let _written = answer.write(&mut stream, &self.gateway.date(), None);
                    return;
                }
            };
            if let Some(played) = self.gateway.play_back(&request) {
                let finished = Request::finish(&mut stream).is_ok();
                let Played::Answer(answer) = played else { return };
                if !finished || answer.write(&mut stream, &self.gateway.date(), None).is_err() || request.closes() {
                    return;
                }
                continue;
            }
            if let Some(answer) = self.gateway.beside(&request) {
                let finished = Request::finish(&mut stream).is_ok();
                if !finished || answer.write(&mut stream, &self.gateway.date(), None).is_err() || request.closes() {
                    return;
                }
                continue;
            }
            let admitted = self.gateway.admit(&request);
            let manner = self.manner(&admitted);
            if matches!(manner, Manner::Reset) {
                // The last handle closes the socket, with a byte of the request unread.
                lock(&self.open).remove(&number);
                return;
            }
            if Request::finish(&mut stream).is_err() {
                return;
            }
            let goes_on = self.obey(manner, &admitted, &mut stream);
            if !goes_on || request.closes() {
                return;
            }
        }
    }

    /// What is done with a request: waits, effects and answers in the order of its fault.
    fn manner(&self, admitted: &Admitted) -> Manner {
        let gateway = &self.gateway;
        match &admitted.fault {
            None => Manner::Write(gateway.carry_out(admitted, true)),
            Some(Fault::Delay(delay)) => {
                self.wait(*delay);
                Manner::Write(gateway.carry_out(admitted, true))
            }
            Some(Fault::AfterEffect(fault)) => {
                let delay = if let Fault::Delay(delay) = **fault { Some(delay) } else { None };
                let answer = gateway.carry_out(admitted, delay.is_some());
                if let Some(delay) = delay {
                    self.wait(delay);
                }
                fault.manner(admitted, Some(answer))
            }
            Some(fault @ (Fault::Padded(_) | Fault::RealUnder(..))) => {
                fault.manner(admitted, Some(gateway.carry_out(admitted, true)))
            }
            Some(Fault::About(id)) => Manner::Write(gateway.carry_out_about(admitted, id)),
            Some(Fault::Echo) => Manner::Write(gateway.echo(admitted)),
            Some(fault) => fault.manner(admitted, None),
        }
    }

    /// Answers in that manner; whether the connection goes on.
    fn obey(&self, manner: Manner, admitted: &Admitted, stream: &mut TcpStream) -> bool {
        let mut write = |answer: &Answer, claimed| {
            self.gateway.answered(admitted, answer.status);
            answer.write(stream, &self.gateway.date(), claimed).is_ok()
        };
        let mut write_half = |answer: &mut Answer| {
            let whole = answer.body.len();
            answer.body.truncate(whole / 2);
            write(answer, Some(whole));
        };
        match manner {
            Manner::Write(answer) => write(&answer, None),
            Manner::BreakOff(mut answer) => {
                write_half(&mut answer);
                false
            }
            Manner::Stall(mut answer) => {
                write_half(&mut answer);
                self.wait(Duration::MAX);
                false
            }
            Manner::Hang => {
                self.wait(Duration::MAX);
                false
            }
            Manner::Reset | Manner::Close => false,
        }
    }

    /// Waits that long, or until the server stops.
    fn wait(&self, duration: Duration) {
        let stopped = lock(&self.stopped);
        let waited = self.stopping.wait_timeout_while(stopped, duration, |stopped| !*stopped);
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
