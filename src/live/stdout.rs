//! Prints the log from a thread of its own: a reader who does not read must not hold up the step.

use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// At most this many bytes wait for a reader; lines beyond them are left out.
const LONGEST: usize = 1024 * 1024;
/// How long the end of the step waits for a reader who reads nothing, and for one who is slow.
const SILENT: Duration = Duration::from_millis(500);
const SLOW: Duration = Duration::from_secs(5);

/// Prints a line, or keeps it until somebody reads. A closed pipe must not end the watching of a deployment.
pub(crate) fn say(line: &str) {
    match printer() {
        Some(printer) => printer.say(line),
        // No thread could be started.
        None => print(&mut io::stdout(), line),
    }
}

/// Waits until every line is printed, as long as somebody reads.
pub(crate) fn finish() {
    if let Some(printer) = printer() {
        printer.finish();
    }
}

fn printer() -> Option<&'static Printer> {
    static PRINTER: OnceLock<Option<Printer>> = OnceLock::new();
    PRINTER.get_or_init(|| Printer::start(io::stdout()).ok()).as_ref()
}

fn print(out: &mut impl Write, line: &str) {
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The lines that wait, and the thread that prints them.
struct Printer(Arc<(Mutex<Queue>, Condvar)>);

#[derive(Default)]
struct Queue {
    lines: VecDeque<String>,
    bytes: usize,
    left_out: u64,
    printed: u64,
    is_printing: bool,
}

impl Queue {
    fn push(&mut self, line: &str) {
        let left_out = self.left_out;
        let gap = (left_out > 0).then(|| format!("({left_out} lines were left out, because nothing read stdout)"));
        let length = line.len().saturating_add(gap.as_ref().map_or(0, String::len));
        if self.bytes.saturating_add(length) > LONGEST {
            self.left_out = left_out.saturating_add(1);
            return;
        }
        self.left_out = 0;
        for line in gap.into_iter().chain([line.to_owned()]) {
            self.bytes = self.bytes.saturating_add(line.len());
            self.lines.push_back(line);
        }
    }
}

impl Printer {
    fn start(mut out: impl Write + Send + 'static) -> io::Result<Self> {
        let shared = Arc::new((Mutex::new(Queue::default()), Condvar::new()));
        let printer = Self(Arc::clone(&shared));
        let print_all = move || loop {
            let line = Self(Arc::clone(&shared)).next();
            print(&mut out, &line);
        };
        thread::Builder::new().name("log".to_owned()).spawn(print_all)?;
        Ok(printer)
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn say(&self, line: &str) {
        self.queue().push(line);
        self.0.1.notify_all();
    }

    /// The next line to be printed; the one before has been.
    fn next(&self) -> String {
        let mut queue = self.queue();
        if std::mem::take(&mut queue.is_printing) {
            queue.printed = queue.printed.saturating_add(1);
            self.0.1.notify_all();
        }
        loop {
            if let Some(line) = queue.lines.pop_front() {
                queue.bytes = queue.bytes.saturating_sub(line.len());
                queue.is_printing = true;
                return line;
            }
            queue = self.0.1.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn finish(&self) {
        let began = Instant::now();
        let mut queue = self.queue();
        while (queue.is_printing || !queue.lines.is_empty()) && began.elapsed() < SLOW {
            let printed = queue.printed;
            let (next, waited) = self.0.1.wait_timeout(queue, SILENT).unwrap_or_else(PoisonError::into_inner);
            if waited.timed_out() && next.printed == printed {
                return;
            }
            queue = next;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// A reader who reads when he is told to.
    struct Reader(mpsc::Receiver<()>, mpsc::Sender<Vec<u8>>);

    impl Write for Reader {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.recv().map_err(io::Error::other)?;
            self.1.send(bytes.to_vec()).map_err(io::Error::other)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn the_word_on_what_is_left_out_takes_its_room_too() {
        let mut queue = Queue::default();
        let line = "x".repeat(1023);
        (0..2_000).for_each(|_| queue.push(&line));
        let first = queue.lines.pop_front().unwrap();
        queue.bytes -= first.len();
        queue.push(&line);
        assert!(queue.bytes <= LONGEST, "{}", queue.bytes);
        queue.push("short");
        assert_eq!(queue.lines.back().map(String::as_str), Some("short"));
    }

    #[test]
    fn who_does_not_read_holds_nothing_up_and_is_told_what_he_missed() {
        let ((read, when), (tell, told)) = (mpsc::channel(), mpsc::channel());
        let printer = Printer::start(Reader(when, tell)).unwrap();
        let line = "x".repeat(1023);
        for _ in 0..3_000 {
            printer.say(&line);
        }
        assert!(printer.queue().bytes <= LONGEST);
        printer.finish();
        for _ in 0..100_000 {
            read.send(()).unwrap();
        }
        // On a busy machine the printing thread may rest for longer than a silence that ends the wait.
        let all_printed = || {
            let waits = || {
                let queue = printer.queue();
                queue.is_printing || !queue.lines.is_empty()
            };
            while waits() {
                printer.finish();
            }
        };
        all_printed();
        printer.say("the end");
        all_printed();
        let all: Vec<u8> = told.try_iter().flatten().collect();
        let all = String::from_utf8(all).unwrap();
        assert!(all.ends_with("lines were left out, because nothing read stdout)\nthe end\n"), "{}", all.len());
    }
}
