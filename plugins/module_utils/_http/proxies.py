# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Proxies and CA bundles from environment variables.

Requests would also ask the operating system for proxies, which can end a process that was forked, as on macOS.
"""

from __future__ import annotations

import ipaddress
import os
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment, proxy_bypass_environment  # type: ignore[attr-defined]  # undocumented


def proxies_for(url: str) -> dict[str, str]:
    """The proxies by scheme of the URL: none if NO_PROXY names its host, its domain or its network."""
    proxies = getproxies_environment()
    if not proxies:
        return {}
    parts = urlsplit(url)
    if proxy_bypass_environment(parts.netloc, proxies) or _in_network(parts.hostname or "", proxies.get("no", "")):
        return {}
    return {scheme: proxy for scheme, proxy in proxies.items() if scheme != "no"}


def variable(scheme: str) -> str:
    """The variable, in upper case, of the proxy for URLs with this scheme."""
    found = getproxies_environment()
    return "ALL_PROXY" if "all" in found and scheme not in found else f"{scheme.upper()}_PROXY"


def passwords() -> tuple[str, ...]:
    """The passwords in the URLs of the proxies, as they are and decoded. A proxy may repeat them in its error page."""
    found = []
    for url in getproxies_environment().values():
        # Not urlsplit, which refuses some URLs.
        login = url.rpartition("@")[0].rpartition("//")[2]
        password = login.partition(":")[2]
        found += [password, unquote(password)]
    return tuple(filter(None, dict.fromkeys(found)))


def _in_network(host: str, exempt: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    for entry in exempt.split(","):
        try:
            if address in ipaddress.ip_network(entry.strip(), strict=False):
                return True
        except ValueError:
            continue
    return False


def ca_bundle() -> str | None:
    """The CA bundle that the environment names."""
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
