"""The addresses of lists: the public side, and the desk below /desk/lists/."""

from django.urls import path

from zhize.lists import public
from zhize.lists.views import adjusting, comparing, drafting, laws, publishing, sheets

app_name = "lists"
ADJUSTMENT, BATCH = "desk/adjustments/<int:adjustment_id>/", "desk/batches/<int:batch_id>/"
urlpatterns = [
    path("lists/", public.lists, name="lists"),
    path("lists/beside/", public.beside, name="beside"),
    path("lists/announced/", public.announced, name="announced"),
    path("lists/announced/<int:adjustment_id>/", public.announcement, name="announcement"),
    path("lists/announced/<int:adjustment_id>/comment/", public.comment, name="comment"),
    path("lists/whole/<str:place>/<str:kind>/", public.whole, name="whole"),
    path("lists/whole/<str:place>/<str:kind>/list.<str:format>", public.whole_file, name="whole_file"),
    path("lists/<str:body>/<str:kind>/", public.list_, name="list"),
    path("lists/<str:body>/<str:kind>/list.<str:format>", public.list_file, name="list_file"),
    path("items/", public.items, name="items"),
    path("items/<str:body>/<str:key>/", public.item, name="item"),
    path("changes/", public.changed, name="changed"),
    path("changes/feed.atom", public.feed, name="feed"),
    path("editions/", public.editions, name="editions"),
    path("editions/<str:key>/", public.edition, name="edition"),
    path("editions/<str:key>/proof/", public.proof, name="proof"),
    path("editions/<str:key>/changes/", public.changes, name="changes"),
    path("editions/<str:key>/list.<str:format>", public.edition_file, name="edition_file"),
    path("editions/<str:key>/notice.<str:format>", public.notice_file, name="notice_file"),
    # -- the desk: publishing
    path("desk/editions/", publishing.publications, name="publications"),
    path("desk/editions/publish/", publishing.publish, name="publish"),
    # -- the desk: changes of law
    path("desk/laws/", laws.law_changes, name="law_changes"),
    path("desk/laws/new/", laws.change_law, name="change_law"),
    path("desk/laws/<int:change_id>/", laws.law_change, name="law_change"),
    path("desk/laws/<int:change_id>/rebase/", laws.rebase, name="rebase"),
    path("desk/laws/<int:change_id>/drafts/", laws.draft_after, name="draft_after"),
    path("desk/papers/<str:key>/reissue/", laws.reissue, name="reissue"),
    # -- the desk: comparisons
    path("desk/compare/", comparing.comparisons, name="comparisons"),
    path("desk/compare/new/", comparing.compare, name="compare"),
    path("desk/compare/<int:pk>/", comparing.comparison, name="comparison"),
    path("desk/compare/<int:pk>/work/", comparing.remainder, name="remainder"),
    path("desk/compare/<int:pk>/<str:key>/<str:place>/", comparing.divergence, name="divergence"),
    path("desk/compare/<int:pk>/<str:key>/<str:place>/decide/", comparing.decide, name="decide"),
    path("desk/compare/<int:pk>/<str:key>/<str:place>/adopt/", comparing.adopt, name="adopt"),
    # -- the desk: adjustments
    path("desk/adjustments/", adjusting.adjustments, name="adjustments"),
    path("desk/adjustments/new/", drafting.draft, name="draft"),
    path("desk/adjustments/file/", adjusting.file, name="file"),
    path("desk/adjustments/vet/", adjusting.vet, name="vet"),
    path("desk/adjustments/examine/", adjusting.examine, name="examine"),
    path("desk/adjustments/gather/", adjusting.gather, name="gather"),
    path("desk/adjustments/parts/", drafting.parts, name="parts"),
    path("desk/adjustments/sheet/", sheets.draft_sheet, name="draft_sheet"),
    path("desk/adjustments/sheet/<str:kind>.xlsx", sheets.blank, name="sheet_file"),
    path("desk/adjustments/sheet/<int:sheet_id>/", sheets.sheet, name="sheet"),
    path(ADJUSTMENT, adjusting.adjustment, name="adjustment"),
    path(f"{ADJUSTMENT}draft/", drafting.draft, name="draft"),
    path(f"{ADJUSTMENT}file/", adjusting.file, name="file"),
    path(f"{ADJUSTMENT}retract/", adjusting.retract, name="retract"),
    path(f"{ADJUSTMENT}vet/", adjusting.vet, name="vet"),
    path(f"{ADJUSTMENT}examine/", adjusting.examine, name="examine"),
    path(f"{ADJUSTMENT}consult/", adjusting.consult, name="consult"),
    path(f"{ADJUSTMENT}answer/<int:consultation_id>/", adjusting.answer, name="answer"),
    path(f"{ADJUSTMENT}mediate/", adjusting.mediate, name="mediate"),
    path(f"{ADJUSTMENT}conclude/", adjusting.conclude, name="conclude"),
    path("desk/items/<str:body>/<str:key>/mend/", drafting.mend, name="mend"),
    path("desk/batches/", adjusting.batches, name="batches"),
    path(BATCH, adjusting.batch, name="batch"),
    path(f"{BATCH}enact/", adjusting.enact, name="enact"),
    path(f"{BATCH}refuse/", adjusting.refuse, name="refuse"),
    path(f"{BATCH}effect/", adjusting.effect, name="effect"),
    path(f"{BATCH}release/", adjusting.release, name="release"),
]
