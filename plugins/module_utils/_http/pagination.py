# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of the API, page by page. Pages are read when their elements are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .responses import endless_list, unexpected_body

if TYPE_CHECKING:
    from .client import Client

# No project has that many objects of one kind; a service that returns other elements forever must not hold a task.
MAX_PAGES = 1000


class PageRequest(NamedTuple):
    """The request for one page of a list of DLI."""

    path: str
    operation: str
    query: Mapping[str, str]


def elements_in(page: Mapping[str, Any], key: str, operation: str) -> list[dict[str, Any]]:
    """The elements of a page. The service may return an empty list as null or leave it out.

    Raises ApiError for any other body without the list: a module creates an object that a list does not contain.
    """
    elements = page.get(key)
    if elements is None and (key in page or "is_success" in page):
        return []
    if not isinstance(elements, list) or not all(isinstance(element, dict) for element in elements):
        raise unexpected_body(operation)
    return elements


def query_by_number(query: Mapping[str, str], size: int, number: int) -> dict[str, str]:
    """The query of a page of ``paginate_by_number``; the first page has the number 1."""
    return {**query, "page-size": str(size), "current-page": str(number)}


def query_by_offset(query: Mapping[str, str], size: int, offset: int) -> dict[str, str]:
    """The query of a page of ``paginate_by_offset``; ``offset`` is the number of elements before it."""
    return {**query, "limit": str(size), "offset": str(offset)}


def paginate_by_number(
    api: Client, path: str, operation: str, key: str, query: Mapping[str, str], size: int
) -> Iterator[dict[str, Any]]:
    """Elements of a list with ``page-size`` and ``current-page``. There is no total: a short page is the last one."""
    before = None
    for number in range(1, MAX_PAGES + 1):
        page = api.get(path, operation, query_by_number(query, size, number))
        elements = elements_in(page, key, operation)
        # The vendor's SDK lacks these parameters. A service that ignores them returns the whole list every time.
        if elements == before:
            return
        yield from elements
        if len(elements) != size:
            return
        before = elements
    raise endless_list(operation, MAX_PAGES)


def paginate_by_offset(
    api: Client,
    path: str,
    operation: str,
    key: str,
    query: Mapping[str, str],
    size: int,
    body: Mapping[str, Any] | None = None,
) -> Iterator[dict[str, Any]]:
    """Elements of a list with ``limit`` and ``offset``, which are always sent together. With a ``body``, a POST reads.

    ``count`` is the total in one list and possibly the length of the page in another; from the second page on, the two
    can be distinguished.
    """
    before = None
    for offset in range(0, MAX_PAGES * size, size):
        full = query_by_offset(query, size, offset)
        if body is None:
            page = api.get(path, operation, full)
        else:
            page = api.post(path, operation, body, read_only=True, query=full)
        elements = elements_in(page, key, operation)
        # According to the documentation, some lists are not paginated: they return all elements again.
        if elements == before:
            return
        yield from elements
        if len(elements) != size or (offset and page.get("count") == offset + size):
            return
        before = elements
    raise endless_list(operation, MAX_PAGES)
