//! The runners' own parsing rules, written down from their sources, held against random texts that mean harm.

use super::{Report, dotenv, escape, github, junit, outputs, samples, summary};

/// What a text that means harm is made of.
const PIECES: [&str; 48] = [
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "\u{0}",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{202e}",
    "\u{200b}",
    "\u{fffe}",
    "\u{feff}",
    "::",
    "::error::x",
    "::add-mask::a",
    "::stop-commands::z",
    "##[",
    "##[error]x",
    "#",
    "[",
    "]",
    "%",
    "%0A",
    "%25",
    "=",
    "<<",
    "EOF",
    "dwd_1234",
    "dwd_",
    "1234",
    "_",
    "$",
    "${HOME}",
    "`",
    "|",
    "<b>",
    "</failure>",
    "]]>",
    "&",
    "\"",
    "'",
    "\\",
    ",",
    ":",
    "发布",
    "a",
];

fn harm(random: &mut fastrand::Rng) -> String {
    (0..random.usize(0..40)).map(|_| PIECES[random.usize(0..PIECES.len())]).collect()
}

fn each_harm(mut check: impl FnMut(&str)) {
    let mut random = fastrand::Rng::with_seed(1);
    (0..3_000).for_each(|_| check(&harm(&mut random)));
}

/// `EnvFileKeyValuePairs` of GitHub's runner.
fn github_file(file: &str) -> Result<Pairs, String> {
    let mut pairs = Vec::new();
    let mut rest = file;
    while !rest.is_empty() {
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = behind;
        let (heredoc, pair) = (line.split_once("<<"), line.split_once('='));
        match (heredoc, pair) {
            _ if line.is_empty() => {}
            (Some((name, delimiter)), pair) if pair.is_none_or(|(key, _)| name.len() < key.len()) => {
                let mut value = Vec::new();
                loop {
                    let (line, behind) = rest.split_once('\n').ok_or("Matching delimiter not found")?;
                    rest = behind;
                    if line == delimiter {
                        break;
                    }
                    value.push(line);
                }
                pairs.push((name.to_owned(), value.join("\n")));
            }
            (_, Some((key, value))) => pairs.push((key.to_owned(), value.to_owned())),
            (_, None) => return Err(format!("Invalid format {line:?}")),
        }
    }
    Ok(pairs)
}

/// A name, properties and data.
type Command = (String, Pairs, String);
type Pairs = Vec<(String, String)>;

/// `ActionCommand` of GitHub's runner, both forms: the command that a line holds.
fn github_command(line: &str) -> Option<Command> {
    let trimmed = line.trim_start();
    let unescape = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    if let Some((info, data)) = trimmed.strip_prefix("::").and_then(|rest| rest.split_once("::")) {
        let (name, properties) = info.split_once(' ').unwrap_or((info, ""));
        let pairs = properties.split(',').filter_map(|pair| pair.split_once('='));
        let property = |text: &str| unescape(&text.replace("%3A", ":").replace("%2C", ","));
        let pairs = pairs.map(|(name, value)| (name.trim().to_owned(), property(value))).collect();
        return Some((name.to_owned(), pairs, unescape(data)));
    }
    let (info, data) = line.split_once("##[")?.1.split_once(']')?;
    Some((info.to_owned(), Vec::new(), data.to_owned()))
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
        assert!(!line.contains(['\n', '\r']), "{line:?}");
        assert_eq!(github_command(&line), None, "{line:?}");
        assert!(!line.contains("##["), "{line:?}");
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
        assert!(!file.contains(['$', '\r', '\u{0}', '\u{1b}', '\u{85}', '\u{2028}']), "{file:?}");
    });
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
        let case = document.descendants().find(|node| node.has_tag_name("failure")).expect("a failure");
        assert_eq!(case.attribute("message"), Some(escape::xml(&escape::line(&text)).as_str()));
        assert!(!outputs::all(&report).is_empty());
        let markdown = summary::summary(&report);
        let rows: Vec<_> = markdown.lines().filter(|line| line.starts_with('|')).collect();
        assert!(!rows.is_empty() && rows.iter().all(|row| [5, 6, 7].contains(&row.matches('|').count())), "{rows:#?}");
        assert_eq!((markdown.matches("```").count(), markdown.matches("<details>").count()), (2, 1), "{markdown}");
    }
}
