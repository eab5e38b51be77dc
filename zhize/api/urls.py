"""The addresses of the API. Below /api/v1/ the table of operations decides."""

from django.urls import path

from zhize.api import views

app_name = "api"
urlpatterns = [
    path("api/", views.guide, name="guide"),
    path("api/v1/openapi.json", views.description, name="description"),
    path("api/v1/<path:address>", views.call, name="call"),
]
