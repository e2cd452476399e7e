//! How the fields of a node are written on the way out: the same values in another order, layout or type.

use serde_json::{Value, json};

use super::super::world::World;
use super::setup::Way;

impl World {
    /// A node or workflow as an answer has it.
    pub(super) fn shown(&self, body: &Value) -> Value {
        let mut body = body.clone();
        let has = |way| self.data_studio.has(way);
        if has(Way::TurnsLists) {
            for pointer in ["/outputs/nodeOutputs", "/inputs/nodeOutputs", "/script/parameters"] {
                if let Some(Value::Array(entries)) = body.pointer_mut(pointer) {
                    entries.reverse();
                }
            }
        }
        if has(Way::WritesFloats) {
            for pointer in ["/timeout", "/rerunTimes", "/rerunInterval", "/trigger/delaySeconds"] {
                let value = body.pointer_mut(pointer);
                let number =
                    value.as_ref().and_then(|value| value.as_u64()).and_then(|number| u32::try_from(number).ok());
                if let (Some(value), Some(number)) = (value, number) {
                    *value = json!(f64::from(number));
                }
            }
        }
        if has(Way::LaysCodeOut)
            && let Some(Value::String(code)) = body.pointer_mut("/script/content")
            && let Ok(parsed @ (Value::Object(_) | Value::Array(_))) = serde_json::from_str::<Value>(code)
        {
            *code = format!("{parsed:#}");
        }
        body
    }

    /// The edges of a node as an answer has them.
    pub(super) fn shown_depends(&self, depends: &[Value], alone: bool) -> Vec<Value> {
        let mut depends = depends.to_vec();
        if alone && self.data_studio.has(Way::FieldsOf2026) {
            depends.iter_mut().for_each(|depend| depend["sourceType"] = json!("Manual"));
        }
        if self.data_studio.has(Way::TurnsLists) {
            depends.reverse();
        }
        depends
    }
}
