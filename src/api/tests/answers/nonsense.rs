//! What makes no sense is never a success, whatever it is.

use super::*;

#[test]
fn no_sense_is_never_success() {
    let html = "<html><body>Bad Gateway</body></html>";
    let all = [create(), look(), execute(), abolish(), runs(), items(), deploy(), PACKAGE, PACKAGES, start()];
    for call in &all {
        for body in [
            "",
            "null",
            "[]",
            "<Error><Code>X</Code></Error>",
            html,
            r#"{"RequestId":"R","Success":tr"#,
            "7",
            r#""Success""#,
            "\u{feff}{}",
        ] {
            let read = fault(call, 200, body);
            assert_eq!((read.kind, read.words.status), (Kind::Lost, 200), "{} {body}", call.operation());
        }
        let bad_gateway = fault(call, 502, html);
        assert_eq!((bad_gateway.kind, bad_gateway.words.status), (Kind::Lost, 502), "{}", call.operation());
        assert_eq!(bad_gateway.words.message, format!("not JSON: {html}"));
        assert_eq!(fault(call, 204, "").kind, Kind::Lost, "{}", call.operation());
    }
    let telling = [create(), look(), runs(), items(), deploy(), PACKAGE, PACKAGES];
    let elsewhere = r#"{"RequestId":"R","Success":true,"Data":"x","Id":{},"PagingInfo":7}"#;
    for call in &telling {
        for body in ["{}", r#"{"RequestId":"R","Success":true}"#, elsewhere] {
            let read = fault(call, 200, body);
            assert_eq!(read.kind, Kind::Lost, "{} {body}", call.operation());
            assert!(read.words.message.ends_with("makes no sense: it has not what it should tell"), "{}", read.words);
        }
    }
    assert_eq!(fault(&look(), 200, r#"{"Pipeline":{"Id":"r","Stages":[]}}"#).kind, Kind::Lost, "no status");
    assert_eq!(fault(&PACKAGE, 200, r#"{"Data":{"Deployment":{"Name":"p"}}}"#).kind, Kind::Lost, "no status");
    for (call, body) in [
        (look(), r#"{"Pipeline":["7","Success"]}"#),
        (PACKAGE, r#"{"Data":[["n",1]]}"#),
        (PACKAGE, r#"{"Data":{"Deployment":["n",1]}}"#),
        (runs(), r#"{"PagingInfo":[]}"#),
    ] {
        assert_eq!(fault(&call, 200, body).kind, Kind::Lost, "an array is no object: {body}");
    }
    assert_eq!(fault(&create(), 200, r#"{"Id":" \n"}"#).kind, Kind::Lost, "an empty id");
    assert_eq!(fault(&deploy(), 200, r#"{"Data":-1}"#).kind, Kind::Lost, "no id");
    assert_eq!(fault(&runs(), 200, r#"{"PagingInfo":{"TotalCount":5}}"#).kind, Kind::Lost, "five, and none is shown");
    assert_eq!(fault(&PACKAGES, 200, r#"{"Data":{"TotalCount":"5"}}"#).kind, Kind::Lost, "five, and none is shown");
}
