"""Import of home and information pages: drafts only, and nothing twice."""

import pytest
from wagtail.models import Page, Revision, Site

from edu_site.actions.importing import import_home, import_info_page
from edu_site.errors import ImportRefusedError
from edu_site.pages import HomePage, InfoLayout
from tests.factories.edu_site import NOW, home_data, info_data, make_home, make_info
from tests.factories.quizzes import staff_pair

pytestmark = pytest.mark.django_db


def test_import_home_makes_a_draft_at_the_root_of_the_site():
    author, _reviewer = staff_pair()

    home = import_home(data=home_data(), author=author, now=NOW)

    assert (home.live, home.latest_revision.user_id) == (False, author.pk)
    assert Site.objects.get().root_page_id == home.pk
    assert list(Page.objects.filter(depth=2).values_list("pk", flat=True)) == [home.pk]


def test_import_home_twice_changes_nothing():
    author, _reviewer = staff_pair()
    make_home()
    before = Revision.objects.count()

    import_home(data=home_data(), author=author, now=NOW)

    assert (HomePage.objects.count(), Revision.objects.count()) == (1, before)


def test_import_home_with_new_words_adds_a_draft_and_leaves_the_live_page():
    author, _reviewer = staff_pair()
    live = make_home()
    data = home_data()
    data["promise"]["text"] = "先看懂，|再决定"

    import_home(data=data, author=author, now=NOW)

    live.refresh_from_db()
    assert live.promise == "看懂再决定，|这里不卖产品"
    assert live.get_latest_revision_as_object().promise == "先看懂，|再决定"


def test_import_info_page_twice_changes_nothing():
    author, _reviewer = staff_pair()
    make_info("about")
    before = Revision.objects.count()

    import_info_page(data=info_data("about"), author=author, now=NOW)

    assert Revision.objects.count() == before


def test_help_now_gets_the_urgent_layout():
    make_info("help")

    assert make_info("help-now").layout == InfoLayout.URGENT


def test_import_info_page_without_its_parent_is_refused():
    author, _reviewer = staff_pair()
    make_home()

    with pytest.raises(ImportRefusedError, match="上一级页面还没有"):
        import_info_page(data=info_data("help-now"), author=author, now=NOW)


def test_import_info_page_with_an_unknown_block_is_refused_and_leaves_nothing():
    author, _reviewer = staff_pair()
    make_home()
    data = {**info_data("about"), "body": [{"type": "carousel"}]}
    before = Page.objects.count()

    with pytest.raises(ImportRefusedError, match="carousel"):
        import_info_page(data=data, author=author, now=NOW)

    assert Page.objects.count() == before
