# Copyright (c) Contributors to the huaweicloud.dli project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The HTML report in a browser: nothing overlaps, both themes are readable, and keyboard, pointer and touch work."""

from __future__ import annotations

import pytest
from sample_plans import HOSTILE, connection, hostile, pool, project, result

# The boxes of texts: what stands in one picture, and what a picture must contain.
BOXES = """
() => [...document.querySelectorAll(".topology")].map((svg) => ({
  frame: (({left, top, right, bottom}) => ({left, top, right, bottom}))(svg.getBoundingClientRect()),
  texts: [...svg.querySelectorAll("text")].map((text) => {
    const {left, top, right, bottom} = text.getBoundingClientRect();
    return {left, top, right, bottom, text: text.textContent};
  }),
}))
"""
# For each kind of text and marker, its colour and the first opaque colour behind it.
COLOURS = """
() => {
  const behind = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const colour = getComputedStyle(each).backgroundColor;
      if (!colour.endsWith(", 0)")) return colour;
    }
  };
  const found = [];
  const add = (selector, property, ground, least) => {
    for (const each of document.querySelectorAll(selector)) {
      found.push([selector, each.textContent, getComputedStyle(each)[property], ground(each), least]);
    }
  };
  const box = getComputedStyle(document.querySelector(".frame.subnet")).fill;
  const panel = getComputedStyle(document.querySelector(".frame.vpc")).fill;
  add("h1, h2, h3, p, td, th, caption, a:not(.node), summary, .badge, label, li, code, del", "color", behind, 4.5);
  add(".topology .name, .topology .note, .topology .word", "fill", () => box, 4.5);
  add(".topology .network, .topology .note", "fill", () => panel, 4.5);
  add(".marker", "fill", () => box, 3);
  add(".line", "stroke", () => panel, 3);
  return found;
}
"""
FOCUS = "() => document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"


def luminance(colour: str) -> float:
    parts = [float(part) / 255 for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def long_names():
    """Names as long as the service allows, and some in other scripts."""
    longest, wide = "W" * 128, "\u6570\u636e" * 40
    objects = [pool(longest, "10.100.0.0/16", [wide, "i" * 128]), pool(wide, "10.100.0.0/16")]
    bound = dict.fromkeys((longest, wide), "FAILED")
    return result([*objects, connection(longest, pools=bound, broken=True), connection(wide, pools=bound)])


@pytest.mark.parametrize("value", [project(5), project(50, declared=True), project(200), long_names(), hostile()])
def test_no_labels_overlap(show, value):
    for picture in show(value).evaluate(BOXES):
        frame, texts = picture["frame"], sorted(picture["texts"], key=lambda text: text["top"])
        assert texts
        for number, one in enumerate(texts):
            assert frame["left"] <= one["left"]
            assert one["right"] <= frame["right"]
            assert one["bottom"] <= frame["bottom"]
            for other in texts[number + 1 :]:
                if other["top"] >= one["bottom"] - 1:
                    break
                # Boxes of lines contain space above and below the letters.
                apart = (
                    other["top"] >= one["bottom"] - 3 or one["right"] <= other["left"] or other["right"] <= one["left"]
                )
                assert apart, (one, other)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_has_enough_contrast(show, scheme):
    page = show(project(50, declared=True), color_scheme=scheme)
    weak = [each for each in page.evaluate(COLOURS) if contrast(each[2], each[3]) < each[4]]
    assert weak == []
    ground = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert (luminance(ground) > 0.5) == (scheme == "light")


def test_states_differ_by_shape_and_not_only_by_colour(show):
    markers = "els => els.map(el => [el.classList[1], el.getAttribute('d')])"
    shapes = dict(show(project(200, declared=True)).eval_on_selector_all(".badge .marker", markers))
    assert len(shapes) >= 7
    assert len(set(shapes.values())) == len(shapes)


@pytest.mark.parametrize("width", [320, 390, 768])
def test_only_the_picture_scrolls_sideways_on_a_narrow_screen(show, width):
    page = show({"one": project(5, declared=True), "two": long_names(), "three": hostile()}, width=width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.eval_on_selector(".scroller", "each => each.scrollWidth > each.clientWidth")
    # Letters keep a size that can be read.
    assert page.eval_on_selector(".topology .name", "each => each.getBoundingClientRect().height") > 12


def test_no_text_becomes_a_script_an_element_or_a_request(show):
    page = show({HOSTILE: hostile(), "other": hostile()})
    for node in page.query_selector_all(".node"):
        node.focus()
        page.keyboard.press("Escape")
    page.hover(".node")
    page.wait_for_selector("#card:visible")
    page.fill("input", HOSTILE.replace("\n", " ").replace("\x00", ""))
    assert page.evaluate("typeof pwned") == "undefined"
    assert page.query_selector_all("img, iframe, object, embed, base, form, [onerror], [onclick]") == []
    assert len(page.query_selector_all("script")) == 1
    assert page.complaints == []
    assert len(page.requests) == 1


def test_the_policy_stops_a_script_that_gets_into_the_page(show):
    page = show(project(5))
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=https://localhost/x onerror=pwned=1>')")
    page.wait_for_timeout(100)
    assert page.evaluate("typeof pwned") == "undefined"
    assert any("Content Security Policy" in each for each in page.complaints)


def test_details_appear_on_hover_and_leave_with_the_pointer(show):
    page = show(project(5))
    card = page.locator("#card")
    assert not card.is_visible()
    page.hover(".node[aria-label^='pool pool_01']")
    card.wait_for(state="visible")
    assert "10.101.0.0/16" in card.inner_text()
    assert page.locator(".lines .on").count() > 0
    # The pointer may go to the details.
    card.hover()
    page.wait_for_timeout(400)
    assert card.is_visible()
    page.mouse.move(5, 5)
    card.wait_for(state="hidden")
    assert page.locator(".lines .on").count() == 0


def test_details_appear_on_focus_and_leave_with_escape(show):
    page = show(project(5))
    page.focus(".scroller")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUS).startswith("connection ")
    assert page.locator("#card").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#card").is_visible()
    page.keyboard.press("Enter")
    row = page.evaluate("location.hash")
    assert row.startswith("#row0-")
    assert page.evaluate("document.activeElement.id") == row[1:]


def test_details_appear_on_a_tap_and_lead_to_the_row(show):
    page = show(project(5), width=390, has_touch=True, is_mobile=True)
    page.locator(".node[aria-label^='pool pool_00']").tap()
    card = page.locator("#card")
    card.wait_for(state="visible")
    box = card.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    card.get_by_role("link", name="Show in the table").tap()
    assert page.evaluate("location.hash").startswith("#row0-")
    assert not card.is_visible()


def test_everything_can_be_reached_with_the_keyboard_in_the_order_of_the_page(show):
    page = show(project(5))
    seen = []
    for _press in range(60):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(FOCUS))
        if seen[-1] == "Details":
            break
    nodes = page.eval_on_selector_all(".node", "all => all.map(each => each.getAttribute('aria-label'))")
    assert seen[0] == "Skip to the table"
    assert [each for each in seen if each in nodes] == nodes
    assert seen[-6:] == ["State", "Kind", "Name", "Network", "Bindings", "Details"]
    # Without a name, a screen reader could only say "link".
    assert all(nodes)


def names(page):
    return page.eval_on_selector_all(
        ".objects tbody tr", "all => all.filter(each => !each.hidden).map(each => each.cells[2].textContent)"
    )


def test_the_table_sorts(show):
    page = show(project(50, declared=True))
    page.get_by_role("button", name="Name").click()
    assert names(page) == sorted(names(page), key=str.lower)
    assert page.get_attribute("th:nth-child(3)", "aria-sort") == "ascending"
    page.get_by_role("button", name="Name").click()
    assert names(page) == sorted(names(page), key=str.lower, reverse=True)
    page.get_by_role("button", name="State").click()
    # The most urgent state first.
    assert page.inner_text(".objects tbody tr:first-child .badge").strip() == "broken"


def test_the_table_filters_and_so_does_the_picture(show):
    page = show(project(50))
    page.get_by_label("Filter").fill("kafka active")
    page.get_by_label("Kind").select_option("connection")
    shown = names(page)
    assert 0 < len(shown) < 20
    assert all(name.startswith("kafka") for name in shown)
    assert page.inner_text("caption") == f"{len(shown)} of {len(project(50)['plan']['objects'])} objects"
    assert page.locator(".node:not(.faded)").count() == len(shown)
    page.get_by_label("Filter").fill("")
    page.get_by_label("Kind").select_option("pool")
    assert {name[:4] for name in names(page)} == {"pool"}


def test_a_link_to_a_row_that_is_filtered_out_shows_it(show):
    page = show(project(5))
    page.get_by_label("Filter").fill("no such thing")
    assert names(page) == []
    page.evaluate("location.hash = '#row0-3'")
    page.wait_for_selector("#row0-3:visible")


def test_the_page_works_without_scripts(show):
    page = show(project(5), java_script_enabled=False)
    assert page.locator(".objects tbody tr:visible").count() == len(project(5)["plan"]["objects"])
    assert page.locator("input, select, button").count() == 0
    page.locator("a.node").first.click()
    assert "#row0-" in page.url


def test_a_print_has_the_picture_and_the_table_and_no_controls(show):
    page = show(project(5, declared=True), color_scheme="dark")
    page.emulate_media(media="print")
    assert not page.locator(".controls").is_visible()
    assert page.locator(".topology").is_visible()
    assert page.locator(".objects").is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf(format="A4").startswith(b"%PDF")
