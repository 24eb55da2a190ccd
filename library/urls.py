"""Addresses of the public library of plans, and of publishing them."""

from django.urls import path

from library.views import data, pdfs, publishing, reading, sitemap

app_name = "library"
PLAN = "plans/<slug:slug>/<int:fiscal_year>"
urlpatterns = [
    path("plans/", reading.plan_list, name="list"),
    path(f"{PLAN}/public/", reading.plan, name="plan"),
    path(f"{PLAN}/public/text/", reading.text, name="text"),
    path(f"{PLAN}/public/summary/", reading.summary, name="summary"),
    path(f"{PLAN}/public/changes/", reading.changes, name="changes"),
    path(f"{PLAN}/public/letter/", reading.letter, name="letter"),
    path(f"{PLAN}/public/pdf/", pdfs.pdf, name="pdf"),
    path(f"{PLAN}/public/plan.pdf", pdfs.pdf_file, name="pdf_file"),
    path(f"{PLAN}/public/data/<slug:table>.<slug:kind>", data.plan_data, name="plan_data"),
    path("plans/data/", data.dictionary, name="dictionary"),
    path("plans/data/<slug:table>.<slug:kind>", data.data, name="data"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("publication/", publishing.to_publish, name="to_publish"),
    path(f"{PLAN}/publish/", publishing.publish, name="publish"),
    path(f"{PLAN}/publish/take-down/", publishing.take_down, name="take_down"),
]
