# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of the VPC service, page by page. A task that uses DLI only does not load this file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .pagination import MAX_PAGES, elements_in
from .responses import endless_list, unexpected_body

if TYPE_CHECKING:
    from .client import Client


def paginate_by_marker(
    api: Client, path: str, operation: str, key: str, query: Mapping[str, str], size: int
) -> Iterator[dict[str, Any]]:
    """Elements of a list of the VPC service: each page starts after the last id of the previous page.

    Version 3 says what comes next, also where its pages are shorter than requested. Version 1 does not.
    """
    marker: dict[str, str] = {}
    before = None
    for _page in range(MAX_PAGES):
        page = api.vpc_get(path, operation, {**query, "limit": str(size), **marker})
        elements = elements_in(page, key, operation)
        # For one of the lists, support of a marker is an assumption; without it, the list returns all elements again.
        if elements == before:
            return
        yield from elements
        info = page.get("page_info")
        following = info.get("next_marker") if isinstance(info, dict) else None
        if not elements or (len(elements) < size and not following):
            return
        before = elements
        following = following or elements[-1].get("id")
        if not isinstance(following, (str, int)):
            raise unexpected_body(operation)
        marker = {"marker": str(following)}
    raise endless_list(operation, MAX_PAGES)
