# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A stand-in for the REST API of AWX: what the modules of awx.awx use to create, find, associate and delete objects."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ROOT = "/api/v2/"
# Objects that AWX deletes together with another one: their collection, and the field that refers to that object.
DEPENDANTS = {
    "inventories": [("hosts", "inventory"), ("inventory_sources", "inventory")],
    "job_templates": [("schedules", "unified_job_template")],
    "workflow_job_templates": [("workflow_job_template_nodes", "workflow_job_template")],
}
TEMPLATES = ("job_templates", "projects", "inventory_sources", "workflow_job_templates", "workflow_approval_templates")
NAMED_BY = {"workflow_job_template_nodes": "identifier"}


class Refused(Exception):
    """An answer that is not a success: status and content."""


class Awx:
    """The objects by collection and ID, the associations, and the writing requests that were answered."""

    def __init__(self, playbooks: set[str]) -> None:
        self.playbooks = playbooks
        self.objects: dict[str, dict[int, dict[str, Any]]] = {}
        self.associations: dict[tuple[str, int, str], list[int]] = {}
        self.surveys: dict[str, Any] = {}
        self.writes: list[str] = []
        # The number of writing requests that succeed before all others fail; None for all.
        self.remaining: int | None = None
        self.last_id = 0
        self.create("organizations", {"name": "Default"})

    def all(self, collection: str) -> list[dict[str, Any]]:
        names = TEMPLATES if collection == "unified_job_templates" else (collection,)
        return [each for name in names for each in self.objects.get(name, {}).values()]

    def names(self) -> dict[str, list[str]]:
        """The names of all objects by collection."""
        found = {
            collection: sorted(each[NAMED_BY.get(collection, "name")] for each in objects.values())
            for collection, objects in self.objects.items()
        }
        return {collection: names for collection, names in found.items() if names}

    def create(self, collection: str, fields: dict[str, Any]) -> dict[str, Any]:
        if collection == "job_templates" and fields["playbook"] not in self.playbooks:
            raise Refused(400, {"playbook": ["Playbook not found for project."]})
        same = {name: fields.get(name) for name in ("organization", "inventory", "workflow_job_template")}
        key = NAMED_BY.get(collection, "name")
        if any(each.get(key) == fields[key] and same.items() <= each.items() for each in self.all(collection)):
            raise Refused(400, {"__all__": [f"{collection} with this {key} already exists."]})
        self.last_id += 1
        url = f"{ROOT}{collection}/{self.last_id}/"
        kind = re.sub("ies$", "y", collection).removesuffix("s")
        others = {"id": self.last_id, "url": url, "type": kind, "summary_fields": {}, "scm_revision": "1"}
        related = {"survey_spec": f"{url}survey_spec/"} if "job_templates" in collection else {}
        created = {**same, **fields, **others, "related": related}
        self.objects.setdefault(collection, {})[self.last_id] = created
        return created

    def delete(self, collection: str, number: int) -> None:
        used = collection == "credential_types" and any(
            each["credential_type"] == number for each in self.all("credentials")
        )
        if used:
            raise Refused(403, {"detail": "Credential types in use cannot be deleted"})
        for other, field in DEPENDANTS.get(collection, ()):
            for each in [each for each in self.all(other) if each.get(field) == number]:
                self.delete(other, each["id"])
        deleted = self.objects[collection].pop(number)
        if collection == "workflow_job_template_nodes":
            self.objects.get("workflow_approval_templates", {}).pop(deleted.get("unified_job_template"), None)

    def count(self, method: str) -> None:
        if method != "GET" and self.remaining is not None:
            self.remaining -= 1
            if self.remaining < 0:
                raise Refused(503, {"detail": "AWX is being upgraded"})

    def answer(self, method: str, path: str, query: dict[str, str], data: Any) -> tuple[int, Any]:
        collection, number, sub = [*path.removeprefix(ROOT).strip("/").split("/", 2), "", ""][:3]
        if not number and method == "GET":
            found = [each for each in self.all(collection) if all(str(each.get(k)) == v for k, v in query.items())]
            return 200, {"count": len(found), "next": None, "results": found}
        if not number:
            return 201, self.create(collection, data)
        found = self.objects.get(collection, {}).get(int(number))
        if found is None:
            raise Refused(404, {"detail": "Not found."})
        if sub:
            return self.answer_below(method, found, collection, sub, data)
        if method == "DELETE":
            self.delete(collection, found["id"])
            return 204, None
        if method == "PATCH":
            found.update(data)
        return 200, found

    def answer_below(self, method: str, found: dict[str, Any], collection: str, sub: str, data: Any) -> tuple[int, Any]:
        if sub == "survey_spec":
            if method == "POST":
                self.surveys[found["url"]] = data
            return 200, self.surveys.get(found["url"], {})
        if sub == "create_approval_template":
            created = self.create("workflow_approval_templates", data)
            found["unified_job_template"] = created["id"]
            found["related"]["unified_job_template"] = created["url"]
            return 201, created
        ids = self.associations.setdefault((collection, found["id"], sub), [])
        if method == "GET":
            return 200, {"count": len(ids), "next": None, "results": [{"id": each} for each in ids]}
        (ids.remove if data.get("disassociate") else ids.append)(data["id"])
        return 204, None


def handler(awx: Awx) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Headers and content in one packet; a second one would wait for the acknowledgement of the first.
        wbufsize = -1

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            try:
                awx.count(self.command)
                status, content = awx.answer(
                    self.command, url.path, dict(parse_qsl(url.query)), json.loads(body) if body else {}
                )
            except Refused as refused:
                status, content = refused.args
            if self.command != "GET":
                awx.writes.append(f"{self.command} {url.path}")
            answer = b"" if content is None else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("X-API-Product-Name", "AWX")
            self.send_header("X-API-Product-Version", "24.6.1")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815 - the names that the base class calls

        def log_message(self, *_arguments: Any) -> None:
            pass

    return Handler


@contextmanager
def serving(awx: Awx) -> Iterator[str]:
    """The URL of a server that answers for ``awx``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(awx))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
