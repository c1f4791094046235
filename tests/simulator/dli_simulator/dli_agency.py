# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The agency through which DLI accesses other services, read-only."""

from __future__ import annotations

from .errors import ApiError
from .routing import Call, Response, Routes, success

routes = Routes()


@routes.add("GET", "/v2/<project_id>/agency")
def show_agency(call: Call) -> Response:
    agency = call.state.dli_agency
    if agency is None:
        raise ApiError(404, "DLI.0002", "The object does not exist")
    return success(version=agency["version"], current_roles=list(agency["current_roles"]))
