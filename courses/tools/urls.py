"""Addresses below ``/tools/``."""

from django.urls import path

from courses.tools import views
from courses.tools.catalog import TOOLS

urlpatterns = [
    path("", views.tool_list, name="tool_list"),
    *(
        path(
            f"{tool.slug}/",
            views.personal_tool if tool.personal else views.shared_tool,
            {"slug": tool.slug},
            name=f"tool_{tool.slug}",
        )
        for tool in TOOLS
    ),
]
