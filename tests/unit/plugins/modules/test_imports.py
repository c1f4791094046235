# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module loads of ours: in a process of its own every file is compiled anew in each run."""

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
# How many files of ours a task may load, and how many bytes of source these may have: each is compiled in each run of a
# module. Measured in time, with an empty module beside it, by `make bench`.
BUDGETS = {
    "finds nothing to do": (27, 105_000),
    "reads a list": (31, 135_000),
    "changes a queue": (42, 205_000),
}
# In the archive too, these are compiled before the importer that compiles once is in place.
BEFORE_THE_IMPORTER = {"_edge.module", "_edge.startup"}


def place_of(module):
    return Path(import_module(f"{PACKAGE}.modules.{module}").__file__)


@pytest.fixture
def own_process(sim, connection_params):
    """own_process([*how], folder, name="q1") runs a module in a process of its own; ours is taken from the folder."""

    def own_process(how, folder, **options):
        arguments = {**connection_params, **options, "_ansible_version": "2.16.0"}
        arguments = {name: value for name, value in arguments.items() if value is not None}
        return subprocess.run(
            [sys.executable, *how],
            input=json.dumps({"ANSIBLE_MODULE_ARGS": arguments}),
            env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), *sys.path])},
            capture_output=True,
            text=True,
            check=False,
        )

    return own_process


@pytest.fixture
def loaded(own_process):
    """loaded("dli_queue", name="q1"): what the module said, and what it loaded."""

    def loaded(module, **options):
        run = own_process(
            ["-X", "importtime", "-m", f"{PACKAGE}.modules.{module}"], place_of(module).parents[5], **options
        )
        names = re.findall(rf"\| +{re.escape(PACKAGE)}\.module_utils\.(\w+\.\w+)$", run.stderr, re.MULTILINE)
        return json.loads(run.stdout), set(names)

    return loaded


@pytest.fixture
def archive(tmp_path):
    """All files of ours in an archive, as Ansible sends them with a module."""
    plugins = place_of("dli_queue").parents[1]
    packages = [PACKAGE.split(".")[:depth] for depth in range(1, 5)]
    with ZipFile(tmp_path / "archive.zip", "w") as archive:
        for package in (*packages, *([*packages[-1], name] for name in ("modules", "module_utils"))):
            archive.writestr("/".join([*package, "__init__.py"]), "")
        for file in [*plugins.glob("modules/*.py"), *plugins.glob("module_utils/*/*.py")]:
            archive.write(file, "/".join([*PACKAGE.split("."), *file.relative_to(plugins).parts]))
    return tmp_path / "archive.zip"


# Says at the end what was compiled, and what became of the collection of garbage.
WATCHED = """
import atexit, gc, json, runpy, sys
compiled = []
def note(event, what):
    if event == "compile" and "huaweicloud/dli/plugins/module_utils/" in str(what[1]):
        compiled.append(".".join(what[1].removesuffix(".py").split("/")[-2:]))
def tell():
    print(json.dumps([compiled, gc.isenabled(), gc.get_freeze_count()]), file=sys.stderr)
sys.addaudithook(note)
atexit.register(tell)
runpy.run_module(sys.argv.pop(), run_name="__main__")
"""


def within(budget, names):
    """Whether that many files, and no more source than that."""
    folder = place_of("dli_queue").parents[1] / "module_utils"
    size = sum(folder.joinpath(*name.split(".")).with_suffix(".py").stat().st_size for name in names)
    most_files, most_bytes = BUDGETS[budget]
    assert len(names) <= most_files, sorted(names)
    assert size <= most_bytes, sorted(names)
    # A budget that is far from what is loaded would notice nothing.
    assert (len(names), size) >= (most_files - 4, most_bytes * 0.8)


def test_a_task_that_finds_nothing_to_do_loads_little(existing_queue, loaded):
    existing_queue("q1", cu_count=64)
    result, names = loaded("dli_queue", name="q1", cu_count=64)
    assert not result["changed"]
    within("finds nothing to do", names)


def test_a_task_that_reads_loads_little(existing_queue, loaded):
    existing_queue("q1", cu_count=64)
    result, names = loaded("dli_queue_info")
    assert len(result["queues"]) == 2
    within("reads a list", names)


def test_a_task_that_changes_a_queue_loads_what_that_takes(existing_queue, loaded):
    existing_queue("q1", cu_count=64)
    result, names = loaded("dli_queue", name="q1", wait=False, cu_count=80)
    assert result["changed"]
    within("changes a queue", names)


@pytest.mark.parametrize("module", ["dli_queue", "dli_queue_info"])
def test_from_an_archive_a_file_is_compiled_once_and_what_is_loaded_is_no_garbage(
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


def test_elsewhere_the_collection_of_garbage_stays_as_it_is(existing_queue, own_process):
    existing_queue("q1", cu_count=64)
    run = own_process(["-c", WATCHED, f"{PACKAGE}.modules.dli_queue"], place_of("dli_queue").parents[5], name="q1")
    assert json.loads(run.stdout)["changed"] is False
    _compiled, collects, frozen = json.loads(run.stderr)
    assert collects
    # Some versions of Python do that with a few things of their own.
    assert frozen < 1_000


@pytest.mark.parametrize("way", ["keys", "password", "file"])
def test_a_task_that_asks_iam_loads_what_that_takes(existing_queue, credentials, loaded, way):
    existing_queue("q1", cu_count=64)
    options = {"access_key": None, "secret_key": None, "project_id": None, **credentials[way]}
    result, names = loaded("dli_queue", name="q1", cu_count=64, **options)
    assert result["changed"] is False
    # No way to log in but the one that is used.
    ways = {"_identity.tokens", "_identity.oidc", "_identity.agency"} & names
    assert (
        ways == {"keys": set(), "password": {"_identity.tokens"}, "file": {"_identity.tokens", "_identity.oidc"}}[way]
    )
