//! Decides how a pipeline run is recognised as ours: by `[dwd:OPERATION:HASH]` at the start of its description.
//!
//! The hash covers what stays the same when a CI run is tried again, so that a later attempt resumes an unfinished run.
//! `source` adds two hashes of texts: `[dwd:OPERATION:HASH src=HEX12 now=HEX12]`.

use sha2::{Digest, Sha256};

use super::{ci_run::CiRun, hex::hex, options::Operation};

/// The marker of one object's run, as this step writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    mark: Mark,
}

/// What the marker of a description says, whoever wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What the run does with the object.
    pub operation: Operation,
    /// The half of the hash that is the same for every run of one repository, object and operation.
    pub repository: String,
    /// The half that is of one CI run.
    pub run: String,
    /// What `source` deployed; `None` where the object was named by its id.
    pub written: Option<Written>,
}

/// Which text `source` deployed, and what the workspace had after it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The hash of what the repository rendered.
    pub src: String,
    /// The hash of what the workspace had, read back after the write.
    pub now: String,
}

impl Mark {
    /// The marker that a description begins with. One that comes later, such as in a commit's message, is not a
    /// marker of the run. What a later version adds behind the hash is skipped.
    pub fn parse(description: &str) -> Option<Self> {
        const OPERATIONS: [Operation; 3] = [Operation::Online, Operation::Offline, Operation::Delete];
        let (inside, _) = description.strip_prefix("[dwd:")?.split_once(']')?;
        let mut words = inside.split(' ');
        let (operation, hash) = words.next()?.split_once(':')?;
        let operation = OPERATIONS.into_iter().find(|known| known.to_string() == operation)?;
        let (repository, run) = hash.split_at_checked(hash.len().checked_div(2)?)?;
        let is_halved = repository.len() == run.len();
        let values: Vec<(&str, &str)> = words.filter_map(|word| word.split_once('=')).collect();
        let value = |name: &str| {
            let (_, value) = values.iter().find(|(named, value)| *named == name && is_hash(value))?;
            Some((*value).to_owned())
        };
        let written = value("src").zip(value("now")).map(|(src, now)| Written { src, now });
        let mark = Self { operation, repository: repository.to_owned(), run: run.to_owned(), written };
        (is_hash(hash) && is_halved).then_some(mark)
    }

    fn is_of_the_repository(&self, other: &Self) -> bool {
        self.operation == other.operation && self.repository == other.repository
    }
}

/// Whether a text is a hash as we write it.
fn is_hash(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

impl Marker {
    /// The marker of an object. `random` stands for the run where the CI is not known.
    pub fn new(
        operation: Operation,
        ci_run: &CiRun,
        random: &str,
        dedupe_key: &str,
        workspace: &str,
        object: &str,
    ) -> Self {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let run = ci_run.run.clone().unwrap_or_else(|| random.to_owned());
        // Runs of no known repository must not all belong to one.
        let repository = ci_run.repository.as_deref().unwrap_or(&run);
        let repository = hash(&[ci_run.ci, repository, workspace, object]);
        let run =
            hash(&[ci_run.ci, &text(&ci_run.repository), &run, &text(&ci_run.job), dedupe_key, workspace, object]);
        Self { mark: Mark { operation, repository, run, written: None } }
    }

    /// The marker of a run that deploys what `source` wrote.
    #[must_use]
    pub fn with_written(mut self, written: Written) -> Self {
        self.mark.written = Some(written);
        self
    }

    /// The half of the hash that every run of this repository and object has.
    pub fn repository(&self) -> &str {
        &self.mark.repository
    }

    /// The description of a run that bears it.
    pub fn describe(&self, comment: &str) -> String {
        let Mark { operation, repository, run, written } = &self.mark;
        let written = written.as_ref().map(|Written { src, now }| format!(" src={src} now={now}")).unwrap_or_default();
        format!("[dwd:{operation}:{repository}{run}{written}] {comment}")
    }

    /// Whether it is of a text that `source` wrote, and so of any CI run that deploys the same.
    pub fn is_of_a_text(&self) -> bool {
        self.mark.written.is_some()
    }

    /// What the marker of any run of this repository says was written; `None` where it was not by `source`.
    pub fn written(&self, description: &str) -> Option<Written> {
        Mark::parse(description).filter(|mark| mark.is_of_the_repository(&self.mark))?.written
    }

    /// Whether a description bears the marker of any run of this repository, for the same object and operation.
    pub fn is_of_our_repository(&self, description: &str) -> bool {
        Mark::parse(description).is_some_and(|mark| mark.is_of_the_repository(&self.mark))
    }

    /// Whether a description bears it: the marker of this CI run, with or without the hashes of `source`; or, where
    /// `source` wrote something, that of any run of this repository which deploys the same.
    pub fn is_in(&self, description: &str) -> bool {
        let is_ours = |mark: Mark| {
            mark.is_of_the_repository(&self.mark)
                && match &self.mark.written {
                    Some(written) => mark.written.as_ref() == Some(written),
                    None => mark.run == self.mark.run,
                }
        };
        Mark::parse(description).is_some_and(is_ours)
    }
}

/// The marker of an object's run after the deployment, `[dwd:run:HASH]`. `what`: its dates and parameters.
pub fn of_run(
    ci_run: &CiRun,
    random: &str,
    dedupe_key: &str,
    workspace: &str,
    object: &str,
    what: &[String],
) -> String {
    let what = what.join(" ");
    let Marker { mark: Mark { repository, .. } } =
        Marker::new(Operation::Online, ci_run, random, dedupe_key, workspace, object);
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    let run = ci_run.run.as_deref().unwrap_or(random);
    let (repository_of, job) = (text(&ci_run.repository), text(&ci_run.job));
    let run = hash(&[ci_run.ci, &repository_of, run, &job, dedupe_key, workspace, object, &what]);
    format!("[dwd:run:{repository}{run}]")
}

fn hash(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part.as_bytes());
        // A byte that no text holds keeps `ab`+`c` and `a`+`bc` apart.
        hash.update([0xff]);
    }
    hex(hash.finalize().get(..6).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marker(run: &str, key: &str, object: &str) -> Marker {
        let ci_run = CiRun { ci: "github", repository: Some("a/b".into()), run: Some(run.into()), ..CiRun::default() };
        Marker::new(Operation::Online, &ci_run, "x", key, "10", object)
    }

    #[test]
    fn the_same_run_has_the_same_marker_and_any_other_another() {
        let ours = marker("1", "", "7001");
        assert!(ours.is_in(&marker("1", "", "7001").describe("a later attempt")));
        let offline = Marker::new(Operation::Offline, &CiRun::default(), "x", "", "10", "7001");
        for other in [marker("2", "", "7001"), marker("1", "leg", "7001"), marker("1", "", "7002"), offline] {
            assert!(!ours.is_in(&other.describe("")));
        }
        let unknown = |random| Marker::new(Operation::Online, &CiRun::default(), random, "", "10", "7001");
        assert_ne!(unknown("x"), unknown("y"), "no CI: random");
    }

    #[test]
    fn a_marker_that_is_only_quoted_is_not_ours() {
        let ours = marker("1", "", "7001");
        let text = ours.describe("revert");
        for quoted in [format!("Revert \"{text}\""), format!("[dwd:online:00ff] {text}"), format!(" {text}")] {
            assert!(!ours.is_in(&quoted) && !ours.is_of_our_repository(&quoted), "{quoted}");
        }
        let quoted = marker("2", "", "7001").describe(&text);
        assert!(!ours.is_in(&quoted), "it is of another run: {quoted}");
        assert!(ours.is_of_our_repository(&quoted), "of the same repository");
    }

    #[test]
    fn what_source_wrote_is_read_back_whichever_run_wrote_it() {
        let ours = marker("1", "", "7001");
        let written = Written { src: "0123456789ab".into(), now: "ba9876543210".into() };
        let text = ours.clone().with_written(written.clone()).describe("src=ffff now=ffff");
        assert!(ours.is_in(&text) && text.contains(" src=0123456789ab now=ba9876543210] "));
        assert_eq!(marker("9", "", "7001").written(&text), Some(written));
        assert_eq!(marker("1", "", "7002").written(&text), None, "another object");
        assert_eq!(ours.written(&ours.describe("src=0123456789ab now=ba9876543210")), None, "only within the brackets");
    }

    #[test]
    fn every_form_that_was_ever_written_is_read_and_nothing_else() {
        let read = |text| Mark::parse(text).map(|mark| (mark.operation, mark.repository, mark.run, mark.written));
        let halves = |operation, written| Some((operation, "0123".to_owned(), "abcd".to_owned(), written));
        let written = Some(Written { src: "ab".into(), now: "cd".into() });
        for (text, wanted) in [
            ("[dwd:online:0123abcd] comment", halves(Operation::Online, None)),
            ("[dwd:delete:0123abcd]", halves(Operation::Delete, None)),
            ("[dwd:offline:0123abcd src=ab now=cd] comment", halves(Operation::Offline, written.clone())),
            ("[dwd:online:0123abcd later=x now=cd src=ab]", halves(Operation::Online, written)),
            ("[dwd:online:0123abcd src=ab]", halves(Operation::Online, None)),
            ("[dwd:online:0123abcd src=AB now=cd]", halves(Operation::Online, None)),
            ("[dwd:online:0123abc]", None),
            ("[dwd:online:]", None),
            ("[dwd:online:0123ABCD]", None),
            ("[dwd:online:0123abcd", None),
            ("[dwd:sideways:0123abcd]", None),
            ("[dwd:online:é]", None),
            ("comment [dwd:online:0123abcd]", None),
            ("", None),
        ] {
            assert_eq!(read(text), wanted, "{text}");
        }
    }
}
