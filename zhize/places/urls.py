"""Addresses of places."""

from django.urls import path

from zhize.places import public

app_name = "places"
urlpatterns = [
    path("places/", public.places, name="places"),
    path("places/suggest/", public.suggest, name="suggest"),
    path("places/tree/", public.tree, name="tree"),
    path("places/boundaries/", public.boundaries, name="boundaries"),
    path("places/at/", public.at, name="at"),
    path("places/<str:code>/", public.place, name="place"),
]
