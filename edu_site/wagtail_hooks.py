"""What the site adds to the editor: the living style page and the guides."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from edu_site.guides import show_guide, show_picture
from edu_site.style_page import style_page


@hooks.register("register_admin_urls")
def own_urls() -> list[URLPattern]:
    return [
        path("style/", style_page, name="style_page"),
        path("guide/", show_guide, name="guides"),
        path("guide/img/<slug:name>.png", show_picture, name="guide_picture"),
        path("guide/<slug:name>/", show_guide, name="guide"),
    ]


@hooks.register("register_help_menu_item")
def guide_menu_item() -> Any:
    return MenuItem(_("使用指南"), reverse("guides"), name="guides", icon_name="help", order=100)


@hooks.register("register_help_menu_item")
def style_page_menu_item() -> Any:
    return MenuItem(_("样式页"), reverse("style_page"), name="style-page", icon_name="view", order=900)
