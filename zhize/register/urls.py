"""The register's addresses: public pages here, the register's desk below /desk/."""

from django.urls import path

from zhize.register import public, views

app_name = "register"
urlpatterns = [
    path("who/", public.who, name="who"),
    path("bodies/", public.bodies, name="bodies"),
    path("bodies/<str:code>/", public.body, name="body"),
    path("bodies/<str:code>/township/", public.township, name="township"),
    path("duties/<str:key>/", public.duty, name="duty"),
    path("matters/<str:code>/", public.matter, name="matter"),
    path("desk/door/", views.door, name="door"),
    path("desk/seats/", views.seats, name="seats"),
    path("desk/register/", views.desk, name="desk"),
    path("desk/register/hand-over/", views.hand_over, name="hand_over"),
    path("desk/register/rename/", views.rename, name="rename"),
    path("desk/register/papers/new/", views.enter_instrument, name="enter_instrument"),
    path("desk/register/suggest/<str:kind>/", views.suggest, name="suggest"),
    path("desk/imports/", views.imports, name="imports"),
    path("desk/imports/new/", views.draft_import, name="draft_import"),
    path("desk/imports/errands/<int:number>/", views.errand, name="errand"),
    path("desk/imports/errands/<int:number>/stop/", views.stop_errand, name="stop_errand"),
    path("desk/imports/<int:number>/", views.import_, name="import"),
    path("desk/imports/<int:number>/accept/", views.accept_import, name="accept_import"),
    path("desk/imports/<int:number>/discard/", views.discard_import, name="discard_import"),
    path("desk/events/", views.events, name="events"),
    path("desk/findings/", views.findings, name="findings"),
    path("desk/keys/", views.keys, name="keys"),
    path("desk/keys/issue/", views.issue_key, name="issue_key"),
    path("desk/keys/<int:key_id>/revoke/", views.revoke_key, name="revoke_key"),
    path("desk/register/seal/", views.head, name="head"),
]
