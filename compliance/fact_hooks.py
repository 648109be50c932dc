"""What facts add to the Wagtail admin."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.rich_text.editors.draftail.features import EntityFeature
from wagtail.rich_text.feature_registry import FeatureRegistry
from wagtail.snippets.models import register_snippet

from compliance.dashboard import fact_panels
from compliance.fact_rich_text import CONVERSION, ENTITY, FEATURE, FactEmbedHandler
from compliance.fact_views import FactViewSet
from compliance.models import Fact

register_snippet(FactViewSet)


@hooks.register("register_rich_text_features")
def register_fact_feature(features: FeatureRegistry) -> None:
    """Let editors put a fact into running text."""
    features.register_embed_type(FactEmbedHandler)
    features.register_converter_rule("contentstate", FEATURE, CONVERSION)
    features.register_editor_plugin(
        "draftail",
        FEATURE,
        EntityFeature(
            {
                "type": ENTITY,
                "icon": "pick",
                "description": _("事实"),
                "chooserUrls": {
                    "factChooser": reverse_lazy(Fact.snippet_viewset.chooser_viewset.get_url_name("choose"))
                },
            },
            js=["wagtailadmin/js/chooser-modal.js", "js/facts_editor.js"],
        ),
    )


@hooks.register("construct_homepage_panels")
def add_fact_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Say which facts have to be looked at again."""
    panels += fact_panels(request.user, today=timezone.localdate())
