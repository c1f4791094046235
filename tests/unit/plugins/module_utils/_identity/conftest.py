# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Clients for the simulator, and what they send."""

from __future__ import annotations

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._identity import credentials


@pytest.fixture
def auth_options(auth_options, sim):
    """The options of each authentication method, with two more logins with a password."""
    login = {name: sim.ready[name] for name in ("username", "password")}
    return {
        **auth_options,
        "account by id": {**login, "domain_id": sim.state.identity.domain_id},
        "user id alone": {"user_id": sim.state.identity.user_id, "password": login["password"]},
    }


@pytest.fixture
def connect(sim):
    """connect(**options): a client for the simulator; options override endpoints and region."""

    def connect(**options):
        ready = sim.ready
        endpoints = {"endpoint": ready["dli_endpoint"], "iam_endpoint": ready["iam_endpoint"]}
        defaults = {"validate_certs": True, "ca_path": None, "request_timeout": 10, "max_retries": 1}
        return credentials.connect({**defaults, **endpoints, "region": ready["region"], **options})

    return connect


@pytest.fixture
def list_queues():
    """list_queues(client): the queues of the client's project."""
    return lambda client: client.get(client.path("v1.0", "queues"), "list the queues")["queues"]


@pytest.fixture
def sent(sim):
    """sent(): the requests so far, as "METHOD path status"."""
    return lambda: [f"{request.method} {request.path} {request.status}" for request in sim.requests]
