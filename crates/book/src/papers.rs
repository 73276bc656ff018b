//! The reading list and its page: the papers of the post "Interesting Papers", and those that the experiments
//! lean on.

use askama::Template;

use crate::page::page_of;
use crate::runs::Runs;

/// A paper and what it is for here.
#[derive(Debug, Clone, Copy)]
pub struct Paper {
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
    /// Experiments that use it, and what for.
    pub uses: &'static [(&'static str, &'static str)],
}

/// All papers.
pub const PAPERS: &[Paper] = &[
    Paper {
        authors: "V. Vezhnevets, V. Sazonov and A. Andreeva",
        year: 2003,
        title: "A Survey on Pixel-Based Skin Color Detection Techniques",
        venue: "Graphicon, 85-92",
        summary: "Compares colour spaces and rules that tell from a pixel's colour alone whether it \
                  shows skin.",
        listed: true,
        uses: &[],
    },
    Paper {
        authors: "R. Zhang, P. Isola and A. A. Efros",
        year: 2016,
        title: "Colorful Image Colorization",
        venue: "ECCV",
        summary: "Colours photographs by choosing among bins of colour for each pixel, with rare \
                  colours weighted up.",
        listed: false,
        uses: &[(
            "colorization",
            "targets, class weights, the annealed mean, and the measures",
        )],
    },
    Paper {
        authors: "K. He, X. Zhang, S. Ren and J. Sun",
        year: 2015,
        title: "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet \
                Classification",
        venue: "ICCV",
        summary: "Lets the slope on the negative side be learnt (PReLU), and derives initial weights \
                  that keep the signal's size through layers of ReLU.",
        listed: false,
        uses: &[
            ("activations", "PReLU and its gradient, initial weights"),
            ("autoencoder", "one of the initial weights"),
            ("rrelu", "PReLU"),
        ],
    },
    Paper {
        authors: "B. Xu, N. Wang, T. Chen and M. Li",
        year: 2015,
        title: "Empirical Evaluation of Rectified Activations in Convolutional Network",
        venue: "arXiv:1505.00853",
        summary: "Compares ReLU with its leaky relatives; random slopes in training (RReLU) do best \
                  where data are few.",
        listed: false,
        uses: &[
            ("activations", "RReLU"),
            ("rrelu", "RReLU as described, and the slope 1/5.5"),
        ],
    },
    Paper {
        authors: "M. A. Turk and A. P. Pentland",
        year: 1991,
        title: "Face Recognition Using Eigenfaces",
        venue: "CVPR, 586-591",
        summary: "Describes a face by its weights on the principal components of many faces, and \
                  rejects what lies far from the space that these span.",
        listed: true,
        uses: &[("eigenfaces", "the method, and the distance from face space")],
    },
    Paper {
        authors: "D.-A. Clevert, T. Unterthiner and S. Hochreiter",
        year: 2016,
        title: "Fast and Accurate Deep Network Learning by Exponential Linear Units (ELUs)",
        venue: "ICLR",
        summary: "Makes the negative side an exponential that saturates, so that mean activations \
                  come near zero.",
        listed: false,
        uses: &[("activations", "ELU"), ("rrelu", "ELU")],
    },
    Paper {
        authors: "J. Shi and J. Malik",
        year: 2000,
        title: "Normalized Cuts and Image Segmentation",
        venue: "IEEE T-PAMI 22(8), 888-905",
        summary: "Cuts a graph of pixels into parts that hang together within and little between, by \
                  an eigenvector.",
        listed: true,
        uses: &[],
    },
    Paper {
        authors: "R. Dahl, M. Norouzi and J. Shlens",
        year: 2017,
        title: "Pixel Recursive Super Resolution",
        venue: "ICCV",
        summary: "Draws the likely details of a tiny picture pixel by pixel, each given those before \
                  it.",
        listed: true,
        uses: &[],
    },
    Paper {
        authors: "A. Lavin and S. Gray",
        year: 2016,
        title: "Fast Algorithms for Convolutional Neural Networks",
        venue: "CVPR",
        summary: "Computes small convolutions with fewer products by Winograd's method.",
        listed: false,
        uses: &[
            ("autoencoder", "the convolutions of its training steps"),
            ("colorization", "the convolutions of its training steps"),
        ],
    },
    Paper {
        authors: "X. Glorot and Y. Bengio",
        year: 2010,
        title: "Understanding the Difficulty of Training Deep Feedforward Neural Networks",
        venue: "AISTATS",
        summary: "Shows how signals and gradients shrink through layers, and gives initial weights \
                  that keep their size through layers that are nearly linear.",
        listed: false,
        uses: &[
            ("activations", "initial weights"),
            ("regularization", "initial weights"),
            ("rrelu", "initial weights"),
        ],
    },
    Paper {
        authors: "R. I. Hartley",
        year: 1997,
        title: "In Defense of the Eight-Point Algorithm",
        venue: "IEEE T-PAMI 19(6), 580-593",
        summary: "Moves and scales points before a linear estimate, which makes its equations well \
                  conditioned.",
        listed: false,
        uses: &[("homography", "the normalised direct linear transformation")],
    },
    Paper {
        authors: "M. A. Fischler and R. C. Bolles",
        year: 1981,
        title: "Random Sample Consensus: A Paradigm for Model Fitting with Applications to Image \
                Analysis and Automated Cartography",
        venue: "Communications of the ACM 24(6), 381-395",
        summary: "Fits a model to many small random samples and keeps the one that most of the data \
                  agree with, so that wrong data do no harm.",
        listed: false,
        uses: &[("homography", "wrong pairs of points")],
    },
    Paper {
        authors: "D. G. Lowe",
        year: 2004,
        title: "Distinctive Image Features from Scale-Invariant Keypoints",
        venue: "IJCV 60(2), 91-110",
        summary: "Finds points in pictures that are recognised again from another view; a match counts \
                  when it is clearly better than the second best.",
        listed: false,
        uses: &[("homography", "the test of the second best match")],
    },
    Paper {
        authors: "S. Ioffe and C. Szegedy",
        year: 2015,
        title: "Batch Normalization: Accelerating Deep Network Training by Reducing Internal \
                Covariate Shift",
        venue: "ICML",
        summary: "Normalises what goes into a layer over the batch in training, and by running means in \
                  testing.",
        listed: false,
        uses: &[
            ("debugging", "layers that differ in training and testing"),
            ("rrelu", "half of its networks"),
        ],
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
    pub(crate) fn of(runs: &Runs<'_>) -> Self {
        let entry = |paper: &'static Paper| {
            let page = |name: &str| {
                let found = runs
                    .experiments
                    .iter()
                    .find(|found| found.entry.name() == name)?;
                Some(page_of(found.leading()))
            };
            let uses = paper
                .uses
                .iter()
                .map(|(name, why)| (*name, *why, page(name)));
            Entry {
                paper,
                uses: uses.collect(),
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
    fn the_list_of_the_post_is_complete_and_what_it_does_not_list_is_used() {
        let listed = PAPERS.iter().filter(|paper| paper.listed);
        let mut years: Vec<u16> = listed.map(|paper| paper.year).collect();
        years.sort_unstable();
        assert_eq!(years, [1991, 2000, 2003, 2017]);
        assert!(
            PAPERS
                .iter()
                .all(|paper| paper.listed || !paper.uses.is_empty())
        );
    }
}
