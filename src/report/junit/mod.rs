//! Writes the JUnit report as GitLab and Jenkins read it: one suite per target, one case per stage.
//!
//! A failure is a deployment that failed. Whatever hides its end (time, credentials, the service, a signal, wrong inputs)
//! is an error. What was not reached is skipped.

mod case;
mod plan;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

use crate::model::{duration::show_exactly, timestamp};

use super::{
    escape::xml,
    step::{Report, TargetReport},
};
use case::{Case, Verdict};

/// The name of a step that ended before its first target.
const STEP: &str = "dataworks-deploy";

/// The whole file.
pub fn junit(report: &Report) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    let written = events(report).into_iter().try_for_each(|event| writer.write_event(event));
    // Memory takes every byte, and only text was put into it.
    written.ok().and_then(|()| String::from_utf8(writer.into_inner()).ok()).unwrap_or_default() + "\n"
}

struct Suite {
    name: String,
    took: Duration,
    cases: Vec<Case>,
}

type Events = Vec<Event<'static>>;

fn events(report: &Report) -> Events {
    let plan = report.plan.iter().map(|plan| plan::suite(report, plan));
    let mut suites: Vec<Suite> = plan.chain(report.parts().map(|part| suite(report, part))).collect();
    if suites.is_empty() {
        suites.push(Suite { name: STEP.into(), took: report.took, cases: vec![Case::for_step(report)] });
    }
    make_names_unique(&mut suites);
    let root = element("testsuites", &[("name", STEP.to_owned())])
        .with_attributes(counts(suites.iter().flat_map(|suite| &suite.cases)).iter().map(borrowed))
        .with_attributes([("time", show_exactly(report.took).as_str())]);
    let inner = suites.iter().flat_map(|suite| suite_events(report, suite)).collect();
    let declared = Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None));
    [declared].into_iter().chain(around(root, inner)).collect()
}

fn suite(report: &Report, part: &TargetReport) -> Suite {
    Suite { name: part.label.clone(), took: part.journal.took().unwrap_or_default(), cases: Case::all(report, part) }
}

/// GitLab drops all but one of the cases that share a name. A name with its number may be another case's own.
fn make_names_unique(suites: &mut [Suite]) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut times: BTreeMap<String, u32> = BTreeMap::new();
    for case in suites.iter_mut().flat_map(|suite| &mut suite.cases) {
        let name = xml(&case.name);
        case.name.clone_from(&name);
        while !taken.insert(case.name.clone()) {
            let times = times.entry(name.clone()).or_insert(1);
            *times = times.saturating_add(1);
            case.name = format!("{name} #{times}");
        }
    }
}

fn suite_events(report: &Report, suite: &Suite) -> Events {
    let started = timestamp::seconds(report.started);
    let element = element("testsuite", &[("name", xml(&suite.name))])
        .with_attributes(counts(suite.cases.iter()).iter().map(borrowed))
        // The schema of Jenkins allows no zone in the time stamp (`ISO8601_DATETIME_PATTERN`); it is UTC:
        // <https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd>
        .with_attributes([("time", show_exactly(suite.took).as_str()), ("timestamp", started.trim_end_matches('Z'))]);
    around(element, suite.cases.iter().flat_map(|case| case_events(&suite.name, case)).collect())
}

fn case_events(suite: &str, case: &Case) -> Events {
    // GitLab shows the class's name as the suite.
    let attributes = [("name", xml(&case.name)), ("classname", xml(suite)), ("time", show_exactly(case.took))];
    let case_element = element("testcase", &attributes);
    let (tag, kind, message, text) = match &case.verdict {
        Verdict::Passed => return vec![Event::Empty(case_element)],
        Verdict::Skipped(why) => {
            return around(case_element, vec![Event::Empty(element("skipped", &[("message", xml(why))]))]);
        }
        Verdict::Failed { kind, message, text } => ("failure", kind, message, text),
        Verdict::Unknown { kind, message, text } => ("error", kind, message, text),
    };
    // The type is never a word of the service: GitLab's reader takes `type="yaml"` and the like for an order.
    let blame = element(tag, &[("message", xml(message)), ("type", kind.clone())]);
    // GitLab shows the text, and not the message.
    let text = BytesText::new(&xml(text)).into_owned();
    around(case_element, around(blame, vec![Event::Text(text)]))
}

fn element(tag: &'static str, attributes: &[(&'static str, String)]) -> BytesStart<'static> {
    BytesStart::new(tag).with_attributes(attributes.iter().map(borrowed))
}

fn borrowed<'a>((name, value): &'a (&'static str, String)) -> (&'a str, &'a str) {
    (name, value)
}

fn around(element: BytesStart<'static>, inner: Events) -> Events {
    let end = BytesEnd::from(element.name()).into_owned();
    [Event::Start(element)].into_iter().chain(inner).chain([Event::End(end)]).collect()
}

fn counts<'a>(cases: impl Iterator<Item = &'a Case>) -> [(&'static str, String); 4] {
    let [mut tests, mut failures, mut errors, mut skipped] = [0_u32; 4];
    for case in cases {
        tests = tests.saturating_add(1);
        let counted = match case.verdict {
            Verdict::Passed => continue,
            Verdict::Skipped(_) => &mut skipped,
            Verdict::Failed { .. } => &mut failures,
            Verdict::Unknown { .. } => &mut errors,
        };
        *counted = counted.saturating_add(1);
    }
    [("tests", tests), ("failures", failures), ("errors", errors), ("skipped", skipped)]
        .map(|(name, count)| (name, count.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(given: &[&str]) -> Vec<String> {
        let case = |name: &&str| Case { name: (*name).into(), took: Duration::ZERO, verdict: Verdict::Passed };
        let suite = |names: &[&str]| Suite {
            name: String::new(),
            took: Duration::ZERO,
            cases: names.iter().map(case).collect(),
        };
        let (first, second) = given.split_at(given.len() / 2);
        let mut suites = [suite(first), suite(second)];
        make_names_unique(&mut suites);
        suites.into_iter().flat_map(|suite| suite.cases).map(|case| case.name).collect()
    }

    #[test]
    fn a_name_with_its_number_may_be_anothers_own() {
        assert_eq!(names(&["A", "A #2", "A", "B"]), ["A", "A #2", "A #3", "B"]);
        assert_eq!(names(&["A", "A", "A #2", "A #2"]), ["A", "A #2", "A #2 #2", "A #2 #3"]);
        assert_eq!(names(&["A", "A\u{0}"]), ["A", "A #2"], "what XML cannot hold tells nothing apart");
    }

    #[test]
    fn no_two_cases_ever_share_a_name() {
        const WORDS: [&str; 8] = ["A", "A #2", "A #3", "A #2 #2", "a", "", " #2", "A\u{0} #2"];
        let mut random = fastrand::Rng::with_seed(3);
        for _ in 0..2000 {
            let given: Vec<&str> = (0..random.usize(0..12)).map(|_| WORDS[random.usize(0..8)]).collect();
            let apart = names(&given);
            let unique: BTreeSet<&String> = apart.iter().collect();
            assert_eq!(unique.len(), given.len(), "{given:?} became {apart:?}");
            assert_eq!(given.first().map(|name| xml(name)).as_ref(), apart.first(), "the first keeps its name");
        }
    }
}
