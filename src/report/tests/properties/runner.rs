//! How GitHub's runner reads its files and its log, written down from its sources. The fuzz targets go by it too.

/// Names and values.
pub(super) type Pairs = Vec<(String, String)>;
/// A name, properties and data.
pub(super) type Command = (String, Pairs, String);

/// `EnvFileKeyValuePairs` of GitHub's runner.
pub(super) fn github_file(file: &str) -> Result<Pairs, String> {
    let mut pairs = Vec::new();
    let mut rest = file;
    while !rest.is_empty() {
        let (line, behind) = rest.split_once('\n').unwrap_or((rest, ""));
        rest = behind;
        let (heredoc, pair) = (line.split_once("<<"), line.split_once('='));
        match (heredoc, pair) {
            _ if line.is_empty() => {}
            (Some((name, delimiter)), pair) if pair.is_none_or(|(key, _)| name.len() < key.len()) => {
                if name.is_empty() || delimiter.is_empty() {
                    return Err(format!("Invalid format {line:?}"));
                }
                let mut value = Vec::new();
                loop {
                    let (line, behind) = rest.split_once('\n').ok_or("Matching delimiter not found")?;
                    rest = behind;
                    if line == delimiter {
                        break;
                    }
                    value.push(line);
                }
                pairs.push((name.to_owned(), value.join("\n")));
            }
            (_, Some((key, value))) => pairs.push((key.to_owned(), value.to_owned())),
            (_, None) => return Err(format!("Invalid format {line:?}")),
        }
    }
    Ok(pairs)
}

/// `ActionCommand` of GitHub's runner, both forms: the command that a line holds.
pub(super) fn github_command(line: &str) -> Option<Command> {
    let trimmed = line.trim_start();
    let unescape = |text: &str| text.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%");
    if let Some((info, data)) = trimmed.strip_prefix("::").and_then(|rest| rest.split_once("::")) {
        let (name, properties) = info.split_once(' ').unwrap_or((info, ""));
        let pairs = properties.split(',').filter_map(|pair| pair.split_once('='));
        let property = |text: &str| unescape(&text.replace("%3A", ":").replace("%2C", ","));
        let pairs = pairs.map(|(name, value)| (name.trim().to_owned(), property(value))).collect();
        return Some((name.to_owned(), pairs, unescape(data)));
    }
    let (info, data) = line.split_once("##[")?.1.split_once(']')?;
    Some((info.to_owned(), Vec::new(), data.to_owned()))
}
