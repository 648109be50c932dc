// Drills walk by addresses behind the "#", without this file too. It moves the reading place along when the browser's
// own buttons go back and forth. It sends nothing and keeps nothing.
"use strict";

(function () {
  function follow() {
    var target = document.getElementById(window.location.hash.slice(1));
    // Most browsers have moved the focus already; a reader who was quicker than this event is not called back.
    var held = document.activeElement;
    var waits = !held || held === document.body || held.hash === location.hash;
    if (target && waits && target.hasAttribute("tabindex")) { target.focus(); }
  }
  window.addEventListener("hashchange", follow);
})();
