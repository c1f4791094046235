# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workarounds for build machines and for the tools on them. The tests themselves need none of this.

The docstring of each function names the machine or tool that needs it; on other machines the function changes nothing.
When the reason is gone, remove the function and its call in ansible_test_runs.py or machine.py.
"""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
from pathlib import Path

import nox

GET_PIP = '''\
"""Replaces get-pip: runs the pip that CPython bundles to install packages from the package index."""
import ensurepip, glob, os, runpy, sys
args = [arg for arg in sys.argv[1:] if arg not in ("--no-setuptools", "--no-wheel")]
sys.path.insert(0, sorted(glob.glob(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled", "pip-*.whl")))[-1])
sys.argv = ["pip", "install", "--quiet"] + args
runpy.run_module("pip", run_name="__main__", alter_sys=True)
'''


def offer_pip_to_ansible_test(session: nox.Session) -> None:
    """For networks that allow only the package index: put a script where ansible-test caches get-pip.

    ansible-test downloads get-pip from another host, unless this file exists. The name of the file contains the version
    of pip that this ansible-core requires, and only the source of ansible-test contains that version.
    """
    where = "import ansible_test, pathlib; print(pathlib.Path(ansible_test.__file__).parent)"
    package = session.run("python", "-c", where, silent=True)
    if package is None:  # nox --install-only
        return
    source = Path(package.strip(), "_internal", "python_requirements.py").read_text(encoding="utf-8")
    cache = Path("~/.ansible/test/cache").expanduser()
    cache.mkdir(parents=True, exist_ok=True)
    for version in re.findall(r"\bpip='([0-9.]+)'", source):
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        if not script.exists():
            fresh = script.with_suffix(f".{os.getpid()}")
            fresh.write_text(GET_PIP, encoding="utf-8")
            fresh.replace(script)


def offer_key_to_ansible_test() -> None:
    """For parallel sessions (nox -j): create the SSH key of ansible-test unless it exists.

    ansible-test creates the key itself, but fails if two of its processes create it at the same time.
    """
    place = Path("~/.ansible/test").expanduser()
    place.mkdir(parents=True, exist_ok=True)
    with (place / "huaweicloud_dli.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "id_rsa").exists():
            subprocess.run(
                ["ssh-keygen", "-m", "PEM", "-q", "-t", "rsa", "-N", "", "-f", str(place / "id_rsa")], check=True
            )


def link_pyenv_interpreters(links: Path) -> None:
    """For machines with pyenv: create a folder of links to its interpreters.

    The shims of pyenv fail for versions that are not selected, and ansible-test removes PYENV_VERSION, which selects
    one. A folder before the shims on PATH works for all versions.
    """
    links.mkdir(parents=True, exist_ok=True)
    # PYENV_ROOT can be unset and HOME can be another folder, but the shims are on PATH.
    roots = [Path(entry).parent for entry in os.environ["PATH"].split(os.pathsep) if entry.endswith("/shims")]
    roots += [Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()]
    found = {binary for root in roots for binary in root.glob("versions/3.*/bin")}
    for binary in sorted(found, key=lambda path: [int(n) for n in re.findall(r"\d+", path.parent.name)]):
        name = "python" + ".".join(binary.parent.name.split(".")[:2])
        if (binary / name).exists():
            # The newest patch release wins. Replaced atomically, because other processes may use the link.
            fresh = links / f".{name}.{os.getpid()}"
            fresh.symlink_to(binary / name)
            fresh.replace(links / name)


def adapt_environment() -> None:
    """For machines behind a proxy or a mirror, and for containers: correct variables of the environment."""
    # uv ignores the settings of pip and has certificates of its own; proxies and mirrors need the settings and the
    # certificates of the system.
    os.environ.setdefault("UV_SYSTEM_CERTS", "1")
    if "PIP_INDEX_URL" in os.environ:
        os.environ.setdefault("UV_DEFAULT_INDEX", os.environ["PIP_INDEX_URL"])
    # Container images set it to stay small, but then each of a thousand processes compiles Ansible again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
