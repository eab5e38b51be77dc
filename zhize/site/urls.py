"""Every page's address: the site's own, and the features' maps gathered here."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from zhize.site import views

own = (
    [
        path("", views.home, name="home"),
        path("search/", views.search, name="search"),
        path("search/suggest/", views.suggest, name="suggest"),
        path("desk/outbox/", views.outbox, name="outbox"),
        path("desk/outbox/<int:number>/resend/", views.resend, name="resend"),
    ],
    "site",
)
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(own)),
    path("language/", set_language, name="set_language"),
]
for feature in ("accounts", "record", "places", "register", "cases", "lists", "api"):
    urlpatterns.append(path("", include(f"zhize.{feature}.urls")))
