"""What the Department concludes: recommendations, and the Commissioner's determinations.

And what its reviewers write together before they conclude: the draft of a return.
"""

from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from districts.models import Delegation
from districts.models.constraints import paired
from districts.roles import Role
from plans.models import (
    Act,
    DraftRow,
    Plan,
    PlanEvent,
    PlanVersion,
    RequiredChange,
    digest_is_a_hash,
)

# A former release that runs on these tables does not name the submission; it is the last there is.
_OF_THE_LAST_SUBMISSION = pgtrigger.Trigger(
    name="of_the_last_submission",
    operation=pgtrigger.Insert,
    when=pgtrigger.Before,
    condition=pgtrigger.Q(new__submission__isnull=True),
    func="NEW.submission_id := (SELECT max(id) FROM plans_planevent"
    " WHERE plan_id = NEW.plan_id AND version_id = NEW.version_id"
    " AND step = 'submit'); RETURN NEW;",
)


def _submission() -> models.ForeignKey:
    """A version may come back unedited (ADR 10): what is said of it is of one submission alone."""
    return models.ForeignKey(
        PlanEvent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="By which the version that it judges had come in.",
    )


class Recommendation(Act):
    """A reviewer's word to the Commissioner on one version. It never shows to a district."""

    class As(models.TextChoices):
        PROGRAM = Role.PROGRAM_REVIEWER.value, "Program review"
        FISCAL = Role.FISCAL_REVIEWER.value, "Fiscal review"
        MANAGER = Role.PROGRAM_MANAGER.value, "Program manager’s review"

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="recommendations")
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    submission = _submission()
    made_as = models.CharField(
        max_length=16,
        choices=As,
        blank=True,
        db_default="",  # a former release that runs on this table does not name it
        help_text="Empty before this was kept.",
    )
    key = models.UUIDField(unique=True, null=True, blank=True, editable=False)
    text = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="recommendation_says_why", condition=~Q(text="")),
            models.CheckConstraint(
                name="recommendation_part_is_known",
                condition=Q(
                    made_as__in=["", "program_reviewer", "fiscal_reviewer", "program_manager"]
                ),
            ),
            paired("recommendation", "made"),
            digest_is_a_hash("recommendation"),
        ]
        indexes = [
            models.Index(  # few are, and each list of a year asks for them
                name="recommendation_by_managers",
                fields=["plan"],
                condition=Q(made_as="program_manager"),
            )
        ]
        triggers = [_OF_THE_LAST_SUBMISSION]


class ReturnDraftQuerySet(models.QuerySet["ReturnDraft"]):
    def unsent(self):
        return self.filter(event=None)


class ReturnDraft(models.Model):
    """What all reviewers of a plan write together until one of them returns it with that.

    It never shows to a district. Whether it can be sent is asked of the plan's status; what
    becomes of the plan meanwhile leaves its words as they are.
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="return_drafts")
    words = models.TextField(blank=True, help_text="What the letter says before the changes.")
    as_typed = models.JSONField(default=dict, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Of the words: rises as saved.")
    saved_at = models.DateTimeField(null=True, blank=True)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    event = models.OneToOneField(
        PlanEvent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="return_draft",
        help_text="The return that sent it; none while it is a draft.",
    )

    objects = ReturnDraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="returndraft_one_unsent_for_a_plan",
                fields=["plan"],
                condition=Q(event=None),
            ),
            paired("returndraft", "saved"),
            paired("returndraft", "started"),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]


class ProposedChange(DraftRow):
    """A required change before the plan is returned, by whoever wrote and last saved it.

    One that was taken out is kept, and can be put back.
    """

    draft = models.ForeignKey(ReturnDraft, models.PROTECT, related_name="changes")
    section = models.CharField(max_length=20, blank=True)
    anchor = models.CharField(
        max_length=120,
        blank=True,
        default="",
        db_default="",  # a former release that runs on this table does not name it
        help_text="A row or field of the section, as `plans.documents.places` writes one.",
    )
    text = models.TextField(blank=True)
    due_on = models.DateField(
        null=True, blank=True, help_text="15 business days after the return unless set."
    )
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    became = models.OneToOneField(
        RequiredChange,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="proposal",
        help_text="The numbered change that was sent.",
    )

    class Meta(DraftRow.Meta):
        constraints = [
            *DraftRow.Meta.constraints,
            models.UniqueConstraint(
                name="proposedchange_lineage_is_unique_in_draft", fields=["draft", "lineage"]
            ),
            paired("proposedchange", "written"),
            paired("proposedchange", "removed"),
        ]
        triggers = [pgtrigger.Protect(name="kept", operation=pgtrigger.Delete)]


class Waiver(models.Model):
    """The Commissioner lets a version be decided against a condition of the gate, with grounds.

    Of people: fewer than R36 and R38 ask for, which a small office may need; it never lets anybody
    decide in a district of their own. Of last year: what R31 asks of that year's plan and reports.
    It is for the version as it came in then: one that comes back is looked at anew.
    """

    class Of(models.TextChoices):
        PEOPLE = "people", "Who reviews and who decides"
        LAST_YEAR = "last_year", "What last year’s plan and reports lack"

    of = models.CharField(
        max_length=9,
        choices=Of,
        default=Of.PEOPLE,
        db_default=Of.PEOPLE,  # a former release that runs on this table does not name it
    )
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="waivers")
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    submission = _submission()
    grounds = models.TextField()
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="waiver_gives_grounds", condition=~Q(grounds="")),
            models.CheckConstraint(
                name="waiver_of_is_known", condition=Q(of__in=["people", "last_year"])
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Update | pgtrigger.Delete),
            _OF_THE_LAST_SUBMISSION,
        ]


class DeterminationQuerySet(models.QuerySet["Determination"]):
    def told(self, at: datetime):
        """Whose letters were free to leave by then: they can no longer be called back."""
        return self.filter(Q(leaves_at=None) | Q(leaves_at__lte=at))


class Determination(models.Model):
    """The Commissioner's approval, with findings on implementation and performance (R34, R39).

    `plan` names the plan whose decision this is now: there is one at most. One that was called
    back before its letters left, or corrected, is kept as a former one.
    """

    class Implementation(models.TextChoices):
        CARRIED_OUT = "carried_out", "Carried out"
        LARGELY = "largely", "Largely carried out"
        NOT_CARRIED_OUT = "not_carried_out", "Not carried out"
        FIRST_PLAN = "first_plan", "No plan to look back on in this system"

    class Performance(models.TextChoices):
        MET = "met", "Targets met"
        PROGRESS = "progress", "Progress"
        NOT_MET = "not_met", "Not met"
        FIRST_PLAN = "first_plan", "No plan to look back on in this system"

    plan = models.OneToOneField(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="determination",
        help_text="Whose decision it is; none once it was called back or corrected.",
    )
    former_of = models.ForeignKey(
        Plan,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="former_determinations",
        help_text="Whose decision it was.",
    )
    called_back = models.OneToOneField(
        PlanEvent,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The step that called it back before its letters left.",
    )
    corrects = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        help_text="The former decision whose place it takes.",
    )
    correction = models.TextField(
        blank=True,
        default="",
        db_default="",  # a former release that runs on this table does not name it
        help_text="What is corrected, and why.",
    )
    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="+")
    event = models.OneToOneField(
        PlanEvent,
        models.PROTECT,
        null=True,  # a former release that runs on this table does not name it
        blank=True,
        related_name="determination",
        help_text="The approval.",
    )
    implementation = models.CharField(max_length=15, choices=Implementation)
    implementation_reasons = models.TextField()
    performance = models.CharField(max_length=10, choices=Performance)
    performance_reasons = models.TextField()
    delegation = models.ForeignKey(
        Delegation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Set where a delegate decided in the Commissioner's name.",
    )
    waiver = models.ForeignKey(
        Waiver,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Set where the Commissioner waived a rule about who reviews and who decides.",
    )
    waiver_of_last_year = models.ForeignKey(
        Waiver,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Set where the Commissioner waived what last year’s plan or reports lack (R31).",
    )
    evidence = models.JSONField(
        null=True,
        blank=True,
        help_text="Last year's reports and figures as the decider saw them (R34); none before it"
        " was kept, or where there is no year to look back on.",
    )
    amount = models.BigIntegerField(help_text="Whole US dollars the board may spend.")
    permits = models.JSONField(
        null=True,
        blank=True,
        help_text="What single lines were given by themselves (R27, R28); none before it was kept.",
    )
    letter = models.TextField(help_text="The decision letter, as it left.")
    leaves_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Until then it can be called back, and its letter waits; empty: at once, before"
        " this was kept.",
    )
    moved = models.TextField(
        blank=True,
        default="",
        db_default="",  # a former release that runs on this table does not name it
        help_text="What the Department had changed since closing, as the decider read it.",
    )
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = DeterminationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="determination_gives_reasons",
                condition=~Q(implementation_reasons="") & ~Q(performance_reasons=""),
            ),
            models.CheckConstraint(
                name="determination_amount_is_not_negative", condition=Q(amount__gte=0)
            ),
            models.CheckConstraint(
                name="determination_is_of_a_plan_now_or_was",
                condition=Q(plan__isnull=False, former_of=None, called_back=None)
                | Q(plan=None, former_of__isnull=False),
            ),
            models.CheckConstraint(
                name="determination_correction_says_what",
                condition=Q(corrects=None, correction="")
                | Q(corrects__isnull=False) & ~Q(correction=""),
            ),
            paired("determination", "decided"),
        ]
        triggers = [
            pgtrigger.Protect(name="immutable", operation=pgtrigger.Delete),
            pgtrigger.ReadOnly(
                name="says_what_it_said", exclude=["plan", "former_of", "called_back"]
            ),
            pgtrigger.Protect(  # once, and for good
                name="ends_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__plan__isnull=True)
                | pgtrigger.Q(new__plan__isnull=False),
            ),
        ]

    def is_held(self, at: datetime) -> bool:
        """Whether its letter has still to leave, so that it can be called back."""
        return self.leaves_at is not None and at < self.leaves_at
