# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AnsibleModule meets the collection: shared options, connecting, and the only fail_json and exit_json.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from ansible.module_utils.basic import AnsibleFallbackNotFound, missing_required_lib
from ansible_collections.huaweicloud.dli.plugins.module_utils import _identity as identity
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import DliError, InvalidInput
from ansible_collections.huaweicloud.dli.plugins.module_utils._transport import REQUESTS_IMPORT_ERROR
from ansible_collections.huaweicloud.dli.plugins.module_utils._waiting import Patience

if TYPE_CHECKING:
    from ansible.module_utils.basic import AnsibleModule
    from ansible_collections.huaweicloud.dli.plugins.module_utils._changes import Found, Outcome
    from ansible_collections.huaweicloud.dli.plugins.module_utils._client import Client

    Ensure = Callable[[Client, dict[str, Any], bool], Outcome]
    Query = Callable[[Client, dict[str, Any]], Found]
    Check = Callable[[Mapping[str, Any]], list[str]]

T = TypeVar("T")

# Variables of the vendor's tools first, then those of the vendor's SDK, then those of OpenStack: the first one
# that is set and not empty wins.
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
    "region": ("HW_REGION_NAME", "OS_REGION_NAME"),
    "project_id": ("HW_PROJECT_ID", "HUAWEICLOUD_SDK_PROJECT_ID", "OS_PROJECT_ID"),
    "project_name": ("HW_PROJECT_NAME", "OS_PROJECT_NAME"),
    "cloud": ("HW_CLOUD",),
    "endpoint": ("HW_DLI_ENDPOINT",),
    "iam_endpoint": ("HW_AUTH_URL", "HUAWEICLOUD_SDK_IAM_ENDPOINT", "OS_AUTH_URL"),
    "vpc_endpoint": ("HW_VPC_ENDPOINT",),
}
# An access key is half of a credential, and masking it costs nothing.
SECRETS = frozenset(identity.SECRET_OPTIONS)


def connection_options() -> dict[str, dict[str, Any]]:
    """The options of the doc fragment `auth`."""
    options: dict[str, dict[str, Any]] = {
        name: {"type": "str", "no_log": name in SECRETS, "fallback": (first_set, list(variables))}
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
    """A fallback like Ansible's own, but a variable that is empty counts as not set."""
    for variable in variables:
        if value := os.environ.get(variable):
            return value
    raise AnsibleFallbackNotFound


def patience_of(params: Mapping[str, Any]) -> Patience:
    return Patience(wait=params["wait"], timeout=params["wait_timeout"], interval=params["wait_interval"])


def run_ensure(module: AnsibleModule, ensure: Ensure, *, check: Check, key: str) -> None:
    """Run ``ensure`` and end the module with its outcome under ``key``, or with one message.

    ``check`` looks at the options offline; what it finds is told together with what the credentials lack.
    """
    outcome = _guarded(module, check, lambda api: ensure(api, module.params, module.check_mode))
    for warning in outcome.warnings:
        module.warn(warning)
    result: dict[str, Any] = {"changed": outcome.changed, key: outcome.after, "unsupported": list(outcome.unsupported)}
    if module._diff:
        result["diff"] = {"before": dict(outcome.diff_before), "after": dict(outcome.diff_after)}
    module.exit_json(**result)


def run_query(module: AnsibleModule, query: Query, *, check: Check, key: str) -> None:
    """Run ``query`` and end the module with what it found under ``key``, or with one message."""
    found = _guarded(module, check, lambda api: query(api, module.params))
    for warning in found.warnings:
        module.warn(warning)
    module.exit_json(**{"changed": False, key: list(found), "unsupported": list(found.unsupported), **found.details})


def _guarded(module: AnsibleModule, check: Check, step: Callable[[Client], T]) -> T:
    """Check all options, connect and take the step; every failure that is ours ends here."""
    if REQUESTS_IMPORT_ERROR:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_IMPORT_ERROR)
    api = None
    try:
        if problems := [*check(module.params), *identity.problems(module.params)]:
            raise InvalidInput(problems)
        api = identity.connect(module.params)
        return step(api)
    except DliError as exc:
        changed = api is not None and api.wrote
        module.fail_json(msg=str(exc), error=exc.as_result(), changed=changed, **exc.details)
        raise  # for the type checker: fail_json does not return
