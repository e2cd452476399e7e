//! The paths that a Rust text names, in `use` trees and in between, outside its tests.
//!
//! No parser: the sources are formatted by rustfmt, and a path is names with `::` between them.

use std::{iter::Peekable, str::Chars};

/// A path, name by name.
pub type Names = Vec<String>;

/// Every path of two names or more, each use tree spread out.
pub fn of(text: &str) -> Vec<Names> {
    let tokens = tokens(&without_tests(text));
    let (mut paths, mut at) = (Vec::new(), 0);
    while let Some(token) = tokens.get(at) {
        at += 1;
        if matches!(token, Token::Name(_)) {
            at = spread(&tokens, at - 1, &Vec::new(), &mut paths);
        }
    }
    paths.retain(|path| path.len() > 1);
    paths
}

/// The modules that a text declares for tests only, whose files are tests too.
pub fn test_modules(text: &str) -> Vec<String> {
    let behind = text.lines().zip(text.lines().skip(1)).filter(|(line, _)| line.trim() == "#[cfg(test)]");
    let declared = behind.filter_map(|(_, item)| item.trim().strip_prefix("mod ")?.strip_suffix(';'));
    declared.map(str::to_owned).collect()
}

/// The text without the items that are for tests only: each ends where a line closes it at its own depth.
fn without_tests(text: &str) -> String {
    let mut kept = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.trim() != "#[cfg(test)]" {
            kept.push_str(line);
            kept.push('\n');
            continue;
        }
        let depth = |line: &str| line.len() - line.trim_start().len();
        let closes = |item: &&str| depth(item) == depth(line) && item.ends_with([';', '}']);
        lines.find(closes).expect("an item for tests only has an end");
    }
    kept
}

#[derive(Debug, PartialEq, Eq)]
enum Token {
    Name(String),
    Joint,
    Open,
    Close,
    Comma,
    Other,
}

/// Follows the path that begins at a name, or the use tree that it opens; returns where it ends.
fn spread(tokens: &[Token], mut at: usize, stem: &Names, paths: &mut Vec<Names>) -> usize {
    let mut path = stem.clone();
    loop {
        match tokens.get(at) {
            Some(Token::Name(name)) => path.push(name.clone()),
            Some(Token::Open) => {
                at += 1;
                while let Some(token) = tokens.get(at).filter(|token| **token != Token::Close) {
                    at = if matches!(token, Token::Name(_)) { spread(tokens, at, &path, paths) } else { at + 1 };
                }
                return at + 1;
            }
            _ => {}
        }
        at += 1;
        if tokens.get(at) != Some(&Token::Joint) {
            paths.push(path);
            return at;
        }
        at += 1;
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        tokens.push(match c {
            '/' if rest.peek() == Some(&'/') => {
                rest.by_ref().find(|c| *c == '\n');
                continue;
            }
            '"' => {
                skip_string(&mut rest);
                Token::Other
            }
            '\'' => {
                skip_character(&mut rest);
                Token::Other
            }
            c if c.is_alphabetic() || c == '_' => {
                let name = name(c, &mut rest);
                if name == "r" && matches!(rest.peek(), Some('#' | '"')) {
                    skip_raw_string(&mut rest);
                    Token::Other
                } else {
                    Token::Name(name)
                }
            }
            c if c.is_whitespace() => continue,
            ':' if rest.next_if_eq(&':').is_some() => Token::Joint,
            '{' => Token::Open,
            '}' => Token::Close,
            ',' => Token::Comma,
            _ => Token::Other,
        });
    }
    tokens
}

fn name(first: char, rest: &mut Peekable<Chars>) -> String {
    let mut name = String::from(first);
    while let Some(c) = rest.next_if(|c| c.is_alphanumeric() || *c == '_') {
        name.push(c);
    }
    name
}

fn skip_string(rest: &mut Peekable<Chars>) {
    while let Some(c) = rest.next() {
        match c {
            '\\' => drop(rest.next()),
            '"' => return,
            _ => {}
        }
    }
}

/// `r"…"`, `r#"…"#`; and `r#name`, which is a name.
fn skip_raw_string(rest: &mut Peekable<Chars>) {
    let mut hashes = 0;
    while rest.next_if_eq(&'#').is_some() {
        hashes += 1;
    }
    if rest.next_if_eq(&'"').is_none() {
        return;
    }
    while rest.by_ref().any(|c| c == '"') {
        let mut closing = 0;
        while closing < hashes && rest.next_if_eq(&'#').is_some() {
            closing += 1;
        }
        if closing == hashes {
            return;
        }
    }
}

/// `'x'`, `'\n'`; and `'a`, which is a lifetime.
fn skip_character(rest: &mut Peekable<Chars>) {
    if rest.next_if_eq(&'\\').is_some() {
        rest.next();
        rest.find(|c| *c == '\'');
    } else if rest.clone().nth(1) == Some('\'') {
        rest.next();
        rest.next();
    }
}

#[test]
fn every_way_to_write_a_path_is_seen() {
    let text = r##"
//! crate::comment::x
use crate::{
    api,
    model::{call::{Call, Kind}, plan::Plan},
    sign::{self, request::Style},
};
use super::route::Want;
fn f<'a>(x: &'a str) -> Option<crate::walk::Step> {
    let text = ["crate::string::x \" crate::y::z", r#"crate::raw::x"#];
    let quote = ['"', '\'', '\n'];
    serde_json::from_str::<Text>(x).map(|x: std::fs::File| Some { x })
}
#[cfg(test)]
mod tests {
    use crate::live::x;
}
fn g() { crate::report::help::help() }
"##;
    let paths: Vec<String> = of(text).iter().map(|path| path.join("::")).collect();
    let wanted = [
        "crate::api",
        "crate::model::call::Call",
        "crate::model::call::Kind",
        "crate::model::plan::Plan",
        "crate::sign::self",
        "crate::sign::request::Style",
        "super::route::Want",
        "crate::walk::Step",
        "serde_json::from_str",
        "std::fs::File",
        "crate::report::help::help",
    ];
    assert_eq!(paths, wanted);
    assert_eq!(test_modules("#[cfg(test)]\nmod sim;\nmod step;\n"), ["sim"]);
}
