"""What a mail service posts to."""

from django.urls import path

from messaging.bounces.webhooks import mail_service_receipts

app_name = "mail_hooks"
urlpatterns = [path("<slug:service>/", mail_service_receipts, name="receipts")]
