//! `dataworks-deploy`: deploys to Alibaba Cloud DataWorks from CI, and watches until it is really deployed.

#![cfg_attr(
    test,
    expect(
        clippy::wildcard_enum_match_arm,
        clippy::arithmetic_side_effects,
        clippy::as_conversions,
        clippy::cast_possible_truncation,
        clippy::unreachable,
        clippy::print_stderr,
        clippy::too_many_lines,
        reason = "a test may be short where the program must be total"
    )
)]

pub mod api;
pub mod model;
pub mod sign;
pub mod walk;
