#!/usr/bin/env python3
"""Stops, kills and faults at random moments: does every run end with the bytes of an undisturbed one?

    scripts/campaign.py kills  [--times 200] [--preset quick] [--seed N] [--program target/release/retrace]
    scripts/campaign.py faults [--times 60]  [--preset smoke] [--seed N] [--program ...]

`kills` starts an experiment and sends SIGKILL, SIGTERM or SIGINT to the process, to one of its
workers or to the whole group, up to four times a run, starts it again each time, and lets the last
start finish. `faults` makes the n-th write, sync, rename or opening of a file below the output
folder fail (disk full, quota, input/output error), fills a file system, limits the size of files,
takes the folder away or makes it read-only in the middle, sets the clock back, starts four
processes on one folder: the program must say which path failed, exit as its README says, and the
same command must then finish.

In both, all results of the folder are compared with those of a run that nobody disturbed; times are
left out. Prints its seed, a line for whatever differs, and the count; exits with 1 if anything does.
`faults` needs cc, and root or user namespaces for its small file systems; without them it leaves
these out and says so. Linux only.
"""

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# How a run was started, how long it took, and what shows that: no results.
VOLATILE = {"manifest.json", "ro-crate-metadata.json", "timing.json", "log.csv", ".drawn-by", "index.html"}
TIMES = {"times.svg", "times.png", "times.json", "times.csv", "figures.json"}
KILLS_A_RUN = 4
# Finished, a worker killed, Ctrl-C, terminated, and the signals before the program listens.
ENDS = {0, 1, 130, 143, -signal.SIGINT, -signal.SIGTERM, -signal.SIGKILL}


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("RETRACE_")}
    return {**kept, **more}


def results(out: Path) -> dict[str, bytes]:
    found = {}
    for path in sorted(out.rglob("*")):
        inside = path.relative_to(out)
        volatile = path.name in VOLATILE or inside.parts[0] == "book"
        volatile |= inside.parts[0] == "freezing" and path.name in TIMES
        if path.is_file() and not volatile:
            found[str(inside)] = path.read_bytes()
    return found


def differences(expected: dict[str, bytes], found: dict[str, bytes]) -> list[str]:
    names = sorted(expected.keys() | found.keys())
    return [name for name in names if expected.get(name) != found.get(name)]


class Subject:
    """An experiment, its undisturbed results and how long they take."""

    def __init__(self, program: Path, name: str, preset: str, folder: Path):
        self.program, self.name, self.preset = program, name, preset
        out = folder / name
        begun = time.monotonic()
        self.finish(out)
        self.seconds = time.monotonic() - begun
        self.expected = results(out)
        shutil.rmtree(out)

    def command(self, out: Path) -> list[str]:
        flags = ["--preset", self.preset, "--data", "synthetic", "--out", str(out)]
        return [str(self.program), "run", self.name, *flags]

    def start(self, out: Path, prefix: list[str] = [], **env: str) -> subprocess.Popen:
        return subprocess.Popen(
            [*prefix, *self.command(out)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(**env),
            start_new_session=True,
        )

    def run(self, out: Path, prefix: list[str] = [], **env: str) -> tuple[int, str]:
        child = self.start(out, prefix, **env)
        said = child.communicate()[1].decode(errors="replace")
        return child.returncode, said

    def finish(self, out: Path) -> None:
        code, said = self.run(out)
        if code:
            sys.exit(f"{' '.join(self.command(out))} ended with {code}:\n{said}")

    def wrong(self, out: Path) -> list[str]:
        """What differs after the run was started once more, undisturbed."""
        code, said = self.run(out)
        if code:
            return [f"the last start ended with {code}: {said.strip()[-400:]}"]
        return differences(self.expected, results(out))


def workers(group: int) -> list[int]:
    """The other processes of a group."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == group and int(stat.parent.name) != group:
            found.append(int(stat.parent.name))
    return found


def disturb(child: subprocess.Popen, chance: random.Random) -> str:
    sent = chance.choice([signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
    whom = chance.choice(["parent", "worker", "group"])
    try:
        others = workers(child.pid)
        if whom == "group":
            os.killpg(child.pid, sent)
        elif whom == "worker" and others:
            os.kill(chance.choice(others), sent)
        else:
            whom = "parent"
            os.kill(child.pid, sent)
    except ProcessLookupError:
        return "too late"
    return f"{sent.name} to the {whom}"


def kills(subjects: list[Subject], times: int, chance: random.Random, folder: Path) -> tuple[int, int]:
    done = bad = turn = 0
    while done < times:
        subject = subjects[turn % len(subjects)]
        turn += 1
        out, story, wrong = folder / "kills", [], []
        for _ in range(min(KILLS_A_RUN, times - done)):
            child = subject.start(out)
            # From the first moment to just before the end of what is left.
            try:
                child.wait(chance.uniform(0.0, subject.seconds * 0.8))
            except subprocess.TimeoutExpired:
                story.append(disturb(child, chance))
            said = child.communicate()[1].decode(errors="replace")
            if child.returncode not in ENDS or "panicked" in said:
                wrong.append(f"{story[-1:]} ended with {child.returncode}: {said.strip()[-400:]}")
            if child.returncode == 0:
                break
        done += len(story)
        wrong += subject.wrong(out)
        bad += bool(wrong)
        print(f"{done}/{times} {subject.name}: {', '.join(story) or 'it was quicker'}", flush=True)
        for line in wrong[:10]:
            print(f"    DIFFERS: {line}", flush=True)
        shutil.rmtree(out, ignore_errors=True)
    return turn, bad


def shim(folder: Path) -> str:
    """The library that makes a call fail, built from `faults.c` beside this file."""
    library = folder / "faults.so"
    source = Path(__file__).with_name("faults.c")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return str(library)


def nth_call_fails(subject: Subject, out: Path, chance: random.Random, library: str) -> list[str]:
    number, error = chance.randint(1, 400), chance.choice(["ENOSPC", "EDQUOT", "EIO"])
    env = {"LD_PRELOAD": library, "FAULT_BELOW": str(out), "FAULT_AT": str(number), "FAULT_ERROR": error}
    code, said = subject.run(out, **env)
    # It may have come through: each process counts for itself, and few calls are many a process.
    return check_said(code, said, out, f"call {number}: {error}")


def check_said(code: int, said: str, out: Path, what: str) -> list[str]:
    if code == 0:
        return []
    wrong = []
    if code not in (1, 2, 3):
        wrong.append(f"{what}: exit code {code}")
    if str(out.name) not in said:
        wrong.append(f"{what}: the message names no path: {said.strip()[-300:]}")
    if "panicked" in said:
        wrong.append(f"{what}: {said.strip()[-600:]}")
    return wrong


def small_disk(subject: Subject, out: Path, chance: random.Random, _: str) -> list[str]:
    """A file system that is full after some time; then it grows, and the run goes on."""
    out.mkdir()
    size = chance.randint(16, 2000)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(out)], check=True)
    try:
        code, said = subject.run(out / "out")
        wrong = check_said(code, said, out, f"a disk of {size} kB")
        subprocess.run(["mount", "-o", "remount,size=2g", str(out)], check=True)
        return wrong + subject.wrong(out / "out")
    finally:
        subprocess.run(["umount", str(out)], check=True)


def read_only(subject: Subject, out: Path, chance: random.Random, _: str) -> list[str]:
    """A file system that becomes read-only in the middle of the run, and is then mended."""
    out.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(out)], check=True)
    try:
        if chance.random() < 0.5:
            subprocess.run(["mount", "-o", "remount,ro", str(out)], check=True)
            begun = time.monotonic()
            code, said = subject.run(out / "out")
            wrong = check_said(code, said, out, "read-only from the start")
            if code == 0 or time.monotonic() - begun > 0.5 * subject.seconds + 1:
                wrong.append("read-only: not refused at the start")
        else:
            child = subject.start(out / "out")
            time.sleep(chance.uniform(0.0, subject.seconds))
            # Files that are open for writing keep it from becoming read-only.
            while subprocess.run(["mount", "-o", "remount,ro", str(out)], capture_output=True).returncode:
                if child.poll() is not None:
                    break
                time.sleep(0.002)
            said = child.communicate()[1].decode(errors="replace")
            wrong = check_said(child.returncode, said, out, "read-only in the middle")
        subprocess.run(["mount", "-o", "remount,rw", str(out)], check=True)
        return wrong + subject.wrong(out / "out")
    finally:
        subprocess.run(["umount", str(out)], check=True)


def file_size(subject: Subject, out: Path, chance: random.Random, _: str) -> list[str]:
    """`ulimit -f`: writing beyond it fails (SIGXFSZ is ignored, as schedulers do it)."""
    blocks = chance.choice([1, 2, 4, 8, 16, 64])
    shell = ["sh", "-c", f'trap "" XFSZ; ulimit -f {blocks}; exec "$@"', "sh"]
    code, said = subject.run(out, shell)
    return check_said(code, said, out, f"files of {blocks} blocks")


def folder_gone(subject: Subject, out: Path, chance: random.Random, _: str) -> list[str]:
    child = subject.start(out)
    time.sleep(chance.uniform(0.0, subject.seconds))
    shutil.rmtree(out, ignore_errors=True)
    said = child.communicate()[1].decode(errors="replace")
    return check_said(child.returncode, said, out, "the folder was removed")


def clock_back(subject: Subject, out: Path, chance: random.Random, library: str) -> list[str]:
    """Stopped, then started again on a machine whose clock is years behind."""
    child = subject.start(out)
    time.sleep(chance.uniform(0.0, subject.seconds))
    child.kill()
    child.communicate()
    code, said = subject.run(out, LD_PRELOAD=library, FAULT_SECONDS_BACK=str(chance.randint(1, 10**9)))
    return [f"the clock was set back: {code}, {said.strip()[-300:]}"] if code else []


def four_at_once(subject: Subject, out: Path, _: random.Random, __: str) -> list[str]:
    children = [subject.start(out) for _ in range(4)]
    said = [child.communicate()[1].decode(errors="replace") for child in children]
    ends = zip(children, said)
    return [f"one of four: {child.returncode}: {text[-300:]}" for child, text in ends if child.returncode]


MOUNTED = [small_disk, read_only]
FAULTS = [nth_call_fails, *MOUNTED, nth_call_fails, file_size, folder_gone, nth_call_fails, clock_back, four_at_once]


def can_mount(folder: Path) -> bool:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(folder)], capture_output=True)
    return mounted.returncode == 0 and subprocess.run(["umount", str(folder)]).returncode == 0


def faults(subjects: list[Subject], times: int, chance: random.Random, folder: Path) -> tuple[int, int]:
    kinds = FAULTS
    if not can_mount(folder):
        print("left out, as nothing can be mounted here: full disks, read-only file systems")
        kinds = [fault for fault in FAULTS if fault not in MOUNTED]
    library, bad = shim(folder), 0
    for turn in range(times):
        # Every kind meets every experiment in the long run.
        fault = kinds[turn % len(kinds)]
        subject = chance.choice(subjects)
        out = folder / f"fault-{turn}"
        wrong = fault(subject, out, chance, library)
        # On a file system of their own they have already been finished and compared.
        if fault not in MOUNTED:
            wrong += subject.wrong(out)
        bad += bool(wrong)
        print(f"{turn + 1}/{times} {subject.name}: {fault.__name__}", flush=True)
        for line in wrong[:10]:
            print(f"    WRONG: {line}", flush=True)
        shutil.rmtree(out, ignore_errors=True)
    return times, bad


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["kills", "faults"])
    parser.add_argument("--times", type=int)
    parser.add_argument("--preset")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--program", type=Path, default=Path("target/release/retrace"))
    parser.add_argument("--experiments", nargs="+", help="these only")
    options = parser.parse_args()
    is_kills = options.what == "kills"
    if not is_kills and os.geteuid() and not os.environ.get("CAMPAIGN_IN_NAMESPACE"):
        os.environ["CAMPAIGN_IN_NAMESPACE"] = "1"
        if subprocess.run(["unshare", "-rm", "true"], capture_output=True).returncode == 0:
            os.execvp("unshare", ["unshare", "-rm", sys.executable, *sys.argv])
    preset = options.preset or ("quick" if is_kills else "smoke")
    times = options.times or (200 if is_kills else 60)
    program = options.program.resolve()
    chance = random.Random(options.seed)
    print(f"seed {options.seed}, preset {preset}", flush=True)
    listed = json.loads(subprocess.check_output([program, "list", "--json"], env=environment()))
    names = options.experiments or [row["name"] for row in listed]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        subjects = [Subject(program, name, preset, folder) for name in names]
        took = ", ".join(f"{subject.name} {subject.seconds:.1f} s" for subject in subjects)
        print(f"undisturbed: {took}", flush=True)
        act = kills if is_kills else faults
        tried, bad = act(subjects, times, chance, folder)
    what = f"{times} kills in {tried} runs" if is_kills else f"{times} faults"
    print(f"{what}: {tried - bad} of {tried} ended with the bytes of an undisturbed run")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
