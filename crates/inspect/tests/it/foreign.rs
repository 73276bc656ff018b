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
    for set in [6, 29] {
        let other = network(set, &[1], &[node("y", "Relu", "x", &[])], &[]);
        let text = read(&other).unwrap_err().to_string();
        assert!(text.contains(&format!("operator set {set}")), "{text}");
    }
}

fn tensor(kind: i32, dims: &[i64], bytes: Vec<u8>) -> TensorProto {
    TensorProto {
        name: "w".into(),
        dims: dims.to_vec(),
        data_type: kind,
        raw_data: bytes.into(),
        ..TensorProto::default()
    }
}

fn wholes(values: &[i64]) -> TensorProto {
    let bytes = values.iter().flat_map(|value| value.to_le_bytes());
    tensor(7, &[values.len() as i64], bytes.collect())
}

/// `x` as integers, the nodes from `a` to `b`, and `b` as floating-point numbers again.
fn with_wholes(nodes: &[NodeProto], weight: TensorProto) -> ModelProto {
    let mut all = vec![node("a", "Cast", "x", &[int("to", 7)])];
    all.extend_from_slice(nodes);
    all.push(node("y", "Cast", "b", &[int("to", 1)]));
    network(NEWEST, &[2], &all, &[weight])
}

#[test]
fn constants_of_more_than_32_bits_are_refused_but_for_limits() {
    let limits = [
        vec![node("b", "Slice", "a zero w", &[])],
        vec![
            node("e", "Unsqueeze", "w zero", &[]),
            node("f", "Flatten", "e", &[int("axis", 0)]),
            node("g", "Squeeze", "f zero", &[]),
            node("b", "Slice", "a zero g", &[]),
        ],
        vec![node("b", "Min", "a w", &[])],
    ];
    let zero = || {
        let mut setting = ints("value_ints", &[0]);
        setting.type_ = AttributeType::INTS.into();
        node("zero", "Constant", "_", &[setting])
    };
    let at = |nodes: &[NodeProto], value: i64| {
        let mut all = vec![NodeProto {
            input: Vec::new(),
            ..zero()
        }];
        all.extend_from_slice(nodes);
        with_wholes(&all, wholes(&[value]))
    };
    for nodes in &limits {
        assert_eq!(
            computed(&at(nodes, i64::MAX), &[2], &[3.0, -4.0]),
            [3.0, -4.0]
        );
    }
    for (operator, value) in [("Max", i64::MAX), ("Add", 1 << 31), ("Mul", i64::MIN)] {
        let text = read(&at(&[node("b", operator, "a w", &[])], value))
            .unwrap_err()
            .to_string();
        assert!(text.contains(&format!("the {operator}: w holds")), "{text}");
    }
    let large = f64::MAX.to_le_bytes().to_vec();
    let mut model = network(NEWEST, &[1], &[node("y", "Add", "x w", &[])], &[]);
    model
        .graph
        .as_mut()
        .unwrap()
        .initializer
        .push(tensor(11, &[1], large));
    assert!(read(&model).unwrap_err().to_string().contains("w holds"));
}

#[test]
fn whole_numbers_that_outgrow_32_bits_stop_the_run() {
    let run = |operator: &str, x: [f32; 2]| {
        let model = with_wholes(&[node("b", operator, "a w", &[])], wholes(&[1 << 20]));
        let input = TensorData::new(x.to_vec(), vec![2]);
        let output = read(&model).unwrap().run(&input)?;
        Ok::<_, Error>(output.iter::<f32>().collect::<Vec<_>>())
    };
    assert_eq!(
        run("Mul", [3.0, -5.0]).unwrap(),
        [3_145_728.0, -5_242_880.0]
    );
    for (operator, x) in [
        ("Mul", 4096.0),
        ("Add", 2_143_000_000.0),
        ("Sub", -2_143_000_000.0),
    ] {
        let text = run(operator, [x, 0.0]).unwrap_err().to_string();
        assert!(
            text.contains(&format!("{operator} the {operator}: its result")),
            "{text}"
        );
    }
    // Infinity has no integer in ONNX either; 3e9 has one, but not here.
    assert!(run("Add", [f32::INFINITY, 0.0]).is_err_and(|e| e.to_string().contains("the Add")));
    assert!(run("Add", [3e9, 0.0]).is_err_and(|e| e.to_string().contains("Cast the Cast")));
}

#[test]
fn functions_of_the_file_are_replaced_by_their_nodes() {
    // `Twice(a) = Scaled(Scaled(a))`, `Scaled(a; alpha) = LeakyRelu(a; alpha)`.
    let mut model = network(NEWEST, &[2], &[], &[]);
    let own = |mut node: NodeProto| {
        node.domain = "own".into();
        node
    };
    let mut slope = AttributeProto {
        name: "alpha".into(),
        type_: AttributeType::FLOAT.into(),
        f: 0.5,
        ..AttributeProto::default()
    };
    let nodes = vec![own(node("y", "Twice", "x", std::slice::from_ref(&slope)))];
    model.graph.as_mut().unwrap().node = nodes;
    slope.ref_attr_name = "alpha".into();
    let bodies = [
        (
            "Twice",
            vec![
                own(node("t", "Scaled", "a", std::slice::from_ref(&slope))),
                own(node("b", "Scaled", "t", std::slice::from_ref(&slope))),
            ],
        ),
        ("Scaled", vec![node("b", "LeakyRelu", "a", &[slope])]),
    ];
    for (at, (name, nodes)) in bodies.into_iter().enumerate() {
        model.functions.push(Default::default());
        let function = &mut model.functions[at];
        (function.name, function.domain) = (name.into(), "own".into());
        (function.input, function.output) = (vec!["a".into()], vec!["b".into()]);
        function.attribute.push("alpha".into());
        function.node = nodes;
    }
    assert_eq!(computed(&model, &[2], &[-4.0, 3.0]), [-1.0, 3.0]);
    assert_eq!(read(&model).unwrap().nodes().nodes.len(), 2);
    // One that calls itself.
    model.functions[1].node[0] = own(node("b", "Twice", "a", &[]));
    assert!(read(&model).unwrap_err().to_string().contains("deep"));
}

#[test]
fn the_border_of_an_integer_convolution_is_its_zero_point() {
    let settings = [ints("kernel_shape", &[1, 2]), ints("pads", &[0, 1, 0, 1])];
    let nodes = [
        node("q", "QuantizeLinear", "x one zero", &[]),
        node("k", "Cast", "w", &[int("to", 2)]),
        node("c", "ConvInteger", "q k zero", &settings),
        node("y", "Cast", "c", &[int("to", 1)]),
    ];
    let mut model = network(NEWEST, &[1, 1, 1, 2], &nodes, &[]);
    let graph = model.graph.as_mut().unwrap();
    graph.output = vec![end("y", &[1, 1, 1, 3])];
    let one = 1.0_f32.to_le_bytes().to_vec();
    let scale = TensorProto {
        name: "one".into(),
        ..tensor(1, &[], one.clone())
    };
    let zero = TensorProto {
        name: "zero".into(),
        ..tensor(2, &[], vec![7])
    };
    graph.initializer = vec![scale, zero, tensor(1, &[1, 1, 1, 2], one.repeat(2))];
    assert_eq!(
        computed(&model, &[1, 1, 1, 2], &[1.0, 2.0]),
        [1.0, 3.0, 2.0]
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
    let extremes = [100.0, -100.0, 0.0, f32::NAN];
    let soft = run(&[4], &[node("y", "Softplus", "x", &[])], &extremes);
    assert!(soft[0] == 100.0 && soft[1] < 1e-40 && soft[2] == 2.0_f32.ln() && soft[3].is_nan());
    let relu = run(&[4], &[node("y", "Relu", "x", &[])], &extremes);
    assert!(relu[..3] == [100.0, 0.0, 0.0] && relu[3].is_nan());
    let limit = |name: &str, value: f32| AttributeProto {
        f: value,
        ..AttributeProto {
            type_: AttributeType::FLOAT.into(),
            ..int(name, 0)
        }
    };
    for limits in [
        vec![],
        vec![limit("min", -1.0)],
        vec![limit("min", -1.0), limit("max", 2.0)],
    ] {
        let clipped = run(&[4], &[node("y", "Clip", "x", &limits)], &extremes);
        let expected = [
            if limits.len() > 1 { 2.0 } else { 100.0 },
            if limits.is_empty() { -100.0 } else { -1.0 },
            0.0,
        ];
        assert!(
            clipped[..3] == expected && clipped[3].is_nan(),
            "{clipped:?}"
        );
    }
    let steps = [
        node("q", "QuantizeLinear", "x scale", &[int("output_dtype", 2)]),
        node("y", "DequantizeLinear", "q scale", &[]),
    ];
    let large = run(&[1, 2], &steps, &[1e30, f32::NEG_INFINITY]);
    assert_eq!(large, [255.0, 0.0]);
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
fn what_a_summary_cannot_know_is_unknown_in_its_row_and_in_the_total() {
    let summary = |nodes: &[NodeProto], shape: &[usize]| {
        let mut model = network(NEWEST, shape, nodes, &[]);
        model.graph.as_mut().unwrap().initializer = vec![tensor(1, &[2, 2], vec![0; 16])];
        model.opset_import.push(Default::default());
        (model.opset_import[1].domain, model.opset_import[1].version) = ("own".into(), 1);
        let mut file = tempfile::NamedTempFile::new().unwrap();
        std::io::Write::write_all(&mut file, &model.write_to_bytes().unwrap()).unwrap();
        Frozen::read(file.path()).unwrap().summary(1).unwrap()
    };
    let product = |to: &str| node(to, "MatMul", "x w", &[]);
    // An operator that nobody knows: the file says its shape, but not its products.
    let mut own = node("y", "Own", "a", &[]);
    own.domain = "own".into();
    let known = summary(&[product("a"), own.clone()], &[3, 2]);
    assert_eq!(known.rows[0].multiply_adds, Some(12));
    assert_eq!(
        (known.totals.multiply_adds, known.totals.parameters),
        (None, 4)
    );
    assert_eq!(known.totals.shapes_unknown, 0);
    // Nor its shape, and what comes of it.
    own.output = vec!["b".into()];
    let nodes = [
        product("a"),
        own,
        node("c", "MatMul", "b w", &[]),
        node("y", "Relu", "c", &[]),
    ];
    let unknown = summary(&nodes, &[3, 2]);
    let rows =
        |of: fn(&retrace_inspect::Row) -> bool| unknown.rows.iter().map(of).collect::<Vec<_>>();
    assert_eq!(rows(|row| row.shape_unknown), [false, true, true, false]);
    assert_eq!(
        rows(|row| row.multiply_adds.is_none()),
        [false, true, true, false]
    );
    assert!(
        unknown
            .to_string()
            .contains("unknown multiply-adds, activations unknown")
    );
    // A shape that depends on numbers.
    let places = [
        node("p", "NonZero", "x", &[]),
        node("y", "Identity", "x", &[]),
    ];
    assert!(summary(&places, &[3, 2]).rows[0].shape_unknown);
    // Products in a branch: the weights are counted, the products depend on the branch.
    let branch = |name: &str, nodes: Vec<NodeProto>| AttributeProto {
        name: name.into(),
        type_: AttributeType::GRAPH.into(),
        g: Some(GraphProto {
            node: nodes,
            output: vec![end("a", &[3, 2])],
            ..GraphProto::default()
        })
        .into(),
        ..AttributeProto::default()
    };
    let branches = [
        branch("then_branch", vec![product("a")]),
        branch("else_branch", vec![node("a", "Identity", "x", &[])]),
    ];
    let nodes = [
        node("s", "ReduceMax", "x", &[int("keepdims", 0)]),
        node("c", "Cast", "s", &[int("to", 9)]),
        node("y", "If", "c", &branches),
    ];
    let chosen = summary(&nodes, &[3, 2]);
    assert_eq!(
        (chosen.rows[2].multiply_adds, chosen.rows[2].fixed),
        (None, 4)
    );
    assert_eq!(chosen.rows[2].output_shape, [3, 2]);
    assert_eq!(chosen.totals.multiply_adds, None);
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
    let load = |location: &str, offset: &str, constant: bool| {
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
        let mut model = network(NEWEST, &[2], &[node("y", "Add", "x w", &[])], &[]);
        let graph = model.graph.as_mut().unwrap();
        if constant {
            let mut value = int("value", 0);
            (value.type_, value.t) = (AttributeType::TENSOR.into(), Some(tensor).into());
            let mut node = node("w", "Constant", "_", &[value]);
            node.input.clear();
            graph.node.insert(0, node);
        } else {
            graph.initializer.push(tensor);
        }
        std::fs::write(&path, model.write_to_bytes().unwrap()).unwrap();
        Frozen::load(&path)
    };
    for constant in [false, true] {
        let frozen = load("net.data", "4", constant).unwrap();
        // It is one file from then on.
        let frozen = Frozen::from_bytes(frozen.as_bytes().to_vec()).unwrap();
        let output = frozen
            .run(&TensorData::new(vec![1.0_f32, 2.0], vec![2]))
            .unwrap();
        assert_eq!(output.iter::<f32>().collect::<Vec<_>>(), [11.0, 22.0]);
    }
    for (location, offset) in [
        ("other/net.data", "4"),
        ("../net.data", "4"),
        ("gone", "4"),
        ("net.data", "8"),
        ("net.data", "-1"),
        ("..", "0"),
        ("", "0"),
    ] {
        for constant in [false, true] {
            assert!(
                load(location, offset, constant).is_err(),
                "{location} from {offset}"
            );
        }
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
    // A bias, a convolution and a dense layer in whatever form; a recurrent layer; branches.
    for (name, parameters, products) in [
        ("cnn_external", 13_610, 62_192),
        ("cnn_named", 13_610, 62_192),
        ("cnn_unnamed", 13_610, 62_192),
        ("cnn_weights_as_constants", 13_610, 62_192),
        ("fp16_keep_io", 13_610, 62_192),
        ("ort_optimised", 13_610, 62_192),
        ("q_dynamic", 13_610, 62_192),
        ("q_qoperator", 13_610, 62_192),
        ("orion325_B_constants", 15, 12),
        ("gemm_transA", 12, 24),
        ("lstm_clip", 144, 5 * (3 + 4) * 16),
        ("rnn_leaky", 36, 5 * (3 + 4) * 4),
        ("if_branches", 8, 0),
    ] {
        let file = Path::new(&folder).join(format!("onnx/{name}.onnx"));
        let summary = Frozen::read(&file).unwrap().summary(1).unwrap();
        assert_eq!(summary.totals.multiply_adds, Some(products), "{name}");
        assert_eq!(summary.totals.parameters, parameters, "{name}");
        assert_eq!(summary.totals.shapes_unknown, 0, "{name}");
        let bytes = match name {
            "fp16_keep_io" => 2 * parameters,
            // Biases have 4.
            "q_dynamic" | "q_qoperator" => parameters + 3 * 18,
            _ => 4 * parameters,
        };
        assert_eq!(summary.memory.parameters, bytes, "{name}");
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
