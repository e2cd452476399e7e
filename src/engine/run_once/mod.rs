//! Runs what was deployed once in production, and watches: which calls, and what their answers mean.

pub mod course;
mod create;
mod flow;
pub mod inspect;
mod logs;
mod search;
mod stop;
mod tasks;
mod watch;
