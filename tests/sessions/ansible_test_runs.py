# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running ansible-test in a copy of the collection."""

from __future__ import annotations

import configparser
import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nox
import yaml
from collection import ROOT, copied_tree

GET_PIP = '''\
"""Stands in for get-pip: takes pip from CPython's own bundle, and what to install from the package index."""
import ensurepip, glob, os, runpy, sys
args = [arg for arg in sys.argv[1:] if arg not in ("--no-setuptools", "--no-wheel")]
sys.path.insert(0, sorted(glob.glob(os.path.join(os.path.dirname(ensurepip.__file__), "_bundled", "pip-*.whl")))[-1])
sys.argv = ["pip", "install", "--quiet"] + args
runpy.run_module("pip", run_name="__main__", alter_sys=True)
'''


def offer_pip_to_ansible_test(session: nox.Session) -> None:
    """Put a script where ansible-test keeps its download of get-pip, unless it has one.

    ansible-test gets it from a host that is not the package index, and that not every network lets through. The file's
    name has the version of pip that this ansible-core wants, which is only written in ansible-test's source.
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
    """Make the key that ansible-test makes for itself, unless there is one: two that make it at once both fail."""
    place = Path("~/.ansible/test").expanduser()
    place.mkdir(parents=True, exist_ok=True)
    with (place / "huaweicloud_dli.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "id_rsa").exists():
            subprocess.run(
                ["ssh-keygen", "-m", "PEM", "-q", "-t", "rsa", "-N", "", "-f", str(place / "id_rsa")], check=True
            )


@contextmanager
def ansible_test_tree(session: nox.Session, core: str) -> Iterator[Path]:
    """A copy of the collection to run ansible-test in. What that reports lands in tests/output of the checkout."""
    # The newest patch release on purpose: if one breaks the collection, this is where it should show.
    session.install(f"ansible-core~={core}.0")
    offer_pip_to_ansible_test(session)
    tree = copied_tree(session)
    with session.chdir(tree):
        try:
            yield tree
        finally:
            shutil.copytree(tree / "tests/output", ROOT / "tests/output" / session.name, dirs_exist_ok=True,
                            ignore=shutil.ignore_patterns(".tmp", "coverage"))  # fmt: skip


def ansible_test(session: nox.Session, *arguments: str) -> None:
    session.run("ansible-test", *arguments, "--color", "no")


def run_targets(session: nox.Session, tree: Path, way: str, *arguments: str) -> Path:
    """Run integration targets against the simulator one way; the answer is the folder with what modules returned.

    The ways are ``action``, inside of Ansible, as tasks run by default, and ``module``, in a process for each of them.
    """
    record = tree / "tests/output/results" / way
    record.mkdir(parents=True)
    # ansible-test hands these two files to every playbook, and no environment variables.
    variables = yaml.safe_dump({"huaweicloud_dli_fast_path": way == "action"})
    (tree / "tests/integration/integration_config.yml").write_text(variables, encoding="utf-8")
    settings = configparser.ConfigParser()
    settings["defaults"] = {
        "callback_plugins": str(tree / "tests/tools/parity/callback"),
        "bin_ansible_callbacks": "true",
    }
    # Of the five processes that a module takes without it, two.
    settings["connection"] = {"pipelining": "true"}
    settings["record_results"] = {"folder": str(record)}
    with (tree / "tests/integration/integration.cfg").open("w", encoding="utf-8") as file:
        settings.write(file)
    offer_key_to_ansible_test()
    ansible_test(session, "integration", "--venv", "--python", str(session.python), *arguments)
    return record
