//! MNIST from the folder of data sets that `RETRACE_DATA` names, or its synthetic twin.

use std::path::Path;

use burn::tensor::{Device, Int, Tensor, TensorData};
use retrace_data::{DIGIT_PIXELS, DIGIT_SIDE, DigitCounts, Digits, draw_digits, read_mnist};

/// Digits to train on, and to test on.
pub struct Set {
    pub train: Part,
    pub test: Part,
}

/// Images, and what they show.
pub struct Part {
    images: Vec<u8>,
    labels: Vec<u8>,
}

impl Set {
    /// The first digits of both parts.
    pub fn some(train: usize, test: usize) -> Self {
        let counts = DigitCounts {
            train,
            validation: 0,
            test,
        };
        let digits = mnist().unwrap_or_else(|| draw_digits(0, counts));
        Self::first(&digits, train, test)
    }

    /// All of MNIST.
    pub fn whole() -> Self {
        let digits = mnist().expect("RETRACE_DATA names the folder of data sets");
        Self::first(&digits, digits.train.len(), digits.test.len())
    }

    fn first(digits: &Digits, train: usize, test: usize) -> Self {
        let part = |images: &[u8], labels: &[u8], count: usize| Part {
            images: images[..count * DIGIT_PIXELS].to_vec(),
            labels: labels[..count].to_vec(),
        };
        Self {
            train: part(digits.train.images(), digits.train.labels(), train),
            test: part(digits.test.images(), digits.test.labels(), test),
        }
    }
}

fn mnist() -> Option<Digits> {
    let folder = std::env::var_os("RETRACE_DATA")?;
    let folder = Path::new(&folder).join("mnist");
    Some(read_mnist(&folder).expect("RETRACE_DATA names a folder with MNIST in it"))
}

impl Part {
    pub fn len(&self) -> usize {
        self.labels.len()
    }

    /// Some digits, grey values from 0 to 1, and their labels.
    pub fn batch(&self, digits: &[usize], device: &Device) -> (Tensor<4>, Tensor<1, Int>) {
        let image = |digit: &usize| &self.images[digit * DIGIT_PIXELS..][..DIGIT_PIXELS];
        let greys = digits.iter().flat_map(image);
        let greys: Vec<f32> = greys.map(|grey| f32::from(*grey) / 255.0).collect();
        let labels = digits.iter().map(|digit| i64::from(self.labels[*digit]));
        let labels: Vec<i64> = labels.collect();
        let shape = [digits.len(), 1, DIGIT_SIDE, DIGIT_SIDE];
        (
            Tensor::from_data(TensorData::new(greys, shape), device),
            Tensor::from_data(TensorData::new(labels, [digits.len()]), device),
        )
    }
}

/// The numbers below `count` in an order of this seed (Durstenfeld 1964).
pub fn shuffled(count: usize, seed: u64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    let mut state = seed;
    for last in (1..count).rev() {
        // Steele et al. 2014, `SplitMix64`.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        order.swap(last, ((z ^ (z >> 31)) % (last as u64 + 1)) as usize);
    }
    order
}
