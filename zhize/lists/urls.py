"""The addresses of lists: the public side, and the desk below /desk/lists/."""

from django.urls import path

from zhize.lists import public
from zhize.lists.views import laws

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
]
