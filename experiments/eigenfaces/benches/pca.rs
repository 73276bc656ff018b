//! Principal components of 400 pictures of 92x112: the ORL faces where `RETRACE_DATA` has them,
//! else random numbers, for which the work is the same.
//!
//! `scripts/eigenfaces_oracle.py --time` takes scikit-learn's times on the same pictures.

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use criterion::{Criterion, criterion_group, criterion_main};
use eigenfaces::pca::Pca;
use ndarray::Array2;
use rand::RngExt;
use retrace_data::{PictureError, grey, picture_files, read_picture};

const PICTURES: usize = 400;
const PIXELS: usize = 92 * 112;

fn orl(folder: &Path) -> Result<Vec<f64>, PictureError> {
    let mut values = Vec::with_capacity(PICTURES * PIXELS);
    for path in picture_files(folder)?.files {
        values.extend(grey(&read_picture(&path)?.image));
    }
    Ok(values)
}

fn pictures() -> Array2<f64> {
    let folder = std::env::var_os("RETRACE_DATA").map(|data| Path::new(&data).join("faces-orl"));
    let values = folder
        .and_then(|folder| orl(&folder).ok())
        .unwrap_or_else(|| {
            let mut random = retrace_lab::random::stream(0, "bench", 0);
            (0..PICTURES * PIXELS)
                .map(|_| random.random_range(0.0..255.0))
                .collect()
        });
    Array2::from_shape_vec((PICTURES, PIXELS), values).expect("both sets have this size")
}

fn components(criterion: &mut Criterion) {
    let pictures = pictures();
    let mut group = criterion.benchmark_group("400 pictures of 92x112");
    group
        .sample_size(20)
        .measurement_time(Duration::from_secs(8));
    group.bench_function("small covariance", |bencher| {
        bencher.iter(|| black_box(Pca::fit(&pictures)));
    });
    group.bench_function("singular values of the pictures", |bencher| {
        bencher.iter(|| black_box(Pca::fit_svd(&pictures)));
    });
    group.finish();
}

criterion_group!(benches, components);
criterion_main!(benches);
