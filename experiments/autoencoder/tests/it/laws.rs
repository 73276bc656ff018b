//! Laws of pictures, losses, scores, weights and plans.

mod losses;
mod networks;
mod pictures;
mod plans;

use autoencoder::config::AutoencoderConfig;
use autoencoder::data::{Circles, Size, tensors};
use autoencoder::initial::Initial;
use autoencoder::network::{Answer, Architecture, Erase, Network, NetworkConfig};
use burn::tensor::{Device, Tensor};
use retrace_lab::{Config, Preset, is_finite};

const SIZE: Size = Size {
    width: 150,
    height: 100,
};

fn config() -> AutoencoderConfig {
    AutoencoderConfig::preset(Preset::Smoke)
}

fn circles(purpose: &'static str, levels: &'static [f64]) -> Circles {
    Circles {
        seed: 3,
        purpose,
        count: 60,
        size: SIZE,
        radius: 25.0,
        levels,
    }
}

fn network(architecture: Architecture, answer: Answer, erase: Option<(Erase, f64)>) -> Network {
    let config = config();
    let network = NetworkConfig {
        architecture,
        initial: Initial::Xavier,
        answer,
        erase,
        scale: 1.0,
        config: &config,
    };
    let device = Device::flex().autodiff();
    device.seed(7);
    let network = network.init(&device);
    // Layers draw their weights when they are first asked for: all of them now.
    assert!(is_finite(&network));
    network
}

fn smoke_batch(device: &Device) -> (Tensor<4>, Tensor<4>) {
    let circles = Circles {
        size: config().size(),
        radius: 2.0,
        ..circles("training", Circles::ONE)
    };
    tensors(&circles, &[0, 1, 2], device)
}

fn list<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().iter::<f32>().collect()
}

fn distance(a: &[f32], b: &[f32]) -> f64 {
    let squares = a.iter().zip(b).map(|(a, b)| f64::from(a - b).powi(2));
    squares.sum::<f64>().sqrt()
}
