//! The outside world as the top floor sees it: what `live` is in truth, and a test plays.

use std::path::Path;

use crate::{
    client::{
        http::{HttpRequest, Response},
        sign::Stamp,
    },
    model::{duration::Elapsed, fault::Fault},
};

/// The whole outside world. Everything else of the program is values.
pub(crate) trait World {
    /// The time since the start.
    fn now(&self) -> Elapsed;
    /// The wall clock, and a text that was never used before.
    fn stamp(&self) -> Stamp;
    /// Sends a request, and returns the answer or why there is none.
    async fn send(&self, request: HttpRequest) -> Result<Response, Fault>;
    /// Waits until that moment.
    async fn sleep_until(&self, at: Elapsed);
    /// Waits for a signal, and returns the exit code that it asks for.
    async fn interrupted(&self) -> u8;
    /// Reads a small text file whole, or says why it cannot.
    fn read(&self, path: &Path) -> Result<String, String>;
    /// Says a line at once.
    fn say(&self, line: &str);
    /// Says a warning at once.
    fn warn(&self, said: &str);
    /// Tells the CI an output as soon as it is known.
    fn output(&self, name: &str, value: &str);
}
