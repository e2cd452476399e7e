//! Makes a text of the service harmless for each place that it goes to: one function per place.
//!
//! Names, messages and details are data everywhere: they start no command of a CI, close no delimiter, bring no control
//! character along, and break no table, picture or document.

/// One line for a log: what cannot be seen is spelled out, and no command of a CI starts anywhere in it.
///
/// A GitHub command of the newer form (`::x::`) must stand at a line's start, where our own words stand.
pub fn line(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // What breaks a line or separates words is a blank.
            _ if c.is_whitespace() => visible.push(' '),
            _ if is_invisible(c) => visible.extend(c.escape_unicode()),
            _ => visible.push(c),
        }
    }
    without_commands(&visible.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// One line of code: its blanks stay, what cannot be seen is spelled out, and no command of a CI starts within it. It
/// may be one at a line's start, so something is before it.
pub fn code(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => visible.push_str("    "),
            _ if c != ' ' && (c.is_whitespace() || is_invisible(c)) => visible.extend(c.escape_unicode()),
            _ => visible.push(c),
        }
    }
    without_commands(&visible)
}

/// Breaks `##[x]` (GitHub, Azure), `##vso[x]` (Azure) and `##teamcity[x]`, which count anywhere in a line.
///
/// <https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs>,
/// <https://learn.microsoft.com/azure/devops/pipelines/scripts/logging-commands>,
/// <https://www.jetbrains.com/help/teamcity/service-messages.html>
fn without_commands(line: &str) -> String {
    let mut safe = String::with_capacity(line.len());
    let mut hashes = 0_usize;
    for (nth, piece) in line.split('#').enumerate() {
        if nth > 0 {
            safe.push('#');
            hashes = hashes.saturating_add(1);
        }
        if hashes >= 2 && piece.trim_start_matches(char::is_alphanumeric).starts_with('[') {
            safe.push(' ');
        }
        if !piece.is_empty() {
            hashes = 0;
        }
        safe.push_str(piece);
    }
    safe
}

/// JSON in which every character that cannot be seen is written as `\u202e`: it means the same, and everybody sees it.
pub fn json(document: &str) -> String {
    let mut visible = String::with_capacity(document.len());
    let mut done = 0;
    // Within JSON such a character can only stand in a string; line breaks stand between its values.
    for (at, c) in document.char_indices().filter(|(_, c)| *c != '\n' && is_invisible(*c)) {
        visible.push_str(document.get(done..at).unwrap_or_default());
        let mut units = [0; 2];
        c.encode_utf16(&mut units).iter().for_each(|unit| visible.push_str(&format!("\\u{unit:04x}")));
        done = at.saturating_add(c.len_utf8());
    }
    visible.push_str(document.get(done..).unwrap_or_default());
    visible
}

/// Control characters, line separators, and what turns, hides or carries text unseen.
fn is_invisible(c: char) -> bool {
    // Nearly every character is one of these.
    if matches!(c, ' '..='~') {
        return false;
    }
    c.is_control()
        || is_no_character(c)
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}')
        || matches!(c, '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0d}' | '\u{feff}')
        || matches!(c, '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}

/// `U+FFFE`, `U+FFFF` and their like in every plane, which no text may hold.
fn is_no_character(c: char) -> bool {
    u32::from(c) & 0xfffe == 0xfffe
}

/// The data of a GitHub workflow command.
pub fn github_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a GitHub workflow command.
pub fn github_property(text: &str) -> String {
    github_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Prose in Markdown, also in a table's cell: every character that Markdown or HTML gives a meaning is an entity.
pub fn markdown(text: &str) -> String {
    let text = line(text);
    let mut escaped = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let within_a_word = before.is_alphanumeric() && rest.peek().is_some_and(|c| c.is_alphanumeric());
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            // Most codes hold some, and there it means nothing.
            '_' if within_a_word => escaped.push(c),
            '|' | '`' | '*' | '_' | '~' | '[' | ']' | '\\' | '#' | '!' | '@' | '$' => {
                escaped.push_str(&format!("&#{};", u32::from(c)));
            }
            _ => escaped.push(c),
        }
        before = c;
    }
    // A bare address would become a link of the service's choice.
    escaped.replace("://", "&#58;//").replace("www.", "www&#46;")
}

/// A code or an id in Markdown: in code type where nothing in it could end it, else as prose.
pub fn markdown_code(text: &str) -> String {
    let plain = text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '/' | ':' | ',' | '='));
    let line = line(text);
    if line.is_empty() {
        String::new()
    } else if plain && !line.contains("://") {
        format!("`{line}`")
    } else {
        markdown(text)
    }
}

/// A name in a Mermaid picture: letters, digits, blanks and a few marks; everything else is a blank.
pub fn mermaid(text: &str) -> String {
    let harmless = |c: char| if c.is_alphanumeric() || matches!(c, '_' | '-' | '.') { c } else { ' ' };
    let name: String = text.chars().map(harmless).collect();
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// At most so many characters, with a sign where something was cut.
pub fn cut(text: &str, characters: usize) -> String {
    match text.char_indices().nth(characters) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// At most so many bytes, never half a character, with a sign where something was cut.
pub fn cut_bytes(text: &str, bytes: usize) -> String {
    const SIGN: char = '…';
    if text.len() <= bytes {
        return text.to_owned();
    }
    let room = bytes.saturating_sub(SIGN.len_utf8());
    let ends = text.char_indices().map(|(at, _)| at).take_while(|at| *at <= room);
    let kept = text.get(..ends.last().unwrap_or_default()).unwrap_or_default();
    if bytes < SIGN.len_utf8() { String::new() } else { format!("{kept}{SIGN}") }
}

/// A text that XML 1.0 can hold: without the characters that even an entity cannot bring in.
///
/// What XML gives a meaning to is made an entity by the writer.
pub fn xml(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !(c.is_control() || is_no_character(*c))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "a\r\n::error::x\n##[error]y ##[add-mask]z\u{1b}[2J\u{202e}evil\u{0}|`*_~<b>&\\[l](u) # ! @me https://e.x www.e.x $m$ ：；;#:,%";

    #[test]
    fn a_log_line_stays_one_line_without_commands() {
        let line = line(HOSTILE);
        assert!(!line.contains(['\n', '\r', '\u{1b}', '\u{0}', '\u{202e}']));
        assert!(!line.contains("##["));
        assert!(line.contains("evil") && line.contains("：；"), "it stays readable: {line}");
        assert!(line.contains("\\u{202e}evil"), "what cannot be seen is shown: {line}");
    }

    #[test]
    fn no_command_of_any_ci_starts_within_a_line() {
        for (text, wanted) in [
            ("a ##[error]b", "a ## [error]b"),
            ("##vso[task.setvariable variable=x]y", "## vso[task.setvariable variable=x]y"),
            ("x##VSO[task.complete]", "x## VSO[task.complete]"),
            ("##teamcity[buildStop]", "## teamcity[buildStop]"),
            ("####[a] ###vso[b]", "#### [a] ### vso[b]"),
            ("#[a] ## b[c] # #[d]", "#[a] ## b[c] # #[d]"),
            ("#\u{200b}#[a]", "#\\u{200b}#[a]"),
        ] {
            assert_eq!(line(text), wanted);
            assert_eq!(line(wanted), wanted, "twice is once");
        }
    }

    #[test]
    fn json_shows_what_cannot_be_seen_and_means_the_same() {
        let text = "a\u{202e}b\u{7f}c\u{e0041}发布\u{200b}\n";
        let written = json(&serde_json::to_string(text).unwrap());
        assert_eq!(written, r#""a\u202eb\u007fc\udb40\udc41发布\u200b\n""#);
        assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
    }

    #[test]
    fn command_data_and_properties_as_the_runner_reads_them() {
        let data = github_data(HOSTILE);
        assert!(!data.contains(['\n', '\r']));
        assert_eq!(data.replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%"), HOSTILE);
        assert!(!github_property(HOSTILE).contains([':', ',', '\n']));
        assert_eq!(github_data("100%0A"), "100%250A", "the percent sign first");
    }

    #[test]
    fn markdown_has_no_character_that_means_something() {
        let escaped = markdown(HOSTILE);
        assert!(
            !escaped.contains(['|', '`', '*', '_', '~', '<', '>', '[', ']', '\\', '!', '@', '$', '\n']),
            "{escaped}"
        );
        assert!(!escaped.contains("://") && !escaped.contains("www."));
        assert_eq!(markdown("打包检查 50%"), "打包检查 50%");
        assert_eq!(markdown("PROD_CHECK _x_ a__b"), "PROD_CHECK &#95;x&#95; a&#95;&#95;b");
        assert_eq!(markdown_code("PROD_CHECK"), "`PROD_CHECK`");
        assert_eq!(markdown_code("a`b"), "a&#96;b");
        assert_eq!(markdown_code(""), "");
    }

    #[test]
    fn a_mermaid_name_holds_no_syntax() {
        assert_eq!(mermaid("打包: 检查; #1, %%x\n section"), "打包 检查 1 x section");
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(cut("发布失败", 2), "发布…");
        assert_eq!(cut("ok", 2), "ok");
    }
}
