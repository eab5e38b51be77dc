"""The addresses of cases: the public side, and the desk below /desk/. An act's name here, in views and in commands is one word."""

from django.urls import path

from zhize.cases import public, views
from zhize.cases.open311 import views as open311

app_name = "cases"
CASE, LEG = "desk/cases/<int:case_id>/", "desk/cases/<int:case_id>/legs/<int:no>/"
urlpatterns = [
    # -- the public side
    path("report/", public.report, name="report"),
    path("report/likely/", public.likely_matters, name="likely"),
    path("track/", public.track, name="track"),
    path("track/leave/", public.leave, name="leave"),
    path("track/<str:no>/", public.tracked, name="tracked"),
    path("track/<str:no>/rate/", public.rate, name="rate"),
    path("track/<str:no>/reopen/", public.reopen_own, name="reopen_own"),
    path("track/<str:no>/urge/", public.urge_own, name="urge_own"),
    path("track/<str:no>/withdraw/", public.withdraw, name="withdraw"),
    # -- Open311 GeoReport v2
    path("open311/v2/discovery.<str:format>", open311.open311_discovery, name="open311_discovery"),
    path("open311/v2/services.<str:format>", open311.open311_services, name="open311_services"),
    path("open311/v2/services/<str:code>.<str:format>", open311.open311_service, name="open311_service"),
    path("open311/v2/requests.<str:format>", open311.open311_requests, name="open311_requests"),
    path("open311/v2/requests/<str:no>.<str:format>", open311.open311_request, name="open311_request"),
    path("open311/v2/tokens/<str:token>.<str:format>", open311.open311_token, name="open311_token"),
    path("open311/v2/servicerequestupdates.<str:format>", open311.open311_updates, name="open311_updates"),
    # -- the desk: lists
    path("desk/worklist/", views.worklist, name="worklist"),
    path("desk/intake/", views.intake, name="intake"),
    path("desk/cases/", views.cases, name="cases"),
    path("desk/gaps/", views.gaps, name="gaps"),
    path("desk/gaps/<int:proposal_id>/settle/", views.settle, name="settle"),
    path("desk/figures/", views.figures, name="figures"),
    path("desk/figures/<slug:name>/", views.figure_cases, name="figure_cases"),
    path("desk/league/", views.league, name="league"),
    path("desk/looks/", views.looks, name="looks"),
    path("desk/matters/suggest/", views.suggest_matter, name="suggest_matter"),
    # -- the desk: a case, and the acts on it
    path(CASE, views.case, name="case"),
    path(f"{CASE}classify/", views.classify, name="classify"),
    path(f"{CASE}answer/", views.answer, name="answer"),
    path(f"{CASE}not_accept/", views.not_accept, name="not_accept"),
    path(f"{CASE}confirm_not_accept/", views.confirm_not_accept, name="confirm_not_accept"),
    path(f"{CASE}merge/", views.merge, name="merge"),
    path(f"{CASE}dispatch/", views.dispatch, name="dispatch"),
    path(f"{CASE}recall/", views.recall, name="recall"),
    path(f"{CASE}review/", views.review, name="review"),
    path(f"{CASE}grant/", views.grant, name="grant"),
    path(f"{CASE}suspend/", views.suspend, name="suspend"),
    path(f"{CASE}resume/", views.resume, name="resume"),
    path(f"{CASE}follow_up/", views.follow_up, name="follow_up"),
    path(f"{CASE}close/", views.close, name="close"),
    path(f"{CASE}reopen/", views.reopen, name="reopen"),
    path(f"{CASE}rework/", views.rework, name="rework"),
    path(f"{CASE}invite/", views.invite, name="invite"),
    path(f"{CASE}exclude/", views.exclude, name="exclude"),
    path(f"{CASE}recuse/", views.recuse, name="recuse"),
    path(f"{CASE}redact/", views.redact, name="redact"),
    path(f"{CASE}look/", views.look, name="look"),
    # -- the acts on one leg
    path(f"{LEG}sign/", views.sign, name="sign"),
    path(f"{LEG}reply/", views.reply, name="reply"),
    path(f"{LEG}request_return/", views.request_return, name="request_return"),
    path(f"{LEG}judgement/", views.judgement, name="judgement"),
    path(f"{LEG}decide_return/", views.decide_return, name="decide_return"),
    path(f"{LEG}rule/", views.rule, name="rule"),
    path(f"{LEG}extend/", views.extend, name="extend"),
    path(f"{LEG}ask_exclusion/", views.ask_exclusion, name="ask_exclusion"),
    path(f"{LEG}urge/", views.urge, name="urge"),
]
