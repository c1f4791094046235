# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services that the demo can use: the simulator and the real one."""

from __future__ import annotations

import json
import secrets
import urllib.request
from typing import Any


class Cloud:
    """The service under test: the variables of the playbook, and the state that can be observed."""

    prefix = ""

    def __init__(self, vpc_id: str, network_id: str) -> None:
        self.vpc_id = vpc_id
        self.network_id = network_id

    def variables(self) -> dict[str, Any]:
        return {"demo_prefix": self.prefix, "demo_vpc_id": self.vpc_id, "demo_network_id": self.network_id}

    def requests(self) -> list[dict[str, Any]] | None:
        """The requests since the last call."""
        return None

    def state(self) -> dict[str, Any] | None:
        return None


class LiveCloud(Cloud):
    def __init__(self, vpc_id: str, network_id: str) -> None:
        super().__init__(vpc_id, network_id)
        # The prefix is unique, so every resource that has it was created here.
        self.prefix = f"demo_{secrets.token_hex(3)}_"


class SimulatedCloud(Cloud):
    def __init__(self, ready: dict[str, Any]) -> None:
        network = ready["networks"][0]
        super().__init__(network["vpc_id"], network["subnet_id"])
        self._control = f"{ready['dli_endpoint']}/_simulator"
        # No proxy for a local server.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def variables(self) -> dict[str, Any]:
        # The clock of the simulator runs fast.
        return {**super().variables(), "datasource_connection_wait_interval": 0.1}

    def requests(self) -> list[dict[str, Any]]:
        requests: list[dict[str, Any]] = json.loads(self._call("requests"))
        self._call("requests", "DELETE")
        return requests

    def state(self) -> dict[str, Any]:
        """Queues, connections and bindings, without values that depend on the time."""
        state = json.loads(self._call("state"))
        live = [each for each in state["connections"] if each["status"] != "DELETED"]
        return {
            "queues": sorted(each["queue_name"] for each in state["queues"] if each["queue_name"] != "default"),
            "connections": [each["name"] for each in live],
            "bindings": sorted((p["name"], p["status"]) for each in live for p in each["available_queue_info"]),
            "pool_bindings": sorted((p["name"], p["status"]) for each in live for p in each["elastic_resource_pools"]),
            "pools": sorted(each["elastic_resource_pool_name"] for each in state["pools"]),
            "hosts": [host for each in live for host in each["hosts"]],
        }

    def _call(self, path: str, method: str = "GET") -> bytes:
        request = urllib.request.Request(f"{self._control}/{path}", method=method)
        with self._opener.open(request, timeout=10) as response:
            content: bytes = response.read()
            return content
