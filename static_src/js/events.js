// The form arrives as a fragment: say so to screen readers, and let the sticky button rest while the form is in view.
"use strict";

(function () {
  var bar = document.querySelector(".event .bar");
  var signup = document.getElementById("signup");
  if (!bar || !signup || !window.IntersectionObserver) { return; }
  new IntersectionObserver(function (entries) {
    bar.classList.toggle("is-resting", entries[entries.length - 1].isIntersecting);
  }).observe(signup);
})();
