//! Stochastic gradient descent, with momentum, Nesterov's or not.

use burn::optim::decay::WeightDecayConfig;
use burn::optim::momentum::{MomentumConfig, MomentumState};
use burn::optim::{
    LearningRate, ModuleOptimizer, Optimizer, RecordState, Sgd as BurnSgd, SgdConfig,
    SgdState as BurnSgdState, StateSink, StateSource,
};
use burn::tensor::{DType, Device, Tensor};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::flex;
use crate::rule::{Rule, decayed};

/// The optimizer of a module: stands in for `config.init()`.
pub fn sgd(config: &SgdConfig) -> ModuleOptimizer {
    crate::with_clipping(Sgd::new(config), &config.init())
}

/// SGD with the results and the records of Burn's, in one pass over memory.
///
/// Stands in for `config.build()`, where a parameter group wants a bare optimizer; [`sgd`] is for
/// a whole module.
///
/// With weight decay λ, momentum μ and dampening τ, for a gradient g (the velocity of the first
/// step is the gradient itself):
///
/// ```text
/// g <- λ w + g
/// u <- (1 - τ) g + μ u          w <- w - rate · u,  with Nesterov  w - rate · (μ u + g)
/// ```
#[derive(Clone)]
pub struct Sgd {
    /// Computes what is not computed here.
    burns: BurnSgd,
    /// `None` where nothing is.
    settings: Option<Settings>,
}

/// The fields of an [`SgdConfig`]; one that is not known here leaves all to Burn.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    weight_decay: Option<WeightDecayConfig>,
    momentum: Option<MomentumConfig>,
    #[serde(rename = "gradient_clipping")]
    _gradient_clipping: Option<IgnoredAny>,
}

impl Sgd {
    /// The optimizer of the config, without its clipping of gradients, as in `config.build()`.
    pub fn new(config: &SgdConfig) -> Self {
        Self {
            burns: config.build(),
            settings: crate::settings(config),
        }
    }
}

impl Optimizer for Sgd {
    type State<const D: usize> = SgdState<D>;

    fn step<const D: usize>(
        &self,
        rate: LearningRate,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<SgdState<D>>,
    ) -> (Tensor<D>, Option<SgdState<D>>) {
        let SgdState(velocity) = state.unwrap_or(SgdState(None));
        let momentum = self.settings.as_ref().and_then(|it| it.momentum.as_ref());
        // Without momentum a velocity is handed on, as Burn does, and not looked at.
        let velocity = match (velocity, momentum) {
            (Some(velocity), Some(_)) => Some(velocity.shown(&parameter.device())),
            (velocity, _) => velocity,
        };
        let fits = match &velocity {
            Some(Velocity::Shown(velocity)) => flex::fit(&[&parameter, &gradient, velocity]),
            Some(Velocity::Burns(_)) => momentum.is_none() && flex::fit(&[&parameter, &gradient]),
            None => flex::fit(&[&parameter, &gradient]),
        };
        let Some(settings) = self.settings.as_ref().filter(|_| fits) else {
            let state = velocity.map(|velocity| SgdState(Some(velocity)).into());
            let (parameter, state) = self.burns.step(rate, parameter, gradient, state);
            return (parameter, state.map(SgdState::from));
        };
        let rule = settings.rule(rate);
        let Some(momentum) = momentum else {
            let (parameter, []) = flex::step(rule, parameter, gradient, []);
            return (parameter, Some(SgdState(velocity)));
        };
        let rule = WithMomentum {
            descent: rule,
            keep: momentum.momentum as f32,
            add: (1.0 - momentum.dampening) as f32,
            begins: velocity.is_none(),
        };
        let velocity = match velocity {
            Some(Velocity::Shown(velocity)) => velocity,
            _ => flex::zeros(&parameter),
        };
        let (parameter, [velocity]) = if momentum.nesterov {
            flex::step(Nesterov(rule), parameter, gradient, [velocity])
        } else {
            flex::step(rule, parameter, gradient, [velocity])
        };
        (parameter, Some(SgdState(Some(Velocity::Shown(velocity)))))
    }

    fn to_device<const D: usize>(state: SgdState<D>, device: &Device) -> SgdState<D> {
        // Before every step: a velocity that shows its numbers goes on showing them.
        SgdState(state.0.map(|velocity| match velocity {
            Velocity::Shown(tensor) => Velocity::Shown(tensor.to_device(device)),
            Velocity::Burns(state) => Velocity::Burns(state.to_device(device)),
        }))
    }
}

impl Settings {
    fn rule(&self, rate: LearningRate) -> Descent {
        Descent {
            penalty: self.weight_decay.as_ref().map(|decay| decay.penalty),
            rate: rate as f32,
        }
    }
}

/// SGD without momentum.
#[derive(Clone, Copy)]
struct Descent {
    /// Weight decay.
    penalty: Option<f32>,
    rate: f32,
}

impl Rule<0> for Descent {
    #[inline(always)]
    fn step(self, w: f32, g: f32, []: [f32; 0]) -> (f32, [f32; 0]) {
        (w - decayed(self.penalty, w, g) * self.rate, [])
    }
}

/// SGD with momentum; the state is the velocity.
#[derive(Clone, Copy)]
struct WithMomentum {
    descent: Descent,
    /// Momentum.
    keep: f32,
    /// 1 - dampening.
    add: f32,
    /// Nothing is known of a velocity yet.
    begins: bool,
}

impl WithMomentum {
    /// The gradient with weight decay, and the velocity after the step.
    #[inline(always)]
    fn moved(self, w: f32, g: f32, velocity: f32) -> (f32, f32) {
        let g = decayed(self.descent.penalty, w, g);
        let velocity = if self.begins {
            g
        } else {
            g * self.add + velocity * self.keep
        };
        (g, velocity)
    }
}

impl Rule<1> for WithMomentum {
    #[inline(always)]
    fn step(self, w: f32, g: f32, [velocity]: [f32; 1]) -> (f32, [f32; 1]) {
        let (_, velocity) = self.moved(w, g, velocity);
        (w - velocity * self.descent.rate, [velocity])
    }
}

/// The same with Nesterov's look ahead.
#[derive(Clone, Copy)]
struct Nesterov(WithMomentum);

impl Rule<1> for Nesterov {
    #[inline(always)]
    fn step(self, w: f32, g: f32, [velocity]: [f32; 1]) -> (f32, [f32; 1]) {
        let (g, velocity) = self.0.moved(w, g, velocity);
        let ahead = velocity * self.0.keep + g;
        (w - ahead * self.0.descent.rate, [velocity])
    }
}

/// The velocity of a parameter, if the method has momentum.
///
/// Burn's own state does not show its velocity. The two become each other by `From`, and their
/// records are the same.
#[derive(Clone)]
pub struct SgdState<const D: usize>(Option<Velocity<D>>);

#[derive(Clone)]
enum Velocity<const D: usize> {
    Shown(Tensor<D>),
    Burns(MomentumState<D>),
}

impl<const D: usize> Velocity<D> {
    /// The numbers. Those of Burn's state are copied out of its record: once, where a training goes
    /// on from one.
    fn shown(self, device: &Device) -> Self {
        let Self::Burns(state) = &self else {
            return self;
        };
        let mut record = StateSink::default();
        state.state_flatten("", &mut record);
        match record.tensors.pop() {
            Some((_, data)) if data.dtype() == DType::F32 => {
                Self::Shown(Tensor::from_data(data, (device, DType::F32)))
            }
            _ => self,
        }
    }
}

impl<const D: usize> From<BurnSgdState<D>> for SgdState<D> {
    fn from(state: BurnSgdState<D>) -> Self {
        Self(state.momentum.map(Velocity::Burns))
    }
}

impl<const D: usize> From<SgdState<D>> for BurnSgdState<D> {
    fn from(state: SgdState<D>) -> Self {
        Self::new(state.0.map(|velocity| match velocity {
            Velocity::Shown(tensor) => MomentumState::new(tensor),
            Velocity::Burns(state) => state,
        }))
    }
}

impl<const D: usize> RecordState for SgdState<D> {
    fn state_flatten(&self, prefix: &str, out: &mut StateSink) {
        BurnSgdState::from(self.clone()).state_flatten(prefix, out);
    }

    fn state_unflatten(prefix: &str, source: &mut StateSource, device: &Device) -> Option<Self> {
        BurnSgdState::state_unflatten(prefix, source, device).map(Self::from)
    }
}
