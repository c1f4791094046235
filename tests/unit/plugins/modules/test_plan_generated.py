# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a plan says is what the modules do: generated declarations against generated projects.

DLI_GENERATED_PLANS=500 tests that many projects instead of a sample.
"""

from __future__ import annotations

import os
import random

import pytest

COUNT = int(os.environ.get("DLI_GENERATED_PLANS", "6"))
MODULES = {
    "elastic_resource_pool": "dli_elastic_resource_pool",
    "queue": "dli_queue",
    "connection": "dli_enhanced_connection",
}
KEYS = {**{kind: kind for kind in MODULES}, "connection": "enhanced_connection"}
LISTS = {kind: f"{kind}s" for kind in MODULES}
POOLS = {f"p{number}": f"172.{19 + number}.0.0/16" for number in (1, 2, 3)}
QUEUES = [f"q{number}" for number in range(1, 7)]
CONNECTIONS = [f"c{number}" for number in range(1, 5)]
PROJECTS = ["1f0c7c2b9a8e4d61b3f2a1c0d9e8f7a6", "2f0c7c2b9a8e4d61b3f2a1c0d9e8f7a6"]
HOSTS = [{"name": name, "ip": f"10.0.0.{number}"} for number, name in enumerate("abc", 1)]
ROUTES = [{"name": name, "cidr": f"10.{number}.0.0/24"} for number, name in enumerate("abc", 1)]
VOLATILE = {"peer_id", "create_time", "create_time_iso", "update_time", "update_time_iso"}


class Generator(random.Random):
    """Random projects, as seeds of the simulator, and declarations. All names come from a small set."""

    def rarely(self):
        return self.random() < 0.08

    def often(self):
        return self.random() < 0.6

    def some(self, values):
        return [value for value in values if self.random() < 0.5]

    def tags(self):
        return {key: self.choice("xyz") for key in self.some(["env", "team"])}

    def day(self):
        size = self.choice([16, 32, 64])
        return {"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": size, "max_cu": size + 16}

    def maybe(self, item, **options):
        """The item with some of the options; each is a function that returns its value."""
        return {**item, **{name: make() for name, make in options.items() if self.random() < 0.35}}

    def project(self):
        pools = self.some(POOLS)
        queues = [self._seeded_queue(name, pools) for name in self.some(QUEUES)]
        return {
            "pools": [self._seeded_pool(name, [q for q in queues if q.get("elastic_resource_pool_name") == name])
                      for name in pools],
            "queues": queues,
            "connections": [self._seeded_connection(name, pools, queues) for name in self.some(CONNECTIONS)],
        }  # fmt: skip

    def _seeded_pool(self, name, queues):
        demand = -(-sum(queue["cu_count"] for queue in queues) // 16) * 16
        least = max(self.choice([64, 128, 256]), demand)
        failed = {"status": "FAILED", "fail_reason": "sold out"} if self.rarely() else {}
        pool = {"elastic_resource_pool_name": name, "cidr_in_vpc": POOLS[name], "min_cu": least, "max_cu": least + 256}
        return {**pool, "description": self.choice(["", "old"]), "tags": as_list(self.tags()), **failed}

    def _seeded_queue(self, name, pools):
        pool = self.choice(["", *pools])
        queue = {"queue_name": name, "cu_count": self.choice([16, 64, 80, 256] if not pool else [16, 32])}
        queue |= {"elastic_resource_pool_name": pool} if pool else {}
        queue |= {"queue_type": self.choice(["sql", "sql", "general"]), "tags": as_list(self.tags())}
        if queue["queue_type"] == "sql" and self.rarely():
            queue["properties"] = {"job.maxConcurrent": "4"}
        return {**queue, "privileges": {"ann": ["RESTART"]} if self.rarely() else {}}

    def _seeded_connection(self, name, pools, queues):
        outside = [queue["queue_name"] for queue in queues if "elastic_resource_pool_name" not in queue]
        connection = {"name": name, "queues": [self._binding(each) for each in self.some(outside)]}
        connection["elastic_resource_pools"] = [self._binding(each) for each in self.some(pools)]
        privileges = {project: ["BIND_QUEUE"] for project in self.some(PROJECTS)}
        more = {"hosts": self.some(HOSTS), "routes": self.some(ROUTES), "privileges": privileges}
        return {**connection, **more, "tags": as_list(self.tags())}

    def _binding(self, name):
        failed = {"status": "FAILED", "err_msg": "Failed to get subnet"}
        return {"name": name, **(failed if self.rarely() else {"status": "ACTIVE"})}

    def declaration(self, place):
        lists = {
            "elastic_resource_pools": [self._pool(name) for name in self.some(POOLS)],
            "queues": [self._queue(name) for name in self.some(QUEUES)],
            "connections": [self._connection(name, place) for name in self.some(CONNECTIONS)],
        }
        for items in lists.values():
            self.shuffle(items)
        return {option: items for option, items in lists.items() if not self.rarely()}

    def _pool(self, name):
        least = self.choice([64, 128, 256])
        item = {"name": name.upper() if self.rarely() else name, "force_recreate": self.rarely()}
        if self.often():
            item |= {"min_cu": least, "max_cu": least + self.choice([0, 128, 256])}
        if self.often():
            item["cidr_in_vpc"] = POOLS[name] if not self.rarely() else "172.30.0.0/16"
        return self.maybe(item, description=lambda: self.choice(["old", "new"]), tags=self.tags, purge_tags=self.rarely)

    def _queue(self, name):
        pool = self.choice([None, None, *POOLS])
        item = {"name": name.upper() if self.rarely() else name, "force_recreate": self.rarely()}
        if self.often():
            item["cu_count"] = self.choice([16, 64, 256] if not pool else [16, 32])
        item |= {"elastic_resource_pool_name": pool} if pool else {}
        if self.rarely():
            item["queue_type"] = "general"
        else:
            item = self.maybe(item, properties=lambda: {"job.maxConcurrent": self.choice([4, 8, None])})
        return self.maybe(
            item,
            tags=self.tags,
            purge_tags=self.rarely,
            authorized_users=lambda: [{"user_name": "ann", "privileges": self.some(["RESTART", "SUBMIT_JOB"])}],
            **({"scaling_policies": lambda: [self.day()]} if pool or self.rarely() else {}),
        )

    def _connection(self, name, place):
        item = {"name": name, "force_recreate": self.rarely(), **(place if self.often() else {})}
        return self.maybe(
            item,
            queues=lambda: self.some(QUEUES),
            elastic_resource_pools=lambda: self.some(POOLS),
            hosts=lambda: self.some(HOSTS),
            routes=lambda: self.some(ROUTES),
            tags=self.tags,
            allowed_projects=lambda: self.some(PROJECTS),
            purge_queues=self.often,
            purge_elastic_resource_pools=self.often,
            purge_hosts=self.often,
            purge_routes=self.often,
            purge_allowed_projects=self.often,
        )


def as_list(tags):
    return [{"key": key, "value": value} for key, value in tags.items()]


def stable(value):
    if isinstance(value, dict):
        return {key: stable(each) for key, each in value.items() if key not in VOLATILE}
    if not isinstance(value, list):
        return value
    elements = [stable(each) for each in value]
    return sorted(elements, key=repr) if all(isinstance(each, dict) and "name" in each for each in value) else elements


def differences(diff):
    """The options that differ in the diff of a module."""
    before, after = diff["before"], diff["after"]
    return {
        option: (before.get(option), wanted)
        for option, wanted in after.items()
        if option != "name" and (before[option] != wanted if option in before else wanted not in ("", [], {}))
    }


def check_refusal(planned, checked, real):
    """The run fails with the errors of the plan, and check mode fails too unless an earlier task could help."""
    errors = [each for each in planned["problems"] if each["severity"] == "error"]
    assert real.failed, planned
    assert planned["action"] == "none"
    error = real["error"]
    assert {each["id"] for each in errors} == {error["reason"]}
    if checked.failed:
        assert "; ".join(each["message"] for each in errors) == error["message"]
        assert planned["differences"] == sorted(error["differences"], key=lambda difference: difference["option"])


def check_prediction(planned, checked):
    """Compare the plan of one object with the result of its module in check mode."""
    assert not checked.failed, planned
    assert checked["changed"] == (planned["action"] != "none")
    if planned["action"] == "delete":
        assert (planned["differences"], planned["predicted"]) == ([], None)
        return
    found = {each["option"]: (each["found"], each["wanted"]) for each in planned["differences"]}
    assert found == differences(checked["diff"])
    notices = [each["message"] for each in planned["problems"] if each["id"] == "notice"]
    assert notices == checked.warned
    shown = stable(checked[KEYS[planned["kind"]]])
    if planned["predicted"] is None:
        assert shown is None
        return
    # The module does not read what only the list of queues shows.
    known = {key: value for key, value in stable(planned["predicted"]).items() if shown[key] is not None}
    assert known == {key: shown[key] for key in known}


@pytest.mark.parametrize("state", ["present", "absent"])
@pytest.mark.parametrize("seed", range(COUNT))
def test_what_a_plan_says_is_what_the_modules_do(sim, run, place, seed, state):
    generator = Generator(seed)
    project, declaration = generator.project(), generator.declaration(place)
    sim.load_seed(project)
    # The plan leaves it to the service whether small queues can be scaled.
    sim.set_knobs(scale_small_queues=True)
    options = {**declaration, "state": state}
    items = {
        (kind, item["name"] if kind == "connection" else item["name"].lower()): item
        for kind, option in LISTS.items()
        for item in declaration.get(option, ())
    }
    result = run("dli_plan_info", **options)
    assert not result.failed, result
    plan = result["plan"]
    assert run("dli_plan_info", **options)["plan"] == plan
    declared = [each for each in plan["objects"] if each["status"] != "undeclared"]
    assert {(each["kind"], each["name"]) for each in declared} == items.keys()
    complete, overlaps = True, any(each["id"] == "overlap" for each in plan["problems"])
    for planned in declared:
        item, module = items[planned["kind"], planned["name"]], MODULES[planned["kind"]]
        if any(each["id"] == "dependency" for each in planned["problems"]):
            complete = False
            continue
        checked = run(module, check=True, **item, state=state)
        real = run(module, **item, state=state)
        if any(each["severity"] == "error" for each in planned["problems"]):
            check_refusal(planned, checked, real)
            complete = False
        else:
            check_prediction(planned, checked)
            # Two blocks that overlap are a warning only: whether the service accepts them depends on the order of time.
            assert not real.failed or ("overlaps" in real["msg"] and overlaps), (planned, real["msg"])
            complete = complete and not real.failed
    after = run("dli_plan_info", **options)["plan"]
    assert not complete or after["in_sync"], after["summary"]
