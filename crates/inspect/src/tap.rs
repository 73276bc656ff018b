//! Taps: named places in a forward pass, and their values in a direct one.

use std::cell::RefCell;
use std::collections::BTreeSet;

use burn::backend::TensorData;
use burn::backend::capture::CaptureBackend;
use burn::backend::ir::TensorId;
use burn::module::Module;
use burn::tensor::Tensor;

use crate::error::unknown_name;
use crate::tensors::{Kind, MapTensor, Tensors};
use crate::{Error, Result};

/// What taps write to while a forward pass is watched on this thread.
#[derive(Debug)]
enum Sink {
    /// The recorded tensors' numbers.
    Recorded(Vec<(String, TensorId)>),
    /// Values of the taps asked for.
    Values {
        wanted: Vec<String>,
        seen: Vec<String>,
        values: Vec<(String, TensorData)>,
    },
}

thread_local! {
    static SINK: RefCell<Option<Sink>> = const { RefCell::new(None) };
}

/// Gives a place in a forward pass a name and returns `x` unchanged.
///
/// In a forward pass that nobody watches it costs one look at a thread-local variable. Under
/// [`trace`](crate::trace()) the name stands for the tensor in the [`Trace`](crate::Trace), under
/// [`record`](crate::record()) its values are kept.
///
/// ```
/// # use burn::tensor::{Tensor, activation};
/// use retrace_inspect::tap;
///
/// fn forward(x: Tensor<2>) -> Tensor<2> {
///     let x = tap("before", x * 2.0);
///     tap("after", activation::relu(x))
/// }
/// # let x = Tensor::<2>::from_data([[-1.0, 1.0]], &Default::default());
/// # forward(x).to_data().assert_eq(&burn::tensor::TensorData::from([[0.0f32, 2.0]]), true);
/// ```
///
/// Any [`Tensors`] can be tapped, such as a state of two. Of several, the first is called `name`,
/// the others `name.1`, `name.2` and so on.
pub fn tap<T: Tensors>(name: &str, x: T) -> T {
    if SINK.with_borrow(Option::is_none) {
        return x;
    }
    x.map_tensors(&mut Tap { name, seen: 0 })
}

struct Tap<'a> {
    name: &'a str,
    /// Tensors of it that were seen.
    seen: usize,
}

impl MapTensor for Tap<'_> {
    fn map<const D: usize, K: Kind>(&mut self, x: Tensor<D, K>) -> Tensor<D, K> {
        let name = match self.seen {
            0 => self.name.to_owned(),
            at => format!("{}.{at}", self.name),
        };
        self.seen += 1;
        SINK.with_borrow_mut(|sink| match sink {
            None => {}
            Some(Sink::Recorded(taps)) => {
                // What is not on the recording device has no number there.
                if let Ok(recorded) = x.clone().try_into_primitive::<CaptureBackend>() {
                    taps.push((name, recorded.id()));
                }
            }
            Some(Sink::Values {
                wanted,
                seen,
                values,
            }) => {
                if wanted.contains(&name) {
                    values.push((name.clone(), x.to_data()));
                }
                seen.push(name);
            }
        });
        x
    }
}

/// The values of `taps` in a direct forward pass of `model`, in the order asked for.
///
/// They are the tensors that the forward pass computed, on its own device and by its own kernels,
/// so they are what a training would see, to the last bit. The model is used as it is: with
/// autodiff it is in its training phase (dropout erases, batch normalization uses the batch), and
/// `model.valid()` is in its testing phase.
///
/// # Errors
/// A tap that was not passed ([`Error::UnknownName`]), one passed twice ([`Error::DuplicateTap`]).
pub fn record<M: Module, I, T>(
    model: &M,
    input: I,
    forward: impl FnOnce(&M, I) -> T,
    taps: &[&str],
) -> Result<Vec<TensorData>> {
    let (_, watched) = watched(taps, || forward(model, input));
    unique(watched.seen.iter().map(String::as_str))?;
    let value = |tap: &&str| {
        let found = watched.values.iter().find(|(name, _)| name == tap);
        let seen = watched.seen.iter().map(String::as_str);
        found
            .map(|(_, value)| value.clone())
            .ok_or_else(|| unknown_name(tap, seen))
    };
    taps.iter().map(value).collect()
}

/// Restores the thread's sink, also when the forward pass panics.
struct Watch(Option<Sink>);

impl Watch {
    fn start(sink: Sink) -> Self {
        Self(SINK.replace(Some(sink)))
    }

    fn end(mut self) -> Option<Sink> {
        SINK.replace(self.0.take())
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // After `end` the thread has its former sink already; a panic comes here without it.
        if std::thread::panicking() {
            SINK.set(self.0.take());
        }
    }
}

/// Runs `forward` on a recording device; its result, and the tensors that were tapped.
pub(crate) fn tapped<T>(forward: impl FnOnce() -> T) -> (T, Vec<(String, TensorId)>) {
    let watch = Watch::start(Sink::Recorded(Vec::new()));
    let result = forward();
    match watch.end() {
        Some(Sink::Recorded(taps)) => (result, taps),
        _ => (result, Vec::new()),
    }
}

/// The values of taps, and the names of all taps that were passed.
pub(crate) struct Watched {
    pub values: Vec<(String, TensorData)>,
    pub seen: Vec<String>,
}

/// Runs `forward`; its result, and the values of the taps in `wanted`.
pub(crate) fn watched<T>(wanted: &[&str], forward: impl FnOnce() -> T) -> (T, Watched) {
    let watch = Watch::start(Sink::Values {
        wanted: wanted.iter().map(ToString::to_string).collect(),
        seen: Vec::new(),
        values: Vec::new(),
    });
    let result = forward();
    let (seen, values) = match watch.end() {
        Some(Sink::Values { seen, values, .. }) => (seen, values),
        _ => Default::default(),
    };
    (result, Watched { values, seen })
}

/// An error if a name stands for two places.
pub(crate) fn unique<'n>(names: impl Iterator<Item = &'n str>) -> Result<()> {
    let mut known = BTreeSet::new();
    for name in names {
        if !known.insert(name) {
            return Err(Error::DuplicateTap(name.to_owned()));
        }
    }
    Ok(())
}
