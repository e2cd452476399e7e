//! EMR Serverless Spark 2023-08-08: one file per operation.

pub(super) mod start_process_instance;
