# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service would accept what the filter move_proposal proposes, according to dli_plan_info."""

from __future__ import annotations

import random

import pytest
import yaml
from ansible_collections.huaweicloud.dli.plugins.filter.move_proposal import move_proposal

SIZES = (16, 64, 256)


def seed(number, networks):
    chosen = random.Random(number)
    pools = [
        {"elastic_resource_pool_name": "p0", "min_cu": 256, "max_cu": 256, "cidr_in_vpc": "10.0.0.0/16"},
    ]
    queues = [
        {
            "queue_name": f"q{i}",
            "queue_type": chosen.choice(["sql", "general"]),
            "cu_count": 16 if inside else chosen.choice(SIZES),
            "elastic_resource_pool_name": inside,
            **({} if inside else {"cidr_in_vpc": f"10.{i + 1}.0.0/18"}),
        }
        for i in range(chosen.randint(1, 5))
        for inside in [chosen.choice(["", "", "p0"])]
    ]
    names = [each["queue_name"] for each in queues if not each["elastic_resource_pool_name"]]
    connections = [
        {
            "name": f"Conn{i}",
            "dest_vpc_id": network["vpc_id"],
            "dest_network_id": network["subnet_id"],
            "queues": chosen.sample(names, chosen.randint(0, len(names))),
        }
        for i, network in enumerate(networks)
    ]
    return {"pools": pools, "queues": queues, "connections": connections}


@pytest.mark.parametrize("number", range(8))
def test_a_proposal_is_accepted(sim, run, number):
    sim.load_seed(seed(number, sim.ready["networks"]))
    found = [
        run("dli_elastic_resource_pool_info"),
        run("dli_queue_info", with_jobs=True),
        run("dli_enhanced_connection_info"),
        run("dli_plan_info", connections=[], networks=True),
    ]
    proposal = move_proposal(found)
    (first,) = [each["content"] for each in proposal["files"] if each["name"] == "1_bind.yml"]
    lists = yaml.safe_load(first) if first else {}
    joins = [
        {"name": name, "elastic_resource_pool_name": each["name"]}
        for each in proposal["pools"]
        for name in each["queues"]
    ]
    result = run(
        "dli_plan_info",
        elastic_resource_pools=lists.get("tenant_elastic_resource_pools", []),
        queues=joins,
        connections=lists.get("tenant_connections", []),
        undeclared=False,
    )
    assert not result.failed
    assert result["plan"]["errors"] == []
    assert result["plan"]["problems"] == []
    assert {each["action"] for each in result["plan"]["objects"]} <= {"create", "update"}
    assert all(each["problems"] == [] for each in result["plan"]["objects"])
