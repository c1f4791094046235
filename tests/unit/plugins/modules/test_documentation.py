# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The documentation agrees with the code: options, environment variables, and every key that a module returns."""

from __future__ import annotations

import importlib
import json
import re
import textwrap
from pathlib import Path

import pytest
import yaml
from ansible_collections.huaweicloud.dli.plugins.doc_fragments import auth, ready, tags, wait
from ansible_collections.huaweicloud.dli.plugins.module_utils._core import options as shared
from ansible_collections.huaweicloud.dli.plugins.module_utils._edge.options import ENVIRONMENT, authentication_options

pytestmark = pytest.mark.both_modes

PACKAGE = "ansible_collections.huaweicloud.dli.plugins"
ROOT = Path(__file__).resolve().parents[4]
PLUGINS = ROOT / "plugins"
MODULES = sorted(path.stem for path in (PLUGINS / "modules").glob("*.py") if path.stem != "__init__")

# What runs are known to return between them every key that there is, by module. Each run is a set of options; `check`
# is check mode. A new module needs a line here.
POOL_QUEUE = {"queue_name": "pooled", "elastic_resource_pool_name": "pool1"}
FAILING = {"queue_name": "failing"}
CONNECTION = {
    "name": "there",
    "queues": ["q1"],
    "elastic_resource_pools": ["pool1"],
    "hosts": [{"name": "h1", "ip": "192.168.0.1"}],
    "routes": [{"name": "r1", "cidr": "10.1.0.0/24"}],
}
SEED = {
    "pools": [{"elastic_resource_pool_name": "pool1"}],
    "queues": [{"queue_name": "q1", "labels": "multi_az=2", "feature": "basic", "cu_count": 64}, POOL_QUEUE, FAILING],
    "connections": [CONNECTION, {"name": "broken", "queues": [{"name": "failing", "status": "FAILED"}]}],
    "knobs": {"unreachable": ["192.168.0.1:1"]},
    "security_groups": [
        {
            "name": "databases",
            "rules": [{"protocol": "tcp", "multiport": "22", "remote_ip_prefix": "10.0.0.0/8", "priority": 50}],
        }
    ],
    "jobs": [{"queue_name": "pooled", "status": "RUNNING"}],
}
DESTINATION = {
    "dest_vpc_id": "3b9f0c1e-52d7-4f7e-9a44-6d1b8e2f7a01",
    "dest_network_id": "9c1d7e42-0a5b-4c86-b3f1-2e7a6d5c4b02",
}
QUEUE_FACETS = {
    "tags": {"a": "1"},
    "properties": {"job.maxConcurrent": 4},
    "authorized_users": [{"user_name": "u", "privileges": ["RESTART"]}],
    "scaling_policies": [{"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": 16, "max_cu": 32}],
}
RUNS = {
    "dli_elastic_resource_pool": (
        {"name": "fresh", "min_cu": 64, "max_cu": 128, "ipv6_enable": True, "tags": {"a": "1"}, "check": True},
        {"name": "fresh", "min_cu": 64, "max_cu": 128, "ipv6_enable": True, "tags": {"a": "1"}},
        {"name": "pool1", "max_cu": 128, "check": True},
        {"name": "pool1", "max_cu": 128, "tags": {"a": "1"}},
        {"name": "pool1", "cidr_in_vpc": "172.31.0.0/16"},
        {"name": "fresh", "state": "absent"},
        {"name": "new"},
    ),
    "dli_elastic_resource_pool_info": (
        {"with_tags": True, "with_queues": True},
        {"name": "pool1", "check": True},
        {"name": "pool1"},
        {"name": "nowhere"},
    ),
    "dli_queue": (
        {"name": "fresh", "cu_count": 16, "check": True},
        {"name": "fresh", "cu_count": 16},
        {"name": "fresh", "cu_count": 16, "platform": "x86_64"},
        {"name": "q1", "cu_count": 80, "check": True},
        {"name": "q1", "cu_count": 80, "labels": ["multi_az=2"]},
        {"name": "q1", "state": "restarted", "force": True},
        {"name": "pooled"},
        {"name": "pooled", **QUEUE_FACETS, "check": True},
        {"name": "pooled", **QUEUE_FACETS},
        {"name": "q1", "state": "absent"},
        {"name": "fresh", "queue_type": "general"},
        {"name": "new"},
    ),
    "dli_enhanced_connection": (
        {"name": "fresh", **DESTINATION, "queues": ["pooled"], "check": True},
        {"name": "fresh", **DESTINATION, "queues": ["pooled"]},
        {"name": "there", "queues": ["q1", "pooled"], "hosts": [], "tags": {"a": "1"}, "allowed_projects": ["p1"]},
        {"name": "there", "hosts": [{"name": "h2", "ip": "192.168.0.2"}], "check": True},
        {"name": "fresh", "state": "absent"},
        {"name": "there", "queues": ["nowhere"]},
        {"name": "broken", "queues": ["failing"]},
        {"name": "there", **DESTINATION},
    ),
    "dli_queue_info": (
        {"with_tags": True, "with_properties": True, "with_scaling_policies": True, "with_jobs": True},
        {"name": "q1"},
        {"name": "nowhere"},
    ),
    "dli_enhanced_connection_info": (
        {"with_tags": True, "with_allowed_projects": True, "with_network_names": True},
        {"status": "all"},
        {"name": "nowhere"},
        {"with_diagnosis": True},
    ),
    "dli_plan_info": (
        {
            "with_declared": True,
            "queues": [{"name": "q1", "queue_type": "general"}, {"name": "Q1"}],
            "connections": [{"name": "there", "hosts": []}],
            "addresses": [{"queue": "q1", "addresses": ["192.168.0.1:5432"]}],
        },
        {"elastic_resource_pools": [], "check": True},
    ),
    "dli_quota_info": (
        {},
        {"types": ["QUEUE"], "check": True},
    ),
    "dli_security_group_rule": (
        {"security_group": "databases", "ports": ["443", "5432"], "queues": ["q1"], "check": True},
        {"security_group": "databases", "ports": ["443", "5432"], "queues": ["q1"]},
        {"security_group": "databases", "ports": ["22"], "remote_ip_prefix": ["10.0.0.0/8"], "priority": 1},
        {"security_group": "databases", "ports": ["443"], "queues": ["q1"], "state": "absent"},
    ),
    "dli_connectivity_test": (
        {"queue": "q1", "addresses": ["192.168.0.1:5432"]},
        {"queue": "nowhere", "addresses": ["192.168.0.1:5432"], "check": True},
        {"queue": "pooled", "addresses": ["192.168.0.1:1"]},
    ),
}
# Returned by every module of Ansible, and documented there.
COMMON = {"changed", "diff", "failed", "msg", "invocation", "warnings", "exception"}
KINDS = {
    "str": str,
    "int": int,
    "float": (int, float),
    "bool": bool,
    "list": list,
    "dict": dict,
    "raw": object,
}


def constant(module, name):
    return yaml.safe_load(getattr(importlib.import_module(f"{PACKAGE}.modules.{module}"), name))


def spec_of(module):
    """The argument spec of a module."""
    return importlib.import_module(f"{PACKAGE}.modules.{module}").SPEC.options


def documented_options(module):
    """The options of a module, including the options in its fragments."""
    documentation = constant(module, "DOCUMENTATION")
    options = dict(documentation["options"])
    for fragment in documentation["extends_documentation_fragment"]:
        name = fragment.removeprefix("huaweicloud.dli.")
        loaded = importlib.import_module(f"{PACKAGE}.doc_fragments.{name}")
        options.update(yaml.safe_load(loaded.ModuleDocFragment.DOCUMENTATION).get("options", {}))
    return options


def facts(option):
    """The attributes of an option that documentation and argument spec share, in one form."""
    inner = option.get("suboptions") or option.get("options") or {}
    return {
        **{key: option.get(key) for key in ("type", "elements", "choices", "default", "aliases")},
        "required": option.get("required", False),
        "options": {name: facts(each) for name, each in inner.items()},
    }


def fragment_options(fragment):
    return yaml.safe_load(fragment.ModuleDocFragment.DOCUMENTATION)["options"]


@pytest.mark.parametrize("module", MODULES)
def test_the_documentation_matches_the_argument_spec(module):
    documented = {name: facts(option) for name, option in documented_options(module).items()}
    assert documented == {name: facts(option) for name, option in spec_of(module).items()}


@pytest.mark.parametrize(
    ("fragment", "options"),
    [
        (auth, authentication_options),
        (wait, shared.wait_options),
        (ready, shared.ready_options),
        (tags, shared.tag_options),
    ],
    ids=["auth", "wait", "ready", "tags"],
)
def test_fragments_document_the_options_that_modules_share(fragment, options):
    documented = {name: facts(option) for name, option in fragment_options(fragment).items()}
    assert documented == {name: facts(option) for name, option in options().items()}


@pytest.mark.parametrize("module", MODULES)
def test_environment_variables_are_documented_in_their_order_of_precedence(module):
    created_in = {"enterprise_project_id": ["HW_ENTERPRISE_PROJECT_ID"]}
    variables = {**{name: list(names) for name, names in ENVIRONMENT.items()}, **created_in}
    looked_at = {name: variables.get(name, []) for name in spec_of(module)}
    named = {
        name: re.findall(r"E\((\w+)\)", " ".join(option["description"]))
        for name, option in documented_options(module).items()
    }
    assert named == looked_at


def keys_documented(entries, path=()):
    """Path -> documentation of every key, including nested ones."""
    for key, entry in entries.items():
        yield (*path, key), entry
        yield from keys_documented(entry.get("contains", {}), (*path, key))


def keys_returned(value, documented, path=()):
    """(path, value) of every key; nested values are included if the documentation describes them."""
    for key, inner in value.items():
        yield (*path, key), inner
        entry = documented.get((*path, key), {})
        for element in inner if isinstance(inner, list) else [inner]:
            if isinstance(element, dict) and "contains" in entry:
                yield from keys_returned(element, documented, (*path, key))


@pytest.fixture(scope="module")
def remembered():
    """The cached results of values_of()."""
    return {}


@pytest.fixture
def values_of(sim, run, remembered, executed_as):
    """values_of("dli_queue") is path -> all values that runs of the module returned there."""

    def values_of(module):
        if (module, executed_as) not in remembered:
            remembered[module, executed_as] = find_values(module, sim, run)
        return remembered[module, executed_as]

    return values_of


def find_values(module, sim, run):
    sim.reset()
    sim.load_seed(SEED)
    documented = dict(keys_documented(constant(module, "RETURN")))
    results = [run(module, **options) for options in RUNS[module]]
    sim.inject(kind="status", status=401, error_code="APIGW.0301", error_msg="verify aksk signature fail")
    results.append(run(module, **RUNS[module][0]))
    seen = {}
    for result in results:
        own = {key: value for key, value in result.items() if key not in COMMON}
        for path, value in keys_returned(own, documented):
            seen.setdefault(path, []).append(value)
    return seen


@pytest.mark.parametrize("module", MODULES)
def test_every_key_is_documented_and_every_documented_key_is_returned(module, values_of):
    documented = dict(keys_documented(constant(module, "RETURN")))
    seen = values_of(module)
    empty = {path for path, values in seen.items() if all(value is None for value in values)}
    assert seen.keys() == {path for path in documented if not any(path[:n] in empty for n in range(len(path)))}
    for path, values in seen.items():
        kind = KINDS[documented[path]["type"]]
        wrong = [value for value in values if value is not None and not isinstance(value, kind)]
        assert not wrong, f"{'.'.join(path)} is documented as {documented[path]['type']}"


@pytest.mark.parametrize("noun", [module for module in MODULES if not module.endswith("_info")])
def test_no_key_is_always_null(noun, values_of):
    known = {}
    for module in {noun, f"{noun}_info"} & set(MODULES):
        for (first, *inner), values in values_of(module).items():
            # An info module returns the same object in the plural.
            known.setdefault((first.removesuffix("s"), *inner), []).extend(values)
    assert [path for path, values in known.items() if all(value is None for value in values)] == []


def object_of(module):
    """The key of the module's result, and its documentation."""
    returns = constant(module, "RETURN")
    key = next(name for name, entry in returns.items() if "contains" in entry and name != "error")
    return key, returns[key]["contains"]


@pytest.mark.parametrize("module", MODULES)
def test_the_object_has_the_same_keys_in_every_run(module, sim, run):
    sim.load_seed(SEED)
    key, contains = object_of(module)
    for options in RUNS[module]:
        found = run(module, **options).get(key) or []
        for each in found if isinstance(found, list) else [found]:
            assert each.keys() == contains.keys(), options


def shape_of(entries):
    """The documentation of returned keys without descriptions."""
    return {
        key: (entry["type"], entry.get("elements"), shape_of(entry.get("contains", {})))
        for key, entry in entries.items()
    }


@pytest.mark.parametrize("module", [f"{noun}_info" for noun in MODULES if f"{noun}_info" in MODULES])
def test_an_info_module_returns_the_objects_of_the_main_module(module):
    key, contains = object_of(module)
    main_key, main_contains = object_of(module.removesuffix("_info"))
    assert key == f"{main_key}s"
    assert shape_of(contains) == shape_of(main_contains)


@pytest.mark.parametrize("module", MODULES)
def test_samples_are_of_the_documented_type(module):
    for path, entry in keys_documented(constant(module, "RETURN")):
        if "contains" in entry:
            continue
        assert isinstance(entry["sample"], KINDS[entry["type"]]), ".".join(path)
        if entry["type"] == "list":
            assert all(isinstance(element, KINDS[entry["elements"]]) for element in entry["sample"]), ".".join(path)


def examples_of(module):
    """The examples without the tasks that use a result, which the integration target ``examples`` runs."""
    return [task for task in constant(module, "EXAMPLES") if "ansible.builtin.debug" not in task]


@pytest.mark.parametrize("module", MODULES)
def test_examples_name_only_options_that_exist(module):
    options = documented_options(module)
    examples = examples_of(module)
    assert examples
    for task in examples:
        assert task["name"]
        assert (task[f"huaweicloud.dli.{module}"] or {}).keys() <= options.keys(), task["name"]


@pytest.mark.parametrize("module", ["dli_elastic_resource_pool", "dli_elastic_resource_pool_info", "dli_quota_info"])
def test_examples_run_one_after_the_other_and_do_what_their_names_say(module, run):
    for task in examples_of(module):
        result = run(module, **(task[f"huaweicloud.dli.{module}"] or {}))
        assert not result.failed, task["name"]
        assert result["changed"] is not module.endswith("_info"), task["name"]


# Texts with examples for people who begin, and how a block of YAML is set in them.
TEXTS = {
    "README.md": r"^```yaml\n(.*?)^```",
    "docs/docsite/rst/guide_authentication.rst": r"^\.\. code-block:: yaml\n\n(.*?)(?=^\S|\Z)",
    "docs/docsite/rst/guide_guarantees.rst": r"^\.\. code-block:: yaml\n\n(.*?)(?=^\S|\Z)",
}
# The ids in the vendor's own example.
NETWORK = {
    "vpc_id": "22094d8f-c310-4621-913d-4c4d655d8495",
    "vpc_name": "vpc-example",
    "vpc_cidr": "192.168.0.0/16",
    "subnet_id": "78f2562a-36e4-4b39-95b9-f5aab22e1281",
    "subnet_name": "subnet-example",
    "subnet_cidr": "192.168.0.0/24",
}


def calls_in(text):
    """(module, options) of every task of this collection in the text, once for each item of a loop."""
    for block in re.findall(TEXTS[text], (ROOT / text).read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE):
        entries = yaml.safe_load(textwrap.dedent(block))
        if not isinstance(entries, list):
            continue
        for task in [task for entry in entries for task in entry.get("tasks", [entry])]:
            for module in [key for key in task if key.startswith("huaweicloud.dli.dli_")]:
                for item in task.get("loop", [None]):
                    options = json.dumps(task[module]).replace("{{ item }}", str(item))
                    yield module.rpartition(".")[2], json.loads(options)


@pytest.mark.parametrize("check", [True, False])
@pytest.mark.parametrize("text", TEXTS)
def test_the_examples_in_the_texts_run_unchanged(sim, run, text, check):
    sim.load_seed({"networks": [NETWORK], "pools": [{"elastic_resource_pool_name": "etl"}]})
    calls = list(calls_in(text))
    assert calls
    for module, options in calls:
        result = run(module, check=check, **options)
        assert not result.failed, f"{text}, {module}: {result.get('msg')}"
    if not check:
        assert not any(run(module, **options)["changed"] for module, options in calls)
