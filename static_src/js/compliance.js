/* The phrase check beside a form of the editor: asks after a pause, shows findings in a panel and at their fields. */
(function () {
  "use strict";
  var script = document.currentScript;
  var words = script.dataset;
  var form = document.querySelector("form[data-edit-form]") || document.getElementById("page-edit-form");
  if (!form || !window.fetch || !window.FormData) return;

  var PAUSE = 500;
  /* The editor of running text tells its changes by none of its own. */
  var EVENTS = ["input", "change", "keyup", "click", "paste", "cut", "drop"];
  var FIRST = 900;
  var LARGEST = 400000;
  var WIDE = 900;
  var NOTHING_TO_CHECK = 204;
  var timer = 0;
  var running = null;
  var last = "";

  /* Both panels beside a form stand in one place of the page: one is open at a time, and none beside Wagtail's own. */
  var docks = [];
  var shelf = element("section", "cp-shelf");
  shelf.setAttribute("aria-label", words.wordShelf);
  document.body.append(shelf);
  document.querySelectorAll("[data-side-panel-toggle]").forEach(function (opener) {
    opener.addEventListener("click", function () { closeAll(); });
  });

  var own = dock({ id: "cp-panel", title: words.wordTitle, hide: words.wordHide, help: words.wordHelp, list: "ol" });
  var toggle = own.toggle;
  var status = own.status;
  var list = own.list;

  EVENTS.forEach(function (name) { form.addEventListener(name, later); });
  timer = setTimeout(check, FIRST);
  /* For other panels beside the same form: what is written, the way to a place, and a place to stand. */
  window.editedForm = { written: written, find: find, go: go, element: element, dock: dock };

  /* Return a button and its panel. The button is not there before something is known of this form. */
  function dock(parts) {
    var opener = element("button", "cp-toggle");
    opener.type = "button";
    opener.hidden = true;
    opener.setAttribute("aria-expanded", "false");
    opener.setAttribute("aria-controls", parts.id);
    var panel = element("aside", "cp-panel");
    panel.id = parts.id;
    panel.hidden = true;
    panel.tabIndex = -1;
    panel.setAttribute("aria-label", parts.title);
    var head = element("div", "cp-panel__head");
    var hide = element("button", "button button-small button-secondary", parts.hide);
    hide.type = "button";
    head.append(element("h2", "", parts.title), hide);
    var told = element("p", "cp-status");
    told.setAttribute("role", "status");
    var rows = element(parts.list, "cp-list");
    panel.append(head, told, rows, element("p", "cp-panel__help", parts.help));
    shelf.append(opener);
    document.body.append(panel);
    var made = { toggle: opener, panel: panel, status: told, list: rows, show: show };
    docks.push(made);
    opener.addEventListener("click", function () { show(panel.hidden); });
    hide.addEventListener("click", function () { show(false); opener.focus(); });
    panel.addEventListener("keydown", function (event) {
      if (event.key !== "Escape") return;
      /* On a phone Wagtail's menu would take the focus. */
      event.stopPropagation();
      show(false);
      opener.focus();
    });
    return made;

    function show(open) {
      if (open) {
        closeAll();
        leaveSidePanel();
        panel.style.insetBlockStart = headerHeight() + "px";
      }
      panel.hidden = !open;
      opener.setAttribute("aria-expanded", String(open));
      document.body.classList.toggle("cp-open", open);
      if (open) hide.focus();
    }
  }

  function closeAll() {
    docks.forEach(function (one) { if (!one.panel.hidden) one.show(false); });
  }

  function leaveSidePanel() {
    var close = document.querySelector("[data-form-side-close-button]");
    if (close && document.body.classList.contains("side-panel-open")) close.click();
  }

  /* The head of the page, with the buttons of Wagtail's panels, stays in reach. */
  function headerHeight() {
    var header = document.querySelector(".w-slim-header");
    return header ? Math.max(0, Math.round(header.getBoundingClientRect().bottom)) : 0;
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(check, PAUSE);
  }

  /* Everything that is written, and nothing else: no files, no comments, no dates of the form. */
  function written() {
    var data = new FormData();
    new FormData(form).forEach(function (value, name) {
      if (typeof value === "string" && !/^comments-|^(next|loaded_revision|action-)/.test(name)) data.append(name, value);
    });
    return data;
  }

  function check() {
    var data = written();
    var text = "";
    data.forEach(function (value, name) { text += name + "\u0001" + value + "\u0002"; });
    if (text === last) return;
    last = text;
    if (running) running.abort();
    if (new Blob([text]).size > LARGEST) { fail(words.wordLarge); return; }
    data.append("compliance-path", location.pathname);
    var mine = running = new AbortController();
    fetch(words.complianceUrl, { method: "POST", body: data, signal: mine.signal, credentials: "same-origin" })
      .then(function (response) {
        if (response.status === NOTHING_TO_CHECK) { leave(); return null; }
        return response.json().then(function (answer) {
          if (running !== mine) return;
          if (response.ok) render(answer);
          else fail(answer.error || words.wordFailed);
        });
      })
      .catch(function (error) {
        if (error.name === "AbortError") return;
        last = "";
        fail(words.wordFailed);
      });
  }

  /* A form without words of ours, of a recording for instance. */
  function leave() {
    EVENTS.forEach(function (name) { form.removeEventListener(name, later); });
    toggle.hidden = true;
  }

  function fail(message) {
    label({ block: 0, warn: 0, note: 0 }, message);
    status.textContent = message;
    list.textContent = "";
    clearMarks();
  }

  function label(counts, message) {
    toggle.hidden = false;
    toggle.textContent = "";
    toggle.append(element("span", "cp-toggle__name", words.wordTitle));
    toggle.dataset.state = counts.block ? "block" : counts.warn ? "warn" : "clean";
    var parts = [["block", words.wordStops], ["warn", words.wordLook], ["note", words.wordNoted]].filter(function (part) {
      return counts[part[0]];
    });
    parts.forEach(function (part) {
      toggle.append(element("span", "cp-count cp-count--" + part[0], part[1] + " " + counts[part[0]]));
    });
    if (!parts.length) toggle.append(element("span", "cp-toggle__none", message));
  }

  function render(answer) {
    clearMarks();
    label(answer.counts, words.wordClean);
    var counted = Array.from(toggle.querySelectorAll(".cp-count"), function (count) { return count.textContent; });
    status.textContent = counted.length ? counted.join(" · ") : words.wordClean;
    list.textContent = "";
    var order = { block: 0, warn: 1, note: 2 };
    answer.findings
      .slice()
      .sort(function (one, other) { return order[one.severity] - order[other.severity]; })
      .forEach(function (finding) {
        list.append(entry(finding));
        if (finding.severity !== "note") mark(finding);
      });
  }

  function entry(finding) {
    var item = element("li", "cp-entry cp-entry--" + finding.severity);
    var state = finding.released ? words.wordReleased : { block: words.wordStops, warn: words.wordLook, note: words.wordNoted }[finding.severity];
    item.append(element("h3", "", state + " · " + finding.category));
    if (finding.match) {
      var quote = element("p", "cp-quote", finding.before);
      quote.append(element("mark", "", finding.match), finding.after);
      item.append(quote);
    }
    var where = element("p", "cp-where", finding.label);
    where.append(element("span", "cp-rule", finding.rule));
    item.append(where);
    if (finding.severity !== "note" && finding.suggestion) item.append(element("p", "", (finding.match ? words.wordInstead : "") + finding.suggestion));
    var target = finding.places.map(find).filter(Boolean)[0];
    if (target) {
      var jump = element("button", "button button-small button-secondary", words.wordJump);
      jump.type = "button";
      jump.addEventListener("click", function () { go(finding.places); });
      item.append(jump);
      if (finding.wording && finding.severity !== "note") item.append(taker(finding));
    }
    return item;
  }

  /* Wagtail names fields and blocks by data-contentpath, one step inside the other. */
  function find(place) {
    var at = form;
    var steps = place.split(".");
    for (var step = 0; step < steps.length; step += 1) {
      var next = at.querySelector('[data-contentpath="' + CSS.escape(steps[step]) + '"]');
      if (!next) return step ? at : form.querySelector('[name="' + CSS.escape(place) + '"]');
      at = next;
    }
    return at;
  }

  function go(places) {
    var target = places.map(find).filter(Boolean)[0];
    if (!target) return;
    if (window.innerWidth < WIDE) closeAll();
    for (var at = target; at && at !== form; at = at.parentElement) {
      if (at.matches("[hidden]")) {
        var opener = at.id && document.querySelector('[aria-controls="' + CSS.escape(at.id) + '"]');
        if (opener) opener.click();
        else at.hidden = false;
      }
      if (at.matches('[role="tabpanel"]')) {
        var tab = document.querySelector('[role="tab"][href="#' + CSS.escape(at.id) + '"]');
        if (tab && tab.getAttribute("aria-selected") !== "true") tab.click();
      }
    }
    target.scrollIntoView({ block: "center" });
    var field = target.matches("input, textarea") ? target : target.querySelector('[contenteditable="true"], textarea:not([type="hidden"]), input:not([type="hidden"])');
    if (field) field.focus({ preventScroll: true });
    target.classList.add("cp-here");
    setTimeout(function () { target.classList.remove("cp-here"); }, 2500);
  }

  /* The button that puts the wording offered in the place of the words found. */
  function taker(finding) {
    var take = element("button", "button button-small", words.wordTake.replace("#", finding.wording));
    take.type = "button";
    take.addEventListener("click", function () {
      go(finding.places);
      finding.places.some(function (place) {
        var host = find(place);
        return host && (host.matches("input, textarea") ? [host] : Array.from(host.querySelectorAll('input[type="text"], textarea:not([type="hidden"]), [contenteditable="true"]'))).some(function (field) {
          return field.isContentEditable ? replaceRich(field, finding) : replacePlain(field, finding);
        });
      });
    });
    return take;
  }

  /* Where the words found stand: with what stands before them when they stand there more than once. */
  function placeOf(text, finding) {
    var known = text.indexOf(finding.before + finding.match);
    return known < 0 ? text.indexOf(finding.match) : known + finding.before.length;
  }

  function replacePlain(field, finding) {
    var at = placeOf(field.value, finding);
    if (at < 0) return false;
    field.focus();
    field.setRangeText(finding.wording, at, at + finding.match.length, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    return true;
  }

  /* The editor of running text keeps what it shows by itself: it takes a paste over the selected words, and can undo it. */
  function replaceRich(field, finding) {
    var walk = document.createTreeWalker(field, NodeFilter.SHOW_TEXT);
    var nodes = [];
    var text = "";
    while (walk.nextNode()) {
      nodes.push({ node: walk.currentNode, start: text.length });
      text += walk.currentNode.data;
    }
    var at = placeOf(text, finding);
    if (at < 0) return false;
    var range = document.createRange();
    nodes.forEach(function (one) {
      var end = one.start + one.node.data.length;
      if (one.start <= at && at < end) range.setStart(one.node, at - one.start);
      var last = at + finding.match.length;
      if (one.start < last && last <= end) range.setEnd(one.node, last - one.start);
    });
    field.focus();
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
    /* After the editor has seen the selection. */
    setTimeout(function () {
      var data = new DataTransfer();
      data.setData("text/plain", finding.wording);
      field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    }, 60);
    return true;
  }

  function mark(finding) {
    finding.places.forEach(function (place) {
      var target = find(place);
      if (!target) return;
      var host = target.matches("[data-contentpath]") ? target : target.closest("[data-field]") || target.parentElement;
      var note = element("p", "cp-mark cp-mark--" + finding.severity);
      note.append(element("b", "", finding.match ? "“" + finding.match + "”" : finding.category), " " + finding.suggestion);
      host.append(note);
    });
  }

  function clearMarks() {
    form.querySelectorAll(".cp-mark").forEach(function (note) { note.remove(); });
  }

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) made.className = className;
    if (text) made.textContent = text;
    return made;
  }
})();
