//! What the benches may use: the code that they measure.

pub use crate::{
    client::{
        api::{decode, encode},
        http::Response,
        sign::{Stamp, sign},
    },
    engine::poll::poll_delay,
    model::{
        call::Call,
        endpoint::Endpoint,
        options::Interval,
        secret::{Keys, Secret},
        service::{ServiceConfig, Signature},
    },
};
