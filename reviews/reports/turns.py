"""Whose turn it is with the plans of a year that the Department has, asked of all of them at once.

Of one plan the gate says it (reviews/rules.py), from its packet; reviews/tests/test_turns.py holds
the two together. Each question is asked of districts with their `plan` and their `run` of the year,
and about plans by their primary key, so that PostgreSQL answers it once and not for each of them.
"""

from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from districts.models import Conflict, User, standing_of
from districts.roles import Role
from plans.models import Assignment, PlanEvent, Signature
from plans.workflow import DISTRICT_STEPS, IN_REVIEW, Status
from reviews.models import Consensus, Level, Rating, Recommendation, ThirdReviewer, Waiver

PARTS = [part.value for part in Assignment.As]  # in which a plan is given to reviewers
IS_REFORM = Q(run__is_reform_district=True)  # as the roster stands


@dataclass(frozen=True)
class Duties:
    """What somebody's roles have them do with plans."""

    reviews_as: tuple[str, ...] = ()  # the parts in which plans are given to them
    assigns: bool = False  # and gives the program manager's review
    decides: bool = False
    is_kept_from: bool = False  # some districts, of which none of this is theirs (R37)

    @classmethod
    def of(cls, user: User) -> Self:
        standing = standing_of(user)
        return cls(
            reviews_as=tuple(sorted(standing.at_department & {Role(part) for part in PARTS})),
            assigns=Role.PROGRAM_MANAGER in standing.at_department,
            decides=standing.may_decide,
            is_kept_from=bool(standing.kept_from),
        )


NO_DUTIES = Duties()


def asked_of(*, is_reform_district: bool) -> list[Recommendation.As]:
    """Program and fiscal (R38); for an educational reform district the manager's too (R36)."""
    asked = [Recommendation.As.PROGRAM, Recommendation.As.FISCAL]
    return [*asked, Recommendation.As.MANAGER] if is_reform_district else asked


def is_to_decide(fiscal_year: int) -> Q:
    """The reviews are all in and agree, or are waived: a decision comes next."""
    return Q(plan__status__in=sorted(IN_REVIEW)) & (
        Q(plan__pk__in=both_reviewed(fiscal_year))
        & (~IS_REFORM | Q(plan__pk__in=by_manager(fiscal_year)))
        & ~Q(plan__pk__in=disputed(fiscal_year))
        | Q(plan__pk__in=waived(fiscal_year))
    )


def is_waiting_for(reader_id: int, duties: Duties, fiscal_year: int) -> Q:
    """The reader has an act to do with it now (R36 to R39)."""
    waits = Q(pk__in=[])
    if duties.reviews_as:
        waits |= Q(plan__pk__in=_to_review(reader_id, duties, fiscal_year))
    if duties.assigns:
        waits |= Q(plan__status__in=sorted(IN_REVIEW)) & (
            _lacks_a_reviewer(fiscal_year)
            | _lacks_the_manager(reader_id, fiscal_year)
            | _is_to_agree(reader_id, fiscal_year)
        )
    if waits:
        waits &= ~Q(plan__pk__in=waived(fiscal_year))
    if duties.assigns:
        waits |= Q(plan__status=Status.SUBMITTED)
    if duties.decides:
        may = Q(plan__pk__in=waived(fiscal_year)) | ~_had_a_hand(reader_id)
        waits |= is_to_decide(fiscal_year) & may
    return waits


def by_manager(fiscal_year: int | None = None) -> QuerySet:
    """Plans that have the program manager's review since they were handed in."""
    return _managers(fiscal_year).values("plan")


def _managers(fiscal_year: int | None) -> QuerySet[Recommendation]:
    given = _since_handed_in(Recommendation, fiscal_year, "made_at")
    recused = Exists(Conflict.objects.between("made_by", "plan__district"))
    another = _named().filter(plan=OuterRef("plan")).exclude(reviewer=OuterRef("made_by"))
    return given.filter(~recused, ~Exists(another), made_as=Recommendation.As.MANAGER)


def _named() -> QuerySet[ThirdReviewer]:
    """Those who are named to give the third review, and still can (R36)."""
    return ThirdReviewer.objects.current().reachable().order_by()


def disputed(fiscal_year: int | None = None) -> QuerySet:
    """Plans of which two reviews that count rate a criterion two levels apart, and nobody has
    recorded since on what their reviewers agree (R38)."""
    counts = [_that_count(fiscal_year).values("pk"), _managers(fiscal_year).values("pk")]
    ratings = Rating.objects.filter(
        Q(review__recommendation__in=counts[0]) | Q(review__recommendation__in=counts[1])
    ).order_by()
    agreed = Consensus.objects.filter(
        submission=OuterRef("review__submission"),
        about=OuterRef("criterion__lineage"),
        recorded_at__gte=OuterRef("review__recommendation__made_at"),
    ).filter(recorded_at__gte=OuterRef(OuterRef("review__recommendation__made_at")))
    opposite = ratings.filter(
        ~Exists(agreed),
        level=Level.DOES_NOT,
        review__submission=OuterRef("review__submission"),
        criterion__lineage=OuterRef("criterion__lineage"),
    )
    return ratings.filter(Exists(opposite), level=Level.MEETS).values("review__plan")


def both_reviewed(fiscal_year: int | None = None) -> QuerySet:
    return (
        _that_count(fiscal_year)
        .values("plan")
        .annotate(parts=Count("made_as", distinct=True))
        .filter(parts=len(PARTS))
        .values("plan")
    )


def _that_count(fiscal_year: int | None) -> QuerySet[Recommendation]:
    """Reviews by who is the reviewer now: one who was replaced is followed by another."""
    return _since_handed_in(Recommendation, fiscal_year, "made_at").filter(
        plan__assignments__ended_at=None,
        plan__assignments__reviews_as=F("made_as"),
        plan__assignments__reviewer=F("made_by"),
    )


def waived(fiscal_year: int | None = None) -> QuerySet:
    return _since_handed_in(Waiver, fiscal_year, "given_at").values("plan")


def _since_handed_in(model: Any, fiscal_year: int | None, moment: str) -> QuerySet:
    """What was said of the plans in review since they came in; before is of another submission.

    Of every year where none is named.
    """
    of_year = {"plan__cycle": fiscal_year} if fiscal_year else {}
    return model.objects.filter(
        **of_year,
        plan__status__in=sorted(IN_REVIEW),
        **{f"{moment}__gte": F("plan__submitted_at")},
    ).order_by()


def _to_review(reader_id: int, duties: Duties, fiscal_year: int) -> QuerySet:
    """Plans of which the reader's own review is not in, or is to be agreed on with another's."""
    is_open = ~Exists(own_review()) | Q(plan__in=disputed(fiscal_year))
    assigned = _assigned(fiscal_year).filter(is_open, reviewer=reader_id)
    return assigned.filter(reviews_as__in=duties.reviews_as).values("plan")


def own_review() -> QuerySet:
    """Of an assignment: the review that its reviewer gave in that part."""
    return Recommendation.objects.filter(
        plan=OuterRef("plan"),
        made_as=OuterRef("reviews_as"),
        made_by=OuterRef("reviewer"),
        made_at__gte=OuterRef("plan__submitted_at"),
    )


def _lacks_a_reviewer(fiscal_year: int) -> Q:
    """In one part no review is in and nobody is there to give it: somebody is to be assigned."""
    assigned = _assigned(fiscal_year)
    can_or_did = Q(pk__in=assigned.reachable().values("pk")) | Exists(own_review())
    held = (
        assigned.filter(can_or_did)
        .values("plan")
        .annotate(parts=Count("pk"))
        .filter(parts=len(PARTS))
    )
    return ~Q(plan__pk__in=held.values("plan"))


def _lacks_the_manager(reader_id: int, fiscal_year: int) -> Q:
    """The third review of a reform district (R36), by a manager who does not review it besides."""
    own = _assigned(fiscal_year).filter(reviewer=reader_id).values("plan")
    others = _named().filter(plan__cycle=fiscal_year).exclude(reviewer=reader_id).values("plan")
    lacks = IS_REFORM & ~Q(plan__pk__in=by_manager(fiscal_year))
    return lacks & ~Q(plan__pk__in=own) & ~Q(plan__pk__in=others)


def _is_to_agree(reader_id: int, fiscal_year: int) -> Q:
    """Reviews of which the reader gave the manager's are to be agreed on."""
    own = _managers(fiscal_year).filter(made_by=reader_id).values("plan")
    return Q(plan__pk__in=disputed(fiscal_year)) & Q(plan__pk__in=own)


def _assigned(fiscal_year: int) -> Any:
    return Assignment.objects.current().filter(
        plan__cycle=fiscal_year, plan__status__in=sorted(IN_REVIEW)
    )


def _had_a_hand(person: int) -> Q:
    """As reviews.permissions.had_a_hand asks it of one plan."""
    hands: list[QuerySet] = [
        Assignment.objects.filter(reviewer=person).values("plan"),
        ThirdReviewer.objects.current().filter(reviewer=person).values("plan"),
        Recommendation.objects.filter(made_by=person).values("plan"),
        Signature.objects.filter(signed_by=person).values("version__plan"),
        PlanEvent.objects.filter(taken_by=person, step__in=DISTRICT_STEPS).values("plan"),
    ]
    had = Q(pk__in=[])
    for plans in hands:
        had |= Q(plan__pk__in=plans)
    return had
