# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of the cases, shared by the code that measures, checks and reports."""

from __future__ import annotations

FAST, MODULE = "fast", "module"
"""Execution modes: in the Ansible process, or as a regular module in a process of its own."""
MODES = (FAST, MODULE)
QUEUE, CONNECTION = "queue", "connection"
RESOURCES = (QUEUE, CONNECTION)
SCHEMES = ("http", "https")
LATENCIES = (0, 50)
"""Round-trip times in milliseconds."""

DEBUG, PING, URI = "ansible.builtin.debug", "ansible.builtin.ping", "ansible.builtin.uri"
FLOORS = (DEBUG, PING, URI)
HWC, OPENSTACK = "community.general.hwc_network_vpc", "openstack.cloud.networks_info"
HCLOUD, AWS = "hetzner.hcloud.ssh_key", "amazon.aws.ec2_vpc_net_info"
PEERS = (HWC, OPENSTACK, HCLOUD, AWS)

ROUND_TRIP = "round_trip"

LISTS = {QUEUE: "queues", CONNECTION: "connections", "pool": "elastic_resource_pools"}
"""The options of dli_plan_info with the objects of each kind."""
PLAN, PLAN_OF_CONNECTIONS, LARGE_PLAN = "plan.20+20", "plan.20", "plan.1000+500+50"
"""Plans over so many queues, connections and pools, HTTPS, the highest latency."""
PLAN_MEMORY = "plan.memory"


def task(what: str, mode: str = FAST, scheme: str = "http", latency: int = 0) -> str:
    """One additional task. Only modules of this collection have several execution modes."""
    return f"task.{what}.{mode}.{scheme}.{latency}" if what in RESOURCES else f"task.{what}"


def beside_plan(what: str) -> str:
    """One additional task in the account and with the latency of the plans."""
    return f"plan.beside.{what}"


def large_account(resource: str) -> str:
    """One additional task on the fast path in an account with many resources."""
    return f"large_account.{resource}"


def loop(resource: str, mode: str, scheme: str, latency: int, size: int) -> str:
    return f"loop.{resource}.{mode}.{scheme}.{latency}.{size}"


def script(scheme: str, latency: int, size: int) -> str:
    """A script that shows this many queues with the vendor's SDK."""
    return f"script.{scheme}.{latency}.{size}"


def role(mode: str, queues: int) -> str:
    """The role with this many new queues and a connection."""
    return f"role.{mode}.{queues}"


def tenant(queues: int, connections: int) -> str:
    """The playbook tenant with so many new queues and connections."""
    return f"tenant.{queues}.{connections}"


def wait(resource: str, seconds: int) -> str:
    """A task that waits for a resource for which the service needs this many seconds."""
    return f"wait.{resource}.{seconds}"
