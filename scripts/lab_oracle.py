"""Prints the numbers that crates/data/tests/it/colour.rs holds its Lab values against.

Run by hand, in any environment that has scikit-image: python3 scripts/lab_oracle.py
Last run with scikit-image 0.26.0.
"""
import warnings

import numpy as np
from skimage.color import lab2rgb, rgb2lab
from skimage.util import img_as_ubyte

pixels = np.array(
    [[0, 0, 0], [255, 255, 255], [128, 128, 128], [1, 1, 1], [255, 0, 0], [0, 255, 0],
     [0, 0, 255], [255, 255, 0], [0, 255, 255], [255, 0, 255], [12, 200, 77], [135, 206, 235],
     [34, 85, 34], [194, 178, 128], [3, 0, 9], [250, 128, 114]], dtype=np.uint8)
print("const LAB: [([u8; 3], [f64; 3]); 16] = [")
for rgb, lab in zip(pixels, rgb2lab(pixels[None])[0]):
    print(f"    ({rgb.tolist()}, [{', '.join(f'{v:.6f}' for v in lab)}]),")
print("];")

# 16 bits keep their precision: between two values of eight bits.
deep = np.array([[[30000, 4097, 65535]]], dtype=np.uint16)
print("deep", ", ".join(f"{v:.6f}" for v in rgb2lab(deep)[0, 0]))

warnings.simplefilter("ignore")
outside = np.array([[50.0, 100, -100], [50, -110, 110], [100, 60, 20], [30, 0, 110], [80, 20, 30],
                    [0, 40, 0], [62, 9, -110]])
print("const OUTSIDE: [([f32; 3], [u8; 3]); 7] = [")
for lab, rgb in zip(outside, img_as_ubyte(lab2rgb(outside[None])[0])):
    print(f"    ({lab.tolist()}, {rgb.tolist()}),")
print("];")
