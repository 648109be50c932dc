// Captions and print of recordings. Without this file the lesson is read just the same.
"use strict";

(function () {
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
})();
