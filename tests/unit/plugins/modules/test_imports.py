# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the collection that a module loads: in a process of its own, each run compiles them again."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from zipfile import ZipFile

import pytest

PACKAGE = "ansible_collections.huaweicloud.dli.plugins"
# The maximum number of files of the collection that a task loads, and of bytes of their source. `make bench` measures
# the time, in comparison with an empty module.
BUDGETS = {
    "finds nothing to do": (38, 159_000),
    "reads a list": (42, 195_000),
    "changes a queue": (57, 286_000),
}
# These files are loaded before the importer that compiles each file once is installed.
BEFORE_THE_IMPORTER = {"_edge.module", "_edge.startup"}


def path_of(module):
    return Path(import_module(f"{PACKAGE}.modules.{module}").__file__)


@pytest.fixture
def own_process(sim, connection_params):
    """own_process([*arguments], folder, name="q1") runs a module of the collection in the folder as a process."""

    def own_process(arguments_of_python, folder, **options):
        arguments = {**connection_params, **options, "_ansible_version": "2.16.0"}
        arguments = {name: value for name, value in arguments.items() if value is not None}
        return subprocess.run(
            [sys.executable, *arguments_of_python],
            input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}),
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])},
            capture_output=True,
            text=True,
            check=False,
        )

    return own_process


@pytest.fixture
def loaded(own_process):
    """loaded("dli_queue", name="q1"): the result of the module, and the files that it loaded."""

    def loaded(module, **options):
        run = own_process(
            ["-X", "importtime", "-m", f"{PACKAGE}.modules.{module}"], path_of(module).parents[5], **options
        )
        names = re.findall(rf"\| +{re.escape(PACKAGE)}\.module_utils\.(\w+\.\w+)$", run.stderr, re.MULTILINE)
        return json.loads(run.stdout), set(names)

    return loaded


@pytest.fixture
def archive(tmp_path):
    """An archive with all files of the collection, as Ansible sends it with a module."""
    plugins = path_of("dli_queue").parents[1]
    packages = [PACKAGE.split(".")[:depth] for depth in range(1, 5)]
    with ZipFile(tmp_path / "archive.zip", "w") as archive:
        for package in (*packages, *([*packages[-1], name] for name in ("modules", "module_utils"))):
            archive.writestr("/".join([*package, "__init__.py"]), "")
        for file in [*plugins.glob("modules/*.py"), *plugins.glob("module_utils/*/*.py")]:
            archive.write(file, "/".join([*PACKAGE.split("."), *file.relative_to(plugins).parts]))
    return tmp_path / "archive.zip"


# Reports at the end which files were compiled, and the state of garbage collection.
WATCHED = """
import atexit, gc, json, runpy, sys
compiled = []
def note(event, what):
    if event == "compile" and "huaweicloud/dli/plugins/module_utils/" in str(what[1]):
        compiled.append(".".join(what[1].removesuffix(".py").split("/")[-2:]))
def report():
    print(json.dumps([compiled, gc.isenabled(), gc.get_freeze_count()]), file=sys.stderr)
sys.addaudithook(note)
atexit.register(report)
runpy.run_module(sys.argv.pop(), run_name="__main__")
"""


def assert_within(budget, names):
    """Check the number of files and bytes of source against a budget."""
    folder = path_of("dli_queue").parents[1] / "module_utils"
    size = sum(folder.joinpath(*name.split(".")).with_suffix(".py").stat().st_size for name in names)
    most_files, most_bytes = BUDGETS[budget]
    assert len(names) <= most_files, sorted(names)
    assert size <= most_bytes, sorted(names)
    # A budget far above the current value would not notice a regression.
    assert (len(names), size) >= (most_files - 4, most_bytes * 0.8)


def test_a_task_without_a_change_stays_within_its_budget(existing_queue, loaded):
    existing_queue("q1", cu_count=64)
    result, names = loaded("dli_queue", name="q1", cu_count=64)
    assert not result["changed"]
    assert_within("finds nothing to do", names)


def test_a_task_that_reads_stays_within_its_budget(existing_queue, loaded):
    existing_queue("q1", cu_count=64)
    result, names = loaded("dli_queue_info")
    assert len(result["queues"]) == 2
    assert_within("reads a list", names)


def test_a_task_that_changes_a_queue_stays_within_its_budget(existing_queue, loaded):
    existing_queue("q1", cu_count=64)
    result, names = loaded("dli_queue", name="q1", wait=False, cu_count=80)
    assert result["changed"]
    assert_within("changes a queue", names)


@pytest.mark.parametrize("module", ["dli_queue", "dli_queue_info"])
def test_files_in_an_archive_are_compiled_once_and_exempt_from_garbage_collection(
    existing_queue, own_process, archive, module
):
    existing_queue("q1", cu_count=64)
    run = own_process(["-c", WATCHED, f"{PACKAGE}.modules.{module}"], archive, name="q1")
    assert json.loads(run.stdout)["changed"] is False
    compiled, collects, frozen = json.loads(run.stderr)
    times = Counter(compiled)
    assert len(times) > 15
    packages = {file for file in times if file.endswith("__init__")}
    assert {file for file in times if times[file] > 1} - packages == BEFORE_THE_IMPORTER
    assert collects
    assert frozen > 10_000


def test_outside_of_an_archive_garbage_collection_is_unchanged(existing_queue, own_process):
    existing_queue("q1", cu_count=64)
    run = own_process(["-c", WATCHED, f"{PACKAGE}.modules.dli_queue"], path_of("dli_queue").parents[5], name="q1")
    assert json.loads(run.stdout)["changed"] is False
    _compiled, collects, frozen = json.loads(run.stderr)
    assert collects
    # Some versions of Python freeze a few objects of their own.
    assert frozen < 1_000


@pytest.mark.parametrize("method", ["keys", "password", "file"])
def test_a_login_loads_only_the_files_of_its_method(existing_queue, auth_options, loaded, method):
    existing_queue("q1", cu_count=64)
    options = {"access_key": None, "secret_key": None, "project_id": None, **auth_options[method]}
    result, names = loaded("dli_queue", name="q1", cu_count=64, **options)
    assert result["changed"] is False
    used = {"_identity.login", "_identity.tokens", "_identity.oidc", "_identity.agency"} & names
    password = {"_identity.login", "_identity.tokens"}
    assert used == {"keys": set(), "password": password, "file": {*password, "_identity.oidc"}}[method]
