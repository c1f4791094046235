# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Empty texts, and dictionaries that older versions of ansible-core accept as texts."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from ansible.module_utils.common.parameters import PASS_VARS
from ansible_collections.huaweicloud.dli.plugins.module_utils._edge import arguments

PACKAGE = "ansible_collections.huaweicloud.dli.plugins"
MODULES = sorted(path.stem for path in Path(__file__).parents[5].glob("plugins/modules/dli_*.py"))
TEXT = "{'created': datetime.datetime(2026, 1, 2)}"


def spec_of(module):
    return importlib.import_module(f"{PACKAGE}.modules.{module}").SPEC


def dictionaries(options, prefix=""):
    """(path, wrong value at that path) of every dictionary, however deep."""
    for name, option in options.items():
        if option["type"] == "dict":
            yield f"{prefix}{name}", {name: TEXT}
            for path, inner in dictionaries(option.get("options", {}), f"{prefix}{name}."):
                yield path, {name: inner}
        elif option.get("elements") == "dict":
            yield f"{prefix}{name}[1]", {name: [{}, TEXT]}


CASES = [(module, *case) for module in MODULES for case in dictionaries(spec_of(module).options)]


@pytest.mark.parametrize(("module", "path", "params"), CASES)
def test_a_text_in_place_of_a_dictionary_is_reported_by_its_option(module, path, params):
    (problem,) = arguments.type_problems(spec_of(module).options, params)
    assert problem.startswith(f"{path} must be a dictionary, got ")


def test_dictionaries_are_accepted():
    assert arguments.type_problems(spec_of("dli_queue").options, {"tags": {}, "scaling_policies": [{}]}) == []


@pytest.mark.parametrize("module", MODULES)
def test_empty_texts_are_removed_and_nothing_else(module):
    spec = spec_of(module)
    given = dict.fromkeys(spec.options, "")
    kept = arguments.without_empty_texts(spec.options, given, keep=spec.clearable)
    texts = {name for name, option in spec.options.items() if option["type"] in ("str", "path")}
    assert kept.keys() == spec.options.keys() - (texts - set(spec.clearable))


def test_empty_texts_are_removed_from_sub_options_and_aliases():
    options = spec_of("dli_queue").options
    given = {"cidr": "", "tags": {"a": ""}, "scaling_policies": [{"impact_start_time": "", "min_cu": ""}], "other": ""}
    assert arguments.without_empty_texts(options, given) == {
        "tags": {"a": ""}, "scaling_policies": [{"min_cu": ""}], "other": "",
    }  # fmt: skip


def test_only_the_description_of_a_pool_is_cleared_by_an_empty_text():
    assert {module: spec_of(module).clearable for module in MODULES if spec_of(module).clearable} == {
        "dli_elastic_resource_pool": ("description",)
    }


@pytest.mark.parametrize("executed", ["run", "action"])
def test_a_text_in_place_of_tags_fails_the_task(run, make_action, connection_params, monkeypatch, executed):
    monkeypatch.setattr(arguments, "type_problems", lambda *_arguments: ["tags must be a dictionary, got 'x'"])
    options = {"name": "q1", "cu_count": 16}
    if executed == "run":
        result = run("dli_queue", **options)
    else:
        result = make_action("dli_queue", {**connection_params, **options}).run(task_vars={})
    assert result["msg"] == "tags must be a dictionary, got 'x'"


def test_the_invocation_does_not_show_what_the_environment_provided(run, connection_params, monkeypatch):
    monkeypatch.setenv("HUAWEICLOUD_DLI_HANDED_OVER", "HW_ACCESS_KEY HW_SECRET_KEY")
    talkative = {"_ansible_inject_invocation": True} if "inject_invocation" in PASS_VARS else {}
    result = run("dli_queue", name="q1", state="absent", **talkative)
    assert not result.failed
    invocation = result["invocation"]["module_args"]
    assert (invocation["access_key"], invocation["secret_key"]) == (None, None)
    assert invocation["region"] == connection_params["region"]


def test_the_enterprise_project_of_the_environment_is_that_of_new_resources_only(sim, run, existing_queue, monkeypatch):
    project = "12345678-0000-4000-8000-000000000000"
    monkeypatch.setenv("HW_ENTERPRISE_PROJECT_ID", project)
    existing_queue("q1", cu_count=64)
    assert run("dli_queue", name="q1", cu_count=64)["changed"] is False
    assert run("dli_queue", name="q2", cu_count=16, wait=False)["changed"]
    assert run("dli_elastic_resource_pool", name="p2", min_cu=64, max_cu=64, wait=False)["changed"]
    bodies = [request.body for request in sim.requests if request.method == "POST"]
    assert [project in str(body) for body in bodies] == [True, True]
