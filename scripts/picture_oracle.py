"""Draws the pictures in crates/data/tests/cmyk and crates/data/tests/pictures, and prints the
numbers that tests hold them against: what Pillow makes of them.

Run by hand in the repository root, in any environment that has Pillow and imagecodecs (which
writes YCCK, as Pillow does not): python3 scripts/picture_oracle.py
Last run with Pillow 13.0.0 and imagecodecs 2026.3.6.
"""
import hashlib
import io
import struct
from pathlib import Path

import imagecodecs
import numpy as np
from PIL import Image, ImageCms

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


def profile(name, space, tags):
    """An ICC profile, version 2: its header, the table of its tags, their data."""
    white = xyz(0.9642, 1, 0.8249)
    tags = [(b"desc", text(name)), (b"cprt", b"text" + bytes(4) + b"Public domain\0"),
            (b"wtpt", white), *tags]
    start, table, data = 128 + 4 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for tag, content in tags:
        content += bytes(-len(content) % 4)
        # What two tags have in common, such as a curve, stands there once.
        data += content if content not in data else b""
        table += tag + struct.pack(">II", start + data.index(content), len(content))
    size = 128 + len(table) + len(data)
    header = struct.pack(">I4sI4s4s4s", size, bytes(4), 0x02400000, b"mntr", space, b"XYZ ")
    header += bytes(12) + b"acsp" + bytes(28) + white[8:]
    return header + bytes(128 - len(header)) + table + data


def text(name):
    name = name.encode() + b"\0"
    return b"desc" + bytes(4) + struct.pack(">I", len(name)) + name + bytes(4 + 4 + 2 + 1 + 67)


def xyz(*values):
    return b"XYZ " + bytes(4) + struct.pack(">3i", *(round(65536 * value) for value in values))


def gamma(value):
    return b"curv" + bytes(4) + struct.pack(">IH", 1, round(256 * value)) + bytes(2)


def colours(name, curve, columns):
    tags = [(b"rXYZ", b"gXYZ", b"bXYZ"), (b"rTRC", b"gTRC", b"bTRC")]
    xyzs = [(tag, xyz(*column)) for tag, column in zip(tags[0], columns)]
    return profile(name, b"RGB ", xyzs + [(tag, curve) for tag in tags[1]])


# Primaries adapted to D50 as in Apple's and Adobe's own profiles; the curve of sRGB by its formula.
level = np.arange(1024) / 1023
linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
srgb_curve = b"curv" + bytes(4) + struct.pack(">I1024H", 1024, *np.rint(65535 * linear).astype(int))
p3 = colours("Display P3", srgb_curve, [(0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189),
                                        (0.15710, 0.06657, 0.78407)])
adobe = colours("Adobe RGB (1998)", gamma(563 / 256), [(0.60974, 0.31111, 0.01947),
                                                       (0.20528, 0.62567, 0.06087),
                                                       (0.14919, 0.06322, 0.74457)])
gamma18 = profile("Gray Gamma 1.8", b"GRAY", [(b"kTRC", gamma(1.8))])
srgb = ImageCms.createProfile("sRGB")
small.save(FOLDER / "p3.webp", lossless=True, icc_profile=p3)
small.save(FOLDER / "adobe.tif", compression="tiff_adobe_deflate", icc_profile=adobe)
grey.crop((0, 0, 24, 16)).save(FOLDER / "grey.png", icc_profile=gamma18)
small.save(FOLDER / "srgb.png", icc_profile=ImageCms.ImageCmsProfile(srgb).tobytes())
for name in ["p3.webp", "adobe.tif", "grey.png", "srgb.png"]:
    picture = Image.open(FOLDER / name)
    icc = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))

    # Littlecms takes a grey picture to RGB, of which all channels are equal.
    picture = ImageCms.profileToProfile(picture, icc, srgb, outputMode="RGB")
    print(f"    ({name!r}, {[list(picture.getpixel(place)) for place in PLACES]}),")
