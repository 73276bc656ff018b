//! IDX files as they should be, and damaged in every way.

mod damage;
mod format;
mod made_up;
