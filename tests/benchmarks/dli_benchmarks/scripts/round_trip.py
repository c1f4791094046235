# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print the median time in seconds of one request on a new connection. The argument is the number of requests."""

from __future__ import annotations

import http.client
import json
import os
import sys
import time
from statistics import median
from urllib.parse import urlsplit

HOST = urlsplit(os.environ["HW_DLI_ENDPOINT"]).netloc
SHOW = f"/v1.0/{os.environ['HW_PROJECT_ID']}/queues/q0001"


def log_in() -> str:
    user = {
        "name": os.environ["USERNAME"],
        "password": os.environ["PASSWORD"],
        "domain": {"name": os.environ["DOMAIN_NAME"]},
    }
    body = {
        "auth": {
            "identity": {"methods": ["password"], "password": {"user": user}},
            "scope": {"project": {"id": os.environ["HW_PROJECT_ID"]}},
        }
    }
    connection = http.client.HTTPConnection(HOST)
    connection.request("POST", "/v3/auth/tokens", json.dumps(body), {"Content-Type": "application/json"})
    return connection.getresponse().headers["X-Subject-Token"]


def show(token: str) -> float:
    start = time.perf_counter()
    connection = http.client.HTTPConnection(HOST)
    connection.request("GET", SHOW, headers={"X-Auth-Token": token})
    answer = connection.getresponse()
    answer.read()
    seconds = time.perf_counter() - start
    connection.close()
    if answer.status != http.client.OK:
        sys.exit(f"{SHOW}: unexpected status {answer.status}")
    return seconds


TOKEN = log_in()
print(median(show(TOKEN) for _time in range(int(sys.argv[1]))))
