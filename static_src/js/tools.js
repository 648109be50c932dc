// Makes a tool answer in place. Without this file and without htmx the form is sent and the page comes again.
"use strict";

(function () {
  // A refusal of the lab (too often) is an answer too.
  document.addEventListener("htmx:beforeSwap", function (event) {
    if (event.detail.xhr.status === 429) { event.detail.shouldSwap = true; event.detail.isError = false; }
  });
  // What is new is read first: the errors, or the sentence of the answer.
  document.addEventListener("htmx:afterSwap", function () {
    var target = document.querySelector("#tool .notice-error[data-summary]") || document.querySelector("#tool [data-focus]");
    if (!target) { return; }
    target.focus({ preventScroll: true });
    var place = target.getBoundingClientRect();
    if (place.top < 0 || place.bottom > window.innerHeight) { target.scrollIntoView(); }
  });
  // The line is down: the form goes the ordinary way, which shows the browser's own message.
  document.addEventListener("htmx:sendError", function (event) {
    if (event.detail.elt.matches("#tool form")) { event.detail.elt.submit(); }
  });
})();
