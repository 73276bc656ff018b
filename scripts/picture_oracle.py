"""Draws the pictures in crates/data/tests/cmyk and crates/data/tests/pictures, and prints the
numbers that tests hold them against: what Pillow makes of them.

Run by hand in the repository root, in any environment that has Pillow and imagecodecs (which
writes YCCK, as Pillow does not): python3 scripts/picture_oracle.py
Last run with Pillow 13.0.0 and imagecodecs 2026.3.6.
"""
import hashlib
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

# JPEGs whose scans crates/data/tests/it/jpeg.rs cuts, with waves and noise in every block.
FOLDER = Path("crates/data/tests/pictures")
FOLDER.mkdir(exist_ok=True)
row, column = np.mgrid[0:40, 0:56]
waves = [128 + 90 * np.sin(column / 7 + row / 11), 128 + 90 * np.cos(column / 5 - row / 9),
         (3 * column + 5 * row) % 256]
noise = np.random.default_rng(1).normal(0, 9, (40, 56, 3))
photo = Image.fromarray((np.stack(waves, axis=-1) + noise).clip(0, 255).astype(np.uint8))
photo.save(FOLDER / "progressive.jpg", quality=60, progressive=True, subsampling="4:2:0")
photo.save(FOLDER / "restarts.jpg", quality=60, restart_marker_blocks=3, subsampling="4:2:2")

# The same in other formats, and the checksum of what Pillow reads.
grey = photo.convert("L")
deep = Image.fromarray((np.asarray(grey).astype(np.uint16) * 200 + 77))
small = photo.crop((0, 0, 24, 16))
written = [
    ("lossy.webp", photo, {"quality": 70}),
    ("lossless.webp", small, {"lossless": True}),
    ("lzw.tif", small, {"compression": "tiff_lzw"}),
    ("deep.tif", deep.crop((0, 0, 24, 16)), {"compression": "tiff_adobe_deflate"}),
    ("fax.tif", grey.convert("1"), {"compression": "group4"}),
    ("small.bmp", small, {}),
    ("palette.bmp", small.quantize(30), {}),
    ("small.qoi", small, {}),
]
for name, picture, options in written:
    picture.save(FOLDER / name, **options)
    picture = Image.open(FOLDER / name)
    if picture.mode == "I;16":
        pixels = np.asarray(picture).astype("<u2").tobytes()
    else:
        pixels = picture.convert("RGB").tobytes()
    print(f"    ({name!r}, {hashlib.sha256(pixels).hexdigest()!r}),", (FOLDER / name).stat().st_size)
