# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One HTTP exchange: a requests Session, explicit timeouts, and retries where they are safe."""

from __future__ import annotations

import json
import math
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import responses
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from .._core import clock
from .._core.version import VERSION
from . import proxies, response_limits
from .signing import canonical_query
from .tls import Adapter, TlsError

try:
    import requests
    import urllib3

    BaseSession = requests.Session
except Exception:  # A broken requests may raise anything; the task that needs it reports this.
    REQUESTS_IMPORT_ERROR: str | None = traceback.format_exc()
    BaseSession = object  # type: ignore[assignment, misc]  # there are no types for "or nothing"
else:
    REQUESTS_IMPORT_ERROR = None

if TYPE_CHECKING:
    from .._core.errors import TransportError
    from .signing import Auth

# The language is requested because some errors of the service can only be told apart by their text.
HEADERS = {
    "User-Agent": f"huaweicloud.dli/{VERSION} (Ansible collection)",
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate",
    "X-Language": "en-us",
}
CONNECT_TIMEOUT = 10.0
# Seconds without a request after which the server may have closed the connection. A request that must not be sent
# twice then gets a new one, because its failure would leave the outcome unknown.
IDLE = 5.0

# Statuses after which an idempotent request is retried.
TRANSIENT_STATUSES = frozenset({408, 429, 500, 502, 503, 504})
# Statuses that prove that the service did not accept the request: any request is retried.
NOT_ACCEPTED_STATUSES = frozenset({429})


class Response(NamedTuple):
    """A response; ``headers`` have lower-case names. ``request`` is its method and URL."""

    status: int
    headers: Mapping[str, str]
    text: str
    request: str = ""


class Transport:
    """Sends requests over one Session.

    ``verify`` is False, True or the path of a CA bundle. ``timeout`` limits the time until a response is complete, in
    seconds. ``max_retries`` is the maximum number of retries of one request.
    """

    def __init__(self, *, timeout: float, verify: bool | str, max_retries: int) -> None:
        self.timeout = timeout
        self.verify = verify
        self.max_retries = max_retries
        self._deadline: clock.Deadline | None = None
        self._last_used = clock.monotonic()
        if verify is False:
            # The task itself warns once; the library would print a warning with the path of a file for each request.
            urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        self._adapter = Adapter()
        self._session = _Session()
        # See the file `proxies`.
        self._session.trust_env = False
        self._session.headers.update(HEADERS)
        self._session.mount("http://", self._adapter)
        self._session.mount("https://", self._adapter)

    def another(self) -> Transport:
        """A transport with the same settings and connections of its own, which does not retry: for another thread."""
        return Transport(timeout=self.timeout, verify=self.verify, max_retries=0)

    @contextmanager
    def with_deadline(self, deadline: clock.Deadline) -> Iterator[None]:
        """Limit the timeouts, retries and pauses of all requests in this context by ``deadline``."""
        outer, self._deadline = self._deadline, deadline
        try:
            yield
        finally:
            self._deadline = outer

    def time_left(self) -> float:
        """Seconds until the deadline; infinite without one."""
        return math.inf if self._deadline is None else self._deadline.remaining()

    def exchange(
        self,
        method: str,
        url: str,
        *,
        auth: Auth,
        query: Mapping[str, str] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool,
    ) -> Response:
        """Send one request and return the response, whatever its status; raises TransportError if there is none.

        ``idempotent`` allows retries after which the service may have executed the request twice.
        """
        full_url = f"{url}?{canonical_query(list(query.items()))}" if query else url
        # Serialized once, here: the signature covers exactly the bytes that are sent.
        data = None if body is None else json.dumps(body, separators=(",", ":")).encode()
        statuses = TRANSIENT_STATUSES if idempotent else NOT_ACCEPTED_STATUSES
        attempt = 0
        # Not delegated to urllib3, which would reuse the signature, valid for 15 minutes, and the first timeout.
        while True:
            self._close_if_idle(idempotent)
            timeouts = self._timeouts()
            try:
                response = self._send(method, full_url, data, auth, headers or {}, timeouts)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, TlsError) as exc:
                failure = self._failure(exc, full_url, timeouts)
                if not failure.transient or (failure.outcome_unknown and not idempotent) or self._is_last(attempt):
                    raise failure from None
                seen, retry_after = failure.message, None
            else:
                if response.status not in statuses or self._is_last(attempt):
                    return response
                seen = f"HTTP {response.status} {responses.get(response.status, '')}".strip()
                retry_after = response.headers.get("retry-after")
            attempt += 1
            # Imported here, as elsewhere inside a function: a run without retries does not load that file.
            from .backoff import back_off

            what = f"a response from {urlsplit(full_url).netloc}"
            back_off(attempt, self.max_retries, retry_after, self._deadline, what, seen)

    def _close_if_idle(self, idempotent: bool) -> None:
        """Close an idle connection, which the service may have closed, before a request that must not be repeated."""
        if not idempotent and clock.monotonic() - self._last_used > IDLE:
            self._adapter.close()

    def _failure(self, exc: Exception, url: str, timeouts: tuple[float, float]) -> TransportError:
        from . import transport_errors

        option = "request_timeout" if timeouts[1] >= self.timeout else "wait_timeout"
        return transport_errors.from_exception(exc, url, timeouts, option)

    def _send(
        self,
        method: str,
        url: str,
        data: bytes | None,
        auth: Auth,
        headers: Mapping[str, str],
        timeouts: tuple[float, float],
    ) -> Response:
        # Closed in every case: a connection whose response was not read to its end must not be used again.
        with self._session.request(
            method,
            url,
            data=data,
            headers={"Content-Type": "application/json", **headers},
            auth=auth,
            timeout=timeouts,
            proxies=proxies.proxies_for(url),
            verify=self.verify if self.verify is not True else proxies.ca_bundle() or True,
            # A redirect would send the credentials to another host.
            allow_redirects=False,
            stream=True,
        ) as response:
            received = {name.lower(): _utf8(value) for name, value in response.headers.items()}
            try:
                body = response_limits.read_body(
                    response.iter_content(response_limits.CHUNK), received, urlsplit(url).netloc
                )
            except ValueError as exc:
                # An invalid size of a chunk.
                raise requests.exceptions.ChunkedEncodingError from exc
            # urllib3 1.26 does not detect a truncated response.
            if response.raw.length_remaining:
                raise requests.exceptions.ChunkedEncodingError
        self._last_used = clock.monotonic()
        # A byte order mark before JSON is allowed to be ignored.
        return Response(response.status_code, received, body.decode("utf-8-sig", "replace"), f"{method} {url}")

    def _is_last(self, attempt: int) -> bool:
        return attempt >= self.max_retries or (self._deadline is not None and self._deadline.remaining() <= 0)

    def _timeouts(self) -> tuple[float, float]:
        left = min(self.timeout, max(1.0, self.time_left()))
        return min(CONNECT_TIMEOUT, left), left


class _Session(BaseSession):
    """A session that does not parse the targets of redirects, which may be invalid and are never followed."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def _utf8(header: str) -> str:
    """A header that is UTF-8, which http.client decodes as Latin-1."""
    try:
        return header.encode("latin-1").decode()
    except UnicodeError:
        return header
