//! From the name of a device to Burn's device.

use std::fmt;
use std::str::FromStr;

#[cfg(any(feature = "wgpu", feature = "vulkan"))]
use std::sync::OnceLock;

use burn::tensor::Device;
#[cfg(any(feature = "wgpu", feature = "vulkan"))]
use burn::tensor::wgpu::WgpuBackend;
use serde::{Deserialize, Serialize};

use crate::config::nearest;
use crate::error::{Error, Result};

/// A device that `--device` can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceName {
    /// burn-flex: portable Rust with SIMD, on all cores. The default.
    Cpu,
    /// burn-ndarray: deprecated upstream and slow on large kernels, kept for comparison; needs the
    /// feature `ndarray`.
    Ndarray,
    /// A GPU through WebGPU; needs the feature `wgpu`.
    Wgpu,
    /// A GPU through Vulkan; needs the feature `vulkan`.
    Vulkan,
    /// An NVIDIA GPU through CUDA; needs the feature `cuda`.
    Cuda,
}

const ALL: [DeviceName; 5] = [
    DeviceName::Cpu,
    DeviceName::Ndarray,
    DeviceName::Wgpu,
    DeviceName::Vulkan,
    DeviceName::Cuda,
];

impl DeviceName {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Ndarray => "ndarray",
            Self::Wgpu => "wgpu",
            Self::Vulkan => "vulkan",
            Self::Cuda => "cuda",
        }
    }

    /// Whether this build has it.
    const fn is_built(self) -> bool {
        match self {
            Self::Cpu => true,
            Self::Ndarray => cfg!(feature = "ndarray"),
            Self::Wgpu => cfg!(feature = "wgpu"),
            Self::Vulkan => cfg!(feature = "vulkan"),
            Self::Cuda => cfg!(feature = "cuda"),
        }
    }

    /// Which devices this build has, and how it gets others.
    pub fn listed() -> String {
        let names = |built: bool| {
            let some = ALL.into_iter().filter(|device| device.is_built() == built);
            some.map(Self::as_str).collect::<Vec<_>>().join(", ")
        };
        let others = match names(false) {
            none if none.is_empty() => String::new(),
            others => format!("; `--features NAME` builds others: {others}"),
        };
        format!("devices of this build: {}{others}", names(true))
    }

    /// Whether it computes elsewhere than in the cores.
    pub const fn is_gpu(self) -> bool {
        !matches!(self, Self::Cpu | Self::Ndarray)
    }

    /// Opens the device, without autodiff.
    ///
    /// # Errors
    /// When this build lacks the device: names the cargo feature that brings it. When this machine
    /// lacks it: says what the driver says.
    pub fn open(self) -> Result<Device> {
        match self {
            Self::Cpu => Ok(Device::flex()),
            // Deprecated upstream; it stays until Burn removes it, because it was asked for.
            #[cfg(feature = "ndarray")]
            #[allow(deprecated)]
            Self::Ndarray => Ok(Device::ndarray()),
            #[cfg(feature = "wgpu")]
            Self::Wgpu => {
                static OPENED: OnceLock<Result<Device, String>> = OnceLock::new();
                self.open_gpu(&OPENED, WgpuBackend::Auto)
            }
            #[cfg(feature = "vulkan")]
            Self::Vulkan => {
                static OPENED: OnceLock<Result<Device, String>> = OnceLock::new();
                self.open_gpu(&OPENED, WgpuBackend::Vulkan)
            }
            #[cfg(feature = "cuda")]
            Self::Cuda => Ok(Device::cuda(0_usize)),
            #[allow(unreachable_patterns)] // with all features on, nothing is left
            missing => Err(Error::Usage(format!(
                "this build has no device `{missing}`: build it with `--features {missing}`"
            ))),
        }
    }

    /// Burn would open a GPU at the first tensor and panic where there is none; asked for, it
    /// returns an error. It can be asked once a process.
    #[cfg(any(feature = "wgpu", feature = "vulkan"))]
    fn open_gpu(
        self,
        opened: &OnceLock<Result<Device, String>>,
        backend: WgpuBackend,
    ) -> Result<Device> {
        let open = || Device::wgpu_options().graphics_api(backend).init();
        opened
            .get_or_init(|| open().map_err(|error| error.to_string()))
            .clone()
            .map_err(|reason| {
                Error::Usage(format!("this machine has no device `{self}`: {reason}"))
            })
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DeviceName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = ALL.map(DeviceName::as_str);
        ALL.into_iter()
            .find(|name| name.as_str() == text)
            .ok_or_else(|| {
                let hint = nearest(text, names.into_iter())
                    .map_or_else(String::new, |near| format!("; did you mean `{near}`?"));
                format!("the devices are {}{hint}", names.join(", "))
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back() {
        for name in ALL {
            assert_eq!(name.to_string().parse(), Ok(name));
        }
    }

    #[test]
    fn a_misspelt_device_gets_a_suggestion() {
        let error = "vulcan".parse::<DeviceName>().unwrap_err();
        assert!(error.contains("did you mean `vulkan`?"), "{error}");
    }

    #[cfg(not(feature = "cuda"))]
    #[test]
    fn a_device_that_this_build_lacks_names_its_feature() {
        let error = DeviceName::Cuda.open().unwrap_err();
        assert!(error.to_string().contains("--features cuda"), "{error}");
        assert_eq!(error.exit_code(), 2);
    }
}
