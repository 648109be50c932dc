"""What the site adds to the editor: the living style page."""

from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from edu_site.style_page import style_page


@hooks.register("register_admin_urls")
def style_page_url() -> list[URLPattern]:
    return [path("style/", style_page, name="style_page")]


@hooks.register("register_help_menu_item")
def style_page_menu_item() -> Any:
    return MenuItem(_("样式页"), reverse("style_page"), name="style-page", icon_name="view", order=900)
