"""The register's addresses: public pages here, the register's desk below /desk/."""

from django.urls import path

from zhize.register import public

app_name = "register"
urlpatterns = [
    path("who/", public.who, name="who"),
    path("bodies/", public.bodies, name="bodies"),
    path("bodies/<str:code>/", public.body, name="body"),
    path("duties/<str:key>/", public.duty, name="duty"),
    path("matters/<str:code>/", public.matter, name="matter"),
]
