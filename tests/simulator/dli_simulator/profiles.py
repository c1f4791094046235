# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Region profiles: which APIs are not published. Their paths answer as if they did not exist."""

from __future__ import annotations

from dataclasses import dataclass

_PROPERTIES = r"^/v3/[^/]+/queues/[^/]+/properties$"


@dataclass(frozen=True)
class Profile:
    unpublished: tuple[tuple[str, str], ...] = ()
    """Pairs of a method ("" for any) and a regular expression for the path."""
    engines: tuple[str, ...] = ("spark", "hetuEngine")
    platforms: tuple[str, ...] = ("x86_64", "aarch64")


PROFILES = {
    "default": Profile(),
    # The T-Systems edition documents none of these, and only Spark on x86_64.
    "otc": Profile(
        unpublished=(
            ("", _PROPERTIES),
            ("", r"^/v3/[^/]+/quotas$"),
            ("", r"^/v3/[^/]+/dli_[a-z_]+/(.+/)?tags(/|$)"),
            ("", r"^/v3/[^/]+/dli_[a-z_]+/resource-instances/"),
            ("PUT", r"^/v1\.0/[^/]+/queues/[^/]+$"),
        ),
        engines=("spark",),
        platforms=("x86_64",),
    ),
    # The documentation of 2025 has queue properties and tags.
    "eu-west-101": Profile(),
    # Reported by a user in 2024: queue properties are not published.
    "eu-west-101-2024": Profile(unpublished=(("", _PROPERTIES),)),
    # Version 3 of the VPC API is not published in all regions.
    "vpc-v1": Profile(unpublished=(("", r"^/v3/[^/]+/vpc/"),)),
}
