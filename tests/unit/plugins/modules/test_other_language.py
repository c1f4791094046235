# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a text decides, and the service does not write English: the state of the object decides."""

from __future__ import annotations

import pytest

PENDING = "\u961f\u5217\u7684\u72b6\u6001\u4e3a\u5206\u914d\u4e2d"
MISSING = "\u4e0d\u5b58\u5728\u3002"


@pytest.fixture
def reject(cloud):
    """reject(method, path, text, code, times=1) rejects these requests in another language."""

    def reject(method, path, text, code="DLI.0999", times=1):
        cloud.inject(
            kind="status",
            status=400,
            shape="dli",
            method=method,
            path=path,
            error_code=code,
            error_msg=text,
            times=times,
        )

    return reject


def test_a_new_queue_is_bound_later(cloud, reject, connection, state):
    connection()
    cloud.queues["q1"].create_time = cloud.queues["q1"].create_time + 10**12
    reject("POST", "associate-queue$", PENDING)
    assert connection(queues=["q1"])["changed"]
    assert state()["queues"] == {"q1": "ACTIVE"}


def test_a_scaling_that_began_in_spite_of_an_error_is_not_requested_again(cloud, reject, run):
    cloud.queues["q1"].cu_count = 64
    cloud.inject(kind="status_after", status=400, method="PUT", path="queues/q1/action", error_code="DLI.0999",
                 error_msg=PENDING, shape="dli", times=1)  # fmt: skip
    result = run("dli_queue", name="q1", cu_count=128)
    assert result["queue"]["cu_count"] == 128
    assert result["changed"]
    assert len(result.writes) == 1


@pytest.mark.parametrize("code", ["DLI.0001", "DLI.0999"])
@pytest.mark.parametrize(
    ("module", "name", "path"),
    [
        ("dli_queue", "q1", "queues/q1$"),
        ("dli_enhanced_connection", "test1", "enhanced-connections/"),
        ("dli_elastic_resource_pool", "empty", "elastic-resource-pools/empty$"),
    ],
)
def test_a_rejected_deletion_of_an_existing_object_fails(cloud, reject, run, connection, module, name, path, code):
    connection()
    cloud.load_seed({"pools": [{"elastic_resource_pool_name": "empty"}]})
    reject("DELETE", path, MISSING, code)
    result = run(module, name=name, state="absent", wait=False)
    assert result.failed
    assert MISSING.rstrip("\u3002") in result["msg"]
    assert [request.method for request in result.writes] == ["DELETE"]


def test_a_missing_queue_is_looked_up_in_the_list(reject, run):
    reject("GET", "queues/new$", MISSING, "DLI.0008")
    assert run("dli_queue", name="new", cu_count=16)["changed"]
    reject("GET", "queues/new$", MISSING, "DLI.0008")
    assert not run("dli_queue", name="new", cu_count=16)["changed"]


def test_an_expired_token_is_replaced(reject, cloud, run):
    ready = cloud.ready
    login = {"access_key": "", "secret_key": "", "domain_name": ready["domain_name"]}
    cloud.inject(
        kind="status", status=401, shape="gateway", path="/queues$", error_code="APIGW.0301", error_msg=MISSING, times=1
    )
    result = run("dli_queue_info", **login, username=ready["username"], password=ready["password"])
    assert not result.failed
    assert [request.path for request in result.requests].count("/v3/auth/tokens") == 2
