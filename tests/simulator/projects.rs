//! What DataWorks 2024-05-18 tells about workspaces.

use serde_json::{Value, json};

use super::cloud::{Call, Cloud, Result};
use super::dataworks_2024::paging;
use super::refusal::Refusal;
use super::world::Project;

impl Cloud {
    pub(super) fn get_project(&self, call: &Call) -> Result {
        let id = call.number("Id");
        let found = self.world.projects.iter().find(|project| Some(project.id) == id);
        let found = found.ok_or_else(|| Refusal::invalid("The project does not exist."))?;
        Ok(json!({ "Project": project_json(found) }))
    }

    pub(super) fn list_projects(&self, call: &Call) -> Value {
        let (ids, names) = (call.list("Ids"), call.list("Names"));
        let projects = self.world.projects.iter().filter(|project| {
            ids.as_ref().is_none_or(|ids| ids.contains(&json!(project.id)))
                && names.as_ref().is_none_or(|names| names.contains(&json!(project.name)))
        });
        let projects: Vec<_> = projects.map(project_json).collect();
        let total = projects.len();
        let (page, number, size) = call.page(projects);
        paging("Projects", &page, number, size, total)
    }
}

fn project_json(project: &Project) -> Value {
    json!({
        "Id": project.id,
        "Name": project.name,
        "DisplayName": project.name,
        "Description": "",
        "Owner": "20000001",
        "Status": "Available",
        "DevEnvironmentEnabled": project.standard,
        "DevRoleDisabled": false,
        "PaiTaskEnabled": false,
    })
}
