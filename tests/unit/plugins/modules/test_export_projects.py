# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Generated projects are exported, applied without changes, deleted, created from the export, and exported again."""

from __future__ import annotations

import importlib
import os
import random
import re
import uuid

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.huaweicloud.dli.plugins.module_utils._plan import kinds
from ansible_collections.huaweicloud.dli.plugins.plugin_utils._export.document import export

MODULES = "ansible_collections.huaweicloud.dli.plugins.modules"
PROJECTS = 50
# `make test` exports a sample, `make parity` all of them.
SAMPLE = int(os.environ.get("DLI_GENERATED_PROJECTS", "10"))
# Texts that YAML, Jinja or a terminal could take for something else. The service refuses control characters.
TAGS = (
    "yes",
    "0123",
    "1e3",
    "12:30",
    "2026-01-02",
    "null",
    "",
    "=",
    "Größe",
    "数据",
    "a b",
    "-",
    "0x1f",
    "1_000",
    ".5",
)
TEXTS = (*TAGS[:10], "{{ 7 * 7 }}", "a: b # c", "'\"\\", "\u202eabc", "- x", "!!str", "🐘")
POOLS = ("yes", "1e3", "null_", "n", "off", "0x1f")
QUEUES = ("on", "y", "no", "2e5", "true", "null", "1_0", "0b1", "etl")
CONNECTIONS = ("0123", "No", "1e3", "None", "12", "0o7", "false", "sources")
KEYS = ("team", "on", "0123", "größe", "a:b", "1e3")
PRIVILEGES = ("SUBMIT_JOB", "CANCEL_JOB", "RESTART", "SCALE_QUEUE")


class Generator:
    """A project as a seed of the simulator. All of it can be created by the modules."""

    def __init__(self, number, networks):
        self.random = random.Random(number)
        self.networks = networks
        self.cidrs = iter(f"10.{number}.0.0/16" for number in range(1, 200))

    def maybe(self, values):
        """One of the values, or None."""
        return self.random.choice([None, *values])

    def some(self, values, most=3):
        return self.random.sample(values, self.random.randint(0, min(most, len(values))))

    def id(self):
        return str(uuid.UUID(int=self.random.getrandbits(128)))

    def tags(self):
        return [{"key": key, "value": self.random.choice(TAGS)} for key in self.some(KEYS)]

    def seed(self):
        pools = [self.pool(name) for name in self.some(POOLS, 2)]
        queues = [self.queue(name, pools) for name in self.some(QUEUES, 4)]
        return {
            "pools": pools,
            "queues": queues,
            "connections": [self.connection(name, pools, queues) for name in self.some(CONNECTIONS)],
        }

    def pool(self, name):
        options = {
            "description": self.maybe(TEXTS),
            "enterprise_project_id": self.maybe([self.id()]),
            "ipv6_enable": self.maybe([True]),
        }
        return {
            "elastic_resource_pool_name": name,
            "min_cu": 256,
            "max_cu": self.random.choice([256, 512]),
            "cidr_in_vpc": next(self.cidrs),
            "tags": self.tags(),
            **{key: value for key, value in options.items() if value is not None},
        }

    def queue(self, name, pools):
        pool = self.maybe(pools)
        kind = self.random.choice(["spark", "spark", "hetuEngine", "general"])
        options = {
            "description": self.maybe(TEXTS),
            "feature": self.maybe(["ai"]) if kind != "general" else None,
            "labels": self.maybe(["multi_az=2"]),
            "enterprise_project_id": pool.get("enterprise_project_id") if pool else self.maybe([self.id()]),
            "properties": self.properties() if kind == "spark" else None,
            "platform": self.maybe(["aarch64"]),
        }
        if options["feature"]:
            options["platform"] = None
        if pool:
            options["elastic_resource_pool_name"] = pool["elastic_resource_pool_name"]
            options["queue_scaling_policies"] = self.policies(pool, 8 if kind != "hetuEngine" else 96)
        return {
            "queue_name": name,
            "queue_type": "general" if kind == "general" else "sql",
            "engine": "hetuEngine" if kind == "hetuEngine" else "spark",
            "cu_count": 96 if pool else self.random.choice([16, 64, 256]),
            "privileges": {user: self.some(PRIVILEGES, 2) or ["RESTART"] for user in self.some(["yes", "0x", "Öl #1"])},
            "tags": self.tags(),
            **{key: value for key, value in options.items() if value is not None},
        }

    def properties(self):
        found = {"job.maxConcurrent": str(self.random.randint(1, 32)), "job.saveJobResultToJobBucket": "true"}
        return {key: found[key] for key in self.some(sorted(found))}

    def policies(self, pool, least):
        day = {"impact_start_time": "00:00", "impact_stop_time": "24:00", "min_cu": least, "max_cu": 128}
        special = {"impact_start_time": "22:00", "impact_stop_time": "06:00", "min_cu": least, "max_cu": 96}
        if self.random.random() < 0.3:
            # The service returns the maximum of the pool with it.
            day |= {"inherit_elastic_resource_pool_max_cu": True, "max_cu": pool["max_cu"]}
        found = [day, {**special, "impact_start_time": "21:00"}]
        return [{"priority": self.random.randint(1, 3), **each} for each in found[: self.random.randint(1, 2)]]

    def connection(self, name, pools, queues):
        network = self.random.choice(self.networks)
        free = [each["queue_name"] for each in queues if "elastic_resource_pool_name" not in each]
        return {
            "name": name,
            "dest_vpc_id": network["vpc_id"],
            "dest_network_id": network["subnet_id"],
            "queues": self.some(free),
            "elastic_resource_pools": self.some([each["elastic_resource_pool_name"] for each in pools]),
            "hosts": [{"name": each, "ip": f"192.168.0.{n}"} for n, each in enumerate(self.some(["no", "y", "e1.x"]))],
            "routes": [{"name": each, "cidr": f"10.250.{n}.0/24"} for n, each in enumerate(self.some(["0123", "1e3"]))],
            "privileges": {each: ["BIND_QUEUE"] for each in self.some(["0" * 32, "1" * 32, "1e" + "0" * 30])},
            "tags": self.tags(),
        }


@pytest.fixture
def networks(sim):
    """Two networks with unique names, and two VPCs with one name, the second of which has two subnets of one name."""
    twins = [
        {
            "vpc_id": f"0000000{vpc}-52d7-4f7e-9a44-6d1b8e2f7a01",
            "vpc_name": "twin",
            "vpc_cidr": "192.168.0.0/16",
            "subnet_id": f"0000000{number}-0a5b-4c86-b3f1-2e7a6d5c4b02",
            "subnet_name": "yes",
            "subnet_cidr": f"192.168.{number}.0/24",
        }
        for number, vpc in enumerate([1, 2, 2], 1)
    ]
    sim.load_seed({"networks": twins})
    return [*sim.ready["networks"][:2], *twins]


@pytest.fixture
def exported(api):
    """exported() is the text of the export of the project."""
    details = ("tags", "properties", "scaling_policies", "authorized_users", "allowed_projects", "network_names")

    def results():
        for module in ("dli_elastic_resource_pool_info", "dli_queue_info", "dli_enhanced_connection_info"):
            spec = importlib.import_module(f"{MODULES}.{module}").SPEC
            params = {name: option.get("default") for name, option in spec.options.items()}
            outcome = spec.run(api, {**params, **{f"with_{name}": True for name in details}}, True)
            yield outcome.as_result(spec.key, diff=False)

    return lambda **options: export(list(results()), **options)


class Loader(yaml.SafeLoader):
    """Reads the tag that Ansible has for texts without templates."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def declaration(text):
    """The declaration in the text, under the options of dli_plan_info."""
    variables = yaml.load(text, Loader=Loader)
    return {name.removeprefix("tenant_"): items for name, items in variables.items()}


def apply(api, declared, state="present"):
    """Run the modules as the playbook tenant does; returns the names of the objects that changed."""
    order = kinds.KINDS if state == "present" else kinds.KINDS[::-1]
    changed = []
    for kind in order:
        validator = ArgumentSpecValidator(kind.item_options)
        for item in declared[kind.option]:
            checked = validator.validate({"name": item["name"]} if state == "absent" else item)
            assert checked.error_messages == []
            params = {**kind.params(checked.validated_parameters, state), "wait_timeout": 9000, "wait_interval": 120.0}
            assert kind.validate(params) == []
            if kind.ensure(api, params, False).changed:
                changed.append(item["name"])
    return changed


@pytest.mark.parametrize("number", range(SAMPLE))
def test_a_project_can_be_exported_and_created_again(sim, run, api, networks, exported, number):
    # Shorter than in the service, because each poll is a request.
    sim.load_seed(
        {**Generator(number, networks).seed(), "knobs": {"assigning_seconds": 10, "pool_cooldown_seconds": 10}}
    )
    text = exported(exact=number % 2 == 1)
    declared = declaration(text)
    plan = run("dli_plan_info", **declared)["plan"]
    assert plan["summary"] == []
    assert plan["in_sync"]
    assert apply(api, declared) == []
    everything = sum(map(len, declared.values()))
    assert len(apply(api, declared, "absent")) == everything
    assert declaration(exported()) == {option: [] for option in declared}
    assert len(apply(api, declared)) == everything
    assert exported(exact=number % 2 == 1) == text


def test_the_generated_projects_have_every_option(sim, networks, exported):
    found = {}
    for number in range(PROJECTS):
        sim.reset()
        sim.load_seed({"networks": networks[2:]})
        sim.load_seed(Generator(number, networks).seed())
        for option, items in declaration(exported()).items():
            found.setdefault(option, set()).update(name for item in items for name in item)
    # Objects of the defaults, and what no export has.
    constant = {"state", "force", "force_recreate", "wait", "id", "charging_mode", "ready_age", "routetable_id"}
    for kind in kinds.KINDS:
        options = {name for name in kind.item_options if not name.startswith("purge_")} - constant
        assert found[kind.option] == options - {"label", "resource_mode"}, kind.option


POOL = {"elastic_resource_pool_name": "pool1", "cidr_in_vpc": "10.1.0.0/16"}
FAILED = {"status": "FAILED", "err_msg": "the address\nranges overlap"}
TWINS = [{"name": "twin", "id": f"{n:08d}-5609-40c9-affd-2b6453071b0f", "age": 9000 - n} for n in (2, 1)]
DEVIATING = {
    "a queue with a FAILED binding": (
        {
            "queues": [{"queue_name": "q1"}, {"queue_name": "q2"}],
            "connections": [{"name": "c1", "queues": ["q1", {"name": "q2", **FAILED}]}],
        },
        ["The binding of queue q2 is FAILED and not declared: the address ranges overlap. A run"],
        {"connections": [{"name": "c1", "queues": ["q1"], "purge_queues": False}]},
    ),
    "a pool with a FAILED binding": (
        {"pools": [POOL], "connections": [{"name": "c1", "elastic_resource_pools": [{"name": "pool1", **FAILED}]}]},
        ["The binding of elastic resource pool pool1 is FAILED and not declared: the address ranges overlap."],
        {"connections": [{"name": "c1"}]},
    ),
    "a binding that is CREATING": (
        {
            "queues": [{"queue_name": "q1"}],
            "connections": [{"name": "c1", "queues": [{"name": "q1", "status": "CREATING"}]}],
        },
        ["The binding of queue q1 was CREATING when it was read."],
        {"connections": [{"name": "c1", "queues": ["q1"]}]},
    ),
    "a pool that is FAILED": (
        {"pools": [{**POOL, "status": "FAILED", "fail_reason": "no stock"}]},
        ["Not declared: The pool is FAILED: no stock. Delete it and create it again.", "- name: pool1"],
        {"elastic_resource_pools": []},
    ),
    "a pool that is prepaid": (
        {"pools": [{**POOL, "charging_mode": 2}]},
        ["Prepaid (charging_mode 2): a new one would be pay-per-use."],
        {"elastic_resource_pools": [{"name": "pool1", "max_cu": 256, "min_cu": 64, "cidr_in_vpc": "10.1.0.0/16"}]},
    ),
    "a pool of an edition that is not known": (
        {"pools": [{**POOL, "label": {"spec": "huge"}}]},
        ["label is left out, because the modules do not accept its value: label must be spec=basic,"],
        {"elastic_resource_pools": [{"name": "pool1", "max_cu": 256, "min_cu": 64, "cidr_in_vpc": "10.1.0.0/16"}]},
    ),
    "a pool that is smaller than a new one": (
        {"pools": [{**POOL, "min_cu": 16}]},
        ["The pool cannot be created again like this: min_cu must be a multiple of 16 from 64 to 32000, got 16."],
        {"elastic_resource_pools": [{"name": "pool1", "max_cu": 256, "min_cu": 16, "cidr_in_vpc": "10.1.0.0/16"}]},
    ),
    "a queue that was scaled": (
        {"queues": [{"queue_name": "q1", "cu_count": 80, "cidr_in_vpc": "10.2.0.0/16"}]},
        ["The queue cannot be created again like this: cu_count must be one of 16, 64, 256"],
        {"queues": [{"name": "q1", "cu_count": 80, "cidr_in_vpc": "10.2.0.0/16"}]},
    ),
    "a shared queue": (
        {"queues": [{"queue_name": "q1", "resource_mode": 0}]},
        ["Not declared: The queue is shared (resource_mode 0), and the playbook manages dedicated queues only."],
        {"queues": []},
    ),
    "a bound pool with queues": (
        {
            "pools": [POOL],
            "queues": [{"queue_name": n, "elastic_resource_pool_name": "pool1", "cu_count": 8} for n in ("q1", "q2")],
            "connections": [{"name": "c1", "elastic_resource_pools": ["pool1"]}],
        },
        ["Bound through elastic resource pool pool1: queues q1, q2."],
        {"connections": [{"name": "c1", "elastic_resource_pools": ["pool1"]}]},
    ),
    "a queue of another project": (
        {"connections": [{"name": "c1", "queues": ["elsewhere"]}]},
        ["Queue elsewhere is not in this project."],
        {"connections": [{"name": "c1", "queues": ["elsewhere"]}]},
    ),
    "connections with one name": (
        {"connections": TWINS},
        [
            "Not declared: 2 connections have this name. Delete the others by their id.",
            f'id: "{TWINS[1]["id"]}"',
        ],
        {"connections": []},
    ),
    "texts that the modules do not accept": (
        {
            "queues": [{"queue_name": "q1", "labels": "multi_az=3", "cidr_in_vpc": "10.2.0.0/16"}],
            "connections": [{"name": "c-1"}, {"name": "c2", "hosts": [{"name": "0", "ip": "192.168.0.1"}]}],
        },
        [
            "labels is left out, because the modules do not accept its value: labels must be empty or [multi_az=2]",
            "Not declared: The modules do not accept this name: name must be 1 to 64 letters",
            "hosts is left out, because the modules do not accept its value: hosts[0].name must be",
        ],
        {
            "queues": [{"name": "q1", "cu_count": 16, "cidr_in_vpc": "10.2.0.0/16"}],
            "connections": [{"name": "c2"}],
        },
    ),
    "a description with control characters": (
        {"queues": [{"queue_name": "q1", "description": "a\n\x1b[31m\x00{{ 1 }}", "cidr_in_vpc": "10.2.0.0/16"}]},
        ['    description: !unsafe "a\\n\\x1b[31m\\x00{{ 1 }}"'],
        {
            "queues": [
                {"name": "q1", "cu_count": 16, "description": "a\n\x1b[31m\x00{{ 1 }}", "cidr_in_vpc": "10.2.0.0/16"}
            ]
        },
    ),
}
PLACE = {"dest_vpc_name": "vpc-sources", "dest_subnet_name": "subnet-sources"}


@pytest.mark.parametrize("case", DEVIATING)
def test_what_needs_attention_is_a_comment(sim, run, api, exported, case):
    seed, comments, wanted = DEVIATING[case]
    sim.load_seed(seed)
    text = exported()
    unwrapped = re.sub(r"\n +# +", " ", text)
    assert [each for each in comments if each not in unwrapped] == [], text
    declared = declaration(text)
    for item in wanted.get("connections", ()):
        item.update(PLACE)
    assert {option: declared[option] for option in wanted} == wanted
    for each in (declared, declaration(exported(exact=True))):
        plan = run("dli_plan_info", **each)["plan"]
        assert {planned["action"] for planned in plan["objects"]} <= {"none"}
        assert plan["in_sync"]
        if "CREATING" not in case:
            assert apply(api, each) == []


def test_a_region_without_tags_and_names_that_cannot_be_read(otc, run, exported):
    otc.load_seed({"queues": [{"queue_name": "q1"}], "connections": [{"name": "c1"}]})
    otc.inject(kind="status", path="/vpcs$", times=None, status=403)
    text = exported(exact=True)
    assert "# Not declared, because they were not read: tags of queues." in text
    declared = declaration(text)
    assert {"dest_vpc_id", "dest_network_id"} < declared["connections"][0].keys()
    assert "tags" not in declared["queues"][0]
    assert run("dli_plan_info", **declared)["plan"]["in_sync"]
