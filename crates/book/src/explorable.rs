//! Explorables: what a reader can try in the page of a run, opened from disk. Each has a folder
//! `explorables/<experiment>` with words beside it, a model that computes and a view that draws;
//! CONTRIBUTING.md says how to add one.

/// What all of them share: controls, dragging, plots, the state in the address; a board to draw on.
const SHARED: [(&str, &str); 3] = [
    ("kit.css", include_str!("../explorables/kit.css")),
    ("kit.js", include_str!("../explorables/kit.js")),
    ("board.js", include_str!("../explorables/board.js")),
];

/// The explorable of an experiment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Explorable {
    /// Name of the experiment.
    experiment: &'static str,
    /// The question, what to try and what to see, in HTML that is XML as well.
    pub(crate) words: &'static str,
    /// The figure that stands there for readers without JavaScript.
    pub(crate) figure: &'static str,
    model: &'static str,
    view: &'static str,
}

macro_rules! explorables {
    ($($name:literal with $figure:literal),+ $(,)?) => {
        /// All of them.
        const EXPLORABLES: &[Explorable] = &[$(Explorable {
            experiment: $name,
            words: include_str!(concat!("../explorables/", $name, "/words.html")),
            figure: $figure,
            model: include_str!(concat!("../explorables/", $name, "/model.js")),
            view: include_str!(concat!("../explorables/", $name, "/view.js")),
        }),+];
    };
}

explorables![
    "activations" with "vanishing-error",
    "autoencoder" with "losses",
    "colorization" with "temperatures",
    "debugging" with "ones",
    "eigenfaces" with "distances",
    "freezing" with "graph",
    "homography" with "filled",
    "regularization" with "weights",
    "rrelu" with "ranking",
];

impl Explorable {
    /// The one of an experiment, if it has one.
    pub(crate) fn of(experiment: &str) -> Option<Self> {
        let mut all = EXPLORABLES.iter();
        all.find(|one| one.experiment == experiment).copied()
    }

    /// The scripts of its page, in their order, below the book's folder.
    pub(crate) fn scripts(&self) -> [String; 4] {
        let own = |file| format!("explorables/{}-{file}", self.experiment);
        [
            "explorables/kit.js".to_owned(),
            "explorables/board.js".to_owned(),
            own("model.js"),
            own("view.js"),
        ]
    }

    /// Every file that its page loads, below the book's folder, and what is in it.
    pub(crate) fn files(&self) -> Vec<(String, &'static str)> {
        let [.., model, view] = self.scripts();
        let shared = SHARED.map(|(name, text)| (format!("explorables/{name}"), text));
        let own = [(model, self.model), (view, self.view)];
        shared.into_iter().chain(own).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes of a script at most: a reader of the house can read it in one sitting.
    const LONGEST: usize = 20_000;

    #[test]
    fn no_script_is_long_and_all_words_are_xml_with_three_things_to_try() {
        for explorable in EXPLORABLES {
            let name = explorable.experiment;
            for (file, text) in explorable.files() {
                assert!(text.len() <= LONGEST, "{file}: {} bytes", text.len());
            }
            let words = format!("<div>{}</div>", explorable.words);
            let words = roxmltree::Document::parse(&words).unwrap();
            let tries = words
                .descendants()
                .filter(|node| node.attribute("data-state").is_some());
            assert!(tries.count() >= 3, "{name}");
        }
    }
}
