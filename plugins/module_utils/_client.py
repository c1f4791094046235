# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON API: addresses, calls, pages, and what to do when the answer to a write got lost.

No noun of the service is known here.

This file is private to the collection and may change at any time.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar
from urllib.parse import quote

from ansible_collections.huaweicloud.dli.plugins.module_utils import _waiting
from ansible_collections.huaweicloud.dli.plugins.module_utils._answers import judge, stray_object
from ansible_collections.huaweicloud.dli.plugins.module_utils._errors import (
    ApiError,
    DliError,
    TokenOutdated,
    TransportError,
)
from ansible_collections.huaweicloud.dli.plugins.module_utils._transport import Answer, Transport

if TYPE_CHECKING:
    from ansible_collections.huaweicloud.dli.plugins.module_utils._auth import Auth, Proof

T = TypeVar("T")

# Lists may lag behind a write by seconds, so a lost create is looked for more than once before it counts as not made.
LOOK_AGAIN_AFTER = (0.0, 1.0, 2.0, 4.0)


class Addresses(NamedTuple):
    """Base addresses of the services, without a closing slash; ``iam`` ends in /v3."""

    dli: str
    iam: str
    vpc: str


class Login(NamedTuple):
    """What a login got: what proves who asks, and what of it is secret.

    ``project_id`` is the project that it is for, if it was told. ``good_until`` is when it has to be replaced at the
    latest, by our clock; tokens are used until they are refused.
    """

    proof: Proof
    secrets: tuple[str, ...] = ()
    project_id: str | None = None
    good_until: float = math.inf


@dataclass
class Access:
    """The way to one project: over which session, where to, as whom. Clients that share it log in once.

    ``secrets`` are texts that must not appear in any message, wherever they come from. ``log_in`` logs in anew; there
    is none if the user gave the credentials of each request. ``good_until`` is when that has to be done at the latest,
    by our clock. ``service_time`` is what the service's clock showed, and what ours did then.
    """

    transport: Transport
    addresses: Addresses
    auth: Auth
    project_id: str
    secrets: tuple[str, ...] = ()
    log_in: Callable[[], Login] | None = None
    good_until: float = math.inf
    service_time: tuple[float, float] | None = None

    def use(self, login: Login) -> None:
        """From now on ask as the one who has logged in."""
        self.auth = login.proof.for_project(self.project_id)
        self.secrets += login.secrets
        self.good_until = login.good_until


def ask(
    transport: Transport,
    method: str,
    url: str,
    attempt: str,
    *,
    auth: Auth,
    secrets: tuple[str, ...],
    query: Mapping[str, str] | None = None,
    body: Any = None,
    headers: Mapping[str, str] | None = None,
    repeatable: bool,
) -> tuple[Answer, dict[str, Any]]:
    """One exchange, judged: the answer and its decoded body. Raises TransportError or ApiError, without any secret."""
    try:
        answer = transport.exchange(
            method, url, auth=auth, query=query, body=body, headers=headers, repeatable=repeatable
        )
    except TransportError as exc:
        exc.message = f"Could not {attempt}: {exc.message}."
        raise
    return answer, judge(answer, attempt, secrets)


def list_in(page: Mapping[str, Any], key: str, attempt: str) -> list[dict[str, Any]]:
    """The elements of a page. A list that is empty may be null or left out, but never all that makes it an answer:
    what is not found in a list is made anew."""
    elements = page.get(key)
    if elements is None and (key in page or "is_success" in page):
        return []
    if not isinstance(elements, list) or not all(isinstance(element, dict) for element in elements):
        raise stray_object(attempt)
    return elements


class Client:
    """Calls one project's API."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self.project_id = access.project_id
        # Whether anything was changed by this client, also if what was to follow failed.
        self.wrote = False

    def path(self, generation: str, *segments: str) -> str:
        """The path of a thing in this project, each segment quoted."""
        return "/".join(["", generation, quote(self.project_id, safe=""), *(quote(s, safe="") for s in segments)])

    def get(self, path: str, attempt: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._call("GET", path, attempt, query=query, repeatable=True)

    def get_one(self, path: str, attempt: str, *proofs: str) -> dict[str, Any]:
        """GET one thing; its answer holds one of ``proofs``, as every answer about such a thing does."""
        answer = self.get(path, attempt)
        if not any(answer.get(proof) for proof in proofs):
            raise stray_object(attempt)
        return answer

    def put(self, path: str, attempt: str, body: Any, *, repeatable: bool = True) -> dict[str, Any]:
        """``repeatable=False`` is for a PUT that adds up, such as scaling by a difference."""
        return self._call("PUT", path, attempt, body=body, repeatable=repeatable)

    def delete(self, path: str, attempt: str, body: Any = None) -> dict[str, Any]:
        return self._call("DELETE", path, attempt, body=body, repeatable=True)

    def post(self, path: str, attempt: str, body: Any, *, asks: bool = False) -> dict[str, Any]:
        """``asks=True`` is for a POST that changes nothing, and so may be repeated."""
        return self._call("POST", path, attempt, body=body, repeatable=asks, asks=asks)

    def post_once(
        self, path: str, attempt: str, body: Any, *, made: Callable[[], T | None]
    ) -> tuple[dict[str, Any], T | None]:
        """POST, and when it is unclear whether that took effect, let ``made`` look.

        Returns the answer, or what ``made`` found in its place. The POST is never sent again: if
        nothing is found, the failure is raised as it is.
        """
        try:
            return self.post(path, attempt, body), None
        except DliError as exc:
            if not exc.unclear:
                raise
            found, outcome = self._look_again(made)
            if found is None:
                exc.hint = f"{exc.hint or ''} {outcome}".strip()
                raise
            self.wrote = True
            return {}, found

    @staticmethod
    def _look_again(made: Callable[[], T | None]) -> tuple[T | None, str]:
        """What was made after all, else a sentence about the search."""
        outcome = ""
        for pause in LOOK_AGAIN_AFTER:
            _waiting.rest(pause)
            try:
                found = made()
            except (TransportError, ApiError):
                outcome = "Whether it took effect could not be found out: running the task again will."
                continue
            if found is not None:
                return found, ""
            outcome = "Nothing was found that it had made: running the task again is safe."
        return None, outcome

    def pages_by_number(
        self, path: str, attempt: str, key: str, query: Mapping[str, str], size: int
    ) -> Iterator[dict[str, Any]]:
        """Elements of a list with ``page-size`` and ``current-page``. It has no total: a short page is the last one."""
        number, before = 1, None
        while True:
            page = self.get(path, attempt, {**query, "page-size": str(size), "current-page": str(number)})
            elements = list_in(page, key, attempt)
            # The vendor's SDK does not have these parameters: a service that ignores them gives everything each time.
            if elements == before:
                return
            yield from elements
            if len(elements) != size:
                return
            number, before = number + 1, elements

    def pages_by_offset(
        self, path: str, attempt: str, key: str, query: Mapping[str, str], size: int
    ) -> Iterator[dict[str, Any]]:
        """Elements of a list with ``limit`` and ``offset``, which are always sent together.

        ``count`` is the total in one list and perhaps the length of the page in another. From the second page on it can
        be told which.
        """
        offset, before = 0, None
        while True:
            page = self.get(path, attempt, {**query, "limit": str(size), "offset": str(offset)})
            elements = list_in(page, key, attempt)
            # Some lists are said to know no pages: they give everything again.
            if elements == before:
                return
            yield from elements
            if len(elements) != size or (offset and page.get("count") == offset + size):
                return
            offset, before = offset + size, elements

    def vpc_get(self, path: str, attempt: str) -> dict[str, Any]:
        return self._ask_vpc(path, attempt)

    def vpc_pages(
        self, path: str, attempt: str, key: str, query: Mapping[str, str], size: int
    ) -> Iterator[dict[str, Any]]:
        """Elements of a list of the VPC service: each page begins after the last id of the one before."""
        after: dict[str, str] = {}
        before = None
        while True:
            page = self._ask_vpc(path, attempt, {**query, "limit": str(size), **after})
            elements = list_in(page, key, attempt)
            # Of one of the lists it is only presumed that it knows a marker; without, it gives everything again.
            if elements == before:
                return
            yield from elements
            if len(elements) < size:
                return
            before = elements
            after = {"marker": str(elements[-1]["id"])}

    def _ask_vpc(self, path: str, attempt: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        try:
            return self._call("GET", path, attempt, base=self._access.addresses.vpc, query=query, repeatable=True)
        except ApiError as exc:
            from ansible_collections.huaweicloud.dli.plugins.module_utils import _refusals as refusals

            exc.hint = refusals.in_words_of("VPC", "vpc_endpoint", exc.hint)
            raise

    def now(self) -> float:
        """The service's own time in seconds since the epoch.

        Ages are judged by it, so that a wrong clock on this host does not matter.
        """
        if self._access.service_time is None:
            return time.time()
        told, heard = self._access.service_time
        return told + (_waiting.monotonic() - heard)

    def within(self, deadline: _waiting.Deadline) -> AbstractContextManager[None]:
        """Bound everything sent inside by ``deadline``."""
        return self._access.transport.within(deadline)

    def _call(
        self,
        method: str,
        path: str,
        attempt: str,
        *,
        base: str | None = None,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        repeatable: bool,
        asks: bool = False,
    ) -> dict[str, Any]:
        access = self._access

        def send() -> tuple[Answer, dict[str, Any]]:
            return ask(
                access.transport,
                method,
                (base or access.addresses.dli) + path,
                attempt,
                auth=access.auth,
                secrets=access.secrets,
                query=query,
                body=body,
                repeatable=repeatable,
            )

        if _waiting.monotonic() >= access.good_until:
            self._log_in_again()
        try:
            answer, decoded = send()
        except TokenOutdated:
            if access.log_in is None:
                raise
            # A token dies before its time when the user's permissions or password change, and waits are long.
            self._log_in_again()
            answer, decoded = send()
        except ApiError as exc:
            # A success whose text was cut on its way is asked for once more.
            if not (repeatable and exc.unclear and exc.status < 300):
                raise
            answer, decoded = send()
        self._note_time(answer)
        self.wrote = self.wrote or method in ("PUT", "DELETE") or (method == "POST" and not asks)
        return decoded

    def _log_in_again(self) -> None:
        if self._access.log_in is None:
            return
        try:
            self._access.use(self._access.log_in())
        except DliError as exc:
            # Without it nothing was sent that might have taken effect, or it was refused.
            exc.unclear = False
            raise

    def _note_time(self, answer: Answer) -> None:
        try:
            told = parsedate_to_datetime(answer.headers["date"]).timestamp()
        except (KeyError, TypeError, ValueError):
            return
        self._access.service_time = (told, _waiting.monotonic())
