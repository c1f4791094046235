# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which credentials may be sent without encryption, and warnings about connections that others can read."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .._core import rules
from .environment import methods_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .params import ConnectionParams

# The options of the endpoints, by service.
OPTIONS = {"dli": "endpoint", "iam": "iam_endpoint", "vpc": "vpc_endpoint"}
# What each method sends as it is. Access keys are not among them: they sign requests and are never sent.
SENT = {"token": "auth_token", "id token": "the ID token", "user": "password"}


def problems(given: ConnectionParams, endpoints: Mapping[str, str]) -> list[str]:
    """Endpoints to which a secret would be sent without encryption."""
    if given.get("allow_http"):
        return []
    found = []
    methods = methods_in(given)
    secret = next((SENT[method] for method in methods if method in SENT), None)
    for service, url in _unencrypted(endpoints):
        # IAM returns the keys of an agency.
        exposed = secret or ("the access key of the agency" if "agency_name" in given and service == "iam" else None)
        if exposed:
            problem = rules.must_be(OPTIONS[service], "an https URL or a loopback address", url)
            found.append(f"{problem} ({exposed} would not be encrypted; allow_http=true permits this)")
    return found


def warnings(given: ConnectionParams, endpoints: Mapping[str, str]) -> list[str]:
    """At most one warning about signed requests without encryption, and one about unchecked certificates."""
    found = []
    insecure = _unencrypted(endpoints)
    if insecure and not given.get("allow_http"):
        found.append(
            f"Requests to {', '.join(url for _service, url in insecure)} are signed, but not encrypted. "
            "Use https, or set allow_http=true to accept this."
        )
    if not given.get("validate_certs", True) and any(url.lower().startswith("https:") for url in endpoints.values()):
        found.append(
            "The certificates of the services are not validated, because validate_certs is false. "
            "Set ca_path to trust a private CA."
        )
    return found


def _unencrypted(endpoints: Mapping[str, str]) -> list[tuple[str, str]]:
    """The services and URLs of endpoints with plain HTTP that are not on this host."""
    return [
        (service, url)
        for service, url in endpoints.items()
        if url.lower().startswith("http:") and not _is_loopback(urlsplit(url).hostname or "")
    ]


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
