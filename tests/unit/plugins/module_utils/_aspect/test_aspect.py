# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""aspect: only requested aspects are read, only differences are written, and unsupported ones are skipped."""

from __future__ import annotations

from contextlib import nullcontext

import pytest
from ansible_collections.huaweicloud.dli.plugins.module_utils._api import connections, pools, queues
from ansible_collections.huaweicloud.dli.plugins.module_utils._aspect import aspect as aspects
from ansible_collections.huaweicloud.dli.plugins.module_utils._connection import aspects as connection_aspects
from ansible_collections.huaweicloud.dli.plugins.module_utils._core.errors import (
    ApiError,
    ApiUnavailable,
    Busy,
    NotFound,
)
from ansible_collections.huaweicloud.dli.plugins.module_utils._pool import ensure as pool_ensure
from ansible_collections.huaweicloud.dli.plugins.module_utils._queue import aspects as queue_aspects
from ansible_collections.huaweicloud.dli.plugins.module_utils._wait.budget import WaitBudget

RESOURCE = {"name": "it"}


class Api:
    """Only what writing an aspect needs of a client."""

    def with_deadline(self, deadline):
        return nullcontext()


class Service:
    """A service that has one value for an aspect; ``refuses`` are raised one after the other before it works."""

    def __init__(self, value=0, refuses=()):
        self.value = value
        self.refuses = list(refuses)
        self.log = []

    def aspect(self, option="size", at_creation=None):
        return aspects.Aspect(
            option=option,
            read=lambda _api, resource: self._do("read", resource, self.value),
            desired=lambda params, current: max(params[option], current),
            send=lambda _api, resource, before, after: self._write(resource, before, after),
            empty=0,
            at_creation=at_creation,
        )

    def _write(self, resource, before, after):
        self._do("send", resource, (before, after))
        self.value = after

    def _do(self, what, resource, value):
        assert resource == RESOURCE
        self.log.append((what, value))
        if self.refuses:
            raise self.refuses.pop(0)
        return value


def refusal(kind):
    return kind("Could not.", status=400)


def budget(wait=True):
    return WaitBudget(wait=wait, timeout=100, interval=5)


def test_an_aspect_without_its_option_costs_nothing():
    service = Service()
    decided = aspects.decide(Api(), [service.aspect()], {"size": None}, RESOURCE)
    assert not decided.changes
    assert (decided.before, decided.after, service.log) == ({}, {}, [])


@pytest.mark.parametrize(("requested", "changes"), [(3, False), (7, False), (8, True)])
def test_only_what_differs_is_sent(requested, changes):
    service = Service(value=7)
    decided = aspects.decide(Api(), [service.aspect()], {"size": requested}, RESOURCE)
    assert decided.changes is changes
    decided.send(Api(), RESOURCE, budget())
    assert service.log == [("read", 7), *([("send", (7, 8)), ("read", 8)] if changes else [])]
    assert (decided.before, decided.after) == ({"size": 7}, {"size": max(requested, 7)})


def test_an_unsupported_aspect_is_reported_and_the_others_decided():
    lacking, service = Service(refuses=[refusal(ApiUnavailable)]), Service(value=1)
    decided = aspects.decide(
        Api(), [lacking.aspect("label"), service.aspect("size")], {"label": 2, "size": 2}, RESOURCE
    )
    assert decided.unsupported == ("label",)
    assert "label was not changed, because this region does not offer it" in decided.warnings[0]
    assert decided.after == {"size": 2}


def test_another_failure_to_read_is_a_failure():
    with pytest.raises(ApiError):
        aspects.decide(Api(), [Service(refuses=[refusal(ApiError)]).aspect()], {"size": 1}, RESOURCE)


def test_a_new_resource_is_decided_about_without_a_request():
    service = Service()
    decided = aspects.decide_for_new([service.aspect(), service.aspect("other")], {"size": 3, "other": None})
    assert (decided.before, decided.after, service.log) == ({"size": 0}, {"size": 3}, [])
    assert decided.at_creation == {}
    assert decided.remaining_after_create().changes


@pytest.mark.parametrize(
    ("part", "left"), [(3, []), (2, [("send", (2, 3)), ("read", 3)]), (0, [("send", (0, 3)), ("read", 3)])]
)
def test_contents_of_the_creation_are_not_sent_again(part, left):
    service = Service()
    decided = aspects.decide_for_new([service.aspect(at_creation=lambda _after: part)], {"size": 3})
    assert decided.at_creation == ({"size": part} if part else {})
    decided.remaining_after_create().send(Api(), RESOURCE, budget())
    assert service.log == left


def test_a_busy_resource_is_retried_only_with_wait():
    service = Service()
    decided = aspects.decide(Api(), [service.aspect()], {"size": 1}, RESOURCE)
    service.refuses = [refusal(Busy), refusal(Busy)]
    decided.send(Api(), RESOURCE, budget())
    assert [what for what, _value in service.log] == ["read", "send", "send", "send", "read"]
    service.refuses = [refusal(Busy)]
    came = decided.apply(Api(), RESOURCE, budget(wait=False))
    assert not came.changes
    assert came.after == {"size": 0}
    assert [text.partition(";")[0] for text in came.warnings] == ["size was not changed because it is busy"]


def test_an_api_that_only_the_write_shows_to_be_missing_is_unsupported():
    lacking, service = Service(), Service()
    decided = aspects.decide(
        Api(), [lacking.aspect("label"), service.aspect("size")], {"label": 2, "size": 2}, RESOURCE
    )
    lacking.refuses = [refusal(ApiUnavailable)]
    came = decided.apply(Api(), RESOURCE, budget())
    assert (came.unsupported, came.after) == (("label",), {"size": 2})
    assert "label was not changed, because this region does not offer it" in came.warnings[0]
    assert service.log[-2:] == [("send", (0, 2)), ("read", 2)]


def test_only_the_relevant_part_is_shown():
    aspect = aspects.Aspect(
        option="sizes",
        read=lambda _api, _thing: {"a": 1, "b": 2},
        desired=lambda params, current: {**current, **params["sizes"]},
        send=lambda *_arguments: None,
        empty={},
        relevant=lambda params, there: {key: there[key] for key in params["sizes"]},
    )
    decided = aspects.decide(Api(), [aspect], {"sizes": {"a": 3}}, RESOURCE)
    assert (decided.before, decided.after) == ({"sizes": {"a": 1}}, {"sizes": {"a": 3}})


def test_aspects_are_read_into_listed_resources_on_request():
    service = Service(value=7)
    requested = [(service.aspect(), [dict(RESOURCE)]), (service.aspect("other"), [dict(RESOURCE)])]
    gaps = aspects.populate(Api(), {"with_size": True, "with_other": False}, requested)
    assert [resources for _aspect, resources in requested] == [[{**RESOURCE, "size": 7}], [RESOURCE]]
    assert (gaps.unsupported, gaps.warnings, service.log) == ((), (), [("read", 7)])


def test_the_aspect_of_a_deleted_resource_is_null():
    resource = dict(RESOURCE)
    aspects.populate(Api(), {"with_size": True}, [(Service(refuses=[refusal(NotFound)]).aspect(), [resource])])
    assert resource["size"] is None


def test_a_missing_api_is_called_once():
    service = Service(refuses=[refusal(ApiUnavailable)])
    gaps = aspects.populate(Api(), {"with_size": True}, [(service.aspect(), [dict(RESOURCE), dict(RESOURCE)])])
    assert gaps.unsupported == ("size",)
    assert len(gaps.warnings) == len(service.log) == 1


@pytest.mark.parametrize(
    ("noun", "decided_about"),
    [
        (queues, queue_aspects.ASPECTS),
        (connections, connection_aspects.ASPECTS),
        (pools, pool_ensure.ASPECTS),
    ],
)
def test_every_sub_resource_of_a_noun_has_an_aspect(noun, decided_about):
    assert sorted(aspect.option for aspect in decided_about) == sorted(noun.ASPECTS)
