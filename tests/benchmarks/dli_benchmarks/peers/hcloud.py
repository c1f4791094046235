# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""hetzner.hcloud.ssh_key: a key that is as it should be."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import flask

_BLOB = b"\0\0\0\x0bssh-ed25519\0\0\0 " + bytes(32)
_DIGEST = hashlib.md5(_BLOB, usedforsecurity=False).digest()
KEY = {
    "id": 1,
    "name": "deploy",
    "fingerprint": _DIGEST.hex(":"),
    "public_key": f"ssh-ed25519 {base64.b64encode(_BLOB).decode()}",
    "labels": {},
    "created": "2026-01-01T00:00:00+00:00",
}

service = flask.Blueprint("hcloud", __name__, url_prefix="/hcloud")


@service.get("/v1/ssh_keys")
def list_keys() -> Any:
    pages = {"page": 1, "per_page": 25, "previous_page": None, "next_page": None, "last_page": 1, "total_entries": 1}
    return {"ssh_keys": [KEY], "meta": {"pagination": pages}}


def task(address: str) -> dict[str, Any]:
    return {
        "api_endpoint": f"{address}/hcloud/v1",
        "api_token": "secret",
        "name": KEY["name"],
        "public_key": KEY["public_key"],
    }
