//! Times whole training steps of the posts' networks, on request; `scripts/bench-against-pytorch.py`
//! asks, and times PyTorch between the answers.
//!
//! ```text
//! $ echo "mnist-cnn auto 3" | cargo run --release -p retrace-conv --example steps
//! {"losses":[2.3,...],"milliseconds":[21.4,21.1,21.2],"parameters":1199882,...}
//! ```
//!
//! A request is a line: a network, a mode ([`Mode`]) and a number of steps. The answer is a line of
//! JSON. `losses` has one number more than `milliseconds`, for the first step of a burst, which is
//! not timed: the caches are full of another network then. A network that is asked for again goes
//! on where it stood. `resident_bytes` is the memory of the process when the burst begins,
//! `peak_bytes` the largest during it (only Linux tells): the first burst of a fresh process
//! shows what a training needs beyond its network and data.

mod memory;
mod mode;
mod network;
mod noise;
mod training;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::error::Error;
use std::io::{Write, stdin, stdout};

use burn::tensor::Device;
use retrace_lab as _; // Its allocator, as in every program of the workspace.

use mode::Mode;
use training::{Training, training};

fn main() -> Result<(), Box<dyn Error>> {
    // As in every program of the workspace: the thread that trains is one of the pool's.
    let pool = rayon::ThreadPoolBuilder::new().use_current_thread();
    pool.build_global()?;
    let mut trainings = HashMap::new();
    for request in stdin().lines() {
        let request = request?;
        let answer = answer(&mut trainings, &request).map_err(|e| format!("{request:?}: {e}"))?;
        writeln!(stdout(), "{answer}")?;
    }
    Ok(())
}

fn answer(
    trainings: &mut HashMap<String, Training>,
    request: &str,
) -> Result<serde_json::Value, Box<dyn Error>> {
    let words: Vec<&str> = request.split_whitespace().collect();
    let [name, mode, steps] = words[..] else {
        return Err("expected a network, a mode and a number of steps".into());
    };
    let (mode, steps) = (mode.parse::<Mode>()?, steps.parse()?);
    let training = match trainings.entry(format!("{name} {mode:?}")) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(new) => new.insert(training(name, mode, &Device::flex().autodiff())?),
    };
    Ok(training.burst(steps))
}
