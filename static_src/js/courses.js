// Remembers how far a signed-in reader is. Without this file the lesson is read just the same.
"use strict";

(function () {
  var seen = "";
  var sent = "";
  var timer = null;

  function form() { return document.querySelector("form[data-progress]"); }

  function post(extra) {
    var current = form();
    if (!current || !window.FormData || !window.fetch) { return null; }
    var data = new FormData(current);
    Object.keys(extra).forEach(function (name) { data.set(name, extra[name]); });
    return fetch(current.action, {
      method: "POST", body: data, credentials: "same-origin", keepalive: true, headers: { "X-Requested-With": "fetch" }
    });
  }

  function remember() {
    timer = null;
    if (!seen || seen === sent || !form()) { return; }
    var anchor = seen;
    var request = post({ anchor: anchor });
    if (request) { request.then(function (response) { if (response.ok) { sent = anchor; } }).catch(function () {}); }
  }

  if ("IntersectionObserver" in window) {
    var watcher = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (entry.isIntersecting) { seen = entry.target.id; }
      });
      if (!timer) { timer = setTimeout(remember, 3000); }
    });
    document.querySelectorAll(".prose h2[id]").forEach(function (heading) { watcher.observe(heading); });
  }

  // Captions are on from the first second. Said in the page itself, browsers would load them and show a wheel before anybody asks.
  document.addEventListener("play", function (event) {
    var tracks = event.target.textTracks;
    if (tracks && tracks.length && !event.target.dataset.captioned) {
      event.target.dataset.captioned = "1";
      tracks[0].mode = "showing";
    }
  }, true);

  // On paper everything that is said can be read, also where the browser prints only what is open.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll(".transcript:not([open])").forEach(function (part) { part.open = true; part.dataset.printed = "1"; });
  });
  window.addEventListener("afterprint", function () {
    document.querySelectorAll(".transcript[data-printed]").forEach(function (part) { part.open = false; delete part.dataset.printed; });
  });

  // 标记为学完: in place, so that the reader stays at the end of the lesson.
  document.addEventListener("submit", function (event) {
    var current = event.target;
    if (!current.matches || !current.matches("form[data-progress]")) { return; }
    event.preventDefault();
    post({ finished: "1", anchor: seen || sent })
      .then(function (response) {
        if (!response.ok) { throw new Error("status"); }
        return response.text();
      })
      .then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html").querySelector("form[data-progress]");
        if (!fresh) { throw new Error("part"); }
        fresh.setAttribute("role", "status");
        current.replaceWith(fresh);
      })
      .catch(function () {
        // submit() names no button: say what was pressed.
        var pressed = document.createElement("input");
        pressed.type = "hidden"; pressed.name = "finished"; pressed.value = "1";
        current.appendChild(pressed);
        HTMLFormElement.prototype.submit.call(current);
      });
  });
})();
