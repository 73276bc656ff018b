//! What a function's file says of it, and the table that makes two enums of all functions.

use burn::nn::Identity;

use super::{ActivationConfig, lrelu};

/// An activation function with its settings, beside the module that a network holds.
///
/// The piecewise linear ones give their slope for x < 0, and value and derivative follow.
pub(super) trait Function {
    /// What it is called in text.
    fn name(&self) -> &'static str;

    /// The number in brackets in text: `0.18` of `lrelu(0.18)`.
    fn number(&self) -> Option<f64> {
        None
    }

    /// The function set to a number; nothing if it takes none.
    fn with_number(&self, _number: f64) -> Option<ActivationConfig> {
        None
    }

    /// Whether the settings make sense, else the reason why not.
    fn validate(&self) -> Result<(), String> {
        Ok(())
    }

    /// The slope for x < 0: PReLU's initial, RReLU's at test.
    fn negative_slope(&self) -> Option<f64> {
        None
    }

    /// See [`ActivationConfig::value`].
    fn value(&self, x: f64) -> Option<f64> {
        self.negative_slope().map(|slope| lrelu::value(slope, x))
    }

    /// See [`ActivationConfig::derivative`].
    fn derivative(&self, x: f64) -> Option<f64> {
        self.negative_slope()
            .map(|slope| lrelu::derivative(slope, x))
    }
}

impl Function for Identity {
    fn name(&self) -> &'static str {
        "identity"
    }

    fn negative_slope(&self) -> Option<f64> {
        Some(1.0)
    }
}

/// Refuses a number that is not finite.
pub(super) fn finite(what: &str, x: f64) -> Result<(), String> {
    let reason = || format!("the {what} must be a finite number, and is {x}");
    x.is_finite().then_some(()).ok_or_else(reason)
}

/// Refuses a number that is not above 0, or not finite.
pub(super) fn above_zero(what: &str, x: f64) -> Result<(), String> {
    let reason = || format!("the {what} must be above 0 and finite, and is {x}");
    (x > 0.0 && x.is_finite()).then_some(()).ok_or_else(reason)
}

/// Makes [`ActivationConfig`] and [`Activation`](super::Activation) of the table of all functions.
///
/// A function without settings is its module. One with settings is a type that implements
/// [`Function`], [`Default`] and a method `layer(channels, device)`, and after the arrow its module.
macro_rules! functions {
    (
        without settings { $($(#[$plain_doc:meta])* $plain:ident,)+ }
        with settings { $($(#[$doc:meta])* $name:ident($settings:ty) => $layer:ty,)+ }
    ) => {
        /// Which activation function, with its settings.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub enum ActivationConfig {
            $($(#[$plain_doc])* $plain,)+
            $($(#[$doc])* $name($settings),)+
        }

        impl ActivationConfig {
            /// The module, for a layer of this many channels or units (axis 1 of its input).
            ///
            /// Only PReLU with a slope per channel looks at `channels`.
            pub fn init(&self, channels: usize, device: &Device) -> Activation {
                match self {
                    $(Self::$plain => Activation::$plain($plain),)+
                    $(Self::$name(settings) => {
                        Activation::$name(settings.layer(channels, device))
                    })+
                }
            }

            /// Every function at its default settings.
            fn all() -> impl Iterator<Item = Self> {
                [$(Self::$plain,)+ $(Self::$name(<$settings>::default()),)+].into_iter()
            }

            fn function(&self) -> &dyn Function {
                match self {
                    $(Self::$plain => &$plain,)+
                    $(Self::$name(settings) => settings,)+
                }
            }
        }

        /// An activation function inside a network.
        ///
        /// Made by [`ActivationConfig::init`]. It is a module, so the slope of PReLU trains, freezes
        /// and is saved with the network it sits in.
        #[derive(Module, Debug)]
        pub enum Activation {
            $($(#[$plain_doc])* $plain($plain),)+
            $($(#[$doc])* $name($layer),)+
        }

        impl Activation {
            /// Applies the function to each element (softmax: to each row of the last axis).
            ///
            /// # Shapes
            /// - input: `[...]`; with slopes per channel, `[batch, channels, ...]`
            /// - output: as the input
            pub fn forward<const D: usize>(&self, x: Tensor<D>) -> Tensor<D> {
                match self {
                    $(Self::$plain(layer) => layer.forward(x),)+
                    $(Self::$name(layer) => layer.forward(x),)+
                }
            }
        }
    };
}
pub(super) use functions;
