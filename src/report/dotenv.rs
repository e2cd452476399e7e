//! Writes the outputs as `DEPLOYED_NAME=value` lines, by the rules of GitLab's dotenv reports: one bad line makes GitLab
//! reject the whole file.
//!
//! Other readers of `NAME=value` lines understand them too: Harness through `$DRONE_OUTPUT`, Jenkins through
//! `readProperties`. Values are not quoted, because GitLab would keep the quotes: the file is not a shell script.

use super::escape::{cut_bytes, line};

/// GitLab rejects a file of 5,120 bytes: <https://docs.gitlab.com/administration/instance_limits/#limit-dotenv-file-size>.
const LONGEST: usize = 5_119;
/// What an output that is neither the message nor a list may take.
const LONGEST_WORD: usize = 160;
/// What is left of the message, however long the lists are.
const LEAST_MESSAGE: usize = 500;
/// One slot per target: cut together, so that the slots still belong to each other.
const LISTS: [&str; 3] = ["target", "deployment-id", "pipeline-run-id"];

/// A slot a target and date, so it goes with no other list.
const INSTANCES: &str = "run-instance-id";

/// The whole file.
pub fn dotenv(outputs: &[(&'static str, String)]) -> String {
    // The JSON result would not fit, and a variable is not the place for a document.
    let kept = || outputs.iter().filter(|(name, _)| *name != "result");
    let values: Vec<(&str, String)> = kept().map(|(name, value)| (*name, plain(name, value))).collect();
    let size = |chosen: &dyn Fn(&str) -> bool| -> usize {
        values.iter().filter(|(name, _)| chosen(name)).fold(0, |sum, (_, value)| sum.saturating_add(value.len()))
    };
    let is_list = |name: &str| LISTS.contains(&name);
    let frame = values.iter().fold(0_usize, |sum, (name, _)| sum.saturating_add(key(name).len()).saturating_add(2));
    let words = size(&|name| name != "message" && !is_list(name));
    let room = LONGEST.saturating_sub(frame).saturating_sub(words);
    let least = size(&|name| name == "message").min(LEAST_MESSAGE);
    let slots = slots(&values, room.saturating_sub(least));
    let message = room.saturating_sub(takes(&values, slots));
    let lines = values.iter().map(|(name, value)| {
        let value = match *name {
            "message" => cut_bytes(value, message),
            name if is_list(name) => first(value, slots).to_owned(),
            _ => value.clone(),
        };
        format!("{}={value}\n", key(name))
    });
    lines.collect()
}

/// `DEPLOYED_NAME`: no input's variable begins so, for GitLab hands the file to every later job.
fn key(name: &str) -> String {
    format!("DEPLOYED_{}", name.to_ascii_uppercase().replace('-', "_"))
}

/// One line that nothing expands: GitLab expands `$`, and `readProperties` of Jenkins reads a backslash as an escape
/// (<https://docs.oracle.com/javase/8/docs/api/java/util/Properties.html#load-java.io.Reader->).
fn plain(name: &str, value: &str) -> String {
    let value = line(value).replace('$', "").replace('\\', "/");
    match name {
        "message" => value,
        _ if LISTS.contains(&name) => value,
        // Half an id is another id.
        INSTANCES if value.len() > LONGEST_WORD => {
            let kept = value.get(..LONGEST_WORD).and_then(|kept| kept.rsplit_once(','));
            kept.map(|(kept, _)| kept.to_owned()).unwrap_or_default()
        }
        _ => cut_bytes(&value, LONGEST_WORD),
    }
}

/// How many slots of every list fit into so many bytes.
fn slots(values: &[(&str, String)], bytes: usize) -> usize {
    let lists = values.iter().filter(|(name, _)| LISTS.contains(name));
    let longest = lists.map(|(_, value)| value.split(',').count()).max().unwrap_or_default();
    (1..=longest).take_while(|slots| takes(values, *slots) <= bytes).last().unwrap_or_default()
}

/// How many bytes so many slots of every list take.
fn takes(values: &[(&str, String)], slots: usize) -> usize {
    let lists = values.iter().filter(|(name, _)| LISTS.contains(name));
    lists.fold(0, |sum, (_, value)| sum.saturating_add(first(value, slots).len()))
}

/// The first slots of a list.
fn first(list: &str, slots: usize) -> &str {
    let Some(before) = slots.checked_sub(1) else { return "" };
    let end = list.match_indices(',').nth(before).map_or(list.len(), |(at, _)| at);
    list.get(..end).unwrap_or_default()
}
