"""What every page knows: the reader's language, the same page in the others, and what this portal is."""

from django.conf import settings

from chemsec.platform import languages
from chemsec.platform.access import ANYONE
from chemsec.platform.accounts import queries as accounts
from chemsec.platform.accounts.access import actor_of


def portal(request):
    current = languages.current()
    prefix = f"/{current.code}/"
    path = request.get_full_path()
    rest = path.removeprefix(prefix) if path.startswith(prefix) else ""
    return {
        "language": current,
        "same_page": [(language, f"/{language.code}/{rest}") for language in languages.all_languages()],
        "base_url": settings.CHEMSEC_BASE_URL,
        "contact": settings.CHEMSEC_REPOSITORY_EMAIL,
        "is_demo": settings.CHEMSEC_DEMO,
        "path_without_language": rest,
        **_reader(request),
    }


def _reader(request):
    """Who is signed in, with the organisations that they may act for. Nothing where no session came along, or
    where the request was refused before it was read.
    """
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return {"actor": ANYONE, "person": None}
    if not hasattr(request, "user"):
        return {"actor": ANYONE, "person": None, "may_be_signed_in": True}
    actor = actor_of(request)
    if actor is ANYONE:
        return {"actor": ANYONE, "person": None}
    return {"actor": actor, "person": request.user, "seats": accounts.seats(request.user, actor)}
