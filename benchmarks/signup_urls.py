"""The site's addresses and one more: a view that inserts one row and does nothing else."""

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from edu_site.urls import urlpatterns as site_urls


class BareRow(models.Model):
    text = models.CharField(max_length=40)

    class Meta:
        app_label = "events"
        db_table = "bench_row"
        managed = False


@csrf_exempt
def bare(request: HttpRequest) -> HttpResponse:
    BareRow.objects.create(text=request.POST["name"])
    return HttpResponse("ok")


urlpatterns = [path("bench/bare/", bare), *site_urls]
