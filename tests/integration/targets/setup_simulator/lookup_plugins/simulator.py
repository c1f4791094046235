# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Calls the control API of the simulator.

    lookup('simulator', simulator.dli_endpoint, 'state')
    lookup('simulator', simulator.dli_endpoint, 'clock', method='POST', body={'advance': 60})

A lookup plugin, because tests do this hundreds of times, and the process of a module takes ten times as long.
"""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

from ansible.errors import AnsibleError
from ansible.plugins.lookup import LookupBase


class LookupModule(LookupBase):
    def run(self, terms: list[str], variables: Any = None, **options: Any) -> list[Any]:
        address, path = terms
        method, body = options.get("method", "GET"), options.get("body")
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        try:
            connection.request(method, f"/_simulator/{path}", json.dumps(body) if body is not None else None)
            response = connection.getresponse()
            answer = response.read().decode()
        finally:
            connection.close()
        if response.status not in (200, 204):
            raise AnsibleError(f"{method} {path}: the simulator returned {response.status} {answer}")
        return [json.loads(answer) if answer else None]
