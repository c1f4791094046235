# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From credentials that are not enough by themselves to a connected client: logging in, and assuming an agency."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from .._http.client import Access, Endpoints, AuthResult
from .iam import Iam

if TYPE_CHECKING:
    from .._http.signing import Authenticator
    from .._http.transport import Transport


def access(
    given: Mapping[str, Any],
    transport: Transport,
    addresses: Endpoints,
    secrets: tuple[str, ...],
    authenticator: Authenticator | None,
) -> Access:
    """The way to the project that the options name. ``proof`` is what the user gave that needs no login."""
    iam = Iam(transport, addresses.iam, secrets)
    log_in = _way_in(given, iam, authenticator)
    login = log_in()
    project_id = given.get("project_id") or login.project_id
    if project_id is None:
        project_id = iam.project_id(given, login.authenticator, login.secrets)
    access = Access(transport, addresses, login.authenticator, project_id, secrets, log_in)
    access.use(login)
    return access


def _way_in(given: Mapping[str, Any], iam: Iam, authenticator: Authenticator | None) -> Callable[[], AuthResult]:
    """What to do now, and whenever what it got is no longer good: all of it anew."""
    first = partial(AuthResult, authenticator) if authenticator else _first_login(given, iam)
    if "agency_name" not in given:
        return first
    from . import agency

    return lambda: agency.assume(given, iam, first())


def _first_login(given: Mapping[str, Any], iam: Iam) -> Callable[[], AuthResult]:
    if "idp_id" in given:
        from . import oidc

        return partial(oidc.log_in, given, iam)
    from . import tokens

    return partial(tokens.with_password, given, iam)
