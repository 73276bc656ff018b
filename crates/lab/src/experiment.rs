//! What an experiment is: a post, a config, the studies that answer its questions, and their results.

use std::any::{Any, TypeId, type_name};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde::{Serialize, Serializer};

use crate::arm::{Arm, ArmInfo};
use crate::cell::Cell;
use crate::claim::Claim;
use crate::config::Config;
use crate::data_sets::DataSets;
use crate::divergence::Divergence;
use crate::drawing::Drawing;
use crate::error::{Error, Result};
use crate::explorable::Explorable;
use crate::input::{Input, Loaded};
use crate::network::PlannedNetwork;
use crate::outcome::{AnyOutcome, Finished, identity_of, read_cell};
use crate::reported::Reported;
use crate::run_dir::{CellDir, RunDir, RunTable};
use crate::statistics;
use crate::status::Missing;

/// The blog post that an experiment re-runs.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct BlogPost {
    /// Title as published.
    pub title: &'static str,
    /// Who wrote it.
    pub author: &'static str,
    /// Year of publication.
    pub year: Year,
    /// The site it stood on.
    pub link: &'static str,
    /// What the experiment asks, in one line of our own.
    pub question: &'static str,
}

/// A year, or a guess at it: not every site dates its posts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Year {
    /// As published.
    Known(u16),
    /// Near it.
    About(u16),
}

impl fmt::Display for Year {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(year) => write!(f, "{year}"),
            Self::About(year) => write!(f, "about {year}"),
        }
    }
}

/// As it is displayed.
impl Serialize for Year {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Modules with their text: `("ranking", "//! Which function ...")`.
pub type Sources = &'static [(&'static str, &'static str)];

/// Modules of a crate with their text, for [`Experiment::SOURCES`]: `sources![training, ranking]`,
/// written in `lib.rs`, where the modules lie beside it.
#[macro_export]
macro_rules! sources {
    ($($module:ident),+ $(,)?) => {
        &[$((stringify!($module), include_str!(concat!(stringify!($module), ".rs")))),+]
    };
}

/// A blog post made runnable.
///
/// Data flow one way: a config gives the arms of each [`Study`], an arm and a seed make a cell, a cell
/// gives an outcome, and figures and claims are functions of outcomes. They never train, so they can
/// be redone at any time.
pub trait Experiment: Sized + 'static {
    /// Folder, command and package: `rrelu`.
    const NAME: &'static str;
    /// The post.
    const POST: BlogPost;
    /// How the question is answered, for the page of a run: Markdown, with equations in LaTeX
    /// between dollar signs.
    const METHOD: &'static str = "";
    /// Name of the figure that stands for the experiment.
    const COVER: &'static str = "";
    /// The modules of its questions, which the page of a run shows beside their figures: made by
    /// [`sources!`](crate::sources). Names and text.
    const SOURCES: Sources = &[];
    /// Papers that it leans on, by their keys in the book's reading list, and what for.
    const PAPERS: &'static [(&'static str, &'static str)] = &[];
    /// Arms whose trained networks the checks of frozen files take: one of each kind of layers.
    const FROZEN_ARMS: &'static [&'static str] = &[];
    /// Whether the cells compute with tensors. Those that do not compute on the CPU, whatever
    /// `--device` says.
    const TENSORS: bool = true;
    /// All that can be set.
    type Config: Config;
    /// What the cells work on beyond config and seed; `()` when they make it themselves.
    type Data: Send;

    /// Reads or makes what the cells work on; called before anything is written.
    ///
    /// `sets` says whether to read a published data set or to make its twin.
    ///
    /// # Errors
    /// Data that are missing or damaged ([`Error::Data`](crate::Error::Data)).
    fn load(config: &Self::Config, sets: &DataSets) -> Result<Loaded<Self::Data>>;

    /// The questions, in the order of figures and claims.
    fn studies() -> Studies<Self>;

    /// What a person should know before the first cell runs, such as the memory it will take;
    /// said once per start, on standard error, and nowhere else.
    fn notice(_config: &Self::Config) -> Option<String> {
        None
    }

    /// Bytes that a process takes at most while it runs a cell, its data included: so many cells
    /// run side by side as the memory holds.
    fn memory(_config: &Self::Config) -> u64 {
        400 << 20
    }

    /// The networks of the experiment as they are before training, for `plan`; those of arms that
    /// only differ in their training once. `sets` is for networks whose size depends on the data.
    ///
    /// # Errors
    /// Data that are needed and missing, networks that cannot be built.
    fn networks(_config: &Self::Config, _sets: &DataSets) -> Result<Vec<PlannedNetwork>> {
        Ok(Vec::new())
    }

    /// The numbers that the post reports, beside ours.
    fn reported(_results: &Results<Self>) -> Vec<Reported> {
        Vec::new()
    }

    /// What the reader of the page can try out there, where the book has something to try; without
    /// the cells that it needs nothing.
    ///
    /// # Errors
    /// When the outcomes do not hold what the page needs.
    fn explorable(_results: &Results<Self>) -> Result<Option<Explorable>> {
        Ok(None)
    }
}

/// A question: what is compared, how it is measured, drawn and answered.
///
/// Where several questions look at the same cells, one study has the cells and each question its
/// figures and claims; see [`Studies::and`].
pub trait Study<E: Experiment>: 'static {
    /// What is compared.
    type Arm: Arm;
    /// What a cell yields: plain numbers, finite or `Option`, since JSON knows no NaN.
    type Outcome: Serialize + DeserializeOwned + 'static;

    /// The arms that a config asks for.
    fn arms(config: &E::Config) -> Vec<Self::Arm>;

    /// Runs one cell: a pure function of config, data, arm, seed and device.
    ///
    /// # Errors
    /// Whatever stops it; divergence of a training is an outcome, not an error.
    fn run(
        arm: &Self::Arm,
        config: &E::Config,
        data: &E::Data,
        cell: &mut Cell,
    ) -> Result<Self::Outcome>;

    /// Draws what there is to see.
    ///
    /// # Errors
    /// When the outcomes do not hold what a figure needs.
    fn figures(_results: &Results<E>) -> Result<Vec<Drawing>> {
        Ok(Vec::new())
    }

    /// Answers the post's claims.
    fn claims(_results: &Results<E>) -> Vec<Claim> {
        Vec::new()
    }
}

/// The claims of a question.
pub type Claims<E> = fn(&Results<E>) -> Vec<Claim>;

/// The figures of a question.
type Figures<E> = Box<dyn Fn(&Results<E>) -> Result<Vec<Drawing>>>;

/// What is drawn and judged of the results, by the name of its file.
pub(crate) struct Question<E: Experiment> {
    pub name: &'static str,
    pub figures: Figures<E>,
    pub claims: Claims<E>,
}

/// The studies of an experiment and the questions about them, in the order of figures and claims.
pub struct Studies<E: Experiment> {
    studies: Vec<Box<dyn AnyStudy<E>>>,
    questions: Vec<Question<E>>,
}

impl<E: Experiment> Default for Studies<E> {
    fn default() -> Self {
        Self {
            studies: Vec::new(),
            questions: Vec::new(),
        }
    }
}

impl<E: Experiment> Studies<E> {
    /// A study with its own figures and claims.
    pub fn of<S: Study<E>>() -> Self {
        Self::default().with::<S>()
    }

    /// One more study.
    #[must_use]
    pub fn with<S: Study<E>>(mut self) -> Self {
        self.studies.push(Box::new(Erased::<S>(PhantomData)));
        self.and(S::figures, S::claims)
    }

    /// A question about cells of studies that are listed anyway.
    #[must_use]
    pub fn and<F>(mut self, figures: F, claims: Claims<E>) -> Self
    where
        F: Fn(&Results<E>) -> Result<Vec<Drawing>> + 'static,
    {
        self.questions.push(Question {
            name: file_of(type_name::<F>()),
            figures: Box::new(figures),
            claims,
        });
        self
    }

    /// The same for a question that is shown and not judged.
    #[must_use]
    pub fn drawn<F>(self, figures: F) -> Self
    where
        F: Fn(&Results<E>) -> Result<Vec<Drawing>> + 'static,
    {
        self.and(figures, |_| Vec::new())
    }

    /// All arms, in the order of the studies.
    pub(crate) fn arms(&self, config: &E::Config) -> Vec<ArmInfo> {
        let arms = self.studies.iter().flat_map(|study| study.arms(config));
        arms.collect()
    }

    /// Runs the cell, by the study that has its arm.
    pub(crate) fn run(
        &self,
        config: &E::Config,
        data: &E::Data,
        cell: &mut Cell<'_>,
    ) -> Result<Box<dyn AnyOutcome>> {
        let arm = cell.arm().name.clone();
        self.of_arm(config, &arm)?.run(&arm, config, data, cell)
    }

    /// Sees whether a cell is finished: its outcome is there, whole, and its own.
    pub(crate) fn check(
        &self,
        config: &E::Config,
        dir: &CellDir,
        identity: &str,
        (arm, seed): (&ArmInfo, u64),
    ) -> Result<()> {
        self.of_arm(config, &arm.name)?
            .check(dir, identity, arm, seed)
    }

    /// The figures of all questions.
    ///
    /// # Errors
    /// When the outcomes do not hold what a figure needs.
    pub fn figures(&self, results: &Results<E>) -> Result<Vec<Drawing>> {
        let drawings = self.figures_by_question(results)?.into_iter();
        Ok(drawings.map(|(_, drawing)| drawing).collect())
    }

    /// The same, each with the name of its question.
    pub(crate) fn figures_by_question(
        &self,
        results: &Results<E>,
    ) -> Result<Vec<(&'static str, Drawing)>> {
        let mut drawings = Vec::new();
        for question in &self.questions {
            let own = (question.figures)(results)?.into_iter();
            drawings.extend(own.map(|drawing| (question.name, drawing)));
        }
        Ok(drawings)
    }

    /// The claims of all questions.
    pub fn claims(&self, results: &Results<E>) -> Vec<Claim> {
        let claims = self
            .questions
            .iter()
            .flat_map(|question| (question.claims)(results));
        claims.collect()
    }

    /// The questions, to be asked one by one.
    pub(crate) fn questions(&self) -> &[Question<E>] {
        &self.questions
    }

    fn of_arm(&self, config: &E::Config, name: &str) -> Result<&dyn AnyStudy<E>> {
        let has = |study: &&dyn AnyStudy<E>| {
            let arms = study.arms(config);
            arms.iter().any(|arm| arm.name == name)
        };
        let mut studies = self.studies.iter().map(Box::as_ref);
        studies.find(has).ok_or_else(|| no_arm::<E>(name))
    }
}

/// The file where a function stands: `lines` of `regularization::lines::figures` and of
/// `<regularization::lines::Lines as Study>::figures`.
fn file_of(function: &'static str) -> &'static str {
    let path = function.trim_start_matches('<');
    let path = path.split(" as ").next().unwrap_or(path);
    path.rsplit("::").nth(1).unwrap_or(path)
}

fn no_arm<E: Experiment>(name: &str) -> Error {
    Error::Usage(format!("{} has no arm `{name}` here", E::NAME))
}

/// A [`Study`], whatever its types.
trait AnyStudy<E: Experiment> {
    fn id(&self) -> TypeId;
    fn arms(&self, config: &E::Config) -> Vec<ArmInfo>;
    fn run(
        &self,
        arm: &str,
        config: &E::Config,
        data: &E::Data,
        cell: &mut Cell<'_>,
    ) -> Result<Box<dyn AnyOutcome>>;
    fn check(&self, dir: &CellDir, identity: &str, arm: &ArmInfo, seed: u64) -> Result<()>;
    /// Type of the study, and its [`Outcomes`] but for cells that are known to be missing.
    fn read(&self, dir: &RunDir, identity: &str, of: &Results<E>, but: Lacks<'_>)
    -> Result<Stored>;
    /// The same without a cell.
    fn none(&self, config: &E::Config) -> Stored;
}

/// Whether a cell is known to be missing.
type Lacks<'a> = &'a dyn Fn(&ArmInfo, u64) -> bool;

/// [`Outcomes`] of a study by its type, how many cells they are of, and which of those diverged.
struct Stored {
    study: TypeId,
    outcomes: Box<dyn Any>,
    cells: usize,
    diverged: Vec<Divergence>,
}

struct Erased<S>(PhantomData<fn() -> S>);

impl<E: Experiment, S: Study<E>> AnyStudy<E> for Erased<S> {
    fn id(&self) -> TypeId {
        TypeId::of::<S>()
    }

    fn arms(&self, config: &E::Config) -> Vec<ArmInfo> {
        S::arms(config).iter().map(ArmInfo::new).collect()
    }

    fn run(
        &self,
        name: &str,
        config: &E::Config,
        data: &E::Data,
        cell: &mut Cell<'_>,
    ) -> Result<Box<dyn AnyOutcome>> {
        let mut arms = S::arms(config).into_iter();
        let arm = arms.find(|arm| arm.name() == name);
        let arm = arm.ok_or_else(|| no_arm::<E>(name))?;
        Ok(Box::new(S::run(&arm, config, data, cell)?))
    }

    fn check(&self, dir: &CellDir, identity: &str, arm: &ArmInfo, seed: u64) -> Result<()> {
        read_cell::<_, S::Outcome>(dir, identity, (arm.clone(), arm, seed)).map(drop)
    }

    fn read(
        &self,
        dir: &RunDir,
        identity: &str,
        of: &Results<E>,
        but: Lacks<'_>,
    ) -> Result<Stored> {
        let arms = S::arms(&of.config);
        let mut cells = Vec::new();
        for arm in &arms {
            let info = ArmInfo::new(arm);
            for seed in info.seeds(of.run.seeds).filter(|seed| !but(&info, *seed)) {
                let cell = (arm.clone(), &info, seed);
                cells.push(read_cell(&dir.cell(&info, seed), identity, cell)?);
            }
        }
        Ok(stored::<E, S>(arms, cells))
    }

    fn none(&self, config: &E::Config) -> Stored {
        stored::<E, S>(S::arms(config), Vec::new())
    }
}

fn stored<E: Experiment, S: Study<E>>(
    arms: Vec<S::Arm>,
    cells: Vec<Finished<S::Arm, S::Outcome>>,
) -> Stored {
    let diverged = |cell: &Finished<S::Arm, S::Outcome>| {
        Divergence::of_cell(&cell.arm.name(), cell.seed, &cell.diverged)
    };
    Stored {
        study: TypeId::of::<S>(),
        cells: cells.len(),
        diverged: cells.iter().flat_map(diverged).collect(),
        outcomes: Box::new(Outcomes { arms, cells }),
    }
}

/// The outcomes of all studies of a run, with the config that they ran under.
pub struct Results<E: Experiment> {
    config: E::Config,
    run: RunTable,
    studies: HashMap<TypeId, Stored>,
}

impl<E: Experiment> Results<E> {
    /// Results without a cell; [`with`](Self::with) adds those of a study.
    pub fn new(config: E::Config, run: RunTable) -> Self {
        let studies = E::studies().studies;
        let none = studies.iter().map(|study| study.none(&config));
        Self {
            studies: none.map(|stored| (stored.study, stored)).collect(),
            config,
            run,
        }
    }

    /// The same with the cells of a study, in the order of arms and seeds.
    #[must_use]
    pub fn with<S: Study<E>>(mut self, cells: Vec<Finished<S::Arm, S::Outcome>>) -> Self {
        let stored = stored::<E, S>(S::arms(&self.config), cells);
        self.studies.insert(stored.study, stored);
        self
    }

    /// Reads the outcomes of every cell of a run.
    ///
    /// # Errors
    /// When a cell is not finished or its files cannot be read: names it.
    pub fn read(dir: &RunDir, config: E::Config, run: RunTable) -> Result<Self> {
        Self::read_but_for(&[], dir, config, run)
    }

    /// Reads the outcomes of all cells but those that are known to be missing.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub(crate) fn read_but_for(
        missing: &[Missing],
        dir: &RunDir,
        config: E::Config,
        run: RunTable,
    ) -> Result<Self> {
        let missing: BTreeSet<&str> = missing.iter().map(|one| one.cell.as_str()).collect();
        let lacks = |arm: &ArmInfo, seed| missing.contains(arm.cell(seed).as_str());
        let identity = identity_of(&run, &config)?;
        let mut results = Self::new(config, run);
        for study in E::studies().studies {
            let stored = study.read(dir, &identity, &results, &lacks)?;
            results.studies.insert(stored.study, stored);
        }
        Ok(results)
    }

    /// The outcomes of a study.
    ///
    /// # Panics
    /// When `S` is none of [`Experiment::studies`].
    pub fn of<S: Study<E>>(&self) -> &Outcomes<S::Arm, S::Outcome> {
        let stored = self.studies.get(&TypeId::of::<S>());
        stored
            .and_then(|stored| stored.outcomes.downcast_ref())
            .unwrap_or_else(|| panic!("{} lists all studies that it asks for", E::NAME))
    }

    /// The trainings that diverged, in the order of studies, arms and seeds.
    pub fn diverged(&self) -> Vec<Divergence> {
        let studies = E::studies().studies;
        let stored = studies
            .iter()
            .filter_map(|study| self.studies.get(&study.id()));
        stored.flat_map(|stored| stored.diverged.clone()).collect()
    }

    /// How many cells there are.
    pub fn cells(&self) -> usize {
        self.studies.values().map(|stored| stored.cells).sum()
    }

    /// What was run.
    pub fn config(&self) -> &E::Config {
        &self.config
    }

    /// Under which settings.
    pub fn run(&self) -> &RunTable {
        &self.run
    }

    /// Number of seeds.
    pub fn seeds(&self) -> u64 {
        self.run.seeds
    }

    /// The data sets and files that the cells read.
    pub fn inputs(&self) -> &[Input] {
        &self.run.inputs
    }
}

/// The finished cells of a study.
#[derive(Debug, Clone)]
pub struct Outcomes<A, O> {
    arms: Vec<A>,
    cells: Vec<Finished<A, O>>,
}

impl<A: Arm, O> Outcomes<A, O> {
    /// How many seeds have a cell.
    pub fn seeds(&self) -> usize {
        let seeds: BTreeSet<u64> = self.cells.iter().map(|cell| cell.seed).collect();
        seeds.len()
    }

    /// What was compared.
    pub fn arms(&self) -> &[A] {
        &self.arms
    }

    /// All cells, in the order of arms and seeds.
    pub fn cells(&self) -> &[Finished<A, O>] {
        &self.cells
    }

    /// The first cell: of an arm without chance in it the only one.
    pub fn first(&self) -> Option<&Finished<A, O>> {
        self.cells.first()
    }

    /// The cells of one arm, by seed.
    pub fn of<'a>(&'a self, arm: &A) -> impl Iterator<Item = &'a Finished<A, O>> + use<'a, A, O> {
        let arm = arm.clone();
        self.cells.iter().filter(move |cell| cell.arm == arm)
    }

    /// One cell.
    pub fn get(&self, arm: &A, seed: u64) -> Option<&Finished<A, O>> {
        self.of_seed(seed).find(|cell| cell.arm == *arm)
    }

    /// The cells of one seed, in the order of the arms.
    pub fn of_seed(&self, seed: u64) -> impl Iterator<Item = &Finished<A, O>> {
        self.cells.iter().filter(move |cell| cell.seed == seed)
    }

    /// A number of every seed of an arm; seeds for which it does not exist are left out.
    pub fn values(&self, arm: &A, number: impl Fn(&O) -> Option<f64>) -> Vec<f64> {
        self.of(arm)
            .filter_map(|cell| number(&cell.outcome))
            .collect()
    }

    /// The mean of [`values`](Self::values); NaN of none.
    pub fn mean(&self, arm: &A, number: impl Fn(&O) -> Option<f64>) -> f64 {
        statistics::mean(&self.values(arm, number))
    }

    /// A number of arm `a` minus that of arm `b`, paired by seed; a seed in which one of them
    /// does not exist is left out.
    pub fn differences(&self, a: &A, b: &A, number: impl Fn(&O) -> Option<f64>) -> Vec<f64> {
        self.of(a)
            .filter_map(|cell| {
                let other = self.get(b, cell.seed)?;
                Some(number(&cell.outcome)? - number(&other.outcome)?)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_question_has_the_name_of_its_file() {
        let cases = [
            ("regularization::lines::figures", "lines"),
            (
                "<rrelu::training::Trainings as retrace_lab::Study<rrelu::Rrelu>>::figures",
                "training",
            ),
            ("figures", "figures"),
        ];
        for (function, file) in cases {
            assert_eq!(file_of(function), file);
        }
    }
}
