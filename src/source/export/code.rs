//! Writes the workspace's code over the text of a code file: a line that still renders to the same keeps its placeholders.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::secrets::Secrets;
use crate::source::{repository::properties::Values, repository::render::Renderer, spec::code};

/// How many lines are compared; beyond it only those at the beginning and the end keep their placeholders.
const MOST_LINES: usize = 5_000;

/// A line of the file with what it renders to.
struct Line<'a> {
    raw: &'a str,
    rendered: String,
}

/// The new text of a code file. Its line ends, and whether its last line has one, stay.
pub fn edited(text: &str, there: &str, values: Values, secrets: &Secrets) -> String {
    let there = code::lines(there);
    if there.is_empty() {
        return String::new();
    }
    let theirs: Vec<&str> = there.split('\n').collect();
    let ours = lines(text, values);
    let rendered: Vec<&str> = ours.iter().map(|line| line.rendered.as_str()).collect();
    let end = if text.contains("\r\n") { "\r" } else { "" };
    let mut kept: Vec<String> = Vec::new();
    for operation in operations(&rendered, &theirs) {
        if let DiffOp::Equal { old_index, len, .. } = operation {
            let same = ours.get(old_index..old_index.saturating_add(len)).unwrap_or_default();
            kept.extend(same.iter().map(|line| line.raw.to_owned()));
        } else {
            let new = theirs.get(operation.new_range()).unwrap_or_default();
            kept.extend(new.iter().map(|line| format!("{}{end}", secrets.text(line))));
        }
    }
    let written = kept.join("\n");
    // The last line break is not compared, and an empty line at the end is.
    let is_open = !text.ends_with('\n') && theirs.last().is_some_and(|last| !last.is_empty());
    if is_open { written.trim_end_matches('\r').to_owned() } else { format!("{written}\n") }
}

fn lines<'a>(text: &'a str, values: Values<'a>) -> Vec<Line<'a>> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let line = |raw: &'a str| {
        let rendered = Renderer::new(values, usize::MAX).text(raw.strip_suffix('\r').unwrap_or(raw));
        Line { raw, rendered }
    };
    body.split('\n').map(line).collect()
}

fn operations(ours: &[&str], theirs: &[&str]) -> Vec<DiffOp> {
    if ours.len().max(theirs.len()) <= MOST_LINES {
        return capture_diff_slices(Algorithm::Myers, ours, theirs);
    }
    let is_same = |pair: &(&&str, &&str)| pair.0 == pair.1;
    let before = ours.iter().zip(theirs).take_while(is_same).count();
    let [old, new] = [ours, theirs].map(|lines| lines.get(before..).unwrap_or_default());
    let after = old.iter().rev().zip(new.iter().rev()).take_while(is_same).count();
    let (old_len, new_len) = (old.len().saturating_sub(after), new.len().saturating_sub(after));
    let equal = |old_index: usize, new_index: usize, len: usize| DiffOp::Equal { old_index, new_index, len };
    vec![
        equal(0, 0, before),
        DiffOp::Replace { old_index: before, old_len, new_index: before, new_len },
        equal(before.saturating_add(old_len), before.saturating_add(new_len), after),
    ]
}
