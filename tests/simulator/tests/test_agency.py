# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agency of DLI: reading its roles, and connections without access to the VPC."""

from __future__ import annotations

from typing import Any

from huaweicloudsdkdli.v1 import model
from simulator_clients import error_of

from dli_simulator import Simulator


def show(sdk: Any) -> Any:
    return sdk.show_dli_agency(model.ShowDliAgencyRequest())


def connect(sim: Simulator, sdk: Any, name: str) -> str:
    network = sim.ready["networks"][0]
    body = model.CreateEnhancedConnectionRequestBody(
        name=name, dest_vpc_id=network["vpc_id"], dest_network_id=network["subnet_id"], queues=["q1"]
    )
    created = sdk.create_enhanced_connection(model.CreateEnhancedConnectionRequest(body=body))
    sim.clock.advance(20)
    return str(created.connection_id)


def bindings(sim: Simulator, connection_id: str) -> list[tuple[str, str]]:
    return [(peer.status, peer.err_msg) for peer in sim.connections[connection_id].peers]


def test_roles(sim: Simulator, sdk: Any) -> None:
    agency = show(sdk)
    assert (agency.is_success, agency.version) == (True, "v2")
    assert "vpc_netadm" in agency.current_roles
    sim.load_seed({"dli_agency": {"current_roles": ["obs_adm"], "version": "v3"}})
    assert (show(sdk).version, show(sdk).current_roles) == ("v3", ["obs_adm"])


def test_no_agency(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"dli_agency": None, "queues": [{"queue_name": "q1"}]})
    assert error_of(show, sdk)[:2] == (404, "DLI.0002")
    # The call does not show agencies of the current kind, so connections work.
    assert bindings(sim, connect(sim, sdk, "c1")) == [("ACTIVE", "")]


def test_without_vpc_access_only_a_new_connection_recovers(sim: Simulator, sdk: Any) -> None:
    sim.load_seed({"dli_agency": {"current_roles": ["obs_adm"]}, "queues": [{"queue_name": "q1"}]})
    connection = connect(sim, sdk, "c1")
    [(status, reason)] = bindings(sim, connection)
    assert status == "FAILED"
    assert reason.startswith("Failed to get subnet")
    sim.load_seed({"dli_agency": {"current_roles": ["vpc_netadm"]}})
    body = model.DisassociateQueueFromEnhancedConnectionRequestBody(queues=["q1"])
    request = model.DisassociateQueueFromEnhancedConnectionRequest(connection_id=connection, body=body)
    sdk.disassociate_queue_from_enhanced_connection(request)
    sim.clock.advance(2)
    again = model.AssociateQueueToEnhancedConnectionRequestBody(queues=["q1"])
    sdk.associate_queue_to_enhanced_connection(
        model.AssociateQueueToEnhancedConnectionRequest(connection_id=connection, body=again)
    )
    sim.clock.advance(20)
    assert [status for status, _reason in bindings(sim, connection)] == ["FAILED"]
    assert bindings(sim, connect(sim, sdk, "c2")) == [("ACTIVE", "")]
