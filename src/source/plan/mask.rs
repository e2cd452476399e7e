//! Hides the values of secret properties in what is shown of a change, and what the workspace has in their place.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{
    model::{
        json::parsed,
        sorted::{collected, sort_by},
    },
    source::spec::code,
};

/// What replaces a secret.
const MASK: &str = "***";
/// A line of a secret of several lines is a secret of its own where it has so many characters; a bracket is none.
const SHORTEST_LINE: usize = 4;

/// The values that nobody may see.
#[derive(Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// The longest first, so that one within another leaves no rest of it.
    pub fn new(values: impl IntoIterator<Item = String>) -> Self {
        let mut values: Vec<String> =
            values.into_iter().flat_map(spellings).filter(|value| !value.is_empty()).collect();
        sort_by(&mut values, |one, other| other.len().cmp(&one.len()));
        Self(values)
    }

    /// A text without them.
    pub fn clear(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), MASK))
    }

    /// A field as both sides may be shown: where the repository's holds a secret, all of the workspace's is one.
    pub fn field(&self, from: Option<&Value>, to: Option<&Value>) -> (Option<Value>, Option<Value>) {
        let from = from.map(|from| if to.is_some_and(|to| self.is_in(to)) { MASK.into() } else { self.value(from) });
        (from, to.map(|to| self.value(to)))
    }

    /// The lines of both codes as they may be shown. A line of the workspace that is the repository's except for a
    /// secret has another secret in its place.
    pub fn code(&self, from: &str, to: &str) -> (Vec<String>, Vec<String>) {
        let (from, to) = (code::lines(from), code::lines(to));
        let ours: BTreeSet<&str> = collected(to.split('\n'));
        let (from_clear, to_clear) = (self.lines(&from), self.lines(&to));
        let mut patterns: BTreeSet<&String> = BTreeSet::new();
        patterns.extend(to_clear.iter().filter(|line| line.contains(MASK) && !ours.contains(line.as_str())));
        let in_place = self.in_place(&from, &to);
        let theirs = from.split('\n').zip(from_clear).map(|(line, clear)| {
            // The one that shows most: a secret that is a line alone may be any line.
            let of_line = patterns.iter().filter(|pattern| !ours.contains(line) && is_of(pattern, line));
            let pattern = of_line.max_by_key(|pattern| pattern.len());
            let without = || match &in_place {
                Some(texts) => texts.iter().fold(clear, |line, text| line.replace(text, "\"***\"")),
                None => MASK.to_owned(),
            };
            pattern.map_or_else(without, |pattern| (*pattern).clone())
        });
        (theirs.collect(), to_clear)
    }

    /// The lines of a code without them, as many as it has: a secret may stand in several.
    fn lines(&self, code: &str) -> Vec<String> {
        let long = self.0.iter().filter(|secret| secret.contains('\n'));
        let code = long.fold(code.to_owned(), |code, secret| code.replace(secret.as_str(), &masked_lines(secret)));
        code.split('\n').map(|line| self.clear(line)).collect()
    }

    /// Of code that is JSON on both sides, whose layout says nothing: what the workspace has where the repository has a
    /// secret, as it is written there. `None`: it is there in another spelling.
    fn in_place(&self, from: &str, to: &str) -> Option<Vec<String>> {
        let [from_json, to_json] = [from, to].map(parsed::<Value>);
        let (Ok(from_json), Ok(to_json)) = (from_json, to_json) else { return Some(Vec::new()) };
        let mut values = Vec::new();
        self.collect(&from_json, &to_json, &mut values);
        let texts: Vec<String> = values.into_iter().map(Value::to_string).collect();
        texts.iter().all(|text| from.contains(text.as_str())).then_some(texts)
    }

    fn collect<'a>(&self, from: &'a Value, to: &Value, values: &mut Vec<&'a Value>) {
        match (from, to) {
            (Value::Object(from), Value::Object(to)) => {
                let both = from.iter().filter_map(|(key, from)| Some((from, to.get(key)?)));
                both.for_each(|(from, to)| self.collect(from, to, values));
            }
            (Value::Array(from), Value::Array(to)) => {
                from.iter().zip(to).for_each(|(from, to)| self.collect(from, to, values));
            }
            (Value::String(_) | Value::Number(_), to) if self.is_in(to) => values.push(from),
            _ => {}
        }
    }

    fn is_in(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.is_in_text(text),
            Value::Array(list) => list.iter().any(|value| self.is_in(value)),
            Value::Object(fields) => fields.iter().any(|(key, value)| self.is_in_text(key) || self.is_in(value)),
            Value::Number(number) => self.is_in_text(&number.to_string()),
            Value::Null | Value::Bool(_) => false,
        }
    }

    fn is_in_text(&self, text: &str) -> bool {
        self.0.iter().any(|secret| text.contains(secret.as_str()))
    }

    /// Secrets go before the value becomes JSON text, where escapes would hide them from a search.
    fn value(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.clear(text).into(),
            Value::Array(list) => list.iter().map(|value| self.value(value)).collect(),
            Value::Object(fields) => {
                Value::Object(collected(fields.iter().map(|(key, value)| (self.clear(key), self.value(value)))))
            }
            Value::Number(_) if self.is_in(value) => MASK.into(),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        }
    }
}

/// A value as code may have it: with its line ends unified, and each of its lines, which another text may have alone.
fn spellings(value: String) -> Vec<String> {
    let unified = value.replace("\r\n", "\n");
    let lines = unified.lines().map(str::trim).filter(|line| line.chars().count() >= SHORTEST_LINE);
    let mut all: Vec<String> = lines.filter(|_| unified.contains('\n')).map(str::to_owned).collect();
    all.extend([value, unified]);
    all
}

/// As many lines as a secret has; one without a character shows nothing.
fn masked_lines(secret: &str) -> String {
    let masked = secret.split('\n').map(|line| if line.trim().is_empty() { line } else { MASK });
    masked.collect::<Vec<_>>().join("\n")
}

/// Whether a line is the pattern with anything in place of its masks: each part is found behind the one before it.
fn is_of(pattern: &str, line: &str) -> bool {
    let Some((begin, rest)) = pattern.split_once(MASK) else { return false };
    let (between, end) = rest.rsplit_once(MASK).unwrap_or(("", rest));
    let within = line.strip_prefix(begin).and_then(|rest| rest.strip_suffix(end));
    let mut parts = between.split(MASK).filter(|part| !part.is_empty());
    within.is_some_and(|within| parts.try_fold(within, |rest, part| Some(rest.split_once(part)?.1)).is_some())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn secrets() -> Secrets {
        Secrets::new(["hunter2-new".to_owned(), "hunter2".to_owned(), String::new()])
    }

    #[test]
    fn a_line_that_is_the_repositorys_but_for_the_value_hides_what_stands_in_its_place() {
        let (from, to) = secrets().code(
            "set pw='older';\nselect 1;\n  key = abc, other\nhunter2\n",
            "set pw='hunter2-new';\nselect 2;\n  key = hunter2, other\n",
        );
        assert_eq!(to, ["set pw='***';", "select 2;", "  key = ***, other"]);
        assert_eq!(from, ["set pw='***';", "select 1;", "  key = ***, other", "***"]);
    }

    #[test]
    fn two_secrets_in_a_line_and_a_line_that_is_nothing_else() {
        let two = secrets().code("a=1;b=2;", "a=hunter2;b=hunter2;");
        assert_eq!(two, (vec!["a=***;b=***;".to_owned()], vec!["a=***;b=***;".to_owned()]));
        let alone = secrets().code("was\nsame", "hunter2\nsame");
        assert_eq!(alone.0, ["***", "same"], "a line that both have is nobody's secret");
        let both = secrets().code("was\na=1;", "hunter2\na=hunter2;");
        assert_eq!(both.0, ["***", "a=***;"], "by the line that is the most like it");
        let other = secrets().code("a=1;c=2;", "a=hunter2;b=hunter2;");
        assert_eq!(other.0, ["a=1;c=2;"], "another line");
    }

    #[test]
    fn a_secret_of_several_lines_is_hidden_in_each_of_them_and_in_what_the_workspace_has_of_it() {
        let secrets = Secrets::new(["-- BEGIN --\r\nMIIabc\r\n}\r\n-- END --".to_owned()]);
        let ours = "k='-- BEGIN --\nMIIabc\n}\n-- END --';\nselect 1;\n}\n";
        let hidden = ["k='***", "***", "***", "***';", "select 1;", "}"];
        assert_eq!(secrets.code(ours, ours), (hidden.map(str::to_owned).to_vec(), hidden.map(str::to_owned).to_vec()));
        let theirs = "k='-- BEGIN --\nMIIold\n-- END --';\nselect 1;\n";
        assert_eq!(secrets.code(theirs, ours).0, ["k='***", "***", "***';", "select 1;"]);
        let field = secrets.field(Some(&json!("x MIIabc")), Some(&json!("-- BEGIN --\r\nMIIabc\r\n}\r\n-- END --")));
        assert_eq!(field, (Some(json!("***")), Some(json!("***"))));
        assert_eq!(secrets.field(Some(&json!("x MIIabc")), None).0, Some(json!("x ***")));
    }

    #[test]
    fn a_secret_in_a_key_is_hidden_as_one_in_a_value_is() {
        let shown = secrets().field(Some(&json!("older")), Some(&json!([{ "hunter2": { "pre-hunter2": 1 } }])));
        assert_eq!(shown, (Some(json!("***")), Some(json!([{ "***": { "pre-***": 1 } }]))));
    }

    #[test]
    fn of_json_in_another_layout_what_stands_in_the_place_of_a_secret_is_hidden() {
        let ours = "{\n  \"password\": \"hunter2\",\n  \"list\": [1, \"x=hunter2\"]\n}";
        let theirs = r#"{"list":[1,"x=olde\"r"],"password":"older","user":"u"}"#;
        let hidden = r#"{"list":[1,"***"],"password":"***","user":"u"}"#;
        assert_eq!(secrets().code(theirs, ours).0, [hidden]);
        let spelled = r#"{"password":"ol\u0064er"}"#;
        assert_eq!(secrets().code(spelled, ours).0, ["***"], "in a spelling that is not looked for");
    }

    #[test]
    fn a_field_with_a_secret_hides_all_of_the_workspaces() {
        let field = |from: Value, to: Value| secrets().field(Some(&from), Some(&to));
        assert_eq!(field(json!("x=older"), json!("x=hunter2")), (Some(json!("***")), Some(json!("x=***"))));
        assert_eq!(
            field(json!(["a\"b"]), json!([{ "v": "hunter2" }])),
            (Some(json!("***")), Some(json!([{ "v": "***" }])))
        );
        assert_eq!(field(json!("hunter2"), json!("plain")), (Some(json!("***")), Some(json!("plain"))));
        assert_eq!(field(json!(1), json!(2)), (Some(json!(1)), Some(json!(2))));
        let digits = Secrets::new(["12345".to_owned()]);
        assert_eq!(digits.field(None, Some(&json!(912_345))), (None, Some(json!("***"))));
    }
}
