# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names of the cases: who measures, who judges and who shows have to mean the same."""

from __future__ import annotations

FAST, MODULE = "fast", "module"
"""Inside of Ansible, or as a module in a process of its own."""
HOWS = (FAST, MODULE)
QUEUE, CONNECTION = "queue", "connection"
THINGS = (QUEUE, CONNECTION)
SCHEMES = ("http", "https")
LATENCIES = (0, 50)
"""Of a round trip, in milliseconds."""

DEBUG, PING, URI = "ansible.builtin.debug", "ansible.builtin.ping", "ansible.builtin.uri"
FLOORS = (DEBUG, PING, URI)
HWC, OPENSTACK = "community.general.hwc_network_vpc", "openstack.cloud.networks_info"
HCLOUD, AWS = "hetzner.hcloud.ssh_key", "amazon.aws.ec2_vpc_net_info"
PEERS = (HWC, OPENSTACK, HCLOUD, AWS)

ROUND_TRIP = "round_trip"


def task(what: str, how: str = FAST, scheme: str = "http", latency: int = 0) -> str:
    """One more task. Only ours are done in several ways."""
    return f"task.{what}.{how}.{scheme}.{latency}" if what in THINGS else f"task.{what}"


def crowd(thing: str) -> str:
    """One more task on the fast path where the account holds many things."""
    return f"crowd.{thing}"


def loop(thing: str, how: str, scheme: str, latency: int, size: int) -> str:
    return f"loop.{thing}.{how}.{scheme}.{latency}.{size}"


def script(scheme: str, latency: int, size: int) -> str:
    """A script with the vendor's SDK that shows so many queues."""
    return f"script.{scheme}.{latency}.{size}"


def role(how: str, queues: int) -> str:
    """The role with so many new queues and a connection."""
    return f"role.{how}.{queues}"


def wait(thing: str, seconds: int) -> str:
    """A task that waits for a thing of which the service makes something in so many seconds."""
    return f"wait.{thing}.{seconds}"
