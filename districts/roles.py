"""Who people are here: the roles of districts and of the Department."""

from django.db import models


class Role(models.TextChoices):
    SUPERINTENDENT = "superintendent", "Superintendent"
    BOARD_CHAIR = "board_chair", "Board chair"
    PLAN_COORDINATOR = "plan_coordinator", "Plan coordinator"
    FISCAL_OFFICER = "fiscal_officer", "Fiscal officer"
    DISTRICT_VIEWER = "district_viewer", "District viewer"
    DISTRICT_ADMIN = "district_admin", "Access administrator"
    PROGRAM_REVIEWER = "program_reviewer", "Program reviewer"
    FISCAL_REVIEWER = "fiscal_reviewer", "Fiscal reviewer"
    PROGRAM_MANAGER = "program_manager", "Program manager"
    COMMISSIONER = "commissioner", "Commissioner"
    SYSADMIN = "sysadmin", "Administrator"
    AUDITOR = "auditor", "Auditor"


DISTRICT_ROLES = frozenset(
    {
        Role.SUPERINTENDENT,
        Role.BOARD_CHAIR,
        Role.PLAN_COORDINATOR,
        Role.FISCAL_OFFICER,
        Role.DISTRICT_VIEWER,
        Role.DISTRICT_ADMIN,
    }
)
DEPARTMENT_ROLES = frozenset(Role) - DISTRICT_ROLES
REVIEWER_ROLES = frozenset({Role.PROGRAM_REVIEWER, Role.FISCAL_REVIEWER})


class Access(models.TextChoices):
    """Whether a person can sign in."""

    ACTIVE = "active", "Active"
    NO_PASSWORD = "no_password", "No password yet"
    SUSPENDED = "suspended", "Suspended"
