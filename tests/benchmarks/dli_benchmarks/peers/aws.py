# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""amazon.aws.ec2_vpc_net_info: one VPC with its two attributes."""

from __future__ import annotations

from typing import Any

import flask

VPC = "vpc-0a1b2c3d4e5f60718"
_NAMESPACE = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"'
_ITEM = f"""
<item>
  <vpcId>{VPC}</vpcId><state>available</state><cidrBlock>192.168.0.0/16</cidrBlock><isDefault>false</isDefault>
  <dhcpOptionsId>dopt-1</dhcpOptionsId><instanceTenancy>default</instanceTenancy><ownerId>123456789012</ownerId>
</item>"""

service = flask.Blueprint("aws", __name__, url_prefix="/aws")


@service.post("/")
def call() -> Any:
    action = flask.request.form["Action"]
    content = f"<vpcSet>{_ITEM}</vpcSet>" if action == "DescribeVpcs" else _attribute(flask.request.form["Attribute"])
    body = f"<{action}Response {_NAMESPACE}><requestId>r1</requestId>{content}</{action}Response>"
    return flask.Response(body, content_type="text/xml;charset=UTF-8")


def _attribute(name: str) -> str:
    return f"<vpcId>{VPC}</vpcId><{name}><value>true</value></{name}>"


def task(address: str) -> dict[str, Any]:
    return {
        "endpoint_url": f"{address}/aws/",
        "region": "eu-west-1",
        "access_key": "KEY",
        "secret_key": "secret",
        "vpc_ids": [VPC],
    }
