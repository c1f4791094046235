# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The initial state of the simulator: defaults, and the objects of a seed."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping
from typing import Any

from . import fields, quotas
from .errors import ApiError
from .models import DAY, Connection, Job, Network, Peer, Policy, Pool, Queue, new_id
from .pool_scaling import rescale
from .security_groups import seed_group
from .state import Agency, Project, State

Seed = Mapping[str, Any]

_REGION = "eu-west-101"
_PROJECT_ID = "0d6b1f2a7c3e4f58a9b0c1d2e3f40516"
_NETWORKS = [
    {
        "vpc_id": "3b9f0c1e-52d7-4f7e-9a44-6d1b8e2f7a01",
        "vpc_name": "vpc-sources",
        "vpc_cidr": "192.168.0.0/17",
        "subnet_id": "9c1d7e42-0a5b-4c86-b3f1-2e7a6d5c4b02",
        "subnet_name": "subnet-sources",
        "subnet_cidr": "192.168.0.0/24",
    },
    {
        "vpc_id": "7e4a2d90-81c6-4b3f-8f25-c9d0a1b2e303",
        "vpc_name": "vpc-warehouse",
        "vpc_cidr": "192.168.128.0/17",
        "subnet_id": "1f8e6b3c-d4a2-4970-95c8-b7a6f5e4d304",
        "subnet_name": "subnet-warehouse",
        "subnet_cidr": "192.168.128.0/24",
    },
]
_OLD = 30 * 24 * 3600.0
SECTIONS = (
    "credentials", "projects", "networks", "queues", "connections", "pools", "quotas", "knobs", "agencies",
    "identity_providers", "jobs", "dli_agency", "vpc_routes", "firewalls",
    "security_groups",
)  # fmt: skip


def reset_to_seed(state: State, seed: Seed) -> None:
    """Replace the state by the defaults and the objects of the seed."""
    state.clear()
    state.region = seed.get("region", _REGION)
    main = Project(seed.get("project_id", _PROJECT_ID), seed.get("project_name", state.region))
    state.projects[main.id] = main
    _prepare(state, main)
    rest = {"networks": _NETWORKS, **seed}
    load_seed(state, {key: value for key, value in rest.items() if key not in ("region", "project_id", "project_name")})


def load_seed(state: State, seed: Seed) -> None:
    """Add the objects of a seed to the state. Raise ValueError for an invalid seed."""
    unknown = sorted(set(seed) - set(SECTIONS))
    if unknown:
        raise ValueError(f"a seed has no section {', '.join(unknown)}")
    try:
        # A copy, because the simulator modifies the objects.
        _load(state, copy.deepcopy(seed))
    except (TypeError, KeyError, ApiError) as error:
        raise ValueError(f"the seed is invalid: {error}") from error


def _load(state: State, seed: Seed) -> None:
    state.identity = dataclasses.replace(state.identity, **seed.get("credentials", {}))
    state.knobs.set(seed.get("knobs", {}))
    state.main.quotas.update(seed.get("quotas", {}))
    if "dli_agency" in seed:
        agency = seed["dli_agency"]
        state.dli_agency = None if agency is None else {"version": "v2", "current_roles": [], **agency}
    for settings in seed.get("projects", []):
        project = Project(**settings)
        state.projects[project.id] = project
        _prepare(state, project)
    state.agencies += [Agency(**settings) for settings in seed.get("agencies", [])]
    for provider in seed.get("identity_providers", []):
        moments = {token: state.now + seconds for token, seconds in provider.get("id_tokens", {}).items()}
        state.id_tokens.setdefault(provider["idp_id"], {}).update(moments)
    state.networks += [_network(settings) for settings in seed.get("networks", [])]
    state.security_groups += [seed_group(state, dict(group)) for group in seed.get("security_groups", [])]
    state.vpc_routes += [{"vpc_id": state.networks[0].vpc_id, **route} for route in seed.get("vpc_routes", [])]
    state.firewalls += [{"id": new_id(), **firewall} for firewall in seed.get("firewalls", [])]
    for settings in seed.get("pools", []):
        _add_pool(state, dict(settings))
    for settings in seed.get("queues", []):
        _add_queue(state, dict(settings))
    for settings in seed.get("jobs", []):
        _add_job(state, dict(settings))
    for settings in seed.get("connections", []):
        _add_connection(state, dict(settings))


def _prepare(state: State, project: Project) -> None:
    """Add the quotas and the preset shared queue of a project."""
    project.quotas.update(quotas.DEFAULTS)
    project.queues["default"] = Queue(
        queue_id=state.next_number(),
        queue_name="default",
        create_time=state.millis - int(_OLD * 1000),
        owner=state.identity.domain_name,
        cidr_in_vpc="",
        resource_mode=0,
    )


def _network(settings: dict[str, Any]) -> Network:
    """A network with a cidr_v6 has IPv6."""
    return Network(**{"ipv6_enable": bool(settings.get("cidr_v6")), **settings})


def _since(state: State, settings: dict[str, Any]) -> int:
    """The creation time for an age."""
    return state.millis - int(settings.pop("age", _OLD) * 1000)


def _tags(settings: dict[str, Any]) -> dict[str, str]:
    return fields.tags({"tags": settings.pop("tags", [])})


def _add_pool(state: State, settings: dict[str, Any]) -> None:
    created = _since(state, settings)
    name = settings.pop("elastic_resource_pool_name").lower()
    least = settings.pop("min_cu", 64)
    state.main.pools[name] = Pool(
        id=state.next_number(),
        elastic_resource_pool_name=name,
        create_time=created,
        update_time=created,
        owner=settings.pop("owner", state.identity.username),
        min_cu=least,
        max_cu=settings.pop("max_cu", max(least, 256)),
        current_cu=settings.pop("current_cu", least),
        tags=_tags(settings),
        **settings,
    )


def _add_queue(state: State, settings: dict[str, Any]) -> None:
    created = _since(state, settings)
    name = settings.pop("queue_name").lower()
    size = settings.pop("cu_count", 16)
    policies = [Policy(**each) for each in settings.pop("queue_scaling_policies", [])]
    queue = Queue(
        queue_id=settings.pop("queue_id", state.next_number()),
        queue_name=name,
        create_time=created,
        owner=settings.pop("owner", state.identity.username),
        cidr_in_vpc=settings.pop("cidr_in_vpc", None) or state.next_cidr(),
        cu_count=size,
        cu_spec=settings.pop("cu_spec", size),
        tags=_tags(settings),
        assigned_at=created / 1000 + state.knobs.assigning_seconds,
        ready_at=created / 1000 + state.knobs.assigning_seconds,
        **settings,
    )
    state.main.queues[name] = queue
    if queue.elastic_resource_pool_name:
        queue.queue_scaling_policies = policies or [Policy(1, "00:00", DAY, size, size)]
        _join_pool(state, queue)


def _add_job(state: State, settings: dict[str, Any]) -> None:
    """A job is running unless the seed has another status. A job with a known id is replaced."""
    started = _since(state, settings)
    defaults = {"job_id": new_id(), "job_type": "QUERY", "owner": state.identity.username, "status": "RUNNING"}
    job = Job(**{**defaults, "start_time": started, **settings, "tags": _tags(settings)})
    job.queue_name = state.main.queue(job.queue_name).queue_name
    state.main.jobs[job.job_id] = job


def _join_pool(state: State, queue: Queue) -> None:
    """Add a seeded queue to its pool. The pool already has the resulting size."""
    pool = state.main.pool(queue.elastic_resource_pool_name)
    queue.elastic_resource_pool_name = pool.elastic_resource_pool_name
    queue.cidr_in_vpc = pool.cidr_in_vpc
    status = pool.status
    rescale(state, state.main, pool)
    pool.status, pool.busy_until, pool.current_cu = status, 0.0, pool.actual_cu


def _add_connection(state: State, settings: dict[str, Any]) -> None:
    created = _since(state, settings)
    default = state.networks[0]
    vpc_id, subnet_id = settings.pop("dest_vpc_id", default.vpc_id), settings.pop("dest_network_id", default.subnet_id)
    network = state.network(vpc_id, subnet_id)
    routes = [{"create_time": created, **route} for route in settings.pop("routes", [])]
    queues = settings.pop("available_queue_info", settings.pop("queues", []))
    connection = Connection(
        id=settings.pop("id", new_id()),
        dest_vpc_id=vpc_id,
        dest_network_id=subnet_id,
        ipv6_enable=settings.pop("ipv6_enable", network is not None and network.ipv6_enable),
        create_time=created,
        available_queue_info=[_peer(each, created) for each in queues],
        elastic_resource_pools=[_peer(each, created) for each in settings.pop("elastic_resource_pools", [])],
        routes=routes,
        tags=_tags(settings),
        **settings,
    )
    state.main.connections[connection.id] = connection


def _peer(settings: str | dict[str, Any], created: int) -> Peer:
    """A name alone is an ACTIVE binding. A binding seeded as CREATING stays in that status."""
    if isinstance(settings, str):
        settings = {"name": settings}
    peer = Peer(**{"status": "ACTIVE", "update_time": created, **settings})
    peer.name, peer.stuck = peer.name.lower(), peer.status == "CREATING"
    return peer
