"""The addresses of cases: the public side, and the desk below /desk/. An act's name here, in views and in commands is one word."""

from django.urls import path

from zhize.cases import public

app_name = "cases"
urlpatterns = [
    path("report/", public.report, name="report"),
    path("report/likely/", public.likely_matters, name="likely"),
    path("track/", public.track, name="track"),
    path("track/leave/", public.leave, name="leave"),
    path("track/<str:no>/", public.tracked, name="tracked"),
    path("track/<str:no>/rate/", public.rate, name="rate"),
    path("track/<str:no>/reopen/", public.reopen_own, name="reopen_own"),
    path("track/<str:no>/urge/", public.urge_own, name="urge_own"),
    path("track/<str:no>/withdraw/", public.withdraw, name="withdraw"),
]
