//! The deployment engine: state machines that decide the next API call or the next wake-up time. No IO; time is an
//! argument.
//!
//! A [`Walk`](walk::Walk) takes one flow to its end and keeps the promises that hold for all of them: deadlines,
//! retries, nothing sent twice without reading back, shutdown. A [`Flow`](flow::Flow) knows one kind of work.

mod backoff;
mod begin;
mod context;
mod dry_run;
pub mod flow;
mod package;
mod paging;
mod pipeline;
pub mod poll;
pub mod readback;
mod resolve;
mod retry;
pub mod run_once;
mod shutdown;
pub mod source;
mod start;
pub mod walk;

#[cfg(test)]
mod tests;
