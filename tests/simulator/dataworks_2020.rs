//! What the operations of DataWorks 2020-05-18 do and answer.

use serde_json::{Value, json};

use super::cloud::{Call, Cloud, Package, Result};
use super::file::File;
use super::refusal::Refusal;
use super::world::{Habit, Project};

impl Cloud {
    /// Carries out an operation of the legacy DataStudio.
    pub(super) fn dataworks_2020(&mut self, call: &Call) -> Result {
        if let Some(answer) = self.scheduler_2020(call) {
            return Ok(answer);
        }
        let Some(project) = self.project(call).cloned() else {
            return Ok(failure("Invalid.Tenant.ProjectNotExist", "The project does not exist."));
        };
        match call.operation {
            "DeployFile" => Ok(self.deploy_file(call, project.id)),
            "SubmitFile" => Ok(self.submit_file(call, project.id)),
            "GetDeployment" => Ok(self.get_deployment(call, project.id)),
            "ListDeployments" => Ok(self.list_deployments(call, project.id)),
            "ListFiles" => Ok(self.list_files(call, project.id)),
            "GetFile" => Ok(self.get_file(call, project.id)),
            "ListInstances" => Ok(self.list_dag_instances(call)),
            "ListNodes" => Ok(self.list_scheduled_nodes(call, project.id)),
            "GetProject" => Ok(success(&project_json(&project))),
            _ => Err(Refusal::unknown_action()),
        }
    }

    fn deploy_file(&mut self, call: &Call, project: u64) -> Value {
        let Some(file) = self.file(project, call) else { return no_file() };
        if !self.is_ready(file, call) {
            return failure("Invalid.Tenant.PipelineNotReady", "流水线未准备好");
        }
        let (file, plan) = (file.clone(), file.deployment.clone());
        let package = Package { development: false, plan, ..self.new_package(&file, call) };
        self.add(package)
    }

    fn submit_file(&mut self, call: &Call, project: u64) -> Value {
        let Some(file) = self.file(project, call) else { return no_file() };
        let (file, plan) = (file.clone(), file.submission.clone());
        let package = Package { development: true, plan, ..self.new_package(&file, call) };
        self.add(package)
    }

    fn new_package(&self, file: &File, call: &Call) -> Package {
        Package {
            id: self.next_package_id(),
            file: file.id,
            version: self.version(file, call),
            development: false,
            skips_check: call.flag("SkipAllDeployFileExtensions"),
            comment: call.required("Comment").to_owned(),
            created: call.now,
            began: call.now,
            listed_from: call.now.saturating_add(self.world.listing_lag),
            plan: file.deployment.clone(),
        }
    }

    fn add(&mut self, package: Package) -> Value {
        let id = package.id;
        self.packages.push(package);
        success(&json!(id))
    }

    /// Whether `DeployFile` finds a version that is submitted, checked and settled.
    fn is_ready(&self, file: &File, call: &Call) -> bool {
        let mut submissions = self.packages.iter().filter(|p| p.development && p.file == file.id);
        match submissions.next_back() {
            Some(last) => {
                last.submitted_at(call.now).is_some_and(|at| at.saturating_add(file.unready_after_submit) <= call.now)
            }
            None => file.committed,
        }
    }

    fn is_committed(&self, file: &File, call: &Call) -> bool {
        let mut submissions = self.packages.iter().filter(|p| p.development && p.file == file.id);
        file.committed || submissions.any(|package| package.status(call.now).0 == 1)
    }

    fn version(&self, file: &File, call: &Call) -> u64 {
        file.version + u64::from(!file.committed && self.is_committed(file, call))
    }

    fn get_deployment(&self, call: &Call, project: u64) -> Value {
        let id = call.number("DeploymentId");
        let Some(package) =
            self.packages.iter().find(|package| Some(package.id) == id && self.project_of(package) == Some(project))
        else {
            return failure("Invalid.Tenant.DeploymentNotExist", "The deployment does not exist.");
        };
        let status = package.status(call.now).0;
        let created = call.unix_ms(package.created);
        let mut deployment = json!({
            "Name": format!("package-{}", package.id),
            "Status": package.shown_status(call.now),
            "ErrorMessage": if status == 0 { "" } else { package.plan.message.as_str() },
            "CreatorId": "20000001",
            "HandlerId": "20000001",
            "CreateTime": created,
            "ExecuteTime": created,
            "FromEnvironment": i32::from(!package.development),
            "ToEnvironment": if package.development { 1 } else { 2 },
        });
        if let Some(checking) = package.shown_checking(call.now) {
            deployment["CheckingStatus"] = checking;
        }
        let item = json!({
            "FileId": package.file,
            "FileVersion": package.version,
            "Status": package.shown_item_status(call.now),
        });
        success(&json!({ "Deployment": deployment, "DeployedItems": [item] }))
    }

    fn list_deployments(&self, call: &Call, project: u64) -> Value {
        let until = call.number("EndCreateTime");
        let status = call.param("Status");
        let mut packages: Vec<_> = self
            .packages
            .iter()
            .filter(|package| self.project_of(package) == Some(project))
            .filter(|package| package.listed_from <= call.now)
            .filter(|package| status.is_none_or(|s| s == package.status(call.now).0.to_string()))
            .filter(|package| until.is_none_or(|end| call.unix_ms(package.created) <= end))
            .filter(|p| call.param("Keyword").is_none_or(|k| format!("package-{}", p.id).contains(k)))
            .filter(|_| call.param("Creator").is_none_or(|creator| creator == "20000001"))
            .filter(|_| call.param("Executor").is_none_or(|executor| executor == "20000001"))
            .collect();
        packages.sort_by_key(|package| package.id);
        if !self.world.has(Habit::OldestFirst) {
            packages.reverse();
        }
        let total = packages.len();
        let (page, number, size) = call.page(packages);
        let page: Vec<_> = page
            .into_iter()
            .map(|package| {
                let created = call.unix_ms(package.created);
                let status = package.status(call.now).0;
                json!({
                    "Id": package.id,
                    "Name": format!("package-{}", package.id),
                    "Status": package.shown_status(call.now),
                    "ErrorMessage": if status == 0 { "" } else { package.plan.message.as_str() },
                    "Creator": "20000001",
                    "Executor": "20000001",
                    "CreateTime": created,
                    "ExecuteTime": created,
                })
            })
            .collect();
        // This answer alone has no `Success`.
        json!({ "Data": {
            "Deployments": page, "PageNumber": number, "PageSize": size, "TotalCount": total,
        } })
    }

    fn list_files(&self, call: &Call, project: u64) -> Value {
        let listed = |name: &str| -> Option<Vec<u64>> {
            Some(call.param(name)?.split(',').filter_map(|id| id.parse().ok()).collect())
        };
        let (ids, kinds) = (listed("FileIdIn"), listed("FileTypes"));
        let same = |name, value: &str| call.param(name).is_none_or(|wanted| wanted == value);
        let keyword = call.param("Keyword").map(str::to_lowercase);
        let files: Vec<_> = self
            .world
            .files
            .iter()
            .filter(|file| file.project == project)
            .filter(|file| keyword.as_ref().is_none_or(|k| file.name.to_lowercase().contains(k)))
            .filter(|file| same("ExactFileName", &file.name) && same("UseType", &file.use_type))
            .filter(|file| same("FileFolderPath", &file.folder) && same("Owner", &file.owner))
            .filter(|file| ids.as_ref().is_none_or(|ids| ids.contains(&file.id)))
            .filter(|file| kinds.as_ref().is_none_or(|kinds| kinds.contains(&file.kind)))
            .filter(|file| call.number("NodeId").is_none_or(|node| file.node == Some(node)))
            .map(|file| self.file_json(file, call, call.flag("NeedAbsoluteFolderPath")))
            .collect();
        let total = files.len();
        let (page, number, size) = call.page(files);
        success(&json!({
            "Files": page, "PageNumber": number, "PageSize": size, "TotalCount": total,
        }))
    }

    fn get_file(&self, call: &Call, project: u64) -> Value {
        let Some(file) = self.file(project, call) else { return no_file() };
        let mut body = self.file_json(file, call, false);
        body["Content"] = json!("SELECT 1;");
        body["DeletedStatus"] = json!("NORMAL");
        success(&json!({
            "File": body,
            "NodeConfiguration": { "CycleType": "DAY", "SchedulerType": "NORMAL" },
        }))
    }

    fn list_scheduled_nodes(&self, call: &Call, project: u64) -> Value {
        let part = call.param("NodeName").unwrap_or_default();
        let nodes: Vec<_> = self
            .world
            .files
            .iter()
            .filter(|file| file.project == project && file.name.contains(part))
            .filter_map(|file| {
                let node = file.node?;
                Some(json!({
                    "NodeId": node,
                    "NodeName": file.name,
                    "FileId": file.id,
                    "FileVersion": self.version(file, call),
                    "FileType": file.kind,
                    "OwnerId": file.owner,
                    "ProjectId": project,
                    "SchedulerType": "NORMAL",
                }))
            })
            .collect();
        let total = nodes.len();
        let (page, number, size) = call.page(nodes);
        success(&json!({
            "Nodes": page, "PageNumber": number, "PageSize": size, "TotalCount": total,
        }))
    }

    fn file_json(&self, file: &File, call: &Call, with_folder: bool) -> Value {
        let created = call.unix_ms(call.now);
        let mut body = json!({
            "FileId": file.id,
            "FileName": file.name,
            "FileType": file.kind,
            "FileDescription": "",
            "FileFolderId": "2735c2ad3b1a",
            "UseType": file.use_type,
            "CommitStatus": i32::from(self.is_committed(file, call) && !file.edited),
            "CurrentVersion": self.version(file, call),
            "Owner": file.owner,
            "CreateUser": file.owner,
            "LastEditUser": file.owner,
            "CreateTime": created,
            "LastEditTime": created,
            "AutoParsing": true,
            "BusinessId": 1_000_001,
        });
        if let Some(node) = file.node {
            body["NodeId"] = json!(node);
        }
        if with_folder {
            body["AbsoluteFolderPath"] = json!(file.folder);
        }
        body
    }

    fn project_of(&self, package: &Package) -> Option<u64> {
        let file = self.world.files.iter().find(|file| file.id == package.file);
        file.map(|file| file.project)
    }
}

pub(super) fn success(data: &Value) -> Value {
    json!({
        "Success": true,
        "HttpStatusCode": 200,
        "ErrorCode": "",
        "ErrorMessage": "",
        "Data": data,
    })
}

/// HTTP 200 all the same: that is how this API says no.
pub(super) fn failure(code: &str, message: &str) -> Value {
    json!({ "Success": false, "HttpStatusCode": 200, "ErrorCode": code, "ErrorMessage": message })
}

fn no_file() -> Value {
    failure("Invalid.Tenant.FileNotExist", "The file does not exist.")
}

fn project_json(project: &Project) -> Value {
    let environments: &[&str] = if project.standard { &["DEV", "PROD"] } else { &["PROD"] };
    json!({
        "ProjectId": project.id,
        "ProjectIdentifier": project.name,
        "ProjectName": project.name,
        "ProjectDescription": "",
        "ProjectMode": if project.standard { 3 } else { 2 },
        "EnvTypes": environments,
        "Status": 0,
        "TenantId": 524_257_424_564_736_u64,
    })
}
