//! Decides where requests go: endpoints by region or as given, the workspace, and whether plain http may be used.

use super::{
    env::Environment,
    error::InputError,
    given::Given,
    inputs::Inputs,
    value::{FromInput as _, Region, is_region},
};
use crate::model::endpoint::Endpoint;
use crate::model::service::ServiceConfig;

use crate::model::target::TargetSpec;

/// The endpoints and the workspace that the targets and the workflow need.
pub(super) fn read(
    inputs: &Inputs,
    environment: &Environment,
    targets: &[TargetSpec],
    starts: bool,
    errors: &mut Vec<InputError>,
    warnings: &mut Vec<String>,
) -> ServiceConfig {
    let region = region(inputs, environment);
    let mut endpoint =
        |name: &str, given: &Given<Endpoint>, product: &str, region: Option<&String>, is_told: bool| match (
            given, region,
        ) {
            (Given::Value(endpoint), _) => {
                exposure(name, endpoint, inputs.insecure_endpoint.or_default(), errors, warnings);
                Some(endpoint.clone())
            }
            (Given::Wrong(_), _) => None,
            (Given::Absent, Some(region)) if is_region(region) => {
                Some(Endpoint::regional(product, inputs.network.or_default(), region))
            }
            (Given::Absent, Some(region)) => {
                errors.push(InputError::shape("ALIBABA_CLOUD_REGION_ID", region, Region::EXPECTED));
                None
            }
            (Given::Absent, None) if is_told => None,
            (Given::Absent, None) => {
                errors.push(InputError::new(
                    "region",
                    format!("needed (such as cn-hangzhou; or ALIBABA_CLOUD_REGION_ID), unless {name} is given"),
                ));
                None
            }
        };
    // What is no region was told as such.
    let is_wrong = matches!(inputs.region, Given::Wrong(_));
    let of_workflow = inputs.workflow_region.value().map(|Region(region)| region).or(region.as_ref());
    let is_workflows_wrong = is_wrong || matches!(inputs.workflow_region, Given::Wrong(_));
    let deploys = !targets.is_empty() || inputs.source.is_given();
    let dataworks = deploys.then(|| endpoint("endpoint", &inputs.endpoint, "dataworks", region.as_ref(), is_wrong));
    let (spark, product) = (&inputs.workflow_endpoint, "emr-serverless-spark");
    let spark = starts.then(|| endpoint("workflow-endpoint", spark, product, of_workflow, is_workflows_wrong));
    let named = inputs.project_id.is_given() || inputs.project_identifier.is_given();
    if deploys && !named {
        let message = "needed: the number of the workspace, or project-identifier with its name";
        errors.push(InputError::new("project-id", message));
    }
    ServiceConfig {
        dataworks: dataworks.flatten(),
        spark: spark.flatten(),
        signature: inputs.signature.or_default(),
        project_id: inputs.project_id.value().map(|number| number.0),
        project_identifier: inputs.project_identifier.value().cloned(),
    }
}

/// The region: the input, else Alibaba Cloud's own variable.
pub(super) fn region(inputs: &Inputs, environment: &Environment) -> Option<String> {
    match &inputs.region {
        Given::Value(Region(region)) => Some(region.clone()),
        Given::Wrong(_) => None,
        Given::Absent => environment.get("ALIBABA_CLOUD_REGION_ID").map(str::to_owned),
    }
}

/// Plain http to another machine is an error, or a warning where it is allowed.
pub(super) fn exposure(
    name: &str,
    endpoint: &Endpoint,
    allowed: bool,
    errors: &mut Vec<InputError>,
    warnings: &mut Vec<String>,
) {
    match (endpoint.is_exposed(), allowed) {
        (false, _) => {}
        (true, true) => warnings.push(format!(
            "{name}: {endpoint} is plain http: anybody on the network path can read and change the deployment"
        )),
        (true, false) => errors.push(InputError::new(
            name,
            format!(
                "{endpoint} is plain http to another machine; accepted: https, or ⟨insecure-endpoint: true⟩ to allow it"
            ),
        )),
    }
}
