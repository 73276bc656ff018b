"""Makes the files that fuzzing begins with: python3 scripts/fuzz_seeds.py, in the repository root.

Small IDX files, and archives of the file that the target `archive` looks for.
"""
import gzip
import io
import struct
import tarfile
import zipfile
from pathlib import Path

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
