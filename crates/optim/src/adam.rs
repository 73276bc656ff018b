//! Adam and AdamW, which differ in their last lines, and AMSGrad of both.

use burn::optim::decay::WeightDecayConfig;
use burn::optim::{
    Adam as BurnAdam, AdamConfig, AdamState, AdamW as BurnAdamW, AdamWConfig, AdamWState,
    AdaptiveMomentumState, LearningRate, ModuleOptimizer, Optimizer,
};
use burn::tensor::{Device, Tensor};
use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::flex;
use crate::rule::{Rule, decayed};

/// The optimizer of a module: stands in for `config.init()`.
pub fn adam(config: &AdamConfig) -> ModuleOptimizer {
    crate::with_clipping(Adam::new(config), &config.init())
}

/// The optimizer of a module: stands in for `config.init()`.
pub fn adamw(config: &AdamWConfig) -> ModuleOptimizer {
    crate::with_clipping(AdamW::new(config), &config.init())
}

/// Adam with the results and the records of Burn's, in one pass over memory.
///
/// Stands in for `config.build()`, where a parameter group wants a bare optimizer; [`adam`] is for
/// a whole module.
///
/// For a gradient g, moments m and v that begin as zeros, and step t = 1, 2, ... (Kingma & Ba,
/// *Adam: A Method for Stochastic Optimization*, 2015, section 2, in the order given at its end):
///
/// ```text
/// m <- β₁ m + (1 - β₁) g          s = √(1 - β₂ᵗ)
/// v <- β₂ v + (1 - β₂) g²         w <- w - rate · (m · s / (1 - β₁ᵗ)) / (√v + ε s)
/// ```
///
/// Weight decay λ adds λ w to the gradient before. AMSGrad takes, in the last line, the largest v
/// so far (Reddi et al., *On the Convergence of Adam and Beyond*, 2018).
#[derive(Clone)]
pub struct Adam {
    /// Computes what is not computed here.
    burns: BurnAdam,
    /// `None` where nothing is.
    settings: Option<AdamSettings>,
}

/// AdamW with the results and the records of Burn's, in one pass over memory.
///
/// Stands in for `config.build()`, where a parameter group wants a bare optimizer; [`adamw`] is for
/// a whole module.
///
/// Moments and AMSGrad are [`Adam`]'s. Weight decay λ shrinks the parameter itself (Loshchilov &
/// Hutter, *Decoupled Weight Decay Regularization*, 2019); the cautious one does so only where w
/// and m have the same sign (Chen et al., *Cautious Weight Decay*, 2025):
///
/// ```text
/// w <- (1 - rate · λ) w - rate · (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε)
/// ```
#[derive(Clone)]
pub struct AdamW {
    /// Computes what is not computed here.
    burns: BurnAdamW,
    /// `None` where nothing is.
    settings: Option<AdamWSettings>,
}

impl Adam {
    /// The optimizer of the config, without its clipping of gradients, as in `config.build()`.
    pub fn new(config: &AdamConfig) -> Self {
        Self {
            burns: config.build(),
            settings: crate::settings(config),
        }
    }
}

impl AdamW {
    /// The optimizer of the config, without its clipping of gradients, as in `config.build()`.
    pub fn new(config: &AdamWConfig) -> Self {
        Self {
            burns: config.build(),
            settings: crate::settings(config),
        }
    }
}

impl Optimizer for Adam {
    type State<const D: usize> = AdamState<D>;

    fn step<const D: usize>(
        &self,
        rate: LearningRate,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamState<D>>,
    ) -> (Tensor<D>, Option<AdamState<D>>) {
        let momentum = state.as_ref().map(|state| &state.momentum);
        let fits = fit(&parameter, &gradient, momentum);
        let Some(settings) = self.settings.as_ref().filter(|_| fits) else {
            return self.burns.step(rate, parameter, gradient, state);
        };
        let momentum = state.map(|state| state.momentum);
        let (parameter, momentum) = step(settings, rate, parameter, gradient, momentum);
        (parameter, Some(AdamState { momentum }))
    }

    fn to_device<const D: usize>(state: AdamState<D>, device: &Device) -> AdamState<D> {
        BurnAdam::to_device(state, device)
    }
}

impl Optimizer for AdamW {
    type State<const D: usize> = AdamWState<D>;

    fn step<const D: usize>(
        &self,
        rate: LearningRate,
        parameter: Tensor<D>,
        gradient: Tensor<D>,
        state: Option<AdamWState<D>>,
    ) -> (Tensor<D>, Option<AdamWState<D>>) {
        let momentum = state.as_ref().map(|state| &state.momentum);
        let fits = fit(&parameter, &gradient, momentum);
        let Some(settings) = self.settings.as_ref().filter(|_| fits) else {
            return self.burns.step(rate, parameter, gradient, state);
        };
        let momentum = state.map(|state| state.momentum);
        let (parameter, momentum) = step(settings, rate, parameter, gradient, momentum);
        (parameter, Some(AdamWState { momentum }))
    }

    fn to_device<const D: usize>(state: AdamWState<D>, device: &Device) -> AdamWState<D> {
        BurnAdamW::to_device(state, device)
    }
}

/// The fields of an [`AdamConfig`]; one that is not known here leaves all to Burn.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct AdamSettings {
    beta_1: f32,
    beta_2: f32,
    epsilon: f32,
    amsgrad: bool,
    weight_decay: Option<WeightDecayConfig>,
    #[serde(rename = "grad_clipping")]
    _grad_clipping: Option<IgnoredAny>,
}

/// The fields of an [`AdamWConfig`], likewise.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct AdamWSettings {
    beta_1: f32,
    beta_2: f32,
    epsilon: f32,
    amsgrad: bool,
    weight_decay: f32,
    cautious_weight_decay: bool,
    #[serde(rename = "grad_clipping")]
    _grad_clipping: Option<IgnoredAny>,
}

/// What is the same for Adam and AdamW.
trait Settings {
    type Last: Last;

    fn amsgrad(&self) -> bool;

    /// The rule of step `time`, counted from 1, but the first; with the factors as Burn rounds them.
    fn rule(&self, rate: LearningRate, time: i32) -> Adaptive<Self::Last>;
}

impl Settings for AdamSettings {
    type Last = Coupled;

    fn amsgrad(&self) -> bool {
        self.amsgrad
    }

    fn rule(&self, rate: LearningRate, time: i32) -> Adaptive<Coupled> {
        let root = (1.0 - self.beta_2.powi(time)).sqrt();
        Adaptive {
            penalty: self.weight_decay.as_ref().map(|decay| decay.penalty),
            betas: [self.beta_1, self.beta_2],
            begins: false,
            last: Coupled {
                correction: root / (1.0 - self.beta_1.powi(time)),
                epsilon: self.epsilon * root,
                rate: rate as f32,
            },
        }
    }
}

impl Settings for AdamWSettings {
    type Last = Decoupled;

    fn amsgrad(&self) -> bool {
        self.amsgrad
    }

    fn rule(&self, rate: LearningRate, time: i32) -> Adaptive<Decoupled> {
        let decay = rate * f64::from(self.weight_decay);
        // Without decay nothing is to be careful with, and w * 1 is w.
        let cautious = self.cautious_weight_decay && decay != 0.0;
        let betas = [self.beta_1, self.beta_2];
        Adaptive {
            penalty: None,
            betas,
            begins: false,
            last: Decoupled {
                corrections: betas.map(|beta| 1.0 - beta.powi(time)),
                epsilon: self.epsilon,
                rate: rate as f32,
                decay: (if cautious { decay } else { 1.0 - decay }) as f32,
                cautious,
            },
        }
    }
}

/// Whether a step of these is computed here.
fn fit<const D: usize>(
    parameter: &Tensor<D>,
    gradient: &Tensor<D>,
    momentum: Option<&AdaptiveMomentumState<D>>,
) -> bool {
    let mut tensors = vec![parameter, gradient];
    if let Some(momentum) = momentum {
        tensors.extend([&momentum.moment_1, &momentum.moment_2]);
        tensors.extend(&momentum.max_moment_2);
    }
    flex::fit(&tensors)
}

/// The parameter and its moments after a step, of tensors that fit.
fn step<const D: usize>(
    settings: &impl Settings,
    rate: LearningRate,
    parameter: Tensor<D>,
    gradient: Tensor<D>,
    momentum: Option<AdaptiveMomentumState<D>>,
) -> (Tensor<D>, AdaptiveMomentumState<D>) {
    let begins = momentum.is_none();
    let fresh = || flex::zeros(&parameter);
    let mut state = momentum.unwrap_or_else(|| AdaptiveMomentumState::new(0, fresh(), fresh()));
    // A step more than can be counted is the first again, as Burn's is in release builds.
    state.time = state.time.wrapping_add(1);
    let rule = Adaptive {
        begins,
        ..settings.rule(rate, state.time as i32)
    };
    let moments = [state.moment_1, state.moment_2];
    let (parameter, [moment_1, moment_2]) = if settings.amsgrad() {
        let begins = state.max_moment_2.is_none();
        let [m, v] = moments;
        let max = state.max_moment_2.unwrap_or_else(fresh);
        let rule = AmsGrad { rule, begins };
        let (parameter, [m, v, max]) = flex::step(rule, parameter, gradient, [m, v, max]);
        state.max_moment_2 = Some(max);
        (parameter, [m, v])
    } else {
        flex::step(rule, parameter, gradient, moments)
    };
    let state = AdaptiveMomentumState {
        moment_1,
        moment_2,
        ..state
    };
    (parameter, state)
}

/// Both moments, and what the method does with them last.
#[derive(Clone, Copy)]
struct Adaptive<L> {
    /// Weight decay of the gradient.
    penalty: Option<f32>,
    betas: [f32; 2],
    /// Nothing is known of the moments yet.
    begins: bool,
    last: L,
}

/// The last line of a method.
trait Last: Copy + Send + Sync {
    /// The parameter after the step, from both moments.
    fn parameter(self, w: f32, m: f32, v: f32) -> f32;
}

impl<L> Adaptive<L> {
    /// The moments after the step.
    #[inline(always)]
    fn moments(&self, w: f32, g: f32, [m, v]: [f32; 2]) -> [f32; 2] {
        let g = decayed(self.penalty, w, g);
        let [first, second] = self.betas;
        let added = [g * (1.0 - first), g * g * (1.0 - second)];
        if self.begins {
            added
        } else {
            [m * first + added[0], v * second + added[1]]
        }
    }
}

impl<L: Last> Rule<2> for Adaptive<L> {
    #[inline(always)]
    fn step(self, w: f32, g: f32, moments: [f32; 2]) -> (f32, [f32; 2]) {
        let [m, v] = self.moments(w, g, moments);
        (self.last.parameter(w, m, v), [m, v])
    }
}

/// The same with AMSGrad; the third number of state is the largest second moment so far.
#[derive(Clone, Copy)]
struct AmsGrad<L> {
    rule: Adaptive<L>,
    /// Nothing is known of it yet.
    begins: bool,
}

impl<L: Last> Rule<3> for AmsGrad<L> {
    #[inline(always)]
    fn step(self, w: f32, g: f32, [m, v, max]: [f32; 3]) -> (f32, [f32; 3]) {
        let [m, v] = self.rule.moments(w, g, [m, v]);
        // What is not a number stays, and does not come.
        let max = if self.begins || max < v { v } else { max };
        (self.rule.last.parameter(w, m, max), [m, v, max])
    }
}

/// Adam's: weight decay, if any, is in the moments.
#[derive(Clone, Copy)]
struct Coupled {
    /// Takes the bias towards their beginning, zero, out of both moments.
    correction: f32,
    epsilon: f32,
    rate: f32,
}

impl Last for Coupled {
    #[inline(always)]
    fn parameter(self, w: f32, m: f32, v: f32) -> f32 {
        w - m * self.correction / (v.sqrt() + self.epsilon) * self.rate
    }
}

/// AdamW's.
#[derive(Clone, Copy)]
struct Decoupled {
    /// Each takes the bias out of one moment.
    corrections: [f32; 2],
    epsilon: f32,
    rate: f32,
    /// The share that is left of a parameter; of a cautious one, the share that goes.
    decay: f32,
    /// Only what the step shrinks, too, decays.
    cautious: bool,
}

impl Last for Decoupled {
    #[inline(always)]
    fn parameter(self, w: f32, m: f32, v: f32) -> f32 {
        let share = w * self.decay;
        let same_sign = (w >= 0.0) == (m >= 0.0);
        let left = match self.cautious {
            false => share,
            true => w - if same_sign { share } else { 0.0 },
        };
        let [first, second] = self.corrections;
        left - m / first / ((v / second).sqrt() + self.epsilon) * self.rate
    }
}
