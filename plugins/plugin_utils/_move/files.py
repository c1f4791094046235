# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables files of the playbook huaweicloud.dli.tenant for the steps of a proposal that can be done now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .._export import yaml_text

if TYPE_CHECKING:
    from .proposal import Proposal


class File(NamedTuple):
    """A variables file: its name, its purpose, and its lists."""

    name: str
    about: str
    lists: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def is_empty(self) -> bool:
        return not any(self.lists.values())

    @property
    def content(self) -> str:
        lines = ["---", *yaml_text.comment(self.about, 0), *self._lines()]
        return "\n".join(lines) + "\n"

    def _lines(self) -> Iterator[str]:
        for variable, items in self.lists.items():
            yield ""
            yield f"{variable}:" if items else f"{variable}: []"
            for item in items:
                yield from yaml_text.item(item, 2)


BIND = "1_bind.yml"
JOIN = "2_join.yml"
UNBIND = "3_unbind.yml"
WRITTEN = "The playbook huaweicloud.dli.move_to_pools wrote this file for the playbook huaweicloud.dli.tenant."


def files(proposal: Proposal) -> list[File]:
    """The files of all steps. A file is empty if nothing of its step can be done now."""
    return [
        File(
            BIND,
            f"{WRITTEN} It creates pools and binds them to the connections that their future queues are bound to. "
            "This can be undone.",
            {
                "tenant_elastic_resource_pools": [each.options for each in proposal.targets if not each.exists],
                "tenant_connections": [
                    {
                        "name": step.connection,
                        "elastic_resource_pools": list(step.names),
                        "purge_elastic_resource_pools": False,
                    }
                    for step in proposal.binds
                ],
            },
        ),
        File(
            JOIN,
            f"{WRITTEN} It adds queues to pools whose bindings are active. This cannot be undone: a queue cannot leave "
            "its pool.",
            {"tenant_queues": [{"name": queue, "elastic_resource_pool_name": pool} for queue, pool in proposal.joins]},
        ),
        File(
            UNBIND,
            f"{WRITTEN} It removes the bindings of queues that have joined a pool. It lists the queues that remain.",
            {
                "tenant_connections": [
                    {"name": step.connection, "queues": list(step.keeps)} for step in proposal.unbinds
                ]
            },
        ),
    ]
