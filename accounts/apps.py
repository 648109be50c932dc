"""Django's entry points: the accounts app, and Wagtail's user screens narrowed to staff."""

from typing import Any

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from wagtail.users.apps import WagtailUsersAppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "账户"
    default = True

    def ready(self) -> None:
        from accounts import receivers
        from accounts.invariants import INVARIANTS
        from accounts.personal_data import provider
        from core.registries import invariants, personal_data_providers

        for name, check in INVARIANTS.items():
            invariants.register(name, check)
        personal_data_providers.register("accounts", provider)
        # Permissions of every app exist once the last app has had its turn.
        last: Any = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(receivers.sync_roles_after_migrate, sender=last, dispatch_uid="accounts.sync_roles")


class StaffUsersConfig(WagtailUsersAppConfig):
    user_viewset = "accounts.viewsets.StaffUserViewSet"
