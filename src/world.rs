//! All that the program knows of the outside world. `live` is the real one; tests have one of values.

use std::path::Path;

use crate::{
    client::{
        http::{HttpRequest, Response},
        sign::Stamp,
    },
    model::{duration::Elapsed, fault::Fault, secret::Secret},
};

/// The outside world. Everything else of the program is values.
pub(crate) trait World {
    /// The time since the start.
    fn now(&self) -> Elapsed;
    /// The wall clock, and a nonce that was never used before.
    fn stamp(&self) -> Stamp;
    /// Sends a request once, and reads the whole response, whatever its status.
    ///
    /// # Errors
    ///
    /// - [`FaultKind::NotSent`](crate::model::fault::FaultKind::NotSent): not a byte of the request left this machine;
    ///   `Permanent` where another try would end in the same way.
    /// - [`FaultKind::Lost`](crate::model::fault::FaultKind::Lost): it may have been received and carried out; the
    ///   response did not arrive whole.
    ///
    /// Never `Busy` or `Refused`: those are read from a response.
    async fn send(&self, request: HttpRequest) -> Result<Response, Fault>;
    /// Waits until that time since the start.
    async fn sleep_until(&self, at: Elapsed);
    /// Waits for a signal, and returns the exit code that it asks for.
    async fn interrupted(&self) -> u8;
    /// Reads a small text file whole, or says why that failed.
    fn read(&self, path: &Path) -> Result<String, String>;
    /// Keeps a secret that was obtained at run time out of whatever is recorded.
    fn hide(&self, secret: &Secret);
    /// Writes a line to the log at once.
    fn say(&self, line: &str);
    /// Gives the CI an output as soon as it is known.
    fn output(&self, name: &str, value: &str);
}
