//! Names: the nearest to a mistyped one, and unique ones for operations.

use std::collections::BTreeMap;

/// The known name that looks most like `name`, if one looks like it at all.
pub(crate) fn closest<'n>(name: &str, known: impl Iterator<Item = &'n str>) -> Option<String> {
    let scored = known.map(|other| (strsim::jaro_winkler(name, other), other));
    let best = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (best.0 > 0.6).then(|| best.1.to_owned())
}

/// `MaxPool2d` as `max_pool2d`.
pub(crate) fn snake_case(kind: &str) -> String {
    let mut snake = String::new();
    for (at, letter) in kind.char_indices() {
        if letter.is_uppercase() && at > 0 {
            snake.push('_');
        }
        snake.extend(letter.to_lowercase());
    }
    snake
}

/// Numbers repeated names: `relu`, `relu_2`.
#[derive(Debug, Default)]
pub(crate) struct Numbering(BTreeMap<String, usize>);

impl Numbering {
    /// `stem` the first time, then `stem_2`, `stem_3`.
    pub fn name(&mut self, stem: String) -> String {
        let count = self.0.entry(stem.clone()).or_default();
        *count += 1;
        match *count {
            1 => stem,
            again => format!("{stem}_{again}"),
        }
    }
}
