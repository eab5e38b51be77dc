"""Signing in and out."""

from django.urls import path

from zhize.accounts import views

app_name = "accounts"
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/code/", views.second, name="second"),
    path("account/factor/", views.set_factor, name="set_factor"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
