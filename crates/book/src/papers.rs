//! The reading list and its page: the papers of the post "Interesting Papers", and those that the experiments
//! lean on.

use askama::Template;
use retrace_lab::cli;

use crate::page::page_of;
use crate::runs::Runs;

/// A paper.
#[derive(Debug, Clone, Copy)]
pub struct Paper {
    /// How experiments name it: the first author and the year.
    pub key: &'static str,
    /// Who wrote it.
    pub authors: &'static str,
    /// When it was published.
    pub year: u16,
    /// Its title.
    pub title: &'static str,
    /// Where it was published.
    pub venue: &'static str,
    /// What it is about, in our own words.
    pub summary: &'static str,
    /// Whether the post lists it.
    pub listed: bool,
}

/// All papers.
pub const PAPERS: &[Paper] = &[
    Paper {
        key: "Vezhnevets 2003",
        authors: "V. Vezhnevets, V. Sazonov and A. Andreeva",
        year: 2003,
        title: "A Survey on Pixel-Based Skin Color Detection Techniques",
        venue: "Graphicon, 85-92",
        summary: "Compares colour spaces and rules that tell from a pixel's colour alone whether it \
                  shows skin.",
        listed: true,
    },
    Paper {
        key: "Zhang 2016",
        authors: "R. Zhang, P. Isola and A. A. Efros",
        year: 2016,
        title: "Colorful Image Colorization",
        venue: "ECCV",
        summary: "Colours photographs by choosing among bins of colour for each pixel, with rare \
                  colours weighted up.",
        listed: false,
    },
    Paper {
        key: "He 2015",
        authors: "K. He, X. Zhang, S. Ren and J. Sun",
        year: 2015,
        title: "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet \
                Classification",
        venue: "ICCV",
        summary: "Lets the slope on the negative side be learnt (PReLU), and derives initial weights \
                  that keep the signal's size through layers of ReLU.",
        listed: false,
    },
    Paper {
        key: "Xu 2015",
        authors: "B. Xu, N. Wang, T. Chen and M. Li",
        year: 2015,
        title: "Empirical Evaluation of Rectified Activations in Convolutional Network",
        venue: "arXiv:1505.00853",
        summary: "Compares ReLU with its leaky relatives; random slopes in training (RReLU) do best \
                  where data are few.",
        listed: false,
    },
    Paper {
        key: "Turk 1991",
        authors: "M. A. Turk and A. P. Pentland",
        year: 1991,
        title: "Face Recognition Using Eigenfaces",
        venue: "CVPR, 586-591",
        summary: "Describes a face by its weights on the principal components of many faces, and \
                  rejects what lies far from the space that these span.",
        listed: true,
    },
    Paper {
        key: "Clevert 2016",
        authors: "D.-A. Clevert, T. Unterthiner and S. Hochreiter",
        year: 2016,
        title: "Fast and Accurate Deep Network Learning by Exponential Linear Units (ELUs)",
        venue: "ICLR",
        summary: "Makes the negative side an exponential that saturates, so that mean activations \
                  come near zero.",
        listed: false,
    },
    Paper {
        key: "Shi 2000",
        authors: "J. Shi and J. Malik",
        year: 2000,
        title: "Normalized Cuts and Image Segmentation",
        venue: "IEEE T-PAMI 22(8), 888-905",
        summary: "Cuts a graph of pixels into parts that hang together within and little between, by \
                  an eigenvector.",
        listed: true,
    },
    Paper {
        key: "Dahl 2017",
        authors: "R. Dahl, M. Norouzi and J. Shlens",
        year: 2017,
        title: "Pixel Recursive Super Resolution",
        venue: "ICCV",
        summary: "Draws the likely details of a tiny picture pixel by pixel, each given those before \
                  it.",
        listed: true,
    },
    Paper {
        key: "Lavin 2016",
        authors: "A. Lavin and S. Gray",
        year: 2016,
        title: "Fast Algorithms for Convolutional Neural Networks",
        venue: "CVPR",
        summary: "Computes small convolutions with fewer products by Winograd's method.",
        listed: false,
    },
    Paper {
        key: "Glorot 2010",
        authors: "X. Glorot and Y. Bengio",
        year: 2010,
        title: "Understanding the Difficulty of Training Deep Feedforward Neural Networks",
        venue: "AISTATS",
        summary: "Shows how signals and gradients shrink through layers, and gives initial weights \
                  that keep their size through layers that are nearly linear.",
        listed: false,
    },
    Paper {
        key: "Hartley 1997",
        authors: "R. I. Hartley",
        year: 1997,
        title: "In Defense of the Eight-Point Algorithm",
        venue: "IEEE T-PAMI 19(6), 580-593",
        summary: "Moves and scales points before a linear estimate, which makes its equations well \
                  conditioned.",
        listed: false,
    },
    Paper {
        key: "Fischler 1981",
        authors: "M. A. Fischler and R. C. Bolles",
        year: 1981,
        title: "Random Sample Consensus: A Paradigm for Model Fitting with Applications to Image \
                Analysis and Automated Cartography",
        venue: "Communications of the ACM 24(6), 381-395",
        summary: "Fits a model to many small random samples and keeps the one that most of the data \
                  agree with, so that wrong data do no harm.",
        listed: false,
    },
    Paper {
        key: "Lowe 2004",
        authors: "D. G. Lowe",
        year: 2004,
        title: "Distinctive Image Features from Scale-Invariant Keypoints",
        venue: "IJCV 60(2), 91-110",
        summary: "Finds points in pictures that are recognised again from another view; a match counts \
                  when it is clearly better than the second best.",
        listed: false,
    },
    Paper {
        key: "Ioffe 2015",
        authors: "S. Ioffe and C. Szegedy",
        year: 2015,
        title: "Batch Normalization: Accelerating Deep Network Training by Reducing Internal \
                Covariate Shift",
        venue: "ICML",
        summary: "Normalises what goes into a layer over the batch in training, and by running means in \
                  testing.",
        listed: false,
    },
];

#[derive(Template)]
#[template(path = "papers.html")]
pub(crate) struct PapersPage {
    root: &'static str,
    /// Those of the post, then the others.
    lists: [(&'static str, Vec<Entry>); 2],
}

struct Entry {
    paper: &'static Paper,
    /// Experiment, what for, and the address of its page, if there is one.
    uses: Vec<(&'static str, &'static str, Option<String>)>,
}

impl PapersPage {
    pub(crate) fn of(experiments: &[Box<dyn cli::Entry>], runs: &Runs<'_>) -> Self {
        let page = |name: &str| {
            let mut with_runs = runs.experiments.iter();
            let found = with_runs.find(|found| found.entry.name() == name)?;
            Some(page_of(found.leading()))
        };
        let entry = |paper: &'static Paper| {
            let uses = experiments.iter().flat_map(|experiment| {
                let name = experiment.name();
                let own = experiment
                    .papers()
                    .iter()
                    .filter(|(key, _)| *key == paper.key);
                own.map(move |(_, why)| (name, *why))
            });
            Entry {
                paper,
                uses: uses.map(|(name, why)| (name, why, page(name))).collect(),
            }
        };
        let list = |listed: bool| {
            let mut papers: Vec<&'static Paper> =
                PAPERS.iter().filter(|p| p.listed == listed).collect();
            papers.sort_by_key(|paper| paper.title);
            papers.into_iter().map(entry).collect()
        };
        Self {
            root: "../",
            lists: [
                ("The list of the post", list(true)),
                ("What else the experiments lean on", list(false)),
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_the_post_is_complete() {
        let listed = PAPERS.iter().filter(|paper| paper.listed);
        let mut years: Vec<u16> = listed.map(|paper| paper.year).collect();
        years.sort_unstable();
        assert_eq!(years, [1991, 2000, 2003, 2017]);
    }
}
