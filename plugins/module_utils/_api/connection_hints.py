# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rejected requests and FAILED bindings of connections: what to do, by the cause that the service returns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from .._core.errors import AccessDenied, ApiError, Conflict
from . import connections

if TYPE_CHECKING:
    from .connections import Connection

AGENCY = (
    "Ask an administrator of the account to authorize DLI to use the VPC of this project: in the console under Global "
    "Configuration > Service Authorization, the agency dli_management_agency needs the policy DLI Datasource "
    "Connections Agency Access (in older accounts, dli_admin_agency needs VPC Administrator)."
)
RECREATE = "A connection that was created before the authorization must be deleted and created again."
OVERLAP = (
    "Resolve the overlap: the CIDR block of the queue or pool must not overlap with that of the subnet, of another "
    "queue or pool that is bound to the same VPC, or of a route of the VPC."
)
QUOTA = "The quota of {resource} of the VPC service is used up: increase it in the console under My Quotas, or delete "
QUOTA += "resources that are not needed."
RESOURCES = (("peering", "VPC peering connections"), ("route", "routes"))


DEFAULT_CAUSE = "Fix the cause (overlapping CIDR blocks, a wrong subnet, or DLI not authorized to use the VPC)."


def is_unauthorized(cause: str) -> bool:
    """Whether the cause is that DLI may not use the VPC. The service then does not see the subnet."""
    return _has(
        r"policy doesn't allow|not authori[sz]ed|no permission|\bvpc:\w+:\w+|get subnet|cannot get route", cause
    )


def for_cause(cause: str) -> str | None:
    """The advice for a text of the service about a connection or binding, or None if the text names no known cause."""
    if _has(r"quota", cause):
        resource = next((name for word, name in RESOURCES if word in cause.lower()), "a resource")
        return QUOTA.format(resource=resource)
    if is_unauthorized(cause):
        return AGENCY
    if _has(r"subnet.*(404|not.*found)", cause):
        return f"Check dest_vpc_id and dest_network_id. If they are right: {AGENCY} {RECREATE}"
    if _has(r"overlap|conflict", cause):
        return OVERLAP
    return None


@contextmanager
def explained(action: str) -> Iterator[None]:
    """Add a hint to a rejected request; ``action`` is the last part of its action in IAM, such as ``create``."""
    try:
        yield
    except ApiError as exc:
        cause = exc.api_message or exc.message
        # Its hint names the action that the user may not use.
        is_users = exc.status == 403 and isinstance(exc, AccessDenied) and "vpc:" not in cause
        binds = action in ("create", "bindQueue") and not is_users and not exc.outcome_unknown
        if binds and (advice := for_cause(cause)):
            again = f" Check dest_vpc_id and dest_network_id, too. {RECREATE}" if advice == AGENCY else ""
            exc.hint = advice + again
        raise


def failure(connection: Connection, queues: Collection[str], pools: Collection[str]) -> Conflict | None:
    """Return the error to raise if one of these bindings is FAILED: a FAILED binding never becomes ACTIVE."""
    requested = {connections.QUEUE: set(queues), connections.POOL: set(pools)}
    failed = [
        e
        for e in connections.bindings(connection)
        if e["status"] == connections.FAILED and e["name"] in requested[e["kind"]]
    ]
    if not failed:
        return None
    reasons = "; ".join(f"{e['kind']} {e['name']}: {e['err_msg'].rstrip('.') or 'no reason returned'}" for e in failed)
    error = Conflict(
        f"Connection {connection['name']} has FAILED bindings: {reasons}.",
        hint=repair([(entry["kind"], entry["err_msg"]) for entry in failed]),
        reason="failed",
    )
    error.connection = connection
    return error


def repair(failed: Collection[tuple[str, str]]) -> str:
    """How to repair FAILED bindings, each given by its kind and by the cause that the service returned."""
    advice = list(dict.fromkeys(filter(None, (for_cause(cause) for _kind, cause in failed)))) or [DEFAULT_CAUSE]
    return f"{' '.join(advice)} Then {renewal(failed)}."


def renewal(failed: Collection[tuple[str, str]]) -> str:
    """What renews FAILED bindings once their cause is fixed."""
    if any(is_unauthorized(cause) for _kind, cause in failed):
        return "delete the connection (state=absent) and create it again: only a new connection uses the permission"
    if any(kind == connections.POOL for kind, _cause in failed):
        return (
            "delete the connection (state=absent) and create it again: the FAILED binding of an elastic resource pool "
            "cannot be removed"
        )
    return "unbind and rebind the queue: remove it from queues (with purge_queues=true), run the task, add it again"


def _has(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None
