"""Addresses of accounts. Those of django-allauth are taken as they are; each gets the rule that it obeys."""

from allauth.account import urls as allauth_account
from allauth.mfa import urls as allauth_mfa
from allauth.usersessions import urls as allauth_sessions
from django.contrib.auth.decorators import login_required
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_safe

from chemsec.platform.access import rule
from chemsec.platform.steps import GET_AND_POST

from . import views
from .gate import fresh_proof
from .software import views as software

ENTERING = {
    "account_login",
    "account_logout",
    "account_inactive",
    "account_signup",
    "account_email_verification_sent",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
}
READ_ONLY = {
    "account_inactive",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "mfa_index",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
}
CHANGING = {  # how one signs in, or showing what does
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_add_webauthn",
    "mfa_edit_webauthn",
    "mfa_remove_webauthn",
}


def _with_rules(patterns: list[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """Name the rule of each page: entering is open to anyone, everything else is one's own account, and what
    changes how one signs in asks for a second factor. Methods that Django's form views take beside these are
    refused.
    """
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            _with_rules(pattern.url_patterns)
        else:
            name = "account.enter" if pattern.name in ENTERING else "account.own"
            methods = require_safe if pattern.name in READ_ONLY else GET_AND_POST
            view = pattern.callback
            if pattern.name in CHANGING:
                view = login_required(fresh_proof(view))
            pattern.callback = rule(name)(methods(view))
    return patterns


urlpatterns = [
    path("desk/", views.desk, name="desk"),
    path("desk/read/", views.desk_read, name="desk_read"),
    path("account/", views.account, name="account"),
    path("account/act-for/", views.act_for, name="act_for"),
    path("account/admission/", views.admission_new, name="admission_new"),
    path("account/demo/<uuid:person_id>/", views.demo_enter, name="demo_enter"),
    path("account/close/", views.account_close, name="account_close"),
    path("account/api-keys/", software.api_keys, name="api_keys"),
    path("account/api-keys/new/", software.api_key_new, name="api_key_new"),
    path("account/api-keys/<slug:key_id>/revoke/", software.api_key_revoke, name="api_key_revoke"),
    path("account/calendar/", software.calendar_feed, name="calendar_feed"),
    path("account/calendar/new/", software.calendar_feed_new, name="calendar_feed_new"),
    path("account/calendar/revoke/", software.calendar_feed_revoke, name="calendar_feed_revoke"),
    path("account/", include(_with_rules(allauth_account.urlpatterns))),
    path("account/second-factor/", include(_with_rules(allauth_mfa.urlpatterns))),
    path("account/sessions/<int:key>/end/", views.session_end, name="session_end"),
    path("account/sessions/", include(_with_rules(allauth_sessions.urlpatterns))),
    path("people/", views.person_find, name="person_find"),
    path("people/<uuid:key>/close/", views.person_close, name="person_close"),
    path("invitations/<str:secret>/", views.invitation, name="invitation"),
    path("organisation/", views.organisation, name="organisation"),
    path("organisation/members/<int:key>/end/", views.membership_end, name="membership_end"),
    path(
        "organisation/invitations/<uuid:key>/withdraw/", views.invitation_withdraw, name="invitation_withdraw"
    ),
    path("registry/", views.registry, name="registry"),
    path("registry/admissions/<uuid:key>/", views.admission, name="admission"),
    path("registry/focal-points/", views.focal_point_new, name="focal_point_new"),
    path("registry/focal-points/<uuid:key>/", views.focal_point, name="focal_point"),
]
