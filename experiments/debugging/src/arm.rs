//! What is looked at.

use retrace_lab::Arm;

/// The table of layers; nothing is computed.
pub const SUMMARY: &str = "summary";
/// The post's first script: all weights one, checked by hand.
pub const ONES: &str = "ones";
/// Its second script: own weights, values before and after a sigmoid that stands apart.
pub const SPLIT: &str = "split";
/// A trained network.
pub const TRAINED: &str = "trained";
/// Training phase against testing phase.
pub const PHASES: &str = "phases";

/// All arms.
pub fn all() -> Vec<Arm> {
    vec![
        Arm::deterministic(SUMMARY, "summary"),
        Arm::deterministic(ONES, "all weights one"),
        Arm::new(SPLIT, "own weights, activation split off"),
        Arm::new(TRAINED, "trained"),
        Arm::new(PHASES, "training and testing phase"),
    ]
}
