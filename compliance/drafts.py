"""What an editor's form holds, as an object that has words, without storing or validating anything."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import QueryDict
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils.datastructures import MultiValueDict, MultiValueDictKeyError
from django.utils.translation import gettext as _
from wagtail.admin.panels import get_edit_handler
from wagtail.fields import StreamField
from wagtail.models import Page

from compliance.errors import ComplianceError
from compliance.text_of import is_text, source_of


class DraftUnknownError(ComplianceError):
    """The form does not hold together."""


class NoDraftError(DraftUnknownError):
    """The address is none of a form, or what the form holds are no words for readers."""


@dataclass(frozen=True)
class EditedForm:
    """A form of the admin: the model, what is stored of the object (None for a new one), and its panels."""

    model: type[models.Model]
    stored: Any
    panel: Any


def form_at(path: str) -> EditedForm:
    """Return the form that stands at ``path`` of the admin; raise ``NoDraftError`` when none of words does."""
    try:
        match = resolve(path)
        form = _page_form(match) if match.app_name == "wagtailadmin_pages" else _model_form(match)
    except (Resolver404, LookupError, ObjectDoesNotExist) as error:
        raise NoDraftError(_("这里没有可以检查的表单。")) from error
    if not is_text(form.model):
        raise NoDraftError(_("这里没有可以检查的表单。"))
    return form


def _page_form(match: ResolverMatch) -> EditedForm:
    if "page_id" in match.kwargs:
        page = Page.objects.get(pk=match.kwargs["page_id"]).specific
        return EditedForm(type(page), page.get_latest_revision_as_object(), get_edit_handler(type(page)))
    model = apps.get_model(match.kwargs["content_type_app_name"], match.kwargs["content_type_model_name"])
    return EditedForm(model, None, get_edit_handler(model))


def _model_form(match: ResolverMatch) -> EditedForm:
    options = getattr(match.func, "view_initkwargs", {})
    model, panel = options["model"], options["panel"]
    if "pk" not in match.kwargs:
        return EditedForm(model, None, panel)
    stored = model._default_manager.get(pk=match.kwargs["pk"])
    if hasattr(stored, "get_latest_revision_as_object"):
        stored = stored.get_latest_revision_as_object()
    return EditedForm(model, stored, panel)


def draft_of(form: EditedForm, data: QueryDict) -> Any:
    """Return what ``data``, as the browser holds it, makes of the form; raise ``DraftUnknownError`` for a broken one.

    Fields are read by their own widgets, so that blocks keep their ids and rich text is what would be stored.
    """
    files: MultiValueDict[str, Any] = MultiValueDict()
    fields = form.panel.get_form_class().base_fields
    try:
        values = {name: field.widget.value_from_datadict(data, files, name) for name, field in fields.items()}
    except (MultiValueDictKeyError, KeyError, ValueError, TypeError) as error:
        raise DraftUnknownError(_("表单的内容不完整，没有检查。请保存一次再试。")) from error
    make = source_of(form.model).draft
    if make is not None:
        return make(values)
    draft = form.stored if form.stored is not None else form.model()
    for name, value in values.items():
        field = _text_field(form.model, name)
        if field is not None:
            setattr(draft, name, value if isinstance(field, StreamField) else value or "")
    return draft


def _text_field(model: type[models.Model], name: str) -> Any:
    known = {field.name: field for field in model._meta.concrete_fields}
    field = known.get(name)
    return field if isinstance(field, models.CharField | models.TextField | StreamField) else None
