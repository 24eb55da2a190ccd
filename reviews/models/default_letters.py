"""The words that Alliance comes with for each kind of decision letter, and what may stand in them.

Where a letter names the statute it is § 10-262u, 2024 edition; all else is the Department's own.
The words of the Department's people take their place, version by version (ADR 110). What stands in
braces is put in as the letter is written; nothing else in them is read as an instruction. A name
is never taken away again: there are versions that hold it.
"""

from dataclasses import dataclass

from django.db import models


class LetterKind(models.TextChoices):
    APPROVAL = "approval", "Approval"
    CONDITIONAL = "conditional", "Approval with conditions"
    RETURN = "return", "Return for changes"
    WITHHOLDING = "withholding", "Withholding"
    RELEASE = "release", "Release"
    CORRECTION = "correction", "Correction of an approval"
    CORRECTED_WITHHOLDING = "corrected_withholding", "Correction of a withholding"


@dataclass(frozen=True)
class Placeholder:
    """A name that stands in braces, and what is put in its place; `may`: it may be left out."""

    name: str
    means: str
    may: bool = False


_DATE = Placeholder("date", "the day of the decision")
_DISTRICT = Placeholder("district", "the district’s name")
_YEAR = Placeholder("fiscal_year", "the plan’s fiscal year, in four figures")
_SIGNATURE = Placeholder(
    "signature", "who signs, and the delegation where it is in the Commissioner’s name"
)
_VERSION = Placeholder("version", "the number of the version that was read")
_STATUTE = Placeholder(
    "words_of_statute", "a sentence on what the statute calls the plan, § 10-262u(d), 2024 edition"
)
_WHAT = Placeholder("what", "what is corrected and why, as it was typed")
_LINK = Placeholder("link", "the address of the plan’s page; a letter has one")
_OFFICE = Placeholder("office", "the office’s e-mail address")
_BY = Placeholder("decided_by", "who decided")
_AT = Placeholder("decided_at", "when it was decided, Eastern Time")
_IN_WHOSE_NAME = Placeholder(
    "in_whose_name", "for a delegate, “, in the Commissioner’s name, under …”; else nothing"
)
_FINDINGS = (
    Placeholder("implementation", "the finding on implementation"),
    Placeholder("implementation_reasons", "its reasons, as they were typed"),
    Placeholder("performance", "the finding on performance"),
    Placeholder("performance_reasons", "its reasons, as they were typed"),
)
_APPROVAL = (
    *(_DATE, _DISTRICT, _YEAR, _VERSION),
    Placeholder("kind_of_plan", "plan, or annual amendment", may=True),
    Placeholder("submitted_on", "the day on which it was submitted", may=True),
    Placeholder("what_may_be_spent", "a sentence on the amount, § 10-262u; another where it is $0"),
    _STATUTE,
    Placeholder("permits", "a sentence for each line that was given what it needs (R27, R28)"),
    *_FINDINGS,
    Placeholder("evidence", "last year’s reports and figures, as the decision cites them (R34)"),
    Placeholder("waiver_of_last_year", "what was waived of last year’s duties, with the grounds"),
    Placeholder("mid_year_report_on", "the day of the mid-year progress report", may=True),
    Placeholder("end_of_year_report_on", "the day of the end-of-year progress report", may=True),
    Placeholder("expenditure_report_on", "the day of the expenditure report", may=True),
    _SIGNATURE,
)

CITES = {  # what the words themselves name; in the other letters what is put in names it
    LetterKind.WITHHOLDING: "10-262u(f)",
    LetterKind.RELEASE: "10-262u(f)",
    LetterKind.CORRECTED_WITHHOLDING: "10-262u(f)",
}

PLACEHOLDERS: dict[LetterKind, tuple[Placeholder, ...]] = {
    LetterKind.APPROVAL: _APPROVAL,
    LetterKind.CONDITIONAL: (
        *_APPROVAL,
        Placeholder("this_or_these_conditions", "“this condition” or “these conditions”", may=True),
        Placeholder("conditions", "the conditions, a line each: number, words, day"),
    ),
    LetterKind.RETURN: (
        *(_VERSION, _YEAR, _DISTRICT),
        Placeholder("changes_asked", "“One change is asked” or “3 changes are asked”", may=True),
        _STATUTE,
        Placeholder("words", "what the reviewers wrote before the changes, if anything"),
        Placeholder("changes", "each change: number, section, words and the day to answer"),
        Placeholder("the_changes", "“the change” or “each change”", may=True),
        _LINK,
    ),
    LetterKind.WITHHOLDING: (
        *(_BY, _YEAR, _DISTRICT, _AT, _IN_WHOSE_NAME, _STATUTE),
        Placeholder("grounds", "duty, amount, grounds, cure and the day to answer"),
        *(_OFFICE, _LINK),
    ),
    LetterKind.RELEASE: (
        *(_BY, _YEAR, _DISTRICT, _AT, _IN_WHOSE_NAME),
        Placeholder("withheld_on", "the day on which they were withheld"),
        Placeholder("what_it_is_released_on", "what the board has done, as it was typed"),
        Placeholder("state", "where the plan is again, in the district’s words"),
        Placeholder(
            "funds_may_be_spent", "of an approved plan, a sentence that says so; else nothing"
        ),
        _LINK,
    ),
    LetterKind.CORRECTION: (
        *(_DATE, _DISTRICT, _YEAR, _VERSION),
        Placeholder("corrected_day", "the day of the decision that is corrected"),
        _WHAT,
        *_FINDINGS,
        Placeholder("corrected_conditions", "the conditions that it corrects, a line each"),
        Placeholder("amount", "the amount that may be spent"),
        Placeholder("other_conditions", "“the conditions” or “every other condition”"),
        _SIGNATURE,
    ),
    LetterKind.CORRECTED_WITHHOLDING: (
        *(_DATE, _DISTRICT, _YEAR),
        Placeholder("corrected_day", "the day of the withholding that is corrected"),
        _WHAT,
        Placeholder("grounds", "duty, amount, grounds, cure and the day to answer, as corrected"),
        *(_OFFICE, _SIGNATURE),
    ),
}

_HEAD = """State of Connecticut
State Department of Education
Office of the Commissioner

{date}

To the Superintendent of Schools and the Chair of the Board of Education, {district}
"""
_APPROVED = f"""{_HEAD}
Fiscal year {{fiscal_year}} Alliance District plan: approval

I have approved the {{kind_of_plan}} your board submitted on {{submitted_on}} (version {{version}}).

{{what_may_be_spent}} {{words_of_statute}}

{{permits}}

Implementation: {{implementation}}. {{implementation_reasons}}

Performance: {{performance}}. {{performance_reasons}}

{{evidence}}

{{waiver_of_last_year}}
"""
_REPORTS_DUE = """
A mid-year progress report is due {mid_year_report_on}, an end-of-year progress report \
{end_of_year_report_on}, and a certified expenditure report {expenditure_report_on}.

{signature}
"""
_OFFICE_SIGNS = """
Alliance District office
Connecticut State Department of Education
"""

DEFAULT_LETTERS: dict[LetterKind, str] = {
    LetterKind.APPROVAL: _APPROVED + _REPORTS_DUE,
    LetterKind.CONDITIONAL: f"""{_APPROVED}
The approval is given on {{this_or_these_conditions}}:
{{conditions}}
{_REPORTS_DUE}""",
    LetterKind.RETURN: f"""The Department has read version {{version}} of the FY{{fiscal_year}} \
Alliance District plan of {{district}} and returns it. {{changes_asked}} before it can be \
approved. {{words_of_statute}}

{{words}}

{{changes}}

The plan is open for editing again. Answer {{the_changes}}, have the plan signed, and hand it in:
{{link}}
{_OFFICE_SIGNS}""",
    LetterKind.WITHHOLDING: f"""{{decided_by}} withheld the funds of the FY{{fiscal_year}} \
Alliance District plan of {{district}} on {{decided_at}}{{in_whose_name}} (Conn. Gen. Stat. \
§ 10-262u(f)). {{words_of_statute}}

The grounds:
{{grounds}}

To answer, write to the Alliance District office at {{office}}, with evidence of what was done: \
on it the Commissioner may renew the funding.

Until then the plan cannot be edited or submitted:
{{link}}
{_OFFICE_SIGNS}""",
    LetterKind.RELEASE: f"""{{decided_by}} released the funds of the FY{{fiscal_year}} Alliance \
District plan of {{district}} on {{decided_at}}{{in_whose_name}} (Conn. Gen. Stat. § 10-262u(f), \
2024 edition). They were withheld on {{withheld_on}}.

{{what_it_is_released_on}}

The plan is again where it was before: {{state}}.{{funds_may_be_spent}}
{{link}}
{_OFFICE_SIGNS}""",
    LetterKind.CORRECTION: f"""{_HEAD}
Fiscal year {{fiscal_year}} Alliance District plan: correction of the approval

This letter corrects the decision of {{corrected_day}} on the plan of your board \
(version {{version}}).

What is corrected, and why: {{what}}

Corrected, the findings are:

Implementation: {{implementation}}. {{implementation_reasons}}

Performance: {{performance}}. {{performance_reasons}}

{{corrected_conditions}}

All else in that decision stands: the approval, the amount of {{amount}} and {{other_conditions}}.

{{signature}}
""",
    LetterKind.CORRECTED_WITHHOLDING: f"""{_HEAD}
Fiscal year {{fiscal_year}} Alliance District plan: correction of the withholding

This letter corrects the decision of {{corrected_day}} to withhold funds under section 10-262u(f) \
of the Connecticut General Statutes.

What is corrected, and why: {{what}}

Corrected, the decision says:

{{grounds}}

The funds stay withheld. To answer, write to the Alliance District office at {{office}}, with \
evidence of what was done: on it the Commissioner may renew the funding.

{{signature}}
""",
}
