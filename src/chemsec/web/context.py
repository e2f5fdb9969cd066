"""What every page knows: the reader's language, the same page in the others, and what this portal is."""

from django.conf import settings

from chemsec.platform import languages


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
    }
