"""The table of rights: every address × everyone × reading and posting. An address without a row fails the build.

A row says what each role meets: `in` (a page, or on to the next one), `login` (sent to sign in), `404` (not there, or
not hers), `403`, `405`. All things named by the addresses are Amira's: a case of the Bureau of Commerce.
Anything but GET, HEAD, OPTIONS and POST is answered 405 to everyone.
"""

from dataclasses import dataclass

from tests.house.scenery import ROLES

Meets = dict[str, str]
EVERYONE = frozenset(ROLES)


def only(*inside: str, anonymous: str = "login", outside: str = "404") -> Meets:
    """These come in; whoever has not signed in is sent to sign in; for everyone else it is not there."""
    return {role: "in" if role in inside else anonymous if role == "anonymous" else outside for role in ROLES}


def barred(group: Meets) -> Meets:
    """Whoever would come in learns that this method has no meaning here."""
    return {role: "405" if met == "in" else met for role, met in group.items()}


@dataclass(frozen=True)
class Row:
    """What everyone meets by reading and by posting."""

    get: Meets
    post: Meets


def page(group: Meets, guard: Meets | None = None) -> Row:
    """Read only; `guard` says who gets as far as the check of the method."""
    return Row(group, barred(guard or group))


def form(group: Meets) -> Row:
    """Read and posted alike."""
    return Row(group, group)


def act(group: Meets, guard: Meets | None = None) -> Row:
    """Posted only."""
    return Row(barred(guard or group), group)


def read(group: Meets) -> Row:
    """An operation of the API that reads: whoever is unknown learns it, and posting has no meaning."""
    return Row(group | ({"anonymous": "401"} if group["anonymous"] != "in" else {}), dict.fromkeys(ROLES, "405"))


def write(group: Meets) -> Row:
    """An operation of the API that writes: nothing is read here."""
    return Row(dict.fromkeys(ROLES, "405"), group | {"anonymous": "401"})


PUBLIC = only(*EVERYONE)
SIGNED = only(*(EVERYONE - {"anonymous"}))
OWNER = only("owner")
CLERK = only("clerk")
CLERKS = only("clerk", "clerk elsewhere")
OFFICER = only("officer")
OFFICERS = only("officer", "officer elsewhere")
DESK = only("officer", "head")
DESKS = only("officer", "officer elsewhere", "head")
HEAD = only("head")
ASKED = only("officer elsewhere")
MANAGER = only("manager")
ADMIN = only("administrator", outside="login")
STAFF = {**SIGNED, "owner": "403", "other applicant": "403"}  # who has a second factor to prove
WITH_FACTOR = {**SIGNED, "owner": "404", "other applicant": "404"}
NOBODY = dict.fromkeys(ROLES, "login")
HAS_NONE = {**dict.fromkeys(ROLES, "404"), "anonymous": "login"}
SYSTEMS = {**dict.fromkeys(ROLES, "403"), "anonymous": "401"}  # not for a person's session

RIGHTS: dict[str, Row] = {
    # the portal
    "healthz": form(PUBLIC),
    "readyz": form(PUBLIC),
    "robots": form(PUBLIC),
    "home": form(PUBLIC),
    "styleguide": form(PUBLIC),
    "accessibility": form(PUBLIC),
    "privacy": form(PUBLIC),
    "workday_calendar": form(PUBLIC),
    "demo": page(PUBLIC),
    "demo_sign_in": act(PUBLIC),  # in demo mode; tests/accounts/test_demo.py sees that it is not there without
    "document_verify_form": page(PUBLIC),
    "document_verify": form(PUBLIC),
    "portal_mine": form(SIGNED),
    # one's account; who is signed in already is led on from the pages of signing in
    "account_me": form(SIGNED),
    "account_sessions_end": act(SIGNED),
    "account_login": form(PUBLIC),
    "account_logout": form(PUBLIC),
    "account_inactive": page(PUBLIC),
    "account_signup": form(PUBLIC),
    "account_reauthenticate": form(STAFF),  # the cast has no passwords; staff go on to their second factor
    "account_email": form(SIGNED),
    "account_email_verification_sent": form(SIGNED),
    "account_change_password": form(SIGNED),
    "account_set_password": form(SIGNED),
    "account_reset_password": form(PUBLIC),
    "account_confirm_login_code": form({**PUBLIC, "anonymous": "login"}),
    "account_confirm_password_reset_code": form(NOBODY),
    "account_complete_password_reset": form(PUBLIC),
    "account_password_reset_completed": page(PUBLIC),
    "account_request_login_code": form(PUBLIC),
    "mfa_index": page(SIGNED),
    "mfa_authenticate": form(SIGNED),
    "mfa_reauthenticate": form(STAFF),
    "mfa_activate_totp": form(SIGNED),
    "mfa_deactivate_totp": form(WITH_FACTOR),
    "mfa_view_recovery_codes": Row(HAS_NONE, barred(SIGNED)),
    "mfa_generate_recovery_codes": form(SIGNED),
    "mfa_download_recovery_codes": form(HAS_NONE),
    "mfa_list_webauthn": page(SIGNED),
    "mfa_add_webauthn": form(SIGNED),
    "mfa_reauthenticate_webauthn": form(STAFF),
    "mfa_remove_webauthn": form(WITH_FACTOR),
    "mfa_edit_webauthn": form(WITH_FACTOR),
    "mfa_login_webauthn": form(SIGNED),
    # notices
    "notice_list": form(SIGNED),
    "notice_read_all": act(SIGNED),
    "notice_prefer": form(SIGNED),
    "notice_show": form(OWNER),
    "notice_read": act(OWNER, guard=SIGNED),
    # a person's own file
    "person_me": page(SIGNED),
    "person_update": form(SIGNED),
    "travel_document_add": form(SIGNED),
    "person_looks": page(SIGNED),
    "person_export": act(OWNER, guard=SIGNED),  # the others have told nothing yet
    "mandate_list": page(SIGNED),
    "mandate_give": form(SIGNED),
    "mandate_revoke": form(OWNER),
    "evidence_list": page(SIGNED),
    "evidence_list/person_id": page(OWNER, guard=SIGNED),
    "evidence_add": form(SIGNED),
    "evidence_add/person_id": form(OWNER),
    "evidence_get": page(OWNER, guard=SIGNED),
    "evidence_remove": form(OWNER),
    # the catalogue, and following by reference
    "service_list": page(PUBLIC),
    "service_show": page(PUBLIC),
    "service_edition": page(PUBLIC),
    "bundle_show": page(PUBLIC),
    "case_status": page(PUBLIC),
    "case_status_show": page(PUBLIC),
    # applying
    "case_start": form(PUBLIC),
    "bundle_start": form(PUBLIC),
    "draft_show": page(OWNER, guard=PUBLIC),
    "draft_send_link": form(OWNER),
    "draft_resume": page(PUBLIC),  # what is somebody's by now asks her to sign in
    "case_answer": form(OWNER),
    "case_identify": page(OWNER, guard=SIGNED),
    "material_attach": form(OWNER),
    "case_submit": form(OWNER),
    "case_discard": form(OWNER),
    "case_list": page(SIGNED),
    "case_show": page(OWNER, guard=SIGNED),
    "case_receipt": page(OWNER, guard=SIGNED),
    "case_correct": form(OWNER),
    "material_replace": form(OWNER),
    "case_withdraw": form(OWNER),
    "gap_fill": form(OWNER),
    "case_letter": page(OWNER, guard=SIGNED),
    "material_show": page(OWNER, guard=SIGNED),
    # the window
    "window_list": page(CLERKS),
    "window_take_next": act(CLERKS),
    "result_list": page(CLERKS),
    "result_hand_over": act(CLERK, guard=CLERKS),
    "window_case": page(CLERK, guard=CLERKS),
    "case_claim": act(CLERK, guard=CLERKS),
    "case_release": act(CLERK, guard=CLERKS),
    "material_check": act(CLERK, guard=CLERKS),
    "case_accept": form(CLERK),
    "gap_check": form(CLERK),
    "case_request_correction": form(CLERK),
    "case_refuse_acceptance": form(CLERK),
    "window_material": page(CLERK, guard=CLERKS),
    "window_letter": page(CLERK, guard=CLERKS),
    # the departments' desks
    "desk_list": page(DESKS),
    "task_show": page(DESK, guard=DESKS),
    "task_claim": act(OFFICER, guard=OFFICERS),
    "task_release": act(OFFICER, guard=OFFICERS),
    "task_grant": form(OFFICER),
    "task_refuse": form(OFFICER),
    # clocks and cards
    "task_suspend": form(OFFICER),
    "task_resume": act(OFFICER, guard=OFFICERS),
    "extension_ask": form(OFFICER),
    "extension_approve": form(HEAD),
    "extension_refuse": act(HEAD),
    "card_list": page(
        only("clerk", "clerk elsewhere", "officer", "officer elsewhere", "head", "supervisor", "manager")
    ),
    "card_explain": form(only("officer", "head")),
    "card_appeal": form(only("officer", "head")),
    "card_answer": form(only("supervisor", "manager")),
    "desk_material": page(DESK, guard=DESKS),
    "task_propose": form(OFFICER),
    "task_sign": act(HEAD),
    "task_send_back": form(HEAD),
    "task_hand_over": form(OFFICER),
    "tasks_grant_together": form(OFFICERS),  # whoever ticks another department's task finds nothing of it
    "opinion_ask": form(OFFICER),
    "opinion_answer": form(ASKED),
    "opinion_revoke": act(OFFICER, guard=OFFICERS),
    "decision_correct": form(OFFICER),
    # the manager's board
    "board_show": page(MANAGER),
    "board_tasks": page(MANAGER),
    "board_cases": page(MANAGER),
    "task_reassign": form(MANAGER),
    "task_lease_break": act(MANAGER),
    "case_reassign": form(MANAGER),
    "case_lease_break": act(MANAGER),
    # for programs, here called from browsers; tokens and scopes have tests of their own (tests/api)
    "api_schema": page(PUBLIC),
    "api_documentation": page(PUBLIC),
    "oauth_token": Row(dict.fromkeys(ROLES, "405"), PUBLIC),  # a system's own secret, or nothing
    "oauth_revoke": Row(dict.fromkeys(ROLES, "405"), PUBLIC),
    "oauth_introspect": Row(dict.fromkeys(ROLES, "405"), PUBLIC),
    "api_token_list": read(SIGNED),
    "api_token_make": write(SIGNED),
    "api_token_revoke": write(OWNER),
    "api_service_list": read(PUBLIC),
    "api_service_show": read(PUBLIC),
    "api_service_editions": read(PUBLIC),
    "api_service_edition": read(PUBLIC),
    "api_department_list": read(PUBLIC),
    "api_bundle_list": read(PUBLIC),
    "api_bundle_show": read(PUBLIC),
    "api_case_status_show": read(PUBLIC),
    "api_draft_list": read(SIGNED),
    "api_draft_start": write(SIGNED),
    "api_draft_show": read(OWNER),
    "api_case_answer": write(OWNER),
    "api_material_attach": write(OWNER),
    "api_case_submit": write(OWNER),
    "api_case_discard": write(OWNER),
    "api_case_list": read(SIGNED),
    "api_case_show": read(OWNER),
    "api_case_material": read(OWNER),
    "api_material_replace": write(OWNER),
    "api_case_correct": write(OWNER),
    "api_case_withdraw": write(OWNER),
    "api_task_list": read(SIGNED),  # one's departments' tasks: of nobody's, none
    "api_task_show": read(only("officer", "head")),
    "api_task_material": read(only("officer", "head")),
    "api_task_claim": write(OFFICER),
    "api_task_release": write(OFFICER),
    "api_task_grant": write(OFFICER),
    "api_task_refuse": write(OFFICER),
    "api_task_propose": write(OFFICER),
    "api_webhook_list": read(SYSTEMS),
    "api_webhook_make": write(SYSTEMS),
    "api_webhook_end": write(SYSTEMS),
    "api_call_list": read(SYSTEMS),
    "api_call_replay": write(SYSTEMS),
    # the administration
    "admin:index": form(ADMIN),
    "admin:login": form({**only("administrator", outside="403")}),
    "admin:logout": Row({**PUBLIC, "administrator": "405"}, PUBLIC),  # who is not signed in is led to the index
    "admin:password_change": form(ADMIN),
    "admin:password_change_done": page(ADMIN),
    "admin:autocomplete": Row({**ADMIN, "administrator": "403"}, barred(ADMIN)),
    "admin:jsi18n": page(ADMIN),
    "admin:view_on_site": form({**ADMIN, "administrator": "404"}),
    "admin:app_list": form(ADMIN),
}

# the models shown there, and the verbs that are closed to the administrator herself
SHUT = "add change! delete"  # `change!`: the page shows, the form is refused
MODELS = {
    "accounts_user": "delete",
    "centre_organisation": "",
    "centre_window": "",
    "centre_appointment": "delete",
    "workdays_calendarday": SHUT,
    "workdays_calendarimport": SHUT,
    "notifications_delivery": SHUT,
    "approvals_matter": "add delete",
    "approvals_matteredition": SHUT,
    "approvals_standardreason": SHUT,
}
for model, closed in MODELS.items():
    for verb in ("changelist", "add", "history", "delete", "change"):
        shut = {**ADMIN, "administrator": "403"}
        get = shut if verb in closed.split() else ADMIN
        post = shut if verb in closed.split() or f"{verb}!" in closed.split() else ADMIN
        RIGHTS[f"admin:{model}_{verb}"] = Row(get, post)

# reading these writes, on purpose: why
WRITES_WHEN_READ = {
    "window_case": "a clerk's look at a person's data is recorded",
    "window_material": "a clerk's look at a paper is recorded",
    "task_show": "an officer's look at a person's data is recorded",
    "desk_material": "an officer's look at a paper is recorded",
    "case_letter": "a letter whose PDF is not made yet is made now",
    "window_letter": "a letter whose PDF is not made yet is made now",
    "mfa_activate_totp": "the secret offered is kept in the session until it is proven",
    "mfa_add_webauthn": "the challenge offered is kept in the session until it is answered",
    "case_status_show": "each look is counted, so that nobody guesses references (S10)",
    "draft_resume": "each try is counted, so that nobody guesses links (S10); the session learns the draft",
    "document_verify": "each look is counted, so that nobody guesses codes (S10)",
    "api_case_status_show": "each look is counted, so that nobody guesses references (S10)",
    "api_task_show": "an officer's look at a person's data is recorded",
    "api_task_material": "an officer's look at a paper is recorded",
}

# posted without a token: why that does no harm
NO_TOKEN_NEEDED = {
    "document_verify": "compares a file with the one issued; knows no session and changes nothing",
    "oauth_token": "reads no session: the system's own secret comes with the request",
    "oauth_revoke": "reads no session: the system's own secret comes with the request",
    "oauth_introspect": "reads no session: the system's own secret comes with the request",
}

# the same bytes for every visitor, so browsers may keep them a minute; everything else says `no-store`
MAY_BE_KEPT = {
    "home",
    "styleguide",
    "accessibility",
    "privacy",
    "service_list",
    "service_show",
    "service_edition",
    "bundle_show",
    "document_verify_form",
    "api_schema",
    "api_documentation",
    "api_service_list",
    "api_service_show",
    "api_service_editions",
    "api_service_edition",
    "api_department_list",
    "api_bundle_list",
    "api_bundle_show",
}

# files, shown beside the checklist: framed by our own pages; a PDF's viewer brings styles of its own, never a script
FILES = {"case_letter", "window_letter", "material_show", "window_material", "desk_material", "evidence_get"}
FILES |= {"api_case_material", "api_task_material"}
