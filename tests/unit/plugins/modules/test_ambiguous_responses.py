# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks whose last request was rejected by a text with two meanings, or whose response was lost."""

from __future__ import annotations

import pytest


def test_a_permanent_rejection_is_repeated_for_minutes_only(sim, run, clock):
    sim.inject(
        kind="status",
        status=400,
        method="POST",
        path="/queues$",
        times=None,
        error_code="DLI.0999",
        error_msg="The specification ai is not available in this availability zone",
    )
    result = run("dli_queue", name="q1", cu_count=16)
    assert result.failed
    assert not result["changed"]
    assert result["error"]["code"] == "DLI.0999"
    assert "does not prove, a temporary state" in result["msg"]
    assert 300 <= clock.slept <= 400


def test_a_lost_response_to_a_create_request_is_looked_up_within_wait_timeout(sim, run, clock):
    sim.inject(kind="drop_before", method="POST", path="/queues$", times=None)
    result = run("dli_queue", name="q1", cu_count=16, wait_timeout=2)
    assert result.failed
    assert clock.slept <= 2


POOL, CONNECTION = "dli_elastic_resource_pool", "dli_enhanced_connection"
WRITES = {
    "hosts": ("PUT", CONNECTION, {"name": "c1", "hosts": [{"name": "h", "ip": "1.1.1.1"}]}),
    "description": ("PUT", POOL, {"name": "p1", "description": "new"}),
    "deleted queue": ("DELETE", "dli_queue", {"name": "q1", "state": "absent"}),
    "deleted connection": ("DELETE", CONNECTION, {"name": "c1", "state": "absent"}),
}


@pytest.mark.parametrize("kind", ["status_after", "drop_after"])
@pytest.mark.parametrize(("method", "module", "options"), WRITES.values(), ids=WRITES)
def test_a_write_whose_responses_are_all_lost_is_reported_as_a_possible_change(sim, run, kind, method, module, options):
    sim.load_seed(
        {
            "queues": [{"queue_name": "q1"}],
            "pools": [{"elastic_resource_pool_name": "p1", "min_cu": 64, "max_cu": 256}],
            "connections": [{"name": "c1"}],
        }
    )
    sim.inject(kind=kind, status=504, method=method, times=None)
    result = run(module, **options, max_retries=1)
    if result.failed:
        assert "may have taken effect" in result["msg"]
    assert result["changed"]
