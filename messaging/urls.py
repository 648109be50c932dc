"""What others post to us about messages; each view checks who posts."""

from django.urls import path

from messaging import sms_webhooks

app_name = "messaging"
urlpatterns = [
    path("sms/<slug:backend>/receipts/", sms_webhooks.receipts, name="sms_receipts"),
    path("sms/<slug:backend>/replies/", sms_webhooks.replies, name="sms_replies"),
]
