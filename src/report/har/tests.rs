//! What a HAR file must hold, and what it may never hold.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use serde_json::Value;

use super::*;

const PIECES: [&str; 14] = ["a", "Zq", "7", "+", "/", "=", "%", "%2B", "&", "\\", "\"", "<", "密", " "];

fn secret(random: &mut fastrand::Rng) -> String {
    let inner: String = (0..random.usize(6..30)).map(|_| PIECES[random.usize(0..PIECES.len())]).collect();
    format!("k{inner}z")
}

/// One character, as some gateway may write it.
fn spell(c: char, way: u8) -> String {
    let mut bytes = [0; 4];
    let percent = |upper: bool| -> String {
        let encoded = c.encode_utf8(&mut [0; 4]).bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        if upper { encoded } else { encoded.to_ascii_lowercase() }
    };
    match way {
        0 => percent(true),
        1 => percent(false),
        2 => percent(true).replace('%', "%25"),
        3 => percent(false).replace('%', "%2525"),
        4 => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")).collect(),
        5 => c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\\\u{unit:04X}")).collect(),
        6 => format!("&#{};", u32::from(c)),
        7 => format!("&#x{:x};", u32::from(c)),
        8 if c.is_ascii_punctuation() => format!("\\{c}"),
        9 if c == '&' => "&amp;".into(),
        _ => c.encode_utf8(&mut bytes).to_owned(),
    }
}

/// The secret in one spelling throughout, in a mixture, or in base64 with something around it.
fn spelled(secret: &str, random: &mut fastrand::Rng) -> String {
    let way = random.u8(0..11);
    match random.u8(0..4) {
        0 => secret.to_owned(),
        1 => secret.chars().map(|c| spell(c, way)).collect(),
        2 => secret.chars().map(|c| spell(c, random.u8(0..12))).collect(),
        _ => {
            let whole = format!("{}{secret}{}", "x".repeat(random.usize(0..4)), "y".repeat(random.usize(0..4)));
            if random.bool() { STANDARD.encode(whole) } else { URL_SAFE_NO_PAD.encode(whole) }
        }
    }
}

fn strings(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::String(text) => all.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| strings(value, all)),
        Value::Object(values) => values.values().for_each(|value| strings(value, all)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn exchange<'a>(url: &'a str, body: &'a str, answer: Result<Answer<'a>, &'a str>) -> Exchange<'a> {
    Exchange {
        operation: "GetNode",
        started: SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_323_045),
        took: Duration::from_millis(120),
        method: "POST",
        url,
        headers: &[("content-type", "application/x-www-form-urlencoded"), ("authorization", "ACS3 whatever")],
        body,
        answer,
        proofs: &[],
        gives_keys: false,
    }
}

fn read(recorder: &Recorder) -> Value {
    serde_json::from_str(&recorder.document()).expect("JSON")
}

/// The law of the file.
#[test]
fn no_secret_in_any_spelling_is_in_it() {
    let mut random = fastrand::Rng::with_seed(7);
    for nth in 0..1_000 {
        let secret = secret(&mut random);
        let said = spelled(&secret, &mut random);
        let text = format!("before {said} after");
        let headers = [("content-type", "text/plain"), ("x-echo", text.as_str())];
        let url = format!("https://dataworks.example/?Name={said}&Signature=whatever");
        let ok = Answer { status: 400, headers: &headers, body: text.as_bytes() };
        let answer = if nth % 5 == 0 { Err(text.as_str()) } else { Ok(ok) };
        let known = [Secret::new(secret.as_str())];
        let mut recorder = Recorder::default();
        let mut exchange = Exchange { headers: &headers, ..exchange(&url, &text, answer) };
        if nth % 2 == 0 {
            recorder.hide(&known[0]);
        } else {
            exchange.proofs = &known;
        }
        recorder.record(&exchange);
        let mut all = vec![recorder.document()];
        strings(&read(&recorder), &mut all);
        for text in all {
            assert!(!text.contains(&secret), "{secret:?} as {said:?} in {text}");
            assert!(!text.contains(&said), "{secret:?} as {said:?} in {text}");
        }
    }
}

#[test]
fn everything_else_stays_as_it_was() {
    let mut recorder = Recorder::default();
    recorder.hide(&Secret::new("S3cr3tKey"));
    let answer = Answer {
        status: 200,
        headers: &[("content-type", "application/json")],
        body: b"{\"Name\":\"a%2Bb&amp;\\u003d\"}",
    };
    recorder.record(&exchange(
        "https://u:p@h.example/p?Action=GetNode&Signature=x%2B&Id=7",
        "SecurityToken=t&Id=7",
        Ok(answer),
    ));
    let file = read(&recorder);
    let entry = &file["log"]["entries"][0];
    assert_eq!(file["log"]["version"], "1.2");
    assert_eq!((&entry["comment"], &entry["time"]), (&"GetNode".into(), &120.into()));
    assert_eq!(entry["startedDateTime"], "2026-01-02T03:04:05.000Z");
    assert_eq!(entry["request"]["url"], "https://***@h.example/p?Action=GetNode&Signature=***&Id=7");
    assert_eq!(entry["request"]["queryString"][2]["value"], "7");
    assert_eq!(entry["request"]["headers"][1]["value"], "***");
    assert_eq!(entry["request"]["postData"]["text"], "SecurityToken=***&Id=7");
    assert_eq!(entry["response"]["content"]["text"], r#"{"Name":"a%2Bb&amp;\u003d"}"#);
    assert_eq!(entry["response"]["status"], 200);
}

#[test]
fn of_what_gives_keys_only_the_status_is_kept() {
    let mut recorder = Recorder::default();
    let answer = Answer { status: 200, headers: &[("x-key", "FRESH")], body: b"{\"AccessKeySecret\":\"FRESH\"}" };
    let asked = exchange("https://sts.example/?OIDCToken=FRESH&RoleArn=FRESH", "t=FRESH", Ok(answer));
    recorder.record(&Exchange { gives_keys: true, ..asked });
    assert!(!recorder.document().contains("FRESH"), "{}", recorder.document());
    assert_eq!(read(&recorder)["log"]["entries"][0]["response"]["status"], 200);
}

#[test]
fn a_long_body_is_cut_after_it_was_scrubbed_and_says_so() {
    let mut recorder = Recorder::default();
    recorder.hide(&Secret::new("S3cr3tKeyOfSomeLength"));
    let body = format!("{}S3cr3tKeyOfSomeLength{}", "x".repeat(LONGEST_BODY - 5), "y".repeat(100));
    let answer = Answer { status: 200, headers: &[], body: body.as_bytes() };
    recorder.record(&exchange("https://h.example/", "", Ok(answer)));
    let content = &read(&recorder)["log"]["entries"][0]["response"]["content"];
    let text = content["text"].as_str().unwrap();
    assert!(text.len() <= LONGEST_BODY && !text.contains("S3c"), "{}", text.len());
    assert_eq!(content["comment"], format!("cut: {LONGEST_BODY} of {} bytes", LONGEST_BODY - 5 + 3 + 100));
    assert_eq!(content["size"], LONGEST_BODY - 5 + 3 + 100);
}

#[test]
fn the_newest_sixteen_mebibytes_are_kept() {
    let mut recorder = Recorder::default();
    let body = "x".repeat(LONGEST_BODY);
    for nth in 0..400 {
        let url = format!("https://h.example/{nth}");
        recorder.record(&exchange(&url, &body, Err("reset")));
    }
    let (document, file) = (recorder.document(), read(&recorder));
    assert!((15 << 20..17 << 20).contains(&document.len()), "{}", document.len());
    let entries = file["log"]["entries"].as_array().unwrap();
    assert_eq!(entries.last().unwrap()["request"]["url"], "https://h.example/399");
    assert_eq!(entries.last().unwrap()["response"]["comment"], "reset");
    let left_out = format!("{} older exchanges are left out: the newest 16 MiB are kept", 400 - entries.len());
    assert_eq!(file["log"]["comment"], left_out);
}
