"""One of everything an address can name, and one of everybody who might open it."""

from django.core.files.uploadedfile import SimpleUploadedFile

from districts.models import User
from districts.roles import Role
from districts.tests.factories import AllocationFactory, DelegationFactory, DistrictFactory, person
from notices.services import post
from plans import services
from plans.models import Objective
from plans.tests.factories import PlanFactory

DISTRICT_PEOPLE = {
    "coordinator": Role.PLAN_COORDINATOR,
    "fiscal officer": Role.FISCAL_OFFICER,
    "superintendent": Role.SUPERINTENDENT,
    "board chair": Role.BOARD_CHAIR,
    "viewer": Role.DISTRICT_VIEWER,
    "access admin": Role.DISTRICT_ADMIN,
}
ACCOUNT_KEYS = {"account_reset_password_from_key": {"uidb36": "1", "key": "set-password"}}
DEPARTMENT_PEOPLE = {
    "reviewer": Role.PROGRAM_REVIEWER,
    "manager": Role.PROGRAM_MANAGER,
    "commissioner": Role.COMMISSIONER,
    "admin": Role.SYSADMIN,
    "auditor": Role.AUDITOR,
}


class World:
    """Two districts' people, the Department's, and two plans: a draft and one under review."""

    def __init__(self, *, at):
        self.at = at
        self.district = DistrictFactory(name="Ansonia", slug="ansonia", designated=True)
        AllocationFactory(district=self.district, amount=100_000)
        elsewhere = DistrictFactory(name="Bristol", slug="bristol", designated=True)
        self.draft = PlanFactory(district=self.district)
        self.in_review = PlanFactory(district=elsewhere, under_review=True)
        self._people: dict[str, User | None] = {"stranger": None}
        for who, role in DISTRICT_PEOPLE.items():
            self._people[who] = person(role, self.district)
        self._people["other district"] = person(Role.PLAN_COORDINATOR, elsewhere)
        for who, role in DEPARTMENT_PEOPLE.items():
            self._people[who] = person(role)
        self._people["assigned reviewer"] = self.in_review.assignments.first().reviewer
        self._people["delegate"] = person(Role.PROGRAM_REVIEWER)
        self.delegation = DelegationFactory(delegate=self._people["delegate"])
        self._write_the_draft()

    def _write_the_draft(self):
        """One row of a list, one file and one letter, for the addresses that name them."""
        coordinator = self._people["coordinator"]
        saved = {"plan_id": self.draft.pk, "by": coordinator, "at": self.at}
        self.objective = services.add_row(model=Objective, values={}, as_typed={}, **saved)
        self.attachment = services.attach(
            title="Data", upload=SimpleUploadedFile("data.txt", b"46.1"), **saved
        )
        self.letter = post(
            key="world/letter",
            kind="plan_receipt",
            to=coordinator,
            subject="A letter",
            body="Its text",
            about=self.draft.about,
            why="To have one",
            at=self.at,
        )

    @property
    def people(self):
        return list(self._people)

    def person(self, who):
        return self._people[who]

    def kwargs(self, address, plan):
        """What the address of a row of the table names. `plan` is “draft”, “under review” or “”."""
        resolved = {
            "plans": self._of_plan,
            "reviews": self._of_plan,
            "districts": self._of_districts,
        }
        app, _, name = address.partition(":")
        return resolved[app](name, plan) if app in resolved else ACCOUNT_KEYS.get(address, {})

    def _of_plan(self, name, plan):
        if name in {"letter", "letter_send_again"}:
            return {"pk": self.letter.pk}
        if name in {"queue", "letters", "cycles"}:
            return {}
        if name == "cycle":
            return {"fiscal_year": 2027}
        row = self.draft if plan == "draft" else self.in_review
        kwargs = {"slug": row.district.slug, "fiscal_year": 2027}
        return kwargs | self._parts_of_plan.get(name, {})

    @property
    def _parts_of_plan(self):
        objective = {"kind_key": "objective", "row_id": self.objective.pk}
        return {
            "section": {"key": "cover"},
            "row_add": {"kind_key": "objective"},
            "row_add_to": {"kind_key": "target", "parent_id": self.objective.pk},
            "row": objective,
            "row_remove": objective,
            "attachment": {"lineage": self.attachment.lineage},
            "attachment_remove": {"lineage": self.attachment.lineage},
            "version": {"number": 1},
            "change": {"number": 1},
        }

    def _of_districts(self, name, plan):
        viewer = self._people["viewer"]
        if name in {"list", "add", "people", "person_add"}:
            return {}
        if name == "designation_edit":
            return {"slug": "ansonia", "pk": self.district.designations.get().pk}
        if name == "allocation_set":
            return {"slug": "ansonia", "fiscal_year": 2027, "stage": "final"}
        if name == "membership_end":
            return {"pk": viewer.pk, "membership_pk": viewer.memberships.get().pk}
        if name == "delegation_end":
            return {"pk": self.delegation.delegate_id, "delegation_pk": self.delegation.pk}
        if name.startswith(("person", "membership", "delegation")):
            return {"pk": viewer.pk}
        return {"slug": "ansonia"}
