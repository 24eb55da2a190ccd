"""Addresses of plans and cycles."""

from django.urls import path

from plans.views import (
    adding,
    amending,
    attachments,
    bring_in,
    changes,
    closing,
    cycle_letters,
    cycle_opening,
    cycles,
    differences,
    grid,
    history,
    overview,
    pdfs,
    reading,
    removing,
    revisions,
    rows,
    sections,
    sharing,
    steps,
    verifying,
    warnings,
)

app_name = "plans"
urlpatterns = [
    path("plans/<slug:slug>/<int:fiscal_year>/", overview.overview, name="overview"),
    path("plans/<slug:slug>/<int:fiscal_year>/start/", overview.start, name="start"),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/edit/attachments/add/",
        attachments.attachment_add,
        name="attachment_add",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/attachments/<uuid:lineage>/",
        attachments.attachment,
        name="attachment",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/attachments/<uuid:lineage>/remove/",
        removing.attachment_remove,
        name="attachment_remove",
    ),
    path("plans/<slug:slug>/<int:fiscal_year>/removed/", removing.removed, name="removed"),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/removed/<int:removal_id>/bring-back/",
        removing.bring_back,
        name="bring_back",
    ),
    path("plans/<slug:slug>/<int:fiscal_year>/carried/", amending.amendment, name="amendment"),
    path("plans/<slug:slug>/<int:fiscal_year>/carried/keep/", amending.keep, name="keep"),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/carried/baseline/<int:row_id>/",
        amending.baseline,
        name="baseline",
    ),
    path("plans/<slug:slug>/<int:fiscal_year>/edit/budget/lines/", grid.grid, name="lines"),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/edit/budget/lines/bring-in/",
        bring_in.bring_in,
        name="lines_bring_in",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/budget.xlsx",
        bring_in.download,
        name="budget_sheet",
    ),
    path("plans/<slug:slug>/<int:fiscal_year>/edit/<slug:key>/", sections.section, name="section"),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/edit/<slug:kind_key>/add/",
        adding.row_add,
        name="row_add",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/edit/<slug:kind_key>/add/<int:parent_id>/",
        adding.row_add,
        name="row_add_to",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/edit/<slug:kind_key>/<int:row_id>/",
        rows.row,
        name="row",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/edit/<slug:kind_key>/<int:row_id>/remove/",
        removing.row_remove,
        name="row_remove",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/edit/<slug:kind_key>/<int:row_id>/history/",
        history.row_history,
        name="row_history",
    ),
    path("plans/<slug:slug>/<int:fiscal_year>/read/", reading.read, name="read"),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/coverage/",
        reading.coverage,
        name="coverage",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/versions/<int:number>/",
        reading.version,
        name="version",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/differences/",
        differences.differences,
        name="differences",
    ),
    path("plans/<slug:slug>/<int:fiscal_year>/summary/", reading.summary, name="summary"),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/versions/<int:number>/summary/",
        reading.version_summary,
        name="version_summary",
    ),
    path("plans/<slug:slug>/<int:fiscal_year>/warnings/", warnings.warnings, name="warnings"),
    path("plans/<slug:slug>/<int:fiscal_year>/sharing/", sharing.sharing, name="sharing"),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/sharing/<int:share_id>/end/",
        sharing.end,
        name="sharing_end",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/sharing/comments/<int:comment_id>/",
        sharing.comment_done,
        name="comment_done",
    ),
    path("plans/<slug:slug>/<int:fiscal_year>/shared/", sharing.shared, name="shared"),
    path("plans/<slug:slug>/<int:fiscal_year>/pdf/", pdfs.draft_pdf, name="draft_pdf"),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/pdf/<slug:paper>/",
        pdfs.draft_pdf_file,
        name="draft_pdf_file",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/versions/<int:number>/pdf/",
        pdfs.version_pdf,
        name="version_pdf",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/versions/<int:number>/pdf/file/",
        pdfs.version_pdf_file,
        name="version_pdf_file",
    ),
    path("plans/<slug:slug>/<int:fiscal_year>/close/", closing.close, name="close"),
    path("plans/<slug:slug>/<int:fiscal_year>/signatures/", closing.signatures, name="signatures"),
    path("plans/<slug:slug>/<int:fiscal_year>/sign/", closing.sign, name="sign"),
    path("plans/<slug:slug>/<int:fiscal_year>/submit/", steps.submit, name="submit"),
    path("plans/<slug:slug>/<int:fiscal_year>/recall/", steps.recall, name="recall"),
    path("plans/<slug:slug>/<int:fiscal_year>/withdraw/", steps.withdraw, name="withdraw"),
    path("plans/<slug:slug>/<int:fiscal_year>/reopen/", steps.reopen, name="reopen"),
    path("plans/<slug:slug>/<int:fiscal_year>/changes/", changes.changes, name="changes"),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/changes/<int:number>/", changes.change, name="change"
    ),
    path("plans/<slug:slug>/<int:fiscal_year>/revision/", revisions.revision, name="revision"),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/revision/start/",
        revisions.start,
        name="revision_start",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/revision/hand-in/",
        revisions.hand_in,
        name="revision_hand_in",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/revision/record/",
        revisions.record,
        name="revision_record",
    ),
    path(
        "plans/<slug:slug>/<int:fiscal_year>/revision/withdraw/",
        revisions.withdraw,
        name="revision_withdraw",
    ),
    path("verify/", verifying.verify, name="verify"),
    path("cycles/", cycles.cycle_list, name="cycles"),
    path("cycles/<int:fiscal_year>/", cycles.cycle, name="cycle"),
    path("cycles/<int:fiscal_year>/open/", cycle_opening.open_next, name="cycle_open"),
    path("cycles/<int:fiscal_year>/begin/", cycle_letters.begin, name="cycle_begin"),
    path(
        "cycles/<int:fiscal_year>/changes/<int:pk>/take-back/",
        cycle_letters.take_back,
        name="cycle_take_back",
    ),
]
