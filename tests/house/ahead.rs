//! What the documents tell that the program does not have yet. Each name must leave these lists when it is there.

use super::{spoken, tree};

/// Inputs that are written about, and marked in the documents by `<!-- issue NN -->`.
pub const INPUTS: &[&str] = &[];

/// Pages whose examples no runner can run yet.
pub const PAGES: &[&str] = &[];

/// Files that are linked to and made later.
pub const FILES: &[&str] = &[];

#[test]
fn nothing_stays_listed_that_is_there() {
    let inputs: Vec<String> = spoken::inputs().into_iter().map(|input| input.name).collect();
    let built: Vec<_> = INPUTS.iter().filter(|name| inputs.iter().any(|input| input == *name)).collect();
    assert!(built.is_empty(), "the binary has {built:?}: take them off, and put their rows into the tables");
    assert!(FILES.iter().all(|path| !tree::has(path)), "take off what is there: {FILES:?}");
}
