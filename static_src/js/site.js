// Progressive extras only: every page works without this file.
"use strict";

(function () {
  if (window.htmx) {
    // The content policy allows neither inline styles nor eval; site.css styles the indicator itself.
    window.htmx.config.includeIndicatorStyles = false;
    window.htmx.config.allowEval = false;
    window.htmx.config.historyCacheSize = 0;
  }

  // 我的: the cached page holds a plain link; the personal one comes as a fragment. Any failure leaves the link.
  // Other scripts hear "fragment" when a place was filled, and "fragment-none" when there is nothing for this reader.
  document.querySelectorAll("[data-fragment]").forEach(function (place) {
    function tell(name) { document.dispatchEvent(new CustomEvent(name, { detail: place.dataset.fragment })); }
    fetch(place.dataset.fragment, { credentials: "same-origin", headers: { "X-Requested-With": "fetch" } })
      .then(function (response) {
        if (response.status === 204) { tell("fragment-none"); }
        return response.ok && !response.redirected && response.status !== 204 ? response.text() : "";
      })
      .then(function (html) {
        if (!html.trim()) { return; }
        var current = place.getAttribute("aria-current");
        var holder = document.createElement("div");
        holder.innerHTML = html;
        var fresh = holder.firstElementChild;
        if (!fresh) { return; }
        if (current) { fresh.setAttribute("aria-current", current); }
        place.replaceWith.apply(place, Array.prototype.slice.call(holder.childNodes));
        tell("fragment");
      })
      .catch(function () {});
  });

  // 收起: a notice that was put away stays away on this browser, until a different one comes.
  document.querySelectorAll("[data-dismiss]").forEach(function (notice) {
    var key = "dismissed:" + notice.dataset.dismiss;
    var button = notice.querySelector(".close");
    try {
      if (localStorage.getItem(key)) { notice.hidden = true; }
    } catch (error) { /* storage may be closed */ }
    if (!button) { return; }
    button.hidden = false;
    button.addEventListener("click", function () {
      notice.hidden = true;
      try { localStorage.setItem(key, "1"); } catch (error) { /* then it comes back next time */ }
    });
  });

  // A GET form whose answer belongs where it stands: fetch the page, take the same part out of it.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var selector = form.dataset ? form.dataset.inPlace : "";
    if (!selector || !window.fetch || !window.URLSearchParams) { return; }
    event.preventDefault();
    var address = form.action.split("#")[0].split("?")[0] + "?" + new URLSearchParams(new FormData(form)).toString();
    form.classList.add("is-busy");
    fetch(address, { credentials: "same-origin" })
      .then(function (response) {
        if (!response.ok) { throw new Error("status"); }
        return response.text();
      })
      .then(function (html) {
        var fresh = new DOMParser().parseFromString(html, "text/html").querySelector(selector);
        var old = document.querySelector(selector);
        if (!fresh || !old) { throw new Error("part"); }
        old.replaceWith(fresh);
        history.replaceState(null, "", address + selector);
        var target = fresh.querySelector("[data-focus]") || fresh;
        target.setAttribute("tabindex", "-1");
        target.focus({ preventScroll: true });
        if (target.getBoundingClientRect().top < 0) { target.scrollIntoView(); }
      })
      .catch(function () { form.submit(); });
  });

  // A link may lead into a question that is folded away.
  function openTarget() {
    var target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.nodeName === "DETAILS") { target.open = true; target.scrollIntoView(); }
  }
  openTarget();
  window.addEventListener("hashchange", openTarget);

  // A summary of errors is read first.
  var summary = document.querySelector(".notice-error[data-summary]");
  if (summary) { summary.focus(); }

  // A slow line makes people press twice: one press is enough. Coming back with the browser's button frees the form.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) { return; }
    if (form.classList.contains("is-busy")) { event.preventDefault(); return; }
    form.classList.add("is-busy");
    setTimeout(function () { form.classList.remove("is-busy"); }, 8000);
  });
  window.addEventListener("pageshow", function (event) {
    if (!event.persisted) { return; }
    document.querySelectorAll(".is-busy").forEach(function (form) { form.classList.remove("is-busy"); });
  });
})();
