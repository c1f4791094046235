# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


def test_a_queue_is_created_once(sim, run):
    result = run("dli_queue", name="ETL", cu_count=16)
    assert result["changed"]
    assert sim.queues["etl"].cu_count == 16
    assert result["queue"]["readiness"] == {"ready": True, "concluded_from": "connectivity_test"}
    sim.clock.advance(600)
    again = run("dli_queue", name="etl", cu_count=16)
    assert not again["changed"]
    assert again.sent == ["GET queues/etl 200"]
