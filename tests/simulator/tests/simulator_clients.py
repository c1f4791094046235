# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients for the tests: the vendor's SDK, and a raw HTTP client."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkdli.v1 import DliClient

from dli_simulator import Simulator


def sdk_client(
    sim: Simulator, access_key: str = "", secret_key: str = "", token: str = "", project_id: str = ""
) -> Any:
    """The vendor's client, by default with valid credentials."""
    ready = sim.ready
    credentials = BasicCredentials(
        access_key or ready["access_key"], secret_key or ready["secret_key"], project_id or ready["project_id"]
    )
    if token:
        credentials = credentials.with_security_token(token)
    return DliClient.new_builder().with_credentials(credentials).with_endpoints([ready["dli_endpoint"]]).build()


def error_of(call: Any, *arguments: Any, **options: Any) -> tuple[int, str, str]:
    """Status, code and message of a call of the vendor's client, which must fail."""
    with pytest.raises(ClientRequestException) as caught:
        call(*arguments, **options)
    return caught.value.status_code, caught.value.error_code, caught.value.error_msg


class RawClient:
    """An HTTP client without signatures and without checks: tests see the exact response."""

    def __init__(self, sim: Simulator) -> None:
        self._session = requests.Session()
        self._base = sim.base_url
        self._project = sim.ready["project_id"]

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
        url = self._base + path.replace("{p}", self._project)
        if body is not None:
            options["json"] = body
        return self._session.request(method, url, timeout=10, **options)
