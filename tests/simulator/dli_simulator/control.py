# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The control API under /_simulator/, which observes and changes the simulator. It is not part of the simulated API."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import flask
import yaml

if TYPE_CHECKING:
    from .simulator import Simulator

PREFIX = "/_simulator"


def control_blueprint(simulator: Simulator) -> flask.Blueprint:
    blueprint = flask.Blueprint("control", __name__, url_prefix=PREFIX)
    _add_reading(blueprint, simulator)
    _add_writing(blueprint, simulator)
    for mistake in (ValueError, TypeError, KeyError, AttributeError, re.error, yaml.YAMLError):
        blueprint.register_error_handler(mistake, lambda error: ({"error": repr(error)}, 400))
    return blueprint


def _add_reading(blueprint: flask.Blueprint, simulator: Simulator) -> None:
    answers: dict[str, Callable[[], Any]] = {
        "/ready": lambda: simulator.ready,
        "/requests": simulator.recorder.as_json,
        "/state": lambda: _state(simulator),
        "/faults": simulator.faults.pending,
        "/knobs": lambda: dataclasses.asdict(simulator.state.knobs),
    }
    for path, answer in answers.items():
        blueprint.add_url_rule(path, path, lambda answer=answer: flask.jsonify(answer()), methods=["GET"])


def _add_writing(blueprint: flask.Blueprint, simulator: Simulator) -> None:
    actions: dict[tuple[str, str], Callable[[Any], None]] = {
        ("DELETE", "/requests"): lambda _body: simulator.recorder.clear(),
        ("DELETE", "/faults"): lambda _body: simulator.faults.clear(),
        ("POST", "/faults"): lambda body: _inject(simulator, body),
        ("POST", "/knobs"): lambda body: simulator.set_knobs(**body),
        ("POST", "/clock"): lambda body: simulator.clock.advance(float(body["advance"])),
        ("POST", "/seed"): simulator.load_seed,
        ("POST", "/reset"): lambda _body: simulator.reset(),
    }
    for (method, path), action in actions.items():
        blueprint.add_url_rule(path, f"{method} {path}", _view(action), methods=[method])


def _view(action: Callable[[Any], None]) -> Callable[[], tuple[str, int]]:
    def view() -> tuple[str, int]:
        action(_decoded(flask.request.get_data()) or {})
        return "", 204

    return view


def _decoded(body: bytes) -> Any:
    """The body, which is JSON, or YAML so that a seed file can be sent unchanged."""
    try:
        return json.loads(body)
    except ValueError:
        # Not for JSON: YAML reads an escaped pair of surrogates as two characters.
        return yaml.safe_load(body)


def _inject(simulator: Simulator, faults: Any) -> None:
    for fault in faults if isinstance(faults, list) else [faults]:
        simulator.inject(**fault)


def _state(simulator: Simulator) -> dict[str, Any]:
    """The complete state, including values that no API returns."""
    with simulator.state.lock:
        return {
            "now": simulator.clock.now(),
            "queues": [_queue(simulator, queue) for queue in simulator.queues.values()],
            "connections": [
                {**dataclasses.asdict(each), "isPrivis": each.isPrivis} for each in simulator.connections.values()
            ],
            "pools": [dataclasses.asdict(each) for each in simulator.pools.values()],
            "security_groups": simulator.state.security_groups,
        }


def _queue(simulator: Simulator, queue: Any) -> dict[str, Any]:
    return {**dataclasses.asdict(queue), "ready": queue.is_ready(simulator.clock.now())}
