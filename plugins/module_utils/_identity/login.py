# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Access with credentials that need a login or an agency: the choice of the login, and the order of its steps."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from .._http.client import Access, AuthResult, Endpoints
from . import tokens
from .iam import Iam

if TYPE_CHECKING:
    from .._http.signing import Authenticator
    from .._http.transport import Transport
    from .params import ConnectionParams


def access(
    given: ConnectionParams,
    transport: Transport,
    endpoints: Endpoints,
    secrets: tuple[str, ...],
    authenticator: Authenticator | None,
) -> Access:
    """Log in and return the access to the project that the options name.

    ``authenticator`` is None unless the credentials need no login and only the agency does.
    """
    iam = Iam(transport, endpoints.iam, secrets)
    log_in = _login_function(given, iam, authenticator)
    login = log_in()
    project_id = given.get("project_id") or login.project_id
    if project_id is None:
        project_id = iam.project_id(given, login.authenticator, login.secrets)
    access = Access(transport, endpoints, login.authenticator, project_id, secrets, log_in)
    access.use(login)
    return access


def _login_function(given: ConnectionParams, iam: Iam, authenticator: Authenticator | None) -> Callable[[], AuthResult]:
    """The function that performs all steps of the login, now and whenever its result has expired."""
    initial = partial(AuthResult, authenticator) if authenticator else _initial_login(given, iam)
    if "agency_name" not in given:
        return initial
    from . import agency

    return lambda: agency.assume(given, iam, initial())


def _initial_login(given: ConnectionParams, iam: Iam) -> Callable[[], AuthResult]:
    if "idp_id" in given:
        from . import oidc

        return partial(oidc.log_in, given, iam)
    return partial(tokens.with_password, given, iam)
