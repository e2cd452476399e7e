//! Files and packages of 2020-05-18.

use serde_json::{Value, json};

use super::super::{File, Lie, PackagePlan, PastPackage, Simulator, World, ms};
use super::{post, until};

const V: &str = "2020-05-18";
const PROJECT: (&str, &str) = ("ProjectId", "10000");

fn ask(sim: &Simulator, action: &str, form: &[(&str, &str)]) -> Value {
    post(V, action, &[&[PROJECT], form].concat()).send(sim).ok()
}

fn deployment(sim: &Simulator, id: &Value) -> Value {
    let id = id.to_string();
    let mut body = ask(sim, "GetDeployment", &[("DeploymentId", &id)]);
    body["Data"].take()
}

fn until_status(sim: &Simulator, id: &Value, status: i64) {
    until("status", || deployment(sim, id)["Deployment"]["Status"] == status);
}

fn quick() -> PackagePlan {
    PackagePlan::succeeding().lasting(ms(30))
}

#[test]
fn a_committed_file_is_deployed() {
    let sim =
        Simulator::start(World::new().file(File::new(1001, "a.sql").node(2001).deployment(quick().lasting(ms(100)))));
    let by_node = [("NodeId", "2001"), ("Comment", "why")];
    let form = [&[("ProjectIdentifier", "dw_project")][..], &by_node].concat();
    let body = post(V, "DeployFile", &form).send(&sim).ok();
    assert_eq!((&body["Success"], &body["Data"]), (&json!(true), &json!(3_000_001)));
    let first = deployment(&sim, &body["Data"]);
    assert_eq!((&first["Deployment"]["Status"], &first["Deployment"]["ToEnvironment"]), (&json!(0), &json!(2)));
    until_status(&sim, &body["Data"], 1);
    let last = deployment(&sim, &body["Data"]);
    assert_eq!(last["DeployedItems"], json!([{ "FileId": 1001, "FileVersion": 1, "Status": 1 }]));
    let package = &sim.packages()[0];
    assert_eq!((package.file, package.comment.as_str(), package.to_environment), (1001, "why", 2));
    assert_eq!(sim.violations(), Vec::<String>::new());
}

#[test]
fn an_edited_file_is_submitted_first() {
    let submission = quick().checked_for(ms(100));
    let file = File::new(1001, "a.sql").committed(false).submission(submission);
    let sim = Simulator::start(World::new().file(file.unready_after_submit(ms(100))));
    let refused = ask(&sim, "DeployFile", &[("FileId", "1001")]);
    assert_eq!((&refused["Success"], &refused["ErrorMessage"]), (&json!(false), &json!("流水线未准备好")));
    let package = ask(&sim, "SubmitFile", &[("FileId", "1001"), ("Comment", "c")])["Data"].take();
    until_status(&sim, &package, 1);
    let checked = deployment(&sim, &package);
    assert_eq!(
        (&checked["Deployment"]["CheckingStatus"], &checked["Deployment"]["ToEnvironment"]),
        (&json!(8), &json!(1))
    );
    until("checked", || deployment(&sim, &package)["Deployment"].get("CheckingStatus").is_none());
    assert_eq!(ask(&sim, "DeployFile", &[("FileId", "1001")])["Success"], false);
    until("ready", || ask(&sim, "DeployFile", &[("FileId", "1001")])["Success"] == true);
    let file = ask(&sim, "GetFile", &[("FileId", "1001")]);
    assert_eq!((&file["Data"]["File"]["CommitStatus"], sim.packages().len()), (&json!(1), 2));
}

#[test]
fn packages_end_in_every_way() {
    let ends = [
        (quick(), 1, 1, ""),
        (PackagePlan::failing("no").lasting(ms(5)), 2, 2, "no"),
        (PackagePlan::rejected("nope").lasting(ms(5)), 6, 6, "nope"),
        (quick().item_status(2), 1, 2, ""),
        (PackagePlan::hanging(), 0, 0, ""),
        (quick().ending(9), 9, 9, ""),
    ];
    for (plan, status, item, message) in ends {
        let file = File::new(1001, "a.sql");
        let sim = Simulator::start(World::new().file(file).package(PastPackage::new(5, 1001, plan)));
        until_status(&sim, &json!(5), status);
        let ended = deployment(&sim, &json!(5));
        assert_eq!(ended["DeployedItems"][0]["Status"], item);
        assert_eq!(ended["Deployment"]["ErrorMessage"], message);
    }
    let submission = quick().check_failing();
    let sim = Simulator::start(World::new().file(File::new(1, "a").submission(submission)));
    let package = ask(&sim, "SubmitFile", &[("FileId", "1")])["Data"].take();
    until("failed", || deployment(&sim, &package)["Deployment"]["CheckingStatus"] == 7);
    assert_eq!(ask(&sim, "DeployFile", &[("FileId", "1")])["Success"], false);
    let skipped = ask(&sim, "SubmitFile", &[("FileId", "1"), ("SkipAllDeployFileExtensions", "true")]);
    until_status(&sim, &skipped["Data"], 1);
    assert_eq!(ask(&sim, "DeployFile", &[("FileId", "1")])["Success"], true);
}

#[test]
fn files_are_filtered_and_paged() {
    let mut world = World::new().file(File::new(9001, "ods.sql").folder("业务流程/other").committed(false));
    for id in 0..120 {
        world = world.file(File::new(1000 + id, &format!("ods_{id}.sql")));
    }
    let sim = Simulator::start(world);
    let found = |form: &[(&str, &str)]| {
        let mut body = ask(&sim, "ListFiles", form);
        let files = body["Data"]["Files"].take();
        (files.as_array().map_or(0, Vec::len), body["Data"]["TotalCount"].clone(), files[0].clone())
    };
    let (page, total, first) = found(&[("Keyword", "ODS")]);
    assert_eq!((page, total, first.get("AbsoluteFolderPath")), (10, json!(121), None));
    assert_eq!(found(&[("PageSize", "100"), ("PageNumber", "2")]).0, 21);
    assert_eq!(found(&[("FileIdIn", "1001,1002,5")]).0, 2);
    assert_eq!(found(&[("FileFolderPath", "业务流程/other")]).1, 1);
    let (_, total, file) = found(&[("ExactFileName", "ods.sql"), ("NeedAbsoluteFolderPath", "true")]);
    assert_eq!((total, &file["AbsoluteFolderPath"]), (json!(1), &json!("业务流程/other")));
    assert_eq!(file["CommitStatus"], 0);
    let project = post(V, "GetProject", &[]).query("ProjectIdentifier", "dw_project");
    assert_eq!(project.send(&sim).ok()["Data"]["ProjectId"], 10000);
    let nodes = ask(&sim, "ListNodes", &[("ProjectEnv", "PROD")]);
    assert_eq!(nodes["Data"]["TotalCount"], 0);
    assert_eq!(sim.violations(), Vec::<String>::new());
}

#[test]
fn packages_are_listed_after_a_while() {
    let world = World::new()
        .file(File::new(1001, "a.sql"))
        .package(PastPackage::new(41, 1001, quick()).created_ago(ms(60_000)))
        .listing_lag(ms(100));
    let sim = Simulator::start(world);
    ask(&sim, "DeployFile", &[("FileId", "1001")]);
    let list = || ask(&sim, "ListDeployments", &[])["Data"]["Deployments"].take();
    assert_eq!(list()[0]["Id"], 41);
    until("listed", || list()[0]["Id"] == 42);
    assert_eq!(list().as_array().map(Vec::len), Some(2));
}

#[test]
fn successes_may_carry_errors() {
    let world = World::new().file(File::new(1001, "a.sql").deployment(quick()));
    let sim = Simulator::start(world.lie(Lie::ErrorsOnSuccess));
    let id = ask(&sim, "DeployFile", &[("FileId", "1001")])["Data"].take();
    until_status(&sim, &id, 1);
    let body = ask(&sim, "GetDeployment", &[("DeploymentId", &id.to_string())]);
    assert_eq!(body["ErrorCode"], "Invalid.Tenant.ConnectionNotExists");
    assert_eq!(body["Data"]["Deployment"]["ErrorMessage"], "Success");
}
