//! DataWorks 2024-05-18, the new Data Studio: one file an operation.

use crate::client::http::{Method, Request};

pub(super) mod abolish_pipeline_run;
pub(super) mod create_pipeline_run;
pub(super) mod exec_pipeline_run_stage;
pub(super) mod get_pipeline_run;
pub(super) mod list_pipeline_run_items;
pub(super) mod list_pipeline_runs;
pub(super) mod names;

fn request(method: Method, action: &'static str) -> Request {
    Request::rpc(method, "2024-05-18", action)
}
