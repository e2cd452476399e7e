//! The words that the walk and the API share: what may be asked, what may come back, and what may go wrong.

mod answered;
mod asked;
mod fault;

pub use self::{
    answered::{Answer, FileInfo, Item, Named, Reply, StartReply},
    asked::{Call, FileKey, Query},
    fault::{Fault, Kind, Reach, Why, Words},
};
