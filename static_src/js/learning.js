// How far a reader is: kept by the account, or without one in this browser until somebody signs in.
// Lists, lessons and the desk work without this file; then only what is pressed is remembered.
"use strict";

(function () {
  // Milliseconds in one section until it counts as read; before the place that is kept, longer: a look back is no reading.
  var REST = 3000, LOOK_BACK = 20000;
  var KEY = "learning", MOST = 200;
  var top = document.getElementById("learning-top");
  var lesson = top ? top.dataset.lesson : "";
  // "": not known yet, "own": the account answers, "guest": this browser remembers.
  var reader = "";
  var reached = [], place = "", sent = "", kept = "", moved = false, timer = null;

  // 1 What this browser remembers: by lesson the sections reached, the last one, when, and when it was finished.
  function load() {
    try { return JSON.parse(localStorage.getItem(KEY) || "{}") || {}; } catch (error) { return {}; }
  }
  function keep(change) {
    if (!lesson) { return; }
    try {
      var all = load();
      var entry = all[lesson] || { reached: [], last: "", at: Date.now(), finished: null };
      change(entry);
      entry.at = Date.now();
      all[lesson] = entry;
      Object.keys(all).sort(function (a, b) { return all[b].at - all[a].at; }).slice(MOST).forEach(function (old) { delete all[old]; });
      localStorage.setItem(KEY, JSON.stringify(all));
    } catch (error) { /* storage may be closed or full */ }
  }
  function keepPlace() {
    keep(function (entry) {
      reached.forEach(function (block) { if (entry.reached.indexOf(block) < 0) { entry.reached.push(block); } });
      entry.last = place;
    });
  }

  // 2 Where the reader is. The first look at a page is no reading: only what they scrolled to counts.
  function report() {
    clearTimeout(timer); timer = null;
    if (!place || place === sent) { return; }
    var form = document.querySelector("form[data-progress]");
    if (reader !== "own" || !form) { if (reader !== "own") { keepPlace(); sent = place; } return; }
    var data = new FormData(form), now = place;
    data.set("place", now); data.set("reached", reached.join(" ")); data.set("quiet", "1");
    sent = now;
    fetch(form.action, { method: "POST", body: data, credentials: "same-origin", keepalive: true, headers: { "X-Requested-With": "fetch" } })
      .then(function (response) { if (!response.ok || response.redirected) { keepPlace(); } })
      .catch(keepPlace);
  }
  function look() {
    var line = window.innerHeight * 0.6, last = "";
    document.querySelectorAll(".prose h2[data-block]").forEach(function (heading) {
      if (heading.getBoundingClientRect().top > line) { return; }
      last = heading.dataset.block;
      if (reached.indexOf(last) < 0) { reached.push(last); }
    });
    if (last && last !== place) { place = last; clearTimeout(timer); timer = setTimeout(report, isBehind() ? LOOK_BACK : REST); }
  }
  function isBehind() {
    var blocks = Array.prototype.map.call(document.querySelectorAll(".prose h2[data-block]"), function (heading) { return heading.dataset.block; });
    return blocks.indexOf(place) < blocks.indexOf(kept);
  }
  function leave() { if (moved && !isBehind()) { report(); } }
  if (lesson) {
    var waiting = false;
    window.addEventListener("scroll", function () {
      moved = true;
      if (waiting) { return; }
      waiting = true;
      requestAnimationFrame(function () { waiting = false; look(); });
    }, { passive: true });
    // A closed tab loses nothing.
    window.addEventListener("pagehide", leave);
    document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") { leave(); } });
  }

  // 3 The account answers: its part goes where it belongs, and what the browser remembered goes to the account.
  function settle() {
    var part = document.querySelector(".learning[data-learning]"), own = part && part.querySelector("[data-part=top]");
    if (part) { kept = part.dataset.place; }
    if (own && top) { fill(top, own); }
    var marks = document.querySelectorAll("[data-marks] li[data-lesson]");
    marks.forEach(function (mark) { put(mark.dataset.lesson, mark.innerHTML); });
    merge();
  }
  function put(pk, html) {
    document.querySelectorAll('[data-mark="' + pk + '"]').forEach(function (row) { row.innerHTML = html; });
  }
  function merge() {
    var form = document.querySelector("form[data-merge]"), all = load(), copy = null;
    try { copy = localStorage.getItem(KEY); } catch (error) { return; }
    var list = Object.keys(all).map(function (pk) {
      return { lesson: Number(pk), reached: all[pk].reached, last: all[pk].last, at: all[pk].at, finished: all[pk].finished };
    });
    if (!form || !list.length) { return; }
    var data = new FormData(form);
    data.set("lessons", JSON.stringify(list));
    fetch(form.action, { method: "POST", body: data, credentials: "same-origin", headers: { "X-Requested-With": "fetch" } })
      .then(function (response) {
        // Answered: stored, or of no use to anybody. What was read meanwhile stays for the next time.
        if (!response.ok && response.status !== 400) { return; }
        if (localStorage.getItem(KEY) === copy) { localStorage.removeItem(KEY); }
        if (response.ok) { refresh(); }
      })
      .catch(function () {});
  }
  function refresh() {
    var part = document.querySelector(".learning[data-learning]");
    // Elsewhere than in a lesson the page itself shows it.
    if (!part || !top) { location.reload(); return; }
    ask("/courses/progress/" + part.dataset.learning + "/").then(function (fresh) {
      var found = fresh.querySelector("[data-part=top]"), state = fresh.querySelector("[data-part=progress]");
      if (found) { fill(top, found); }
      if (state) { document.querySelector("[data-part=progress]").replaceWith(state); }
    }).catch(function () {});
  }
  function fill(holder, content) { holder.innerHTML = ""; holder.appendChild(content); }
  function ask(address) {
    return fetch(address, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } })
      .then(function (response) { if (!response.ok) { throw new Error("status"); } return response.text(); })
      .then(parsed);
  }
  function parsed(html) { return new DOMParser().parseFromString(html, "text/html"); }

  // 4 Nobody is signed in: the same from what the browser remembers.
  function guest() {
    reader = "guest";
    var entry = load()[lesson], part = document.querySelector("[data-guest]");
    if (entry) { kept = entry.last; }
    if (part) {
      part.querySelector("[data-plain]").hidden = true;
      part.querySelector("[data-guest-part]").hidden = false;
      var button = part.querySelector("[data-guest-finish]");
      button.addEventListener("click", function () {
        keep(function (fresh) { fresh.finished = fresh.finished || Date.now(); });
        finished(part);
      });
      if (entry && entry.finished) { finished(part); }
    }
    var line = entry && !entry.finished && entry.last && top ? top.querySelector('[data-block="' + entry.last + '"] .resume') : null;
    if (line) { top.appendChild(line.cloneNode(true)); }
    var list = document.querySelector("[data-marks-guest]");
    if (!list) { return; }
    var all = load();
    Object.keys(all).forEach(function (pk) {
      var word = document.createElement("span");
      word.textContent = all[pk].finished ? list.dataset.wordFinished : list.dataset.wordBegun;
      put(pk, word.outerHTML);
    });
  }
  function finished(part) {
    part.querySelector("[data-guest-finish]").hidden = true;
    part.querySelector("[data-guest-finished]").hidden = false;
  }

  function ours(address) { return address.indexOf("/courses/progress/") === 0; }
  document.addEventListener("fragment", function (event) { if (ours(event.detail)) { reader = "own"; settle(); } });
  document.addEventListener("fragment-none", function (event) { if (ours(event.detail)) { guest(); } });
  if (document.querySelector("form[data-merge]")) { reader = "own"; settle(); }

  // 5 Forms of the personal part, in place; what else is typed there stays.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches || !form.matches("form[data-learning-form]") || !form.closest(".lesson")) { return; }
    // site.js has heard it before: a second press while the first is under way is stopped already.
    if (event.defaultPrevented) { return; }
    event.preventDefault();
    send(form, event.submitter, function (fresh) {
      var own = form.closest("[data-part]"), part = own && fresh.querySelector('[data-part="' + own.dataset.part + '"]');
      if (!fresh.querySelector(".learning[data-learning]")) { throw new Error("part"); }
      if (!part) { own.remove(); return; }
      own.replaceWith(part);
      if (own.dataset.part !== "progress") { focusOn(part); }
    });
  });
  function send(form, submitter, done) {
    var data = new FormData(form);
    if (submitter && submitter.name) { data.set(submitter.name, submitter.value); }
    fetch(form.action, { method: "POST", body: data, credentials: "same-origin", headers: { "X-Requested-With": "fetch" } })
      .then(function (response) {
        if (response.redirected) { throw new Error("signed out"); }
        return response.text();
      })
      .then(function (html) { done(parsed(html)); })
      .catch(function () {
        // submit() names no button: say what was pressed.
        if (submitter && submitter.name) {
          var pressed = document.createElement("input");
          pressed.type = "hidden"; pressed.name = submitter.name; pressed.value = submitter.value;
          form.appendChild(pressed);
        }
        HTMLFormElement.prototype.submit.call(form);
      });
  }
  function focusOn(part) {
    var target = part.querySelector("[role=alert], [role=status], summary, a, button") || part;
    if (!target.matches("summary, a, button")) { target.setAttribute("tabindex", "-1"); }
    target.focus({ preventScroll: true });
  }

  // 6 说清楚了吗？ The form is fetched when an answer is pressed; a plain answer is sent at once.
  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("[data-clarity] a") : null;
    if (!link) { return; }
    event.preventDefault();
    ask(link.href).then(function (fresh) {
      var holder = link.closest("[data-clarity]"), part = fresh.querySelector("[data-part=clarity]");
      if (!part) { throw new Error("part"); }
      fill(holder, part);
      var chosen = part.querySelector("input[name=answer]:checked"), form = part.querySelector("form");
      if (form && chosen && chosen.value !== "partly" && link.search) { answer(form); } else { focusOn(part); }
    }).catch(function () { location.href = link.href; });
  });
  document.addEventListener("submit", function (event) {
    if (!event.target.matches || !event.target.matches("[data-clarity] form[data-clarity-form]")) { return; }
    if (event.defaultPrevented) { return; }
    event.preventDefault();
    answer(event.target);
  });
  function answer(form) {
    send(form, null, function (fresh) {
      var part = fresh.querySelector("[data-part=clarity]");
      if (!part) { throw new Error("part"); }
      form.closest("[data-part=clarity]").replaceWith(part);
      focusOn(part);
    });
  }
})();
