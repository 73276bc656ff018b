//! Warping an RGB picture of 4000 x 3000 pixels, by each sampling.
//!
//! `python3 scripts/homography_oracle.py --time` times OpenCV on the same picture and map.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use homography::Homography;
use homography::warp::{Frame, Sampling, warp};
use image::{Rgb, RgbImage};

const WIDTH: u32 = 4000;
const HEIGHT: u32 = 3000;

/// A hash as noise: smooth pictures would flatter caches and rounding alike.
fn noise(x: u32, y: u32) -> Rgb<u8> {
    let mixed =
        (x.wrapping_mul(0x9e37_79b1) ^ y.wrapping_mul(0x85eb_ca6b)).wrapping_mul(0xc2b2_ae35);
    let [_, r, g, b] = mixed.to_le_bytes();
    Rgb([r, g, b])
}

fn warping(criterion: &mut Criterion) {
    let picture = RgbImage::from_fn(WIDTH, HEIGHT, noise);
    let map = Homography::new([[0.9, 0.1, 50.0], [-0.05, 1.02, 20.0], [2e-5, 1e-5, 1.0]]);
    let (Ok(map), Ok(frame)) = (map, Frame::of_size(WIDTH, HEIGHT)) else {
        return;
    };
    let mut group = criterion.benchmark_group("warp 4000 x 3000 RGB");
    group.sample_size(20);
    for sampling in [Sampling::Nearest, Sampling::Bilinear, Sampling::Bicubic] {
        group.bench_function(format!("{sampling:?}").to_lowercase(), |bencher| {
            bencher.iter(|| black_box(warp(&picture, &map, frame, sampling)));
        });
    }
    group.finish();
}

criterion_group!(benches, warping);
criterion_main!(benches);
