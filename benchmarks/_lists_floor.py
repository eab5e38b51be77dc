"""The floor of benchmarks/lists.py: one keyset page of one table in the house's own frame, and everybody else's addresses."""

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

ROWS = """select h.id, w.name, b.code from register_holding h join register_dutywording w on w.duty_id = h.duty_id
 and w.withdrawn_at is null join register_body b on b.id = h.body_id where h.id > %s order by h.id limit 20"""
PAGE = """{% extends "site/base.html" %}{% block content %}<table class="rows"><tbody>{% for id, name, code in rows %}
<tr><th><a href="/items/{{ code }}/{{ id }}/">{{ name }}</a></th><td>{{ code }}</td></tr>{% endfor %}</tbody></table>{% endblock %}"""


def floor(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [int(request.GET["after"])])
        rows = cursor.fetchall()
    return HttpResponse(engines["django"].from_string(PAGE).render({"rows": rows}, request))


urlpatterns = [path("floor/", floor), path("", include("zhize.urls"))]
