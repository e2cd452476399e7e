//! Paging: how far a list is read, page by page, until as many came as there are in all.

/// Where the reading of a list stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pages {
    next: u32,
    read: u64,
    most: u32,
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

    /// Takes a page of so many in; `total`: how many there are in all. Returns whether there is another page: after an
    /// empty one there is none.
    pub(super) fn go_on(&mut self, count: usize, total: u64) -> bool {
        self.read = self.read.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        let more = count > 0 && self.read < total && self.next < self.most;
        self.next = self.next.saturating_add(u32::from(more));
        more
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pages that are asked for where each holds so many.
    fn read(counts: &[usize], total: u64) -> u32 {
        let mut pages = Pages::at_most(3);
        let mut counts = counts.iter();
        while counts.next().is_some_and(|count| pages.go_on(*count, total)) {}
        pages.next()
    }

    #[test]
    fn a_list_is_read_until_as_many_came_as_there_are() {
        for (counts, total, last) in
            [(&[0][..], 0, 1), (&[2], 2, 1), (&[2, 1], 3, 2), (&[2, 0, 2], 9, 2), (&[2, 2, 2, 2], 9, 3)]
        {
            assert_eq!(read(counts, total), last, "{counts:?} of {total}");
        }
    }
}
