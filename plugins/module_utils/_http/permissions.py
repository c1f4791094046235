# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which action in IAM each request needs.

An account uses one of two models, whose actions have different names: roles and policies, or identity policies. The
actions come from the API reference of each service.
"""

from __future__ import annotations

import re
from typing import NamedTuple

# The API reference says that no action is needed; or it names none, so the action is unknown.
NONE, UNKNOWN = (), None


class Call(NamedTuple):
    """A request: its method, and a regular expression for its path after the version and the project.

    ``roles`` and ``identity`` are the actions of the two models.
    """

    service: str
    method: str
    path: str
    purpose: str
    roles: tuple[str, ...] | None
    identity: tuple[str, ...] | None


def both(action: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """An action that has the same name in both models."""
    return (action,), (action,)


SCALE = ("dli:queue:scaleQueue", "dli:queue:restart")
QUEUE, POOL, CONNECTION = "queues/[^/]+", "elastic-resource-pools/[^/]+", "datasource/enhanced-connections/[^/]+"
UPDATE_POOL = ("dli:elasticresourcepool:update",)
IN_POOL = ("dli:elasticresourcepool:resourceManagement",)
BIND, UNBIND = ("dli:edsconnection:bindQueue",), ("dli:edsconnection:unbindQueue",)
RULES = "vpc/security-group-rules|security-group-rules"
CALLS = (
    Call("dli", "POST", "queues", "create a queue", ("dli:queue:createQueue",), ("dli:queue:create",)),
    Call("dli", "GET", "queues", "list queues", NONE, ("dli:queue:list",)),
    Call("dli", "GET", QUEUE, "read a queue", NONE, ("dli:queue:get",)),
    Call("dli", "DELETE", QUEUE, "delete a queue", ("dli:queue:dropQueue",), ("dli:queue:delete",)),
    Call("dli", "PUT", QUEUE, "change the CIDR block of a queue", ("dli:queue:updateQueue",), ("dli:queue:update",)),
    Call("dli", "PUT", f"{QUEUE}/action", "scale or restart a queue", SCALE, ("dli:queue:scale",)),
    Call("dli", "POST", f"{QUEUE}/connection-test", "start a connectivity test", NONE, ("dli:queue:checkConnection",)),
    Call(
        "dli", "GET", f"{QUEUE}/connection-test/[^/]+", "read a connectivity test", NONE, ("dli:queue:getConnection",)
    ),
    Call("dli", "GET", f"{QUEUE}/properties", "read properties of a queue", NONE, UNKNOWN),
    Call("dli", "PUT|DELETE", f"{QUEUE}/properties", "set properties of a queue", ("dli:queue:updateQueue",), UNKNOWN),
    Call("dli", "GET", f"{QUEUE}/users", "list users of a queue", ("dli:queue:showPrivileges",), ("dli::listAuth",)),
    Call("dli", "PUT", "authorization", "grant or revoke privileges", UNKNOWN, ("dli::operateAuth",)),
    Call("dli", "GET", "jobs", "list jobs", UNKNOWN, ("dli:jobs:list",)),
    Call(
        "dli",
        "POST",
        "elastic-resource-pools",
        "create a pool",
        ("dli:elasticresourcepool:create",),
        ("dli:elasticresourcepool:create",),
    ),
    Call("dli", "GET", "elastic-resource-pools", "list pools", NONE, ("dli:elasticresourcepool:list",)),
    Call("dli", "PUT", POOL, "change a pool", UPDATE_POOL, UPDATE_POOL),
    Call(
        "dli",
        "DELETE",
        POOL,
        "delete a pool",
        ("dli:elasticresourcepool:drop",),
        ("dli:elasticresourcepool:delete",),
    ),
    Call("dli", "GET", f"{POOL}/queues", "list the queues of a pool", IN_POOL, IN_POOL),
    Call("dli", "POST", f"{POOL}/queues", "move a queue into a pool", IN_POOL, IN_POOL),
    Call("dli", "PUT", f"{POOL}/queues/[^/]+", "set scaling policies of a queue", IN_POOL, IN_POOL),
    Call(
        "dli",
        "POST",
        "datasource/enhanced-connections",
        "create a connection",
        NONE,
        ("dli:edsconnection:create",),
    ),
    Call("dli", "GET", "datasource/enhanced-connections", "list connections", NONE, ("dli:edsconnection:list",)),
    Call("dli", "GET", CONNECTION, "read a connection", NONE, ("dli:edsconnection:get",)),
    Call("dli", "PUT", CONNECTION, "set hosts of a connection", NONE, ("dli:edsconnection:update",)),
    Call("dli", "DELETE", CONNECTION, "delete a connection", NONE, ("dli:edsconnection:delete",)),
    Call("dli", "POST", f"{CONNECTION}/associate-queue", "bind a queue or a pool", NONE, BIND),
    Call("dli", "POST", f"{CONNECTION}/disassociate-queue", "unbind a queue or a pool", NONE, UNBIND),
    Call("dli", "POST", f"{CONNECTION}/routes", "create a route", NONE, ("dli:edsconnection:createRoute",)),
    Call("dli", "DELETE", f"{CONNECTION}/routes/[^/]+", "delete a route", NONE, ("dli:edsconnection:deleteRoute",)),
    Call("dli", "GET", f"{CONNECTION}/privileges", "list allowed projects", NONE, ("dli::listAuth",)),
    Call("dli", "GET", "dli_[a-z_]+/[^/]+/tags", "read tags", UNKNOWN, ("dli::listTagsForResource",)),
    Call("dli", "POST", "dli_[a-z_]+/[^/]+/tags/create", "set tags", UNKNOWN, ("dli::tagResource",)),
    Call("dli", "POST", "dli_[a-z_]+/[^/]+/tags/delete", "remove tags", UNKNOWN, UNKNOWN),
    Call("dli", "POST", "dli_[a-z_]+/resource-instances/filter", "read the tags of all resources", UNKNOWN, UNKNOWN),
    Call("dli", "GET", "quotas", "read quotas", UNKNOWN, UNKNOWN),
    Call("dli", "GET", "agency", "read the agency of DLI", UNKNOWN, UNKNOWN),
    Call("vpc", "GET", "vpcs", "look up a VPC by name", *both("vpc:vpcs:list")),
    Call("vpc", "GET", "subnets(/[^/]+)?", "look up a subnet", ("vpc:subnets:get",), UNKNOWN),
    Call("vpc", "GET", "peerings/[^/]+", "read a VPC peering", *both("vpc:peerings:get")),
    Call("vpc", "GET", "routetables(/[^/]+)?", "read a route table", *both("vpc:routeTables:get")),
    Call("vpc", "GET", "vpc/firewalls", "list network ACLs", *both("vpc:firewalls:list")),
    Call("vpc", "GET", "vpc/firewalls/[^/]+", "read a network ACL", *both("vpc:firewalls:get")),
    Call("vpc", "GET", "ports", "find the network interface of an address", ("vpc:ports:get",), UNKNOWN),
    Call("vpc", "GET", "vpc/security-groups(/[^/]+)?", "look up a security group", UNKNOWN, UNKNOWN),
    Call(
        "vpc",
        "GET",
        RULES,
        "read rules of a security group",
        ("vpc:securityGroupRules:get",),
        ("vpc:securityGroupRules:get", "vpc:securityGroupRules:list"),
    ),
    Call(
        "vpc",
        "POST",
        RULES,
        "create a rule of a security group",
        ("vpc:securityGroupRules:create",),
        ("vpc:securityGroupRules:create",),
    ),
    Call(
        "vpc",
        "DELETE",
        f"({RULES})/[^/]+",
        "delete a rule of a security group",
        ("vpc:securityGroupRules:delete",),
        ("vpc:securityGroupRules:delete",),
    ),
)
PROJECT = "Check that project_id belongs to these credentials."


def find(service: str, method: str, path: str) -> Call | None:
    """The call of a request. ``path`` may have something in front of the version, and a query."""
    path = path.partition("?")[0]
    for call in CALLS:
        if (
            call.service == service
            and re.fullmatch(call.method, method)
            and re.search(rf"/v\d[\d.]*/[^/]+/({call.path})$", path)
        ):
            return call
    return None


def needed_to(*purposes: str) -> str | None:
    """The actions of calls with these purposes, of roles and policies if these need one; None if unknown."""
    found = [call.roles or call.identity for call in CALLS if call.purpose in purposes]
    return " and ".join(actions[0] for actions in found if actions) or None


def advice(service: str, request: str) -> str:
    """Advice about a request that was denied: the ``request`` is its method and its URL."""
    method, _space, url = request.partition(" ")
    call = find(service, method, url)
    if call is None or not (call.roles or call.identity):
        return (
            f"Ask an administrator to grant the user this permission in IAM (actions begin with {service}:). {PROJECT}"
        )
    return f"Ask an administrator to grant the user this permission in IAM: {_models(call)}. {PROJECT}"


def _models(call: Call) -> str:
    """The actions of both models in words. One of them has actions."""
    models = (("roles and policies", call.roles), ("identity policies", call.identity))
    without = [
        f"; with {model}, none is needed" if actions == NONE else f"; for {model}, the API reference names none"
        for model, actions in models
        if not actions
    ]
    return " or ".join(f"{' and '.join(actions)} ({model}{''.join(without)})" for model, actions in models if actions)
