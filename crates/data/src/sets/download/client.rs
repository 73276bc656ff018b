//! The HTTP client: how long it waits, and what it tells of itself.

use std::time::Duration;

use ureq::http::Response;
use ureq::{Agent, Body, Proxy};

use super::Failure;
use crate::sets::FetchOptions;

/// Asks mirrors.
pub struct Client {
    agent: Agent,
    redirects: u32,
    pub retries: u32,
    pub backoff: Duration,
    pub stall_timeout: Duration,
}

impl Client {
    pub fn new(options: &FetchOptions) -> Self {
        let proxy = options.proxy_from_environment.then(Proxy::try_from_env);
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .proxy(proxy.flatten())
            .user_agent(concat!("retrace/", env!("CARGO_PKG_VERSION")))
            // The bytes of the file: compressed on the way, they could not be resumed.
            .accept_encoding("identity")
            .max_redirects(options.redirects)
            .timeout_resolve(Some(options.connect_timeout))
            .timeout_connect(Some(options.connect_timeout))
            .timeout_send_request(Some(options.stall_timeout))
            .timeout_recv_response(Some(options.stall_timeout))
            .timeout_recv_body(Some(options.body_timeout))
            .timeout_per_read(Some(options.stall_timeout))
            .build();
        Self {
            agent: config.new_agent(),
            redirects: options.redirects,
            retries: options.retries,
            backoff: options.backoff,
            stall_timeout: options.stall_timeout,
        }
    }

    /// Asks for a file without its first `there` bytes.
    pub fn get(&self, address: &str, there: u64) -> Result<Response<Body>, Failure> {
        let mut request = self.agent.get(address);
        if there > 0 {
            request = request.header("Range", format!("bytes={there}-"));
        }
        let failure = |error| Failure::of_request(error, self.redirects);
        request.call().map_err(failure)
    }
}
