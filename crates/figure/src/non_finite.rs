//! How numbers that are not finite travel through JSON, which has no word for them.
//!
//! A diverged loss is a finding, so its NaN must survive in the file beside the picture:
//! `NaN`, `inf` and `-inf` are written as the strings `"nan"`, `"inf"` and `"-inf"`. Fields
//! opt in with `#[serde(with = "crate::non_finite")]`.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One number as it stands in the file.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(crate) enum Wire {
    Finite(f64),
    Named(String),
}

/// Numbers, and nested lists of numbers, that may be not finite.
pub(crate) trait Numbers: Sized {
    type Wire: Serialize + for<'de> Deserialize<'de>;
    fn to_wire(&self) -> Self::Wire;
    fn from_wire(wire: Self::Wire) -> Result<Self, String>;
}

impl Numbers for f64 {
    type Wire = Wire;

    fn to_wire(&self) -> Wire {
        match *self {
            v if v.is_finite() => Wire::Finite(v),
            v if v.is_nan() => Wire::Named("nan".into()),
            v if v > 0.0 => Wire::Named("inf".into()),
            _ => Wire::Named("-inf".into()),
        }
    }

    fn from_wire(wire: Wire) -> Result<Self, String> {
        match wire {
            Wire::Finite(v) => Ok(v),
            Wire::Named(name) => match name.as_str() {
                "nan" => Ok(Self::NAN),
                "inf" => Ok(Self::INFINITY),
                "-inf" => Ok(Self::NEG_INFINITY),
                other => Err(format!(
                    "expected a number, nan, inf or -inf, found {other:?}"
                )),
            },
        }
    }
}

impl<T: Numbers> Numbers for Vec<T> {
    type Wire = Vec<T::Wire>;

    fn to_wire(&self) -> Self::Wire {
        self.iter().map(T::to_wire).collect()
    }

    fn from_wire(wire: Self::Wire) -> Result<Self, String> {
        wire.into_iter().map(T::from_wire).collect()
    }
}

impl<T: Numbers> Numbers for (T, T) {
    type Wire = (T::Wire, T::Wire);

    fn to_wire(&self) -> Self::Wire {
        (self.0.to_wire(), self.1.to_wire())
    }

    fn from_wire(wire: Self::Wire) -> Result<Self, String> {
        Ok((T::from_wire(wire.0)?, T::from_wire(wire.1)?))
    }
}

pub(crate) fn serialize<T: Numbers, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
    value.to_wire().serialize(to)
}

pub(crate) fn deserialize<'de, T: Numbers, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    T::from_wire(T::Wire::deserialize(from)?).map_err(serde::de::Error::custom)
}
