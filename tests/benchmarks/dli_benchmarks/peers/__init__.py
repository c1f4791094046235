# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules of other collections, each with a stand-in of its service that is just good enough for one successful run."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask

from .. import names
from . import aws, hcloud, hwc, openstack

PEERS: dict[str, Callable[[str], dict[str, Any]]] = {
    names.HWC: hwc.task,
    names.OPENSTACK: openstack.task,
    names.HCLOUD: hcloud.task,
    names.AWS: aws.task,
}
"""By the names of the modules: what makes their options from the address of the service."""


def create_app(note_request: Callable[[], None]) -> flask.Flask:
    """The services of all peers, each below its own path."""
    app = flask.Flask(__name__, static_folder=None)

    @app.before_request
    def note() -> None:
        # What it returns would be the answer.
        note_request()

    for peer in (aws, hcloud, hwc, openstack):
        app.register_blueprint(peer.service)
    return app
