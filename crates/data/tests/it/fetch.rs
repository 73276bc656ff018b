//! Fetching data sets from mirrors and archives that do whatever mirrors and archives can do:
//! made-up sets, a scripted server on the loopback interface, and processes that are killed.

mod answers;
mod archive_damage;
mod archive_limits;
mod archive_mirrors;
mod archives;
mod breaks;
mod cache;
mod child;
mod endless;
mod hostile;
mod kills;
mod local;
mod made_up;
mod many;
mod mirrors;
mod ranges;
mod reply;
mod server;
