"""Real mail servers on loopback: dovecot for IMAP, exim for SMTP, one domain of two mailboxes."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

USER = "Debian-exim"
"""exim gives up root when it reads another configuration: its own user delivers, and owns mail."""

DOVECOT = """
protocols = imap
listen = 127.0.0.1
base_dir = {root}/run
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
log_path = {root}/dovecot.log
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={user} gid={user} home={root}/home/%n
}}
mail_location = maildir:{root}/home/%n/Maildir
service imap-login {{
  inet_listener imap {{
    address = 127.0.0.1
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
namespace inbox {{
  inbox = yes
  mailbox "Sent Items" {{
    special_use = \\Sent
    auto = create
  }}
}}
"""

EXIM = """
primary_hostname = mail.shop.test
domainlist local_domains = shop.test
daemon_smtp_ports = {smtp}
local_interfaces = 127.0.0.1
spool_directory = {root}/spool
log_file_path = {root}/exim-%slog
pid_file_path = {root}/exim.pid
exim_user = {user}
exim_group = {user}
tls_advertise_hosts =
rfc1413_query_timeout = 0s
smtp_accept_queue_per_connection = 0
keep_environment =
acl_smtp_rcpt = take
begin acl
take:
  accept domains = +local_domains
         verify = recipient
  deny message = no such user
begin routers
local:
  driver = accept
  domains = +local_domains
  local_parts = support : dana
  transport = maildir
begin transports
maildir:
  driver = appendfile
  maildir_format
  directory = {root}/home/$local_part_data/Maildir
  create_directory
  user = {user}
  group = {user}
  delivery_date_add
  envelope_to_add
  return_path_add
"""


@dataclass(frozen=True)
class RealMail:
    """Where the servers are; every mailbox's password is `secret`."""

    imap: int
    smtp: int


def missing() -> str:
    """Why the servers cannot be started here, empty if they can."""
    for program in ("dovecot", "exim4"):
        if shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
            return f"{program} is not installed"
    if os.geteuid() != 0:
        return "mail servers are started by root"
    try:
        pwd.getpwnam(USER)
    except KeyError:
        return f"there is no user {USER}"
    return ""


@contextlib.contextmanager
def real_mail(root: Path) -> Iterator[RealMail]:
    """Both servers, under `root`, which every user may enter; ended at the end."""
    place = RealMail(imap=_free_port(), smtp=_free_port())
    user = pwd.getpwnam(USER)
    for folder in (root, root / "home", root / "spool"):
        folder.mkdir(exist_ok=True)
        os.chown(folder, user.pw_uid, user.pw_gid)
        folder.chmod(0o755)
    (root / "run").mkdir()
    for name, text in (("dovecot.conf", DOVECOT), ("exim.conf", EXIM)):
        told = text.format(root=root, user=USER, imap=place.imap, smtp=place.smtp)
        (root / name).write_text(told)
    environment = os.environ | {"PATH": os.environ.get("PATH", "") + ":/usr/sbin"}
    servers = [
        subprocess.Popen(command, env=environment)
        for command in (
            ["dovecot", "-F", "-c", str(root / "dovecot.conf")],
            ["exim4", "-C", str(root / "exim.conf"), "-bdf", "-q1m"],
        )
    ]
    try:
        for port in (place.imap, place.smtp):
            _wait_for(port)
        yield place
    finally:
        for server in servers:
            server.terminate()
        for server in servers:
            server.wait(10)


def _free_port() -> int:
    with socket.socket() as trying:
        trying.bind(("127.0.0.1", 0))
        port: int = trying.getsockname()[1]
        return port


def _wait_for(port: int) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing answers at port {port}")
