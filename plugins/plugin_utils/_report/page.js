/* Copyright (c) Contributors to the huaweicloud.dli project
 * GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sorts and filters the tables, and shows details in the pictures. Without it, the page shows the same data, and the
 * objects in a picture are links to their rows. All data is in the tables: this file creates elements only from texts
 * and from copies of elements, never from HTML.
 */
"use strict";
(() => {
  const make = (name, properties, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };

  // --- details ---

  const card = make("div", { className: "card", hidden: true, id: "card" });
  card.setAttribute("role", "status");
  document.body.append(card);
  let shown = null;
  let pinned = false;
  let leaving = 0;

  const rowOf = (node) => {
    const link = node.getAttribute("href");
    return link ? document.getElementById(link.slice(1)) : null;
  };

  const fill = (node) => {
    const row = rowOf(node);
    card.replaceChildren();
    for (const cell of row ? row.cells : []) {
      if (!cell.textContent.trim()) continue;
      const line = make("div", {}, make("span", { className: "key", textContent: `${cell.dataset.label}: ` }));
      for (const part of cell.cloneNode(true).childNodes) line.append(part.cloneNode(true));
      for (const more of line.querySelectorAll("details")) more.open = true;
      card.append(line);
    }
    if (row) card.append(make("p", {}, make("a", { href: `#${row.id}`, textContent: "Show in the table" })));
  };

  const place = (node) => {
    const at = node.getBoundingClientRect();
    const right = at.left > window.innerWidth / 2;
    const left = right ? at.left - card.offsetWidth - 12 : at.right + 12;
    const fits = left >= 8 && left + card.offsetWidth <= window.innerWidth - 8;
    const below = at.bottom + 8 + card.offsetHeight <= window.innerHeight - 8;
    const top = fits ? at.top : below ? at.bottom + 8 : at.top - card.offsetHeight - 8;
    const most = window.innerHeight - card.offsetHeight - 8;
    card.style.left = `${Math.max(8, Math.min(fits ? left : at.left, window.innerWidth - card.offsetWidth - 8))}px`;
    card.style.top = `${Math.max(8, Math.min(top, most))}px`;
  };

  const hide = () => {
    if (!shown) return;
    shown.classList.remove("shown");
    const picture = shown.closest("svg");
    picture.classList.remove("active");
    for (const line of picture.querySelectorAll(".lines .on")) line.classList.remove("on");
    shown = null;
    pinned = false;
    card.hidden = true;
  };

  const show = (node) => {
    window.clearTimeout(leaving);
    if (node === shown) return;
    hide();
    shown = node;
    node.classList.add("shown");
    const picture = node.closest("svg");
    const { n: key, pool } = node.dataset;
    for (const line of picture.querySelectorAll(".lines g")) {
      const { a, b, top } = line.dataset;
      if ([a, b, top].includes(key) || (pool && a === pool)) line.classList.add("on");
    }
    if (picture.querySelector(".lines .on")) picture.classList.add("active");
    fill(node);
    card.hidden = !card.childNodes.length;
    place(node);
  };

  // Time to move the pointer to the card.
  const leave = () => {
    window.clearTimeout(leaving);
    if (!pinned) leaving = window.setTimeout(hide, 250);
  };

  card.addEventListener("pointerenter", () => window.clearTimeout(leaving));
  card.addEventListener("pointerleave", leave);
  card.addEventListener("click", (event) => {
    if (event.target.closest("a")) hide();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  document.addEventListener("click", (event) => {
    if (!card.contains(event.target) && !event.target.closest(".node")) hide();
  });
  window.addEventListener("scroll", () => { if (shown && !pinned) place(shown); }, { passive: true });

  for (const node of document.querySelectorAll(".node")) {
    node.setAttribute("aria-describedby", "card");
    node.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse" && !pinned) show(node); });
    node.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") leave(); });
    node.addEventListener("focus", () => { if (node.matches(":focus-visible")) show(node); });
    node.addEventListener("blur", leave);
    node.addEventListener("click", (event) => {
      // The first click or tap keeps the details open; they contain the link to the row.
      if (event.detail === 0) { hide(); return; } // the Enter key follows the link
      event.preventDefault();
      const again = shown === node && pinned;
      show(node);
      pinned = true;
      if (again) hide();
    });
  }

  // A print shows what is folded on the screen.
  const folded = document.querySelectorAll("td:nth-child(5) details:not([open])");
  window.addEventListener("beforeprint", () => { for (const each of folded) each.open = true; });
  window.addEventListener("afterprint", () => { for (const each of folded) each.open = false; });

  // --- tables ---

  for (const table of document.querySelectorAll(".objects")) {
    const body = table.tBodies[0];
    const rows = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    const caption = table.caption;
    const news = make("p", { className: "quiet" });
    news.setAttribute("role", "status");

    const key = (row, column) => (column === 0 ? -row.dataset.rank : row.cells[column].textContent.trim());
    const compare = (one, other) =>
      typeof one === "number" ? one - other : one.localeCompare(other, "en", { numeric: true, sensitivity: "base" });

    heads.forEach((head, column) => {
      const button = make("button", { type: "button", textContent: head.textContent });
      head.replaceChildren(button);
      button.addEventListener("click", () => {
        const upwards = head.getAttribute("aria-sort") !== "ascending";
        for (const each of heads) each.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", upwards ? "ascending" : "descending");
        rows.sort((one, other) => compare(key(one, column), key(other, column)) * (upwards ? 1 : -1));
        body.append(...rows);
        news.textContent = `Sorted by ${button.textContent}, ${upwards ? "ascending" : "descending"}`;
      });
    });

    const filter = make("input", { type: "search", autocomplete: "off", spellcheck: false });
    const choices = (name) => {
      const values = [...new Set(rows.map((row) => row.dataset[name]))].sort();
      const select = make("select", {}, make("option", { value: "", textContent: "all" }));
      select.append(...values.map((value) => make("option", { value, textContent: value })));
      return select;
    };
    const [state, kind] = [choices("state"), choices("kind")];
    const picture = table.closest("section").querySelector(".topology");

    const apply = () => {
      const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      let visible = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        const fits = words.every((word) => text.includes(word));
        row.hidden = !(fits && [state, kind].every((each, place) => !each.value || each.value === row.dataset[["state", "kind"][place]]));
        visible += row.hidden ? 0 : 1;
        const node = picture && picture.querySelector(`[href="#${row.id}"]`);
        if (node) node.classList.toggle("faded", row.hidden);
      }
      caption.textContent = visible === rows.length ? `${rows.length} objects` : `${visible} of ${rows.length} objects`;
      news.textContent = caption.textContent;
    };
    for (const each of [filter, state, kind]) each.addEventListener("input", apply);

    const label = (text, control) => make("label", {}, text, control);
    const controls = make("div", { className: "controls" });
    controls.append(label("Filter", filter), label("State", state), label("Kind", kind), news);
    table.closest(".wide").before(controls);

    // A row that a link points to must be visible.
    window.addEventListener("hashchange", () => {
      const row = document.getElementById(window.location.hash.slice(1));
      if (row && row.parentNode === body && row.hidden) {
        filter.value = state.value = kind.value = "";
        apply();
        row.scrollIntoView({ block: "center" });
      }
      if (row && row.parentNode === body) row.focus({ preventScroll: true });
    });
  }
})();
