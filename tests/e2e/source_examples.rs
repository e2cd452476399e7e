//! The nightly examples: their shell lines, as they are in the files, after an export and beside the real `git`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    job::Job,
    simulator::{Object, Simulator, World},
    source::write,
};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const BRANCH: &str = "dataworks-export";

fn git(folder: &Path, arguments: &[&str]) -> String {
    let identity = ["-c", "user.name=mei", "-c", "user.email=mei@acme.example"];
    let ran = Command::new("git").args(identity).args(arguments).current_dir(folder).output().expect("git runs");
    assert!(ran.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8_lossy(&ran.stdout).trim().to_owned()
}

/// The lines under `key` of a job of an example, as the CI's shell gets them.
fn script(example: &str, job: &str, key: &str) -> String {
    let text = fs::read_to_string(format!("{ROOT}/examples/ci/{example}")).expect("the example");
    let depth = |line: &str| line.len() - line.trim_start().len();
    let mut lines = text.lines().skip_while(|line| line.trim() != format!("{job}:"));
    let outer = depth(lines.next().expect("the job"));
    let lines: Vec<&str> = lines.take_while(|line| line.is_empty() || depth(line) > outer).collect();
    let at = lines.iter().position(|line| line.trim() == key).expect("the key");
    let (head, rest) = lines.split_at(at);
    let (key, rest) = rest.split_first().expect("the key");
    assert!(depth(key) > outer && !head.is_empty());
    let inside = rest.iter().take_while(|line| depth(line) > depth(key)).map(|line| line.trim());
    let commands = inside.filter(|line| !line.starts_with('#'));
    // In a list of YAML, a line that does not begin an entry goes on with the one before it.
    let is_list = key.trim() == "script:";
    commands.fold(String::new(), |text, line| match line.strip_prefix("- ").filter(|_| is_list) {
        Some(command) => text + "\n" + command,
        None if is_list => text + " " + line,
        None => text + "\n" + line,
    })
}

/// A checkout, of which `origin` is a bare repository that takes push options.
fn checkout(simulator: &Simulator, folder: &Path) -> (PathBuf, PathBuf) {
    let (origin, work) = (folder.join("origin.git"), folder.join("work"));
    fs::create_dir_all(&work).expect("a folder");
    git(folder, &["init", "-q", "--bare", "-b", "main", "origin.git"]);
    git(&origin, &["config", "receive.advertisePushOptions", "true"]);
    git(&work, &["init", "-q", "-b", "main"]);
    fs::create_dir_all(work.join("warehouse")).expect("a folder");
    export(simulator, &work).input("object-name", "report").run().expect(0, "exported");
    git(&work, &["add", "-A"]);
    git(&work, &["commit", "-q", "-m", "first"]);
    git(&work, &["remote", "add", "origin", &origin.display().to_string()]);
    git(&work, &["push", "-q", "origin", "main"]);
    (origin, work)
}

fn export(simulator: &Simulator, work: &Path) -> Job {
    Job::new(simulator).input("source", work.join("warehouse").display()).input("operation", "export")
}

/// Exports into the checkout, then runs the lines as the CI does; what they printed.
fn night(simulator: &Simulator, work: &Path, lines: &str, variables: &[(&str, String)]) -> String {
    export(simulator, work).run().expect(0, "exported");
    let tools = work.parent().expect("a folder").join("tools");
    // GitHub's own program is beside the runner's git; here it says what it was asked.
    write(&tools, "gh", "#!/bin/sh\necho \"gh $*\"\n");
    let made = Command::new("chmod").arg("+x").arg(tools.join("gh")).status().expect("chmod runs");
    assert!(made.success());
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").expect("a path"));
    let ran = Command::new("sh")
        .args(["-e", "-c", lines])
        .current_dir(work)
        .env("PATH", path)
        .envs(variables.iter().map(|(name, value)| (*name, value.as_str())))
        .output()
        .expect("a shell runs");
    let said = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{lines}\n{said}");
    said
}

fn workspace() -> Simulator {
    let report = Object::node("7001", "report").path("report").content("select 'old';\n");
    Simulator::start(World::new().object(report))
}

fn edit(simulator: &Simulator, text: &str) {
    assert!(simulator.edit("report", "/script/content", text.into()));
}

fn proposed(origin: &Path) -> String {
    git(origin, &["show", &format!("{BRANCH}:warehouse/report/report.sql")])
}

#[test]
fn the_pull_request_of_github_has_the_newest_text_and_nothing_else() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let simulator = workspace();
    let (origin, work) = checkout(&simulator, folder.path());
    let lines = script("github-nightly.yml", "export", "run: |");
    for text in ["select 'monday';", "select 'tuesday';"] {
        edit(&simulator, &format!("{text}\n"));
        // Each night begins with a fresh checkout.
        git(&work, &["checkout", "-q", "-f", "main"]);
        let said = night(&simulator, &work, &lines, &[]);
        assert!(said.contains("gh pr create --fill"), "{said}");
        assert_eq!(proposed(&origin), text);
        let range = format!("main..{BRANCH}");
        assert_eq!(git(&origin, &["diff", "--name-only", &range]), "warehouse/report/report.sql");
        assert_eq!(git(&origin, &["rev-list", "--count", &range]), "1");
    }
}

#[test]
fn the_merge_request_of_gitlab_is_there_only_if_something_changed() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let simulator = workspace();
    let (origin, work) = checkout(&simulator, folder.path());
    let lines = script("gitlab-nightly.yml", "merge-request", "script:");
    let variables = [
        ("CI_DEFAULT_BRANCH", "main".to_owned()),
        ("CI_SERVER_HOST", "gitlab.example".to_owned()),
        ("CI_PROJECT_PATH", "acme/warehouse".to_owned()),
        ("PUSH_TOKEN", "token".to_owned()),
        ("GIT_CONFIG_COUNT", "1".to_owned()),
        ("GIT_CONFIG_KEY_0", format!("url.{}.insteadOf", origin.display())),
        ("GIT_CONFIG_VALUE_0", "https://oauth2:token@gitlab.example/acme/warehouse.git".to_owned()),
    ];
    let said = night(&simulator, &work, &lines, &variables);
    assert!(said.contains("nothing changed"), "{said}");
    assert_eq!(git(&origin, &["branch", "--list", BRANCH]), "");
    for text in ["select 'monday';", "select 'tuesday';"] {
        edit(&simulator, &format!("{text}\n"));
        git(&work, &["checkout", "-q", "-f", "--detach", "main"]);
        night(&simulator, &work, &lines, &variables);
        assert_eq!(proposed(&origin), text);
    }
}
