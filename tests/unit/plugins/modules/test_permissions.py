# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of calls and actions has exactly the requests that the modules send, and the guide comes from it."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
import yaml
from ansible_collections.huaweicloud.dli.plugins.module_utils._http import permissions

REPOSITORY = Path(__file__).resolve().parents[4]
MODULES = sorted(path.stem for path in (REPOSITORY / "plugins/modules").glob("dli_*.py"))
VPC_PATHS = ("/vpcs", "/subnets", "/vpc/", "/security-group-rules", "/routetables", "/ports")

QUEUE, CONNECTION, TEST = "dli_queue", "dli_enhanced_connection", "dli_connectivity_test"
ROW = [{"name": f"q{number}", "tags": {"a": "b"}} for number in range(9)]
MORE_POOLS = [
    {"elastic_resource_pool_name": "p2"},
    {"elastic_resource_pool_name": "bare", "cidr_in_vpc": "10.7.0.0/16"},
]
MORE_SEED = {
    "queues": [
        {"queue_name": "young", "age": 30},
        {"queue_name": "unlucky"},
        {"queue_name": "pooled", "elastic_resource_pool_name": "bare"},
        {"queue_name": "tagged", "tags": [{"key": "a", "value": "b"}]},
        *({"queue_name": each["name"]} for each in ROW),
    ],
    "pools": MORE_POOLS,
    "connections": [{"name": "failed", "queues": [{"name": "unlucky", "status": "FAILED"}]}],
    "firewalls": [{"name": "acl", "subnet_ids": ["9c1d7e42-0a5b-4c86-b3f1-2e7a6d5c4b02"], "ingress_rules": [{}]}],
    "knobs": {"unreachable": ["10.0.0.9:80", "192.168.0.9:80"]},
}
PLACE = {
    "dest_vpc_id": "3b9f0c1e-52d7-4f7e-9a44-6d1b8e2f7a01",
    "dest_network_id": "9c1d7e42-0a5b-4c86-b3f1-2e7a6d5c4b02",
}
ALL = {"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": 16, "max_cu": 32}
# Runs that send what those of test_response_shapes.py do not.
MORE = [
    (
        "dli_plan_info",
        {
            "queues": [
                {
                    "name": "inside",
                    "properties": {"job.maxConcurrent": 8},
                    "authorized_users": [],
                    "scaling_policies": [ALL],
                },
                {"name": "later", "cu_count": 16},
                *ROW,
            ],
            "elastic_resource_pools": [{"name": "p1", "max_cu": 192, "tags": {}}],
            "connections": [
                {"name": "seen", "tags": {}, "allowed_projects": [], "routes": []},
                {"name": "new", **PLACE},
            ],
        },
    ),
    ("dli_plan_info", {"connections": [{"name": "new", "dest_vpc_name": "v", "dest_subnet_name": "s"}]}),
    ("dli_elastic_resource_pool", {"name": "p2", "tags": {"a": "b"}}),
    (QUEUE, {"name": "young"}),
    (QUEUE, {"name": "tagged", "tags": {}}),
    (CONNECTION, {"name": "new", "queues": ["young", "inside"], "elastic_resource_pools": ["p2"], **PLACE}),
    (CONNECTION, {"name": "seen", "queues": [], "elastic_resource_pools": [], "tags": {}}),
    # The service is busy once, and the jobs show whether that will end.
    (CONNECTION, {"name": "seen", "queues": ["bound", "outside"]}, "/associate-queue$"),
    (TEST, {"queue": "outside", "addresses": ["10.0.0.1:80"]}, "/connection-test$"),
    (CONNECTION, {"name": "seen", "queues": ["bound"], "elastic_resource_pools": ["p1", "p2"]}),
    ("dli_enhanced_connection_info", {"with_network_names": True}),
    ("dli_enhanced_connection_info", {"name": "failed", "with_diagnosis": True}),
    ("dli_plan_info", {"connections": [{"name": "failed"}], "with_diagnosis": True}),
    ("dli_queue_info", {"with_jobs": True}),
    ("dli_security_group_rule", {"security_group": "databases", "ports": ["80"], "queues": ["pooled", "young"]}),
    (TEST, {"queue": "pooled", "addresses": ["10.0.0.9:80"], "fail_on_unreachable": False}),
    (TEST, {"queue": "young", "addresses": ["10.0.0.1:80"]}),
    (TEST, {"queue": "bound", "addresses": ["192.168.0.9:80"], "fail_on_unreachable": False}),
]


def load(path):
    spec = importlib.util.spec_from_file_location(Path(path).stem, REPOSITORY / path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


TOOL = load("tests/tools/permission_documentation.py")


@pytest.fixture
def purposes(sim, run):
    """purposes() is, for each module, the purposes of the calls that its runs sent."""

    def purposes():
        shapes = load("tests/unit/plugins/modules/test_response_shapes.py")
        found = {module: set() for module in MODULES}
        for module, options, *busy in [*shapes.SCENARIOS.values(), *MORE]:
            sim.reset()
            for seed in (shapes.SEED, MORE_SEED):
                sim.load_seed(seed)
            # Some regions show only the CIDR block of the pool.
            sim.queues["pooled"].cidr_in_vpc = ""
            for path in busy:
                sim.inject(kind="status", path=path, status=400, error_code="DLI.0999", error_msg="Queue is busy.")
            for request in run(module, **options).requests:
                service = "vpc" if any(part in request.path for part in VPC_PATHS) else "dli"
                call = permissions.find(service, request.method, request.path)
                assert call, f"{request.method} {request.path} is not in the table of calls"
                found[module].add(call.purpose)
        return found

    return purposes


def test_the_table_has_exactly_the_requests_that_the_modules_send(purposes):
    found = purposes()
    assert {module: sorted(calls) for module, calls in found.items()} == {
        module: sorted(calls) for module, calls in TOOL.MODULES.items()
    }
    assert [
        call.purpose for call in permissions.CALLS if not any(call.purpose in calls for calls in found.values())
    ] == []


def test_each_call_has_one_purpose_and_each_action_is_of_its_service():
    assert len({call.purpose for call in permissions.CALLS}) == len(permissions.CALLS)
    for call in permissions.CALLS:
        actions = [*(call.roles or ()), *(call.identity or ())]
        assert all(action.startswith(f"{call.service}:") for action in actions), call


def test_the_guide_is_what_its_program_writes():
    assert TOOL.PAGE.read_text(encoding="utf-8") == TOOL.content(), "run python tests/tools/permission_documentation.py"


def test_the_guide_names_the_modules_that_the_role_and_the_playbooks_use():
    used = {title: set() for title in TOOL.OTHERS}
    for path in [*REPOSITORY.glob("playbooks/*.yml"), *REPOSITORY.glob("roles/*/tasks/*.yml")]:
        name = path.stem if path.parent.name == "playbooks" else path.parents[1].name
        if name == "awx":
            # It sends requests to AWX only.
            continue
        [title] = [title for title in used if name in title.replace(",", "").split()]
        keys = (key for task in tasks(yaml.safe_load(path.read_text(encoding="utf-8"))) for key in task)
        used[title] |= {key.rpartition(".")[2] for key in keys if key.startswith("huaweicloud.dli.dli_")}
    assert used == {title: set(modules) for title, modules in TOOL.OTHERS.items()}


def tasks(value):
    """All dictionaries in the content of a file."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from tasks(inner)
