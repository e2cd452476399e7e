//! Paging: how far a list is read, page by page, and whether it was read to its end.

use crate::model::answer::ListInfo;

/// How far the reading of a list has come.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pages {
    next: u32,
    read: u64,
    most: u32,
}

/// What a page was in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// Another may follow.
    Full,
    /// The list was read to its end.
    Last,
    /// More entries were announced, or may follow, than can be read: what was not seen may be there all the same.
    Cut,
}

impl Pages {
    /// From the first page on; no more than so many are read, whatever the service says there are.
    pub(super) fn at_most(most: u32) -> Self {
        Self { next: 1, read: 0, most }
    }

    /// The page to ask for.
    pub(super) fn next(&self) -> u32 {
        self.next
    }

    /// Takes a page of so many entries in.
    pub(super) fn on_page(&mut self, count: usize, info: ListInfo) -> Page {
        self.read = self.read.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        let is_announced = self.read < info.total;
        match count {
            0 if is_announced => Page::Cut,
            0 => Page::Last,
            _ if !info.is_full && !is_announced => Page::Last,
            _ if self.next >= self.most => Page::Cut,
            _ => {
                self.next = self.next.saturating_add(1);
                Page::Full
            }
        }
    }

    /// Takes a page in; returns whether there is another.
    pub(super) fn go_on(&mut self, count: usize, info: ListInfo) -> bool {
        self.on_page(count, info) == Page::Full
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last page that is requested where each holds so many of two, and what it is.
    fn read(counts: &[usize], total: u64) -> (u32, Page) {
        let mut pages = Pages::at_most(3);
        let page = |count: &usize| pages.on_page(*count, ListInfo { total, is_full: *count >= 2 });
        let last = counts.iter().map(page).find(|page| *page != Page::Full).unwrap();
        (pages.next(), last)
    }

    #[test]
    fn a_list_ends_with_an_empty_page_or_a_short_one_after_which_nothing_is_announced() {
        for (counts, total, wanted) in [
            (&[0][..], 0, (1, Page::Last)),
            (&[1], 1, (1, Page::Last)),
            (&[2, 0], 2, (2, Page::Last)),
            (&[2, 1], 0, (2, Page::Last)),
            (&[2, 2, 0], 0, (3, Page::Last)),
            (&[1, 1], 2, (2, Page::Last)),
            (&[2, 0], 9, (2, Page::Cut)),
            (&[2, 2, 2], 6, (3, Page::Cut)),
            (&[2, 2, 1], 5, (3, Page::Last)),
        ] {
            assert_eq!(read(counts, total), wanted, "{counts:?} of {total}");
        }
    }
}
