//! The liberties that documented answers take with their own documentation.

use serde_json::{Value, json};

use super::texts::{GBK, HALF_EMOJI};

/// A way in which a correct answer looks wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    /// Ids end in a line break.
    TrailingNewlines,
    /// Successes carry an `ErrorCode` and an `ErrorMessage`.
    ErrorsOnSuccess,
    /// Statuses and types of stages, runs and items are in capitals.
    Capitals,
    /// Ids that are numbers come as strings, and the other way round.
    SwappedIdTypes,
    /// Counts come as strings.
    CountsAsStrings,
    /// Empty messages and descriptions are missing.
    MissingMessages,
    /// Every object has fields that nobody knows.
    UnknownFields,
    /// Lists say `TotalCount` `"0"`, whatever they hold.
    TotalCountZero,
    /// Lists say no `TotalCount`.
    NoTotalCount,
    /// Messages, descriptions and names of stages end in half an emoji and in bytes of GBK.
    BrokenTexts,
}

impl Lie {
    /// Those that every client must bear at once: the later ones change what a list or a text means.
    pub const ALL: [Self; 7] = [
        Self::TrailingNewlines,
        Self::ErrorsOnSuccess,
        Self::Capitals,
        Self::SwappedIdTypes,
        Self::CountsAsStrings,
        Self::MissingMessages,
        Self::UnknownFields,
    ];
}

const IDS: &[&str] = &["RequestId", "requestId", "Id", "Data", "FileId", "NodeId", "ProjectId"];
const TEXTS: &[&str] = &["Message", "Description", "ErrorMessage", "FileDescription"];
const COUNTS: &[&str] = &["TotalCount", "PageNumber", "PageSize"];

/// Tells the lies in a successful answer.
pub(super) fn tell(lies: &[Lie], answer: &mut Value) {
    let lying = |lie| lies.contains(&lie);
    if lying(Lie::ErrorsOnSuccess) && answer["Success"] == true {
        answer["ErrorCode"] = json!("Invalid.Tenant.ConnectionNotExists");
        answer["ErrorMessage"] = json!("The connection does not exist.");
        if answer["Data"]["Deployment"]["Status"] == 1 {
            answer["Data"]["Deployment"]["ErrorMessage"] = json!("Success");
        }
    }
    walk(answer, &mut |object| {
        if lying(Lie::MissingMessages) {
            let words = ["Message", "Description", "ErrorMessage", "Detail"];
            object.retain(|name, value| !words.contains(&name.as_str()) || (value != "" && *value != json!({})));
        }
        for (name, value) in object.iter_mut() {
            let (name, is_id) = (name.as_str(), IDS.contains(&name.as_str()));
            if lying(Lie::SwappedIdTypes) && is_id {
                swap(value);
            }
            if lying(Lie::CountsAsStrings) && COUNTS.contains(&name) && value.is_number() {
                *value = json!(value.to_string());
            }
            if let Value::String(text) = value {
                if lying(Lie::TrailingNewlines) && is_id {
                    text.push('\n');
                }
                if lying(Lie::Capitals) && matches!(name, "Status" | "Type") {
                    *text = text.to_uppercase();
                }
            }
        }
        if lying(Lie::TotalCountZero) && object.contains_key("TotalCount") {
            object.insert("TotalCount".to_owned(), json!("0"));
        }
        if lying(Lie::NoTotalCount) {
            object.remove("TotalCount");
        }
        if lying(Lie::BrokenTexts) {
            let is_stage = object.contains_key("Code") && object.contains_key("Step");
            let texts =
                object.iter_mut().filter(|(name, _)| TEXTS.contains(&name.as_str()) || is_stage && *name == "Name");
            for (_, value) in texts {
                if let Value::String(text) = value {
                    text.push_str(HALF_EMOJI);
                    text.push_str(GBK);
                }
            }
        }
        if lying(Lie::UnknownFields) {
            object.insert("FromTheFuture".to_owned(), json!({ "Anything": [1, null, "…"] }));
        }
    });
}

/// Visits every object of an answer, the inner ones first.
fn walk(value: &mut Value, visit: &mut impl FnMut(&mut serde_json::Map<String, Value>)) {
    match value {
        Value::Array(list) => list.iter_mut().for_each(|inner| walk(inner, visit)),
        Value::Object(object) => {
            // What a stage's detail holds is the checkers' own business.
            let inner = object.iter_mut().filter(|(name, _)| *name != "Detail");
            inner.for_each(|(_, inner)| walk(inner, visit));
            visit(object);
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn swap(value: &mut Value) {
    let swapped = match &*value {
        Value::Number(number) => Some(json!(number.to_string())),
        Value::String(text) => text.parse::<u64>().ok().filter(|number| number.to_string() == *text).map(Value::from),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    if let Some(swapped) = swapped {
        *value = swapped;
    }
}
