// A term in the text: a tap shows what it means, where it stands. Without this file the link leads to the glossary.
"use strict";

(function () {
  var card = null;
  var opener = null;

  function element(name, className, words) {
    var made = document.createElement(name);
    if (className) { made.className = className; }
    if (words) { made.textContent = words; }
    return made;
  }

  function words() { return document.getElementById("term-words").dataset; }

  function close(giveBack) {
    if (!card) { return; }
    var link = opener;
    card.parentNode.removeChild(card);
    card = null;
    opener = null;
    link.setAttribute("aria-expanded", "false");
    if (giveBack) { link.focus({ preventScroll: true }); }
  }

  // On a phone the card lies at the foot of the screen; where there is room, below the word. See .term-card in courses.css.
  function place(link) {
    if (!window.matchMedia("(min-width: 1000px)").matches) { return; }
    var ground = link.closest(".prose").getBoundingClientRect();
    var lines = link.getClientRects();
    var line = lines[lines.length - 1];
    var left = Math.min(Math.max(0, line.left - ground.left), Math.max(0, ground.width - card.offsetWidth));
    card.style.left = Math.round(left) + "px";
    card.style.top = Math.round(line.bottom - ground.top + 8) + "px";
  }

  function open(link) {
    close(false);
    opener = link;
    card = element("div", "term-card");
    card.id = "term-card";
    card.tabIndex = -1;
    card.setAttribute("role", "dialog");
    card.setAttribute("aria-labelledby", "term-card-name");
    card.setAttribute("aria-describedby", "term-card-plain");
    var name = element("p", "term-card-name", link.dataset.term);
    name.id = "term-card-name";
    var plain = element("p", "term-card-plain", link.dataset.plainWords);
    plain.id = "term-card-plain";
    var row = element("p", "term-card-ways");
    var more = element("a", "", words().more);
    more.href = link.href;
    var done = element("button", "", words().close);
    done.type = "button";
    done.addEventListener("click", function () { close(true); });
    row.appendChild(more);
    row.appendChild(done);
    [name, plain, row].forEach(function (part) { card.appendChild(part); });
    // Right after its word, so that reading and walking on with the keyboard go on from there.
    link.parentNode.insertBefore(card, link.nextSibling);
    link.setAttribute("aria-expanded", "true");
    place(link);
    card.focus({ preventScroll: true });
  }

  function isOutside(target) {
    return card && !card.contains(target) && !(opener && opener.contains(target));
  }

  if (!document.getElementById("term-words") || !Element.prototype.closest) { return; }
  document.querySelectorAll(".prose .term-link").forEach(function (link) {
    link.setAttribute("aria-haspopup", "dialog");
    link.setAttribute("aria-expanded", "false");
  });

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest(".prose .term-link");
    // A link that is to open elsewhere stays a link.
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) { return; }
    event.preventDefault();
    if (link === opener) { close(true); } else { open(link); }
  });
  // iOS sends no click for a tap on plain text: what is touched counts.
  ["mousedown", "touchstart"].forEach(function (kind) {
    document.addEventListener(kind, function (event) { if (isOutside(event.target)) { close(false); } }, { passive: true });
  });
  document.addEventListener("keydown", function (event) {
    if (card && (event.key === "Escape" || event.key === "Esc")) { event.stopPropagation(); close(true); }
  });
  // Who walks on with the keyboard leaves the card behind.
  document.addEventListener("focusin", function (event) { if (isOutside(event.target)) { close(false); } });
  window.addEventListener("resize", function () { if (card && opener) { place(opener); } });
})();
