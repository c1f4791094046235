# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A change that the service accepts and does not show afterwards is a change with a warning."""

from __future__ import annotations

import pytest

QUEUE, POOL, CONNECTION = "dli_queue", "dli_elastic_resource_pool", "dli_enhanced_connection"
POLICY = {"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": 16, "max_cu": 32}
ANN = {"user_name": "ann", "privileges": ["RESTART"]}
# By option: the module, the name of the object, the requested value, and the request.
CHANGES = {
    "tags of a queue": (QUEUE, "q1", {"tags": {"a": "b"}}, ("POST", "tags/create$")),
    "no tags of a queue": (QUEUE, "tagged", {"tags": {}}, ("POST", "tags/delete$")),
    "properties": (QUEUE, "in_pool", {"properties": {"job.maxConcurrent": 4}}, ("PUT", "properties$")),
    "authorized_users": (QUEUE, "q1", {"authorized_users": [ANN]}, ("PUT", "authorization$")),
    "scaling_policies": (QUEUE, "in_pool", {"scaling_policies": [POLICY]}, ("PUT", "queues/in_pool$")),
    "description": (POOL, "pool1", {"description": "new"}, ("PUT", "pool1$")),
    "tags of a pool": (POOL, "pool1", {"tags": {"a": "b"}}, ("POST", "tags/create$")),
    "hosts": (CONNECTION, "c1", {"hosts": [{"name": "h", "ip": "10.0.0.1"}]}, ("PUT", "enhanced-connections")),
    "routes": (CONNECTION, "c1", {"routes": [{"name": "r9", "cidr": "10.9.0.0/24"}]}, ("POST", "routes$")),
    "no routes": (CONNECTION, "c1", {"routes": []}, ("DELETE", "routes")),
    "allowed_projects": (CONNECTION, "c1", {"allowed_projects": ["a" * 32]}, ("PUT", "authorization$")),
    "tags of a connection": (CONNECTION, "c1", {"tags": {"a": "b"}}, ("POST", "tags/create$")),
}


@pytest.fixture
def change(cloud, run):
    """change(case, wait=True) runs the module of the case."""
    cloud.load_seed(
        {
            "queues": [{"queue_name": "tagged", "tags": [{"key": "x", "value": "y"}]}],
            "connections": [{"name": "c1", "routes": [{"name": "r1", "cidr": "10.1.0.0/24"}]}],
        }
    )

    def change(case, **more):
        module, name, options, _request = CHANGES[case]
        return run(module, name=name, **options, **more)

    return change


@pytest.mark.parametrize("wait", [True, False])
@pytest.mark.parametrize("case", CHANGES)
def test_a_change_without_effect_is_a_warning(cloud, change, case, wait):
    _module, name, options, (method, path) = CHANGES[case]
    cloud.inject(kind="status", method=method, path=path, status=200, error_code="", error_msg="", times=9)
    result = change(case, wait=wait)
    assert result["changed"]
    (warning,) = result.warned
    assert warning.startswith(
        f"The service accepted the change of {next(iter(options))} of {name} but does not show it"
    )


@pytest.mark.parametrize("case", CHANGES)
def test_a_change_with_effect_has_no_warning(change, case):
    result = change(case)
    assert result["changed"]
    assert not result.warned
    assert not change(case)["changed"]


@pytest.mark.parametrize("case", ["tags of a queue", "allowed_projects", "properties"])
def test_a_change_that_cannot_be_read_back_has_no_warning(cloud, change, case):
    path = {"tags of a queue": "tags$", "allowed_projects": "privileges$", "properties": "properties"}[case]
    cloud.inject(kind="status", method="GET", path=path, skip=1, times=9, status=403, error_code="DLI.0003")
    result = change(case)
    assert result["changed"]
    assert not result.warned


def test_additions_of_other_clients_are_no_missing_change(cloud, change, run, monkeypatch):
    original = cloud.faults.take

    def take(method, path):
        if path.endswith("tags/create"):
            cloud.queues["tagged"].tags["other"] = "client"
        return original(method, path)

    monkeypatch.setattr(cloud.faults, "take", take)
    result = run(QUEUE, name="tagged", tags={"a": "b"}, purge_tags=False)
    assert result["changed"]
    assert not result.warned
    assert cloud.queues["tagged"].tags == {"x": "y", "a": "b", "other": "client"}
