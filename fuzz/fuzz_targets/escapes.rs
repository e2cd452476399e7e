//! Any text into every escaper and every report: each is read back by the rules of whoever reads it.
#![no_main]

use std::{
    collections::BTreeSet,
    time::{Duration, SystemTime},
};

use arbitrary::{Arbitrary, Unstructured};
use dataworks_deploy::fuzzing::{
    Context, Report, RequestCounts, TargetReport,
    answer::{Item, StartReply},
    ci::Ci,
    env::Environment,
    error::InputError,
    escape,
    fault::ServiceError,
    files::Files,
    inputs::Inputs,
    journal::{Journal, Note, Provenance, RemoteKind},
    log::Log,
    options::LogLevel,
    outcome::{Outcome, Remote},
    outputs,
    package::{Package, PackageItem},
    pipeline::{Pipeline, Stage, State},
    reason::End,
    status::Status,
};
use libfuzzer_sys::fuzz_target;

#[path = "../../src/report/tests/properties/runner.rs"]
mod runner;

use runner::{Pairs, github_command, github_file};

/// What a text that means harm is made of.
const PIECES: [&str; 62] = [
    "\n", "\r", "\r\n", "\t", " ", "\u{0}", "\u{1b}[2J", "\u{7f}", "\u{85}", "\u{2028}", "\u{202e}", "\u{200b}",
    "\u{fffe}", "\u{feff}", "\u{e0041}", "\u{a0}", "::", "::error::x", "::add-mask::a", "::endgroup::", "##[",
    "##[error]x", "#", "##", "[", "]", "](", ")", "%", "%0A", "%25", "%%{", "=", "<<", "EOF", "dwd_1234", "dwd_", "1234",
    "_", "$", "${HOME}", "`", "```", "|", "<b>", "</details>", "</failure>", "]]>", "&", "&#124;", "\"", "'", "\\", ",",
    ":", ";", "http://", "www.", "section", "发布", "a", " #2",
];

#[derive(Clone)]
struct Harm(String);

impl<'a> Arbitrary<'a> for Harm {
    fn arbitrary(u: &mut Unstructured<'a>) -> arbitrary::Result<Self> {
        let mut text = String::new();
        for _ in 0..u.int_in_range(0..=12)? {
            if u.ratio(1, 8)? {
                text.push(u.arbitrary()?);
            } else {
                text.push_str(u.choose(&PIECES)?);
            }
        }
        let times = if u.ratio(1, 64)? { u.int_in_range(2..=600)? } else { 1 };
        Ok(Self(text.repeat(times)))
    }
}

impl std::fmt::Debug for Harm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

#[derive(Arbitrary, Debug)]
struct Input {
    text: Harm,
    length: u8,
    place: Harm,
    origin: Harm,
    url: Option<Harm>,
    parts: Vec<PartIn>,
    workflow: Option<PartIn>,
    refused: Option<EndIn>,
    took: u32,
}

#[derive(Arbitrary, Debug)]
struct PartIn {
    target: Harm,
    label: Option<Harm>,
    end: EndIn,
    found: FoundIn,
    items: Vec<(Harm, Harm, Harm, Harm, u8)>,
    next: Option<u8>,
    failed: Option<u8>,
    journal: Vec<(u16, NoteIn)>,
}

#[derive(Arbitrary, Debug)]
struct EndIn {
    status: u8,
    message: Harm,
    code: Harm,
    said: Harm,
    request_id: Harm,
}

#[derive(Arbitrary, Debug)]
enum FoundIn {
    Nothing,
    Run(Harm, Option<(u8, Harm, Vec<StageIn>)>),
    Package(u64, Option<(Harm, Option<i8>, Harm, Vec<(Harm, Option<i8>)>)>),
    Start(Harm, Harm),
}

#[derive(Arbitrary, Debug, Clone)]
struct StageIn {
    code: Harm,
    name: Harm,
    kind: Harm,
    state: u8,
    message: Harm,
    detail: DetailIn,
}

#[derive(Arbitrary, Debug, Clone)]
enum DetailIn {
    Any(Harm),
    Checkers(Harm, Harm),
}

#[derive(Arbitrary, Debug)]
enum NoteIn {
    Known(Harm, u8),
    Stage(u8, u8),
    Package(i8),
    Executed(u8),
    Approval(u8, Harm),
    Trouble(Harm),
    Warning(Harm),
}

fn state(which: u8, word: &str) -> State {
    let words = ["Init", "Running", "Success", "Fail", "Termination", "Cancel", word, ""];
    State::read(words[usize::from(which) % words.len()])
}

fn status(which: u8) -> Status {
    let all = [
        Status::Success,
        Status::Stopped,
        Status::DryRun,
        Status::Skipped,
        Status::Failed,
        Status::Invalid,
        Status::TimedOut,
        Status::Denied,
        Status::Unavailable,
        Status::Cancelled(130),
        Status::Cancelled(143),
    ];
    all[usize::from(which) % all.len()]
}

fn end(input: &EndIn) -> End {
    let words = ServiceError {
        status: 200,
        code: input.code.0.clone(),
        message: input.said.0.clone(),
        request_id: input.request_id.0.clone(),
    };
    End::said(status(input.status), input.message.0.clone(), words)
}

fn stage(input: &StageIn) -> Stage {
    let detail = match &input.detail {
        DetailIn::Any(text) => text.0.clone(),
        DetailIn::Checkers(code, name) => {
            serde_json::json!({ "checkerList": [{ "code": code.0, "name": name.0 }] }).to_string()
        }
    };
    // Few enough that two are often the same, or seem so.
    let few = ["A", "A #2", "PROD", "A (b)"];
    let code = few.get(usize::from(input.state.saturating_sub(240) >> 2)).filter(|_| input.state >= 240);
    Stage {
        code: code.map_or_else(|| input.code.0.clone(), |code| (*code).to_owned()),
        name: input.name.0.clone(),
        kind: input.kind.0.clone(),
        step: None,
        state: state(input.state, &input.name.0),
        description: input.message.0.clone(),
        message: input.message.0.clone(),
        detail,
    }
}

fn part(input: &PartIn) -> TargetReport {
    let stages: Vec<Stage> = match &input.found {
        FoundIn::Run(_, Some((_, _, stages))) => stages.iter().take(6).map(stage).collect(),
        _ => Vec::new(),
    };
    let code = |which: u8| stages.get(usize::from(which) % stages.len().max(1)).map(|stage| stage.code.clone());
    let mut journal = Journal::default();
    let mut at = Duration::ZERO;
    journal.note(at, Note::Begun);
    for (after, note) in input.journal.iter().take(12) {
        at += Duration::from_secs(u64::from(*after));
        let words = |text: &Harm| ServiceError { message: text.0.clone(), ..ServiceError::default() };
        let note = match note {
            NoteIn::Known(id, how) => {
                let ways = [Provenance::Created, Provenance::Recovered, Provenance::Resumed, Provenance::Followed];
                Note::Known { kind: RemoteKind::Run, id: id.0.clone(), how: ways[usize::from(*how) % 4] }
            }
            NoteIn::Stage(which, read) => match stages.get(usize::from(*which) % stages.len().max(1)) {
                Some(stage) => Note::Stage(Stage { state: state(*read, ""), ..stage.clone() }),
                None => continue,
            },
            NoteIn::Package(read) => Note::Package(Package { status: Some((*read).into()), ..Package::default() }),
            NoteIn::Executed(which) => Note::Executed(code(*which).unwrap_or_default()),
            NoteIn::Approval(which, text) => {
                Note::Approval { code: code(*which).unwrap_or_default(), error: words(text) }
            }
            NoteIn::Trouble(text) => Note::Retry { operation: "GetPipelineRun", error: words(text), pause: at },
            NoteIn::Warning(text) => Note::Warning(text.0.clone()),
        };
        journal.note(at, note);
    }
    let end = end(&input.end);
    journal.note(at, Note::Ended(end.status));
    let found = match &input.found {
        FoundIn::Nothing => Remote::Nothing,
        FoundIn::Run(id, None) => Remote::Run(id.0.clone(), None),
        FoundIn::Run(id, Some((read, creator, _))) => {
            let pipeline = Pipeline {
                id: id.0.clone(),
                state: state(*read, &creator.0),
                creator: creator.0.clone(),
                created_ms: Some(u64::from(*read) << 40),
                description: creator.0.clone(),
                message: creator.0.clone(),
                stages: stages.clone(),
            };
            Remote::Run(id.0.clone(), Some(pipeline))
        }
        FoundIn::Package(id, package) => {
            let package = package.as_ref().map(|(name, status, message, items)| Package {
                name: name.0.clone(),
                status: status.map(i64::from),
                message: message.0.clone(),
                items: items
                    .iter()
                    .take(6)
                    .map(|(file, status)| PackageItem { file: file.0.clone(), status: status.map(i64::from), ..PackageItem::default() })
                    .collect(),
                ..Package::default()
            });
            Remote::Package(*id, package)
        }
        FoundIn::Start(code, data) => {
            let (code, data) = (code.0.clone(), data.0.clone());
            Remote::Start(StartReply { message: code.clone(), code, data, ..StartReply::default() })
        }
    };
    let items = input.items.iter().take(4).map(|(id, name, kind, message, read)| Item {
        id: id.0.clone(),
        name: name.0.clone(),
        kind: kind.0.clone(),
        version: id.0.clone(),
        status: state(*read, &name.0).to_string(),
        message: message.0.clone(),
        spec: String::new(),
    });
    let outcome = Outcome {
        found,
        items: items.collect(),
        next_stage: input.next.and_then(code),
        failed_stage: input.failed.and_then(code),
        ..Outcome::of(end)
    };
    let target = input.target.0.clone();
    let label = input.label.as_ref().map_or_else(|| format!("object-id {target}"), |label| label.0.clone());
    TargetReport { target, label, outcome, journal }
}

fn report(input: &Input) -> Report {
    // What has neither a target nor a workflow did not start.
    let is_empty = input.parts.is_empty() && input.workflow.is_none();
    let nothing = || End::new(Status::Invalid, "nothing to deploy");
    Report {
        started: SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045),
        took: Duration::from_secs(u64::from(input.took)),
        ci: Ci::GitHub,
        not_started: input.refused.as_ref().map(end).or_else(|| is_empty.then(nothing)),
        plan: None,
        exported: None,
        targets: input.parts.iter().take(4).map(part).collect(),
        workflow: input.workflow.as_ref().map(part),
        counts: RequestCounts { by_operation: [("GetPipelineRun", 3)].into(), retried: 1, throttled: 2 },
        about: Context {
            place: input.place.0.clone(),
            origin: input.origin.0.clone(),
            url: input.url.as_ref().map(|url| url.0.clone()),
            warnings: Vec::new(),
        },
    }
}

/// Control characters, and what turns the direction of text.
fn is_bad(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn is_one_clean_line(text: &str) {
    assert!(!text.contains(is_bad), "{text:?}");
    assert!(!text.contains("##["), "{text:?}");
}

fn escapers(text: &str, length: usize) {
    let line = escape::line(text);
    is_one_clean_line(&line);
    assert_eq!(escape::line(&line), line, "twice is once");
    let markdown = escape::markdown(text);
    is_one_clean_line(&markdown);
    assert!(!markdown.contains(['|', '`', '*', '~', '<', '>', '[', ']', '\\', '!', '@', '$']), "{markdown:?}");
    assert!(!markdown.contains("://") && !markdown.contains("www."), "{markdown:?}");
    let code = escape::markdown_code(text);
    is_one_clean_line(&code);
    assert!(!code.contains('|') && [0, 2].contains(&code.matches('`').count()), "{code:?}");
    let inner = code.strip_prefix('`').and_then(|code| code.strip_suffix('`'));
    assert!(inner.is_none_or(|inner| !inner.is_empty()) && (inner.is_some() || !code.contains('`')), "{code:?}");
    let mermaid = escape::mermaid(text);
    assert!(mermaid.chars().all(is_mermaid), "{mermaid:?}");
    assert!(escape::cut(text, length).chars().count() <= length + 1);
    assert!(escape::cut_bytes(text, length).len() <= length);
    let data = escape::github_data(text);
    assert!(!data.contains(['\n', '\r']));
    assert_eq!(data.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%"), text);
    assert!(!escape::github_property(text).contains([':', ',', '\n', '\r']));
}

fn is_mermaid(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '…')
}

fn logs(report: &Report, text: &str) {
    for ci in [Ci::GitHub, Ci::GitLab, Ci::Jenkins, Ci::Woodpecker, Ci::Drone, Ci::Other] {
        let log = Log::new(ci, report.started).at(LogLevel::Debug);
        let words = ServiceError { message: text.to_owned(), request_id: text.to_owned(), ..ServiceError::default() };
        let mut plain = vec![Log::heartbeat(report.took, text, text)];
        plain.extend(log.request(report.took, "GetPipelineRun", report.took, Ok(text), text));
        plain.extend(log.request(report.took, "GetPipelineRun", report.took, Err(&words), text));
        let mut commands = vec![("warning", log.warning(text))];
        for (nth, part) in report.parts().enumerate() {
            plain.extend(log.end(part, report.took));
            let open = log.open(&part.label, nth, report.took);
            let close = log.close(nth, report.took);
            if ci == Ci::GitLab {
                for line in close.iter().chain([&open]) {
                    assert_eq!((line.matches('\u{1b}').count(), line.matches('\r').count()), (2, 1), "{line:?}");
                    let (head, title) = line.split_once("\r\u{1b}[0K").expect("a section's head");
                    is_one_clean_line(title);
                    is_one_clean_line(head.trim_start_matches('\u{1b}'));
                }
            } else {
                commands.push(("group", open));
                commands.extend(close.map(|close| ("endgroup", close)));
            }
            for entry in part.journal.entries() {
                let said = log.entry(entry, &part.journal, text, 0);
                match entry.note {
                    Note::Warning(_) => commands.extend(said.map(|said| ("warning", said))),
                    _ => plain.extend(said),
                }
            }
        }
        let annotations = log.annotations(report);
        assert!(annotations.len() <= 10);
        commands.extend(annotations.into_iter().map(|line| ("error", line)));
        let mistakes: Vec<InputError> = report.parts().map(|part| InputError::general(&*part.label)).collect();
        commands.extend(log.not_started(Status::Invalid, &mistakes).into_iter().map(|line| ("error", line)));
        for line in &plain {
            is_one_clean_line(line);
            assert_eq!(github_command(line), None, "{line:?}");
        }
        for (name, line) in &commands {
            is_one_clean_line(line);
            match github_command(line) {
                Some((read, _, data)) if ci == Ci::GitHub => {
                    assert_eq!(read, *name, "{line:?}");
                    assert!(data.chars().count() <= 4096 || *name == "group", "the runner cuts it: {line:?}");
                }
                read => assert!(read.is_none() && ci != Ci::GitHub, "{line:?} is {read:?}"),
            }
        }
    }
}

fn github_output(text: &str, report: &Report) {
    let read = github_file(text).unwrap_or_else(|error| panic!("{error} in {text:?}"));
    let all = outputs::all(report);
    let wanted: Pairs = all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    assert_eq!(read, wanted, "every output comes back, and no other");
    for (name, value) in &read {
        match name.as_str() {
            // What the user named is the user's.
            "target" => {}
            "result" => {
                assert!(!value.contains(|c: char| c < ' '), "{value:?}");
                let document: serde_json::Value = serde_json::from_str(value).expect("JSON");
                assert_eq!(document["status"].as_str(), Some(report.status().to_string().as_str()));
            }
            _ => assert!(!value.contains(is_bad), "the output {name} holds a control character: {value:?}"),
        }
    }
}

/// `ParseDotenvArtifactService` of GitLab: each line, a blank one too, must be a pair; and what we promise besides.
fn dotenv(file: &str) {
    assert!(file.len() < 5120, "{} bytes", file.len());
    let mut names = BTreeSet::new();
    for line in file.strip_suffix('\n').expect("it ends with a line").split('\n') {
        let (name, value) = line.split_once('=').expect("a pair");
        let plain = name.strip_prefix("DEPLOYED_").expect("no input's variable");
        assert!(!plain.is_empty() && plain.chars().all(|c| c.is_ascii_uppercase() || c == '_'), "{name:?}");
        assert!(names.insert(name), "{name} comes twice");
        is_one_clean_line(value);
        assert!(!value.contains('$'), "{value:?}");
    }
}

fn junit(xml: &str, report: &Report) {
    let document = roxmltree::Document::parse(xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
    let named = |name: &'static str| document.descendants().filter(move |node| node.has_tag_name(name));
    assert_eq!(named("testsuite").count(), report.parts().count().max(1), "a suite a target");
    for suite in named("testsuite") {
        let cases = suite.children().filter(|node| node.has_tag_name("testcase")).count();
        assert!(cases > 0, "at least one case a target");
        assert_eq!(suite.attribute("tests"), Some(cases.to_string().as_str()));
    }
    let mut names = BTreeSet::new();
    for case in named("testcase") {
        let name = case.attribute("name").expect("a name");
        assert!(names.insert(name), "two cases have the name {name:?}");
        is_one_clean_line(name);
    }
    let bad = named("failure").chain(named("error"));
    for node in bad {
        assert!(node.text().is_some_and(|text| !text.contains(|c: char| is_bad(c) && c != '\n')));
        let words = ["failed", "invalid", "timed-out", "denied", "unavailable", "cancelled"];
        assert!(words.contains(&node.attribute("type").unwrap_or_default()));
    }
    let has_failed = named("failure").next().is_some() || named("error").next().is_some();
    assert_eq!(has_failed, report.parts().any(|part| !part.outcome.end.status.is_good()) || is_refused(report));
}

fn is_refused(report: &Report) -> bool {
    report.parts().next().is_none() && !report.status().is_good()
}

fn summary(text: &str, report: &Report) {
    assert!(text.len() <= 900 * 1024);
    assert!(!text.contains(|c: char| is_bad(c) && c != '\n'), "{text:?}");
    let mut columns = None;
    let mut picture = false;
    for line in text.lines() {
        if line.starts_with("```") {
            picture = !picture;
            assert!(["```", "```mermaid"].contains(&line), "{line:?}");
            continue;
        }
        if picture {
            drawn(line);
            continue;
        }
        assert!(!line.contains("```"), "{line:?}");
        let tags = ["<details>", "</details>", "<summary>", "</summary>"];
        let rest = tags.iter().fold(line.to_owned(), |line, tag| line.replace(tag, ""));
        assert!(!rest.contains('<'), "{line:?}");
        assert!(line.matches("](").count() <= usize::from(line.contains("([CI run](http")), "{line:?}");
        let cells = line.matches('|').count();
        if line.starts_with('|') {
            assert_eq!(*columns.get_or_insert(cells), cells, "{line:?}");
        } else {
            assert_eq!(cells, 0, "{line:?}");
            columns = None;
        }
    }
    assert!(!picture, "the picture is closed");
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    let link = report.about.url.as_deref().is_some_and(|url| text.contains(&format!("]({url})")));
    assert!(text.matches("://").count() <= usize::from(link), "no other address is one");
}

/// A line of the Mermaid picture.
fn drawn(line: &str) {
    let heads = ["%%{init: ", "gantt", "    title Stages, in UTC", "    dateFormat ", "    axisFormat ", "    tickInterval "];
    if let Some(section) = line.strip_prefix("    section ") {
        assert!(section.chars().all(is_mermaid), "{line:?}");
    } else if let Some((name, times)) = line.split_once(" :") {
        let name = name.trim_start().trim_start_matches(['✓', '✗', '…']);
        assert!(name.chars().all(is_mermaid), "{line:?}");
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, ',' | ' ' | '-' | ':' | '.');
        assert!(times.chars().all(plain), "{line:?}");
    } else {
        assert!(heads.iter().any(|head| line.starts_with(head)) || line == "    todayMarker off", "{line:?}");
    }
}

fuzz_target!(|input: Input| {
    let report = report(&input);
    escapers(&input.text.0, input.length.into());
    logs(&report, &input.text.0);
    let environment = Environment::from([
        ("GITHUB_OUTPUT", "output"),
        ("GITHUB_STEP_SUMMARY", "summary"),
        ("DRONE_OUTPUT", "drone"),
        ("DATAWORKS_RESULT_FILE", "result.json"),
        ("DATAWORKS_SUMMARY_FILE", "summary.md"),
        ("DATAWORKS_JUNIT_REPORT", "junit.xml"),
        ("DATAWORKS_DOTENV_REPORT", "dotenv"),
    ]);
    let files = Files::new(&environment, &Inputs::read(&environment));
    let added = files.appends(&report, || "1234".to_owned()).into_iter().map(|added| (added.path, added.text));
    let written = files.replaces(&report).into_iter().map(|written| (written.path, written.text));
    for (path, text) in added.chain(written) {
        match path.to_string_lossy().as_ref() {
            "output" => github_output(&text, &report),
            "drone" | "dotenv" => dotenv(&text),
            "junit.xml" => junit(&text, &report),
            "summary" | "summary.md" => summary(&text, &report),
            _ => drop(serde_json::from_str::<serde_json::Value>(&text).expect("JSON")),
        }
    }
});
