"""Set lmwalk up in a private environment beside this file, then open it or test it.

    python3 start.py                 the dashboard
    python3 start.py test            the whole test suite
    python3 start.py run STUDY.yaml  any other command of lmwalk

Needs Python 3.11 or newer and nothing else; the system's packages are neither used nor touched.
"""

import hashlib
import os
import signal
import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parent
ENVIRONMENT = HOME / ".venv"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")

SIDE_BY_SIDE = ["-n", "auto", "--maxprocesses=4", "--dist=loadfile"]
"""Whole files of tests are dealt out to as many processes as there are cores, four at most: each drives a browser."""


def main(arguments: list[str]) -> int:
    """Set up what is missing, then do what was asked; the exit code."""
    if sys.version_info < (3, 11):
        print(f"lmwalk needs Python 3.11 or newer; this is {sys.version.split()[0]}. Try: python3.12 start.py")
        return 2
    testing = arguments[:1] == ["test"]
    if not set_up("test" if testing else ""):
        return 2
    if testing:
        os.chdir(HOME)
        return run([PYTHON, "-m", "pytest", *SIDE_BY_SIDE, *arguments[1:]])
    return run([PYTHON, "-m", "lmwalk", *(arguments or ["ui"])])


def set_up(extra: str) -> bool:
    """Make the environment and install what pyproject.toml asks for; nothing is done twice."""
    wanted = hashlib.sha256((HOME / "pyproject.toml").read_bytes() + sys.version.encode()).hexdigest()
    stamp = ENVIRONMENT / f"installed{'-' + extra if extra else ''}"
    if PYTHON.exists() and stamp.exists() and stamp.read_text() == wanted:
        return True
    print("Setting lmwalk up in .venv; this takes a minute or two, once.", flush=True)
    target = f"{HOME}[{extra}]" if extra else str(HOME)
    if not (has_pip() or make_environment()):
        return False
    install = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--editable", target]
    if run(install):
        print("The packages could not be installed; what went wrong stands above. Run the same command to try again.")
        return False
    stamp.write_text(wanted)
    return True


def has_pip() -> bool:
    """Whether the environment is there and whole; one that was left half made is not."""
    return PYTHON.exists() and run([PYTHON, "-m", "pip", "--version"], quiet=True) == 0


def make_environment() -> bool:
    """A virtual environment with pip; where Debian keeps ensurepip apart, the pip that is there fills it."""
    if run([sys.executable, "-m", "venv", ENVIRONMENT], quiet=True) == 0:
        return True
    made = run([sys.executable, "-m", "venv", "--clear", "--without-pip", ENVIRONMENT]) == 0
    bootstrap = [sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "pip"]
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
