# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The agency with which DLI uses other services of the account (ShowDliAgency). It is only read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .._core import convert
from .._core.parsing import parses_response
from .._http.responses import unexpected_body

if TYPE_CHECKING:
    from .._http.client import Client

# The role with which DLI makes VPC peerings and routes.
NETWORK_ROLE = "vpc_netadm"
OPERATION = "read the agency of DLI"


def roles(api: Client) -> list[str]:
    """The roles of the agency. What the service returns for the newer dli_management_agency is not documented.

    Raises NotFound if there is no agency.
    """
    found = _roles(api.get(api.path("v2", "agency"), OPERATION))
    if found is None:
        raise unexpected_body(OPERATION)
    return found


@parses_response
def _roles(body: Mapping[str, Any]) -> list[str] | None:
    return convert.texts(body.get("current_roles"))
