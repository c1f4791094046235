# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proposal to move queues into pools, for generated projects and for those that need attention."""

from __future__ import annotations

import os
import random
import re
from ipaddress import ip_address, ip_network

import pytest
import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.huaweicloud.dli.plugins.filter.move_proposal import move_proposal
from ansible_collections.huaweicloud.dli.plugins.plugin_utils._move import blocks

# `make parity` sets a larger number.
PROJECTS = int(os.environ.get("DLI_GENERATED_PROJECTS", "12"))
EPS = "3b9f0c1e-52d7-4f7e-9a44-6d1b8e2f7a01"
HOSTILE = "x\x1b[2J{{ 7 * 7 }}"


def queue(name, pool="", **fields):
    return {
        "name": name,
        "cu_count": 16,
        "queue_type": "sql",
        "engine": "spark",
        "resource_mode": 1,
        "charging_mode": 1,
        "enterprise_project_id": "0",
        "elastic_resource_pool_name": pool,
        "cidr_in_vpc": "172.16.0.0/18",
        **fields,
    }


def pool(name, **fields):
    return {
        "name": name,
        "min_cu": 64,
        "max_cu": 64,
        "status": "AVAILABLE",
        "cidr_in_vpc": "10.64.0.0/16",
        "enterprise_project_id": "0",
        "label": {},
        **fields,
    }


def connection(name, queues=(), pools=(), **fields):
    return {
        "id": f"id-{name}",
        "name": name,
        "status": "ACTIVE",
        "dest_vpc_id": "vpc-1",
        "queues": list(queues),
        "elastic_resource_pools": [{"name": each, "status": "ACTIVE", "err_msg": ""} for each in pools],
        "routes": [],
        "hosts": [],
        "ipv6_enable": False,
        **fields,
    }


def results(queues, pools=(), connections=(), networks=None, jobs=()):
    return [
        {"elastic_resource_pools": list(pools)},
        {"queues": list(queues), "running_jobs": None if jobs is None else list(jobs)},
        {"enhanced_connections": list(connections)},
        {"networks": networks},
    ]


def contents(proposal):
    """The lists in all files together, and the files by name."""
    return {each["name"]: yaml.safe_load(each["content"]) for each in proposal["files"] if each["content"]}


class Generator:
    """A project with pools, queues inside and outside pools, and connections in several VPCs."""

    def __init__(self, number):
        self.random = random.Random(number)

    def block(self):
        first = self.random.choice(["10.{}.0.0/{}", "172.{}.0.0/{}", "192.168.{}.0/{}"])
        third = self.random.randint(16, 31)
        return str(ip_network(first.format(third, self.random.choice([16, 18, 20])), strict=False))

    def results(self):
        pools = [
            pool(f"p{i}", cidr_in_vpc=self.block(), min_cu=512, max_cu=512) for i in range(self.random.randint(0, 3))
        ]
        names = ["", "", *(each["name"] for each in pools)]
        queues = [
            queue(
                f"q{i}",
                self.random.choice(names),
                cu_count=self.random.choice([16, 32, 64, 256, 512]),
                cidr_in_vpc=self.block(),
                enterprise_project_id=self.random.choice(["0", "0", EPS]),
                resource_mode=self.random.choice([1, 1, 1, 0]),
                queue_type=self.random.choice(["sql", "general"]),
            )
            for i in range(self.random.randint(0, 9))
        ]
        queues.append(queue("default", resource_mode=0))
        dedicated = [
            each["name"] for each in queues if each["resource_mode"] and not each["elastic_resource_pool_name"]
        ]
        vpcs = [{"id": f"vpc-{i}", "name": "v", "cidr": self.block()} for i in range(3)]
        subnets = [{"id": "s", "name": "s", "cidr": each["cidr"], "vpc_id": each["id"]} for each in vpcs]
        connections = [
            connection(
                f"Conn_{i}",
                self.random.sample(dedicated, self.random.randint(0, len(dedicated))),
                self.random.sample(names[2:], self.random.randint(0, len(names) - 2)),
                dest_vpc_id=self.random.choice(vpcs)["id"],
                routes=[{"name": "r", "cidr": self.block()}],
                hosts=[{"name": "h", "ip": "10.0.0.7"}],
            )
            for i in range(self.random.randint(0, 5))
        ]
        return results(queues, pools, connections, {"vpcs": vpcs, "subnets": subnets})


@pytest.fixture(params=range(PROJECTS))
def project(request):
    return Generator(request.param).results()


@pytest.fixture(params=["connections", "enterprise_project"])
def group_by(request):
    return request.param


def used_blocks(project):
    """All addresses of a project in a naive form."""
    pools, queues, connections, networks = project
    texts = [each["cidr_in_vpc"] for each in (*pools["elastic_resource_pools"], *queues["queues"])]
    texts += [each["cidr"] for kind in networks["networks"].values() for each in kind]
    for each in connections["enhanced_connections"]:
        texts += [route["cidr"] for route in each["routes"]] + [host["ip"] for host in each["hosts"]]
    return [ip_network(text) for text in texts]


def test_the_pools_hold_their_queues_and_overlap_nothing(project, group_by):
    proposal = move_proposal(project, group_by=group_by)
    by_name = {each["name"]: each for each in project[1]["queues"]}
    used = used_blocks(project)
    for each in proposal["pools"]:
        block = ip_network(each["cidr_in_vpc"])
        assert block.prefixlen <= 19
        assert not any(block.overlaps(other) for other in used), each
        used.append(block)
        members = [by_name[name] for name in each["queues"]]
        total = sum(member["cu_count"] for member in members)
        assert total <= each["min_cu"] <= each["max_cu"]
        assert each["min_cu"] % 16 == 0
        assert each["min_cu"] >= (16 if each.get("label") else 64)
        assert each["max_cu"] <= (64 if each.get("label") else 32_000)
        assert {member["enterprise_project_id"] for member in members} == {each.get("enterprise_project_id", "0")}
        assert all(member["resource_mode"] == 1 and not member["elastic_resource_pool_name"] for member in members)
    movable = [
        name for name, each in by_name.items() if each["resource_mode"] and not each["elastic_resource_pool_name"]
    ]
    assert proposal["problems"] == []
    assert sorted(name for each in proposal["pools"] for name in each["queues"]) == sorted(movable)


def test_each_connection_of_a_queue_gets_its_pool_and_no_queue_reaches_more(project):
    proposal = move_proposal(project)
    pool_of = {name: each["name"] for each in proposal["pools"] for name in each["queues"]}
    bound = {}
    for each in contents(proposal).get("1_bind.yml", {}).get("tenant_connections", ()):
        assert each["purge_elastic_resource_pools"] is False
        bound[each["name"]] = set(each["elastic_resource_pools"])
    for each in project[2]["enhanced_connections"]:
        assert {pool_of[name] for name in each["queues"]} == bound.get(each["name"], set())
        for target in proposal["pools"]:
            if target["name"] in bound.get(each["name"], ()):
                assert set(target["queues"]) <= set(each["queues"])


def test_all_steps_can_be_done_one_after_the_other_with_an_interruption_after_each_change(project):
    """Carries out the files on the project, some objects at a time, and makes the proposal again after each change."""
    pools, queues, connections, _networks = (next(iter(each.values())) for each in project)
    names = {each["id"]: set(each["queues"]) for each in connections}
    proposed = {each["name"] for each in move_proposal(project)["pools"]}
    for _round in range(200):
        files = contents(move_proposal(project))
        if not files:
            break
        _do_one(files, pools, queues, connections)
    else:
        pytest.fail("the proposals do not come to an end")
    assert {each["name"] for each in pools if not re.fullmatch(r"p\d", each["name"])} == proposed
    outside = [each for each in queues if not each["elastic_resource_pool_name"]]
    assert all(each["resource_mode"] == 0 for each in outside)
    for each in connections:
        assert each["queues"] == []
        were_bound = names[each["id"]]
        reached = {one["elastic_resource_pool_name"] for one in queues if one["name"] in were_bound}
        assert reached <= {entry["name"] for entry in each["elastic_resource_pools"]}


def _do_one(files, pools, queues, connections):
    """Make the first change of the first file."""
    by_name = {each["name"]: each for each in connections}
    first = files[min(files)]
    if new := first.get("tenant_elastic_resource_pools"):
        pools.append(pool(**new[0]))
    elif joins := first.get("tenant_queues"):
        joining = next(each for each in queues if each["name"] == joins[0]["name"])
        joining["elastic_resource_pool_name"] = joins[0]["elastic_resource_pool_name"]
        joining["cidr_in_vpc"] = next(
            each["cidr_in_vpc"] for each in pools if each["name"] == joins[0]["elastic_resource_pool_name"]
        )
    else:
        change = first["tenant_connections"][0]
        target = by_name[change["name"]]
        if "queues" in change:
            # The list is exact.
            target["queues"] = [name for name in target["queues"] if name in change["queues"]]
        else:
            bound = [{"name": name, "status": "ACTIVE", "err_msg": ""} for name in change["elastic_resource_pools"]]
            target["elastic_resource_pools"] += bound


# -- What needs attention.


def text_of(*arguments, **options):
    return move_proposal(results(*arguments, **options))["text"]


def test_a_queue_joins_only_after_all_bindings_of_its_pool_are_active():
    there = [pool("pool_a_b")]
    a, b = connection("a", ["q"], ["pool_a_b"]), connection("b", ["q"], ["pool_a_b"])
    networks = {"vpcs": [], "subnets": []}
    ready = move_proposal(results([queue("q")], there, [a, b], networks))
    assert contents(ready) == {
        "2_join.yml": {"tenant_queues": [{"name": "q", "elastic_resource_pool_name": "pool_a_b"}]}
    }
    assert "queue q joins pool pool_a_b: now" in ready["text"]
    b["elastic_resource_pools"][0].update(status="CREATING")
    waiting = move_proposal(results([queue("q")], there, [a, b], networks))
    assert contents(waiting) == {}
    assert "queue q joins pool pool_a_b: after step 1" in waiting["text"]
    b["elastic_resource_pools"][0].update(status="FAILED", err_msg="overlaps")
    failed = move_proposal(results([queue("q")], there, [a, b], networks))
    assert failed["problems"] == ["The binding of pool pool_a_b to connection b is FAILED: overlaps."]
    assert contents(failed) == {}


def test_a_queue_that_joined_is_unbound_when_its_pool_is_bound():
    moved = queue("q", "p")
    first = move_proposal(results([moved, queue("r")], [pool("p")], [connection("a", ["q", "r"])]))
    assert contents(first)["1_bind.yml"]["tenant_connections"][0]["elastic_resource_pools"] == ["p", "pool_a"]
    assert "3_unbind.yml" not in contents(first)
    then = move_proposal(results([moved, queue("r")], [pool("p")], [connection("a", ["q", "r"], ["p"])]))
    assert contents(then)["3_unbind.yml"] == {"tenant_connections": [{"name": "a", "queues": ["r"]}]}


def test_queues_that_cannot_move_are_named():
    stays = text_of([queue("s", resource_mode=0), queue("p", charging_mode=2), queue("default", resource_mode=0)])
    assert "queue" not in stays.split("Queues that stay outside pools:")[0].lower().replace(
        "no queue needs to move: all queues", ""
    )
    assert "  s: it is shared (resource_mode 0)" in stays
    assert "  p: it is prepaid" in stays
    assert "default" not in stays


def test_the_text_says_what_is_interrupted_and_what_changes_for_data_sources():
    jobs = [{"queue_name": "q", "job_id": f"j{i}", "job_type": "QUERY", "status": "RUNNING"} for i in range(7)]
    text = text_of([queue("q")], [], [connection("a", ["q"], ipv6_enable=True)], jobs=jobs)
    assert "A queue cannot leave its pool" in text
    assert "queue q: j0 (QUERY, RUNNING), j1 (QUERY, RUNNING)" in text
    assert ", 2 more" in text
    assert "allow 10.0.0.0/19 in their security groups, network ACLs and firewalls wherever 172.16.0.0/18" in text
    assert "Connection a has IPv6." in text
    assert "The CIDR blocks of the VPCs could not be read." in text
    assert (
        text.index("1_bind.yml") < text.index("2_join.yml") < text.index("connectivity_test") < text.index("3_unbind")
    )
    assert "The SQL jobs could not be read." in text_of([queue("q")], jobs=None)


def test_a_queue_that_the_service_shows_as_a_pool_of_its_name_counts_as_bound():
    own = pool("q")
    proposal = move_proposal(results([queue("q")], [own], [connection("a", [], ["q"])]))
    (proposed,) = proposal["pools"]
    assert proposed["name"] == "pool_a"
    assert contents(proposal)["1_bind.yml"]["tenant_connections"][0]["elastic_resource_pools"] == ["pool_a"]


def test_several_connections_of_one_name_are_a_problem():
    twins = [connection("a", ["q"]), connection("a", [], id="other")]
    proposal = move_proposal(results([queue("q")], [], twins))
    assert proposal["problems"] == [
        "Several connections have the name a. Delete the others by their id, then create the proposal again."
    ]
    assert contents(proposal)["1_bind.yml"]["tenant_connections"] == []


def test_names_are_unique_and_stay_the_same():
    taken = [pool("pool_a", enterprise_project_id=EPS), pool("pool_a_2", status="FAILED"), pool("pool_a_x")]
    (proposed,) = move_proposal(results([queue("q")], taken, [connection("a", ["q"])]))["pools"]
    assert proposed["name"] == "pool_a_3"
    long = [connection("c" * 60 + str(i), ["q"]) for i in range(5)]
    (proposed,) = move_proposal(results([queue("q")], [], long))["pools"]
    assert re.fullmatch(r"pool_c+_[0-9a-f]{8}", proposed["name"])
    cases = [connection("Ab", ["q"]), connection("aB", ["r"])]
    named = move_proposal(results([queue("q"), queue("r")], [], cases))["pools"]
    assert [each["name"] for each in named] == ["pool_ab", "pool_ab_2"]


@pytest.mark.parametrize("size", [40_000, 32_016])
def test_queues_that_no_pool_can_hold_are_a_problem(size):
    proposal = move_proposal(results([queue("q", cu_count=size)]))
    assert proposal["problems"] == [f"No pool can hold queues q: together they have {size} CUs."]


def test_a_full_address_space_is_a_problem_only_near_the_connections():
    elsewhere = [pool(f"p{i}", cidr_in_vpc=text) for i, text in enumerate(map(str, blocks.RANGES))]
    (proposed,) = move_proposal(results([queue("q")], elsewhere, [connection("a", ["q"])]))["pools"]
    assert not ip_network(proposed["cidr_in_vpc"]).overlaps(ip_network("172.16.0.0/18"))
    near = [connection("a", ["q"], [each["name"] for each in elsewhere])]
    (problem,) = move_proposal(results([queue("q")], elsewhere, near))["problems"]
    assert problem.startswith("No CIDR block for pool pool_a is free")


def test_a_free_block_is_the_first_one_of_a_naive_search():
    for number in range(20):
        chosen = random.Random(number)
        first = int(ip_address("10.0.0.0"))
        taken = [
            ip_network((first + chosen.randrange(2**20), 32)).supernet(new_prefix=chosen.randint(12, 24))
            for _i in range(chosen.randint(0, 12))
        ]
        naive = next(
            block
            for block in ip_network("10.0.0.0/8").subnets(new_prefix=19)
            if not any(block.overlaps(each) for each in taken)
        )
        assert blocks.free(taken, 19) == naive


def test_texts_of_the_service_stay_texts():
    hostile = [connection("a", ["q"], ["pool_a"])]
    hostile[0]["elastic_resource_pools"][0].update(status="FAILED", err_msg=HOSTILE)
    text = text_of([queue("q")], [pool("pool_a")], hostile)
    assert "\x1b" not in text
    assert "x\\x1b[2J" in text


BAD = {
    "no list": ({}, {}),
    "no results": ([1], {}),
    "one result missing": (results([])[:2], {}),
    "wrong grouping": (results([]), {"group_by": "vpc"}),
    "wrong edition": (results([]), {"basic_edition": "yes"}),
    "wrong reserved": (results([]), {"reserved_cidrs": "10.0.0.0/8"}),
    "wrong block": (results([]), {"reserved_cidrs": ["10.0.0.0/99"]}),
    "a queue without a size": (results([{"name": "q"}]), {}),
}


@pytest.mark.parametrize(("value", "options"), BAD.values(), ids=BAD)
def test_bad_input_is_one_clear_error(value, options):
    with pytest.raises(AnsibleFilterError, match=r"huaweicloud\.dli\.move_proposal: "):
        move_proposal(value, **options)


def test_reserved_blocks_and_the_edition_are_respected():
    options = {"basic_edition": False, "reserved_cidrs": ["10.0.0.0/8", "172.16.0.0/12"]}
    (proposed,) = move_proposal(results([queue("q", cidr_in_vpc=None)]), **options)["pools"]
    assert (proposed["cidr_in_vpc"], proposed["min_cu"]) == ("192.168.0.0/19", 64)
    assert "label" not in proposed
