# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of the API, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from .responses import unexpected_body

if TYPE_CHECKING:
    from .client import Client


def elements_in(page: Mapping[str, Any], key: str, operation: str) -> list[dict[str, Any]]:
    """The elements of a page. A list that is empty may be null or left out, but never all that makes it an answer:
    what is not found in a list is made anew."""
    elements = page.get(key)
    if elements is None and (key in page or "is_success" in page):
        return []
    if not isinstance(elements, list) or not all(isinstance(element, dict) for element in elements):
        raise unexpected_body(operation)
    return elements


def paginate_by_number(
    api: Client, path: str, operation: str, key: str, query: Mapping[str, str], size: int
) -> Iterator[dict[str, Any]]:
    """Elements of a list with ``page-size`` and ``current-page``. It has no total: a short page is the last one."""
    number, before = 1, None
    while True:
        page = api.get(path, operation, {**query, "page-size": str(size), "current-page": str(number)})
        elements = elements_in(page, key, operation)
        # The vendor's SDK does not have these parameters: a service that ignores them gives everything each time.
        if elements == before:
            return
        yield from elements
        if len(elements) != size:
            return
        number, before = number + 1, elements


def paginate_by_offset(
    api: Client, path: str, operation: str, key: str, query: Mapping[str, str], size: int
) -> Iterator[dict[str, Any]]:
    """Elements of a list with ``limit`` and ``offset``, which are always sent together.

    ``count`` is the total in one list and perhaps the length of the page in another. From the second page on it can
    be told which.
    """
    offset, before = 0, None
    while True:
        page = api.get(path, operation, {**query, "limit": str(size), "offset": str(offset)})
        elements = elements_in(page, key, operation)
        # Some lists are said to know no pages: they give everything again.
        if elements == before:
            return
        yield from elements
        if len(elements) != size or (offset and page.get("count") == offset + size):
            return
        offset, before = offset + size, elements


def paginate_by_marker(
    api: Client, path: str, operation: str, key: str, query: Mapping[str, str], size: int
) -> Iterator[dict[str, Any]]:
    """Elements of a list of the VPC service: each page begins after the last id of the one before."""
    after: dict[str, str] = {}
    before = None
    while True:
        page = api.vpc_get(path, operation, {**query, "limit": str(size), **after})
        elements = elements_in(page, key, operation)
        # Of one of the lists it is only presumed that it knows a marker; without, it gives everything again.
        if elements == before:
            return
        yield from elements
        if len(elements) < size:
            return
        before = elements
        after = {"marker": str(elements[-1]["id"])}
