# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Results of dli_plan_info for tests of reports: projects of any size, and one with hostile texts in every field."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

Result = dict[str, Any]
STATUSES = ("unreadable", "blocked", "missing", "drifted", "broken", "in_sync", "undeclared")
SYSTEMS = ("crm", "erp", "gauss", "hbase", "kafka", "mysql", "oracle", "redis")
PURPOSES = ("archive", "billing", "crm", "logs", "partners", "sources", "tests", "warehouse")
# A text that does harm in HTML, attributes, scripts, XML, Mermaid or a terminal if it is not escaped.
HOSTILE = (
    "\"'><img src=x onerror=pwned=1></script><script>pwned=2</script><!--]]>&amp;{{ 1 / 0 }}"
    '\x00\x07\x1b[31m\ufffe\u202e\ud800%%{init:{}}%%`#quot;"]\nend\nclick n0 href "javascript:pwned=3"'
)


def planned(kind: str, name: str, current: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An object of a plan, which exists and is not declared unless ``more`` says otherwise."""
    return {
        "kind": kind,
        "name": name,
        "status": "undeclared",
        "action": "none",
        "broken": False,
        "differences": [],
        "problems": [],
        "current": {"name": name, **current},
        "predicted": {"name": name, **current},
        **more,
    }


def result(objects: list[dict[str, Any]], **more: Any) -> Result:
    """A result of dli_plan_info."""
    counted = Counter(each["status"] for each in objects)
    plan = {
        "state": "present",
        "in_sync": counted.keys() <= {"in_sync"},
        "objects": objects,
        "problems": more.pop("problems", []),
        "counts": {status: counted[status] for status in STATUSES},
        "summary": [f"~ {each['kind']} {each['name']}: {each['status']}" for each in objects if each["differences"]],
    }
    return {"plan": plan, "region": "eu-west-101", "networks": None, "msg": f"{len(objects)} objects", **more}


def pool(name: str, cidr: str, queues: list[str] | None = None, **more: Any) -> dict[str, Any]:
    sizes = {"min_cu": 64, "max_cu": 256}
    fields = {**sizes, "cidr_in_vpc": cidr, "status": "AVAILABLE", "queues": queues or []}
    return planned("elastic_resource_pool", name, fields, **more)


def queue(name: str, cidr: str | None = None, pool_name: str | None = None, **more: Any) -> dict[str, Any]:
    fields = {"cu_count": 64, "queue_type": "sql", "cidr_in_vpc": cidr, "elastic_resource_pool_name": pool_name}
    return planned("queue", name, fields, **more)


def connection(
    name: str,
    *,
    queues: dict[str, str] | None = None,
    pools: dict[str, str] | None = None,
    vpc: str = "vpc-1",
    subnet: str = "subnet-1",
    routes: list[dict[str, str]] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A connection; ``queues`` and ``pools`` are the statuses of bindings by name."""
    fields = {
        "status": "ACTIVE",
        "dest_vpc_id": vpc,
        "dest_network_id": subnet,
        "queues": sorted(queues or {}),
        "available_queue_info": _bindings(queues or {}),
        "elastic_resource_pools": _bindings(pools or {}),
        "routes": routes or [],
        "hosts": [{"name": "ecs-0001", "ip": "192.168.0.1"}],
    }
    return planned("connection", name, fields, **more)


def _bindings(statuses: dict[str, str]) -> list[dict[str, Any]]:
    reason = "The CIDR block overlaps that of the subnet."
    return [
        {"name": name, "status": status, "err_msg": reason if status == "FAILED" else ""}
        for name, status in statuses.items()
    ]


def project(connections: int, *, declared: bool = False) -> Result:
    """A project with so many connections, always the same one; ``declared`` gives its objects all statuses."""
    chance = random.Random(connections)
    pools = [f"pool_{number:02}" for number in range(max(2, connections // 12))]
    alone = [f"streams_{number}" for number in range(max(1, connections // 25))]
    inside = {name: [f"{name[5:]}_{use}" for use in ("adhoc", "load", "night")] for name in pools}
    objects = [
        # The third block is part of the second one.
        pool(name, f"10.{100 + number}.0.0/16" if number != 2 else "10.101.128.0/17", inside[name])
        for number, name in enumerate(pools)
    ]
    objects += [queue(name, pool_name=owner) for owner, names in inside.items() for name in names]
    objects += [queue(name, f"172.16.{number * 8}.0/21") for number, name in enumerate(alone)]
    networks = _networks(max(2, connections // 25))
    for number in range(connections):
        subnet = chance.choice(networks["subnets"])
        bound = {"queues": {}, "pools": {}}  # type: dict[str, dict[str, str]]
        for _binding in range(chance.choice((1, 1, 1, 2))):
            status = chance.choices(("ACTIVE", "CREATING", "FAILED"), (90, 5, 5))[0]
            kind, names = ("pools", pools) if chance.random() < 0.8 else ("queues", alone)
            bound[kind][chance.choice(names)] = status
        name = f"{chance.choice(SYSTEMS)}_{number:03}"
        failed = "FAILED" in {**bound["queues"], **bound["pools"]}.values()
        problems = [problem(f"Connection {name} has FAILED bindings.")] if failed else []
        place = {"vpc": subnet["vpc_id"], "subnet": subnet["id"]}
        objects.append(connection(name, **place, **bound, broken=failed, problems=problems))  # type: ignore[arg-type]
    if declared:
        _declare(objects, chance)
    return result(objects, networks=networks)


def problem(message: str, *, severity: str = "warning", **more: Any) -> dict[str, Any]:
    return {"id": "failed", "severity": severity, "field": None, "message": message, "hint": "Bind it again.", **more}


def _networks(vpcs: int) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {"vpcs": [], "subnets": []}
    for number in range(vpcs):
        vpc = {"id": f"22094d8f-c310-4621-913d-{number:012}", "name": f"vpc-{PURPOSES[number % 8]}"}
        found["vpcs"].append({**vpc, "cidr": f"192.168.{number * 16}.0/20", "vpc_id": None})
        for part in range(1 + number % 2):
            subnet = {"id": f"78f2562a-36e4-4b39-95b9-{number * 10 + part:012}", "name": f"subnet-{number}-{part}"}
            found["subnets"].append({**subnet, "cidr": f"192.168.{number * 16 + part}.0/24", "vpc_id": vpc["id"]})
    return found


def _declare(objects: list[dict[str, Any]], chance: random.Random) -> None:
    for each in objects:
        status = "broken" if each["broken"] else chance.choices(STATUSES, (3, 3, 5, 6, 0, 80, 3))[0]
        each["status"] = status
        if status == "missing":
            each.update(current=None, action="create")
        elif status == "drifted":
            each["action"] = "update"
            each["differences"] = [{"option": "tags", "found": {"team": "bi"}, "wanted": {"team": "etl"}, "why": None}]
        elif status == "blocked":
            each["problems"] = [problem("queue_type is immutable.", severity="error", id="immutable")]


def hostile(text: str = HOSTILE) -> Result:
    """A small project whose every text is hostile."""
    one = pool(f"p{text}", f"10.0.0.0/8{text}", [f"q{text}"], status="drifted")
    one["current"] |= {"status": text, "description": text, "tags": {text: text}, text: text}
    one["differences"] = [{"option": text, "found": text, "wanted": {text: [text]}, "why": text}]
    one["problems"] = [problem(text, id=text, field=text, hint=text, severity=text)]
    two = connection(
        f"c{text}",
        queues={f"r{text}": text},
        pools={f"p{text}": text},
        vpc=text,
        subnet=text,
        routes=[{"name": text, "cidr": text}],
    )
    for entry in two["current"]["available_queue_info"]:
        entry["err_msg"] = text
    network = {"id": text, "name": text, "cidr": text, "vpc_id": text}
    made = result(
        [one, queue(f"q{text}", text, f"p{text}"), queue(f"r{text}", text, status="missing"), two],
        region=text,
        networks={"vpcs": [network], "subnets": [network]},
        problems=[problem(text, id=text, hint=text)],
    )
    made["plan"]["summary"] = [text]
    return made
