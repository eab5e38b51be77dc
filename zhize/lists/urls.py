"""The addresses of lists: the public side, and the desk below /desk/lists/."""

from django.urls import path

from zhize.lists import public
from zhize.lists.views import comparing, laws

app_name = "lists"
urlpatterns = [
    path("lists/", public.lists, name="lists"),
    path("lists/<str:body>/<str:kind>/", public.list_, name="list"),
    path("items/<str:body>/<str:key>/", public.item, name="item"),
    # -- the desk: changes of law
    path("desk/laws/", laws.law_changes, name="law_changes"),
    path("desk/laws/new/", laws.change_law, name="change_law"),
    path("desk/laws/<int:change_id>/", laws.law_change, name="law_change"),
    path("desk/laws/<int:change_id>/rebase/", laws.rebase, name="rebase"),
    path("desk/papers/<str:key>/reissue/", laws.reissue, name="reissue"),
    # -- the desk: comparisons
    path("desk/compare/", comparing.comparisons, name="comparisons"),
    path("desk/compare/new/", comparing.compare, name="compare"),
    path("desk/compare/<int:pk>/", comparing.comparison, name="comparison"),
    path("desk/compare/<int:pk>/work/", comparing.remainder, name="remainder"),
    path("desk/compare/<int:pk>/<str:key>/<str:place>/", comparing.divergence, name="divergence"),
    path("desk/compare/<int:pk>/<str:key>/<str:place>/decide/", comparing.decide, name="decide"),
]
