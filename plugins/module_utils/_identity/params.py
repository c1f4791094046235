# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Types of the options in the doc fragment `auth`. Imported for type checking only."""

from __future__ import annotations

from typing import TypedDict


class ConnectionParams(TypedDict, total=False):
    """The connection options of a task that are set; see ``credentials.given_options``. ``request_timeout`` and
    ``agency_duration`` are seconds."""

    access_key: str
    secret_key: str
    security_token: str
    auth_token: str
    username: str
    user_id: str
    password: str
    domain_name: str
    domain_id: str
    idp_id: str
    id_token: str
    id_token_file: str
    agency_name: str
    agency_domain_name: str
    agency_domain_id: str
    agency_duration: int
    region: str
    project_id: str
    project_name: str
    cloud: str
    endpoint: str
    iam_endpoint: str
    vpc_endpoint: str
    allow_http: bool
    validate_certs: bool
    ca_path: str
    request_timeout: int
    max_retries: int
    default_enterprise_project_id: str
