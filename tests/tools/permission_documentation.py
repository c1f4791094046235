# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Write the guide about permissions from the table of calls and their actions.

    python tests/tools/permission_documentation.py

``tests/unit/plugins/modules/test_permissions.py`` compares the page with what this program would write, and the lists
of calls with the requests that the modules send.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "plugins/module_utils/_http/permissions.py"
PAGE = ROOT / "docs/docsite/rst/guide_permissions.rst"

# By module: the purposes of its calls.
MODULES: dict[str, list[str]] = {
    "dli_connectivity_test": [
        "list queues",
        "start a connectivity test",
        "read a connectivity test",
        "list jobs",
        "list pools",
        "list connections",
        "read the agency of DLI",
        "look up a VPC by name",
        "look up a subnet",
        "read a VPC peering",
        "read a route table",
        "list network ACLs",
        "read a network ACL",
        "find the network interface of an address",
        "look up a security group",
        "read rules of a security group",
    ],
    "dli_elastic_resource_pool": [
        "create a pool",
        "list pools",
        "change a pool",
        "delete a pool",
        "list the queues of a pool",
        "read tags",
        "set tags",
        "remove tags",
    ],
    "dli_elastic_resource_pool_info": [
        "list pools",
        "list the queues of a pool",
        "read tags",
    ],
    "dli_enhanced_connection": [
        "list queues",
        "read a queue",
        "start a connectivity test",
        "grant or revoke privileges",
        "list jobs",
        "list pools",
        "create a connection",
        "list connections",
        "read a connection",
        "set hosts of a connection",
        "delete a connection",
        "bind a queue or a pool",
        "unbind a queue or a pool",
        "create a route",
        "delete a route",
        "list allowed projects",
        "read tags",
        "set tags",
        "remove tags",
        "read the agency of DLI",
        "look up a VPC by name",
        "look up a subnet",
        "read a route table",
        "list network ACLs",
        "read a network ACL",
    ],
    "dli_enhanced_connection_info": [
        "list queues",
        "list connections",
        "list allowed projects",
        "read tags",
        "read the agency of DLI",
        "look up a VPC by name",
        "look up a subnet",
        "read a route table",
        "list network ACLs",
        "read a network ACL",
    ],
    "dli_plan_info": [
        "list queues",
        "read properties of a queue",
        "list users of a queue",
        "list pools",
        "list the queues of a pool",
        "list connections",
        "list allowed projects",
        "read tags",
        "read the tags of all resources",
        "read quotas",
        "read the agency of DLI",
        "look up a VPC by name",
        "look up a subnet",
        "read a route table",
        "list network ACLs",
        "read a network ACL",
    ],
    "dli_queue": [
        "create a queue",
        "list queues",
        "read a queue",
        "delete a queue",
        "change the CIDR block of a queue",
        "scale or restart a queue",
        "start a connectivity test",
        "read properties of a queue",
        "set properties of a queue",
        "list users of a queue",
        "grant or revoke privileges",
        "list jobs",
        "list pools",
        "list the queues of a pool",
        "move a queue into a pool",
        "set scaling policies of a queue",
        "list connections",
        "read tags",
        "set tags",
        "remove tags",
    ],
    "dli_queue_info": [
        "list queues",
        "read properties of a queue",
        "list users of a queue",
        "list jobs",
        "list the queues of a pool",
        "read tags",
    ],
    "dli_quota_info": [
        "read quotas",
    ],
    "dli_security_group_rule": [
        "list queues",
        "list pools",
        "look up a security group",
        "read rules of a security group",
        "create a rule of a security group",
        "delete a rule of a security group",
    ],
}
# What else sends requests: the modules that it uses.
OTHERS = {
    "the role datasource_connection, and the playbooks datasource_connection, connect, demo and tenant": [
        *("dli_plan_info", "dli_elastic_resource_pool", "dli_queue", "dli_enhanced_connection"),
        *("dli_connectivity_test", "dli_security_group_rule"),
    ],
    "the playbooks audit and report": ["dli_plan_info"],
    "the playbook export": [
        *("dli_elastic_resource_pool_info", "dli_queue_info", "dli_enhanced_connection_info"),
    ],
    "the playbook move_to_pools": [
        *("dli_elastic_resource_pool_info", "dli_queue_info", "dli_enhanced_connection_info", "dli_plan_info"),
    ],
}
MODELS = (("roles", "Roles and policies", "1.1"), ("identity", "Identity policies", "5.0"))

HEADER = """\
..
  Copyright (c) Contributors to the huaweicloud.dli project
  GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
  SPDX-License-Identifier: GPL-3.0-or-later

.. Written by tests/tools/permission_documentation.py.

.. _ansible_collections.huaweicloud.dli.docsite.guide_permissions:

Minimum permissions
===================

An account uses one of two models in IAM: *roles and policies*, or *identity policies*. Their actions have different
names. This page has one policy of each model for each module, the role and the playbooks. If a permission is missing,
the error of a module names the action in both models.

A policy allows every call of the module. Leave out the actions of calls that you do not need: the first table lists the
actions of each call. For example, users and scaling policies of a queue are read only if a task sets them.

Some calls have no action in the policies:

* For some calls, the API reference says that no action is needed. In the table, these are "none".
* For some calls, the API reference names no action. In the table, these are "not documented", and they are listed below
  each policy. If such a call is denied, the message of the service may name the action.
* A login, and the look-up of a project by its name, are calls of IAM, whose actions are not documented either. With
  ``project_id``, the project is not looked up.

DLI itself needs rights in the account, for example to create VPC peerings. It gets them from its agency, not from the
user of the modules.

Calls and actions
-----------------
"""


def load_table() -> Any:
    spec = importlib.util.spec_from_file_location("permissions_table", TABLE)
    if spec is None or spec.loader is None:
        raise ImportError(str(TABLE))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def calls_of(modules: Iterable[str], table: Any) -> list[Any]:
    """The calls of these modules in the order of the table."""
    purposes = {purpose for module in modules for purpose in MODULES[module]}
    return [call for call in table.CALLS if call.purpose in purposes]


def shown(actions: Sequence[str] | None) -> str:
    if actions is None:
        return "not documented"
    return ", ".join(f"``{action}``" for action in actions) or "none"


def table_lines(table: Any) -> Iterator[str]:
    yield from (".. list-table::", "   :header-rows: 1", "")
    for row in [
        ("To", "Roles and policies", "Identity policies"),
        *((call.purpose, shown(call.roles), shown(call.identity)) for call in table.CALLS),
    ]:
        yield f"   * - {row[0]}"
        yield from (f"     - {cell}" for cell in row[1:])
    yield ""


def policy(calls: Iterable[Any], model: str, version: str) -> str:
    """The policy that allows the calls, as JSON."""
    actions = sorted({action for call in calls for action in getattr(call, model) or ()})
    return json.dumps({"Version": version, "Statement": [{"Effect": "Allow", "Action": actions}]}, indent=2)


def section(title: str, calls: list[Any]) -> Iterator[str]:
    yield from (title, "-" * len(title), "")
    for model, name, version in MODELS:
        allowed = policy(calls, model, version)
        if '"Action": []' in allowed:
            yield from (f"{name}: no action is documented or needed.", "")
        else:
            yield from (f"{name}:", "", ".. code-block:: json", "")
            yield from (f"    {line}" for line in allowed.splitlines())
            yield ""
        unknown = [call.purpose for call in calls if getattr(call, model) is None]
        if unknown:
            yield from (f"Not documented: {', '.join(unknown)}.", "")


def content() -> str:
    table = load_table()
    lines = [HEADER, *table_lines(table)]
    for module in sorted(MODULES):
        lines += section(module, calls_of([module], table))
    for title, modules in OTHERS.items():
        lines += section(title[0].upper() + title[1:], calls_of(modules, table))
    return "\n".join(lines).rstrip() + "\n"


if __name__ == "__main__":
    PAGE.write_text(content(), encoding="utf-8")
