// Suggestions while somebody types: a combobox with a list box, by the ARIA authoring practices. Without this file the
// field is a plain one.
"use strict";

(function () {
  var WAIT = 200;

  document.querySelectorAll("form[data-suggest]").forEach(function (form) {
    var field = form.querySelector("input[type=search]");
    if (!field || !window.fetch) { return; }
    var list = document.createElement("ul");
    list.id = field.id + "-list";
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.suggestLabel || "");
    list.hidden = true;
    field.parentNode.appendChild(list);
    field.setAttribute("role", "combobox");
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-expanded", "false");
    field.setAttribute("aria-controls", list.id);

    var timer = 0, asked = "", chosen = -1, composing = false;

    function close() {
      list.hidden = true;
      chosen = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }

    function mark(number) {
      var options = list.children;
      if (chosen >= 0 && options[chosen]) { options[chosen].setAttribute("aria-selected", "false"); }
      chosen = number;
      if (number < 0) { field.removeAttribute("aria-activedescendant"); return; }
      options[number].setAttribute("aria-selected", "true");
      options[number].scrollIntoView({ block: "nearest" });
      field.setAttribute("aria-activedescendant", options[number].id);
    }

    function take(option) {
      field.value = option.textContent;
      close();
      form.submit();
    }

    function show(texts) {
      list.textContent = "";
      texts.forEach(function (text, number) {
        var option = document.createElement("li");
        option.id = list.id + "-" + number;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = text;
        // Before the field loses focus and the list closes.
        option.addEventListener("mousedown", function (event) { event.preventDefault(); });
        option.addEventListener("click", function () { take(option); });
        list.appendChild(option);
      });
      chosen = -1;
      field.removeAttribute("aria-activedescendant");
      list.hidden = texts.length === 0;
      field.setAttribute("aria-expanded", texts.length ? "true" : "false");
    }

    function ask() {
      var typed = field.value.trim();
      asked = typed;
      if (!typed) { close(); return; }
      fetch(form.dataset.suggest + "?" + new URLSearchParams({ q: typed }).toString(), { credentials: "same-origin" })
        .then(function (response) { return response.ok ? response.json() : { suggestions: [] }; })
        // An answer to what stood there before is too late.
        .then(function (answer) { if (asked === typed && document.activeElement === field) { show(answer.suggestions); } })
        .catch(close);
    }

    function later() {
      clearTimeout(timer);
      if (!composing) { timer = setTimeout(ask, WAIT); }
    }

    field.addEventListener("compositionstart", function () { composing = true; });
    field.addEventListener("compositionend", function () { composing = false; later(); });
    field.addEventListener("input", later);
    field.addEventListener("blur", function () { clearTimeout(timer); asked = ""; close(); });
    form.addEventListener("submit", function () { clearTimeout(timer); asked = ""; close(); });
    field.addEventListener("keydown", function (event) {
      var last = list.children.length - 1;
      if (event.isComposing || composing) { return; }
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if (event.key === "ArrowDown" && last >= 0) {
        event.preventDefault();
        if (list.hidden) { list.hidden = false; field.setAttribute("aria-expanded", "true"); }
        mark(chosen >= last ? 0 : chosen + 1);
      } else if (event.key === "ArrowUp" && !list.hidden) {
        event.preventDefault();
        mark(chosen <= 0 ? last : chosen - 1);
      } else if (event.key === "Enter" && !list.hidden && chosen >= 0) {
        event.preventDefault();
        take(list.children[chosen]);
      }
    });
  });
})();
