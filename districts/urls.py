"""Addresses of the roster and of people."""

from django.urls import path

from districts.views import (
    delegations,
    designations,
    figures,
    memberships,
    offices,
    people,
    roster,
    roster_changes,
    roster_files,
    roster_list,
    sessions,
)

app_name = "districts"
urlpatterns = [
    path("districts/", roster_list.district_list, name="list"),
    path("districts/add/", roster.district_add, name="add"),
    path("districts/<slug:slug>/", roster.district_detail, name="detail"),
    path("districts/<slug:slug>/figures/", figures.district_figures, name="figures"),
    path("districts/<slug:slug>/edit/", roster.district_edit, name="edit"),
    path("districts/<slug:slug>/retire/", roster.district_retire, name="retire"),
    path("districts/<slug:slug>/restore/", roster.district_restore, name="restore"),
    path(
        "districts/<slug:slug>/designations/add/",
        roster.designation_add,
        name="designation_add",
    ),
    path(
        "districts/<slug:slug>/designations/<int:pk>/",
        roster.designation_edit,
        name="designation_edit",
    ),
    path(
        "districts/<slug:slug>/designations/<int:pk>/settle/",
        designations.settle,
        name="designation_settle",
    ),
    path("districts/<slug:slug>/allocations/add/", roster.allocation_add, name="allocation_add"),
    path(
        "districts/<slug:slug>/allocations/<int:fiscal_year>/<slug:stage>/",
        roster.allocation_set,
        name="allocation_set",
    ),
    path("roster/file/", roster_files.roster_file, name="file"),
    path(
        "roster/file/allocations/FY<int:fiscal_year>.csv",
        roster_files.allocations_csv,
        name="file_allocations",
    ),
    path("roster/file/roster/FY<int:fiscal_year>.csv", roster_files.roster_csv, name="file_roster"),
    path("roster/changes/", roster_changes.change_list, name="changes"),
    path("roster/changes/<int:pk>/", roster_changes.change_detail, name="change"),
    path("roster/changes/<int:pk>/confirm/", roster_changes.change_confirm, name="change_confirm"),
    path("roster/changes/<int:pk>/refuse/", roster_changes.change_refuse, name="change_refuse"),
    path("sessions/", sessions.session_list, name="sessions"),
    path("sessions/keys/", sessions.keys_switch, name="keys"),
    path("sessions/time/", sessions.session_time, name="session_time"),
    path("sessions/<slug:name>/end/", sessions.session_end, name="session_end"),
    path("people/sign-in/", sessions.sign_in_rules_edit, name="sign_in_rules"),
    path("people/", people.person_list, name="people"),
    path("people/empty/", people.empty_roles, name="empty_roles"),
    path("people/add/", people.person_add, name="person_add"),
    path("people/<int:pk>/", people.person_detail, name="person"),
    path("people/<int:pk>/edit/", people.person_edit, name="person_edit"),
    path("people/<int:pk>/letter/", people.person_letter, name="person_letter"),
    path("people/<int:pk>/suspend/", people.person_suspend, name="person_suspend"),
    path("people/<int:pk>/reactivate/", people.person_reactivate, name="person_reactivate"),
    path("people/<int:pk>/roles/give/", memberships.membership_give, name="membership_give"),
    path(
        "people/<int:pk>/offices/<slug:slug>/<slug:role>/",
        offices.office_change,
        name="office_change",
    ),
    path(
        "people/<int:pk>/roles/<int:membership_pk>/hand-over/",
        memberships.membership_hand_over,
        name="membership_hand_over",
    ),
    path(
        "people/<int:pk>/roles/<int:membership_pk>/end/",
        memberships.membership_end,
        name="membership_end",
    ),
    path(
        "people/<int:pk>/delegations/<int:delegation_pk>/confirm/",
        delegations.delegation_confirm,
        name="delegation_confirm",
    ),
    path("people/<int:pk>/delegations/give/", delegations.delegation_give, name="delegation_give"),
    path(
        "people/<int:pk>/delegations/<int:delegation_pk>/end/",
        delegations.delegation_end,
        name="delegation_end",
    ),
]
