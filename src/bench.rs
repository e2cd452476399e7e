//! What the benches see of the house: the very code that they measure.

pub use crate::{
    api::{decode, encode},
    model::{
        accept::{Interval, Signature},
        call::Call,
        endpoint::Endpoint,
        plan::Service,
        secret::{Keys, Secret},
    },
    sign::{Stamp, request::Response, sign},
    walk::pause::look,
};
