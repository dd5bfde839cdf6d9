"""Real servers from Debian, put below one cache folder and started on loopback.

Nothing is started as a service and nothing outside the folder is changed by a server's own data.
Everything that is missing ends in a skip with the reason.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

CACHE = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "shiftdesk-real"
_QUIET = {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
"""With this run level Debian's packages do not start the daemons that they install."""


def need_root() -> None:
    """Packages and changed roots need it."""
    if os.geteuid() != 0:
        pytest.skip("real servers are installed by apt, which needs root")


def need_packages(*names: str) -> None:
    """Install what is missing. Skips where apt cannot."""
    need_root()
    if shutil.which("apt-get") is None:
        pytest.skip("real servers come from Debian; there is no apt-get here")
    missing = [name for name in names if not _is_installed(name)]
    if missing:
        run(["apt-get", "install", "-y", "--no-install-recommends", *missing], f"apt: {missing}")


def run(command: Sequence[str], what: str, *, text: str = "", timeout_s: float = 600) -> str:
    """The output of a command. Skips with its last words where it fails."""
    try:
        done = subprocess.run(
            command,
            input=text,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            env={**os.environ, **_QUIET},
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"{what}: {error}")
    if done.returncode:
        pytest.skip(f"{what}: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout


def free_port() -> int:
    """A port on loopback that nobody has now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@contextlib.contextmanager
def started(
    command: Sequence[str], log: Path, env: Mapping[str, str] | None = None
) -> Iterator[None]:
    """A server's process, ended with everything that it started itself."""
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env={**os.environ, **(env or {})},
        )
    try:
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, 15)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()


@contextlib.contextmanager
def redis(log: Path) -> Iterator[str]:
    """A Redis of our own that keeps nothing; its host and port."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    with started(command, log):
        yield f"127.0.0.1:{port}"


@contextlib.contextmanager
def postgres(log: Path) -> Iterator[str]:
    """A PostgreSQL of our own with one empty database; its address."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.skip("postgresql is not where Debian puts it")
    tools, port = found[-1], free_port()
    # It refuses to run as root, and its user may not enter pytest's own folders.
    with tempfile.TemporaryDirectory(prefix="shiftdesk-postgres-") as folder:
        shutil.chown(folder, "postgres")
        data = f"{folder}/data"
        as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        run([*as_user, str(tools / "initdb"), "-A", "trust", "-U", "pg", "-D", data], "initdb")
        server = [str(tools / "postgres"), "-D", data, "-p", str(port), "-k", folder]
        with started([*as_user, *server, "-h", "127.0.0.1"], log):
            address = ["-h", "127.0.0.1", "-p", str(port), "-U", "pg"]
            ends = time.monotonic() + 30
            while time.monotonic() < ends:
                done = subprocess.run(
                    [str(tools / "createdb"), *address, "desk"], capture_output=True, check=False
                )
                if done.returncode == 0:
                    break
                time.sleep(0.3)
            else:
                pytest.skip(f"PostgreSQL does not answer: {log.read_text()[-300:]}")
            yield f"postgresql://pg@127.0.0.1:{port}/desk"


def wait_for_http(url: str, log: Path, *, seconds: float = 60) -> None:
    """Until the server answers anything at all. Skips where it never does."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        try:
            urllib.request.urlopen(url, timeout=30).close()
            return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
    pytest.skip(f"{url} did not answer within {seconds:g} s: {log.read_text()[-300:]}")


def _is_installed(name: str) -> bool:
    done = subprocess.run(["dpkg", "-s", name], capture_output=True, text=True, check=False)
    return "Status: install ok installed" in done.stdout
