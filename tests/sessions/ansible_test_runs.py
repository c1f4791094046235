# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Running ansible-test in a copy of the collection."""

from __future__ import annotations

import configparser
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nox
import yaml
from collection import ROOT, copied_tree
from workarounds import offer_key_to_ansible_test, offer_pip_to_ansible_test

from with_simulator import running_simulator


@contextmanager
def ansible_test_tree(session: nox.Session, core: str) -> Iterator[Path]:
    """A copy of the collection in which to run ansible-test. Reports are copied to tests/output of the checkout."""
    # The newest patch release, so that these tests detect a release that is incompatible with the collection.
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


def run_targets(session: nox.Session, tree: Path, way: str, *arguments: str, thorough: bool = False) -> Path:
    """Run integration targets against the simulator in one mode; returns the folder with the recorded results.

    ``way`` is ``action`` (in the controller process, the default of tasks) or ``module`` (a process for each task).
    ``thorough`` includes the steps that repeat unit tests of modules, see change.yml of the targets.
    """
    record = tree / "tests/output/results" / way
    record.mkdir(parents=True)
    settings = configparser.ConfigParser()
    settings["defaults"] = {
        "callback_plugins": str(tree / "tests/tools/parity/callback"),
        "bin_ansible_callbacks": "true",
        # The default of a millisecond keeps Ansible busy while it waits for tasks, and for the playbooks in tasks.
        "internal_poll_interval": "0.01",
    }
    # Two processes for each module instead of five.
    settings["connection"] = {"pipelining": "true"}
    settings["record_results"] = {"folder": str(record)}
    with (tree / "tests/integration/integration.cfg").open("w", encoding="utf-8") as file:
        settings.write(file)
    offer_key_to_ansible_test()
    # One simulator for all targets, because the tasks that start and stop another one take more than a second. At this
    # speed a queue is assigned in less than a second instead of seven minutes.
    simulator = running_simulator(["--speed", "600", "--end-after", "14400"], str(Path(session.bin) / "python"))
    with simulator as (_ready, facts):
        # ansible-test passes this file and the other one to each playbook, but no environment variables.
        variables = {"huaweicloud_dli_fast_path": way == "action", "thorough": thorough, "shared_simulator": facts}
        (tree / "tests/integration/integration_config.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
        # In the environment of the session, which has all requirements; --venv would create another one.
        ansible_test(session, "integration", "--local", "--python", str(session.python), *arguments)
    return record
