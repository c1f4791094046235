# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web application: request handling that is common to all services."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import flask

from . import (
    connection_routes,
    connections,
    connectivity,
    dli_agency,
    jobs,
    pools,
    privileges,
    queue_properties,
    queues,
    quotas,
    security_groups,
    tags,
    vpc,
    vpc_routing,
)
from .control import PREFIX, control_blueprint
from .delegation import delegation_routes
from .errors import JSON_TYPE, ApiError, bad_parameter, gateway_error, not_published, render
from .iam import iam_routes
from .routing import Call, Response, Route
from .server import CLOSE_CONNECTION
from .signing import SignedRequest
from .state import Project

if TYPE_CHECKING:
    from .simulator import Simulator

_MODULES = (
    dli_agency,
    queues,
    queue_properties,
    jobs,
    connectivity,
    connections,
    connection_routes,
    privileges,
    pools,
    tags,
    quotas,
    security_groups,
    vpc,
    vpc_routing,
)
_LARGEST_BODY = 12 * 2**20
# Tab and line breaks are valid in descriptions.
_INVALID_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def create_app(simulator: Simulator) -> flask.Flask:
    app = flask.Flask(__name__, static_folder=None)
    pipeline = Pipeline(simulator)
    app.before_request(pipeline.receive)
    app.after_request(pipeline.finish)
    app.register_error_handler(ApiError, pipeline.reject)
    for status in (404, 405):
        app.register_error_handler(status, lambda _error: pipeline.reject(not_published()))
    of_iam = [*iam_routes(simulator.authenticator).entries, *delegation_routes(simulator.authenticator).entries]
    for route in [*(route for module in _MODULES for route in module.routes.entries), *of_iam]:
        name = f"{route.method} {route.path}"
        app.add_url_rule(
            route.path, name, pipeline.view(route), methods=[route.method], provide_automatic_options=False
        )
    app.register_blueprint(control_blueprint(simulator))
    return app


class Pipeline:
    """The stages of a request: receive, view, reject on an error, finish."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._state = simulator.state

    def receive(self) -> flask.Response | None:
        """Record the request and apply an injected fault."""
        request = flask.request
        if request.path.startswith(PREFIX + "/"):
            return None
        flask.g.request_id = secrets.token_hex(16)
        body = request.get_data()
        query = {name: request.args.getlist(name) for name in request.args}
        flask.g.record = self._simulator.recorder.record(request.method, request.path, query, body, _headers())
        flask.g.fault = fault = self._simulator.faults.take(request.method, request.path)
        if fault and fault.kind == "delay":
            self._simulator.sleep(fault.seconds)
        if fault and fault.kind == "drop_before":
            return _close_connection()
        if fault and fault.kind == "status":
            return self.reject(fault.error)
        self._check_published()
        return None

    def _check_published(self) -> None:
        """Reject APIs that the region profile or a knob marks as not published."""
        method, path = flask.request.method, flask.request.path
        missing = [*self._state.profile.unpublished, *(("", each) for each in self._state.knobs.unpublished)]
        if any(each in ("", method) and re.search(pattern, path) for each, pattern in missing):
            raise not_published()

    def view(self, route: Route) -> Callable[..., flask.Response]:
        """The view of one call: authenticate, throttle, handle, encode."""

        def view(**path: str) -> flask.Response:
            with self._state.lock:
                self._state.run_due_actions()
                project = self._authenticate(route, path.get("project_id"))
                self._simulator.throttle.check(f"{route.method} {route.path}")
                response = route.handler(self._call(project, path))
                flask.g.record.took_effect = route.method != "GET"
                # Encoded under the lock, because the next request may change lists in the response.
                return _encode(response)

        return view

    def _authenticate(self, route: Route, project_id: str | None) -> Project:
        return (
            self._state.main
            if route.public
            else self._simulator.authenticator.authenticate(_signed_request(), project_id)
        )

    def _call(self, project: Project, path: dict[str, str]) -> Call:
        return Call(
            state=self._state,
            project=project,
            path=path,
            query=flask.request.args,
            body=_decoded_body(),
            headers=_headers(),
            base_url=self._simulator.base_url,
            request_id=flask.g.request_id,
        )

    def reject(self, error: ApiError) -> flask.Response:
        body, content_type = render(error, flask.g.get("request_id", ""))
        return flask.Response(body, error.status, error.headers, content_type=content_type)

    def finish(self, response: flask.Response) -> flask.Response:
        """Apply faults that follow the effect, and add the common headers."""
        fault = flask.g.get("fault")
        if fault and fault.kind == "drop_after":
            response = _close_connection()
        elif fault and fault.kind == "status_after":
            response = self.reject(fault.error)
        elif fault and fault.kind == "truncate":
            response.set_data(response.get_data()[: len(response.get_data()) // 2])
        if "record" in flask.g:
            flask.g.record.status = None if CLOSE_CONNECTION in response.headers else response.status_code
            self._add_headers(response)
        return response

    def _add_headers(self, response: flask.Response) -> None:
        response.headers["X-Request-Id"] = flask.g.request_id
        if flask.request.path.startswith(("/v3/auth/", "/v3/projects", "/v3.0/OS-")):
            response.headers["X-IAM-Trace-Id"] = flask.g.request_id
        response.headers["Date"] = formatdate(self._state.now, usegmt=True)


def _headers() -> dict[str, str]:
    return {name.lower(): value for name, value in flask.request.headers.items()}


def _signed_request() -> SignedRequest:
    """The request with path and query as sent, before decoding."""
    path, _mark, query = flask.request.environ["REQUEST_URI"].partition("?")
    return SignedRequest(flask.request.method, path, query, _headers(), flask.request.get_data())


def _decoded_body() -> dict[str, Any]:
    body = flask.request.get_data()
    if not body:
        return {}
    if len(body) > _LARGEST_BODY:
        raise gateway_error(413, "APIGW.0201", "Request entity too large")
    if flask.request.mimetype != "application/json":
        raise ApiError(415, "DLI.0001", "unsupported media type")
    try:
        decoded = json.loads(body)
        invalid = _has_invalid_text(decoded)
    except (ValueError, RecursionError):
        raise bad_parameter("The request body is not JSON.") from None
    if not isinstance(decoded, dict):
        raise bad_parameter("The request body is not a JSON object.")
    if invalid:
        raise bad_parameter("The request body contains invalid characters.")
    return decoded


def _has_invalid_text(value: Any) -> bool:
    """Whether a string contains lone surrogates, which no response could encode, or control characters."""
    if isinstance(value, dict):
        return any(map(_has_invalid_text, [*value, *value.values()]))
    if isinstance(value, list):
        return any(map(_has_invalid_text, value))
    return isinstance(value, str) and _INVALID_TEXT.search(value) is not None


def _encode(response: Response) -> flask.Response:
    body = b"" if response.body is None else json.dumps(response.body, ensure_ascii=False).encode()
    return flask.Response(body, response.status, response.headers, content_type=JSON_TYPE)


def _close_connection() -> flask.Response:
    """Close the connection without a response. The returned object only satisfies the framework."""
    flask.request.environ[CLOSE_CONNECTION]()
    return flask.Response(b"", 200, {CLOSE_CONNECTION: "yes"})
