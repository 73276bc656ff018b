//! What running an experiment means.
//!
//! ```text
//! Config ──► Arms × Seeds ──► Cell ──► Outcome ──► Figures + Claims
//! ```
//!
//! The [studies](Study) of an [`Experiment`] say what is compared and what one cell computes; this crate does the
//! rest: it composes the [config](Config) from preset, file and flags, runs the cells that are
//! not finished, keeps every result in a [run folder](RunDir), trains with
//! [one explicit loop](train()) that continues bit for bit where it was stopped, and answers
//! [claims](Claim) by rules fixed in advance.

mod arm;
mod arrays;
mod attempts;
mod cell;
mod checkpoint;
mod claim;
pub mod cli;
mod cluster;
mod config;
mod data_sets;
mod device;
pub mod digits;
mod divergence;
mod drawing;
mod error;
mod experiment;
mod explorable;
mod files;
mod input;
mod jobs;
mod lease;
mod loss_log;
mod manifest;
pub mod model_file;
mod network;
mod outcome;
mod pool;
mod progress;
mod provenance;
mod published;
pub mod random;
mod reported;
mod ro_crate;
mod run;
mod run_dir;
mod seal;
pub mod seeds;
pub mod statistics;
mod status;
mod stop;
mod stored;
mod tensorboard;
mod toml_file;
mod train;
mod worker;

pub use arm::{Arm, ArmInfo, Single};
pub use arrays::Arrays;
pub use cell::{Cell, CheckpointEvery};
pub use claim::{Claim, Statement, Verdict, counts};
pub use config::{Composed, Config, Invalid, Origin, Preset};
pub use data_sets::DataSets;
pub use device::DeviceName;
pub use divergence::{DivergedAt, Divergence};
pub use drawing::{Drawing, Drawn};
pub use error::{Error, Result, one_line, shell_word};
pub use experiment::{
    BlogPost, Claims, Experiment, Outcomes, Results, Sources, Studies, Study, Year,
};
pub use explorable::Explorable;
pub use files::{create_folder, lossy_path, write_atomically, write_unless_same};
pub use input::{Input, InputKind, Loaded};
pub use lease::{Lease, alone_in};
pub use manifest::{Manifest, Times, Timing};
pub use network::{Description, NetworkFile, NetworkSummary, PlannedNetwork};
pub use outcome::Finished;
pub use provenance::{Beside, Provenance};
pub use published::{INLINE_SVG, bring_published};
pub use reported::{Reported, number};
pub use retrace_data::{sha256, shown};
pub use run::{Execution, Plan, Report};
pub use run_dir::{RunDir, RunTable};
pub use seal::write_tensors;
pub use status::Missing;
pub use stored::{StoredRun, run_folders};
pub use tensorboard::Scalar;
pub use train::{Step, Task, Trained, is_finite, train};

/// Page faults cost up to half of a training step with the system's allocator: tensors are
/// large and short-lived. Every program that links this crate gets this one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
