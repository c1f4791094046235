# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The region and the networks that dli_plan_info returns beside a plan."""

from __future__ import annotations

import pytest


@pytest.fixture
def connected(sim):
    """A connection to the first of the simulator's networks."""
    network = sim.ready["networks"][0]
    sim.load_seed({"connections": [{"name": "warehouse", **place(network)}]})
    return network


def place(network):
    return {"dest_vpc_id": network["vpc_id"], "dest_network_id": network["subnet_id"]}


def test_the_networks_of_connections_have_names_and_cidr_blocks(run, connected):
    result = run("dli_plan_info", connections=[], networks=True)
    [vpc], [subnet] = result["networks"]["vpcs"], result["networks"]["subnets"]
    assert [vpc["id"], vpc["vpc_id"]] == [connected["vpc_id"], None]
    assert [subnet["id"], subnet["vpc_id"]] == [connected["subnet_id"], connected["vpc_id"]]
    assert "/" in vpc["cidr"]
    assert "/" in subnet["cidr"]
    assert vpc["name"]
    assert subnet["name"]
    assert result["region"]


def test_networks_cost_no_request_unless_they_are_asked_for(run, sim, connected):
    result = run("dli_plan_info", connections=[])
    assert result["networks"] is None
    assert len(result.requests) == 1
    assert len(run("dli_plan_info", connections=[], networks=True).requests) == 3


def test_networks_of_a_project_without_connections_cost_no_request(run):
    result = run("dli_plan_info", connections=[], networks=True)
    assert result["networks"] == {"vpcs": [], "subnets": []}
    assert len(result.requests) == 1


def test_networks_that_cannot_be_read_are_a_warning(run, sim, connected):
    sim.inject(kind="status", method="GET", path="/vpcs", status=403, times=None)
    result = run("dli_plan_info", connections=[], networks=True)
    assert not result.failed
    assert result["networks"] is None
    assert any("The VPCs and subnets of the connections could not be read." in text for text in result.warned)


def test_a_failed_plan_has_the_region_and_the_networks_as_well(run, connected):
    result = run("dli_plan_info", connections=[], networks=True, fail_on=["undeclared"])
    assert result.failed
    assert result["region"]
    assert result["networks"]["vpcs"]
