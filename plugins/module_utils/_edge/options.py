# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options that modules share: connection, waiting, readiness, tags. A doc fragment documents each group."""

from __future__ import annotations

import os
from typing import Any

from ansible.module_utils.errors import AnsibleFallbackNotFound

from .._identity import credentials

# Environment variables of the vendor's tools (ASSUME_ROLE: of its Terraform provider), of its SDK, and of OpenStack.
# The first variable that is set and not empty is used.
ENVIRONMENT = {
    "access_key": ("HW_ACCESS_KEY", "HUAWEICLOUD_SDK_AK", "OS_ACCESS_KEY"),
    "secret_key": ("HW_SECRET_KEY", "HUAWEICLOUD_SDK_SK", "OS_SECRET_KEY"),
    "security_token": ("HW_SECURITY_TOKEN", "HUAWEICLOUD_SDK_SECURITY_TOKEN"),
    "auth_token": ("HW_AUTH_TOKEN", "OS_AUTH_TOKEN"),
    "username": ("HW_USER_NAME", "OS_USERNAME"),
    "user_id": ("HW_USER_ID", "OS_USER_ID"),
    "password": ("HW_USER_PASSWORD", "OS_PASSWORD"),
    "domain_name": ("HW_DOMAIN_NAME", "OS_DOMAIN_NAME", "OS_USER_DOMAIN_NAME"),
    "domain_id": ("HW_DOMAIN_ID", "OS_DOMAIN_ID", "OS_USER_DOMAIN_ID"),
    "idp_id": ("HW_ASSUME_ROLE_IDP_ID", "HUAWEICLOUD_SDK_IDP_ID"),
    "id_token": ("HW_ASSUME_ROLE_ID_TOKEN",),
    "id_token_file": ("HW_ASSUME_ROLE_ID_TOKEN_FILE", "HUAWEICLOUD_SDK_ID_TOKEN_FILE"),
    "agency_name": ("HW_ASSUME_ROLE_AGENCY_NAME", "OS_AGENCY_NAME"),
    "agency_domain_name": ("HW_ASSUME_ROLE_DOMAIN_NAME", "OS_AGENCY_DOMAIN_NAME"),
    "agency_domain_id": ("HW_ASSUME_ROLE_DOMAIN_ID",),
    "agency_duration": ("HW_ASSUME_ROLE_DURATION",),
    "region": ("HW_REGION_NAME", "OS_REGION_NAME"),
    "project_id": ("HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID", "OS_PROJECT_ID"),
    "project_name": ("HW_PROJECT_NAME", "OS_PROJECT_NAME"),
    "cloud": ("HW_CLOUD",),
    "endpoint": ("HW_DLI_ENDPOINT",),
    "iam_endpoint": ("HW_AUTH_URL", "HUAWEICLOUD_SDK_IAM_ENDPOINT", "OS_AUTH_URL"),
    "vpc_endpoint": ("HW_VPC_ENDPOINT",),
}
# Types of the options that are not strings.
TYPES = {"id_token_file": "path", "agency_duration": "int"}
# Includes access_key, although only secret_key is confidential.
SECRETS = frozenset(credentials.SECRET_OPTIONS)


def connection_options() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment `auth`."""
    options: dict[str, dict[str, Any]] = {
        name: {"type": TYPES.get(name, "str"), "no_log": name in SECRETS, "fallback": (first_set, list(variables))}
        for name, variables in ENVIRONMENT.items()
    }
    return {
        **options,
        "validate_certs": {"type": "bool", "default": True},
        "ca_path": {"type": "path"},
        "request_timeout": {"type": "int", "default": 60},
        "max_retries": {"type": "int", "default": 5},
    }


def wait_options() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment `wait`."""
    return {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "int", "default": 2700},
        "wait_interval": {"type": "float", "default": 15},
    }


def ready_options() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment `ready`."""
    return {"ready_age": {"type": "int", "default": 600}}


def tag_options() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment `tags`."""
    return {"tags": {"type": "dict"}, "purge_tags": {"type": "bool", "default": True}}


def first_set(*variables: str) -> str:
    """A fallback like env_fallback of Ansible, except that an empty variable counts as unset."""
    for variable in variables:
        if value := os.environ.get(variable):
            return value
    raise AnsibleFallbackNotFound
