//! What a fetch may do, and how patient it is.

use std::path::PathBuf;
use std::time::Duration;

use crate::sets::Limits;

/// Settings of [`fetch`](crate::sets::fetch).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchOptions {
    /// Opens no connection: only local copies and what is part of this crate.
    pub offline: bool,
    /// Local copies, which are taken instead of asking mirrors: a folder, an archive or a file.
    /// Contents count, names do not.
    pub from: Option<PathBuf>,
    /// Whether `HTTPS_PROXY`, `NO_PROXY` and their like are followed.
    pub proxy_from_environment: bool,
    /// Longest time until a mirror is connected.
    pub connect_timeout: Duration,
    /// Longest time without a byte, and for the head of an answer. In each such time 1 KiB of
    /// the body has to come.
    pub stall_timeout: Duration,
    /// Longest time for the body of one answer, of a redirection too; then it is broken off, and
    /// the rest is asked for.
    pub body_timeout: Duration,
    /// How often a mirror is asked again after a failure that may pass. Attempts that brought a
    /// MiB are not counted.
    pub retries: u32,
    /// Wait before the first retry; doubled for each further one, up to half a minute.
    pub backoff: Duration,
    /// How many redirections are followed.
    pub redirects: u32,
    /// What archives may be made of.
    pub limits: Limits,
}

impl Default for FetchOptions {
    fn default() -> Self {
        Self {
            offline: false,
            from: None,
            proxy_from_environment: true,
            connect_timeout: Duration::from_secs(15),
            stall_timeout: Duration::from_secs(30),
            body_timeout: Duration::from_secs(10 * 60),
            retries: 4,
            backoff: Duration::from_secs(1),
            redirects: 8,
            limits: Limits::default(),
        }
    }
}
