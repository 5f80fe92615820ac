"""A real Slurm of one node on this machine: munged, slurmctld and slurmd from a temporary folder of their own.

::

    with slurm_cluster() as environment:
        subprocess.run(["sbatch", "--wait", file], env=environment)

Nothing of what is installed for the machine's own Slurm is read or written.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

import pytest

PACKAGES = {"munged": "munge", "slurmctld": "slurmctld", "slurmd": "slurmd", "sbatch": "slurm-client"}
"""Programs, and the package of Debian that brings each."""
REQUIRED = "LMWALK_REQUIRE_SLURM"
PATIENCE_S = 60.0
BRIEF_S = 10.0


def slurm_or_skip() -> None:
    """Skip where Slurm cannot be started, or fail where it is required."""
    missing = sorted({package for program, package in PACKAGES.items() if not shutil.which(program, path=_path())})
    if not missing:
        return
    why = f"Slurm is not whole on this machine. Missing packages: {', '.join(missing)}."
    if os.environ.get(REQUIRED):
        pytest.fail(f"{REQUIRED} is set. {why}")
    pytest.skip(why)


@contextmanager
def slurm_cluster() -> Iterator[dict[str, str]]:
    """A cluster that takes jobs; gives the environment in which ``sbatch`` and its like reach it."""
    with tempfile.TemporaryDirectory(prefix="slurm-") as home, ExitStack() as daemons:
        folder = Path(home)
        environment = {**os.environ, "PATH": _path(), "SLURM_CONF": str(_written(folder))}
        for command in _commands(folder):
            daemons.enter_context(_running(command, folder, environment))
        daemons.callback(_end_jobs, environment)
        _await_node(folder, environment)
        yield environment


def _path() -> str:
    """Where programs are; daemons lie where only root looks."""
    return os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


def _written(folder: Path) -> Path:
    """Write what the daemons read, and make their folders; the path of ``slurm.conf``."""
    for name in ("state", "spool"):
        (folder / name).mkdir()
    key = folder / "munge.key"
    key.write_bytes(os.urandom(128))
    key.chmod(0o600)
    name = socket.gethostname().partition(".")[0]
    controller_port, node_port = _free_ports(2)
    cores = os.cpu_count() or 1
    megabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    (folder / "gres.conf").write_text("AutoDetect=off\nName=gpu File=/dev/null\n")
    (folder / "slurm.conf").write_text(f"""\
ClusterName=tests
SlurmctldHost={name}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
SlurmUser={os.geteuid()}
SlurmdUser={os.geteuid()}
AuthType=auth/munge
AuthInfo=socket={folder / "munge.socket"}
StateSaveLocation={folder / "state"}
SlurmdSpoolDir={folder / "spool"}
SlurmctldPidFile={folder / "slurmctld.pid"}
SlurmdPidFile={folder / "slurmd.pid"}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0,sched_min_interval=0
SlurmdParameters=config_overrides
ReturnToService=2
MinJobAge=2
KillWait=5
GresTypes=gpu
NodeName={name} NodeAddr=127.0.0.1 CPUs={cores} RealMemory={megabytes} Gres=gpu:1 State=UNKNOWN
PartitionName=all Nodes={name} Default=YES MaxTime=INFINITE State=UP
""")
    return folder / "slurm.conf"


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def _commands(folder: Path) -> list[list[str]]:
    """The daemons in the foreground, in the order in which they are started."""
    places = {"socket": "munge.socket", "key-file": "munge.key", "pid-file": "munged.pid", "seed-file": "munged.seed"}
    munged = ["munged", "--foreground", "--force", *(f"--{name}={folder / place}" for name, place in places.items())]
    return [munged, ["slurmctld", "-D", "-c"], ["slurmd", "-D", "-c"]]


@contextmanager
def _running(command: list[str], folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """A daemon, ended with the block; with this process, too, however that ends."""
    with (folder / f"{command[0]}.log").open("w") as log:
        process = _begun(["setpriv", "--pdeathsig", "KILL", *command], log, environment)
        try:
            yield
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(BRIEF_S)
            process.kill()
            process.wait()


def _begun(command: list[str], log: IO[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)


def _await_node(folder: Path, environment: Mapping[str, str]) -> None:
    """Wait until the node takes jobs. Fails with what the daemons wrote where it does not."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if _said(["sinfo", "--noheader", "--format=%T"], environment) == "idle":
            return
        time.sleep(0.1)
    logs = "\n".join(f"{path.name}:\n{path.read_text()[-2000:]}" for path in sorted(folder.glob("*.log")))
    pytest.fail(f"Slurm's node takes no jobs.\n{logs}")


def _end_jobs(environment: Mapping[str, str]) -> None:
    """Cancel all jobs and wait until none is left: what they started would outlive the daemons."""
    until = time.monotonic() + PATIENCE_S
    _said(["scancel", f"--user={os.geteuid()}"], environment)
    while _said(["squeue", "--noheader"], environment) and time.monotonic() < until:
        time.sleep(0.1)


def _said(command: list[str], environment: Mapping[str, str]) -> str:
    """What a command of Slurm says; nothing where it cannot reach the controller."""
    with suppress(subprocess.TimeoutExpired):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=BRIEF_S, check=False)
        return done.stdout.strip()
    return ""
