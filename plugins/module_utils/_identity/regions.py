# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Endpoints in environment variables that belong to another region than the one that the task sets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

OPTIONS = ("endpoint", "iam_endpoint", "vpc_endpoint")


def of_others(
    given: Mapping[str, Any], sources: Mapping[str, str], environ: Mapping[str, str], clouds: Iterable[tuple[str, str]]
) -> tuple[list[str], list[str]]:
    """The options among ``sources`` with the endpoint of another region or cloud than the given one, and a warning.

    ``given`` are the options of the task, ``sources`` the variables by option, ``clouds`` pairs whose second element is
    the domain of a cloud.
    """
    domains = "|".join(re.escape(domain) for _prefix, domain in clouds)
    # The public endpoint of a service in a region. Other hosts, such as those of a private cloud, say nothing.
    pattern = rf"(https://)?[a-z0-9-]+\.(?P<region>[a-z0-9-]+)\.(?P<cloud>{domains})(:\d+)?(/.*)?"
    others = []
    for option in OPTIONS:
        public = re.fullmatch(pattern, environ.get(sources.get(option, ""), ""), re.IGNORECASE)
        if public and not all(_matches(given.get(part), public[part]) for part in ("region", "cloud")):
            others.append(option)
    if not others:
        return [], []
    names = " and ".join(sources[option] for option in others)
    are_not = "is not" if len(others) == 1 else "are not"
    return others, [
        f"{names} {are_not} used, because the task sets another region or cloud. Set {' and '.join(others)} in the "
        "task to use another endpoint than that of the region."
    ]


def _matches(wanted: Any, found: str) -> bool:
    return wanted is None or str(wanted).lower() == found.lower()
