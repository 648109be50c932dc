/* Pasting from Word, WPS and the WeChat editor into running text. Their lists are paragraphs that only look like
   lists, and their paragraphs are sections: both become what they mean before the editor reads them. Nothing pasted is
   ever shown or loaded here; what may stay is for the editor and the server to decide. */
(function () {
  var FROM_OFFICE = /mso-|MsoNormal|MsoList|urn:schemas-microsoft-com|<section[\s>]/i;
  var ORDERED = /^[(（]?(?:\d+|[a-z]{1,4}|[一二三四五六七八九十百]+)[.．、)）]/i;
  var BLOCKS = "p, div, section, ul, ol, li, table, h1, h2, h3, h4, h5, h6, blockquote";
  var mended = new WeakSet();

  function styleOf(element) { return element.getAttribute("style") || ""; }

  function isListParagraph(element) {
    return element.tagName === "P" && /mso-list:\s*l\d+/i.test(styleOf(element));
  }

  function takeMarker(paragraph) {
    var marker = Array.from(paragraph.querySelectorAll("span")).find(function (span) {
      return /mso-list:\s*ignore/i.test(styleOf(span));
    });
    if (!marker) return "";
    var text = marker.textContent.trim();
    marker.remove();
    return text;
  }

  function makeLists(doc) {
    var open = [];  // the lists from the outermost to the one that is being filled
    Array.from(doc.querySelectorAll("p")).forEach(function (paragraph) {
      if (!isListParagraph(paragraph)) return;
      var before = paragraph.previousElementSibling;
      if (!open.length || before !== open[0]) open = [];
      var level = Math.min(Number((/level(\d+)/i.exec(styleOf(paragraph)) || [0, 1])[1]) || 1, open.length + 1);
      var kind = ORDERED.test(takeMarker(paragraph)) ? "ol" : "ul";
      if (level === 1 && open.length && open[0].tagName.toLowerCase() !== kind) open = [];
      open.length = Math.min(open.length, level);
      if (open.length < level) {
        var list = doc.createElement(kind);
        if (open.length) open[open.length - 1].lastElementChild.append(list);
        else paragraph.before(list);
        open.push(list);
      }
      var item = doc.createElement("li");
      item.append.apply(item, Array.from(paragraph.childNodes));
      open[open.length - 1].append(item);
      paragraph.remove();
    });
  }

  function makeParagraphs(doc) {
    Array.from(doc.querySelectorAll("section")).reverse().forEach(function (section) {
      if (section.querySelector(BLOCKS)) { section.replaceWith.apply(section, Array.from(section.childNodes)); return; }
      var paragraph = doc.createElement("p");
      paragraph.append.apply(paragraph, Array.from(section.childNodes));
      section.replaceWith(paragraph);
    });
    doc.querySelectorAll("p").forEach(function (paragraph) {
      if (!paragraph.textContent.trim()) paragraph.remove();
    });
  }

  function mend(html) {
    var doc = new DOMParser().parseFromString(html, "text/html");
    doc.querySelectorAll("style, script, xml, meta, link, img, title").forEach(function (element) { element.remove(); });
    makeLists(doc);
    makeParagraphs(doc);
    return doc.body.innerHTML;
  }

  document.addEventListener("paste", function (event) {
    var data = event.clipboardData;
    if (!data || mended.has(event) || !event.target.closest || !event.target.closest(".Draftail-Editor")) return;
    var html = data.getData("text/html");
    if (!html || !FROM_OFFICE.test(html)) return;
    var clean = new DataTransfer();
    clean.setData("text/html", mend(html));
    clean.setData("text/plain", data.getData("text/plain"));
    var again = new ClipboardEvent("paste", { clipboardData: clean, bubbles: true, cancelable: true });
    mended.add(again);
    event.preventDefault();
    event.stopImmediatePropagation();
    event.target.dispatchEvent(again);
  }, true);
})();
