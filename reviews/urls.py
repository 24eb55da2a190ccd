"""Addresses of this app."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from reviews.views import (
    approving,
    assigning,
    assigning_many,
    calling_back,
    commenting,
    conditions,
    conflicts,
    correcting,
    correcting_withholding,
    dashboard,
    dashboard_lists,
    decision,
    decision_pdf,
    decisions,
    determining,
    extending,
    findings,
    judging_answers,
    ledger,
    ledger_files,
    letter_templates,
    letters,
    nudging,
    places,
    plan,
    questioning,
    queue,
    queue_files,
    rating,
    recommending,
    returning,
    revisions,
    rubrics,
    saved_views,
    searching,
    side_by_side,
    sight,
    undoing,
    waiving,
    withholding,
    wordings,
    workload,
)
from reviews.views.rating_page import PLACES


class PlaceConverter(StringConverter):
    """A section, or all of them: any other name at such an address is another page's."""

    regex = "|".join(str(place) for place in PLACES)


register_converter(PlaceConverter, "place")

app_name = "reviews"
urlpatterns: list = [
    path("reviews/", queue.queue, name="queue"),
    path("reviews/queue/<slug:kind>/", queue_files.queue_file, name="queue_file"),
    path("reviews/assigning/<int:fiscal_year>/", assigning_many.plans_assign, name="assign_many"),
    path("reviews/extensions/", extending.extension_list, name="extensions"),
    path("reviews/wordings/", wordings.wording_list, name="wordings"),
    path("reviews/wordings/<int:pk>/", wordings.wording, name="wording"),
    path("letters/words/", letter_templates.letter_template_list, name="letter_templates"),
    path(
        "letters/words/<slug:name>/",
        letter_templates.letter_template,
        name="letter_template",
    ),
    path("reviews/rubric/<int:fiscal_year>/", rubrics.rubric, name="rubric"),
    path("reviews/<slug:slug>/<int:fiscal_year>/", plan.plan_review, name="plan"),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/assign/",
        assigning.plan_assign,
        name="assign",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/comment/",
        commenting.plan_comment,
        name="comment",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/extension/",
        extending.plan_extension,
        name="extension",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/extension/<slug:kind>/<slug:period>/",
        extending.report_extension,
        name="report_extension",
    ),
    path("reviews/<slug:slug>/<int:fiscal_year>/ask/", questioning.plan_ask, name="ask"),
    path("reviews/<slug:slug>/<int:fiscal_year>/places/", places.plan_places, name="places"),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/questions/<int:number>/",
        questioning.plan_question,
        name="question",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/changes/<int:number>/",
        judging_answers.plan_change,
        name="change",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/return/",
        returning.plan_return,
        name="return",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/return/undo/",
        undoing.plan_undo_return,
        name="undo_return",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/recommend/",
        recommending.plan_recommend,
        name="recommend",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/approve/",
        approving.plan_approve,
        name="approve",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/call-back/",
        calling_back.plan_call_back,
        name="call_back",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/correct/",
        correcting.plan_correct,
        name="correct",
    ),
    path("decisions/", decisions.decision_list, name="decisions"),
    path("decisions/conditions/", conditions.condition_list, name="conditions"),
    path("decisions/<int:fiscal_year>/sign-off/", decisions.plans_sign_off, name="sign_off"),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/comment/<int:comment_id>/resolve/",
        commenting.comment_resolve,
        name="comment_resolve",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/side-by-side/",
        side_by_side.side_by_side,
        name="side_by_side",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/go-on/",
        rating.review_go_on,
        name="go_on",
    ),
    path("reviews/<slug:slug>/<int:fiscal_year>/third/", assigning.plan_third, name="third"),
    path("reviews/<slug:slug>/<int:fiscal_year>/waive/", waiving.plan_waive, name="waive"),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/waive-last-year/",
        waiving.plan_waive_last_year,
        name="waive_last_year",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/conditions/<int:number>/",
        conditions.condition_met,
        name="condition_met",
    ),
    path("reviews/workload/", workload.workload_board, name="workload"),
    path("reviews/conflicts/", conflicts.conflict_list, name="conflicts"),
    path("reviews/conflicts/<int:pk>/end/", conflicts.conflict_end, name="conflict_end"),
    path("reviews/determinations/", determining.determination_list, name="determinations"),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/determine/",
        determining.plan_determine,
        name="determine",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/determination/",
        determining.plan_determination,
        name="determination",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/came-to/",
        findings.plan_findings,
        name="findings",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/withhold/",
        withholding.plan_withhold,
        name="withhold",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/withhold/correct/",
        correcting_withholding.plan_correct_withholding,
        name="correct_withholding",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/release/",
        withholding.plan_release,
        name="release",
    ),
    path("reviews/<slug:slug>/<int:fiscal_year>/revision/", revisions.revision, name="revision"),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/revision/recommend/",
        revisions.recommend,
        name="revision_recommend",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/revision/return/",
        revisions.send_back,
        name="revision_return",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/revision/approve/",
        revisions.approve,
        name="revision_approve",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/decision/",
        decision.plan_decision,
        name="decision",
    ),
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("dashboard/<slug:name>/", dashboard_lists.dashboard_list, name="dashboard_list"),
    path(
        "dashboard/<slug:name>/<slug:kind>/", dashboard_lists.dashboard_file, name="dashboard_file"
    ),
    path("nudges/<slug:slug>/<int:fiscal_year>/", nudging.district_nudge, name="nudge"),
    path("search/", searching.search_plans, name="search"),
    path("views/<slug:name>/", saved_views.view_list, name="views"),
    path("views/<int:pk>/drop/", saved_views.view_drop, name="view_drop"),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/decision/pdf/",
        decision_pdf.decision_pdf,
        name="decision_pdf",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/decision/pdf/file/",
        decision_pdf.decision_pdf_file,
        name="decision_pdf_file",
    ),
    path(
        "reviews/<slug:slug>/<int:fiscal_year>/<place:key>/",
        rating.review_section,
        name="section",
    ),
    path("ledger/", ledger.ledger_sums, name="ledger"),
    path("ledger/all.xlsx", ledger_files.ledger_xlsx, name="ledger_xlsx"),
    path("ledger/all.csv", ledger_files.ledger_csv, name="ledger_csv"),
    path("ledger/line-of-sight/", sight.sight_sums, name="sight"),
    path("ledger/<slug:slug>/line-of-sight/", sight.sight_district, name="sight_district"),
    path("ledger/<slug:slug>/", ledger.ledger_district, name="ledger_district"),
    path(
        "ledger/<slug:slug>/ledger.xlsx",
        ledger_files.ledger_district_xlsx,
        name="ledger_district_xlsx",
    ),
    path(
        "ledger/<slug:slug>/ledger.csv",
        ledger_files.ledger_district_csv,
        name="ledger_district_csv",
    ),
    path("letters/", letters.letter_list, name="letters"),
    path("letters/<int:pk>/", letters.letter_detail, name="letter"),
    path("letters/<int:pk>/send-again/", letters.letter_send_again, name="letter_send_again"),
    path("letters/<int:pk>/dismiss/", letters.letter_dismiss, name="letter_dismiss"),
]
