"""Addresses of papers and laws."""

from django.urls import path

from zhize.record import public

app_name = "record"
urlpatterns = [
    path("instruments/", public.instruments, name="instruments"),
    path("instruments/<str:key>/", public.instrument, name="instrument"),
    path("laws/<str:key>/", public.law, name="law"),
]
