//! The paths that a Rust text names, in `use` trees and in between, outside its tests.

use syn::{
    Attribute, File, ImplItemFn, Item, ItemUse, Macro, Path, UseTree,
    buffer::{Cursor, TokenBuffer},
    visit::{self, Visit},
};

/// A path, name by name.
pub type Names = Vec<String>;

/// Every path of two names or more, each use tree spread out.
pub fn named_in(text: &str) -> Vec<Names> {
    let mut paths = Paths(Vec::new());
    paths.visit_file(&parse(text));
    paths.0.retain(|path| path.len() > 1);
    paths.0
}

/// The modules that a text declares for tests only, whose files are tests too.
pub fn test_modules(text: &str) -> Vec<String> {
    let declared = parse(text).items.into_iter().filter_map(|item| match item {
        Item::Mod(module) if module.content.is_none() && is_for_tests(&module.attrs) => Some(module.ident.to_string()),
        _ => None,
    });
    declared.collect()
}

fn parse(text: &str) -> File {
    syn::parse_file(text).unwrap_or_else(|error| panic!("it is Rust: {error}\n{text}"))
}

struct Paths(Vec<Names>);

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast Item) {
        if !attributes(item).is_some_and(is_for_tests) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if !is_for_tests(&function.attrs) {
            visit::visit_impl_item_fn(self, function);
        }
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        spread(&item.tree, &Vec::new(), &mut self.0);
    }

    fn visit_path(&mut self, path: &'ast Path) {
        self.0.push(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    /// What a macro is given is not parsed by the compiler before the macro, so its tokens are read.
    fn visit_macro(&mut self, invoked: &'ast Macro) {
        visit::visit_macro(self, invoked);
        let buffer = TokenBuffer::new2(invoked.tokens.clone());
        tokens(buffer.begin(), &mut self.0);
    }
}

fn attributes(item: &Item) -> Option<&[Attribute]> {
    Some(match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return None,
    })
}

fn is_for_tests(attributes: &[Attribute]) -> bool {
    let is_test = |attribute: &Attribute| {
        attribute.path().is_ident("cfg") && attribute.parse_args::<Path>().is_ok_and(|what| what.is_ident("test"))
    };
    attributes.iter().any(is_test)
}

/// The paths of a use tree, of which each begins with the stem.
fn spread(tree: &UseTree, stem: &Names, paths: &mut Vec<Names>) {
    let with = |name: String| [stem.as_slice(), &[name]].concat();
    match tree {
        UseTree::Path(path) => spread(&path.tree, &with(path.ident.to_string()), paths),
        UseTree::Name(name) => paths.push(with(name.ident.to_string())),
        UseTree::Rename(name) => paths.push(with(name.ident.to_string())),
        UseTree::Glob(_) => paths.push(stem.clone()),
        UseTree::Group(group) => group.items.iter().for_each(|tree| spread(tree, stem, paths)),
    }
}

/// The paths in the tokens of a macro.
fn tokens(mut at: Cursor<'_>, paths: &mut Vec<Names>) {
    while !at.eof() {
        if let Some((first, mut behind)) = at.ident() {
            let mut path = vec![first.to_string()];
            while let Some((name, next)) = joint(behind).and_then(Cursor::ident) {
                path.push(name.to_string());
                behind = next;
            }
            paths.push(path);
            at = behind;
        } else if let Some((inside, _, _, behind)) = at.any_group() {
            tokens(inside, paths);
            at = behind;
        } else if let Some((_, behind)) = at.token_tree() {
            at = behind;
        } else {
            return;
        }
    }
}

/// What is behind a `::`.
fn joint(at: Cursor<'_>) -> Option<Cursor<'_>> {
    let (first, behind) = at.punct()?;
    let (second, behind) = behind.punct()?;
    (first.as_char() == ':' && second.as_char() == ':').then_some(behind)
}

#[test]
fn every_way_to_write_a_path_is_seen() {
    let text = r##"
//! crate::comment::x
use crate::{
    client,
    model::{call::{Call, Query}, target as place, target::Target},
    report::{self, log::*},
};
use super::flow::Next;
fn f<'a>(x: &'a str) -> Option<crate::engine::Step> {
    let text = ["crate::string::x \" crate::y::z", r#"crate::raw::x"#];
    let quote = ['"', '\'', '\n'];
    inputs! { x: crate::config::Ids, [y: super::value::Names]; "crate::text::x" }
    serde_json::from_str::<my::Text>(x).map(|x: std::fs::File| Some { x })
}
#[cfg(test)]
mod tests {
    use crate::live::x;
}
impl X {
    #[cfg(test)]
    fn only_for_tests() { crate::live::x() }
}
fn g() { crate::report::help::help() }
"##;
    let paths: Vec<String> = named_in(text).iter().map(|path| path.join("::")).collect();
    let wanted = [
        "crate::client",
        "crate::model::call::Call",
        "crate::model::call::Query",
        "crate::model::target",
        "crate::model::target::Target",
        "crate::report::self",
        "crate::report::log",
        "super::flow::Next",
        "crate::engine::Step",
        "crate::config::Ids",
        "super::value::Names",
        "serde_json::from_str",
        "my::Text",
        "std::fs::File",
        "crate::report::help::help",
    ];
    assert_eq!(paths, wanted);
    assert_eq!(test_modules("#[cfg(test)]\nmod sim;\nmod step;\n"), ["sim"]);
}
