//! Requests to stop: Ctrl-C, `kill`, or a parent process that is gone.
//!
//! A request only raises a flag. The work in hand looks at it between two steps, writes a
//! checkpoint and returns [`Error::Interrupted`]. A second Ctrl-C ends the process at once.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use crate::error::{Error, Result};

static REQUESTED: OnceLock<Arc<AtomicUsize>> = OnceLock::new();

fn requested_signal() -> &'static Arc<AtomicUsize> {
    REQUESTED.get_or_init(Arc::default)
}

/// Turns SIGINT and SIGTERM into requests; called once, at the start of `main`.
///
/// # Errors
/// When the system refuses a signal handler.
pub fn listen() -> Result<()> {
    let other = |error: std::io::Error| Error::Other(Box::new(error));
    let second_time = Arc::new(AtomicBool::new(false));
    for (signal, number) in [(SIGINT, 2), (SIGTERM, 15)] {
        // Registered first, so that the first signal finds the flag still down.
        flag::register_conditional_shutdown(signal, 128 + signal, Arc::clone(&second_time))
            .map_err(other)?;
        flag::register(signal, Arc::clone(&second_time)).map_err(other)?;
        flag::register_usize(signal, Arc::clone(requested_signal()), number).map_err(other)?;
    }
    Ok(())
}

/// Raises the flag as if `signal` had come.
pub fn request(signal: u8) {
    requested_signal().store(usize::from(signal), Ordering::SeqCst);
}

/// Whether a stop was asked for.
pub fn is_requested() -> bool {
    requested_signal().load(Ordering::SeqCst) != 0
}

/// Returns early when a stop was asked for.
///
/// # Errors
/// [`Error::Interrupted`] with the signal.
pub fn check() -> Result<()> {
    match requested_signal().load(Ordering::SeqCst) {
        0 => Ok(()),
        signal => Err(Error::Interrupted {
            signal: i32::try_from(signal).unwrap_or(SIGTERM),
        }),
    }
}
