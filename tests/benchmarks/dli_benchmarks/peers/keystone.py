# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The identity service of OpenStack (Keystone), on which the one of Huawei Cloud is based."""

from __future__ import annotations

from typing import Any

import flask

_FOREVER = "2099-01-01T00:00:00.000000Z"


def add_tokens(service: flask.Blueprint, region: str, service_type: str, address: str) -> None:
    """Add token creation at /v3. The catalog in a token has one service, at a path of this host."""

    @service.get("/v3/")
    @service.get("/v3")
    def versions() -> Any:
        here = {"rel": "self", "href": flask.request.base_url.rstrip("/") + "/"}
        return {"version": {"id": "v3.14", "status": "stable", "media-types": [], "links": [here]}}

    @service.post("/v3/auth/tokens")
    def token() -> Any:
        endpoint = {
            "id": "e1",
            "interface": "public",
            "region": region,
            "region_id": region,
            "url": flask.request.host_url.rstrip("/") + address,
        }
        body = {
            "methods": ["password"],
            "expires_at": _FOREVER,
            "issued_at": "2026-01-01T00:00:00.000000Z",
            "user": {"id": "u1", "name": "user", "domain": {"id": "d1", "name": "account"}},
            "project": {"id": "p1", "name": region, "domain": {"id": "d1", "name": "account"}},
            "roles": [{"id": "r1", "name": "admin"}],
            "catalog": [{"id": "s1", "type": service_type, "name": service_type, "endpoints": [endpoint]}],
        }
        return {"token": body}, 201, {"X-Subject-Token": "token"}
