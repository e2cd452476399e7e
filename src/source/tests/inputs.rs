//! The inputs `properties` and `secret-properties`.

use crate::model::secret::Secret;

use super::*;

/// What `${a}|${b}` becomes.
#[track_caller]
fn rendered(inputs: &Inputs, files: &[(&str, &str)]) -> Result<String, Vec<String>> {
    let spec = node("d");
    let tree = tree(&[("d/d.spec.json", &spec), ("d/d.sql", "${a}|${b}"), ("dataworks.properties", "a=file\nb=file")]);
    let mut open = |path: &str| {
        let found = files.iter().find(|(name, _)| *name == path);
        found.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| "no such file".to_owned())
    };
    let repository = read(vec![tree], inputs, false, &mut open).map_err(|errors| shown(&errors))?;
    Ok(code(&repository.objects[0]).unwrap().to_owned())
}

fn plain(text: &str) -> Inputs<'_> {
    Inputs { properties: Some(text), ..Inputs::default() }
}

fn hidden(secret: &Secret) -> Inputs<'_> {
    Inputs { secret_properties: Some(secret), ..Inputs::default() }
}

#[test]
fn a_line_is_one_pair_and_a_comma_belongs_to_the_value() {
    assert_eq!(rendered(&plain("a=1,b=2"), &[]).unwrap(), "1,b=2|file");
    assert_eq!(rendered(&plain("a=1\r\n\n  b = 2  \n# a=3"), &[]).unwrap(), "1|2");
    assert_eq!(rendered(&plain(r"a=\n\u0041"), &[]).unwrap(), r"\n\u0041|file", "there are no escapes");
}

#[test]
fn a_json_array_is_a_list_of_pairs_and_files() {
    assert_eq!(rendered(&plain(r#"["a=1, 2", "b=x=y"]"#), &[]).unwrap(), "1, 2|x=y");
    let said = rendered(&plain("[a=1"), &[]).unwrap_err();
    let wanted = "properties:1:1: not a JSON array of texts; accepted: key=value or files, one per line, or a JSON array of them";
    assert_eq!(said, [wanted]);
}

#[test]
fn what_has_no_equals_sign_is_a_file_of_lines_and_the_later_wins() {
    let files = [("env/prod.properties", "\u{feff}# prod\na=of file\nb=of file\n")];
    assert_eq!(rendered(&plain("env/prod.properties\nb=later"), &files).unwrap(), "of file|later");
    assert_eq!(rendered(&plain("b=earlier\nenv/prod.properties"), &files).unwrap(), "of file|of file");
}

#[test]
fn a_file_that_cannot_be_read_and_lines_that_are_not_pairs_are_mistakes_with_their_line() {
    let said = rendered(&plain("a=1\nnowhere\n=2\nenv"), &[("env", "a=1\n\n  nonsense\n")]).unwrap_err();
    let wanted = [
        "env:3:1: this line is not key=value; a comment begins with #",
        "properties:2:1: nowhere is neither key=value nor a file that can be read: no such file",
        "properties:3:1: there is no key before the =; accepted: key=value",
    ];
    assert_eq!(said, wanted);
}

#[test]
fn a_pair_that_no_file_uses_is_a_mistake() {
    let said = rendered(&plain("a=1\nspec.tpyo=2"), &[]).unwrap_err();
    assert_eq!(said, ["properties:2:1: no file uses ${spec.tpyo}"]);
}

#[test]
fn a_pair_that_only_a_file_uses_which_is_a_mistake_is_not_a_second_one() {
    for (files, wanted) in [
        (vec![("d/d.spec.json", node("d")), ("d/a.sql", String::new()), ("d/b.sql", "${k}".to_owned())], "d/b.sql"),
        (vec![("d/d.spec.json", workflow("d")), ("d/a.sql", "${k}".to_owned())], "d/a.sql"),
        (vec![("d/d.spec.json", node("d")), ("d/e.spec.json", node_with("e", ",\"x\":\"${k}\""))], "d/e.spec.json"),
        (vec![("d/d.spec.json", "{\"kind\":\"Nope\"}".to_owned()), ("d/a.sql", "${k}".to_owned())], "d/d.spec.json"),
    ] {
        let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
        let said = read(vec![tree(&files)], &plain("k=1"), false, &mut |_| unreachable!()).unwrap_err();
        let places: Vec<&str> = said.iter().map(|error| error.file.as_str()).collect();
        assert_eq!(places, [format!("warehouse/{wanted}")], "{said:?}");
    }
}

#[test]
fn a_file_may_hold_keys_that_nobody_uses_which_is_warned_of() {
    let tree = tree(&[("d/d.spec.json", &node("d"))]);
    let repository = read(vec![tree], &plain("env"), false, &mut |_| Ok(b"x=1\ny=2\nz=3".to_vec())).unwrap();
    assert_eq!(repository.warnings[0].to_string(), "env: no file of ⟨source⟩ uses x, nor 2 more keys of it");
}

#[test]
fn a_key_that_only_a_broken_spec_uses_is_not_a_second_mistake() {
    let errors = read_with(&[("d/d.spec.json", "{\"x\": \"${a}\"")], &plain("a=1")).unwrap_err();
    assert_eq!(shown(&errors), ["warehouse/d/d.spec.json:1:13: this is not JSON: EOF while parsing an object"]);
    let other = r#"{"kind":"Table","spec":{"x":"${a}"}}"#;
    assert!(read_with(&[("t/t.spec.json", other), ("d/d.spec.json", &node("d"))], &plain("a=1")).is_ok());
}

#[test]
fn a_secret_counts_more_than_a_plain_value_of_the_same_key() {
    let secret = Secret::new("a=hunter22");
    let both = Inputs { properties: Some("a=plain"), ..hidden(&secret) };
    assert_eq!(rendered(&both, &[]).unwrap(), "hunter22|file");
    assert_eq!(rendered(&hidden(&Secret::new("env")), &[("env", "b=hunter33\n")]).unwrap(), "file|hunter33");
}

#[test]
fn a_secret_of_fewer_than_four_characters_is_a_mistake() {
    let said = rendered(&hidden(&Secret::new("a=abc\nb=密码密\nenv")), &[("env", "\nb=x")]).unwrap_err();
    let wanted = [
        "env:2:1: the value has fewer than 4 characters, too few to hide it",
        "secret-properties:1:1: the value has fewer than 4 characters, too few to hide it",
        "secret-properties:2:1: the value has fewer than 4 characters, too few to hide it",
    ];
    assert_eq!(said, wanted);
    assert!(rendered(&hidden(&Secret::new("a=密码密码")), &[]).is_ok());
}

#[test]
fn no_mistake_quotes_any_part_of_a_secret_input() {
    let forgotten = ["hunter22", "aHVudGVyMjI=", "aHVudGVyMjI==xx", "hunter=hunter22hunter", "[hunter", "=hunter22"];
    for secret in forgotten {
        let said = rendered(&hidden(&Secret::new(secret)), &[]).unwrap_err().join("\n");
        assert!(said.starts_with("secret-properties:1:1: ") && said.lines().count() == 1, "{said}");
        assert!(!said.contains("hunter") && !said.contains("aHV"), "{said}");
    }
    let file = [("env", "hunter22\nhunterkey=hunter33\nhunter=abc\n")];
    let said = rendered(&hidden(&Secret::new("env")), &file).unwrap_err().join("\n");
    assert!(!said.contains("hunter") && said.lines().count() == 2, "{said}");
}

#[test]
fn no_mistake_in_a_spec_shows_a_secret_that_was_put_into_it() {
    let secret = Secret::new("k=hunter22");
    let name = node_with("${k}", r#","outputs":{"nodeOutputs":[{"data":"${k}"},{"data":"${k}"}]}"#);
    let kind = r#"{"kind":"${k}","spec":{}}"#;
    let errors = read_with(&[("d/d.spec.json", &name), ("e/e.spec.json", kind)], &hidden(&secret)).unwrap_err();
    let said = shown(&errors).join("\n");
    assert!(errors.len() == 3 && !said.contains("hunter") && said.contains("***"), "{said}");
}
