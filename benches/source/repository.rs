//! The repositories that are pushed: stand-alone nodes, or workflows of so many nodes each.

use std::{fs, io, path::Path};

/// The folder of the one object that is changed later.
pub const FIRST: &str = "first";

/// So many stand-alone nodes.
pub fn nodes(folder: &Path, count: usize) -> io::Result<()> {
    object(&folder.join(FIRST), FIRST, &node(FIRST, FIRST), true)?;
    (1..count).try_for_each(|nth| {
        let name = format!("n{nth}");
        object(&folder.join(&name), &name, &node(&name, &name), true)
    })
}

/// A stand-alone node, and so many workflows.
pub fn workflows(folder: &Path, count: usize, each: usize) -> io::Result<()> {
    object(&folder.join(FIRST), FIRST, &node(FIRST, FIRST), true)?;
    for nth in 0..count {
        let name = format!("w{nth}");
        let spec = format!(
            r#"{{"version":"1.1.0","kind":"CycleWorkflow","spec":{{"workflows":[{{"name":"{name}","script":{{"path":"{name}","runtime":{{"command":"WORKFLOW"}}}}}}]}}}}"#
        );
        object(&folder.join(&name), &name, &spec, false)?;
        for inner in 0..each {
            let own = format!("{name}_n{inner}");
            object(&folder.join(&name).join(&own), &own, &node(&own, &format!("{name}/{own}")), true)?;
        }
    }
    Ok(())
}

fn node(name: &str, path: &str) -> String {
    format!(
        r#"{{"version":"1.1.0","kind":"Node","spec":{{"nodes":[{{"name":"{name}","script":{{"path":"{path}","runtime":{{"command":"ODPS_SQL"}}}},"outputs":{{"nodeOutputs":[{{"data":"ws.{name}","artifactType":"NodeOutput"}}]}}}}],"flow":[{{"nodeId":"{name}","depends":[{{"type":"Normal","output":"ws_root"}}]}}]}}}}"#
    )
}

fn object(folder: &Path, name: &str, spec: &str, has_code: bool) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join(format!("{name}.spec.json")), spec)?;
    if has_code { fs::write(folder.join(format!("{name}.sql")), "select 1;\n".repeat(100)) } else { Ok(()) }
}
