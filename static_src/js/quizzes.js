// After an answer or an error, reading goes on where the news is. Without this file the address's fragment does it.
"use strict";

(function () {
  var error = document.querySelector("[data-focus]");
  var feedback = location.hash === "#feedback" ? document.getElementById("feedback") : null;
  var target = error || feedback;
  if (target) { target.focus(); }
}());
