//! The pages, as values for their templates.

mod compare;
mod front;
mod made;
mod papers;
mod run;

use retrace_lab::{Input, InputKind, StoredRun};

pub(crate) use compare::ComparePage;
pub(crate) use front::FrontPage;
pub(crate) use papers::PapersPage;
pub(crate) use run::RunPage;

use crate::picture::address;

/// What the cells of a run worked on, in words.
fn data(run: &StoredRun) -> String {
    let inputs = &run.run.inputs;
    if inputs.is_empty() {
        "made by the experiment from its seeds".to_owned()
    } else {
        Input::list(inputs)
    }
}

/// One word for a card: what kind of data a run is about.
fn kind_of_data(run: &StoredRun) -> &'static str {
    let of_kind = |kind| run.run.inputs.iter().any(|input| input.kind == kind);
    match (
        of_kind(InputKind::Real),
        of_kind(InputKind::File),
        of_kind(InputKind::Synthetic),
    ) {
        (true, ..) => "real data",
        (_, true, _) => "data from a file",
        (_, _, true) => "synthetic twin of the data",
        _ => "data made from seeds",
    }
}

/// The address of a run's page, seen from the folder of the book.
fn page_of(run: &StoredRun) -> String {
    let name = format!("{}.html", run.name());
    format!("{}/{}", run.run.experiment, address(name.as_ref()))
}
