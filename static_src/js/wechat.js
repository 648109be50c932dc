// In WeChat, and only where the operator has registered the site: what a shared page is called, says and shows.
"use strict";

(function () {
  if (!/MicroMessenger/i.test(navigator.userAgent) || !window.fetch) { return; }

  function meta(name) {
    var found = document.querySelector('meta[property="og:' + name + '"]');
    return found ? found.content : "";
  }

  var card = { title: meta("title"), desc: meta("description"), link: meta("url"), imgUrl: meta("image") };
  if (!card.title || !card.link) { return; }

  function configure(signed) {
    window.wx.config({
      debug: false, appId: signed.appId, timestamp: signed.timestamp, nonceStr: signed.nonceStr,
      signature: signed.signature, jsApiList: ["updateAppMessageShareData", "updateTimelineShareData"]
    });
    window.wx.ready(function () {
      window.wx.updateAppMessageShareData(card);
      window.wx.updateTimelineShareData({ title: card.title, link: card.link, imgUrl: card.imgUrl });
    });
  }

  // Any failure leaves WeChat's own way of sharing.
  var sdk = document.createElement("script");
  sdk.src = "https://res.wx.qq.com/open/js/jweixin-1.6.0.js";
  sdk.async = true;
  sdk.onload = function () {
    fetch("/wechat/signature/?url=" + encodeURIComponent(location.href.split("#")[0]), { credentials: "omit" })
      .then(function (response) { return response.ok ? response.json() : null; })
      .then(function (signed) { if (signed && window.wx) { configure(signed); } })
      .catch(function () {});
  };
  document.head.appendChild(sdk);
})();
