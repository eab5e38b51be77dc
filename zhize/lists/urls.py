"""The addresses of lists: the public side, and the desk below /desk/lists/."""

from django.urls import path

from zhize.lists import public

app_name = "lists"
urlpatterns = [
    path("lists/", public.lists, name="lists"),
    path("lists/<str:body>/<str:kind>/", public.list_, name="list"),
    path("items/<str:body>/<str:key>/", public.item, name="item"),
]
