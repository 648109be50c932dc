// Drills walk by addresses behind the "#", without this file too. It moves the reading place along when the browser's
// own buttons go back and forth. It sends nothing and keeps nothing.
"use strict";

(function () {
  function follow() {
    var target = document.getElementById(window.location.hash.slice(1));
    if (target && target.hasAttribute("tabindex")) { target.focus(); }
  }
  window.addEventListener("hashchange", follow);
})();
