"""A console on another machine: a real sshd on loopback carries the wire."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walks.house import ROOT, House

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"

pytestmark = pytest.mark.skipif(
    not Path(SSHD).exists() or shutil.which("ssh") is None,
    reason="needs openssh's server and client (apt-get install openssh-server)",
)


class Shed:
    """An sshd with one key for each agent, and an `ssh` that finds it under the name `desk`."""

    def __init__(self, root: Path, house: House) -> None:
        self.root = root
        root.mkdir()
        self._house = house
        self.port = _free_port()
        self._key(root / "host")
        (root / "sshd_config").write_text(
            f"Port {self.port}\nListenAddress 127.0.0.1\nHostKey {root}/host\n"
            f"AuthorizedKeysFile {root}/authorized_keys\nStrictModes no\nUsePAM no\n"
            f"PidFile {root}/pid\nPasswordAuthentication no\nPermitRootLogin yes\n"
        )
        keys = [self._line(name) for name in ("ana", "bo", "stranger")]
        (root / "authorized_keys").write_text("\n".join(keys) + "\n")
        # sshd wants its separation directory even where it does not separate
        Path("/run/sshd").mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", str(root / "sshd_config")], stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 10
        while not _listens(self.port):
            assert time.monotonic() < deadline and self.process.poll() is None

    def _key(self, path: Path) -> str:
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
        return path.with_suffix(".pub").read_text().strip()

    def _line(self, name: str) -> str:
        """authorized_keys for one account: the key names the agent, whatever they ask to run."""
        key = self._key(self.root / name)
        socket_path = self._house.env["SHIFTDESK_SOCKET"]
        command = f"env PYTHONPATH={ROOT} {sys.executable} -m console.cli --socket {socket_path}"
        return f'restrict,command="{command} attach --as {name}" {key}'

    def env(self, name: str) -> dict[str, str]:
        """An environment in which `ssh desk` reaches the sshd with this agent's key."""
        bin_dir = self.root / f"bin-{name}"
        bin_dir.mkdir(exist_ok=True)
        config = self.root / f"ssh-{name}"
        config.write_text(
            f"Host desk\n HostName 127.0.0.1\n Port {self.port}\n User {getpass.getuser()}\n"
            f" IdentityFile {self.root / name}\n IdentitiesOnly yes\n"
            f" StrictHostKeyChecking no\n UserKnownHostsFile /dev/null\n LogLevel ERROR\n"
        )
        wrapper = bin_dir / "ssh"
        wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {config} "$@"\n')
        wrapper.chmod(0o755)
        return {
            **os.environ,
            "PATH": f"{bin_dir}:{os.environ['PATH']}",
            "XDG_STATE_HOME": str(self.root / "state"),
            "XDG_CONFIG_HOME": str(self.root / "config"),
            "TERM": "xterm-256color",
        }

    def verb(self, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A verb of this agent's, through ssh."""
        return subprocess.run(
            [sys.executable, "-m", "console.cli", "--on", "desk", *arguments],
            env=self.env(name),
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=10)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as trying:
        return trying.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def shed(house: House, tmp_path: Path) -> Iterator[Shed]:
    """The house with two agents in its team, and an sshd in front of it."""
    text = house.config.read_text("utf-8") + '\n[agents.ana]\nrole = "lead"\n\n[agents.bo]\n'
    house.config.write_text(text, "utf-8")
    assert 0 == house.verb("reload").returncode
    made = Shed(tmp_path / "shed", house)
    try:
        yield made
    finally:
        made.close()


@pytest.mark.heavy
def test_the_key_names_the_agent(shed: Shed, house: House) -> None:
    """Two people on one account are two people to the desk."""
    house.publish("review", text="Nobody answers my question.", stars=1)
    number = str(house.until_rows(1)[0]["id"])

    assert 0 == shed.verb("ana", "claim", number).returncode
    refused = shed.verb("bo", "claim", number)

    assert "ana" == house.rows()[0]["owner"]
    assert 1 == refused.returncode
    assert "ana" in refused.stderr


@pytest.mark.heavy
def test_a_key_of_nobody_is_refused_by_name(shed: Shed) -> None:
    """A key that names no agent gets a sentence, not a desk."""
    refused = shed.verb("stranger", "queue")

    assert 1 == refused.returncode
    assert "stranger" in refused.stderr


@pytest.mark.heavy
def test_the_key_gives_no_shell(shed: Shed) -> None:
    """Whatever command is asked for, the desk's wire is what runs."""
    with subprocess.Popen(
        ["ssh", "-T", "desk", "cat", "/etc/passwd"],
        env=shed.env("ana"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as asked:
        assert asked.stdin is not None and asked.stdout is not None
        asked.stdin.write("not a hello\n")
        asked.stdin.flush()
        answer = asked.stdout.readline()

    assert "root:" not in answer
    assert '"protocol"' in answer


@pytest.mark.heavy
def test_a_remote_console_outlives_its_line(shed: Shed, house: House) -> None:
    """The line dies under a half-written reply; typing goes on, and the console comes back."""
    house.publish("review", text="Nobody answers my question.", stars=1)
    house.until_rows(1)
    env = {name: value for name, value in shed.env("ana").items() if name != "SHIFTDESK_SOCKET"}
    house.env |= {"PATH": env["PATH"]}
    with house.console("--on", "desk") as console:
        console.until("Nobody answers")
        console.press("\rr")
        console.until("PUBLIC REPLY")
        console.press("One. ")
        console.until("One.")
        house.kill_desk()
        console.until("no desk", timeout_s=30)
        console.press("Two.")
        console.until("One. Two.")
        house.start_desk()

        console.until_gone("no desk", timeout_s=40)
        assert "One. Two." in console.text
