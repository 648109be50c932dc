"""WeChat's signature: as its documentation gives it, from tickets that are fetched once, told to nobody."""

import json
import logging
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from core import wechat

SECRET = "s3cret-of-the-account"
PAGE = "http://testserver/courses/decision/"


class FakeWeChat(ThreadingHTTPServer):
    """Gives tokens and tickets as WeChat does; ``refusals`` are the error codes of the next answers, by path."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked = Counter()
        self.refusals = {"/cgi-bin/token": [], "/cgi-bin/ticket/getticket": []}
        self.slow = 0.0

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.server.asked[parts.path] += 1
        time.sleep(self.server.slow)
        refusals = self.server.refusals[parts.path]
        number = self.server.asked[parts.path]
        if refusals:
            answer = {"errcode": refusals.pop(0), "errmsg": "refused"}
        elif parts.path == "/cgi-bin/token":
            right = query == {"grant_type": "client_credential", "appid": "wx1", "secret": SECRET}
            answer = {"access_token": f"token-{number}", "expires_in": 7200} if right else {"errcode": 40125}
        else:
            assert query["type"] == "jsapi"
            answer = {"errcode": 0, "errmsg": "ok", "ticket": f"ticket-for-{query['access_token']}", "expires_in": 7200}
        body = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@pytest.fixture
def server(settings):
    settings.WECHAT_APP_ID, settings.WECHAT_APP_SECRET = "wx1", SECRET
    with FakeWeChat() as fake:
        threading.Thread(target=fake.serve_forever, args=(0.01,), daemon=True).start()
        settings.WECHAT_API_URL = fake.address
        yield fake
        fake.shutdown()


def test_the_signature_is_that_of_the_documentation():
    signed = wechat.signature_of(
        ticket="sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg",
        nonce="Wm3WZYTPz0wzccnW",
        timestamp=1414587457,
        url="http://mp.weixin.qq.com?params=value",
    )
    assert signed == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


def test_many_at_once_fetch_one_ticket(server):
    server.slow = 0.1
    tickets = []
    threads = [threading.Thread(target=lambda: tickets.append(wechat.jsapi_ticket())) for _one in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tickets == ["ticket-for-token-1"] * 6
    assert server.asked == {"/cgi-bin/token": 1, "/cgi-bin/ticket/getticket": 1}


@pytest.mark.parametrize("code", [40001, 42001])
def test_a_token_that_ended_early_is_fetched_again_once(server, code):
    server.refusals["/cgi-bin/ticket/getticket"] = [code]
    assert wechat.jsapi_ticket() == "ticket-for-token-2"


@pytest.mark.parametrize(
    ("path", "codes"), [("/cgi-bin/ticket/getticket", [40001, 40001]), ("/cgi-bin/token", [45009, 45009])]
)
def test_after_a_refusal_wechat_is_left_in_peace(server, path, codes, caplog):
    server.refusals[path] = list(codes)
    for _again in range(3):
        with pytest.raises(wechat.WeChatUnavailableError):
            wechat.jsapi_ticket()
    assert server.asked[path] == (2 if codes[0] == 40001 else 1)
    assert SECRET not in caplog.text


def test_a_wechat_that_is_down_costs_a_refusal_and_tells_no_secret(server, settings, caplog):
    settings.WECHAT_API_URL = "http://127.0.0.1:9"
    with caplog.at_level(logging.DEBUG), pytest.raises(wechat.WeChatUnavailableError):
        wechat.jsapi_ticket()
    assert [record.message for record in caplog.records if record.name == "core.wechat"] == ["wechat did not answer"]
    assert SECRET not in caplog.text


@pytest.mark.django_db
def test_a_page_of_ours_is_signed_without_what_stands_after_the_hash(server, client):
    response = client.get("/wechat/signature/", {"url": PAGE + "?guess=a#think"})
    answer = response.json()
    assert answer["appId"] == "wx1"
    assert answer["signature"] == wechat.signature_of(
        ticket="ticket-for-token-1", nonce=answer["nonceStr"], timestamp=answer["timestamp"], url=PAGE + "?guess=a"
    )
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "url",
    [
        "",
        "/courses/",
        "https://evil.example/",
        "http://testserver@evil.example/",
        "javascript:1",
        "http://[",
        PAGE + "a" * 2000,
    ],
)
def test_no_other_address_is_signed(server, client, url):
    assert client.get("/wechat/signature/", {"url": url}).status_code == 400
    assert server.asked == {}


@pytest.mark.django_db
def test_signatures_have_a_limit(server, client):
    codes = [client.get("/wechat/signature/", {"url": PAGE}).status_code for _again in range(61)]
    assert (codes[59], codes[60]) == (200, 429)


@pytest.mark.django_db
def test_without_an_account_nothing_of_it_is_there(client, settings):
    assert (settings.WECHAT_APP_ID, client.get("/wechat/signature/", {"url": PAGE}).status_code) == ("", 404)
    answer = client.get("/tools/")
    assert b"wechat.js" not in answer.content
    assert "wx.qq.com" not in answer.headers["Content-Security-Policy"]


@pytest.mark.django_db
def test_with_an_account_pages_bring_the_script(server, client):
    assert b"js/wechat.js" in client.get("/tools/").content
