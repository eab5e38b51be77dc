"""The street map: every page belongs to the site, which gathers the features' own maps."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = []
if find_spec("zhize.site.urls"):
    urlpatterns.append(path("", include("zhize.site.urls")))
