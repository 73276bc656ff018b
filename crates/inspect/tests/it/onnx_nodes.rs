//! ONNX's own tests of its operators, in the folder that `scripts/onnx_node_tests.py` prepares.

use std::fs;
use std::path::{Path, PathBuf};

use burn::tensor::{BoolStore, DType, TensorData};
use onnx_ir::{Message, TensorProto};
use retrace_inspect::Frozen;

/// What the suite itself allows.
const RELATIVE: f64 = 1e-3;
const ABSOLUTE: f64 = 1e-7;

/// `input_0.pb`, `input_1.pb`... as tensors with their names; nothing if one has a type that is not
/// computed with.
fn tensors(case: &Path, kind: &str) -> Option<Vec<(String, TensorData)>> {
    let files = (0..).map(|at| case.join(format!("{kind}_{at}.pb")));
    files.take_while(|file| file.exists()).map(tensor).collect()
}

fn tensor(file: PathBuf) -> Option<(String, TensorData)> {
    let bytes = fs::read(file).expect("it can be read");
    let proto = TensorProto::parse_from_bytes(&bytes).expect("a tensor as ONNX writes it");
    let shape: Vec<usize> = proto.dims.iter().map(|&side| side as usize).collect();
    let dtype = match proto.data_type {
        1 => DType::F32,
        2 => DType::U8,
        3 => DType::I8,
        6 => DType::I32,
        7 => DType::I64,
        9 => DType::Bool(BoolStore::Native),
        10 => DType::F16,
        11 => DType::F64,
        _ => return None,
    };
    let data = TensorData::from_bytes_vec(proto.raw_data.to_vec(), shape, dtype);
    Some((proto.name.clone(), data))
}

fn close(found: &TensorData, expected: &TensorData) -> bool {
    let allowed = |b: f64| match expected.dtype() {
        DType::F64 | DType::F32 | DType::F16 => ABSOLUTE + RELATIVE * b.abs(),
        _ => 0.0,
    };
    let near =
        |(a, b): (f64, f64)| a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= allowed(b);
    found.shape() == expected.shape() && found.iter().zip(expected.iter()).all(near)
}

/// `right`, `WRONG`, or why it is refused.
fn result(case: &Path) -> String {
    let frozen = match Frozen::load(&case.join("model.onnx")) {
        Ok(frozen) => frozen,
        Err(error) => return format!("refused: {}", sentence(&error)),
    };
    let (Some(inputs), Some(outputs)) = (tensors(case, "input"), tensors(case, "output")) else {
        return "not run".into();
    };
    let inputs: Vec<_> = inputs
        .iter()
        .map(|(name, data)| (name.as_str(), data))
        .collect();
    match frozen.run_named(&inputs) {
        Err(error) => format!("refused: {}", sentence(&error)),
        Ok(found) => {
            let mut pairs = found.iter().zip(&outputs);
            let right = found.len() == outputs.len() && pairs.all(|(a, b)| close(&a.1, &b.1));
            if right {
                "right".into()
            } else {
                "WRONG".into()
            }
        }
    }
}

fn sentence(error: &dyn std::error::Error) -> String {
    error
        .source()
        .map_or(error.to_string(), ToString::to_string)
}

#[test]
#[ignore = "needs RETRACE_ONNX_NODES, see scripts/onnx_node_tests.py"]
#[allow(clippy::print_stdout)] // a table to look at
fn operators_compute_what_onnx_says_or_are_refused() {
    let folder = std::env::var_os("RETRACE_ONNX_NODES");
    let folder = folder.expect("RETRACE_ONNX_NODES: the folder that the script prepares");
    let cases = fs::read_dir(folder).unwrap();
    let mut cases: Vec<PathBuf> = cases.map(|case| case.unwrap().path()).collect();
    cases.sort();
    assert!(!cases.is_empty());
    let mut wrong = Vec::new();
    for case in &cases {
        let (name, result) = (case.file_name().unwrap().to_str().unwrap(), result(case));
        println!("{name}: {result}");
        if result == "WRONG" || result.contains("gave up") {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{} are wrong: {wrong:?}", wrong.len());
}
