//! DataWorks 2024-05-18, the new Data Studio: one file per operation.

use crate::client::http::{Method, Request};

pub(super) mod abolish_pipeline_run;
pub(super) mod create_node;
pub(super) mod create_pipeline_run;
pub(super) mod create_workflow_definition;
pub(super) mod create_workflow_instances;
pub(super) mod exec_pipeline_run_stage;
pub(super) mod get_create_workflow_instances_result;
pub(super) mod get_node;
pub(super) mod get_pipeline_run;
pub(super) mod get_task_instance_log;
pub(super) mod get_workflow_definition;
pub(super) mod get_workflow_instance;
pub(super) mod list_node_dependencies;
pub(super) mod list_nodes;
pub(super) mod list_pipeline_run_items;
pub(super) mod list_pipeline_runs;
pub(super) mod list_projects;
pub(super) mod list_task_instances;
pub(super) mod list_workflow_definitions;
pub(super) mod list_workflow_instances;
mod named;
mod object;
pub(super) mod start_workflow_instances;
pub(super) mod stop_workflow_instances;
pub(super) mod update_node;
pub(super) mod update_workflow_definition;

fn request(method: Method, action: &'static str) -> Request {
    Request::rpc(method, "2024-05-18", action)
}
