# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A browser, and pages of the filter plan_to_html in it.

The session `browser` of the noxfile sets CHROMIUM to the path of the program.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from ansible_collections.huaweicloud.dli.plugins.filter.plan_to_html import plan_to_html
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tools"))


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        # Containers do not allow the sandbox of the browser; the pages are ours.
        browser = playwright.chromium.launch(executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def show(chromium, tmp_path):
    """show(result, width=390, color_scheme="dark") opens the page of a result; other keywords are those of a context.

    ``requests`` of the returned page are the addresses that it requested, ``complaints`` its errors and messages.
    """
    contexts = []

    def show(value, *, width=1280, height=900, **keywords):
        path = tmp_path / f"report{len(contexts)}.html"
        path.write_text(plan_to_html(value, time="2026-11-30T08:00:00Z"), encoding="utf-8")
        context = chromium.new_context(viewport={"width": width, "height": height}, **keywords)
        contexts.append(context)
        page = context.new_page()
        page.requests, page.complaints = [], []
        page.on("request", lambda request: page.requests.append(request.url))
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("dialog", lambda dialog: (page.complaints.append(dialog.message), dialog.dismiss()))
        page.goto(path.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
