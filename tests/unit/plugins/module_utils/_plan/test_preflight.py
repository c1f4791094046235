# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plans of generated set-ups, without a service: a valid one has no problem, and each overlap is found."""

from __future__ import annotations

import random
from contextlib import nullcontext
from ipaddress import ip_network
from itertools import product
from types import SimpleNamespace

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import connections, pools, queues, vpc
from ansible_collections.huaweicloud.dli.plugins.module_utils._http.client import Access
from ansible_collections.huaweicloud.dli.plugins.module_utils._plan import client, kinds, query

VPCS = [f"00000000-0000-0000-0000-00000000000{number}" for number in (1, 2)]
SUBNETS = {vpc_id: vpc_id.replace("0000-", "1111-") for vpc_id in VPCS}
SUBNET_CIDRS = dict(zip(VPCS, ["192.168.0.0/24", "192.168.1.0/24"], strict=True))


class Setup(random.Random):
    """Pools and queues with blocks out of one range, two VPCs, connections that exist, and those to create."""

    def __init__(self, seed, *, valid):
        super().__init__(seed)
        free = list(ip_network("10.0.0.0/8").subnets(new_prefix=16))
        self.shuffle(free)
        blocks = iter(free if valid else self.choices([*free[:3], ip_network("192.168.0.0/16")], k=99))
        names = [f"p{number}" for number in range(self.randint(1, 5))]
        self.pools = {name: str(next(blocks)) for name in names}
        self.queues = {f"q{number}": str(next(blocks)) for number in range(self.randint(0, 3))}
        self.routes = list(dict.fromkeys(str(next(blocks)) for _each in range(self.randint(0, 2))))
        self.existing = [self.connection(f"old{number}") for number in range(self.randint(0, 2))]
        self.new = [self.connection(f"new{number}") for number in range(self.randint(1, 3))]

    def connection(self, name):
        vpc_id = self.choice(VPCS)
        return {
            "name": name,
            "dest_vpc_id": vpc_id,
            "dest_network_id": SUBNETS[vpc_id],
            "queues": self.sample(sorted(self.queues), self.randint(0, len(self.queues))),
            "elastic_resource_pools": self.sample(sorted(self.pools), self.randint(0, len(self.pools))),
            "routes": [{"name": f"r{i}", "cidr": cidr} for i, cidr in enumerate(self.routes)],
        }

    def overlapping(self):
        """The pairs of names that overlap, found block by block."""
        found = set()
        for vpc_id in VPCS:
            here = [each for each in self.existing + self.new if each["dest_vpc_id"] == vpc_id]
            blocks = {f"elastic resource pool {n}": self.pools[n] for c in here for n in c["elastic_resource_pools"]}
            blocks |= {f"queue {n}": self.queues[n] for c in here for n in c["queues"]}
            blocks |= {f"route {r['name']} of connection {c['name']}": r["cidr"] for c in here for r in c["routes"]}
            if here:
                blocks["subnet s"] = SUBNET_CIDRS[vpc_id]
            for new in (each for each in self.new if each["dest_vpc_id"] == vpc_id):
                added = [f"elastic resource pool {n}" for n in new["elastic_resource_pools"]]
                added += [f"queue {n}" for n in new["queues"]]
                for one, other in product(added, blocks):
                    if one != other and ip_network(blocks[one]).overlaps(ip_network(blocks[other])):
                        found.add((vpc_id, *sorted((one, other))))
        return found


@pytest.fixture
def planned(monkeypatch):
    """planned(setup) is the plan for the connections of a set-up, made without a service."""

    def planned(setup):
        readers = {
            pools.KIND: lambda _api: {name: pool(name, cidr) for name, cidr in setup.pools.items()},
            queues.KIND: lambda _api: {name: queue(name, cidr) for name, cidr in setup.queues.items()},
            connections.KIND: lambda _api: {each["name"]: connection(each) for each in setup.existing},
            vpc.VPCS: lambda _api: {},
            vpc.SUBNETS: lambda _api: {SUBNETS[each]: subnet(each) for each in VPCS},
        }
        monkeypatch.setattr(client, "READERS", readers)
        answers = {"agency": {"current_roles": ["vpc_netadm"]}, "quotas": {"quotas": []}}
        monkeypatch.setattr(
            client.PlanClient, "_call", lambda _self, _method, path, *_a, **_k: answers[path.rsplit("/", 1)[-1]]
        )
        transport = SimpleNamespace(with_deadline=lambda _deadline: nullcontext())
        access = Access(transport, None, None, "project")
        params = dict.fromkeys(("elastic_resource_pools", "queues", "addresses"))
        params |= {"state": "present", "undeclared": False, "with_declared": False, "networks": False}
        params |= {"with_diagnosis": False, "fail_on": []}
        params |= {"connections": [item(each) for each in setup.new], "region": "r"}
        return query.query(client.Client(access), params, False).plan

    return planned


def pool(name, cidr):
    fields = {"elastic_resource_pool_name": name, "cidr_in_vpc": cidr, "status": "AVAILABLE", "id": 1}
    return pools.from_api({**fields, "min_cu": 64, "max_cu": 64, "current_cu": 64, "resource_id": name})


def queue(name, cidr):
    fields = {"queue_name": name, "cu_count": 16, "queue_type": "sql", "resource_mode": 1, "create_time": 1}
    return queues.from_api({**fields, "cidr_in_vpc": cidr})


def connection(fields):
    bound = {"available_queue_info": "queues", "elastic_resource_pools": "elastic_resource_pools"}
    lists = {key: [{"name": name, "status": "ACTIVE"} for name in fields[option]] for key, option in bound.items()}
    return connections.from_api({**fields, **lists, "id": fields["name"]})


def subnet(vpc_id):
    fields = {"id": SUBNETS[vpc_id], "name": "s", "cidr": SUBNET_CIDRS[vpc_id], "vpc_id": vpc_id}
    return {**fields, "neutron_subnet_id": "", "ipv6_enable": False}


def item(fields):
    defaults = {name: option.get("default") for name, option in kinds.CONNECTION.item_options.items()}
    return {**defaults, **fields}


def test_valid_setups_have_no_problem(planned):
    for seed in range(500):
        plan = planned(Setup(seed, valid=True))
        assert (plan["errors"], plan["problems"]) == ([], []), seed


def test_every_overlap_of_a_new_binding_is_a_warning(planned):
    found = 0
    for seed in range(100):
        setup = Setup(seed, valid=False)
        plan = planned(setup)
        assert plan["errors"] == []
        assert {each["id"] for each in plan["problems"]} <= {"overlap"}
        expected = setup.overlapping()
        assert len(plan["problems"]) == len(expected), seed
        for vpc_id, one, other in expected:
            assert any(
                vpc_id in each["message"] and f"{one} (" in each["message"] and f"{other} (" in each["message"]
                for each in plan["problems"]
            ), (seed, one, other)
        found += len(expected)
    assert found > 100
