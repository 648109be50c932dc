/* The phrase check beside a form of the editor: asks after a pause, shows findings in a panel and at their fields. */
(function () {
  "use strict";
  var script = document.currentScript;
  var words = script.dataset;
  var form = document.querySelector("form[data-edit-form]") || document.getElementById("page-edit-form");
  if (!form || !window.fetch || !window.FormData) return;

  var PAUSE = 900;
  var LARGEST = 400000;
  var timer = 0;
  var running = null;
  var last = "";

  var toggle = element("button", "cp-toggle");
  toggle.type = "button";
  toggle.setAttribute("aria-expanded", "false");
  toggle.setAttribute("aria-controls", "cp-panel");
  var panel = element("aside", "cp-panel");
  panel.id = "cp-panel";
  panel.hidden = true;
  panel.setAttribute("aria-label", words.wordTitle);
  var head = element("div", "cp-panel__head");
  var title = element("h2", "", words.wordTitle);
  var hide = element("button", "button button-small button-secondary", words.wordHide);
  hide.type = "button";
  head.append(title, hide);
  var status = element("p", "cp-status");
  status.setAttribute("role", "status");
  var list = element("ol", "cp-list");
  panel.append(head, status, list, element("p", "cp-panel__help", words.wordHelp));
  document.body.append(toggle, panel);
  label({ block: 0, warn: 0, note: 0 }, words.wordChecking);

  toggle.addEventListener("click", function () { show(panel.hidden); });
  hide.addEventListener("click", function () { show(false); toggle.focus(); });
  panel.addEventListener("keydown", function (event) {
    if (event.key === "Escape") { show(false); toggle.focus(); }
  });
  ["input", "change", "keyup", "click"].forEach(function (name) { form.addEventListener(name, later); });
  later();
  /* For other panels beside the same form: what is written, and the way to a place. */
  window.editedForm = { written: written, find: find, go: go, element: element };

  function show(open) {
    panel.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
    document.body.classList.toggle("cp-open", open);
    if (open) hide.focus();
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

  function fail(message) {
    label({ block: 0, warn: 0, note: 0 }, message);
    status.textContent = message;
    list.textContent = "";
    clearMarks();
  }

  function label(counts, message) {
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
    status.textContent = answer.findings.length ? toggle.textContent.replace(words.wordTitle, "") : words.wordClean;
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
    if (window.innerWidth < 900) show(false);
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
