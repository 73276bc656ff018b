"""What slurm-check.sh runs: see there. Each check says what it saw; the first that fails ends all."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from campaign import differences, results

PROGRAM = sys.argv[1]
# 61 short cells.
SHORT = ["eigenfaces", "--preset", "smoke", "--data", "synthetic", "--seeds", "30"]
# Short ones, and the training of one network.
LONG = ["debugging", "--preset", "smoke", "--data", "synthetic", "--seeds", "1"]
CELL = "trained/seed-0"

CONF = """
ClusterName=check
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={dir}/munge.sock,cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU_Memory
SlurmdParameters=config_overrides
SchedulerParameters=bf_interval=1,sched_interval=2
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
MaxArraySize=11
KillWait=5
ReturnToService=2
MpiDefault=none
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
StateSaveLocation={dir}/state
SlurmdSpoolDir={dir}/spool
SlurmctldPidFile={dir}/slurmctld.pid
SlurmdPidFile={dir}/slurmd.pid
SlurmctldLogFile={dir}/slurmctld.log
SlurmdLogFile={dir}/slurmd.log
NodeName={host} NodeAddr=127.0.0.1 CPUs=4 RealMemory=16000 State=UNKNOWN
PartitionName=low Nodes={host} Default=YES PriorityTier=1 PreemptMode=REQUEUE GraceTime=20
PartitionName=high Nodes={host} PriorityTier=9 PreemptMode=OFF
"""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Cluster:
    """munged, slurmctld and slurmd of a folder."""

    def __init__(self, folder):
        self.dir = folder
        self.host = socket.gethostname().split(".")[0]
        for name in ["state", "spool"]:
            (folder / name).mkdir()
        key = folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o600)
        (folder / "slurm.conf").write_text(
            CONF.format(host=self.host, dir=folder, ports=free_ports(2)).lstrip()
        )
        os.environ["SLURM_CONF"] = str(folder / "slurm.conf")
        subprocess.run(
            ["munged", "--force", f"--key-file={key}", f"--socket={folder}/munge.sock",
             f"--pid-file={folder}/munged.pid", f"--log-file={folder}/munged.log",
             f"--seed-file={folder}/munge.seed"],
            check=True,
        )  # fmt: skip
        self.start("slurmctld")
        self.start("slurmd")
        self.wait_for_node("idle")

    def start(self, daemon, *flags):
        subprocess.run([daemon, *flags], check=True, cwd=self.dir)

    def kill(self, daemon, with_signal=signal.SIGKILL):
        pid = int((self.dir / f"{daemon}.pid").read_text())
        os.kill(pid, with_signal)
        wait(lambda: not Path(f"/proc/{pid}").exists() or is_zombie(pid), f"the end of {daemon}")

    def wait_for_node(self, state):
        wait(lambda: state in slurm("sinfo", "-h", "-o", "%T"), f"a node that is {state}")

    def stop(self):
        subprocess.run(["scancel", "--me"], check=False, capture_output=True)
        for daemon in ["slurmd", "slurmctld", "munged"]:
            try:
                self.kill(daemon, signal.SIGTERM)
            except (OSError, ValueError):
                pass
        for steps in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                if steps.read_bytes().startswith(b"slurmstepd"):
                    os.kill(int(steps.parent.name), signal.SIGKILL)
            except OSError:
                pass


def is_zombie(pid):
    try:
        return " Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True


def wait(until, what, seconds=120):
    end = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.1)


def slurm(*words):
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout


def queue():
    return slurm("squeue", "--me", "-h", "-r", "-o", "%i|%j|%T|%k").split()


def wait_for_queue():
    wait(lambda: not queue(), "an empty queue", 240)


def retrace(*words, code=0, path=None, prefix=()):
    environment = dict(os.environ)
    environment.pop("RETRACE_OUT", None)
    if path is not None:
        environment["PATH"] = path
    done = subprocess.run(
        [*prefix, PROGRAM, *words], capture_output=True, text=True, env=environment
    )
    assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}{done.stderr}"
    return done


def on_slurm(out, *more, run=SHORT, **how):
    return retrace("run", *run, "--out", str(out), "--on", "slurm", *more, **how)


def submit(out, *more, **how):
    return json.loads(on_slurm(out, *more, "--json", **how).stdout)


def status(folder):
    cells = json.loads(retrace("status", str(folder), "--json").stdout)["cells"]
    counts = {}
    for cell in cells:
        counts[cell["state"]] = counts.get(cell["state"], 0) + 1
    return counts, {cell["cell"]: cell for cell in cells}


def assert_same(out, expected, what):
    differ = differences(expected, results(out))
    assert not differ, f"{what}: {differ[:9]}"


def say(text):
    print(f"{time.monotonic() - BEGAN:5.0f} s  {text}", flush=True)


BEGAN = time.monotonic()


def bad_input(work, folder):
    """A sentence each, exit 2, nothing submitted."""
    out = work / "bad"
    no_slurm = work / "empty"
    no_slurm.mkdir()
    cases = [
        ("--partition", "nowhere", "invalid partition"),
        ("--mem", "900G", "can not be satisfied"),
        ("--slurm", "gres=gpu:1", "a flag of sbatch"),
        ("--jobs", "2", "cannot be used with"),
    ]
    for flag, value, words in cases:
        said = on_slurm(out, flag, value, code=2).stderr
        assert words in said, said
    said = on_slurm(out, code=2, path=str(no_slurm)).stderr
    assert "there is no `squeue` on this machine" in said, said
    assert not queue(), queue()
    site = work / "site.toml"
    site.write_text('[slurm]\npartitoin = "low"\n')
    said = on_slurm(out, "--config", str(site), code=2).stderr
    assert "partitoin" in said, said
    shutil.rmtree(out, ignore_errors=True)
    dry = on_slurm(out, "--dry-run", "--time", "10", "--slurm=--qos=low").stdout
    assert "#SBATCH --time=10" in dry and "#SBATCH --qos=low" in dry, dry
    assert not out.exists() and not queue(), "a dry run writes and submits nothing"
    say("bad input: refused in a sentence each, nothing submitted; a dry run writes nothing")


def not_shared(work):
    """The folder is there for this process and for no task."""
    hidden = work / "hidden"
    hidden.mkdir()
    script = work / "hidden.sh"
    script.write_text(
        f"mount -t tmpfs none {hidden}\n"
        f"{PROGRAM} run {' '.join(SHORT)} --out {hidden} --on slurm || exit 9\n"
        "while [ -n \"$(squeue --me -h)\" ]; do sleep 0.3; done\n"
        f"{PROGRAM} status {hidden}/eigenfaces/smoke\n"
    )
    done = subprocess.run(["unshare", "-m", "sh", str(script)], capture_output=True, text=True)
    assert "on a file system that the nodes share" in done.stdout, done
    say("a folder that the nodes do not share: found out by the first task, and said")


def equals_local(work, expected):
    out = work / "cells of sixty"
    submitted = submit(out, "--cells-per-task", "1")
    assert submitted["cells"] == submitted["tasks"] == len(expected_cells(expected)), submitted
    assert len(submitted["arrays"]) == -(-submitted["tasks"] // 11), submitted
    again = submit(out)
    assert again["arrays"] == [] and again["cells"] == 0, again
    run = out / "eigenfaces/smoke"
    wait_for_queue()
    counts, _ = status(run)
    assert list(counts) == ["done"], counts
    assert not (run / "cluster").exists(), "scripts and logs are gone"
    assert_same(out, expected, "a run by Slurm")
    say(f"{submitted['cells']} cells in {len(submitted['arrays'])} arrays of at most 11 tasks: "
        "the bytes of a run on one machine; a second call submits nothing")  # fmt: skip


def expected_cells(expected):
    return [name for name in expected if name.endswith("outcome.json")]


def two_at_once(work, expected):
    out = work / "two"
    words = [PROGRAM, "run", *SHORT, "--out", str(out), "--on", "slurm", "--json"]
    both = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    said = [json.loads(one.communicate()[0]) for one in both]
    assert sum(one["cells"] for one in said) == len(expected_cells(expected)), said
    wait_for_queue()
    assert_same(out, expected, "two calls at the same time")
    say("two calls at the same time submit each cell once")


def timed_out_sbatch(work, expected):
    out = work / "timeout"
    fake = work / "fake"
    fake.mkdir()
    (fake / "sbatch").write_text(
        '#!/bin/sh\n/usr/bin/sbatch "$@" >/dev/null\n'
        "echo 'sbatch: error: Socket timed out on send/recv operation' >&2\nexit 1\n"
    )
    (fake / "sbatch").chmod(0o755)
    path = f"{fake}:{os.environ['PATH']}"
    first = submit(out, path=path)
    assert first["cells"] == len(expected_cells(expected)) and first["last"], first
    assert submit(out, path=path)["cells"] == 0
    wait_for_queue()
    assert_same(out, expected, "an sbatch that times out")
    say("an sbatch that submits and reports a timeout: nothing runs twice")


def worker_of(name):
    """The process of a cell: its parent is `retrace cell`."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
            parent = int(path.with_name("stat").read_text().rsplit(")", 1)[1].split()[1])
            above = Path(f"/proc/{parent}/cmdline").read_bytes()
        except OSError:
            continue
        if len(words) > 1 and words[1] == b"worker" and name.encode() in above:
            return int(path.parent.name)
    return None


def wait_for_steps(run, cell):
    """Until the cell has a checkpoint."""
    wait(lambda: list((run / "cells" / cell).glob("checkpoint-*")), f"a checkpoint of {cell}")


def long_cell(work, local, cluster):
    """Killed, preempted, at its time limit, with Slurm's daemons killed: it goes on."""
    out = work / "long"
    steps = ["--checkpoint-steps", "20"]
    job = submit(out, *steps, "--time", "1", run=local.words)["arrays"][0]
    run = next((out / "debugging").iterdir())
    cell = CELL
    wait_for_steps(run, cell)
    first = status(run)[1][cell]
    assert first["state"] == "running" and first["steps"][0] > 0, first

    os.kill(worker_of("cell"), signal.SIGKILL)
    wait(lambda: worker_of("cell"), "another process for the cell")
    say("kill -9 of a worker: the cell is taken up again")

    slurm("sbatch", "-p", "high", "-c", "4", "--mem=100", "-o", "/dev/null", "--wrap", "sleep 4")
    wait(lambda: any("PENDING" in task for task in queue() if task.startswith(job)), "preemption")
    say("a task with precedence: the cell is queued again")
    wait(lambda: status(run)[1][cell]["state"] == "running", "the next turn")

    # Slurm saves within some seconds that it has started the task; one that it has started and knows
    # nothing of it would hold for ever.
    time.sleep(8)
    cluster.kill("slurmctld")
    found = retrace("status", str(run)).stdout
    assert "what is queued is not known" in found and "running on" in found, found
    cluster.start("slurmctld")
    wait_for_queue()
    restarts = slurm("scontrol", "show", "job", "-o", f"{job}_0")
    turns = int(restarts.split("Restarts=")[1].split()[0])
    assert turns >= 2, restarts
    counts, cells = status(run)
    assert list(counts) == ["done"], (counts, cells)
    assert_same(out, local.results(), "a long cell")
    say(f"a time limit of a minute, slurmctld killed: done in {turns + 1} turns, the same bytes")


def daemons_killed(work, local, cluster):
    """slurmd dies, and with it what it had; slurmctld forgets: the folder is the truth."""
    out = work / "daemons"
    steps = ["--checkpoint-steps", "20"]
    submit(out, *steps, run=local.words)
    run = next((out / "debugging").iterdir())
    wait_for_steps(run, CELL)
    cluster.kill("slurmd")
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        if path.read_bytes().startswith(b"slurmstepd"):
            os.kill(int(path.parent.name), signal.SIGKILL)
    os.kill(worker_of("cell"), signal.SIGKILL)
    wait(lambda: worker_of("cell") is not None, "a process that goes on without Slurm", 20)
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        words = path.read_bytes().split(b"\0")
        if len(words) > 1 and words[1] == b"cell" and words[0].endswith(b"retrace"):
            os.kill(int(path.parent.name), signal.SIGKILL)
    wait(lambda: worker_of("cell") is None, "the end of all processes", 60)
    cluster.kill("slurmctld")
    shutil.rmtree(cluster.dir / "state")
    (cluster.dir / "state").mkdir()
    cluster.start("slurmctld", "-c")
    cluster.start("slurmd")
    cluster.wait_for_node("idle")
    state = status(run)[1][CELL]
    assert state["state"] == "missing" and "a checkpoint is there, at step" in state["why"], state
    assert submit(out, *steps, run=local.words)["cells"] >= 1
    wait_for_steps(run, CELL)
    slurm("scontrol", "update", f"nodename={cluster.host}", "state=down", "reason=check")
    wait(lambda: worker_of("cell") is None, "the end of the task", 60)
    assert status(run)[1][CELL]["state"] in ("queued", "missing")
    slurm("scontrol", "update", f"nodename={cluster.host}", "state=resume")
    cluster.wait_for_node("idle")
    submit(out, *steps, run=local.words)
    wait_for_queue()
    assert_same(out, local.results(), "daemons killed")
    say("kill -9 of slurmd and slurmctld, a node that is down: what is missing is submitted again")


def most_jobs(work):
    """Accounting that allows twelve jobs, of which there is none here: a `sacctmgr` of our own."""
    fake = work / "accounting"
    fake.mkdir()
    (fake / "sacctmgr").write_text("#!/bin/sh\necho 12\n")
    (fake / "sacctmgr").chmod(0o755)
    long = ["eigenfaces", "--preset", "post", "--data", "synthetic", "--seeds", "30"]
    path = f"{fake}:{os.environ['PATH']}"
    tasks = {}
    for name, where in [("without", None), ("with", path)]:
        said = on_slurm(work / "most", "--dry-run", run=long, path=where).stdout
        lines = [line for line in said.splitlines() if line.startswith("# ") and "seed-" in line]
        tasks[name] = len(lines)
        assert sum(line.count("seed-") for line in lines) == 61, said
    assert tasks["without"] == 61 and tasks["with"] <= 11, tasks
    say(f"MaxSubmitJobs=12: {tasks['with']} tasks and the last job, in place of 61 tasks")


def always_fails(work, expected):
    out = work / "fails"
    run = out / "eigenfaces/smoke"
    cell = sorted(Path(name).parent for name in expected_cells(expected))[0]
    blocked = out / cell / "timing.json"
    blocked.mkdir(parents=True)
    name = f"{cell.parts[-2]}/{cell.parts[-1]}"
    submit(out)
    wait_for_queue()
    counts, cells = status(run)
    assert counts == {"done": len(expected_cells(expected)) - 1, "failed": 1}, counts
    assert cells[name]["state"] == "failed" and "timing.json" in cells[name]["reason"], cells[name]
    assert cells[name]["lines"], "the last lines of its log"
    assert len(list((run / "cluster").glob("*.log"))) == 1, "a log is kept where a cell failed"
    manifest = json.loads((run / "manifest.json").read_text())
    assert [one["cell"] for one in manifest["missing"]] == [name], manifest
    assert "failed" in manifest["missing"][0]["why"], manifest
    assert (out / "index.html").is_file() and list((run / "figures").glob("*.svg"))
    assert submit(out)["cells"] == 0, "a failed cell is not submitted again"
    blocked.rmdir()
    assert submit(out, "--retry")["cells"] == 1
    wait_for_queue()
    assert_same(out, expected, "a cell that failed and was taken again")
    say("a cell that always fails: the rest is drawn, it is named with its last lines; --retry")


def full_disk(work, expected):
    disk = work / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "none", str(disk)], check=True)
    try:
        submit(disk)
        wait_for_queue()
        counts, _ = status(disk / "eigenfaces/smoke")
        assert counts.get("done", 0) < len(expected_cells(expected)), counts
        subprocess.run(["mount", "-o", "remount,size=90m", str(disk)], check=True)
        submit(disk, "--retry")
        wait_for_queue()
        assert_same(disk, expected, "a disk that was full")
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=False)
    say("a full disk: cells fail, and are done when there is room")


def by_parallel(work, expected):
    out = work / "parallel"
    commands = retrace("cells", *SHORT, "--out", str(out), "--missing").stdout
    assert len(commands.splitlines()) == len(expected_cells(expected)), commands
    done = subprocess.run(["parallel", "--will-cite", "-j", "4"], input=commands, text=True, capture_output=True)
    assert done.returncode == 0, done
    assert retrace("cells", *SHORT, "--out", str(out), "--missing").stdout == ""
    retrace("figures", str(out / "eigenfaces/smoke"), "--partial")
    retrace("book", "--out", str(out))
    assert_same(out, expected, "GNU parallel")
    say("`retrace cells ... | parallel -j 4`: the same bytes")


class Local:
    """A run of one machine, to compare with, whose long cell takes some seconds there."""

    def __init__(self, work, seconds, steps_per_second):
        steps = int(seconds * steps_per_second)
        self.words = [*LONG, "--steps", str(steps)]
        self.out = work / f"local {seconds} s"
        words = [PROGRAM, "run", *self.words, "--out", str(self.out), "--jobs", "1"]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def results(self):
        assert self.process.wait() == 0, self.out
        return results(self.out)


def steps_per_second(work):
    """The best of three: whatever else the machine does only makes it slower."""

    def seconds(steps):
        begun = time.monotonic()
        out = str(work / "speed")
        retrace("run", *LONG, "--steps", str(steps), "--out", out, "--jobs", "1", "--fresh")
        return time.monotonic() - begun

    few, many = (min(seconds(steps) for _ in range(3)) for steps in (20, 200))
    return 180 / max(many - few, 0.1)


def can(*words):
    """Whether this machine allows it; a container may not."""
    done = subprocess.run(words, capture_output=True, text=True)
    if done.returncode != 0:
        say(f"left out, for this machine refuses `{' '.join(words)}`: {done.stderr.strip()}")
    return done.returncode == 0


def main():
    with tempfile.TemporaryDirectory(prefix="slurm-check-") as folder:
        work = Path(folder)
        work.chmod(0o755)
        (work / "slurm").mkdir()
        probe = work / "probe"
        probe.mkdir()
        retrace("run", *SHORT, "--out", str(work / "local"))
        expected = results(work / "local")
        try:
            cluster = Cluster(work / "slurm")
        except (AssertionError, OSError, subprocess.CalledProcessError) as error:
            say(f"left out, all of it: Slurm's daemons do not start on this machine: {error}")
            return
        say("a Slurm of one node is there")
        try:
            speed = steps_per_second(work)
            long, shorter = Local(work, 110, speed), Local(work, 20, speed)
            bad_input(work, folder)
            by_parallel(work, expected)
            equals_local(work, expected)
            if can("unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"):
                not_shared(work)
            most_jobs(work)
            two_at_once(work, expected)
            timed_out_sbatch(work, expected)
            always_fails(work, expected)
            if can("mount", "-t", "tmpfs", "none", str(probe)):
                subprocess.run(["umount", str(probe)], check=True)
                full_disk(work, expected)
            long_cell(work, long, cluster)
            daemons_killed(work, shorter, cluster)
        except BaseException:
            for log in ["slurmctld.log", "slurmd.log"]:
                print(log, *(cluster.dir / log).read_text().splitlines()[-15:], sep="\n")
            raise
        finally:
            cluster.stop()
    say("all of it")


main()
