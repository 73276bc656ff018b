//! Compares the model of an explorable, a script of the book, with the program.

use std::path::Path;
use std::process::Command;

use serde::Serialize;
use serde_json::{Value, json};

/// Calls of a model's functions and what the program computes instead.
#[derive(Debug, Default)]
pub struct Calls(Vec<Value>);

impl Calls {
    /// One more: `function(arguments...)` must give `expected`; every number in it to `tolerance`, as
    /// a share of the largest number in the same list.
    pub fn expect(
        &mut self,
        function: &str,
        arguments: impl Serialize,
        expected: impl Serialize,
        tolerance: f64,
    ) {
        self.0.push(json!({
            "function": function,
            "arguments": arguments,
            "expected": expected,
            "tolerance": tolerance,
        }));
    }

    /// Runs them all in Node.
    ///
    /// # Panics
    /// When Node cannot be started, or computes something else; says what.
    pub fn agree(&self, experiment: &str) {
        let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/explorables");
        let folder = crate::temporary();
        let calls = folder.path().join("calls.json");
        let text = Value::from(self.0.clone()).to_string();
        assert!(!self.0.is_empty(), "nothing is compared");
        std::fs::write(&calls, text).unwrap_or_else(|error| panic!("{calls:?}: {error}"));
        let node = Command::new("node")
            .arg(scripts.join("check.js"))
            .arg(scripts.join(experiment).join("model.js"))
            .arg(&calls)
            .output();
        let said = crate::Said::from(
            node.unwrap_or_else(|error| panic!("node, which runs scripts: {error}")),
        );
        assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    }
}
