//! What reads our texts, by the rules of its own source; and texts that mean it harm.

/// What a text that means harm is made of.
pub(super) const PIECES: &[&str] = &[
    "\n",
    "\r",
    "\r\n",
    "\t",
    " ",
    "\u{0}",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
    "\u{202a}",
    "\u{202e}",
    "\u{2066}",
    "\u{2069}",
    "\u{1b}[1A\u{1b}[2K",
    "\u{1b}]8;;https://e.x\u{7}",
    "\u{9b}31m",
    "section_start:1:x\r\u{1b}[0K",
    "section_end:1:x\r\u{1b}[0K",
    "[x](https://e.x)",
    "![",
    "https://e.x",
    "www.e.x",
    "<!--",
    "<details>",
    "*",
    "~~",
    "@team",
    "%%{init: {}}%%",
    "section x",
    "click a href",
    "\u{200b}",
    "\u{fffe}",
    "\u{feff}",
    "::",
    "::error::x",
    "::add-mask::a",
    "::stop-commands::z",
    "##[",
    "##[error]x",
    "##vso[task.setvariable variable=a]b",
    "##vso[",
    "##teamcity[buildStop]",
    "vso[",
    "TeamCity[",
    "\u{200d}",
    "\u{e0041}",
    "#",
    "[",
    "]",
    "%",
    "%0A",
    "%25",
    "=",
    "<<",
    "EOF",
    "dwd_1234",
    "dwd_",
    "1234",
    "_",
    "$",
    "${HOME}",
    "`",
    "|",
    "<b>",
    "</failure>",
    "]]>",
    "&",
    "\"",
    "'",
    "\\",
    ",",
    ":",
    "发布",
    "a",
];

pub(super) fn harm(random: &mut fastrand::Rng) -> String {
    (0..random.usize(0..40)).map(|_| PIECES[random.usize(0..PIECES.len())]).collect()
}

/// The markers of sections, as GitLab finds them in a log: `section_start:TIME:NAME\r\u{1b}[0K`.
pub(super) fn gitlab_sections(log: &str) -> Vec<String> {
    let marks = ["section_start:", "section_end:"].iter().flat_map(|mark| log.split(mark).skip(1));
    let name = |rest: &str| {
        let (time, rest) = rest.split_once(':')?;
        let (name, rest) = rest.split_once('\r')?;
        let is_time = !time.is_empty() && time.bytes().all(|byte| byte.is_ascii_digit());
        (is_time && rest.starts_with("\u{1b}[0K")).then(|| name.to_owned())
    };
    marks.filter_map(name).collect()
}

/// What moves the cursor, breaks the line, or turns the text around.
pub(super) fn turns(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fffe}')
}

/// What a browser shows of Markdown in which nothing has a meaning.
pub(super) fn shown(markdown: &str) -> String {
    let mut shown = String::new();
    let mut rest = markdown;
    while let Some((before, behind)) = rest.split_once('&') {
        let (entity, behind) = behind.split_once(';').expect("an ampersand begins an entity");
        shown.push_str(before);
        shown.push(match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            number => char::from_u32(number.strip_prefix('#').unwrap().parse().unwrap()).unwrap(),
        });
        rest = behind;
    }
    shown + rest
}

/// The command of Azure Pipelines or TeamCity that a line holds anywhere: `##vso[x]`, `##teamcity[x]`, `##[x]`.
pub(super) fn bracket_command(line: &str) -> Option<String> {
    let lower = line.to_ascii_lowercase();
    ["##[", "##vso[", "##teamcity["].iter().find(|start| lower.contains(*start)).map(ToString::to_string)
}
