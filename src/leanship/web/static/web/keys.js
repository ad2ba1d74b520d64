// Everything the keyboard does, in one place. Each key only presses what a pointer could press as well.
(() => {
  "use strict";

  const ROWS = "main tbody tr, main .rows > li, main .board > li, main .cards > li, main .tree .node";
  let goingSince = 0;
  let openedFrom = null; // address and link from which the side panel was opened

  const panel = () => document.getElementById("panel");
  const visible = (element) => element.offsetParent !== null;

  function isTyping(element) {
    const field = element.closest("input, textarea, select, [contenteditable]");
    return Boolean(field) && !["checkbox", "radio", "button", "submit"].includes(field.type);
  }

  function closePanel() {
    const aside = panel();
    if (!aside || !aside.firstElementChild || !openedFrom) return false;
    aside.replaceChildren();
    history.replaceState(history.state, "", openedFrom.url);
    if (openedFrom.link.isConnected) openedFrom.link.focus();
    openedFrom = null;
    return true;
  }

  function closeSomething() {
    const open = [...document.querySelectorAll("dialog[open]")].pop();
    if (open) return open.close(), true;
    if (closePanel()) return true;
    const folded = [...document.querySelectorAll(".who[open], .bar details[open]")].pop();
    if (folded) return (folded.open = false), true;
    return false;
  }

  function moveInList(by) {
    const rows = [...document.querySelectorAll(ROWS)].filter(visible);
    if (!rows.length) return false;
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const next = at < 0 ? (by > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + by, 0), rows.length - 1);
    const row = rows[next];
    const target = row.querySelector("a[href]") || row.querySelector("button, input") || row;
    if (target === row) target.tabIndex = -1;
    target.focus();
    return true;
  }

  function moveInChart(point, by) {
    const points = [...point.closest("svg").querySelectorAll(".point")];
    const next = points[points.indexOf(point) + by];
    if (!next) return false;
    // one stop for Tab in the whole chart: the point that was looked at last
    point.setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
    return true;
  }

  function press(key, target) {
    if (goingSince && Date.now() - goingSince < 1500) {
      goingSince = 0;
      const place = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
      if (place) return location.assign(place.dataset.url), true;
    }
    goingSince = 0;
    const point = target.closest(".xmr .point");
    if (point && key === "ArrowLeft") return moveInChart(point, -1);
    if (point && key === "ArrowRight") return moveInChart(point, 1);
    switch (key) {
      case "/": {
        const search = [...document.querySelectorAll("[data-search]")].find(visible);
        if (!search) return false;
        search.focus();
        search.select();
        return true;
      }
      case "g":
        goingSince = Date.now();
        return true;
      case "n": {
        const link = document.querySelector("[data-new]");
        if (link) link.click();
        return Boolean(link);
      }
      case "j":
        return moveInList(1);
      case "k":
        return moveInList(-1);
      case "x": {
        const row = target.closest("tr, li");
        const box = row && row.querySelector("input[type=checkbox]");
        if (box && box !== target) box.click();
        return Boolean(box && box !== target);
      }
      case "?": {
        const keys = document.getElementById("keys");
        if (keys && !keys.open) keys.showModal();
        return Boolean(keys);
      }
    }
    return pressOwn(key, target);
  }

  // What a page marks with data-key="s": of the row one is in, else the first on the page.
  function pressOwn(key, target) {
    const marked = `[data-key="${CSS.escape(key)}"]`;
    const row = target.closest("main tr, main li");
    const found = [...(row ? row.querySelectorAll(marked) : []), ...document.querySelectorAll(`main ${marked}`)];
    const own = found.find((element) => visible(element) && !element.disabled);
    if (own) own.click();
    return Boolean(own);
  }

  document.addEventListener("keydown", (event) => {
    const target = event.target instanceof Element ? event.target : document.body;
    if (event.isComposing || event.defaultPrevented) return;
    if (event.key === "Escape") {
      if (closeSomething()) event.preventDefault();
      return;
    }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = target.closest("form");
      if (form) {
        event.preventDefault();
        form.requestSubmit();
      }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(target)) return;
    if (document.querySelector("dialog:modal")) return;
    if (press(event.key, target)) event.preventDefault();
  });

  document.addEventListener("click", (event) => {
    const close = event.target.closest("[data-close]");
    if (close && panel() && panel().contains(close) && closePanel()) event.preventDefault();
  });

  document.addEventListener("htmx:beforeRequest", (event) => {
    const aside = panel();
    if (event.detail.target === aside && !aside.firstElementChild) {
      openedFrom = { url: location.href, link: event.detail.elt };
    }
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target === panel()) panel().focus();
  });
})();
