"""Draws the CMYK pictures in crates/data/tests/cmyk, and prints the numbers that
crates/data/tests/it/cmyk.rs and experiments/colorization/tests/it/tools.rs hold them against:
what Pillow's convert("RGB") makes of them.

Run by hand in the repository root, in any environment that has Pillow and imagecodecs (which
writes YCCK, as Pillow does not): python3 scripts/cmyk_oracle.py
Last run with Pillow 13.0.0 and imagecodecs 2026.3.6.
"""
from pathlib import Path

import imagecodecs
import numpy as np
from PIL import Image

FOLDER = Path("crates/data/tests/cmyk")
PLACES = [(0, 0), (23, 0), (0, 15), (23, 15), (12, 8), (5, 11)]

# Ink from 0 to 255: cyan to the right, magenta down, yellow to the left, a little black.
row, column = np.mgrid[0:16, 0:24]
ink = np.stack([9 * column, 14 * row, 7 * (23 - column), 10 + 2 * row], axis=-1).astype(np.uint8)

Image.fromarray(ink, "CMYK").save(FOLDER / "adobe.jpg", quality=90)
# As Adobe does: what is stored is the light that the ink leaves. libjpeg adds Adobe's marker, and
# keeps one colour for two by two pixels.
ycck = imagecodecs.jpeg8_encode(255 - ink, level=90, colorspace="CMYK", outcolorspace="YCCK")
(FOLDER / "ycck.jpg").write_bytes(ycck)

for name in ["adobe", "ycck"]:
    path = FOLDER / f"{name}.jpg"
    picture = Image.open(path)
    rgb = picture.convert("RGB")
    values = ", ".join(str(list(rgb.getpixel(place))) for place in PLACES)
    print(name, path.stat().st_size, "bytes", picture.mode, picture.info)
    print(f"    ({name!r}, [{values}]),")
