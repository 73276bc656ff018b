//! The text form of an activation: it reads back, and nonsense is refused in a sentence.

use proptest::prelude::*;
use retrace_core::activation::{ActivationConfig, Draw, RreluConfig, Sharing, Slopes, TestSlope};

fn read(text: &str) -> ActivationConfig {
    text.parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn refusal(text: &str) -> String {
    match text.parse::<ActivationConfig>() {
        Ok(config) => panic!("{text} was read as {config:?}"),
        Err(error) => error.to_string(),
    }
}

fn rrelu(slopes: Slopes, draw: Draw, test: TestSlope) -> ActivationConfig {
    ActivationConfig::Rrelu(RreluConfig { slopes, draw, test })
}

#[test]
fn short_names_mean_what_the_table_says() {
    let table = [
        ("identity", ActivationConfig::Identity),
        ("sigmoid", ActivationConfig::Sigmoid),
        ("relu", ActivationConfig::Relu),
        ("lrelu", ActivationConfig::Lrelu { slope: 0.01 }),
        ("lrelu(0.18)", ActivationConfig::Lrelu { slope: 0.18 }),
        (
            "prelu",
            ActivationConfig::Prelu {
                slope: 0.25,
                sharing: Sharing::Shared,
            },
        ),
        (
            "prelu(0.1)",
            ActivationConfig::Prelu {
                slope: 0.1,
                sharing: Sharing::Shared,
            },
        ),
        (
            "prelu(channel)",
            ActivationConfig::Prelu {
                slope: 0.25,
                sharing: Sharing::PerChannel,
            },
        ),
        (
            "rrelu",
            rrelu(Slopes::PAPER, Draw::Element, TestSlope::SlopeOfMean),
        ),
        (
            "rrelu(layer)",
            rrelu(Slopes::PAPER, Draw::Layer, TestSlope::SlopeOfMean),
        ),
        (
            "rrelu(channel;mean)",
            rrelu(Slopes::PAPER, Draw::Channel, TestSlope::MeanOfSlopes),
        ),
        (
            "rrelu(as-written)",
            ActivationConfig::Rrelu(RreluConfig::AS_WRITTEN),
        ),
        ("elu", ActivationConfig::Elu { alpha: 1.0 }),
        ("elu(0.5)", ActivationConfig::Elu { alpha: 0.5 }),
        ("softmax", ActivationConfig::Softmax { temperature: 1.0 }),
        (
            "softmax(0.38)",
            ActivationConfig::Softmax { temperature: 0.38 },
        ),
    ];
    for (text, config) in table {
        assert_eq!(read(text), config, "{text}");
        assert_eq!(config.to_string(), text);
    }
}

#[test]
fn other_spellings_read_and_are_written_the_short_way() {
    let table = [
        ("linear", "identity"),
        (" relu ", "relu"),
        ("lrelu(0.01)", "lrelu"),
        ("prelu(shared; 0.25)", "prelu"),
        ("rrelu(a=3..8; element)", "rrelu"),
        ("rrelu(slope=3..8;layer)", "rrelu(as-written)"),
        (
            "rrelu(layer; slope = 0.125 .. 0.25)",
            "rrelu(slope=0.125..0.25;layer)",
        ),
    ];
    for (given, written) in table {
        assert_eq!(read(given).to_string(), written);
    }
}

#[test]
fn an_unknown_name_is_answered_with_the_known_ones() {
    for text in ["", "tanh", "ReLU", "relu(", "lrelu(0.1", "(0.1)"] {
        let sentence = refusal(text);
        assert!(
            sentence.starts_with(&format!("`{text}` is no activation function")),
            "{sentence}"
        );
        for name in [
            "identity", "sigmoid", "relu", "lrelu", "prelu", "rrelu", "elu", "softmax",
        ] {
            assert!(sentence.contains(name), "{sentence}");
        }
    }
}

#[test]
fn wrong_arguments_are_named() {
    let table = [
        ("relu(0.1)", "`0.1`", "takes none"),
        ("lrelu(small)", "`small`", "takes a number"),
        ("lrelu()", "``", "takes a number"),
        ("elu(1;2)", "`2`", "takes one number"),
        ("prelu(layer)", "`layer`", "`channel` or `shared`"),
        ("rrelu(8)", "`8`", "`a=3..8`"),
        ("rrelu(slope=3)", "`slope=3`", "`slope=3..8`"),
    ];
    for (text, argument, expected) in table {
        let sentence = refusal(text);
        assert!(
            sentence.contains(argument) && sentence.contains(expected),
            "{sentence}"
        );
    }
}

#[test]
fn settings_without_sense_are_refused() {
    let table = [
        (
            "lrelu(NaN)",
            "the slope of `lrelu(NaN)` must be a finite number, and is NaN",
        ),
        (
            "prelu(inf)",
            "the initial slope of `prelu(inf)` must be a finite number, and is inf",
        ),
        (
            "elu(0)",
            "the alpha of `elu(0)` must be above 0 and finite, and is 0",
        ),
        (
            "softmax(-1)",
            "the temperature of `softmax(-1)` must be above 0 and finite, and is -1",
        ),
        (
            "rrelu(a=0..8)",
            "the range of divisors of `rrelu(a=0..8)` must be above 0, and is 0..8",
        ),
    ];
    for (text, sentence) in table {
        assert_eq!(refusal(text), sentence);
    }
    for text in [
        "rrelu(a=8..3)",
        "rrelu(slope=2..2)",
        "rrelu(slope=NaN..1)",
        "rrelu(a=3..inf)",
    ] {
        assert!(
            refusal(text).contains("two finite numbers, the lower one first"),
            "{text}"
        );
    }
}

#[test]
fn serde_uses_the_same_texts() {
    let config = read("rrelu(slope=0.5..2;channel)");
    let json = serde_json::to_string(&config).expect("a string is JSON");
    assert_eq!(json, "\"rrelu(slope=0.5..2;channel)\"");
    assert_eq!(
        serde_json::from_str::<ActivationConfig>(&json).expect("reads back"),
        config
    );
    let refused = serde_json::from_str::<ActivationConfig>("\"tanh\"").map_err(|e| e.to_string());
    assert!(refused.is_err_and(|sentence| sentence.contains("known are identity")));
}

fn any_slopes() -> impl Strategy<Value = Slopes> {
    let range =
        (0.001..10.0_f64, 0.001..10.0_f64).prop_map(|(lower, width)| (lower, lower + width));
    (range, any::<bool>()).prop_map(|((lower, upper), divides)| {
        if divides {
            Slopes::Reciprocal { lower, upper }
        } else {
            Slopes::Uniform { lower, upper }
        }
    })
}

fn any_config() -> impl Strategy<Value = ActivationConfig> {
    let draw = prop_oneof![Just(Draw::Element), Just(Draw::Channel), Just(Draw::Layer)];
    let test = prop_oneof![Just(TestSlope::SlopeOfMean), Just(TestSlope::MeanOfSlopes)];
    let sharing = prop_oneof![Just(Sharing::Shared), Just(Sharing::PerChannel)];
    prop_oneof![
        Just(ActivationConfig::Identity),
        Just(ActivationConfig::Sigmoid),
        Just(ActivationConfig::Relu),
        (-1e9..1e9_f64).prop_map(|slope| ActivationConfig::Lrelu { slope }),
        (-10.0..10.0_f64, sharing)
            .prop_map(|(slope, sharing)| ActivationConfig::Prelu { slope, sharing }),
        (any_slopes(), draw, test).prop_map(|(slopes, draw, test)| rrelu(slopes, draw, test)),
        (1e-9..10.0_f64).prop_map(|alpha| ActivationConfig::Elu { alpha }),
        (1e-9..10.0_f64).prop_map(|temperature| ActivationConfig::Softmax { temperature }),
    ]
}

proptest! {
    #[test]
    fn what_is_written_reads_back(config in any_config()) {
        prop_assert_eq!(config.to_string().parse::<ActivationConfig>(), Ok(config));
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-z0-9=;.()-]{0,24}") {
        if let Ok(config) = text.parse::<ActivationConfig>() {
            prop_assert_eq!(config.to_string().parse::<ActivationConfig>(), Ok(config));
        }
    }
}
