# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""community.general.hwc_network_vpc: a VPC of Huawei Cloud that is as it should be."""

from __future__ import annotations

from typing import Any

import flask

from .keystone import add_tokens

REGION = "eu-west-101"
VPC = {
    "id": "3b9f0c1e-52d7-4f7e-9a44-6d1b8e2f7a01",
    "name": "vpc-sources",
    "cidr": "192.168.0.0/16",
    "status": "OK",
    "routes": [],
    "enable_shared_snat": False,
}

service = flask.Blueprint("hwc", __name__, url_prefix="/hwc")
add_tokens(service, REGION, "vpc", "/hwc/v1/p1")


@service.get("/v1/p1/vpcs")
def list_vpcs() -> Any:
    return {"vpcs": [] if flask.request.args.get("marker") else [VPC]}


@service.get(f"/v1/p1/vpcs/{VPC['id']}")
def show_vpc() -> Any:
    return {"vpc": VPC}


def task(address: str) -> dict[str, Any]:
    return {
        "identity_endpoint": f"{address}/hwc/v3",
        "user": "user",
        "password": "secret",
        "domain": "account",
        "project": REGION,
        "region": REGION,
        "name": VPC["name"],
        "cidr": VPC["cidr"],
    }
