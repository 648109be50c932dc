// The wait before another code may be asked for; without this file the server says it.
"use strict";

(function () {
  document.querySelectorAll("[data-wait]").forEach(function (button) {
    var until = Date.now() + Number(button.dataset.wait) * 1000;
    var words = button.textContent;
    function tick() {
      var left = Math.ceil((until - Date.now()) / 1000);
      if (left <= 0) {
        clearInterval(timer);
        button.disabled = false;
        button.textContent = words;
        return;
      }
      button.disabled = true;
      button.textContent = button.dataset.waitText.replace("{n}", String(left));
    }
    var timer = setInterval(tick, 1000);
    tick();
  });
})();
