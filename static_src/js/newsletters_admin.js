// The campaign page of the admin: live progress, and a question before what cannot be undone.
"use strict";
(function () {
  var live = document.querySelector(".nl[data-live]");
  if (live) { window.setTimeout(function () { window.location.reload(); }, 5000); }
  document.addEventListener("click", function (event) {
    var button = event.target.closest("button[data-confirm]");
    if (button && !window.confirm(button.getAttribute("data-confirm"))) { event.preventDefault(); }
  });
})();
