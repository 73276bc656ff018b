//! Files that other programs wrote: run rightly, or refused by name.

use std::path::Path;

use burn::tensor::TensorData;
use onnx_ir::{
    AttributeProto, AttributeType, GraphProto, Message, ModelProto, NodeProto, TensorProto,
    ValueInfoProto,
};
use retrace_inspect::{Error, Frozen, Labels, freeze};

use crate::{Digits, numbers};

const FLOAT: i32 = 1;
const NEWEST: i64 = 18;

fn int(name: &str, value: i64) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        type_: AttributeType::INT.into(),
        i: value,
        ..AttributeProto::default()
    }
}

fn word(name: &str, value: &'static str) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        type_: AttributeType::STRING.into(),
        s: value.as_bytes().to_vec().into(),
        ..AttributeProto::default()
    }
}

fn ints(name: &str, values: &[i64]) -> AttributeProto {
    AttributeProto {
        name: name.into(),
        type_: AttributeType::INTS.into(),
        ints: values.to_vec(),
        ..AttributeProto::default()
    }
}

/// `output = operator(inputs)`, values separated by spaces; the node is called as its operator.
fn node(output: &str, operator: &str, inputs: &str, settings: &[AttributeProto]) -> NodeProto {
    NodeProto {
        name: format!("the {operator}"),
        op_type: operator.into(),
        input: inputs
            .split(' ')
            .map(|name| name.replace('_', ""))
            .collect(),
        output: vec![output.into()],
        attribute: settings.to_vec(),
        ..NodeProto::default()
    }
}

fn end(name: &str, shape: &[usize]) -> ValueInfoProto {
    let mut value = ValueInfoProto {
        name: name.into(),
        ..ValueInfoProto::default()
    };
    let kind = value.type_.mut_or_insert_default().mut_tensor_type();
    kind.elem_type = FLOAT;
    let sides = &mut kind.shape.mut_or_insert_default().dim;
    sides.resize_with(shape.len(), Default::default);
    for (side, &length) in sides.iter_mut().zip(shape) {
        side.set_dim_value(length as i64);
    }
    value
}

fn weight(name: &str, values: &[f32]) -> TensorProto {
    TensorProto {
        name: name.into(),
        dims: vec![values.len() as i64],
        data_type: FLOAT,
        float_data: values.to_vec(),
        ..TensorProto::default()
    }
}

/// A network from `x` to `y`, both of one shape.
fn network(set: i64, shape: &[usize], nodes: &[NodeProto], weights: &[TensorProto]) -> ModelProto {
    let graph = GraphProto {
        input: vec![end("x", shape)],
        output: vec![end("y", shape)],
        node: nodes.to_vec(),
        initializer: weights.to_vec(),
        ..GraphProto::default()
    };
    let mut model = ModelProto {
        ir_version: 8,
        graph: Some(graph).into(),
        ..ModelProto::default()
    };
    model.opset_import.push(Default::default());
    model.opset_import[0].version = set;
    model
}

fn read(model: &ModelProto) -> Result<Frozen, Error> {
    Frozen::from_bytes(model.write_to_bytes().expect("it can be written"))
}

fn computed(model: &ModelProto, shape: &[usize], x: &[f32]) -> Vec<f32> {
    let input = TensorData::new(x.to_vec(), shape.to_vec());
    let output = read(model).and_then(|frozen| frozen.run(&input));
    let output = output.unwrap_or_else(|error| panic!("{error}"));
    output.iter::<f32>().collect()
}

#[test]
fn what_the_runtime_computes_wrongly_is_refused_by_operator_and_node() {
    let lower = word("auto_pad", "SAME_LOWER");
    let kernel = ints("kernel_shape", &[2, 2]);
    let size = int("hidden_size", 1);
    let cases = [
        (
            node("y", "Conv", "x w", &[kernel.clone(), lower.clone()]),
            "auto_pad SAME_LOWER",
        ),
        (
            node("y", "MaxPool", "x", &[kernel, lower]),
            "auto_pad SAME_LOWER",
        ),
        (
            node("y", "Resize", "x _ w", &[word("mode", "cubic")]),
            "mode cubic",
        ),
        (
            node("y", "LSTM", "x w w w w", std::slice::from_ref(&size)),
            "sequence_lens",
        ),
        (
            node("y", "GRU", "x w w w w", std::slice::from_ref(&size)),
            "sequence_lens",
        ),
        (
            node("y", "LSTM", "x w w", &[size, int("input_forget", 1)]),
            "input_forget",
        ),
        (node("y", "BitCast", "x", &[int("to", 7)]), "not supported"),
        (node("y", "NoSuch", "x", &[]), "NoSuch"),
    ];
    for (node, reason) in cases {
        let name = node.name.clone();
        let model = network(NEWEST, &[1, 1, 4, 4], &[node], &[weight("w", &[1.0])]);
        let text = read(&model).unwrap_err().to_string();
        assert!(text.contains(&name) && text.contains(reason), "{text}");
    }
    let old = network(6, &[1], &[node("y", "Relu", "x", &[])], &[]);
    assert!(
        read(&old)
            .unwrap_err()
            .to_string()
            .contains("operator set 6")
    );
}

#[test]
fn softmax_of_old_files_goes_over_all_axes_from_its_own_on() {
    let shape = [2, 1, 2];
    let sum = |set, settings: &[AttributeProto]| {
        let model = network(set, &shape, &[node("y", "Softmax", "x", settings)], &[]);
        computed(&model, &shape, &[3.0, 3.0, 3.0, 3.0])
    };
    assert_eq!(sum(12, &[]), [0.5; 4]);
    assert_eq!(sum(12, &[int("axis", 0)]), [0.25; 4]);
    assert_eq!(sum(13, &[int("axis", 1)]), [1.0; 4]);
}

#[test]
fn nodes_that_the_runtime_reads_differently_compute_what_onnx_says() {
    let run = |shape: &[usize], nodes: &[NodeProto], x: &[f32]| {
        let model = network(NEWEST, shape, nodes, &[weight("scale", &[1.0, 4.0])]);
        computed(&model, shape, x)
    };
    let truth = [
        node("b", "Cast", "x", &[int("to", 9)]),
        node("y", "Cast", "b", &[int("to", 1)]),
    ];
    let first = [
        node("at", "ArgMax", "x", &[]),
        node("y", "Cast", "at", &[int("to", 1)]),
    ];
    assert_eq!(run(&[3, 1], &first, &[1.0, 2.0, 2.0]), [1.0]);
    let sign = [node("y", "Sign", "x", &[])];
    assert_eq!(run(&[3], &sign, &[-2.0, 0.0, 0.5]), [-1.0, 0.0, 1.0]);
    assert_eq!(
        run(&[4], &truth, &[0.5, 0.0, -2.0, 1.0]),
        [1.0, 0.0, 1.0, 1.0]
    );
    let pool = [node("y", "MaxPool", "x", &[ints("kernel_shape", &[1, 1])])];
    assert_eq!(run(&[1, 1, 1, 2], &pool, &[1.0, 2.0]), [1.0, 2.0]);
    let dropout = [node("y", "Dropout", "x scale", &[])];
    assert_eq!(run(&[2], &dropout, &[1.0, 2.0]), [1.0, 2.0]);
    // A scale for each channel: 2 / 4 is rounded to 0.
    let steps = [
        node("q", "QuantizeLinear", "x scale", &[int("output_dtype", 2)]),
        node("y", "DequantizeLinear", "q scale", &[]),
    ];
    assert_eq!(run(&[1, 2, 2], &steps, &[2.0; 4]), [2.0, 2.0, 0.0, 0.0]);
}

#[test]
fn a_summary_needs_no_names_of_nodes() {
    let model = Digits::new(&burn::tensor::Device::flex());
    let example = numbers([2, 1, 28, 28]);
    let frozen = freeze(&model, &example, Digits::forward, &Labels::default()).unwrap();
    let mut proto = ModelProto::parse_from_bytes(frozen.as_bytes()).unwrap();
    for node in &mut proto.graph.as_mut().unwrap().node {
        node.name.clear();
    }
    let (named, unnamed) = (
        frozen.summary(7).unwrap(),
        read(&proto).unwrap().summary(7).unwrap(),
    );
    assert_eq!(named.totals, unnamed.totals);
    assert_eq!(named.memory, unnamed.memory);
    assert!(unnamed.rows.iter().all(|row| !row.layer.is_empty()));
}

#[test]
fn weights_in_a_file_beside_the_network_are_read_and_no_others() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.onnx");
    std::fs::create_dir(folder.path().join("other")).unwrap();
    for file in ["net.data", "other/net.data"] {
        let bytes = [0.0_f32, 10.0, 20.0].map(f32::to_le_bytes).concat();
        std::fs::write(folder.path().join(file), bytes).unwrap();
    }
    let load = |location: &str, offset: &str| {
        let mut tensor = weight("w", &[0.0, 0.0]);
        tensor.float_data.clear();
        // Field 14, `data_location`: 1 is `EXTERNAL`.
        tensor.merge_from_bytes(&[14 << 3, 1]).unwrap();
        tensor.external_data.resize_with(2, Default::default);
        for (entry, (key, value)) in tensor
            .external_data
            .iter_mut()
            .zip([("location", location), ("offset", offset)])
        {
            (entry.key, entry.value) = (key.into(), value.into());
        }
        let model = network(NEWEST, &[2], &[node("y", "Add", "x w", &[])], &[tensor]);
        std::fs::write(&path, model.write_to_bytes().unwrap()).unwrap();
        Frozen::load(&path)
    };
    let frozen = load("net.data", "4").unwrap();
    // It is one file from then on.
    let frozen = Frozen::from_bytes(frozen.as_bytes().to_vec()).unwrap();
    let output = frozen
        .run(&TensorData::new(vec![1.0_f32, 2.0], vec![2]))
        .unwrap();
    assert_eq!(output.iter::<f32>().collect::<Vec<_>>(), [11.0, 22.0]);
    for (location, offset) in [
        ("other/net.data", "4"),
        ("../net.data", "4"),
        ("gone", "4"),
        ("net.data", "8"),
        ("net.data", "-1"),
        ("..", "0"),
        ("", "0"),
    ] {
        assert!(load(location, offset).is_err(), "{location} from {offset}");
    }
    assert!(Frozen::from_bytes(std::fs::read(&path).unwrap()).is_err());
}

/// Numbers of 32 bits as NumPy writes them.
fn npy(path: &Path) -> TensorData {
    let bytes = std::fs::read(path).expect("it can be read");
    let start = 10 + usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let header = String::from_utf8_lossy(&bytes[10..start]);
    assert!(
        header.contains("<f4") && header.contains("False"),
        "{header}"
    );
    let shape = header.split(['(', ')']).nth(1).into_iter();
    let shape = shape.flat_map(|sides| sides.split(','));
    let shape: Vec<usize> = shape.filter_map(|side| side.trim().parse().ok()).collect();
    let numbers = bytes[start..].chunks_exact(4);
    let numbers: Vec<f32> = numbers
        .map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]))
        .collect();
    TensorData::new(numbers, shape)
}

#[test]
#[ignore = "needs RETRACE_CASES"]
#[allow(clippy::print_stdout)] // a table to look at
fn the_cases_give_what_onnxruntime_gives_or_are_refused() {
    let folder = std::env::var_os("RETRACE_CASES").expect("RETRACE_CASES: a folder with onnx/");
    let files = std::fs::read_dir(Path::new(&folder).join("onnx")).unwrap();
    let mut files: Vec<_> = files.map(|file| file.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|kind| kind == "onnx"));
    assert!(!files.is_empty());
    files.sort();
    for name in [
        "cnn_named",
        "cnn_unnamed",
        "cnn_weights_as_constants",
        "fp16_keep_io",
    ] {
        let file = Path::new(&folder).join(format!("onnx/{name}.onnx"));
        let totals = Frozen::load(&file).unwrap().summary(1).unwrap().totals;
        assert_eq!(totals.multiply_adds, 62_192, "{name}");
        assert_eq!(totals.parameters, 13_610, "{name}");
    }
    let mut wrong = Vec::new();
    for file in &files {
        // Names of files hold dots.
        let stem = file.file_stem().unwrap().to_str().unwrap();
        let beside = |name: String| Some(file.with_file_name(name)).filter(|file| file.exists());
        let x = beside(format!("{stem}.x.npy"))
            .or(beside("rnn.x.npy".into()))
            .unwrap();
        let y = beside(format!("{stem}.y0.npy"))
            .or(beside(format!("{stem}.y.npy")))
            .unwrap();
        let (x, y) = (npy(&x), npy(&y));
        let found = match Frozen::load(file).and_then(|frozen| frozen.run(&x)) {
            Ok(found) => found,
            Err(error) => {
                let source = std::error::Error::source(&error).map(ToString::to_string);
                println!("{stem}: refused: {error}: {}", source.unwrap_or_default());
                continue;
            }
        };
        let largest = y
            .iter::<f32>()
            .fold(f32::MIN_POSITIVE, |most, v| most.max(v.abs()));
        let gaps = found
            .iter::<f32>()
            .zip(y.iter::<f32>())
            .map(|(a, b)| (a - b).abs());
        let gap = gaps.fold(0.0, f32::max) / largest;
        println!("{stem}: {gap:.1e} of the largest");
        // A step of their quantisation is up to a fiftieth of the largest output.
        let allowed = if stem.starts_with('q') { 0.021 } else { 1e-4 };
        if found.shape() != y.shape() || gap.is_nan() || gap > allowed {
            println!("{found}\ninstead of {y}");
            wrong.push(stem);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}
