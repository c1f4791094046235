# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules of other collections, each with a stub of its service that is sufficient for one successful run."""

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
"""By module name: a function that returns the module options for the address of the service."""


def create_app(count_request: Callable[[], None]) -> flask.Flask:
    """The services of all peers, each under its own path."""
    app = flask.Flask(__name__, static_folder=None)

    @app.before_request
    def count() -> None:
        # A returned value would become the response.
        count_request()

    for peer in (aws, hcloud, hwc, openstack):
        app.register_blueprint(peer.service)
    return app
