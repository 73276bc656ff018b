"""Makes the files that fuzzing begins with: python3 scripts/fuzz_seeds.py [FOLDER OF PROGRAMS], in the
repository root; models are made only with the programs `eigenfaces` and `colorization`.

Small IDX files, archives of the file that the target `archive` looks for, pictures in all formats,
tables, NumPy files, matrices, settings, and small networks. Needs Pillow, NumPy and onnx from PyPI.
Files whose names are 40 hexadecimal digits are not made here: fuzzing found them, and they stay.
"""
import gzip
import hashlib
import io
import json
import struct
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper
from PIL import Image

SEEDS = Path("fuzz/seeds")
CONTENT = b"seven by nine\n"


def save(target, name, content):
    (SEEDS / target).mkdir(parents=True, exist_ok=True)
    (SEEDS / target / name).write_bytes(content)


def idx(*sizes):
    count = 1
    for size in sizes:
        count *= size
    return struct.pack(f">BBBB{len(sizes)}I", 0, 0, 8, len(sizes), *sizes) + bytes(i % 251 for i in range(count))


def zipped(files, method):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            # With a fixed date, so that the same bytes come out.
            archive.writestr(zipfile.ZipInfo(name), content, method)
    return buffer.getvalue()


def tarred(files, form):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "folder/a.bin"
        archive.addfile(link)
    return buffer.getvalue()


for name, array in {"labels": idx(7), "images": idx(2, 3, 4), "empty": idx(0, 28, 28)}.items():
    save("idx", name, array)
    save("idx", f"{name}.gz", gzip.compress(array, mtime=0))

files = {"folder/a.bin": CONTENT, "readme.txt": b"made up\n"}
stored, deflated = zipped(files, zipfile.ZIP_STORED), zipped(files, zipfile.ZIP_DEFLATED)
save("archive", "stored.zip", stored)
save("archive", "deflated.zip", deflated)
save("archive", "nested.zip", zipped({"inner.zip": deflated}, zipfile.ZIP_STORED))
long_name = "/".join(["long"] * 40) + "/a.bin"
save("archive", "gnu.tar", tarred({long_name: CONTENT}, tarfile.GNU_FORMAT))
save("archive", "pax.tar", tarred({long_name: CONTENT}, tarfile.PAX_FORMAT))
save("archive", "ustar.tar.gz", gzip.compress(tarred(files, tarfile.USTAR_FORMAT), mtime=0))


def pictured(picture, form, **settings):
    buffer = io.BytesIO()
    picture.save(buffer, form, **settings)
    return buffer.getvalue()


place = np.arange(24 * 20, dtype=np.uint32).reshape(20, 24)
colours = np.stack([place * 7 % 256, place * place % 251, 255 - place % 256], axis=2).astype(np.uint8)
rgb = Image.fromarray(colours)
grey, indexed, bilevel = rgb.convert("L"), rgb.convert("P", palette=Image.Palette.ADAPTIVE), rgb.convert("1")
rgba = rgb.copy()
rgba.putalpha(grey)
deep = Image.fromarray((place * 131 % 65536).astype(np.uint16))
turned = Image.Exif()
turned[0x0112] = 6
for name, content in {
    "rgb.png": pictured(rgb, "PNG"),
    "deep.png": pictured(deep, "PNG"),
    "rgba.png": pictured(rgba, "PNG"),
    "indexed.png": pictured(indexed, "PNG"),
    "baseline.jpg": pictured(rgb, "JPEG", quality=60),
    "progressive.jpg": pictured(rgb, "JPEG", quality=60, progressive=True),
    "restarts.jpg": pictured(rgb, "JPEG", quality=60, restart_marker_blocks=1),
    "full.jpg": pictured(rgb, "JPEG", quality=90, subsampling=0, exif=turned),
    "grey.jpg": pictured(grey, "JPEG"),
    "cmyk.jpg": pictured(rgb.convert("CMYK"), "JPEG"),
    "film.jpg": pictured(rgb, "JPEG", quality=60) + b"\x00\x00\x00\x18ftypmp42\xff\xda\xff\xd9\xff\xda",
    "indexed.gif": pictured(indexed, "GIF"),
    "two.gif": pictured(indexed, "GIF", save_all=True, append_images=[grey]),
    "lossy.webp": pictured(rgb, "WEBP", quality=60),
    "lossless.webp": pictured(rgba, "WEBP", lossless=True),
    "rgb.bmp": pictured(rgb, "BMP"),
    "indexed.bmp": pictured(indexed, "BMP"),
    "rgb.tif": pictured(rgb, "TIFF"),
    "lzw.tif": pictured(rgb, "TIFF", compression="tiff_lzw"),
    "deflate.tif": pictured(deep, "TIFF", compression="tiff_adobe_deflate"),
    "packbits.tif": pictured(bilevel, "TIFF", compression="packbits"),
    "rgb.qoi": b"qoif" + struct.pack(">IIBB", 24, 20, 3, 0) + b"".join(b"\xfe" + bytes(pixel) for pixel in colours.reshape(-1, 3)) + bytes(7) + b"\x01",
    "rgb.ppm": pictured(rgb, "PPM"),
    "grey.pgm": pictured(grey, "PPM"),
    "text.pgm": b"P2\n# made up\n3 2\n255\n0 1 2\n253 254 255\n",
    "photo.heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    "page.html": b"<!DOCTYPE html><html><body>no picture</body></html>",
}.items():
    save("picture", name, content)

for name, content in {
    "commas.csv": b"x,y\n0.5,1.25\n1.5,-3\n2.5,4e2\n",
    "semicolons.csv": b"x;y\n0,5;1,25\n1,5;-3\n",
    "tabs.csv": b"y\tx\n0.5\t1.25\n1.5\t-3\n",
    "spaces.csv": b"x y\n0.5 1.25\n1.5  -3\n",
    "bom.csv": b"\xef\xbb\xbfx,y,name\n\"0.5\",1,\"a, b\"\n1,2,c\r\n",
    "crlf.csv": b"x,y\r\n1,2\r\n3,4\r\n\r\n",
    "ragged.csv": b"x,y\n1\n2,3,4\n",
}.items():
    save("csv", name, content)


def network(nodes, inputs, outputs, weights, opset=17):
    graph = helper.make_graph(
        nodes,
        "made up",
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs],
        [onnx.numpy_helper.from_array(array.astype(np.float32), name) for name, array in weights.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], producer_name="made up")
    onnx.checker.check_model(model)
    return model.SerializeToString()


two_by_three = np.arange(6).reshape(2, 3)
kernel = np.arange(18).reshape(2, 1, 3, 3)
for name, content in {
    "gemm.onnx": network(
        [helper.make_node("Gemm", ["x", "w", "b"], ["h"], transB=1), helper.make_node("Relu", ["h"], ["y"], name="relu")],
        [("x", ["batch", 3])],
        [("y", ["batch", 2])],
        {"w": two_by_three, "b": np.zeros(2)},
    ),
    "conv.onnx": network(
        [
            helper.make_node("Conv", ["x", "k"], ["c"], name="conv", pads=[1, 1, 1, 1], strides=[2, 2]),
            helper.make_node("LeakyRelu", ["c"], ["a"], alpha=0.2),
            helper.make_node("MaxPool", ["a"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
            helper.make_node("Flatten", ["p"], ["f"]),
            helper.make_node("Softmax", ["f"], ["y"], axis=1),
        ],
        [("x", [1, 1, 8, 8])],
        [("y", [1, 8])],
        {"k": kernel},
    ),
    "shapes.onnx": network(
        [
            helper.make_node("Constant", [], ["s"], value=onnx.numpy_helper.from_array(np.array([0, 2, 3]))),
            helper.make_node("Reshape", ["x", "s"], ["r"]),
            helper.make_node("Transpose", ["r"], ["t"], perm=[0, 2, 1]),
            helper.make_node("MatMul", ["t", "w"], ["m"]),
            helper.make_node("Add", ["m", "m"], ["y"]),
        ],
        [("x", [2, 6])],
        [("y", [2, 3, 3])],
        {"w": two_by_three},
    ),
    "norm.onnx": network(
        [
            helper.make_node("BatchNormalization", ["x", "g", "z", "z", "g"], ["n"]),
            helper.make_node("GlobalAveragePool", ["n"], ["y"]),
        ],
        [("x", [1, 2, 4, 4])],
        [("y", [1, 2, 1, 1])],
        {"g": np.ones(2), "z": np.zeros(2)},
    ),
    "gru.onnx": network(
        [helper.make_node("GRU", ["x", "w", "r"], ["y"], hidden_size=2)],
        [("x", [4, 1, 3])],
        [("y", [4, 1, 1, 2])],
        {"w": np.ones((1, 6, 3)), "r": np.ones((1, 6, 2))},
    ),
}.items():
    save("onnx", name, content)

numpy_files = {"f4": np.arange(6, dtype="<f4").reshape(2, 3), "f8": np.arange(4, dtype=">f8"), "u1": place.astype("u1"), "i4": np.arange(3, dtype="<i4"), "fortran": np.asfortranarray(two_by_three.astype("f4"))}
for name, array in numpy_files.items():
    buffer = io.BytesIO()
    np.save(buffer, array)
    save("npy", f"{name}.npy", buffer.getvalue())

for name, content in {
    "nine.txt": b"1 0 5\n0 1.5 -7\n1e-3 0 1\n",
    "commas.txt": b"1,0,5,0,1,0,0,0,1",
    "estimate.json": b'{"matrix": [[1, 0, 5], [0, 1.5, -7], [0.001, 0, 1]], "pairs": 4}',
    "opencv.xml": b'<?xml version="1.0"?>\n<opencv_storage>\n<H type_id="opencv-matrix">\n  <rows>3</rows>\n  <cols>3</cols>\n  <dt>d</dt>\n  <data>\n    1. 0. 5. 0. 1.5 -7. 1e-3 0. 1.</data></H>\n</opencv_storage>\n',
    "singular.txt": b"1 2 3 2 4 6 0 0 1",
}.items():
    save("matrix", name, content)

for name, content in {
    "one.toml": b"lambda = 0.1\n",
    "run.toml": b"epochs = 3\nlearning_rate = 1e-2\n\n[run]\nseeds = 2\n",
    "text.toml": b'learning_rate = "1e-3"\n',
    "unknown.toml": b"lamda = 0.1\n[run]\nthreads = 1\n",
    "twice.toml": b"lambda = 0.1\nlambda = 0.2\n",
    "huge.toml": b"epochs = 123456789012345678901234567890\n",
}.items():
    save("config", name, content)


def tensors(metadata, **arrays):
    header, data = {"__metadata__": metadata}, b""
    for name, array in arrays.items():
        content = array.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": array.shape, "data_offsets": [len(data), len(data) + len(content)]}
        data += content
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


# As retrace-lab seals its files: with zeros in place of the checksum.
unsealed = tensors({"sha256": "0" * 64}, a=two_by_three, b=np.ones(1))
save("arrays", "two.safetensors", unsealed.replace(b"0" * 64, hashlib.sha256(unsealed).hexdigest().encode(), 1))
save("arrays", "unsealed.safetensors", unsealed)
save("arrays", "none.safetensors", tensors({}))
save("arrays", "other.safetensors", tensors({"format": "pt"}, a=two_by_three))
save("arrays", "cut.safetensors", unsealed[:100])

if len(sys.argv) > 1:
    # Models, by the programs in this folder.
    programs = Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as made:
        pictures = Path(made) / "pictures"
        pictures.mkdir()
        for person in range(3):
            for look in range(3):
                Image.fromarray((place[:6, :5] * (7 + 5 * person + look) % 256).astype(np.uint8)).save(pictures / f"s{person}_{look}.png")
        model = Path(made) / "model"
        subprocess.run([programs / "eigenfaces", "train", pictures, "--model", model], check=True, stdout=subprocess.DEVNULL)
        faces = model.read_bytes()
        subprocess.run([programs / "colorization", "train", "--preset", "smoke", "--data", "synthetic", "--model", model, "--overwrite"], cwd=made, check=True, stdout=subprocess.DEVNULL)
        colours = model.read_bytes()
    for target, model in {"faces": faces, "colours": colours}.items():
        save(target, "whole.safetensors", model)
        save(target, "cut.safetensors", model[: len(model) // 2])
        save(target, "flipped.safetensors", model[:-9] + bytes([model[-9] ^ 64]) + model[-8:])
        save(target, "other.safetensors", unsealed)
        save(target, "none.safetensors", tensors({}))
