"""Public uploads as the application serves them: whole, in parts, and never anything else."""

import pytest


@pytest.fixture
def upload(settings, tmp_path):
    """A file of ten bytes below the folder of uploads."""
    settings.MEDIA_ROOT = tmp_path / "media"
    file = settings.MEDIA_ROOT / "video-audio" / "a.m4a"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"0123456789")
    (tmp_path / "secret.txt").write_text("secret")
    return "/media/video-audio/a.m4a"


def _body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_whole_file_says_that_parts_can_be_had(client, upload):
    answer = client.get(upload)
    assert (answer.status_code, _body(answer)) == (200, b"0123456789")
    assert [answer.headers[name] for name in ("Content-Type", "Content-Length", "Accept-Ranges")] == [
        "audio/mp4",
        "10",
        "bytes",
    ]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "part", "shown"),
    [
        ("bytes=0-3", b"0123", "bytes 0-3/10"),
        ("bytes=4-", b"456789", "bytes 4-9/10"),
        ("bytes=-3", b"789", "bytes 7-9/10"),
        ("bytes=8-99", b"89", "bytes 8-9/10"),
        ("bytes=-99", b"0123456789", "bytes 0-9/10"),
        ("bytes=0-0", b"0", "bytes 0-0/10"),
    ],
)
def test_a_part_is_sent_as_asked(client, upload, asked, part, shown):
    answer = client.get(upload, headers={"Range": asked})
    assert (answer.status_code, _body(answer), answer.headers["Content-Range"]) == (206, part, shown)
    assert answer.headers["Content-Length"] == str(len(part))


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_a_part_beyond_the_file_is_refused_with_its_length(client, upload, asked):
    answer = client.get(upload, headers={"Range": asked})
    assert (answer.status_code, answer.headers["Content-Range"]) == (416, "bytes */10")


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,4-5", "bytes=5-3", "lines=1-2", "bytes=-", "bytes=x-y", "bytes=" + "9" * 30 + "-"]
)
def test_what_is_no_single_part_gets_the_whole_file(client, upload, asked):
    answer = client.get(upload, headers={"Range": asked})
    assert (answer.status_code, _body(answer)) == (200, b"0123456789")


def test_a_part_of_another_version_gets_the_whole_file(client, upload):
    tag = client.get(upload).headers["ETag"]
    answers = [client.get(upload, headers={"Range": "bytes=0-1", "If-Range": value}) for value in (tag, '"other"')]
    assert [(answer.status_code, len(_body(answer))) for answer in answers] == [(206, 2), (200, 10)]


def test_what_the_browser_has_is_not_sent_again(client, upload):
    first = client.get(upload)
    again = [
        client.get(upload, headers={"If-None-Match": first.headers["ETag"]}),
        client.get(upload, headers={"If-Modified-Since": first.headers["Last-Modified"]}),
    ]
    assert [answer.status_code for answer in again] == [304, 304]


def test_a_head_request_tells_the_length(client, upload):
    answer = client.head(upload)
    assert (answer.status_code, answer.headers["Content-Length"]) == (200, "10")


@pytest.mark.parametrize(
    "path", ["../secret.txt", "%2e%2e/secret.txt", "video-audio/", "", "none.mp4", "video-audio/a.m4a/x"]
)
@pytest.mark.django_db
def test_nothing_outside_the_folder_is_found(client, upload, path):
    assert client.get(f"/media/{path}").status_code == 404


def test_a_file_is_read_only(client, upload):
    assert client.post(upload).status_code == 405
