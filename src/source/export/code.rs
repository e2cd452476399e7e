//! Writes the workspace's code over the text of a code file: a line that still renders to the same keeps its placeholders.

use similar::DiffOp;

use super::secrets::Secrets;
use crate::source::{
    repository::{properties::Values, render::Renderer},
    spec::{code, line_diff::operations},
};

/// A line of the file with what it renders to.
struct Line<'a> {
    raw: &'a str,
    /// What the last line lacks of a line end where another follows.
    end: &'static str,
    rendered: String,
}

/// Lines of the new text, one below the other.
enum Block<'a> {
    /// A line of the file, which stays.
    Ours(&'a Line<'a>),
    /// Lines of the workspace.
    Theirs(Vec<&'a str>),
}

impl Block<'_> {
    fn text(&self, end: &str, secrets: &Secrets) -> String {
        match self {
            Self::Ours(Line { raw, end, .. }) => format!("{raw}{end}"),
            // Together, for a secret may stand in several of them.
            Self::Theirs(lines) => {
                let text = secrets.text(&lines.join("\n"));
                text.split('\n').map(|line| format!("{line}{end}")).collect::<Vec<_>>().join("\n")
            }
        }
    }
}

fn add<'a>(written: &mut Vec<Block<'a>>, lines: &[&'a str]) {
    match written.last_mut() {
        Some(Block::Theirs(block)) => block.extend(lines),
        _ if lines.is_empty() => {}
        _ => written.push(Block::Theirs(lines.to_vec())),
    }
}

/// The new text of a code file. Its line ends, and whether its last line has one, stay.
pub fn edited(text: &str, there: &str, values: Values, secrets: &Secrets) -> String {
    let there = code::lines(there);
    if there.is_empty() {
        return String::new();
    }
    let theirs: Vec<&str> = there.split('\n').collect();
    let end = if text.contains("\r\n") { "\r" } else { "" };
    let ours = lines(text, values, end);
    // A value may hold line ends, so that one line of the file is several lines of code.
    let parts: Vec<(usize, &str)> = ours
        .iter()
        .enumerate()
        .flat_map(|(nth, line)| line.rendered.split('\n').map(move |part| (nth, part)))
        .collect();
    let rendered: Vec<&str> = parts.iter().map(|(_, part)| *part).collect();
    let mut written: Vec<Block> = Vec::new();
    // Of code that is too long to compare only the lines at its beginning and its end keep their placeholders.
    for operation in operations(&rendered, &theirs) {
        let new = theirs.get(operation.new_range()).unwrap_or_default();
        if let DiffOp::Equal { old_index, len, .. } = operation {
            let same = parts.get(old_index..old_index.saturating_add(len)).unwrap_or_default();
            for (lines, new) in same.chunk_by(|one, other| one.0 == other.0).zip(chunks(same, new)) {
                let ours = lines.first().and_then(|(nth, _)| ours.get(*nth));
                match ours.filter(|ours| ours.rendered.split('\n').count() == lines.len()) {
                    Some(ours) => written.push(Block::Ours(ours)),
                    None => add(&mut written, new),
                }
            }
        } else {
            add(&mut written, new);
        }
    }
    let written: Vec<String> = written.iter().map(|block| block.text(end, secrets)).collect();
    let written = written.join("\n");
    // The last line break is not compared, and an empty line at the end is.
    let is_open = !text.ends_with('\n') && theirs.last().is_some_and(|last| !last.is_empty());
    if is_open { written.trim_end_matches('\r').to_owned() } else { format!("{written}\n") }
}

fn lines<'a>(text: &'a str, values: Values<'a>, end: &'static str) -> Vec<Line<'a>> {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let line = |raw: &'a str| {
        let rendered = Renderer::new(values, usize::MAX).text(raw.strip_suffix('\r').unwrap_or(raw));
        Line { raw, end: "", rendered }
    };
    let mut lines: Vec<Line> = body.split('\n').map(line).collect();
    if let Some(last) = lines.last_mut().filter(|_| !text.ends_with('\n')) {
        last.end = end;
    }
    lines
}

/// Their lines beside those that come of one line of the file each.
fn chunks<'a>(ours: &'a [(usize, &'a str)], theirs: &'a [&'a str]) -> impl Iterator<Item = &'a [&'a str]> {
    let mut rest = theirs;
    ours.chunk_by(|one, other| one.0 == other.0).map(move |lines| {
        let (chunk, after) = rest.split_at_checked(lines.len()).unwrap_or((rest, &[]));
        rest = after;
        chunk
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        model::secret::Secret,
        source::repository::{
            error::Findings,
            properties::{Inputs, Overrides, Scope},
        },
    };

    fn over(text: &str, there: &str) -> String {
        let inputs = Inputs { properties: Some("[\"table=orders\", \"head=-- one\\n-- two\"]"), ..Inputs::default() };
        let overrides = Overrides::read(&inputs, &mut |_| Err(String::new()), &mut Findings::default());
        let values = Values { overrides: &overrides, scope: &Scope::default() };
        edited(text, there, values, &Secrets::of(&overrides))
    }

    #[test]
    fn a_line_that_is_still_right_keeps_its_placeholders_and_its_line_end() {
        assert_eq!(over("a\r\nfrom ${table}\r\nb", "a\nfrom orders\nc\nd\n"), "a\r\nfrom ${table}\r\nc\r\nd");
        let open = over("a\r\nfrom ${table}", "a\nfrom orders\nc");
        assert_eq!(open, "a\r\nfrom ${table}\r\nc", "a last line that another follows gets the file's line end");
        assert_eq!(over("from ${table}\n", "from others"), "from others\n");
        assert_eq!(over("x\n", "x\n\n"), "x\n\n", "an empty line at the end is a line");
    }

    #[test]
    fn a_value_of_several_lines_is_kept_whole_or_not_at_all() {
        assert_eq!(over("${head}\nx\n", "-- one\n-- two\ny"), "${head}\ny\n");
        assert_eq!(over("${head}\nx\n", "-- one\n-- three\nx"), "-- one\n-- three\nx\n");
        assert_eq!(over("${head}\nx\n", "-- two\nx"), "-- two\nx\n");
    }

    #[test]
    fn a_secret_of_several_lines_is_its_placeholder_also_where_only_one_of_them_changed() {
        for (value, name) in [("BEGIN\\nabc\\nEND", "plain"), ("BEGIN\\r\\nabc\\r\\nEND", "with other line ends")] {
            let secret = Secret::new(format!("[\"pem={value}\"]"));
            let inputs = Inputs { secret_properties: Some(&secret), ..Inputs::default() };
            let overrides = Overrides::read(&inputs, &mut |_| Err(String::new()), &mut Findings::default());
            let values = Values { overrides: &overrides, scope: &Scope::default() };
            let over = |text: &str, there: &str| edited(text, there, values, &Secrets::of(&overrides));
            let there = "set key='BEGIN\nabc\nEND';\nselect 2;\n";
            assert_eq!(over("set k='${pem}';\nselect 1;\n", there), "set key='${pem}';\nselect 2;\n", "{name}");
            assert_eq!(over("set k='${pem}';\r\nselect 2;\r\n", there), "set key='${pem}';\r\nselect 2;\r\n", "{name}");
        }
    }

    #[test]
    fn of_very_long_code_the_lines_before_and_after_the_change_keep_their_placeholders() {
        let lines = |changed: &str, table: &str| -> String {
            (0..6_000).map(|at| if at == 3_000 { format!("{changed}\n") } else { format!("{at} {table}\n") }).collect()
        };
        assert_eq!(over(&lines("old", "${table}"), &lines("new", "orders")), lines("new", "${table}"));
    }
}
