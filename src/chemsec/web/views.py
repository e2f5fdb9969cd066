"""Home and the pages about the portal itself."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from chemsec.compendium import public as compendium
from chemsec.platform import guides
from chemsec.platform.access import ANYONE, rule
from chemsec.platform.caching import cached_page

EXAMPLES = 4  # questions offered on the home page


@rule("platform.public")
@require_safe
@cached_page
def home(request):
    context = {
        "counts": compendium.stage_counts(ANYONE),
        "totals": compendium.totals(ANYONE),
        "newest": compendium.newest(ANYONE),
        "questions": compendium.answered(ANYONE, _examples(), limit=EXAMPLES),
        "audiences": guides.all_of("audiences"),
    }
    return render(request, "home.html", context)


def _examples():
    """The first question of each stage's guide, then the second ones, and so on."""
    return [
        question
        for row in zip(*(g["questions"] for g in guides.all_of("stages").values()), strict=True)
        for question in row
    ]


@rule("platform.public")
@require_safe
@cached_page
def about(request):
    return render(request, "about.html", {"totals": compendium.totals(ANYONE)})


@rule("platform.public")
@require_safe
@cached_page
def design(request):
    """Every component in both directions, for those who build pages."""
    context = {
        "cards": compendium.newest(ANYONE),
        "counts": compendium.stage_counts(ANYONE),
        "directions": ("ltr", "rtl"),
    }
    return render(request, "design.html", context)


@rule("platform.public")
@require_safe
def favicon(_request):
    """For browsers that ask without having read a page."""
    return redirect(static("mark.svg"))


@rule("platform.public")
@require_safe
def robots(_request):
    lines = [
        "User-agent: *",
        "Disallow: /*/list/",
        "Disallow: /*/practices/booklet/",
        f"Sitemap: {settings.CHEMSEC_BASE_URL}{reverse('sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")
