//! Reads the repository that the input `source` names: the mistakes in its files are reported with those of the inputs.

use std::path::Path;

use super::{
    error::{InputError, Place},
    files::Files,
    inputs::Inputs,
    value::Task,
};
use crate::{
    model::{options::OnDrift, secret::Secret},
    source::repository::{
        error::{SourceError, SourceWarning},
        properties::{Inputs as Properties, PROPERTIES, SECRET_PROPERTIES},
        read::{self, Repository},
        tree::Tree,
    },
};

/// The repository as the inputs ask for it.
#[derive(Clone, Debug)]
pub struct SourceConfig {
    /// What it wants.
    pub repository: Repository,
    /// What to do with what was edited in DataWorks.
    pub on_drift: OnDrift,
    /// The folders of `source`, as given.
    pub given: Vec<String>,
    /// Whether it is written into, and nothing is deployed.
    pub is_export: bool,
}

impl SourceConfig {
    /// The values of `secret-properties`, to be masked and hidden everywhere.
    pub fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.repository.overrides.secrets()
    }

    /// The folders as the reports name them: `source PATH`.
    pub fn label(&self) -> String {
        format!("source {}", self.given.join(","))
    }
}

/// The repository, where `source` names one; its warnings join those of the inputs.
pub(super) fn read(
    inputs: &Inputs,
    files: &impl Files,
    errors: &mut Vec<InputError>,
    warnings: &mut Vec<String>,
) -> Option<SourceConfig> {
    let given = inputs.source.value()?.0.clone();
    let properties = Properties {
        properties: inputs.properties.value().map(String::as_str),
        secret_properties: inputs.secret_properties.value(),
        project: inputs.project_identifier.value().map(String::as_str),
    };
    let is_export = inputs.operation.or_default() == Task::Export;
    let has_names = inputs.object_id.is_given() || inputs.object_name.is_given();
    let trees: Vec<Tree> = given.iter().map(|folder| files.tree(folder)).collect();
    let names: Vec<String> = trees.iter().map(|tree| tree.name().to_owned()).collect();
    let mut read_file = |path: &str| {
        let text = files.read(Path::new(path))?.ok_or_else(|| "there is no such file".to_owned())?;
        Ok(text.into_bytes())
    };
    match read::read(trees, &properties, is_export && has_names, &mut read_file) {
        Ok(repository) => {
            warnings.extend(few(&repository.warnings));
            Some(SourceConfig { repository, on_drift: inputs.on_drift.or_default(), given, is_export })
        }
        Err(mistakes) => {
            errors.extend(mistakes.into_iter().map(|mistake| error(mistake, &names)));
            None
        }
    }
}

/// The first warnings and how many more there are: each folder may have one.
fn few(warnings: &[SourceWarning]) -> Vec<String> {
    const SHOWN: usize = 20;
    let (shown, rest) = warnings.split_at_checked(SHOWN).unwrap_or((warnings, &[]));
    let rest = (!rest.is_empty()).then(|| format!("⟨source⟩: {} more such warnings", rest.len()));
    shown.iter().map(ToString::to_string).chain(rest).collect()
}

/// A mistake in a file has its place there; one in a folder as a whole, or in the properties, is one of the input.
fn error(mistake: SourceError, folders: &[String]) -> InputError {
    let SourceError { file, line, column, message } = mistake;
    match file.as_str() {
        PROPERTIES | SECRET_PROPERTIES if line > 1 => InputError::new(&file, format!("line {line}: {message}")),
        PROPERTIES | SECRET_PROPERTIES => InputError::new(&file, message),
        _ if folders.contains(&file) || file == folders.join(", ") => {
            InputError::new("source", format!("{file} {message}"))
        }
        _ => InputError::at(Place { file, line, column }, message),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::{
        config::{env::Environment, files::Certificates},
        source::repository::tree::Entry,
    };

    /// Texts by their paths.
    struct Disk(BTreeMap<&'static str, &'static str>);

    impl Files for Disk {
        fn read(&self, path: &Path) -> Result<Option<String>, String> {
            Ok(path.to_str().and_then(|path| self.0.get(path)).map(ToString::to_string))
        }

        fn certificates(&self, _: &Path) -> Result<Certificates, String> {
            Ok(Certificates::default())
        }

        fn tree(&self, folder: &str) -> Tree {
            let mut tree = Tree::new(folder);
            if folder == "absent" {
                tree.insert("", Entry::Unreadable("no such folder".to_owned()));
            }
            for (path, text) in &self.0 {
                if let Some(below) = path.strip_prefix(&format!("{folder}/")) {
                    tree.insert(below, Entry::file(*text));
                }
            }
            tree
        }

        fn can_write(&self, _: &Path) -> Result<(), String> {
            Ok(())
        }
    }

    const NODE: &str = r#"{"kind":"Node","spec":{"nodes":[{"name":"a","script":{"runtime":{"command":"ODPS_SQL"}}}]}}"#;

    fn read_from(
        files: &[(&'static str, &'static str)],
        given: &[(&str, &str)],
    ) -> (Option<SourceConfig>, Vec<InputError>, Vec<String>) {
        let variable = |name: &str| format!("DATAWORKS_{}", name.replace('-', "_").to_ascii_uppercase());
        let given = given.iter().map(|(name, value)| (variable(name), Some((*value).to_owned())));
        let inputs = Inputs::read(&Environment::new(given));
        let (mut errors, mut warnings) = (Vec::new(), Vec::new());
        let read = read(&inputs, &Disk(files.iter().copied().collect()), &mut errors, &mut warnings);
        (read, errors, warnings)
    }

    #[test]
    fn a_folder_becomes_what_the_repository_wants() {
        let files =
            [("w/a/a.spec.json", NODE), ("w/a/a.sql", "select '${key}', '${pw}';"), ("w/lost/b.sql", "select 2;")];
        let given =
            [("source", "w"), ("properties", "key=1"), ("secret-properties", "pw=hunter2"), ("on-drift", "skip")];
        let (read, errors, warnings) = read_from(&files, &given);
        assert_eq!(errors, []);
        let read = read.unwrap();
        assert_eq!((read.repository.objects.len(), read.on_drift, read.label()), (1, OnDrift::Skip, "source w".into()));
        assert!(!read.is_export);
        assert_eq!(read.secrets().map(Secret::expose).collect::<Vec<_>>(), ["hunter2"]);
        assert!(warnings.len() == 1 && warnings[0].starts_with("w/lost: has b.sql"), "{warnings:?}");
        assert!(!format!("{read:?}").contains("hunter2"));
        assert!(read_from(&files, &[("file-id", "1")]).0.is_none(), "nothing is read where nothing is named");
    }

    #[test]
    fn a_mistake_in_a_file_has_its_place_and_one_of_an_input_its_input() {
        let files = [("w/a/a.spec.json", "{\n  \"kind\": x}"), ("w/a/a.sql", "${spec.b}"), ("p", "no pair")];
        let given = [("source", "w,absent"), ("properties", "[\"p\", \"unused=1\"]"), ("secret-properties", "pw=1")];
        let (read, errors, _) = read_from(&files, &given);
        assert!(read.is_none());
        let told: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "source: absent cannot be read: no such folder",
                "p:1:1: this line is not key=value; a comment begins with #",
                "properties: line 2: no file uses ${unused}",
                "secret-properties: the value has fewer than 4 characters, too few to hide it",
                "w/a/a.spec.json:2:11: this is not JSON: expected value",
            ]
        );
        let places: Vec<Option<Place>> = errors.iter().map(|error| error.place().cloned()).collect();
        let place = |file: &str, line, column| Some(Place { file: file.into(), line, column });
        assert_eq!(places, [None, place("p", 1, 1), None, None, place("w/a/a.spec.json", 2, 11)]);
    }

    #[test]
    fn an_empty_folder_is_a_mistake_but_for_an_export_of_objects_that_are_named() {
        let told = |given: &[(&str, &str)]| {
            let (_, errors, _) = read_from(&[], given);
            errors.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let nothing = "source: w nothing to deploy was found: no *.spec.json of a node or a workflow";
        assert_eq!(told(&[("source", "w")]), [nothing]);
        assert_eq!(told(&[("source", "w"), ("operation", "export")]), [nothing]);
        assert_eq!(told(&[("source", "w"), ("operation", "export"), ("object-id", "7")]), [""; 0]);
    }
}
