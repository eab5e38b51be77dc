"""Every page's address: the site's own, and the features' maps gathered here."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

urlpatterns: list[URLPattern | URLResolver] = [
    path("language/", set_language, name="set_language"),
]
if settings.DEBUG:
    urlpatterns.append(path("preview/", include("zhize.site.preview")))
