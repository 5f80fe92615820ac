"""Set lmwalk up in a private environment beside this file, then open it or test it.

    python3 start.py                 the dashboard
    python3 start.py test            the whole gate: style, types, every test
    python3 start.py test --quick    style, and the tests that need neither a browser, nor processes, nor long
    python3 start.py test --local    the whole gate, and the tests of local models, which need PyTorch: some hundred MB
    python3 start.py test FILE ...   some tests, with any options of pytest
    python3 start.py run STUDY.yaml  any other command of lmwalk

The versions that are installed are those of requirements/tested.txt, for local models with requirements/local.txt. On
the newest that pyproject.toml allows, in an environment of their own:

    python3 start.py test --newest            the same gate
    python3 start.py test --newest --record   and where it is green, its versions become the tested ones

Needs Python 3.11 or newer and nothing else; the system's packages are neither used nor touched.
"""

import hashlib
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent
TESTED = HOME / "requirements" / "tested.txt"
LOCAL = HOME / "requirements" / "local.txt"
"""Versions of what only the extra ``local`` brings."""
ENVIRONMENT, NEWEST = HOME / ".venv", HOME / ".venv-newest"

ENDED_BY_SIGNAL = 128
PROCESSES = min(4, os.cpu_count() or 1)
"""As many as there are cores, four at most: each drives a browser, and clicks get lost where many wait for a core."""
SIDE_BY_SIDE = ["-n", str(PROCESSES), "--dist=loadfile", "--no-loadscope-reorder"]
"""Whole files of tests are dealt out, in the order that tests/conftest.py gives them: the longest first."""
ON_ONE_CORE = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""Each process calculates by itself: threads of several, more than there are cores, mostly wait for each other."""
TESTS = ["pytest", *SIDE_BY_SIDE]
ONCE_MORE = ["pytest", "--last-failed", "--last-failed-no-failures=none", "-n", "0"]
"""What failed while others ran beside it, alone: a browser on a busy machine misses a moment at times."""
TESTS_FAILED = 1
"""How pytest ends where tests failed, and nothing worse."""
STYLE = [["ruff", "format", "--check", "."], ["ruff", "check", "."]]
GATE = [*STYLE, ["mypy"], TESTS]
QUICK = [*STYLE, [*TESTS, "tests", "--ignore=tests/browser", "-m", "not process and not long"]]


def main(arguments: list[str]) -> int:
    """Set up what is missing, then do what was asked; the exit code."""
    if sys.version_info < (3, 11):
        print(f"lmwalk needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: python3.12 start.py")
        return 2
    if arguments[:1] == ["test"]:
        return test(arguments[1:])
    if not set_up(ENVIRONMENT):
        return 2
    return run([python_of(ENVIRONMENT), "-m", "lmwalk", *(arguments or ["ui"])])


def test(arguments: list[str]) -> int:
    """Run the gate, or the tests that are named; the first exit code that is not 0."""
    newest, record, local = ("--newest" in arguments, "--record" in arguments, "--local" in arguments)
    named = [word for word in arguments if word not in ("--newest", "--record", "--local")]
    if record and (named or not newest):
        print("--record goes with --newest and the whole gate: python3 start.py test --newest --record")
        return 2
    environment = NEWEST if newest else ENVIRONMENT
    if not set_up(environment, "test,cluster,local" if local else "test,cluster"):
        return 2
    if local:
        os.environ["LMWALK_REQUIRE_TORCH"] = "1"
    os.chdir(HOME)
    os.environ.update({name: os.environ.get(name, value) for name, value in ON_ONE_CORE.items()})
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # or each of some hundred processes would compile the same anew
    code = 0
    steps = QUICK if named == ["--quick"] else [[*TESTS, *named]] if named else GATE
    for command in steps:
        ended = run([python_of(environment), "-m", *command])
        if ended == TESTS_FAILED and command == TESTS and os.environ.get("CI"):
            print("Some tests failed, as said above. Once more, without others beside them:", flush=True)
            ended = run([python_of(environment), "-m", *ONCE_MORE])
        if ended > ENDED_BY_SIGNAL:
            return ended
        code = code or ended
    if record and not code:
        keep_versions(environment)
    return code


def python_of(environment: Path) -> Path:
    """The interpreter of an environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def set_up(environment: Path, extra: str = "") -> bool:
    """Make the environment and install what pyproject.toml asks for; only the newest versions are sought each time."""
    pinned = (HOME / "pyproject.toml").read_bytes() + TESTED.read_bytes() + LOCAL.read_bytes()
    wanted = hashlib.sha256(pinned + sys.version.encode()).hexdigest()
    stamp = environment / f"installed{'-' + extra if extra else ''}"
    there = python_of(environment).exists() and stamp.exists() and stamp.read_text() == wanted
    if there and environment != NEWEST:
        return True
    print(f"Setting lmwalk up in {environment.name}; the first time takes a minute or two.", flush=True)
    if not (has_pip(environment) or make_environment(environment)):
        return False
    if not install(environment, f"{HOME}[{extra}]" if extra else str(HOME)):
        print("The packages could not be installed; what went wrong stands above. Run the same command to try again.")
        return False
    stamp.write_text(wanted)
    return True


def install(environment: Path, target: str) -> bool:
    """Install lmwalk with what it needs, at the tested versions where this Python and system have them."""
    pip = [python_of(environment), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    editable = ["--editable", target]
    if environment == NEWEST:
        return run([*pip, "--upgrade", "--upgrade-strategy", "eager", *editable]) == 0
    if run([*pip, "--constraint", TESTED, "--constraint", LOCAL, *editable], quiet=True) == 0:
        return True
    print("Not every tested version can be had here; taking what pyproject.toml allows instead.", flush=True)
    return run([*pip, *editable]) == 0


def keep_versions(environment: Path) -> None:
    """Write the version of every package of an environment down as the tested one."""
    command = [python_of(environment), "-m", "pip", "freeze", "--exclude-editable", "--disable-pip-version-check"]
    frozen = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=True).stdout
    lines = [line.partition("+")[0] for line in frozen.splitlines() if re.fullmatch(r"[\w.-]+==[\w.+!-]+", line)]
    of_local = {line.partition("==")[0] for line in LOCAL.read_text().splitlines()}
    for path, is_local in ((TESTED, False), (LOCAL, True)):
        own = [line for line in lines if (line.partition("==")[0] in of_local) == is_local]
        path.write_text("".join(f"{line}\n" for line in own) or path.read_text())
    print(f"The versions of this run stand in {TESTED.parent.relative_to(HOME)}.")


def has_pip(environment: Path) -> bool:
    """Whether the environment is there and whole; one that was left half made is not."""
    python = python_of(environment)
    return python.exists() and run([python, "-m", "pip", "--version"], quiet=True) == 0


def make_environment(environment: Path) -> bool:
    """A virtual environment with pip; where Debian keeps ensurepip apart, the pip that is there fills it."""
    if run([sys.executable, "-m", "venv", environment], quiet=True) == 0:
        return True
    made = run([sys.executable, "-m", "venv", "--clear", "--without-pip", environment]) == 0
    bootstrap = [sys.executable, "-m", "pip", "--python", python_of(environment), "install", "--quiet", "pip"]
    if made and run(bootstrap, quiet=True) == 0:
        return True
    print("This Python has neither ensurepip nor pip. On Debian or Ubuntu: sudo apt install python3-venv")
    return False


def run(command: list[object], *, quiet: bool = False) -> int:
    """The exit code of a command that runs beside this file's user, and that is told of the signals that come here."""
    output = subprocess.DEVNULL if quiet else None
    began: list[subprocess.Popen[bytes]] = []
    early: list[int] = []

    def pass_on(number: int, _frame: object) -> None:
        if number == signal.SIGINT and sys.stdin is not None and sys.stdin.isatty():
            return  # the terminal has told the command, too
        for process in began:
            process.send_signal(number)
        if not began:
            early.append(number)

    before = {number: signal.signal(number, pass_on) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        began.append(subprocess.Popen([str(part) for part in command], stdout=output, stderr=output))
        for number in early:
            began[0].send_signal(number)
        code = began[0].wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
