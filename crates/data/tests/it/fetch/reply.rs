//! What a scripted server can write: good answers, and the beginnings of bad ones.

use std::io::Write;
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use super::server::Request;

/// A connection that wants its answer. A client that is gone makes writing fail, which is
/// nothing that a test looks at.
pub struct Reply {
    stream: TcpStream,
    ended: Arc<AtomicBool>,
}

impl Reply {
    pub fn new(stream: TcpStream, ended: Arc<AtomicBool>) -> Self {
        Self { stream, ended }
    }

    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        let _ = self.stream.write_all(bytes.as_ref());
    }

    /// Sends zeros until the client is gone, or the test would have noticed.
    pub fn send_without_end(&mut self) {
        let start = Instant::now();
        while self.stream.write_all(&[0; 65_536]).is_ok() {
            if self.ended.load(Ordering::SeqCst) || start.elapsed() > Duration::from_secs(30) {
                break;
            }
        }
    }

    /// The head of an answer; `headers` are lines, each with its end.
    pub fn head(&mut self, status: &str, headers: &str) {
        self.send(format!(
            "HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n"
        ));
    }

    pub fn status(&mut self, status: &str) {
        self.head(status, "Content-Length: 5\r\n");
        self.send("sorry");
    }

    pub fn whole(&mut self, body: &[u8]) {
        self.promise(body.len());
        self.send(body);
    }

    /// The head of an answer of that many bytes.
    pub fn promise(&mut self, bytes: usize) {
        self.head("200 OK", &format!("Content-Length: {bytes}\r\n"));
    }

    /// The head of an answer with the rest of a file.
    pub fn promise_rest(&mut self, first: usize, bytes: usize) {
        let (rest, last) = (bytes - first, bytes - 1);
        let headers =
            format!("Content-Length: {rest}\r\nContent-Range: bytes {first}-{last}/{bytes}\r\n");
        self.head("206 Partial Content", &headers);
    }

    /// What a good server answers.
    pub fn file(&mut self, request: &Request, body: &[u8]) {
        match request.range {
            None => self.whole(body),
            Some(first) if first >= body.len() => {
                let headers = format!("Content-Range: bytes */{}\r\n", body.len());
                self.head("416 Range Not Satisfiable", &headers);
            }
            Some(first) => {
                self.promise_rest(first, body.len());
                self.send(&body[first..]);
            }
        }
    }

    /// As a good server, up to that place in the file; then the connection is closed.
    pub fn file_up_to(&mut self, request: &Request, body: &[u8], end: usize) {
        match request.range {
            None => self.promise(body.len()),
            Some(first) => self.promise_rest(first, body.len()),
        }
        self.send(&body[request.range.unwrap_or(0)..end]);
    }

    /// Holds the connection open and sends nothing, until the client or the test is gone.
    pub fn stall(&mut self) {
        let _ = self.stream.set_read_timeout(Some(Duration::from_millis(5)));
        for _ in 0..2000 {
            let gone = matches!(self.stream.peek(&mut [0]), Ok(0));
            if gone || self.ended.load(Ordering::SeqCst) {
                break;
            }
        }
    }
}
