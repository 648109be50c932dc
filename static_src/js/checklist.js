/* The checklist of a lesson or article beside its form: what is there, what is missing, and the way to it. */
(function () {
  "use strict";
  var words = document.currentScript.dataset;
  var edited = window.editedForm;
  var form = document.querySelector("form[data-edit-form]") || document.getElementById("page-edit-form");
  if (!form || !edited || !form.querySelector('[data-contentpath="sources"]')) return;
  // A drill has sources too, but no running text to count.
  if (!form.querySelector('[data-contentpath="body"]')) return;

  var PAUSE = 700;
  /* The editor of running text tells its changes by none of its own. */
  var EVENTS = ["input", "change", "keyup", "click", "paste", "cut", "drop"];
  var FIRST = 1000;
  var element = edited.element;
  var timer = 0;
  var running = null;
  var last = "";

  var own = edited.dock({ id: "cl-panel", title: words.wordTitle, hide: words.wordHide, help: words.wordHelp, list: "ul" });
  var toggle = own.toggle;
  var status = own.status;
  var list = own.list;

  EVENTS.forEach(function (name) { form.addEventListener(name, later); });
  timer = setTimeout(count, FIRST);

  function later() {
    clearTimeout(timer);
    timer = setTimeout(count, PAUSE);
  }

  function count() {
    var data = edited.written();
    var text = "";
    data.forEach(function (value, name) { text += name + "\u0001" + value + "\u0002"; });
    if (text === last) return;
    last = text;
    if (running) running.abort();
    data.append("checklist-path", location.pathname);
    var mine = running = new AbortController();
    fetch(words.checklistUrl, { method: "POST", body: data, signal: mine.signal, credentials: "same-origin" })
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
    label(message, "");
    status.textContent = message;
    list.textContent = "";
  }

  function label(text, state) {
    toggle.hidden = false;
    toggle.textContent = "";
    toggle.append(element("span", "cp-toggle__name", words.wordTitle), element("span", "cp-count", text));
    toggle.dataset.state = state;
  }

  function render(answer) {
    var text = answer.open ? words.wordOpen.replace("#", answer.open) : words.wordDone;
    label(text, answer.open ? "warn" : "clean");
    status.textContent = text;
    list.textContent = "";
    answer.checks.forEach(function (check) { list.append(entry(check)); });
  }

  function entry(check) {
    var item = element("li", "cp-entry cl-entry" + (check.done ? " cl-entry--done" : " cp-entry--warn"));
    item.append(element("h3", "", (check.done ? words.wordGood : words.wordMissing) + " · " + check.label));
    if (check.detail) item.append(element("p", "", check.detail));
    if (!check.spots.length) return item;
    var spots = element("ul", "cl-spots");
    check.spots.forEach(function (spot) {
      var line = element("li", "");
      if (spot.text) line.append(element("mark", "", spot.text.length > 60 ? spot.text.slice(0, 60) + "……" : spot.text));
      if (spot.kind) line.append(element("span", "cp-where", " " + spot.kind));
      if (spot.where) line.append(element("span", "cp-where cl-where", spot.where));
      if (edited.find(spot.place)) {
        var jump = element("button", "button button-small button-secondary", words.wordJump);
        jump.type = "button";
        jump.setAttribute("aria-label", words.wordJump + "：" + (spot.text.slice(0, 20) || check.label));
        jump.addEventListener("click", function () { edited.go([spot.place]); });
        line.append(jump);
      }
      spots.append(line);
    });
    item.append(spots);
    return item;
  }
})();
