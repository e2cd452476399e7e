//! The runners' own parsing rules, written down from their sources, held against random texts that mean harm.

mod readers;
mod runner;

use std::time::SystemTime;

use self::{
    readers::{PIECES, bracket_command, gitlab_sections, harm, shown, turns},
    runner::{github_command, github_file},
};
use super::samples;
use crate::{
    config::env::Environment,
    model::{duration::Elapsed, secret::Secret, status::Status},
};
use crate::{
    config::{
        ci::Ci,
        error::{InputError, Place},
    },
    report::{dotenv, escape, github, json, junit, log::Log, outputs, step::Report, summary},
};

fn each_harm(mut check: impl FnMut(&str)) {
    let mut random = fastrand::Rng::with_seed(1);
    (0..3_000).for_each(|_| check(&harm(&mut random)));
}

#[test]
fn a_heredoc_gives_back_every_value_and_nothing_else() {
    each_harm(|text| {
        let outputs = [("status", "failed"), ("message", text), ("stage", text), ("duration", "1")];
        let file: String = outputs.iter().map(|(name, value)| github::output(name, value, "1234")).collect();
        let read = github_file(&file).unwrap_or_else(|error| panic!("{error} in {file:?}"));
        let wanted: Vec<_> = outputs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        assert_eq!(read, wanted);
    });
}

#[test]
fn a_line_of_the_log_is_one_line_and_no_command() {
    each_harm(|text| {
        let line = format!("[   0.1 s] {}", escape::line(text));
        assert!(!line.contains(turns), "{line:?}");
        assert_eq!(github_command(&line), None, "{line:?}");
        assert_eq!(bracket_command(&line), None, "{line:?}");
    });
}

#[test]
fn an_annotation_is_one_command_that_says_what_was_meant() {
    each_harm(|text| {
        let line = github::error(text, text);
        assert!(!line.contains(['\n', '\r']), "{line:?}");
        let (name, properties, data) = github_command(&line).expect("a command");
        let title = escape::cut(&escape::line(text), 200);
        assert_eq!((name.as_str(), properties), ("error", vec![("title".to_owned(), title)]));
        assert_eq!(data, escape::line(text));
        let place = Place { file: text.to_owned(), line: 3, column: 7 };
        let (_, properties, data) = github_command(&github::error_at(Some(&place), text, text)).expect("a command");
        let told = [("file", escape::line(text)), ("line", "3".into()), ("col", "7".into())];
        let told = told.map(|(name, value)| (name.to_owned(), value));
        assert_eq!((properties.get(..3), properties.len(), data), (Some(&told[..]), 4, escape::line(text)));
    });
}

#[test]
fn a_dotenv_file_has_its_lines_and_no_other() {
    each_harm(|text| {
        let outputs = [("status", text), ("target", text), ("message", text), ("result", text)];
        let file = dotenv::dotenv(&outputs.map(|(name, value)| (name, value.to_owned())));
        // `ParseDotenvArtifactService`: each line, a blank one too, must be a pair.
        let read: Vec<_> = file.strip_suffix('\n').unwrap().split('\n').map(|line| line.split_once('=')).collect();
        let names: Vec<_> = read.iter().map(|pair| pair.expect("a pair").0).collect();
        assert_eq!(names, ["DEPLOYED_STATUS", "DEPLOYED_TARGET", "DEPLOYED_MESSAGE"], "{file:?}");
        assert!(!file.chars().any(|c| matches!(c, '$' | '\\') || c != '\n' && turns(c)), "{file:?}");
    });
}

fn log(ci: (&str, &str)) -> Log {
    Log::new(Ci::detect(&Environment::from([ci])), SystemTime::UNIX_EPOCH)
}

#[test]
fn a_section_of_gitlab_is_ours_or_none() {
    let gitlab = log(("GITLAB_CI", "true"));
    each_harm(|text| {
        let opened = gitlab.open(text, 7, Elapsed::ZERO);
        assert_eq!(gitlab_sections(&opened), ["target_7"], "{opened:?}");
        let (_, header) = opened.rsplit_once("\u{1b}[0K").unwrap();
        let lines = [header.to_owned(), gitlab.warning(text), Log::heartbeat(Elapsed::ZERO, text, text)];
        for line in lines.into_iter().chain(gitlab.not_started(Status::Invalid, &[InputError::new("source", text)])) {
            assert!(!line.contains(turns), "{line:?}");
        }
    });
}

#[test]
fn a_mask_is_a_command_for_the_secret_and_each_of_its_lines() {
    let github = log(("GITHUB_ACTIONS", "true"));
    each_harm(|text| {
        let mut masked = Vec::new();
        for line in github.mask(&Secret::new(text)) {
            assert!(!line.contains(['\n', '\r']), "{line:?}");
            let (name, properties, data) = github_command(&line).expect("a command");
            assert_eq!((name.as_str(), properties.len()), ("add-mask", 0));
            masked.push(data);
        }
        let is_masked = |line: &str| line.trim().is_empty() || masked.iter().any(|data| data == line.trim());
        assert!(text.lines().all(is_masked) && masked.iter().all(|data| text.contains(data)), "{text:?} {masked:?}");
    });
}

#[test]
fn markdown_means_nothing_and_shows_what_was_said() {
    each_harm(|text| {
        let written = escape::markdown(text);
        assert_eq!(shown(&written), escape::line(text));
        let bare: String = written.split('&').map(|part| part.split_once(';').map_or(part, |(_, bare)| bare)).collect();
        assert!(!bare.contains(['<', '>', '|', '`', '*', '~', '[', ']', '\\', '!', '@', '$', '#']), "{written}");
        assert!(!written.contains("://") && !written.contains("www.") && !written.contains(turns), "{written:?}");
        let code = escape::markdown_code(text);
        let plain = code.strip_prefix('`').and_then(|code| code.strip_suffix('`'));
        assert!(plain.map_or(code == written, |plain| plain == escape::line(text) && !plain.contains('`')), "{code}");
    });
}

#[test]
fn a_mermaid_name_is_letters_digits_and_blanks() {
    each_harm(|text| {
        let name = escape::mermaid(text);
        assert!(name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ')), "{name:?}");
        let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
        assert_eq!(letters(&name), letters(text), "it stays readable");
    });
}

/// However long it is: what is told is short, and begins as it was said.
#[test]
fn a_text_of_a_megabyte_stays_readable() {
    let text = format!("上游节点 {}", PIECES.concat().repeat(1 + 1_000_000 / PIECES.concat().len()));
    let report = samples::saying(samples::failed_check(), &text);
    let part = report.targets.first().unwrap();
    for ci in [("GITHUB_ACTIONS", "true"), ("GITLAB_CI", "true")] {
        let log = log(ci);
        let lines = [log.open(&text, 1, Elapsed::ZERO), log.warning(&text), Log::heartbeat(Elapsed::ZERO, &text, "x")];
        let lines = lines.into_iter().chain(log.end(part, Elapsed::ZERO)).chain(log.annotations(&report));
        for line in lines {
            assert!(line.len() < 16_000 && line.contains("上游节点"), "{} bytes", line.len());
        }
    }
    let all = outputs::all(&report);
    let told = |wanted: &str| &all.iter().find(|(name, _)| *name == wanted).unwrap().1;
    assert!(all.iter().all(|(name, value)| *name == "result" || value.chars().count() <= 4_001));
    assert!(dotenv::dotenv(&all).len() < 5_120 && told("message").starts_with("上游节点"));
    assert!(json::document(&report).len() > text.len(), "the result has it all");
    assert!(summary::summary(&report).len() < 900 * 1024);
    assert!(roxmltree::Document::parse(&junit::junit(&report)).is_ok());
}

#[test]
fn no_text_breaks_the_xml_or_the_tables() {
    let mut random = fastrand::Rng::with_seed(2);
    for _ in 0..300 {
        let text = harm(&mut random);
        let report: Report = samples::crowd(1, "");
        let report = samples::saying(report, &text);
        let xml = junit::junit(&report);
        let document = roxmltree::Document::parse(&xml).unwrap_or_else(|error| panic!("{error}\n{xml}"));
        assert!(!xml.chars().any(|c| c != '\n' && turns(c)), "{xml:?}");
        let case = document.descendants().find(|node| node.has_tag_name("failure")).expect("a failure");
        assert_eq!(case.attribute("message"), Some(escape::xml(&escape::line(&text)).as_str()));
        assert!(!outputs::all(&report).is_empty());
        let markdown = summary::summary(&report);
        assert!(!markdown.chars().any(|c| c != '\n' && turns(c)), "{markdown:?}");
        let rows: Vec<_> = markdown.lines().filter(|line| line.starts_with('|')).collect();
        assert!(!rows.is_empty() && rows.iter().all(|row| [5, 6, 7].contains(&row.matches('|').count())), "{rows:#?}");
        assert_eq!((markdown.matches("```").count(), markdown.matches("<details>").count()), (2, 1), "{markdown}");
    }
}
