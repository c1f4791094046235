# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""openstack.cloud.networks_info: one network."""

from __future__ import annotations

from typing import Any

import flask

from .keystone import add_tokens

REGION = "RegionOne"
NETWORK = {"id": "9c1d7e42-0a5b-4c86-b3f1-2e7a6d5c4b02", "name": "sources", "status": "ACTIVE", "subnets": []}

service = flask.Blueprint("openstack", __name__, url_prefix="/openstack")
add_tokens(service, REGION, "network", "/openstack/network/")


@service.get("/network/")
def network_versions() -> Any:
    here = {"rel": "self", "href": flask.request.base_url + "v2.0/"}
    return {"versions": [{"id": "v2.0", "status": "CURRENT", "links": [here]}]}


@service.get("/network/v2.0/networks")
def list_networks() -> Any:
    return {"networks": [NETWORK]}


def task(address: str) -> dict[str, Any]:
    login = {
        "auth_url": f"{address}/openstack/v3",
        "username": "user",
        "password": "secret",
        "project_name": REGION,
        "user_domain_name": "account",
        "project_domain_name": "account",
    }
    return {"auth": login, "region_name": REGION, "name": NETWORK["name"]}
