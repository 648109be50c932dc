"""Wagtail's user screens, narrowed to staff: investors are nobody's list."""

import uuid
from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.db.models import QuerySet
from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn, Column, DateColumn, TitleColumn
from wagtail.users.views import users

from accounts.models import User
from accounts.roles import ROLES


class StaffForm(forms.ModelForm):
    """A member of staff: work address, name, roles and, for a new one, a first password."""

    display_name = forms.CharField(label=_("姓名"), max_length=100)
    email = forms.EmailField(label=_("工作邮箱"), help_text=_("用它和密码登录。"))
    password = forms.CharField(
        label=_("密码"), required=False, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    field_order = ("display_name", "email", "password", "groups", "is_superuser", "is_active")

    class Meta:
        model = User
        fields = ("display_name", "email", "groups", "is_superuser", "is_active")
        labels = {"groups": _("角色"), "is_superuser": _("超级管理员"), "is_active": _("启用")}
        help_texts = {
            "groups": _("一个人可以有几个角色；写内容的人不能审核自己写的。"),
            "is_superuser": _("能管理一切设置；发布仍须由没有参与撰写的人审核。"),
            "is_active": _("停用后不能登录，记录保留。"),
        }
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, editing_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: Any = self.fields["groups"]
        groups.queryset = groups.queryset.filter(name__in=[role.group for role in ROLES.values()])
        new = self.instance.pk is None
        self.fields["password"].required = new
        self.fields["password"].help_text = password_validators_help_text_html() if new else _("不改就留空。")
        if editing_self:
            del self.fields["is_active"]
            del self.fields["is_superuser"]

    def clean_email(self) -> str:
        address = str(self.cleaned_data["email"]).strip().lower()
        if User.objects.filter(email=address).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("已经有同事用这个邮箱。"), code="unique")
        return address

    def clean_password(self) -> str:
        typed = str(self.cleaned_data["password"])
        if typed:
            validate_password(typed, self.instance)
        return typed

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=False)
        user.is_staff = True
        user.username = user.username or uuid.uuid4().hex
        if self.cleaned_data["password"]:
            user.set_password(self.cleaned_data["password"])
        if commit:
            user.save()
            self.save_m2m()
        return user


class _StaffOnly:
    """Looks at staff only; superusers are changed by superusers, or an administrator could become one."""

    def get_base_queryset(self) -> QuerySet[User]:
        return self.get_queryset()

    def get_queryset(self) -> QuerySet[User]:
        staff = User.objects.filter(is_staff=True)
        return staff if self.request.user.is_superuser else staff.filter(is_superuser=False)  # type: ignore[attr-defined]


class _NoPromotion:
    """Only a superuser makes superusers."""

    def get_form(self, *args: Any, **kwargs: Any) -> forms.ModelForm:
        form: forms.ModelForm = super().get_form(*args, **kwargs)  # type: ignore[misc]
        if not self.request.user.is_superuser:  # type: ignore[attr-defined]
            form.fields.pop("is_superuser", None)
        return form


class StaffIndexView(users.IndexView):
    page_title = _("工作人员")
    add_item_label = _("添加工作人员")
    template_name = "wagtailadmin/generic/index.html"
    results_template_name = "wagtailadmin/generic/index_results.html"

    @cached_property
    def columns(self) -> list[Column]:
        title = self._get_title_column_class(TitleColumn)
        return [
            title("name", accessor="get_full_name", label=_("姓名"), get_url=self.get_edit_url),
            Column("email", label=_("工作邮箱"), sort_key="email"),
            Column("roles", accessor=_roles_of, label=_("角色")),
            BooleanColumn("is_active", label=_("启用"), sort_key="is_active"),
            DateColumn("last_login", label=_("上次登录"), sort_key="last_login"),
        ]

    def get_base_queryset(self) -> QuerySet[User]:
        return User.objects.filter(is_staff=True).prefetch_related("groups")

    def order_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        ordered: QuerySet[User] = super().order_queryset(queryset)
        return ordered if ordered.ordered else ordered.order_by("email")

    @cached_property
    def search_fields(self) -> set[str]:
        return {"email"}

    def get_list_buttons(self, instance: User) -> list[Any]:
        return []


def _roles_of(user: User) -> str:
    names = [group.name for group in user.groups.all()]
    return "、".join([str(_("超级管理员"))] * user.is_superuser + names)


class StaffCreateView(_NoPromotion, users.CreateView):
    pass


class StaffEditView(_NoPromotion, _StaffOnly, users.EditView):
    pass


class StaffDeleteView(_StaffOnly, users.DeleteView):
    pass


class StaffHistoryView(users.HistoryView):
    def get_object(self, *args: Any, **kwargs: Any) -> User:
        user: User = super().get_object(*args, **kwargs)
        if not user.is_staff:
            raise Http404
        return user


class StaffUserViewSet(users.UserViewSet):
    menu_label = _("工作人员")
    ordering = "email"
    template_prefix = "accounts/staff_users/"
    index_view_class = StaffIndexView
    add_view_class = StaffCreateView
    edit_view_class = StaffEditView
    delete_view_class = StaffDeleteView
    history_view_class = StaffHistoryView
    copy_view_enabled = False

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return StaffForm
