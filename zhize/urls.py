"""The street map: every page belongs to the site, which gathers the features' own maps."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("zhize.site.urls"))]

handler500 = "zhize.site.faults.broken"
