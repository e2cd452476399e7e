//! The built-in simulator alone, until it is killed: what the examples of the README and of `examples/ci` deploy to.
//!
//! It prints what to paste into a second shell, and commands to try there. Afterwards it says each rule of the gateway
//! that a client broke, and each pipeline run that ended.
//!
//! `cargo run --example gateway`

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "the fence stands around the program; this is the other side, on the console of this machine"
)]

#[path = "../tests/simulator/mod.rs"]
mod simulator;

use std::{collections::BTreeSet, io, io::Write, path::Path, thread};

use simulator::{
    File, Item, KEY_ID, KEY_SECRET, Object, PackagePlan, Simulator, Stage, TOKEN_SERVICE, WorkflowAnswer, World, ms,
};

const PROJECT: u64 = 12345;

/// What a runner of GitHub shows to have its job vouched for, and the role that such a job may assume.
const BEARER: &str = "runnerBearer-0123456789";
const ROLE: &str = "acs:ram::1234567890123456:role/ci-deploy";
const PROVIDER: &str = "acs:ram::1234567890123456:oidc-provider/github";

/// What a check may say that wishes harm: workflow commands, a heredoc's end, a dotenv line, markup, an escape sequence.
const HOSTILE: &str = "上游未发布 100%\n::error::not ours\n##[error]nor this\nEOF\nDEPLOYED_STATUS=success\n$(id) `id` | </td> \
                       <failure> ]]> %0A \u{1b}[31mred\u{1b}[0m\rback";

fn main() -> io::Result<()> {
    let simulator = Simulator::try_start(world())?;
    println!("{}", what_to_paste(&simulator.url())?);
    let mut told = BTreeSet::new();
    loop {
        let broken =
            simulator.violations().into_iter().enumerate().map(|(nth, rule)| format!("VIOLATION {nth}: {rule}"));
        let runs = simulator.runs().into_iter().filter(|run| !matches!(run.status.as_str(), "Init" | "Running"));
        let ended = runs.map(|run| format!("run {} of {}: {}", run.id, run.object, run.status));
        for line in broken.chain(ended) {
            if told.insert(line.clone()) {
                println!("{line}");
            }
        }
        io::stdout().flush()?;
        thread::sleep(ms(100));
    }
}

/// The variables of a shell that deploys here, and what to try in it.
fn what_to_paste(url: &str) -> io::Result<String> {
    let this = std::env::current_exe()?;
    let folder = this.parent().and_then(Path::parent).unwrap_or(&this).display();
    Ok(format!(
        "\
# The simulator listens until you stop it (Ctrl-C). Paste this into a second shell, in the same folder:
cargo build --bin dataworks-deploy --example gateway
export PATH=\"{folder}:$PATH\"
export DATAWORKS_ENDPOINT={url} DATAWORKS_WORKFLOW_ENDPOINT={url} DATAWORKS_PROJECT_ID={PROJECT}
export ALIBABA_CLOUD_ACCESS_KEY_ID={KEY_ID} ALIBABA_CLOUD_ACCESS_KEY_SECRET={KEY_SECRET}

# Then try:
#   DATAWORKS_OBJECT_NAME=workflow:daily_report dataworks-deploy
#   DATAWORKS_OBJECT_NAME=hostile_check dataworks-deploy        (a check fails, with a hostile message)
#   DATAWORKS_FILE_NAME=ods_orders.sql DATAWORKS_SUBMIT=true dataworks-deploy
#   DATAWORKS_SOURCE=examples/source/warehouse DATAWORKS_PROPERTIES=value=2 DATAWORKS_DRY_RUN=true dataworks-deploy
# A job of GitHub without keys gets its token at {url}{TOKEN_SERVICE} with the bearer {BEARER}
"
    ))
}

/// A workspace with one thing of each kind, some that fail, and some that last.
fn world() -> World {
    let object = |object: Object| object.in_project(PROJECT);
    World::new()
        .project(PROJECT, "sales_dw")
        .issuer(BEARER)
        .issuer_role(ROLE, PROVIDER, "sts.aliyuncs.com")
        .object(object(Object::node("8604388726201130000", "ods_orders")).online(stages(Ending::Well)))
        .object(object(Object::workflow("8604388726201130001", "daily_report")).online(stages(Ending::Well)))
        .object(object(Object::node("8604388726201130002", "ods_orders_old")).offline(farewell()))
        .object(
            object(Object::node("8604388726201130003", "hostile_check"))
                .online(stages(Ending::Badly))
                .items(vec![Item::new("8604388726201130003", "hostile_check", "Node").failing(HOSTILE)]),
        )
        .object(object(Object::node("8604388726201130004", "endless_check")).online(stages(Ending::Never)))
        .file(
            File::new(1_000_001, "ods_orders.sql")
                .node(700_000_001)
                .folder("业务流程/sales/MaxCompute/数据开发")
                .in_project(PROJECT)
                .committed(false)
                .submission(PackagePlan::succeeding().lasting(ms(100)).checked_for(ms(300))),
        )
        .object(
            object(Object::workflow("8604388726201130005", "my_etl")).online(stages(Ending::Well)).path("etl/my_etl"),
        )
        .object(
            object(Object::node("8604388726201130006", "extract"))
                .inside("8604388726201130005")
                .command("DIDE_SHELL")
                .content("echo extract\n"),
        )
        .object(
            object(Object::node("8604388726201130007", "load"))
                .inside("8604388726201130005")
                .content("SELECT 1;\n")
                .depends_on("8604388726201130006"),
        )
        .workflow("w-d8aa11bb22cc33dd", 12_000_000_000_000, WorkflowAnswer::ok())
}

/// How a check ends.
#[derive(Clone, Copy)]
enum Ending {
    Well,
    Badly,
    Never,
}

fn stages(ending: Ending) -> Vec<Stage> {
    let check = Stage::check("PROD_CHECK").named("发布检查");
    vec![
        Stage::build("BUILD_PACKAGE").named("构建").lasting(ms(200)),
        match ending {
            Ending::Well => check.lasting(ms(200)),
            Ending::Badly => check.lasting(ms(200)).failing(HOSTILE),
            Ending::Never => check.hanging(),
        },
        Stage::deploy("PROD").named("发布生产").lasting(ms(200)),
    ]
}

fn farewell() -> Vec<Stage> {
    vec![
        Stage::check("OfflineCheck").lasting(ms(50)).starting_by_itself_after(ms(50)),
        Stage::offline("PROD").lasting(ms(50)),
        Stage::delete("DeleteNode").lasting(ms(50)),
    ]
}
