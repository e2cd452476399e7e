//! Every summary as a reader of CommonMark sees it, with the tables that GitHub and GitLab add.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::samples;
use crate::report::{
    advice::{for_several, for_step, for_target},
    escape,
    step::Report,
    summary::summary,
};

/// What a reader sees of a summary.
#[derive(Debug, Default)]
struct Seen {
    /// Each list: the heading or paragraph in front of it, and the text of its items.
    lists: Vec<(String, Vec<String>)>,
    /// Each table: the text of its cells, by row.
    tables: Vec<Vec<Vec<String>>>,
    links: Vec<String>,
    html: Vec<String>,
}

fn see(markdown: &str) -> Seen {
    let (mut seen, mut block, mut before) = (Seen::default(), String::new(), String::new());
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES) {
        match event {
            Event::Start(Tag::List(_)) => seen.lists.push((before.clone(), Vec::new())),
            Event::Start(Tag::Table(_)) => seen.tables.push(Vec::new()),
            Event::Start(Tag::TableHead | Tag::TableRow) => seen.tables.last_mut().unwrap().push(Vec::new()),
            Event::Start(Tag::Link { dest_url, .. }) => seen.links.push(dest_url.to_string()),
            Event::Start(Tag::Heading { .. } | Tag::Paragraph | Tag::Item | Tag::TableCell) => block.clear(),
            Event::End(TagEnd::Item) => seen.lists.last_mut().unwrap().1.push(block.clone()),
            Event::End(TagEnd::TableCell) => {
                seen.tables.last_mut().unwrap().last_mut().unwrap().push(block.clone());
            }
            Event::End(TagEnd::Heading(HeadingLevel::H2 | HeadingLevel::H3) | TagEnd::Paragraph) => {
                before.clone_from(&block);
            }
            Event::Text(text) | Event::Code(text) => block.push_str(&text),
            Event::Html(html) | Event::InlineHtml(html) => seen.html.push(html.to_string()),
            _ => {}
        }
    }
    seen
}

fn every_sample() -> Vec<Report> {
    let samples = [
        samples::success,
        samples::failed_check,
        samples::hostile,
        samples::failed_run,
        samples::failed_package,
        samples::timed_out,
        samples::invalid,
        samples::several,
        samples::many,
        samples::workflow,
        samples::strange_names,
    ];
    samples.into_iter().map(|sample| sample()).collect()
}

#[test]
fn the_steps_of_what_to_do_next_are_the_advice_and_nothing_else() {
    for report in every_sample() {
        let text = summary(&report);
        let lists = see(&text).lists;
        let steps = lists.iter().filter(|(before, _)| before == "What to do next").map(|(_, items)| items.len());
        let advice = report.deciding().map_or_else(
            || for_step(&report).len(),
            |part| {
                let own = for_target(part, report.ci).len();
                if report.status().is_good() { 0 } else { own + for_several(&report).iter().count() }
            },
        );
        assert_eq!(steps.sum::<usize>(), advice, "{text}");
        let about = lists.iter().filter(|(before, _)| before == "About this run").map(|(_, items)| items);
        let about: Vec<&String> = about.flatten().collect();
        assert!(about.iter().any(|item| item.starts_with("Requests: ")), "{lists:#?}");
        assert!(about.iter().all(|item| !item.starts_with("Pipeline run")), "{lists:#?}");
    }
}

#[test]
fn what_the_service_says_is_shown_and_never_marks_anything_up() {
    let said = escape::line(samples::HOSTILE);
    let report = samples::hostile();
    let seen = see(&summary(&report));
    let cells: Vec<&String> = seen.tables.iter().flatten().flatten().collect();
    assert!(cells.iter().filter(|cell| **cell == &said).count() > 1, "{cells:#?}");
    assert_eq!(seen.links, ["https://github.com/acme/warehouse/actions/runs/42"]);
    let is_ours = |html: &String| html.starts_with("<details><summary>object-id 7002 (&lt;") || html == "</details>\n";
    assert!(seen.html.iter().all(is_ours), "{:?}", seen.html);
    // A table whose row has too few or too many cells would be filled up or cut.
    let columns: Vec<usize> = seen.tables.iter().map(|table| table[0].len()).collect();
    assert_eq!(columns, [4, 5, 6]);
    assert_eq!(seen.tables.iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 4], "every row is in its table");
}
