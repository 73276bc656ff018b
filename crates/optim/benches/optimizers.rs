//! A step of each optimizer alone, Burn's and ours: the gradients are there already.
//!
//! `RAYON_NUM_THREADS=2 cargo bench -p retrace-optim`

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::nn::{Linear, LinearConfig};
use burn::optim::momentum::MomentumConfig;
use burn::optim::{AdamConfig, AdamWConfig, GradientsParams, SgdConfig};
use burn::tensor::{Device, Distribution, Tensor};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// As in the programs that train: page faults of the system's allocator would be measured, too.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Units of the perceptrons.
const NETWORKS: [&[usize]; 2] = [&[784, 1024, 128, 10], &[1, 10, 10, 10, 1]];

fn steps(criterion: &mut Criterion) {
    // As in the programs that train: the thread that trains is one of the pool's.
    let pool = rayon::ThreadPoolBuilder::new().use_current_thread();
    pool.build_global().expect("nobody asked for the pool yet");
    let adam = AdamConfig::new().with_epsilon(1e-8);
    let (adamw, momentum) = (AdamWConfig::new(), MomentumConfig::new());
    let sgd = SgdConfig::new().with_momentum(Some(momentum));
    for sizes in NETWORKS {
        let names: Vec<String> = sizes.iter().map(ToString::to_string).collect();
        let network = network(sizes);
        let gradients = network.clone().map(&mut Noise);
        let mut group = criterion.benchmark_group(names.join("-"));
        group.throughput(Throughput::Elements(network.num_params() as u64));
        for (whose, mut optimizer) in [
            ("adam, burn", adam.init()),
            ("adam, ours", retrace_optim::adam(&adam)),
            ("adamw, burn", adamw.init()),
            ("adamw, ours", retrace_optim::adamw(&adamw)),
            ("sgd with momentum, burn", sgd.init()),
            ("sgd with momentum, ours", retrace_optim::sgd(&sgd)),
        ] {
            let mut trained = Some(network.clone());
            group.bench_function(whose, |bencher| {
                bencher.iter(|| {
                    let network = trained.take().expect("the step before put it back");
                    trained = Some(optimizer.step(1e-4, network, registered(&gradients)));
                });
            });
        }
    }
}

fn network(sizes: &[usize]) -> Vec<Linear> {
    let device = Device::flex().autodiff();
    let layers = sizes.windows(2);
    layers
        .map(|units| LinearConfig::new(units[0], units[1]).init(&device))
        .collect()
}

/// Puts noise in the place of every parameter.
struct Noise;

impl ModuleMapper for Noise {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        parameter.map(|old| old.random_like(Distribution::Normal(0.0, 0.01)))
    }
}

/// The parameters of `module` as gradients, without a copy.
fn registered(module: &Vec<Linear>) -> GradientsParams {
    struct Register(GradientsParams);
    impl ModuleVisitor for Register {
        fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
            self.0.register(parameter.id, parameter.val().inner());
        }
    }
    let mut register = Register(GradientsParams::new());
    module.visit(&mut register);
    register.0
}

criterion_group!(benches, steps);
criterion_main!(benches);
