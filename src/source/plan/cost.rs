//! Counts what reading the workspace costs, and decides how far its whole lists are cheaper than a request for each name.

use super::unit::DesiredUnit;
use crate::source::repository::desired::ObjectKind;

/// What is read of a unit that exists, in addition to its name: its runs, the object, and what one of its runs
/// published.
const OF_A_UNIT: u64 = 3;
/// The newest two thousand pipeline runs: what is older is requested object by object.
const MOST_PAGES_OF_RUNS: usize = 20;
/// The lists of workflows, one for each type.
const LISTS_OF_WORKFLOWS: u64 = 2;
/// The requests for a workflow by its name: both types, and then the list of its nodes.
const OF_A_WORKFLOW: u64 = LISTS_OF_WORKFLOWS + 1;

/// What a plan has to find.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    /// The requests that find each unit by its name.
    names: u64,
    units: usize,
}

impl Cost {
    pub fn of(units: &[DesiredUnit]) -> Self {
        let of_name = |unit: &DesiredUnit| match unit.head.key.kind {
            ObjectKind::Workflow => OF_A_WORKFLOW,
            ObjectKind::Node => 1,
        };
        Self { names: units.iter().map(of_name).sum(), units: units.len() }
    }

    /// What is known before anything is read: the pages that did not turn out to be the whole list, the names, the runs of
    /// the workspace, and all of each unit.
    pub fn most(self) -> u64 {
        let pages = self.pages_of_nodes().unwrap_or_default().saturating_add(self.pages_of_runs());
        let units = u64::try_from(self.units).unwrap_or(u64::MAX).saturating_mul(OF_A_UNIT);
        self.names.saturating_add(u64::from(pages)).saturating_add(units)
    }

    /// How many pages the list of all nodes may have where reading every list costs no more than asking for each name;
    /// `None`: every list costs more, however short.
    pub fn pages_of_nodes(self) -> Option<u32> {
        let pages = self.names.saturating_sub(LISTS_OF_WORKFLOWS);
        u32::try_from(pages).ok().filter(|pages| *pages > 0)
    }

    /// How many pages of the runs of the whole workspace are worth reading: each settles two units, or costs more than
    /// asking for the runs of each.
    pub fn pages_of_runs(self) -> u32 {
        let pages = self.units.checked_div(2).unwrap_or_default();
        u32::try_from(pages.min(MOST_PAGES_OF_RUNS)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(names: u64, units: usize) -> Cost {
        Cost { names, units }
    }

    #[test]
    fn whole_lists_are_read_only_where_they_can_be_cheaper_than_a_request_for_each_name() {
        for (names, pages) in [(0, None), (1, None), (2, None), (3, Some(1)), (12, Some(10)), (1_000, Some(998))] {
            assert_eq!(cost(names, 1).pages_of_nodes(), pages, "{names} names");
        }
    }

    #[test]
    fn the_runs_of_the_workspace_are_read_for_many_units_and_within_two_thousand() {
        for (units, pages) in [(1, 0), (2, 1), (10, 5), (1_000, 20)] {
            assert_eq!(cost(1, units).pages_of_runs(), pages, "{units} units");
        }
    }

    #[test]
    fn the_estimate_is_of_all_that_may_be_asked_for() {
        assert_eq!(cost(1, 1).most(), 1 + 3);
        assert_eq!(cost(2, 2).most(), 2 + 1 + 2 * 3);
        assert_eq!(cost(10, 10).most(), 10 + 8 + 5 + 10 * 3);
        assert_eq!(cost(u64::MAX, usize::MAX).most(), u64::MAX, "it saturates");
    }
}
