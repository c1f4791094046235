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
# What no run can do without.
ALWAYS = {
    "_http.responses",
    "_http.signing",
    "_core.changes",
    "_http.client",
    "_core.clock",
    "_core.errors",
    "_identity.credentials",
    "_edge.spec",
    "_edge.module",
    "_edge.options",
    "_wait.budget",
    "_core.rules",
    "_edge.startup",
    "_http.tls",
    "_http.transport",
    "_core.version",
}
QUEUE = {"_queue.validation", "_queue.plan", "_api.queues", "_queue.readiness", "_api.authorization"}


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


def test_a_queue_that_is_as_it_should_be_costs_only_what_it_takes_to_find_that_out(existing_queue, loaded):
    existing_queue("q1", cu_count=64)
    result, names = loaded("dli_queue", name="q1", cu_count=64)
    assert not result["changed"]
    assert names == ALWAYS | QUEUE


@pytest.mark.parametrize("module", ["dli_queue", "dli_queue_info"])
def test_from_an_archive_a_file_is_compiled_once_and_what_is_loaded_is_no_garbage(
    existing_queue, own_process, archive, module
):
    existing_queue("q1", cu_count=64)
    run = own_process(["-c", WATCHED, f"{PACKAGE}.modules.{module}"], archive, name="q1")
    assert json.loads(run.stdout)["changed"] is False
    compiled, collects, frozen = json.loads(run.stderr)
    times = Counter(compiled)
    assert times.keys() >= ALWAYS
    # These are loaded before it has an effect.
    packages = {file for file in times if file.endswith("__init__")}
    assert {file for file in times if times[file] > 1} - packages == {"_edge.module", "_edge.startup"}
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


@pytest.mark.parametrize(
    ("options", "more"),
    [
        ({"cu_count": 80}, {"_queue.actions", "_queue.preconditions", "_queue.steps", "_queue.operations"}),
        ({"cu_count": 64, "tags": {}}, {"_queue.aspects", "_aspect.tags"}),
        ({"cu_count": 64, "authorized_users": []}, {"_queue.users", "_queue.aspect_validation"}),
    ],
)
def test_what_a_run_needs_beyond_that_is_loaded(existing_queue, loaded, options, more):
    existing_queue("q1", cu_count=64)
    result, names = loaded("dli_queue", name="q1", wait=False, **options)
    assert not result.get("failed")
    assert names >= ALWAYS | QUEUE | more


# The project is looked for in a list.
IAM = {"_identity.iam", "_http.pagination"}
LOGGING_IN = {*IAM, "_identity.login"}


@pytest.mark.parametrize(
    ("way", "more"),
    [
        ("keys", IAM),
        ("password", {*LOGGING_IN, "_identity.tokens"}),
        ("file", {*LOGGING_IN, "_identity.tokens", "_identity.oidc"}),
    ],
)
def test_who_asks_iam_loads_what_that_takes(existing_queue, credentials, loaded, way, more):
    existing_queue("q1", cu_count=64)
    options = {"access_key": None, "secret_key": None, "project_id": None, **credentials[way]}
    result, names = loaded("dli_queue", name="q1", cu_count=64, **options)
    assert result["changed"] is False
    assert names == ALWAYS | QUEUE | more


def test_an_agency_takes_no_more_than_that(credentials, loaded):
    agency = {"agency_name": "operators", "agency_domain_name": "customer", "project_id": None}
    result, names = loaded("dli_queue_info", **credentials["keys"], **agency)
    assert not result.get("failed")
    assert names & {
        "_identity.iam",
        "_identity.login",
        "_http.pagination",
        "_identity.tokens",
        "_identity.oidc",
        "_identity.agency",
    } == {*LOGGING_IN, "_identity.agency"}
