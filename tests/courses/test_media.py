"""Recordings: uploaded, chosen, shown, and never public without words."""

import re

import pytest
from django.core.files.storage import default_storage
from wagtail.blocks import StreamBlockValidationError

from core.actions.publishing import publish_through_review
from core.errors import PublicationRefusedError
from core.models import PublishedVersion
from core.registries import text_source_of
from courses.blocks import LessonBody
from courses.errors import MediaFixedError, MediaInUseError
from courses.models import MediaFile
from courses.pages import ArticlePage
from tests.factories.accounts import StaffFactory
from tests.factories.courses import NOW
from tests.factories.media import VTT, make_media, mp3, mp4, upload, webm

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _second_factor(monkeypatch, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    default_storage.__dict__.pop("_location", None)
    monkeypatch.setattr("accounts.middleware.used_second_factor", lambda _request, _user: True)


def _sign_in(client, user):
    client.force_login(user, backend="accounts.backends.StaffPasswordBackend")
    return client


def _block(media, **changes):
    value = {"media": media.pk, "title": "林言讲三步", "transcript": "", "poster": None, **changes}
    return [{"type": "media", "value": value}]


def _article(course_site, media, **changes):
    """Publish an article with a recording, the way people do it."""
    article = course_site.article()
    article.body = LessonBody().to_python(_block(media, **changes))
    return publish_through_review(page=article, author=course_site.author, reviewer=course_site.reviewer, now=NOW)


# --- Uploading ------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("content", "extension", "is_video"),
    [(mp3(), "mp3", False), (mp4(b"soun"), "m4a", False), (mp4(b"vide"), "mp4", True), (webm(), "webm", True)],
    ids=["mp3", "m4a", "mp4", "webm"],
)
def test_a_recording_is_stored_under_what_its_content_is(content, extension, is_video):
    media = make_media(content)
    assert (media.extension, media.is_video, media.size) == (extension, is_video, len(content))
    assert re.fullmatch(rf"video-audio/[0-9a-f]{{32}}\.{extension}", media.file.name)
    assert media.file.read() == content


def test_a_page_in_disguise_is_refused_whatever_its_name():
    form = upload("holiday.mp4", b"<html><script>alert(1)</script></html>")
    assert form.errors["file"] == ["这个文件不是能播放的 mp4、webm、m4a 或 mp3。请换一种格式导出。"]


def test_a_recording_over_the_limit_is_refused_with_both_sizes(settings):
    settings.MEDIA_FILE_MAX_BYTES = 1024 * 1024
    form = upload("long.mp3", mp3() + bytes(2 * 1024 * 1024))
    assert form.errors["file"] == ["文件有 3 MB，最大 1 MB。请压缩后再传。"]


def test_captions_that_cannot_be_read_are_refused_with_their_line():
    form = upload("a.mp3", mp3(), captions="WEBVTT\n\n00:02.000 --> 00:01.000\n好")
    assert form.errors["captions_file"] == ["第 3 行：结束要晚于开始。"]


def test_recording_and_captions_never_change():
    media = make_media()
    media.title = "另一个名字"
    media.save()
    for name, value in (("captions", ""), ("file", "video-audio/other.mp3")):
        changed = MediaFile.objects.get(pk=media.pk)
        setattr(changed, name, value)
        with pytest.raises(MediaFixedError):
            changed.save()
    assert MediaFile.objects.get().title == "另一个名字"


def test_a_recording_in_use_is_not_deleted_and_another_goes_with_its_file(
    course_site, django_capture_on_commit_callbacks
):
    used, free = make_media(), make_media()
    _article(course_site, used)
    with pytest.raises(MediaInUseError):
        used.delete()
    with django_capture_on_commit_callbacks(execute=True):
        free.delete()
    assert [default_storage.exists(media.file.name) for media in (used, free)] == [True, False]


# --- Words, or no publication -----------------------------------------------------------------------------------
def test_the_form_refuses_a_recording_without_words_and_a_draft_may_wait(course_site):
    silent, block = make_media(captions=None), LessonBody()
    value = block.to_python(_block(silent))
    with pytest.raises(StreamBlockValidationError) as refused:
        block.clean(value)
    assert "听不见的人靠它" in str(refused.value.as_json_data())
    assert len(block.clean_deferred(value)) == 1


@pytest.mark.parametrize("transcript", ["", "<p> </p>"], ids=["none", "blank"])
def test_a_recording_without_words_is_neither_submitted_nor_published(course_site, transcript):
    with pytest.raises(PublicationRefusedError, match="“林言讲三步”没有字幕也没有文字稿"):
        _article(course_site, make_media(captions=None), transcript=transcript)
    assert len(ArticlePage.objects.get().body) == 1
    assert PublishedVersion.objects.count() == 1


def test_a_recording_that_is_gone_is_not_published(course_site):
    media = make_media()
    article = course_site.article()
    article.body = LessonBody().to_python(_block(media))
    MediaFile.objects.filter(pk=media.pk).delete()
    with pytest.raises(PublicationRefusedError, match="已经不在了"):
        publish_through_review(page=article, author=course_site.author, reviewer=course_site.reviewer, now=NOW)


@pytest.mark.parametrize(
    ("captions", "transcript"), [(VTT, ""), (None, "<p>先停一停。</p>")], ids=["captions", "transcript"]
)
def test_either_of_both_is_enough(course_site, captions, transcript):
    assert _article(course_site, make_media(captions=captions), transcript=transcript).live is True


# --- What a reader gets ---------------------------------------------------------------------------------------
def test_nothing_plays_or_loads_by_itself_and_captions_are_there(course_site, client):
    media = make_media(mp4(b"vide"))
    page = client.get(_article(course_site, media).url).content.decode()
    assert '<video controls preload="none" playsinline aria-label="林言讲三步">' in page
    assert f'<source src="{media.file.url}" type="video/mp4">' in page
    assert f'<track kind="captions" src="/captions/{media.pk}.vtt" srclang="zh" label="中文字幕">' in page
    assert "autoplay" not in page


def test_the_transcript_is_in_the_page_from_the_captions_where_none_is_written(course_site, client):
    page = client.get(_article(course_site, make_media()).url).content.decode()
    assert '<audio controls preload="none" aria-label="林言讲三步">' in page
    assert "<p>先停一停，别转账。 再自己找电话问。</p><p>这叫 A &amp; B。</p>" in page


def test_a_written_transcript_stands_in_place_of_the_captions(course_site, client):
    page = client.get(_article(course_site, make_media(), transcript="<p>写好的文字稿。</p>").url).content.decode()
    assert ("写好的文字稿。" in page, "先停一停，别转账。" in page) == (True, False)


def test_captions_are_text_tracks_that_every_cache_may_keep(client):
    media = make_media()
    answers = [client.get(f"/captions/{media.pk}.vtt") for _again in range(2)]
    assert answers[0].content.decode().startswith("WEBVTT\n\n00:00:00.000 --> 00:00:02.500\n先停一停")
    assert [answer.headers["Content-Type"] for answer in answers] == ["text/vtt; charset=utf-8"] * 2
    assert [answer.headers["X-Page-Cache"] for answer in answers] == ["miss", "hit"]
    silent = make_media(captions=None)
    for number in (silent.pk, 0, 10**30):
        assert client.get(f"/captions/{number}.vtt").status_code == 404


def test_the_policy_lets_media_come_from_this_site_alone(client):
    policy = client.get("/robots.txt").headers["Content-Security-Policy"]
    assert "media-src 'self'" in policy


def test_what_is_said_is_kept_with_the_version_and_read_by_the_phrase_check(course_site):
    article = _article(course_site, make_media())
    assert "再自己找电话问。" in PublishedVersion.objects.first().text
    pieces = text_source_of(ArticlePage).pieces(article)
    said = [piece.text for piece in pieces if piece.label == "字幕"]
    assert said == ["先停一停，别转账。 再自己找电话问。", "这叫 A & B。"]


@pytest.mark.parametrize("count", [1, 3])
def test_recordings_of_a_page_are_read_in_one_query(course_site, django_assert_num_queries, count):
    raw = [block for _number in range(count) for block in _block(make_media())]
    value = LessonBody().to_python(raw)
    with django_assert_num_queries(1):
        assert len([block.value["media"].title for block in value]) == count


# --- The admin ------------------------------------------------------------------------------------------------
def test_an_editor_uploads_renames_and_cannot_replace(course_site, client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    _sign_in(client, course_site.author)
    data = {
        "title": "讲座",
        "file": SimpleUploadedFile("x.mp3", mp3()),
        "captions_file": SimpleUploadedFile("x.vtt", VTT.encode()),
    }
    assert client.post("/cms/media_files/new/", data).status_code == 302
    media = MediaFile.objects.get()
    form = client.get(f"/cms/media_files/edit/{media.pk}/").content.decode()
    assert 'name="title"' in form
    assert 'type="file"' not in form
    client.post(f"/cms/media_files/edit/{media.pk}/", {"title": "讲座第一讲", "captions": ""})
    media.refresh_from_db()
    assert (media.title, len(media.paragraphs)) == ("讲座第一讲", 2)
    page = client.get("/cms/media_files/").content.decode()
    assert ("讲座第一讲" in page, "mp3" in page) == (True, True)


def test_the_admin_says_why_a_recording_stays(course_site, client):
    media = make_media()
    _article(course_site, media)
    answer = _sign_in(client, course_site.author).post(f"/cms/media_files/delete/{media.pk}/", follow=True)
    assert "还有内容在用“一段录音”，不能删。" in answer.content.decode()
    assert MediaFile.objects.count() == 1


def test_the_chooser_offers_recordings_and_an_upload(course_site, client):
    make_media()
    answer = _sign_in(client, course_site.author).get("/cms/media_chooser/")
    html = answer.json()["html"]
    assert ("一段录音" in html, 'type="file"' in html, 'enctype="multipart/form-data"' in html) == (True, True, True)


@pytest.mark.parametrize("role", ["marketing", "service", "analyst"])
def test_others_upload_nothing(course_site, client, role):
    _sign_in(client, StaffFactory(role=role))
    assert client.get("/cms/media_files/new/").status_code == 302
    assert client.get("/cms/media_files/").status_code == 302
