//! DataWorks 2020-05-18, the old Data Studio: one file per operation.

use crate::client::http::{Method, Request};

pub(super) mod deploy_file;
pub(super) mod get_dag;
pub(super) mod get_deployment;
pub(super) mod get_file;
pub(super) mod get_instance_log;
pub(super) mod list_deployments;
pub(super) mod list_files;
pub(super) mod list_instances;
pub(super) mod run_cycle_dag_nodes;
pub(super) mod stop_instance;
pub(super) mod submit_file;

fn request(action: &'static str) -> Request {
    Request::rpc(Method::Post, "2020-05-18", action)
}
