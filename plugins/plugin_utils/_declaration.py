# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the role and of the playbooks as the declaration that dli_plan_info takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.common.validation import check_type_dict

from ..module_utils._core.compare import normalize_name
from ..module_utils._plan.kinds import CONNECTION, KINDS

# Variables of the role that are no options of the connection.
ROLE_ONLY = (
    *("state", "elastic_resource_pool", "delete_elastic_resource_pool", "queues", "test_addresses"),
    *("security_group", "security_group_ports", "wait_timeout", "wait_interval"),
)
# Options of the connection that follow from other variables.
NOT_IN_ROLE = ("id", "ready_age")
ROLE = tuple(
    dict.fromkeys(
        [
            *ROLE_ONLY,
            *(name for name in CONNECTION.item_options if not name.startswith("purge_") and name not in NOT_IN_ROLE),
        ]
    )
)
LISTS = ("state", *(kind.option for kind in KINDS))
WAITS = ("wait_timeout", "wait_interval")
# The variables with what the connection binds.
BOUND = ("queues", "elastic_resource_pool", "elastic_resource_pools")


def of_lists(prefix: str, variables: Mapping[str, Any]) -> dict[str, Any]:
    """The declaration of variables that are lists of items for each kind of objects.

    Raises ValueError without any list: a wrong prefix, a missing file or variables without a value would otherwise look
    like a success.
    """
    options = [kind.option for kind in KINDS]
    if all(_given(variables.get(option)) is None for option in options):
        raise ValueError(f"one of {', '.join(f'{prefix}_{option}' for option in options)} is required")
    lists = {kind.option: _given(variables.get(kind.option)) or [] for kind in KINDS}
    return {"state": variables.get("state") or "present", **lists, "addresses": []}


def of_role(variables: Mapping[str, Any]) -> dict[str, Any]:
    """The declaration of the variables of the role datasource_connection, without their prefix."""
    given = {name: value for name, value in variables.items() if _given(value) is not None}
    if "name" not in given:
        raise ValueError("datasource_connection_name is required")
    if "elastic_resource_pool" in given:
        given["elastic_resource_pool"] = _named("elastic_resource_pool", given["elastic_resource_pool"])
    state, pool = given.get("state", "present"), given.get("elastic_resource_pool")
    queues = [_named("queues", queue) for queue in given.get("queues", [])]
    names = [normalize_name(str(queue["name"])) for queue in queues]
    rule = _security_group_rule(given, names, pool)
    if state == "absent":
        return {**_absent(given, names), **rule}
    addresses = given.get("test_addresses") or []
    if addresses and not names:
        raise ValueError(
            "datasource_connection_queues is required with datasource_connection_test_addresses: each address is "
            "tested from each queue"
        )
    return {
        "state": state,
        "elastic_resource_pools": [pool] if pool else [],
        "queues": [_in_pool(queue, pool) for queue in queues],
        "connections": [_connection(given, names, pool)],
        "addresses": [{"queue": name, "addresses": addresses} for name in names] if addresses else [],
        **rule,
    }


def _security_group_rule(
    given: Mapping[str, Any], queues: list[str], pool: Mapping[str, Any] | None
) -> dict[str, dict[str, Any]]:
    """The options of dli_security_group_rule; nothing unless a security group is given.

    The description marks the rules of this connection, and only those are removed again.
    """
    group, ports = given.get("security_group"), _texts(given.get("security_group_ports"))
    if group is None:
        if ports:
            raise ValueError(
                "datasource_connection_security_group is required with datasource_connection_security_group_ports"
            )
        return {}
    addresses = _texts(given.get("test_addresses"))
    ports = ports or list(dict.fromkeys(address.rpartition(":")[2] for address in addresses))
    pools = [*_texts(given.get("elastic_resource_pools")), *([pool["name"]] if pool else [])]
    for missing, names in ((not ports, ("security_group_ports", "test_addresses")), (not (queues or pools), BOUND)):
        if missing and given.get("state") != "absent":
            options = " or ".join(f"datasource_connection_{name}" for name in names)
            raise ValueError(f"{options} is required with datasource_connection_security_group")
    mark = f"DLI connection {given['name']} (role huaweicloud.dli.datasource_connection)"
    rule = {"security_group": group, "description": mark}
    if given.get("state") != "absent":
        rule |= {"ports": ports, "queues": queues, "elastic_resource_pools": pools}
    return {"security_group_rule": rule}


def _texts(value: Any) -> list[str]:
    """A list of texts, which Ansible also accepts as one text with commas, and as one number."""
    found = value if isinstance(value, (list, tuple)) else [] if value is None else str(value).split(",")
    return [str(each).strip() for each in found]


def _named(variable: str, item: Any) -> Mapping[str, Any]:
    """A queue or the pool; a text such as "name=q1" is accepted, as Ansible accepts it for the variables."""
    options: Mapping[str, Any] = check_type_dict(item) if isinstance(item, str) else item
    if _given(options.get("name")) is None:
        raise ValueError(f"datasource_connection_{variable} requires a name")
    return options


def _absent(given: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    deletes_pool = str(given.get("delete_elastic_resource_pool", False)).lower() in ("true", "yes", "1", "on")
    pool = given.get("elastic_resource_pool") if deletes_pool else None
    return {
        "state": "absent",
        "elastic_resource_pools": [{"name": pool["name"]}] if pool else [],
        "queues": [{"name": name} for name in names],
        "connections": [{"name": given["name"]}],
        "addresses": [],
    }


def _in_pool(queue: Mapping[str, Any], pool: Mapping[str, Any] | None) -> dict[str, Any]:
    """A queue in the pool of the role, unless it names another pool or, with an empty text, none."""
    own = queue.get("elastic_resource_pool_name")
    if own is None and pool:
        own = pool["name"]
    return {**queue, "elastic_resource_pool_name": own}


def _connection(given: Mapping[str, Any], queues: list[str], pool: Mapping[str, Any] | None) -> dict[str, Any]:
    """The connection. Bound queues and pools are exact if their variables are given; the pool of the role is bound."""
    names = given.get("elastic_resource_pools")
    bound = [*_texts(names), *([pool["name"]] if pool else [])]
    others = {name: given[name] for name in CONNECTION.item_options if name in given and name not in LISTS}
    return {
        **others,
        "queues": queues if "queues" in given else None,
        "elastic_resource_pools": bound if bound or names is not None else None,
        "purge_elastic_resource_pools": names is not None,
    }


def _given(value: Any) -> Any:
    """The value; None if it is empty text, as job templates pass what is not set."""
    return None if isinstance(value, str) and value == "" else value
