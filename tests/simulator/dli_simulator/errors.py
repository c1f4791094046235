# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors, and the formats in which the service, its gateway, IAM and load balancers return them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

JSON_TYPE = "application/json;charset=UTF-8"

SHAPES = (
    "dli", "array", "gateway", "iam", "camel", "code_message", "is_success_false", "is_success_string",
    "neutron", "empty", "text", "html",
)  # fmt: skip


class ApiError(Exception):
    """An error response. Raised by handlers, converted by the web application."""

    def __init__(
        self, status: int, code: str, message: str, *, shape: str = "dli", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.shape = shape
        self.headers = dict(headers or {})


def bad_parameter(message: str) -> ApiError:
    return ApiError(400, "DLI.0001", message)


def not_found(message: str) -> ApiError:
    """The service returns 400, not 404, for nearly all missing objects."""
    return ApiError(400, "DLI.0002", message)


def already_exists(message: str) -> ApiError:
    return ApiError(400, "DLI.0006", message)


def unsupported(message: str) -> ApiError:
    return ApiError(400, "DLI.0007", message)


def unavailable(message: str) -> ApiError:
    return ApiError(400, "DLI.0012", message)


def quota_exceeded(message: str) -> ApiError:
    return ApiError(400, "DLI.1028", message)


def gateway_error(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> ApiError:
    return ApiError(status, code, message, shape="gateway", headers=headers)


def not_published() -> ApiError:
    return gateway_error(404, "APIGW.0101", "The API does not exist or has not been published in the environment")


def unauthenticated(reason: str) -> ApiError:
    return gateway_error(401, "APIGW.0301", f"Incorrect IAM authentication information: {reason}")


def render(error: ApiError, request_id: str) -> tuple[bytes, str]:
    """Body and content type of an error response."""
    if error.shape == "empty":
        return b"", "text/plain"
    if error.shape == "text":
        return error.message.encode(), "text/plain"
    if error.shape == "html":
        page = f"<html><body><h1>{error.status} {error.message}</h1></body></html>"
        return page.encode(), "text/html"
    return json.dumps(_body(error, request_id), ensure_ascii=False).encode(), JSON_TYPE


def _body(error: ApiError, request_id: str) -> Any:
    service = {"error_code": error.code, "error_msg": error.message}
    bodies: dict[str, Any] = {
        "dli": service,
        "array": [service],
        "gateway": {"error_msg": error.message, "error_code": error.code, "request_id": request_id},
        "iam": {"error": {"code": error.status, "message": error.message, "title": _TITLES.get(error.status, "Error")}},
        "camel": {"errorCode": error.code, "errorMsg": error.message},
        "code_message": {"code": error.code, "message": error.message},
        "neutron": {"NeutronError": {"message": error.message, "type": error.code, "detail": ""}},
        "is_success_false": {"is_success": False, "message": error.message},
        "is_success_string": {"is_success": "false", "message": error.message},
    }
    return bodies[error.shape]


_TITLES = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found"}
