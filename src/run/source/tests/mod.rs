//! The whole push against a service of plain values in virtual time: faults, hand edits and kills.

mod campaign;
mod clock;
mod edits;
mod kills;
mod laws;

mod people;
mod push;
mod read;
mod repository;
mod requests;
mod runs;
mod service;
mod stories;
mod wire;
mod world;
mod write;
